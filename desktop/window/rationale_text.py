"""`RationaleText`: a rationale whose claims can be read, pointed at and chosen one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QUrl, Signal
from PySide6.QtGui import QColor, QFont, QTextBlockFormat, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QFrame, QTextBrowser, QToolTip, QWidget

from desktop.palette import MODALITY_TONES, VERDICT_SIGNS, VERDICT_TONES
from desktop.view.rationale import segments
from desktop.window.announce import announce
from desktop.window.cue_words import cue_text
from desktop.window.focus_ring import FocusRing
from desktop.window.theme import shade
from model.analysis import CheckedClaim
from model.claims import WEIGHT_CUES
from model.cues import Modality
from model.evidence import Cue, Verdict

_Underline = QTextCharFormat.UnderlineStyle
UNDERLINES: Mapping[Modality, _Underline] = {
    "face": _Underline.SingleUnderline,
    "voice": _Underline.DashUnderline,
}

_LINE_PERCENT = 150.0
_MARGIN_PX = 5.0  # the ring of the focus is clear of the words


class RationaleText(QTextBrowser):
    """Running text; claims are underlined by modality and followed by a sign of their verdict.

    Tab moves from claim to claim, Enter and a click choose one.

    Signals:
        claim_chosen(CheckedClaim)
    """

    claim_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setOpenLinks(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(self.tr("Explanation"))
        self.document().setDocumentMargin(_MARGIN_PX)
        self.viewport().setAutoFillBackground(False)
        self.anchorClicked.connect(self._choose)
        FocusRing(self)
        self._rationale = ""
        self._claims: tuple[CheckedClaim, ...] = ()
        self._claims_shown: tuple[CheckedClaim, ...] = ()
        self._cues: dict[str, Cue] = {}

    def write(self, piece: str) -> None:
        """Add a piece of text that was not checked yet, and keep its end in view."""
        self._rationale += piece
        cursor = QTextCursor(self.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.setBlockFormat(_spacious())
        cursor.insertText(piece, QTextCharFormat())
        bar = self.verticalScrollBar()
        bar.setValue(bar.maximum())

    def show_claims(
        self, rationale: str, claims: Sequence[CheckedClaim], cues: Sequence[Cue]
    ) -> None:
        """Show a whole rationale with the verdict of each claim."""
        self._rationale, self._claims = rationale, tuple(claims)
        self._cues = {cue.name: cue for cue in cues}
        self._render()

    def clear(self) -> None:
        """Show nothing."""
        self.show_claims("", (), ())

    def changeEvent(self, event: QEvent) -> None:
        """Take new colours for another palette."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._render()

    def focusNextPrevChild(self, following: bool) -> bool:
        """Go to the next clause or the one before it, else to another widget."""
        moved = super().focusNextPrevChild(following)
        url = QUrl(self.textCursor().charFormat().anchorHref())
        if moved and self.hasFocus() and not url.isEmpty():
            self._tell(_number(url))
        return moved

    def _render(self) -> None:
        if self.hasFocus():
            QToolTip.hideText()  # it was of a clause that is no longer there
        document = self.document()
        document.clear()
        cursor = QTextCursor(document)
        cursor.setBlockFormat(_spacious())
        shown: list[CheckedClaim] = []
        for segment in segments(self._rationale, self._claims):
            if segment.claim is None:
                cursor.insertText(segment.text, QTextCharFormat())
                continue
            link = self._link(segment.claim, len(shown))
            shown.append(segment.claim)
            cursor.insertText(segment.text, self._clause_format(segment.claim, link))
            self._insert_mark(cursor, segment.claim, link)
        self._claims_shown = tuple(shown)

    def _link(self, claim: CheckedClaim, number: int) -> QTextCharFormat:
        link = QTextCharFormat()
        link.setAnchor(True)
        link.setAnchorHref(f"claim:{number}")
        link.setToolTip(self._tooltip(claim))
        return link

    def _clause_format(self, claim: CheckedClaim, link: QTextCharFormat) -> QTextCharFormat:
        colour = shade(MODALITY_TONES[claim.modality], self.palette())
        clause = QTextCharFormat(link)
        clause.setForeground(colour)
        clause.setUnderlineStyle(UNDERLINES[claim.modality])
        clause.setUnderlineColor(colour)
        clause.setFontStrikeOut(claim.verdict == "contradicted")  # a small sign is overlooked
        return clause

    def _insert_mark(self, cursor: QTextCursor, claim: CheckedClaim, link: QTextCharFormat) -> None:
        palette = self.palette()
        sign = _mark(link, shade(VERDICT_TONES[claim.verdict], palette))
        cursor.insertText("\u00a0" + VERDICT_SIGNS[claim.verdict], sign)
        letter = _mark(link, shade(MODALITY_TONES[claim.modality], palette))
        letter.setVerticalAlignment(QTextCharFormat.VerticalAlignment.AlignSuperScript)
        cursor.insertText(self.tr("F") if claim.modality == "face" else self.tr("V"), letter)

    def _tooltip(self, claim: CheckedClaim) -> str:
        lines = [self._verdict_text(claim.verdict)]
        if claim.cue in self._cues:
            lines.append(cue_text(self._cues[claim.cue]))
        elif claim.cue in WEIGHT_CUES:
            lines.append(self.tr("Measured: what face and voice contribute to the answer"))
        return "\n".join(lines)

    def _verdict_text(self, verdict: Verdict) -> str:
        texts = {
            "supported": self.tr("Supported by the measurement"),
            "contradicted": self.tr("Contradicted by the measurement"),
            "unmeasurable": self.tr("Not measured here"),
        }
        return f"{VERDICT_SIGNS[verdict]} {texts[verdict]}"

    def _tell(self, number: int) -> None:
        """What the mouse is told by resting on a clause, the keyboard is told by coming to it."""
        told = self._tooltip(self._claims_shown[number])
        place = self.viewport().mapToGlobal(self.cursorRect().bottomLeft())
        QToolTip.showText(place, told, self.viewport())
        announce(self, told)

    def _choose(self, url: QUrl) -> None:
        self.claim_chosen.emit(self._claims_shown[_number(url)])


def _number(url: QUrl) -> int:
    return int(url.path())


def _spacious() -> QTextBlockFormat:
    """Lines far enough apart for underlines and raised letters."""
    block = QTextBlockFormat()
    block.setLineHeight(_LINE_PERCENT, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
    return block


def _mark(link: QTextCharFormat, colour: QColor) -> QTextCharFormat:
    mark = QTextCharFormat(link)
    mark.setForeground(colour)
    mark.setFontWeight(QFont.Weight.Bold)
    mark.setFontUnderline(False)
    return mark
