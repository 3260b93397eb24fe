"""Level and pitch of the microphone."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from PySide6.QtCore import QPointF
from pytestqt.qtbot import QtBot

from desktop.palette import MODALITY_TONES
from desktop.window.level_meter import CLIP, LevelMeter
from desktop.window.pitch_trace import PitchTrace
from desktop.window.theme import shade
from tests.desktop.window.pixels import alike, colour_at, has_colour


def test_the_bar_ends_at_the_level(qtbot: QtBot) -> None:
    meter = LevelMeter()
    qtbot.addWidget(meter)
    meter.resize(400, meter.sizeHint().height())
    meter.hear(0.0, np.full(1600, 0.1, np.float32))
    colour, middle = shade(MODALITY_TONES["voice"], meter.palette()), meter.bar().center().y()
    assert alike(colour_at(meter, QPointF(meter.at(-22.0), middle)), colour)
    assert not alike(colour_at(meter, QPointF(meter.at(-17.0), middle)), colour)
    assert meter.accessibleDescription() == "-20 dBFS"


def test_numbers_below_a_narrow_bar_do_not_overlap(qtbot: QtBot) -> None:
    meter = LevelMeter()
    qtbot.addWidget(meter)
    font = meter.font()
    font.setPixelSize(20)
    meter.setFont(font)
    for width, numbers in ((800, 6), (meter.minimumSizeHint().width(), 2)):
        meter.resize(width, meter.sizeHint().height())
        marks = [meter.at(mark) for mark in meter.marks()]
        assert len(marks) == numbers
        widest = meter.fontMetrics().horizontalAdvance("−60")
        assert all(right - left > widest for right, left in pairwise(marks))


def test_clipping_is_said_in_a_word(qtbot: QtBot) -> None:
    meter = LevelMeter()
    qtbot.addWidget(meter)
    meter.resize(400, meter.sizeHint().height())
    meter.hear(0.0, np.ones(1600, np.float32))
    assert meter.clipped
    assert "CLIP" in meter.accessibleDescription()
    assert has_colour(meter, CLIP, meter.bar())
    assert meter.number() == "CLIP"
    meter.clear()
    assert not meter.clipped


def test_silence_is_a_level_and_no_microphone_is_none(qtbot: QtBot) -> None:
    meter = LevelMeter()
    qtbot.addWidget(meter)
    assert meter.number() == "–"
    meter.hear(0.0, np.zeros(1600, np.float32))
    assert meter.number() == "−60 dBFS"
    meter.clear()
    assert meter.number() == "–"


def test_pitch_is_drawn_where_it_is_voiced(qtbot: QtBot) -> None:
    trace = PitchTrace(seconds=2.0)
    qtbot.addWidget(trace)
    trace.resize(400, 120)
    times = np.arange(10.0, 12.0, 0.01, dtype=np.float32)
    f0 = np.full(len(times), 220.0, np.float32)
    f0[80:120] = np.nan
    trace.show_pitch(times, f0)
    colour = shade(MODALITY_TONES["voice"], trace.palette())
    assert alike(colour_at(trace, trace.place(10.4, 220.0)), colour)
    assert not alike(colour_at(trace, trace.place(11.0, 220.0)), colour)
    assert trace.accessibleDescription() == "median 220 Hz"


def test_silence_has_no_pitch(qtbot: QtBot) -> None:
    trace = PitchTrace()
    qtbot.addWidget(trace)
    trace.resize(400, 120)
    times = np.arange(0.0, 2.0, 0.01, dtype=np.float32)
    trace.show_pitch(times, np.full(len(times), np.nan, np.float32))
    assert trace.accessibleDescription() == ""
    assert not has_colour(trace, shade(MODALITY_TONES["voice"], trace.palette()))
    trace.clear()
    trace.grab()


def test_numbers_of_a_low_axis_do_not_overlap(qtbot: QtBot) -> None:
    trace = PitchTrace()
    qtbot.addWidget(trace)
    for height, numbers in ((trace.minimumSizeHint().height(), 2), (120, 4)):
        trace.resize(240, height)
        image, ground = trace.grab().toImage(), trace.palette().window().color()
        across = range(int(trace.plot().left()) - 6)
        written = [
            any(image.pixelColor(x, y) != ground for x in across) for y in range(image.height())
        ]
        begun = [now and not before for before, now in pairwise([False, *written])]
        assert sum(begun) == numbers
