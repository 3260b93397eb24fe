"""An excerpt is what a live window catches: some of one utterance, a pause, some of another."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from model.clip import SAMPLE_RATE_HZ
from training.data.excerpts import LENGTH_S, PAUSE_S, companions, excerpt

ONE = np.full(2 * SAMPLE_RATE_HZ, 0.25, np.float32)
OTHER = np.full(2 * SAMPLE_RATE_HZ, 0.5, np.float32)


def row(clip: str, speaker: str = "a", emotion: str = "happy") -> SimpleNamespace:
    return SimpleNamespace(clip_name=clip, speaker=speaker, emotion=emotion)


@pytest.mark.parametrize("clip", [f"clip{n}" for n in range(20)])
def test_it_keeps_the_order_and_is_as_long_as_a_window(clip: str) -> None:
    quiet = np.concatenate([np.zeros(SAMPLE_RATE_HZ // 2, np.float32), ONE])
    sound = excerpt(quiet, OTHER, clip)
    assert sound.dtype == np.float32
    assert LENGTH_S[0] <= (len(sound) + 1) / SAMPLE_RATE_HZ
    assert len(sound) <= LENGTH_S[1] * SAMPLE_RATE_HZ
    first, second = (np.flatnonzero(sound == level) for level in (0.25, 0.5))
    if len(first) and len(second):
        pause_s = (second[0] - first[-1] - 1) / SAMPLE_RATE_HZ
        assert PAUSE_S[0] - 1e-3 <= pause_s <= PAUSE_S[1]
        assert np.abs(sound[first[-1] + 1 : second[0]]).max() < 1e-3


def test_both_sides_of_the_pause_and_cuts_in_either_occur() -> None:
    sounds = [excerpt(ONE, OTHER, f"clip{n}") for n in range(60)]
    held = [((s == 0.25).any(), (s == 0.5).any()) for s in sounds]
    assert {(True, True), (True, False), (False, True)} <= {(bool(a), bool(b)) for a, b in held}
    assert any(0 < np.count_nonzero(s == 0.25) < len(ONE) for s in sounds)


def test_the_pause_is_as_quiet_as_the_room() -> None:
    rng = np.random.default_rng(0)
    room = 0.01 * rng.standard_normal(SAMPLE_RATE_HZ).astype(np.float32)
    sound = excerpt(np.concatenate([room, ONE]), OTHER, "clip3")
    pause = sound[np.flatnonzero(sound == 0.25)[-1] + 1 : np.flatnonzero(sound == 0.5)[0]]
    assert float(np.sqrt((pause**2).mean())) == pytest.approx(0.01, rel=0.15)


def test_the_same_clip_is_always_cut_alike() -> None:
    np.testing.assert_array_equal(excerpt(ONE, OTHER, "x"), excerpt(ONE, OTHER, "x"))
    assert len(excerpt(ONE, OTHER, "x")) != len(excerpt(ONE, OTHER, "y"))


def test_what_is_shorter_than_the_window_is_whole() -> None:
    brief = ONE[:2000]
    assert len(excerpt(brief, brief, "clip")) <= 4000 + PAUSE_S[1] * SAMPLE_RATE_HZ


def test_companions_are_of_the_same_person_and_emotion() -> None:
    rows = [row("1"), row("2"), row("3", emotion="sad"), row("4", speaker="b"), row("5")]
    chosen = companions(rows)
    assert all(c.speaker == r.speaker and c.emotion == r.emotion
               for r, c in zip(rows, chosen, strict=True))  # fmt: skip
    assert [c.clip_name for c in chosen[2:4]] == ["3", "4"]
    assert all(chosen[i] is not rows[i] for i in (0, 1, 4))
    assert [c.clip_name for c in companions(rows)] == [c.clip_name for c in chosen]
