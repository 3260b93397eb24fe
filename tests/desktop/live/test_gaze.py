"""Pictures are looked at in their order, beside everything else."""

from __future__ import annotations

import numpy as np

from desktop.live.gaze import Gaze
from desktop.live.messages import Look

PICTURE = np.zeros((4, 4, 3), np.uint8)


def test_pictures_are_looked_at_in_their_order_and_waited_for() -> None:
    seen: list[float] = []
    done: list[Exception | None] = []
    gaze = Gaze(lambda look: seen.append(look.time_s), done.append)
    for time_s in range(5):
        gaze.add(Look(time_s, PICTURE))
    gaze.catch_up()
    assert seen == [0, 1, 2, 3, 4]
    assert done == [None] * 5
    gaze.stop()


def test_while_it_rests_pictures_wait() -> None:
    seen: list[float] = []
    gaze = Gaze(lambda look: seen.append(look.time_s), lambda _: None)
    with gaze.resting():
        gaze.add(Look(1.0, PICTURE))
        assert seen == []
    gaze.catch_up()
    assert seen == [1.0]
    gaze.stop()


def test_what_goes_wrong_is_told_and_the_next_picture_looked_at() -> None:
    told: list[Exception | None] = []
    gaze = Gaze(lambda look: 1 / look.time_s, told.append)
    gaze.add(Look(0.0, PICTURE))
    gaze.add(Look(1.0, PICTURE))
    gaze.stop()
    assert isinstance(told[0], ZeroDivisionError)
    assert told[1:] == [None]
