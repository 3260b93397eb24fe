from __future__ import annotations

import dataclasses

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from desktop.palette import MODALITY_TONES
from desktop.sessions.export.report_windows import window_article
from desktop.window.rationale_panel import RationalePanel
from desktop.window.rationale_text import UNDERLINES
from desktop.window.theme import shade, window_palette
from model.analysis import CheckedClaim
from tests.desktop.scene import CLAIMS, analysis, claim, cue


def shown(panel: RationalePanel) -> str:
    return panel.text.toPlainText().replace("\u00a0", " ")


def format_of(panel: RationalePanel, words: str) -> QTextCharFormat:
    return panel.text.document().find(words).charFormat()


def place_of(panel: RationalePanel, words: str) -> QPoint:
    cursor = panel.text.document().find(words)
    cursor.movePosition(QTextCursor.MoveOperation.Left, n=1)
    return panel.text.cursorRect(cursor).center() - QPoint(3, 0)


def test_text_appears_as_it_is_written_and_is_replaced_by_the_checked_one(qtbot: QtBot) -> None:
    panel = RationalePanel()
    qtbot.addWidget(panel)
    panel.begin(5.0)
    for piece in ("The lip ", "corners"):
        panel.write(piece)
    assert shown(panel) == "The lip corners"
    panel.show_analysis(analysis())
    assert shown(panel) == "The lip corners are up ✓F, and the voice is louder ✗V than usual."
    panel.clear()
    assert shown(panel) == ""
    assert panel.accessibleName() == "The model's explanation"


def test_face_and_voice_differ_by_more_than_colour(qtbot: QtBot) -> None:
    panel = RationalePanel()
    qtbot.addWidget(panel)
    panel.show_analysis(analysis())
    face, voice = format_of(panel, "corners"), format_of(panel, "louder")
    assert face.underlineStyle() == UNDERLINES["face"]
    assert voice.underlineStyle() == UNDERLINES["voice"]
    assert UNDERLINES["face"] != UNDERLINES["voice"]
    assert face.foreground().color() == shade(MODALITY_TONES["face"], panel.palette())


def test_what_a_measurement_contradicts_is_struck_out(qtbot: QtBot) -> None:
    panel = RationalePanel()
    qtbot.addWidget(panel)
    panel.show_analysis(analysis())
    assert format_of(panel, "louder").fontStrikeOut()
    assert not format_of(panel, "corners").fontStrikeOut()
    assert not format_of(panel, "✗").fontStrikeOut()


def test_colours_change_with_the_palette(qtbot: QtBot) -> None:
    panel = RationalePanel()
    qtbot.addWidget(panel)
    panel.show_analysis(analysis())
    for dark in (True, False):
        panel.setPalette(window_palette(dark))
        colour = shade(MODALITY_TONES["voice"], window_palette(dark))
        assert format_of(panel, "louder").foreground().color() == colour


def test_window_and_report_tell_the_same_times(qtbot: QtBot) -> None:
    measured = dataclasses.replace(cue("lip_corner_puller", 2.5), start_s=61.28, end_s=62.96)
    judged = analysis(61.28, 66.27, cues=(measured,))
    panel = RationalePanel()
    qtbot.addWidget(panel)
    panel.show_analysis(judged)
    told = "".join(window_article(judged, None).itertext())
    assert panel.note.text() == "1:01.3 – 1:06.3"
    assert "1:01.3 to 1:06.3" in told
    assert "from 1:01.3 to 1:03.0" in format_of(panel, "corners").toolTip()
    assert "1:01.3 to 1:03.0" in told


def test_a_claim_tells_what_was_measured(qtbot: QtBot) -> None:
    panel = RationalePanel()
    qtbot.addWidget(panel)
    panel.show_analysis(analysis(cues=(cue("lip_corner_puller", 1.3),)))
    told = format_of(panel, "corners").toolTip()
    for part in ("Supported", "Lip corners up (AU12)", "0.50", "0.25", "+1.3 σ", "0:01.5"):
        assert part in told
    assert format_of(panel, "louder").toolTip() == "✗ Contradicted by the measurement"


def test_what_both_are_said_to_show_is_signed_for_each(qtbot: QtBot) -> None:
    panel = RationalePanel()
    qtbot.addWidget(panel)
    words = "face and voice agree"
    claims = (
        CheckedClaim(words, "face_weight", "face", 0.0, 5.0, "supported"),
        CheckedClaim(words, "voice_weight", "voice", 0.0, 5.0, "contradicted"),
    )
    panel.show_analysis(analysis(rationale=f"This is anger, {words}.", claims=claims))
    assert shown(panel) == "This is anger, face and voice agree ✓F ✗V."
    assert "contribute to the answer" in format_of(panel, "agree").toolTip()


def test_a_claim_is_chosen_by_mouse(qtbot: QtBot) -> None:
    panel = RationalePanel()
    qtbot.addWidget(panel)
    panel.resize(500, 300)
    panel.show_analysis(analysis())
    panel.show()
    with qtbot.waitSignal(panel.claim_chosen) as chosen:
        at = place_of(panel, "louder")
        qtbot.mouseClick(panel.text.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert chosen.args == [CLAIMS[1]]


def test_claims_are_chosen_by_keyboard(qtbot: QtBot) -> None:
    panel = RationalePanel()
    qtbot.addWidget(panel)
    panel.show_analysis(analysis())
    panel.show()
    panel.activateWindow()
    panel.setFocus()
    qtbot.waitUntil(panel.text.hasFocus)
    found = []
    panel.claim_chosen.connect(found.append)
    for _ in range(2):
        qtbot.keyClick(panel.text, Qt.Key.Key_Tab)
        qtbot.keyClick(panel.text, Qt.Key.Key_Return)
    assert found == list(CLAIMS)


def test_words_of_two_claims_carry_both_signs(qtbot: QtBot) -> None:
    panel = RationalePanel()
    qtbot.addWidget(panel)
    claims = (
        claim("brows are up", "inner_brow_raiser"),
        claim("brows are up", "outer_brow_raiser", "contradicted"),
        claim("nose is wrinkled", "", "unmeasurable"),
    )
    panel.show_analysis(
        analysis(rationale="The brows are up; the nose is wrinkled.", claims=claims)
    )
    assert shown(panel) == "The brows are up ✓F ✗F; the nose is wrinkled –F."


def test_an_explanation_that_ends_in_another_emotion_says_so(qtbot: QtBot) -> None:
    panel = RationalePanel()
    qtbot.addWidget(panel)

    def warned() -> bool:
        labels = panel.findChildren(QLabel)
        return any("ends in “Sad”" in label.text() and not label.isHidden() for label in labels)

    panel.show_analysis(analysis(rationale_emotion="sad"))
    assert warned()
    panel.show_analysis(analysis())
    assert not warned()


def test_a_direct_answer_says_that_there_is_no_explanation(qtbot: QtBot) -> None:
    panel = RationalePanel()
    qtbot.addWidget(panel)
    panel.show_analysis(analysis(rationale="", rationale_emotion=None, claims=()))
    assert "without an explanation" in panel.text.placeholderText()
    QApplication.processEvents()
