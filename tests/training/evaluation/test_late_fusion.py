"""The linear floor recognises what is linear, with what is present."""

from __future__ import annotations

import numpy as np
import pytest

from model.errors import DataError
from tests.training.toy_banks import EMOTIONS, NORMS, toy_banks
from training.data.bank import measure_statistics
from training.data.pairs import Pair, make_window
from training.encoders.trunks import summaries
from training.evaluation import late_fusion
from training.evaluation.late_fusion import LateFusion

BANKS = toy_banks()
STATISTICS = measure_statistics(list(BANKS.values()))
LABELS = (*EMOTIONS, "surprise")  # no clip is surprised


@pytest.fixture(scope="module")
def fusion() -> LateFusion:
    return LateFusion(BANKS, LABELS, STATISTICS, NORMS)


def media(banks, face: int | None, voice: int | None):
    pair = Pair(face, voice, "", "congruent")
    return make_window(pair, banks, "none", STATISTICS, NORMS, None).media


@pytest.mark.parametrize("shown", ["face", "voice", "both"])
def test_unseen_clips_are_recognised(fusion: LateFusion, shown: str) -> None:
    unseen = toy_banks(seed=7)
    rows = range(24)
    windows = [
        media(unseen, None if shown == "voice" else row, None if shown == "face" else row)
        for row in rows
    ]
    probabilities = fusion.predict(windows, "none")
    np.testing.assert_allclose(probabilities.sum(1), 1.0)
    truth = [LABELS.index(unseen["voice"].emotions[row]) for row in rows]
    assert (probabilities.argmax(1) == truth).mean() > 0.8


def test_probabilities_are_the_product_of_the_modalities(fusion: LateFusion) -> None:
    face, voice, both = fusion.predict([media(BANKS, 1, None), media(BANKS, None, 2),
                                        media(BANKS, 1, 2)], "none")  # fmt: skip
    product = face * voice
    np.testing.assert_allclose(both, product / product.sum(), atol=1e-9)


def test_nothing_shown_is_nothing_known_and_an_unseen_label_gets_nothing(
    fusion: LateFusion,
) -> None:
    nothing, something = fusion.predict([{}, media(BANKS, 0, 0)], "none")
    np.testing.assert_allclose(nothing, 1 / len(LABELS))
    assert something[LABELS.index("surprise")] < 1e-9


@pytest.mark.parametrize("labels", [("surprise", "fear"), ("sad", "surprise")])
def test_too_few_labels_among_the_training_clips_are_told(labels: tuple[str, ...]) -> None:
    with pytest.raises(DataError, match=r"too few for the linear floor; .*floor=false"):
        LateFusion(BANKS, labels, STATISTICS, NORMS)


def test_each_protocol_is_learned_once_and_as_it_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    learned = []

    def noted(bank, protocols, *others):
        learned.append((bank.modality, *sorted(set(protocols))))
        return summaries(bank, protocols, *others)

    monkeypatch.setattr(late_fusion, "summaries", noted)
    floor, shown = LateFusion(BANKS, LABELS, STATISTICS, NORMS), [media(BANKS, 1, 2)]
    told = {protocol: floor.predict(shown, protocol) for protocol in ("running", "none", "running")}
    assert learned == [
        ("face", "running"), ("voice", "running"), ("face", "none"), ("voice", "none"),
    ]  # fmt: skip
    assert not np.allclose(told["running"], told["none"])
