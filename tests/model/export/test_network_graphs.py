"""The graphs of our own modules against the torch modules they mirror."""

from __future__ import annotations

import numpy as np
import pytest

from model.evidence import SPOKEN_FROM
from model.export.network_graphs import write_face_encoder, write_projector
from model.runtime.session import make_session

torch = pytest.importorskip("torch")

from model.network.face_encoder import WIDTHS, FaceEncoder, standardise  # noqa: E402
from model.network.projector import Projector  # noqa: E402


def arrays(module: torch.nn.Module) -> dict[str, np.ndarray]:
    return {name: tensor.numpy() for name, tensor in module.state_dict().items()}


@pytest.mark.parametrize(("widths", "depth"), [(WIDTHS, 1), ((8, 12, 16), 2)])
def test_face_encoder_equals_torch(tmp_path, widths: tuple[int, ...], depth: int) -> None:
    torch.manual_seed(0)
    encoder = FaceEncoder(widths, depth)
    crops = np.random.default_rng(0).integers(0, 256, (5, 48, 48), np.uint8)
    crops[1] = 90  # a crop without contrast
    with torch.no_grad():
        for _ in range(3):  # gives the batch norms statistics of their own
            encoder(standardise(torch.from_numpy(crops)))
        embeddings, scores = encoder.eval()(standardise(torch.from_numpy(crops)))

    write_face_encoder(tmp_path / "face.onnx", arrays(encoder))
    session = make_session(tmp_path / "face.onnx", 1, ["CPUExecutionProvider"])
    got = session.run(["embeddings", "scores"], {"crops": crops})
    assert embeddings.std() > 0.05
    np.testing.assert_allclose(got[0], embeddings, atol=1e-4)
    np.testing.assert_allclose(got[1], scores, atol=1e-4)


def test_shipped_weights_take_half_the_space_and_lose_nothing(tmp_path):
    torch.manual_seed(0)
    projector = Projector(
        step_width=20, summary_width=300, steps=4, cues=9, hidden=64, classes=7, tokens_width=48,
        scale=0.1,
    ).eval()  # fmt: skip
    exact = {name: array.copy() for name, array in arrays(projector).items()}
    shipped = {name: array.astype(np.float16).astype(np.float32) for name, array in exact.items()}
    projector.load_state_dict({name: torch.from_numpy(value) for name, value in shipped.items()})
    rng = np.random.default_rng(0)
    inputs = {
        "steps": rng.standard_normal((3, 4, 20)).astype(np.float32),
        "summary": rng.standard_normal((3, 300)).astype(np.float32),
        "cues": rng.normal(0, 2, (3, 9, 3)).astype(np.float32),
    }
    with torch.no_grad():
        expected = projector(*map(torch.from_numpy, inputs.values()))
    sizes = {}
    for name, weights in (("exact", exact), ("shipped", shipped)):
        write_projector(tmp_path / name, weights)
        sizes[name] = (tmp_path / name).stat().st_size
    assert sizes["shipped"] < 0.6 * sizes["exact"]
    session = make_session(tmp_path / "shipped", 1, ["CPUExecutionProvider"])
    for got, wanted in zip(session.run(["tokens", "scores"], inputs), expected, strict=True):
        np.testing.assert_allclose(got, wanted, atol=1e-5)


@pytest.mark.parametrize("older", [False, True])
def test_projector_equals_torch(tmp_path, older: bool) -> None:
    """Also one of a stage that knows of no adjustment."""
    torch.manual_seed(0)
    projector = Projector(
        step_width=20, summary_width=30, steps=4, cues=9, hidden=16, classes=7, tokens_width=24,
        scale=0.1,
    ).eval()  # fmt: skip
    rng = np.random.default_rng(0)
    inputs = {
        "steps": rng.standard_normal((3, 4, 20)).astype(np.float32),
        "summary": rng.standard_normal((3, 30)).astype(np.float32),
        "cues": rng.normal(0, 2, (3, 9, 3)).astype(np.float32),
    }
    limits = [sign * size for size in SPOKEN_FROM for sign in (1, -1)]
    inputs["cues"][0, :6, 0] = limits  # deviations exactly at the thresholds
    inputs["cues"][1, 3:6] = 0.0  # three equals, which keep their order
    with torch.no_grad():
        projector.step_position.normal_()
        projector.norm.bias.normal_()
        if not older:
            projector.trunk.adjustment.normal_()
        tokens, scores = projector(*map(torch.from_numpy, inputs.values()))

    weights = arrays(projector)
    if older:
        del weights["trunk.adjustment"]
    write_projector(tmp_path / "projector.onnx", weights)
    session = make_session(tmp_path / "projector.onnx", 1, ["CPUExecutionProvider"])
    got = session.run(["tokens", "scores"], inputs)
    np.testing.assert_allclose(got[0], tokens, atol=1e-5)
    np.testing.assert_allclose(got[1], scores, atol=1e-5)
