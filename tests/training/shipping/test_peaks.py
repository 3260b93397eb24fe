"""How large the channels of what the linears read become."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("trl")

from tests.model.network.tiny_omni import tiny_omni  # noqa: E402
from training.shipping.peaks import peaks  # noqa: E402

from .test_requantise import batches  # noqa: E402


def test_peaks_are_the_largest_magnitudes_behind_the_beginning() -> None:
    model, processor = tiny_omni()
    told, skipped = batches(processor, 3), 5
    layers = model.model.language_model.layers
    read: list[torch.Tensor] = []
    hook = layers[1].mlp.down_proj.register_forward_pre_hook(lambda _, x: read.append(x[0]))
    with torch.inference_mode():
        found = peaks(model, told, skipped)
    hook.remove()
    parts = ("qkv", "o", "mlp", "down")
    assert sorted(found) == sorted(f"{i}.{part}" for i in range(len(layers)) for part in parts)
    expected = torch.stack([x[0, skipped:].abs().amax(0) for x in read]).amax(0)
    torch.testing.assert_close(found["1.down"], expected)
    assert found["0.qkv"].shape == (layers[0].self_attn.q_proj.in_features,)
    with torch.inference_mode():  # nothing is left behind that would watch
        model(**told[0])
    torch.testing.assert_close(found["1.down"], expected)
