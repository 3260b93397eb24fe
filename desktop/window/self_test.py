"""`r1-omni --self-test CLIP`: the whole window on one clip, without anybody at the keys."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from desktop.settings import Settings
from desktop.view.same import differences, read_expected
from desktop.window.application import follow_colour_scheme
from desktop.window.main_window import MainWindow
from desktop.window.screen import screen_application
from model.errors import EXIT_CODE

_LIMIT_MS = 180_000
_PAINT_MS = 500


def run_self_test(clip: Path, screenshot: Path | None, expected: Path | None = None) -> int:
    """Analyse `clip` in the window; print what it found as JSON lines, and grab the window.

    Args:
        expected: what `r1-omni analyze --json` printed of the clip, to be found again.

    Returns:
        0 if every window of the clip was analysed, else `EXIT_CODE` after a sentence on stderr.

    Raises:
        ConfigError: `expected` cannot be read.
    """
    golden = None if expected is None else read_expected(expected)
    application = QApplication.instance() or screen_application()
    assert isinstance(application, QApplication)
    follow_colour_scheme(application)
    with TemporaryDirectory() as folder:
        # What was expected was printed without options: people at large, not the person's windows.
        window = MainWindow(Settings(baseline="none"), folder=Path(folder))
        test = _SelfTest(window, clip, screenshot, golden)
        window.show()
        window.bridge.session.start()
        test.begin()
        code = application.exec()
        window.end()
    return code


class _SelfTest(QObject):
    def __init__(
        self,
        window: MainWindow,
        clip: Path,
        screenshot: Path | None,
        expected: list[dict[str, Any]] | None,
    ) -> None:
        super().__init__()
        self._window, self._clip, self._screenshot = window, clip, screenshot
        self._expected = expected
        self._done = False

    def begin(self) -> None:
        self._window.bridge.told.connect(self._look)
        self._window.bridge.told.connect(self._complain)
        self._window.pages.setCurrentWidget(self._window.files)
        self._window.files.add([self._clip])
        limit = QTimer(self)  # ends with this object; a shot by itself would outlive it
        limit.timeout.connect(self._give_up)
        limit.start(_LIMIT_MS)

    def _look(self, event: object) -> None:
        item = self._window.files.queue.item(self._clip)
        if item is None or self._done:
            return
        if item.state == "failed":
            self._end(item.message)
        elif item.state == "done":
            found = [analysis.to_json() for analysis in item.analyses]
            for result in found:
                sys.stdout.write(json.dumps(result, allow_nan=False) + "\n")
            if sentence := self._difference(found):
                self._end(sentence)
                return
            self._done = True
            QTimer.singleShot(_PAINT_MS, self._grab)

    def _difference(self, found: list[dict[str, Any]]) -> str | None:
        """What is not as expected, first of all."""
        return None if self._expected is None else next(differences(self._expected, found), None)

    def _complain(self, event: object) -> None:
        sentences = self._window.banners.sentences
        if sentences and not self._done:
            self._end(sentences[0])

    def _grab(self) -> None:
        if self._screenshot is not None and not self._window.grab().save(str(self._screenshot)):
            self._done = False
            self._end(f"{self._screenshot} cannot be written; choose another file.")
            return
        QApplication.exit(0)

    def _give_up(self) -> None:
        self._end("it took longer than three minutes.")

    def _end(self, sentence: str) -> None:
        if not self._done:
            self._done = True
            sys.stderr.write(f"self-test: {sentence}\n")
            QApplication.exit(EXIT_CODE)
