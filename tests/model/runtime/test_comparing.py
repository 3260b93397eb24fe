"""A window is compared with those before it, or with all others of its person."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import numpy as np
import pytest

from model.baseline import PRIOR_CLIPS, Baseline
from model.errors import MediaError
from model.processing import Vectors
from model.runtime.comparing import with_earlier, with_others
from model.runtime.perceiver import Percept
from model.runtime.tracking import Window


def percept(value: float, newcomer: bool = False) -> Percept:
    vectors = Vectors(np.zeros((1, 1), np.float32), np.array([value], np.float32))
    window = Window("film.mp4", value, value + 1.0)
    return Percept(window, {"face": vectors}, {"pitch": value}, {}, 1, newcomer=newcomer)


def known(baseline: Baseline) -> tuple[int, float]:
    """How many windows, and their mean; that of people at large is 100."""
    mean = float(baseline.mean("face", [100.0])[0])
    count, prior = baseline.count("face"), PRIOR_CLIPS[baseline.kind]
    return count, round((mean * (count + prior) - 100.0 * prior) / count, 6) if count else mean


FILM = [percept(1.0), percept(2.0), percept(6.0), percept(50.0, newcomer=True)]


def test_others_are_earlier_and_later_windows_of_the_same_person() -> None:
    found = [(p.window.start_s, known(baseline)) for p, baseline in with_others(FILM)]
    assert found == [(1.0, (2, 4.0)), (2.0, (2, 3.5)), (6.0, (2, 1.5)), (50.0, (0, 100.0))]


def test_earlier_ones_are_known_once_they_were_judged() -> None:
    found = [known(baseline) for _, baseline in with_earlier(FILM, Baseline("running"))]
    assert found == [(0, 100.0), (1, 1.0), (2, 1.5), (0, 100.0)]


@pytest.mark.parametrize("kind", ["none", "neutral"])
def test_no_other_baseline_learns(kind: str) -> None:
    baseline = Baseline(kind)  # type: ignore[arg-type]
    assert {known(found) for _, found in with_earlier(FILM, baseline)} == {(0, 100.0)}


def test_what_is_in_front_of_damage_is_judged_before_that_is_told() -> None:
    def damaged() -> Iterator[Percept]:
        yield from FILM[:2]
        raise MediaError("film.mp4: is damaged.")

    judged = with_others(damaged())
    assert [known(baseline) for _, baseline in islice(judged, 2)] == [(1, 2.0), (1, 1.0)]
    with pytest.raises(MediaError, match="damaged"):
        next(judged)
