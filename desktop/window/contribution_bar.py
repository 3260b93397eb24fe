"""`ContributionBar`: how much face and voice each spoke for the answer."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.palette import MODALITY_TONES, MUTED, RULE
from desktop.window.theme import ink, shade
from model.analysis import Contribution
from model.cues import Modality

_SMALLEST_SCALE_NATS = 1.0
_GAP = 10.0


class ContributionBar(QWidget):
    """Two signed bars about one zero line: right of it for the answer, left of it against."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._contribution: Contribution | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Contribution of face and voice"))
        self.setToolTip(
            self.tr(
                "Shapley value of the face and of the voice for the answer's log-probability, "
                "in nats. To the right: for the answer."
            )
        )

    def show_contribution(self, contribution: Contribution) -> None:
        """Show the contributions to one answer."""
        self._contribution = contribution
        told = self.tr("face {face:+.2f}, voice {voice:+.2f} nats")
        told = told.format(face=contribution.face, voice=contribution.voice)
        self.setAccessibleDescription(told)
        self.update()

    def clear(self) -> None:
        """Show no contributions."""
        self._contribution = None
        self.setAccessibleDescription("")
        self.update()

    def sizeHint(self) -> QSize:
        """Two bars and a caption."""
        return QSize(260, 3 * self._row_height())

    def minimumSizeHint(self) -> QSize:
        """As high as it is."""
        return QSize(200, self.sizeHint().height())

    def bar(self, modality: Modality) -> QRectF:
        """The bar of a modality, from the zero line to its value."""
        track, zero = self._track(modality), self._track(modality).center().x()
        value = getattr(self._contribution, modality, 0.0)
        length = value / self._scale() * track.width() / 2
        return QRectF(min(zero, zero + length), track.top(), abs(length), track.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint both bars, the zero line and the caption."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for modality, name in (("face", self.tr("Face")), ("voice", self.tr("Voice"))):
            self._paint_row(painter, "face" if modality == "face" else "voice", name)
        track = self._track("voice")
        painter.setPen(QPen(shade(MUTED, self.palette()), 1.0))
        zero = round(track.center().x()) + 0.5
        painter.drawLine(QPointF(zero, 2.0), QPointF(zero, 2.0 * self._row_height()))
        foot = QRectF(track.left(), 2.0 * self._row_height(), track.width(), self._row_height())
        sides = (
            (Qt.AlignmentFlag.AlignLeft, self.tr("against")),
            (Qt.AlignmentFlag.AlignRight, self.tr("for")),
        )
        for side, text in sides:
            painter.drawText(foot, side | Qt.AlignmentFlag.AlignVCenter, text)

    def _row_height(self) -> int:
        return self.fontMetrics().height() + 6

    def _scale(self) -> float:
        shown = self._contribution or Contribution(0.0, 0.0)
        return max(abs(shown.face), abs(shown.voice), _SMALLEST_SCALE_NATS)

    def _track(self, modality: Modality) -> QRectF:
        metrics, height = self.fontMetrics(), float(self._row_height())
        names = (self.tr("Face"), self.tr("Voice"))
        left = max(map(metrics.horizontalAdvance, names)) + _GAP
        right = metrics.horizontalAdvance("+00.00 nats") + _GAP
        top = height * (modality == "voice")
        return QRectF(left, top + 4.0, max(self.width() - left - right, 1.0), height - 8.0)

    def _paint_row(self, painter: QPainter, modality: Modality, name: str) -> None:
        track, palette = self._track(modality), self.palette()
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(ink(palette))
        painter.drawText(QRectF(0.0, track.top(), track.left(), track.height()), middle, name)
        number = QRectF(track.right(), track.top(), self.width() - track.right(), track.height())
        painter.drawText(number, middle | Qt.AlignmentFlag.AlignRight, self._number(modality))
        ground = shade(RULE, palette)
        ground.setAlphaF(0.3)
        painter.fillRect(track, ground)
        painter.fillRect(self.bar(modality), shade(MODALITY_TONES[modality], palette))

    def _number(self, modality: Modality) -> str:
        if self._contribution is None:
            return "–"
        value: float = getattr(self._contribution, modality)
        return self.tr("{value} nats").format(value=f"{value:+.2f}".replace("-", "−"))
