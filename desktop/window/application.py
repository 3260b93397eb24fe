"""What starts the window: `r1-omni` without a command."""

from __future__ import annotations

import logging
import signal
from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QMessageBox

from desktop.log import previous_crash, start_logging, watch_for_crashes
from desktop.settings import load_settings
from desktop.window.device_choice import NO_SOURCES, Sources
from desktop.window.diagnosis import Diagnosis
from desktop.window.faults import Faults
from desktop.window.icon import application_icon
from desktop.window.language import speak
from desktop.window.main_window import NOTHING, MainWindow
from desktop.window.screen import screen_application
from desktop.window.theme import window_palette
from desktop.window.told import told
from model import __version__
from model.errors import EXIT_CODE, StoreError


def follow_colour_scheme(application: QApplication) -> None:
    """Light or dark as the system is, now and whenever that changes."""
    application.setStyle("Fusion")

    def apply() -> None:
        dark = application.styleHints().colorScheme() == Qt.ColorScheme.Dark
        application.setPalette(window_palette(dark))

    application.styleHints().colorSchemeChanged.connect(apply)
    apply()


def run_window(
    sources: Sources = NO_SOURCES,
    overrides: Mapping[str, str | int] = NOTHING,
    files: Sequence[Path] = (),
) -> int:
    """Open the window and stay until it is closed; returns the exit code.

    Where recorded sessions cannot be opened that is said in a box, and no window opens.

    Args:
        sources: to use instead of the devices last used.
        overrides: settings by name that hold for this run and are not kept.
        files: recordings to analyse at once.
    """
    tail, crash = start_logging(), previous_crash()
    watch_for_crashes()
    faults = Faults()
    faults.install()
    application, settings = _named_application(), load_settings()
    speak(settings.language, application)
    try:
        window = MainWindow(settings, sources, overrides=overrides)
    except StoreError as error:
        _tell(error)
        faults.remove()
        return EXIT_CODE
    diagnosis = Diagnosis(window, tail, faults)
    if crash:
        diagnosis.tell_crash(crash)
    window.show()
    window.start()
    if files:
        window.pages.setCurrentWidget(window.files)
        window.files.add(files)
    end_well(application, window)
    _heed_signals(window)
    code = application.exec()
    faults.remove()
    return code


def end_well(application: QApplication, window: MainWindow) -> None:
    """Let a window make whole what it records, whoever ends the program or the user's session."""
    application.commitDataRequest.connect(window.settle)
    application.aboutToQuit.connect(window.end)


def _heed_signals(window: MainWindow) -> None:
    """Close the window on Ctrl-C, `kill` or the end of its terminal; what is ignored stays so."""

    def end() -> None:
        window.end()
        QApplication.exit(0)  # also of a dialog that waits for an answer

    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)  # Windows has no SIGHUP
        if number is not None and signal.getsignal(number) != signal.SIG_IGN:
            # Later, as this may be in the middle of anything, and before the loop runs.
            signal.signal(number, lambda *_: QTimer.singleShot(0, end))
    # Python sees a signal only between two of its own instructions.
    alive = QTimer(window)
    alive.timeout.connect(lambda: None)
    alive.start(200)


def _named_application() -> QApplication:
    application = screen_application()
    application.setApplicationName("R1-Omni")
    application.setApplicationVersion(__version__)
    application.setDesktopFileName("r1-omni")
    application.setWindowIcon(application_icon())
    follow_colour_scheme(application)
    return application


def _tell(error: StoreError) -> None:
    """Say why there is no window, to somebody who may have no terminal to read it in."""
    logging.getLogger("start").critical("%s", error)
    box = QMessageBox(QMessageBox.Icon.Critical, "R1-Omni", told(error.sentence))
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.exec()
