"""Whose face is measured from window to window; the networks are stand-ins."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import pytest

from model.analysis import AnalysisOptions
from model.clip import Clip
from model.errors import MediaError
from model.runtime import analyzer as module
from model.runtime.analyzer import Analyzer
from model.runtime.perceiver import Perceiver, Percept
from model.runtime.tracking import Tracks, WindowTracker
from tests.model.perception.scripted_faces import ScriptedFaces, frames_of

Face = tuple[int, int, int]


def follow(*moments: list[Face], length: int, hop: int) -> list[Tracks]:
    """The tracks of a film's windows."""
    tracker = WindowTracker(ScriptedFaces())
    return list(tracker.tracks(windows(*moments, length=length, hop=hop)))


def places(tracks: Iterable[Tracks]) -> list[list[int]]:
    """Where, from left to right, the face was in each window's pictures."""
    return [
        [] if each.face is None else each.face.boxes[:, [0, 2]].mean(axis=1).round().tolist()
        for each in tracks
    ]


def windows(*moments: list[Face], length: int, hop: int) -> Iterator[Clip]:
    """Of a film of ten pictures a second, as `read_windows` cuts them."""
    film, times_s = frames_of(*moments), np.arange(len(moments)) / 10
    for first in range(0, len(moments) - length + 1, hop):
        span = slice(first, first + length)
        end_s = (first + length) / 10
        yield Clip(film[span], times_s[span], None, first / 10, end_s, "film.mp4")


WOMAN_NEARER = [(60, 120, 40), (180, 120, 25)]
MAN_NEARER = [(60, 120, 25), (180, 120, 40)]


def test_one_of_two_people_is_stayed_with() -> None:
    film = [WOMAN_NEARER] * 4 + [MAN_NEARER] * 4 + [WOMAN_NEARER] * 4
    assert places(follow(*film, length=4, hop=4)) == [[60] * 4] * 3


def test_somebody_else_is_followed_once_a_person_is_gone() -> None:
    film = [WOMAN_NEARER] * 4 + [[(180, 120, 25)]] * 4 + [WOMAN_NEARER] * 4
    assert places(follow(*film, length=4, hop=4)) == [[60] * 4, [180] * 4, [180] * 4]


def test_who_was_away_for_a_whole_window_is_not_looked_for() -> None:
    film = [WOMAN_NEARER] * 4 + [[]] * 4 + [MAN_NEARER] * 4
    assert places(follow(*film, length=4, hop=4)) == [[60] * 4, [], [180] * 4]


def test_windows_that_overlap_agree_where_the_face_was_as_the_later_one_began() -> None:
    """The two change places: at the first window's end its face is where the other was before."""
    walk = [[(200 - 20 * n, 150, 40), (40 + 20 * n, 130, 30)] for n in range(11)]
    first, second = places(follow(*walk, length=8, hop=3))
    assert first == [200 - 20 * n for n in range(8)]
    assert second[:5] == first[3:]


HERE, THERE = [(60, 120, 40)], [(180, 120, 40)]


@pytest.mark.parametrize(
    ("film", "newcomers"),
    [
        ([WOMAN_NEARER] * 4 + [MAN_NEARER] * 4 + [WOMAN_NEARER] * 4, [False] * 3),
        ([[]] * 4 + [HERE] * 8, [False] * 3),
        ([HERE] * 4 + [[]] * 8 + [HERE] * 4, [False] * 4),
        ([HERE] * 4 + [[]] * 8 + [THERE] * 8, [False, False, False, True, False]),
        ([HERE] * 4 + [THERE] * 8 + [HERE] * 4, [False, True, False, True]),
        ([HERE] * 4 + [[(10, 120, 20), (180, 120, 40)]] * 4, [False, True]),
    ],
    ids=["stayed with", "first", "back in place", "after nobody", "cut", "cut to two"],
)
def test_who_comes_up_in_another_place_is_a_newcomer(
    film: list[list[Face]], newcomers: list[bool]
) -> None:
    assert [each.newcomer for each in follow(*film, length=4, hop=4)] == newcomers


def test_one_window_is_measured_for_itself() -> None:
    tracker = WindowTracker(ScriptedFaces())
    clips = windows(*[WOMAN_NEARER] * 4 + [MAN_NEARER] * 4, length=4, hop=4)
    alone = [tracks for clip in clips for tracks in tracker.tracks([clip])]
    assert places(alone) == [[60] * 4, [180] * 4]


def test_a_file_is_analysed_as_one_recording(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Tracks] = []

    class Unimpressed(Perceiver):
        """Follows, and takes what it has seen for nobody."""

        def __init__(self) -> None:
            self._windows = WindowTracker(ScriptedFaces())

        def _encode(self, tracks: Tracks) -> Percept:
            seen.append(tracks)
            return Percept(tracks.window, {}, {}, {}, 0)

    analyzer = Analyzer.__new__(Analyzer)
    analyzer._perceiver = Unimpressed()
    film = windows(*[WOMAN_NEARER] * 4 + [MAN_NEARER] * 4, length=4, hop=4)
    monkeypatch.setattr(module, "read_windows", lambda *_, **__: film)
    with pytest.raises(MediaError, match="neither a face nor a voice"):
        list(analyzer.analyze_file("film.mp4", AnalysisOptions()))
    assert places(seen) == [[60] * 4] * 2
