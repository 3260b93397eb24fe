"""The emotion, the cues that were observed, and what is derived from the probabilities."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Literal

import pytest
from PySide6.QtCore import QEvent, QPoint
from PySide6.QtGui import QColor, QHelpEvent, QPalette
from PySide6.QtWidgets import QApplication, QLabel, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from desktop.palette import EMOTION_COLOURS, MODALITY_TONES
from desktop.view.affect import CIRCUMPLEX
from desktop.window.affect_pad import AffectPad
from desktop.window.contribution_bar import ContributionBar
from desktop.window.cue_list import CueList
from desktop.window.cue_panel import CuePanel
from desktop.window.cue_words import cue_text
from desktop.window.emotion_panel import EmotionPanel
from desktop.window.probability_bars import ProbabilityBars
from desktop.window.theme import is_dark, shade, window_palette
from model.analysis import Contribution
from model.labels import LABEL_SETS
from tests.desktop.scene import LABELS, PROBABILITIES, analysis, cue, glimpse
from tests.desktop.window.pixels import colour_at, has_colour


@pytest.fixture(params=[False, True], ids=["light", "dark"])
def palette(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[QPalette]:
    before = qapp.palette()
    qapp.setPalette(window_palette(request.param))
    yield qapp.palette()
    qapp.setPalette(before)


def words(widget: QWidget) -> str:
    return " | ".join(label.text() for label in widget.findChildren(QLabel) if label.text())


def test_light_and_dark_are_told_apart(palette: QPalette) -> None:
    ground, text = palette.color(QPalette.ColorRole.Window), palette.color(QPalette.ColorRole.Text)
    assert is_dark(palette) == (ground.lightness() < text.lightness())


def test_a_sure_emotion_is_said_with_its_probability_and_its_moment(qtbot: QtBot) -> None:
    panel = EmotionPanel(LABELS)
    qtbot.addWidget(panel)
    panel.show_analysis(analysis(5.0, 10.0))
    assert "Happy | 70 %" in words(panel)
    assert "0:05.0 – 0:10.0" in words(panel)
    assert panel.accessibleName() == "Emotion inferred"
    assert "Happy 70 %" in panel.accessibleDescription()


def test_an_unsure_emotion_is_not_said(qtbot: QtBot) -> None:
    panel = EmotionPanel(LABELS)
    qtbot.addWidget(panel)
    panel.show_glimpse(glimpse(5.0, {"angry": 0.3, "happy": 0.38, "sad": 0.32}, unsure=True))
    assert "Unsure" in words(panel)
    assert "Happy 38 % or Sad 32 %" in words(panel)


def test_nobody_and_nothing_leave_no_probabilities(qtbot: QtBot) -> None:
    panel = EmotionPanel(LABELS)
    qtbot.addWidget(panel)
    panel.show_analysis(analysis())
    panel.nobody()
    assert "Nobody" in words(panel)
    assert "0:05.0" not in words(panel)
    bars = panel.findChild(ProbabilityBars)
    assert bars is not None
    assert bars.accessibleDescription() == ""
    panel.clear()
    assert "Nobody" not in words(panel)


@pytest.mark.parametrize("labels", LABEL_SETS.values(), ids=LABEL_SETS)
def test_every_label_set_has_its_bars(
    qtbot: QtBot, labels: tuple[str, ...], palette: QPalette
) -> None:
    bars = ProbabilityBars(labels)
    qtbot.addWidget(bars)
    bars.resize(bars.sizeHint())
    bars.show_probabilities({label: (i + 1) / len(labels) for i, label in enumerate(labels)})
    for label in labels:
        assert bars.rect().contains(bars.bar(label).toAlignedRect())
        assert has_colour(bars, QColor(EMOTION_COLOURS[label]), bars.bar(label))


def test_a_bar_is_as_long_as_its_probability(qtbot: QtBot) -> None:
    bars = ProbabilityBars(LABELS)
    qtbot.addWidget(bars)
    bars.resize(400, bars.sizeHint().height())
    bars.show_probabilities(PROBABILITIES)
    bar, colour = bars.bar("happy"), QColor(EMOTION_COLOURS["happy"])
    inside, outside = bar.center(), bar.center()
    inside.setX(bar.left() + bar.width() * 0.68)
    outside.setX(bar.left() + bar.width() * 0.72)
    assert colour_at(bars, inside) == colour
    assert colour_at(bars, outside) != colour


def test_cues_are_parted_and_the_strongest_come_first(qtbot: QtBot) -> None:
    panel = CuePanel()
    qtbot.addWidget(panel)
    many = [cue(name, 0.1 * i) for i, name in enumerate(("jaw_drop", "chin_raiser", "pitch"))]
    panel.show_cues(many)
    assert [c.name for c in panel.face.cues] == ["chin_raiser", "jaw_drop"]
    assert [c.name for c in panel.voice.cues] == ["pitch"]
    assert panel.accessibleName() == "Cues observed"
    panel.clear()
    assert panel.face.cues == ()


def test_a_voice_alone_has_the_room_of_the_face(qtbot: QtBot) -> None:
    panel = CuePanel()
    qtbot.addWidget(panel)
    panel.show()
    before = panel.voice.y()
    panel.expect_face(False)
    qtbot.waitUntil(lambda: panel.voice.y() < before)
    assert not panel.face.isVisible()
    panel.show_cues([cue("jaw_drop")])  # of an earlier window, which is looked at again
    assert panel.face.isVisible()
    panel.clear()
    assert not panel.face.isVisible()
    panel.expect_face(True)
    assert panel.face.isVisible()


def test_a_deviation_points_its_way_and_is_told_in_words(qtbot: QtBot) -> None:
    cues = CueList("Face")
    qtbot.addWidget(cues)
    cues.resize(cues.sizeHint())
    cues.show_cues([cue("jaw_drop", 2.0), cue("chin_raiser", -1.0, "population")])
    up, down = cues.bar(0), cues.bar(1)
    assert up.left() == down.right()
    assert up.width() == pytest.approx(2 * down.width())
    described = cues.accessibleDescription()
    assert "Mouth open +2.0 σ, this person's own baseline" in described
    assert "Chin pushed up −1.0 σ, people at large" in described


@pytest.mark.parametrize(
    ("name", "against", "doubted"),
    [
        ("chin_raiser", "population", True),
        ("chin_raiser", "person", False),
        ("jaw_drop", "population", False),
    ],
)
def test_what_is_hardly_told_of_a_stranger_says_so(
    name: str, against: Literal["person", "population"], doubted: bool
) -> None:
    told = cue_text(dataclasses.replace(cue(name, 1.0), against=against))
    assert ("little certainty" in told) is doubted


def test_a_cue_tells_everything_where_the_mouse_rests(qtbot: QtBot) -> None:
    cues = CueList("Face")
    qtbot.addWidget(cues)
    cues.resize(cues.sizeHint())
    cues.show_cues([cue("jaw_drop", 2.0)])
    at = cues.bar(0).center().toPoint()
    QApplication.sendEvent(cues, QHelpEvent(QEvent.Type.ToolTip, at, cues.mapToGlobal(at)))
    for part in ("AU26", "0.50", "0.25", "+2.0 σ", "0:01.5 to 0:02.5"):
        assert part in QToolTip.text()
    below = QPoint(5, cues.height() - 2)
    QApplication.sendEvent(cues, QHelpEvent(QEvent.Type.ToolTip, below, cues.mapToGlobal(below)))
    QToolTip.hideText()


def test_the_pad_shows_the_mean_place(qtbot: QtBot) -> None:
    pad = AffectPad()
    qtbot.addWidget(pad)
    pad.resize(220, 220)
    pad.show_probabilities({"sad": 1.0})
    pad.show_probabilities({"happy": 1.0})
    text = pad.palette().color(QPalette.ColorRole.WindowText)
    assert colour_at(pad, pad.place(CIRCUMPLEX["happy"])) == text
    assert "valence +0.99" in pad.accessibleDescription()
    assert "derived" in pad.accessibleDescription()
    pad.clear()
    assert colour_at(pad, pad.place(CIRCUMPLEX["happy"])) != text


def test_contributions_point_for_and_against(qtbot: QtBot, palette: QPalette) -> None:
    bar = ContributionBar()
    qtbot.addWidget(bar)
    bar.resize(400, bar.sizeHint().height())
    bar.show_contribution(Contribution(face=2.0, voice=-1.0))
    face, voice = bar.bar("face"), bar.bar("voice")
    assert face.left() == voice.right()
    assert face.width() == pytest.approx(2 * voice.width())
    assert colour_at(bar, voice.center()) == shade(MODALITY_TONES["voice"], palette)
    assert bar.accessibleDescription() == "face +2.00, voice -1.00 nats"
    bar.clear()
    assert bar.bar("face").width() == 0.0


@pytest.mark.parametrize("width", [260, 400])
def test_a_panel_is_never_too_low_for_its_bars_and_texts(qtbot: QtBot, width: int) -> None:
    panel = EmotionPanel(LABEL_SETS["mafw"])
    qtbot.addWidget(panel)
    panel.resize(width, 10)
    panel.grab()
    panel.resize(width, panel.minimumSizeHint().height())
    panel.grab()
    bars = panel.findChild(ProbabilityBars)
    assert bars is not None
    assert bars.height() >= bars.sizeHint().height()
    for label in panel.findChildren(QLabel):
        assert label.height() >= label.heightForWidth(label.width())


def test_the_time_in_a_corner_wraps_rather_than_widen_its_panel(qtbot: QtBot) -> None:
    panel = EmotionPanel()
    qtbot.addWidget(panel)
    least = panel.minimumSizeHint().width()
    panel.show_analysis(analysis(3595.0, 3600.0))
    assert panel.minimumSizeHint().width() == least
