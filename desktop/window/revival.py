"""`Revival`: a model whose process has died is started again, by itself or as it is asked for."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QPushButton

from desktop.live.messages import Event, Gone, NotLoaded, Ready
from desktop.window.banner import Banners
from desktop.window.bridge import Bridge
from desktop.window.told import told


class Revival(QObject):
    """Watches over a bridge's worker and says in a banner what became of it.

    By itself only once, and only a model that had been loaded: what ends one at once would end
    the next one, too, and nobody would come to a button any more.

    Signals:
        begun: the model is being loaded once more.
        given_up: no model runs until somebody asks for it.

    Attributes:
        again: asks for it, shown for as long as none runs: a banner can be closed.
    """

    begun = Signal()
    given_up = Signal()

    def __init__(self, bridge: Bridge, banners: Banners, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge, self._banners = bridge, banners
        self._may_begin = False
        self._begun_by_itself = False
        self._why_not_loaded = ""
        self.again = QPushButton(self.tr("Start the model again"))
        self.again.clicked.connect(self._begin)
        self.again.hide()
        bridge.told.connect(self._on_event)

    def _on_event(self, event: Event) -> None:
        match event:
            case Ready():
                self._may_begin = not self._begun_by_itself
            case NotLoaded(sentence):
                self._may_begin, self._why_not_loaded = False, told(sentence)
            case Gone(code) if self._may_begin:
                self._may_begin, self._begun_by_itself = False, True
                self._begin()
                self._banners.say(
                    "worker", "warning",
                    self.tr(
                        "The model stopped (exit code {0}) and was started again; what happened "
                        "until it was loaded is not judged."
                    ).format(code),
                )  # fmt: skip
            case Gone(code):
                stopped = self.tr("The model stopped (exit code {0}); nothing is judged.")
                self._give_up(self._why_not_loaded or stopped.format(code))

    def _give_up(self, why: str) -> None:
        self._why_not_loaded = ""
        self.again.show()
        self._banners.say("worker", "problem", why, self.again.text(), self._begin)
        self.given_up.emit()

    def _begin(self) -> None:
        self._banners.dismiss("worker")
        self.again.hide()
        self._bridge.session.restart()
        self.begun.emit()
