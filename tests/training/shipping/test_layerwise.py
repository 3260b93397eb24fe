"""Each matrix is rounded on what comes through those rounded before it, and told what was meant."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("trl")

from tests.model.network.tiny_omni import tiny_omni  # noqa: E402
from training.shipping.layerwise import EMBEDDING, Moments, layer_by_layer, matrices  # noqa: E402

from .test_requantise import batches  # noqa: E402


@pytest.fixture
def seen() -> list[tuple[str, Moments]]:
    """Every matrix is made a tenth smaller; in which order, and what each was told."""
    model, processor = tiny_omni()
    kept = {n: w.clone() for n, w in matrices(model).items() if n != EMBEDDING}
    seen: list[tuple[str, Moments]] = []

    def rounded(name: str, weight: torch.Tensor, moments: Moments) -> torch.Tensor:
        seen.append((name, moments))
        return weight * 0.9

    with torch.inference_mode():
        found = layer_by_layer(model, kept, batches(processor, 4), rounded, "test")
    assert found.keys() == kept.keys()
    for name, weight in matrices(model).items():  # the network is left as it was
        if name in kept:
            torch.testing.assert_close(weight, kept[name])
    return seen


def test_matrices_come_in_the_order_in_which_they_are_read(seen: list[tuple[str, Moments]]) -> None:
    order = ["q", "k", "v", "o", "gate", "up", "down"]
    places = [
        (int(name.split(".")[2]), order.index(name.rsplit(".", 1)[1].removesuffix("_proj")))
        for name, _ in seen
    ]
    assert places == sorted(places)


def test_what_is_read_is_what_was_meant_until_something_is_rounded(
    seen: list[tuple[str, Moments]],
) -> None:
    for name, moments in seen:
        untouched = ".0." in name and name.rsplit(".", 1)[1][0] in "qkv"
        same = torch.allclose(moments.read, moments.crossed, rtol=1e-4, atol=1e-5)
        assert same == untouched, name
