"""`Preview`: the camera's picture with what was measured in it drawn on the very same picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.view.face_regions import CUE_REGIONS, OUTLINES
from desktop.window.theme import breakable
from model.cues import CUES
from model.evidence import RAISED_FROM, Cue

FloatArray = npt.NDArray[np.float32]

_LINE = QColor(255, 255, 255, 190)
_SHADE = QColor(0, 0, 0, 120)
_RAISED, _LOWERED = QColor("#E69F00"), QColor("#56B4E9")
_MOST_CUES = 4


@dataclass(frozen=True)
class Layers:
    """Which parts of the overlay are drawn."""

    box: bool = True
    landmarks: bool = True
    cues: bool = True

    @property
    def any(self) -> bool:
        return self.box or self.landmarks or self.cues


class Preview(QWidget):
    """Shows pictures as they come.

    Attributes:
        layers: of the overlay.
        mirrored: show the picture as a mirror does.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.layers, self.mirrored = Layers(), True
        self._image = QImage()
        self._pixels: npt.NDArray[np.uint8] | None = None
        self._landmarks: FloatArray | None = None
        self._cues: tuple[Cue, ...] = ()
        self._hint = ""
        self.setMinimumSize(176, 120)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(self.tr("Camera picture"))

    def sizeHint(self) -> QSize:
        return QSize(640, 480)

    def show_picture(
        self, picture: npt.NDArray[np.uint8], landmarks: FloatArray | None, cues: Sequence[Cue] = ()
    ) -> None:
        """Show a picture, RGB uint8 (height, width, 3), with landmarks (478, 2) in its pixels."""
        self._pixels = np.ascontiguousarray(picture)  # QImage does not own what it shows
        height, width = picture.shape[:2]
        self._image = QImage(
            self._pixels.data, width, height, 3 * width, QImage.Format.Format_RGB888
        )
        self._landmarks = landmarks
        self._cues = _telling(cues)
        if self._hint:
            self._say("")
        self.update()

    def show_hint(self, text: str) -> None:
        """Show words instead of a picture."""
        self._image, self._pixels, self._landmarks = QImage(), None, None
        self._say(text)
        self.update()

    def _say(self, hint: str) -> None:
        self._hint = hint
        self.setAccessibleDescription(hint)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), Qt.GlobalColor.black)
        if self._image.isNull():
            painter.setPen(QColor("#d0d0d0"))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(24, 24, -24, -24), flags, breakable(self._hint))
            return
        place = self._place()
        painter.save()
        if self.mirrored:
            painter.translate(place.left() + place.right(), 0)
            painter.scale(-1, 1)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(place, self._image)
        painter.restore()
        if self._landmarks is not None and self.layers.any:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_overlay(painter, self._to_widget(self._landmarks, place))

    def _place(self) -> QRectF:
        """Where the picture is, as large as it fits."""
        width, height = self._image.width(), self._image.height()
        scale = min(self.width() / width, self.height() / height)
        size = (width * scale, height * scale)
        return QRectF((self.width() - size[0]) / 2, (self.height() - size[1]) / 2, *size)

    def _to_widget(self, points: FloatArray, place: QRectF) -> FloatArray:
        scale = place.width() / self._image.width()
        placed = points * scale
        if self.mirrored:
            placed[:, 0] = place.width() - placed[:, 0]
        return np.asarray(placed + np.array([place.left(), place.top()]), np.float32)

    def _paint_overlay(self, painter: QPainter, points: FloatArray) -> None:
        if self.layers.landmarks:
            for colour, width in ((_SHADE, 2.6), (_LINE, 1.0)):
                painter.setPen(QPen(colour, width))
                for outline in OUTLINES:
                    painter.drawPolyline(_polygon(points[list(outline)]))
        if self.layers.box:
            low, high = points.min(axis=0), points.max(axis=0)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for colour, width in ((_SHADE, 4.0), (_LINE, 1.6)):
                painter.setPen(QPen(colour, width))
                painter.drawRoundedRect(QRectF(QPointF(*low), QPointF(*high)), 8, 8)
        if self.layers.cues:
            self._paint_cues(painter, points)

    def _paint_cues(self, painter: QPainter, points: FloatArray) -> None:
        font = QFont(self.font())
        font.setPointSizeF(max(font.pointSizeF() - 1, 7))
        painter.setFont(font)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for cue in self._cues:
            painter.setPen(QPen(_colour(cue), 2))
            for x, y in points[list(CUE_REGIONS[cue.name])]:
                painter.drawEllipse(QPointF(x, y), 4, 4)
        labels: list[QRect] = []  # over all circles
        for cue in self._cues:
            places = points[list(CUE_REGIONS[cue.name])]
            labels.append(_label(painter, places, _colour(cue), _caption(cue), labels))


def _telling(cues: Sequence[Cue]) -> tuple[Cue, ...]:
    """The facial cues that deviate most, if they deviate at all."""
    facial = [c for c in cues if c.modality == "face" and abs(c.deviation) >= RAISED_FROM]
    return tuple(sorted(facial, key=lambda cue: -abs(cue.deviation))[:_MOST_CUES])


def _colour(cue: Cue) -> QColor:
    return _RAISED if cue.deviation > 0 else _LOWERED


def _caption(cue: Cue) -> str:
    name = CUES[cue.name].action_unit or cue.name.replace("_", " ")
    return f"{name} {'▲' if cue.deviation > 0 else '▼'}"


def clear_of(box: QRect, others: Sequence[QRect]) -> QRect:
    """The box, moved down until it covers none of the others."""
    for other in sorted(others, key=QRect.top):
        if box.intersects(other):
            box = box.translated(0, other.bottom() + 2 - box.top())
    return box


def _label(
    painter: QPainter, places: FloatArray, colour: QColor, text: str, others: Sequence[QRect]
) -> QRect:
    """Write beside the outermost place, clear of the other labels; returns where."""
    x, y = places[places[:, 0].argmax()]
    box = painter.fontMetrics().boundingRect(text).adjusted(-4, -2, 4, 2)
    box.moveTo(round(x) + 8, round(y) - box.height() // 2)
    box = clear_of(box, others)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(0, 0, 0, 170))
    painter.drawRoundedRect(box, 4, 4)
    painter.setPen(colour)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
    return box


def _polygon(points: FloatArray) -> QPolygonF:
    return QPolygonF([QPointF(x, y) for x, y in points.tolist()])
