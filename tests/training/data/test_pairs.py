"""Pairs are of one emotion unless they are meant to conflict, and windows never see themselves."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import numpy as np
import pytest

from model.cues import CUES, FACE_CUES
from model.errors import ConfigError, DataError
from tests.training.toy_banks import EMOTIONS, NORMS, toy_banks
from training.data.bank import measure_statistics
from training.data.pairs import PROTOCOLS, Pair, Window, draw_pairs, make_window
from training.encoders.trunks import within

BANKS = toy_banks()
STATISTICS = measure_statistics(list(BANKS.values()))


def window(face: int | None, voice: int | None, protocol="none", rng=None) -> Window:
    kind = "voice" if face is None else "face" if voice is None else "congruent"
    emotion = BANKS["voice"].emotions[voice] if face is None else BANKS["face"].emotions[face]
    return make_window(Pair(face, voice, emotion, kind), BANKS, protocol, STATISTICS, NORMS, rng)


def test_pairs_are_of_the_kinds_asked_for_and_follow_their_seed() -> None:
    mix = {"congruent": 0.5, "face": 0.25, "voice": 0.25}
    pairs = draw_pairs(BANKS, mix, 800, 1)
    counts = Counter(pair.kind for pair in pairs)
    assert counts.keys() == mix.keys()
    assert all(abs(counts[kind] / 800 - share) < 0.07 for kind, share in mix.items())
    assert draw_pairs(BANKS, mix, 800, 1) == pairs
    assert draw_pairs(BANKS, mix, 800, 2) != pairs


@pytest.mark.parametrize("kind", ["congruent", "face", "voice", "conflict"])
def test_rows_fit_the_kind_and_the_label(kind: str) -> None:
    pairs = draw_pairs(BANKS, {kind: 1.0}, 300, 0)
    assert {pair.emotion for pair in pairs} == set(EMOTIONS)
    for pair in pairs:
        assert (pair.face is None, pair.voice is None) == (kind == "voice", kind == "face")
        if pair.face is not None:
            assert BANKS["face"].emotions[pair.face] == pair.emotion
        if pair.voice is not None:
            same = BANKS["voice"].emotions[pair.voice] == pair.emotion
            assert same == (kind != "conflict")


def test_a_window_has_the_modalities_of_its_pair() -> None:
    assert window(0, None).media.keys() == {"face"}
    assert window(None, 0).media.keys() == {"voice"}
    both = window(0, 0)
    assert both.media.keys() == {"face", "voice"}
    assert both.evidence.modalities == {"face", "voice"}


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_persons_own_clips_are_the_reference_where_the_protocol_allows(protocol: str) -> None:
    cues = window(None, 3, protocol).evidence.cues
    expected = "population" if protocol == "none" else "person"
    assert {cue.against for name, cue in cues.items() if not CUES[name].absolute} == {expected}
    assert ("loudness" in cues) == (protocol != "none")


def test_the_clip_itself_is_no_part_of_its_reference() -> None:
    before = window(None, 3, "running")
    changed = toy_banks()
    changed["voice"].pooled[3] += 100.0  # an outlier that its own baseline would follow
    pair = Pair(None, 3, "sad", "voice")
    after = make_window(pair, changed, "running", STATISTICS, NORMS, None)
    assert (after.media["voice"].summary[:8] > before.media["voice"].summary[:8]).all()
    np.testing.assert_array_equal(after.media["voice"].steps, before.media["voice"].steps)


def test_other_peoples_clips_are_no_part_of_the_reference() -> None:
    changed = toy_banks()
    changed["voice"].pooled[12:] += 100.0  # all of ben's
    pair = Pair(None, 3, "sad", "voice")
    after = make_window(pair, changed, "running", STATISTICS, NORMS, None)
    np.testing.assert_array_equal(
        after.media["voice"].summary, window(None, 3, "running").media["voice"].summary
    )


def test_strangers_get_a_stand_in_in_training_only() -> None:
    assert window(5, None, "running").evidence.cues["jaw_drop"].against == "population"
    trained = window(5, None, "running", random.Random(0))
    assert trained.evidence.cues["jaw_drop"].against == "person"


def test_training_draws_differ_and_follow_their_seed() -> None:
    one, same, other = (window(None, 3, "running", random.Random(s)) for s in (1, 1, 2))
    np.testing.assert_array_equal(one.media["voice"].summary, same.media["voice"].summary)
    assert not np.array_equal(one.media["voice"].summary, other.media["voice"].summary)


def test_a_swap_takes_one_modality_and_its_evidence_from_the_other_window() -> None:
    first, second = window(0, 0), window(1, 1)
    swapped = first.swap(second, "face")
    assert swapped.media["face"] is second.media["face"]
    assert swapped.media["voice"] is first.media["voice"]
    assert swapped.emotion == first.emotion
    for name, cue in swapped.evidence.cues.items():
        source = second if name in FACE_CUES else first
        assert cue == source.evidence.cues[name]


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_in_training_strangers_stand_in_for_whoever_is_pictured_once(protocol: str) -> None:
    against = {
        cue.against for cue in window(3, None, protocol, random.Random(0)).evidence.cues.values()
    }
    assert against == {"population" if protocol == "none" else "person"}
    asked = {cue.against for cue in window(3, None, protocol).evidence.cues.values()}
    assert asked == {"population"}


def test_pairs_that_no_emotion_can_make_are_refused() -> None:
    def only(*emotions: str) -> dict[str, Any]:
        return {"face": BANKS["face"], "voice": within(BANKS["voice"], emotions)}

    with pytest.raises(ConfigError, match=r"shares of windows \(face, voice\) are all 0"):
        draw_pairs(BANKS, {"face": 0.0, "voice": 0.0}, 4, 1)
    with pytest.raises(DataError, match=r"congruent pairs need 1 .* clips have 0"):
        draw_pairs(only(), {"congruent": 1.0}, 4, 1)
    with pytest.raises(DataError, match=r"conflict pairs need 2 .* clips have 1"):
        draw_pairs(only("sad"), {"conflict": 1.0}, 4, 1)
    assert len(draw_pairs(only("sad"), {"congruent": 1.0, "conflict": 0.0}, 4, 1)) == 4
