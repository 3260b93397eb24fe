"""`Revival`: a model whose process has died is started again, by itself or as it is asked for."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from desktop.live.messages import Event, Gone, Ready
from desktop.window.banner import Banners
from desktop.window.bridge import Bridge


class Revival(QObject):
    """Watches over a bridge's worker and says in a banner what became of it.

    By itself only once, and only a model that had been loaded: what ends one at once would end
    the next one, too, and nobody would come to a button any more.

    Signals:
        begun: the model is being loaded once more.
    """

    begun = Signal()

    def __init__(self, bridge: Bridge, banners: Banners, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge, self._banners = bridge, banners
        self._may_begin = False
        self._begun_by_itself = False
        bridge.told.connect(self._on_event)

    def _on_event(self, event: Event) -> None:
        match event:
            case Ready():
                self._may_begin = not self._begun_by_itself
            case Gone(code) if self._may_begin:
                self._may_begin, self._begun_by_itself = False, True
                self._banners.say(
                    "worker", "warning",
                    self.tr(
                        "The model stopped (exit code {0}) and was started again; what happened "
                        "until it was loaded is not judged."
                    ).format(code),
                )  # fmt: skip
                self._begin()
            case Gone(code):
                self._banners.say(
                    "worker", "problem",
                    self.tr("The model stopped (exit code {0}); nothing is judged.").format(code),
                    self.tr("Start it again"), self._begin_as_asked,
                )  # fmt: skip

    def _begin_as_asked(self) -> None:
        self._banners.dismiss("worker")
        self._begin()

    def _begin(self) -> None:
        self._bridge.session.restart()
        self.begun.emit()
