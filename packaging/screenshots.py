"""`xvfb-run -a python packaging/screenshots.py`: the pictures of `docs/images/`, anew.

The real program with the sample clips as its camera and microphone, in folders of its own: neither
the user's settings nor the user's sessions are touched. It takes about two minutes. The report is
a page for a browser: its picture needs Chromium (Debian: `apt install chromium`), and is left as it
is where there is none.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

HOME = tempfile.TemporaryDirectory()
for _variable in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
    os.environ[_variable] = HOME.name  # before any path is asked for

from PySide6.QtCore import QEventLoop, QTimer  # noqa: E402
from PySide6.QtWidgets import QApplication, QWidget  # noqa: E402

from desktop.live.messages import Event, Explained, FileDone, Glimpsed, Seen  # noqa: E402
from desktop.sessions.export import EXPORTS  # noqa: E402
from desktop.settings import Settings  # noqa: E402
from desktop.window.consent import NOTICE_VERSION, ConsentDialog  # noqa: E402
from desktop.window.device_choice import Sources  # noqa: E402
from desktop.window.main_window import MainWindow  # noqa: E402
from desktop.window.theme import window_palette  # noqa: E402

ROOT = Path(__file__).parents[1]
SAMPLES, IMAGES = ROOT / "tests" / "samples", ROOT / "docs" / "images"
PATIENCE_MS = 600_000
SIZE = (1400, 940)


def wait(milliseconds: int) -> None:
    """Let the program run."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def wait_for(window: MainWindow, wanted: Callable[[Event], bool]) -> None:
    """Let the program run until the worker tells something."""
    loop = QEventLoop()
    window.bridge.told.connect(lambda event: wanted(event) and loop.quit())
    QTimer.singleShot(PATIENCE_MS, lambda: sys.exit("the worker told nothing for ten minutes"))
    loop.exec()


def keep(widget: QWidget, name: str) -> None:
    """Write what a widget shows, once it has been painted."""
    wait(600)
    keep_now(widget, name)


def keep_live(window: MainWindow, name: str) -> None:
    """Write what the window shows at a moment at which it sees a face."""
    now_s = window.bridge.session.clock.now_s

    def sees(event: Event) -> bool:
        return isinstance(event, Seen) and len(event.landmarks) > 0 and now_s() - event.time_s < 0.4

    wait_for(window, sees)
    wait(80)  # the preview paints what it was told
    keep_now(window, name)


def keep_now(widget: QWidget, name: str) -> None:
    """Write what a widget shows at this moment."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    widget.grab().save(str(IMAGES / f"{name}.png"))
    sys.stdout.write(f"docs/images/{name}.png\n")


def live(camera: str, microphone: str, explanations: int) -> Iterator[MainWindow]:
    """A window that has explained the picture of one clip and the sound of one several times."""
    sources = Sources(str(SAMPLES / camera), str(SAMPLES / microphone), loop=True)
    kept = Path(HOME.name)
    window = MainWindow(
        Settings(consented=NOTICE_VERSION, baseline="none", mirrored=False), sources, kept
    )
    window.resize(*SIZE)  # also where the screen has less, as `xvfb-run`'s has
    window.show()
    window.start()
    for _ in range(explanations):
        wait_for(window, lambda event: isinstance(event, Explained))
    yield window
    window.end()


def main() -> None:
    """Take every picture."""
    os.chdir(HOME.name)  # before the worker's process starts: what it says names no home
    application = QApplication([])
    application.setStyle("Fusion")
    application.setPalette(window_palette(False))
    keep_first_run()
    for window in live("happy.mp4", "happy.mp4", 1):
        facts = window.model_facts  # what is shown to everybody names no home
        facts["bundle"] = facts["bundle"].replace(str(Path.home()), "~")
        window.recorder.record(True)
        for _ in range(3):
            wait_for(window, lambda event: isinstance(event, Explained))
        keep_live(window, "live")
        window.recorder.record(False)
        application.setPalette(window_palette(True))
        wait(600)
        keep_live(window, "live-dark")
        application.setPalette(window_palette(False))
        keep_files(window)
        keep_sessions(window)
    for window in live("sad.mp4", "sad.mp4", 2):
        keep_live(window, "live-sad")
    for window in live("angry.mp4", "happy.mp4", 1):  # an angry face, a happy voice
        wait_for(window, lambda event: isinstance(event, Glimpsed) and event.glimpse.unsure)
        keep_live(window, "live-unsure")


def keep_first_run() -> None:
    """The notice before the camera opens."""
    notice = ConsentDialog()
    notice.show()
    keep(notice, "first-run")
    notice.close()


def keep_files(window: MainWindow) -> None:
    """The queue after two clips and a text that is called a film."""
    film = Path("renamed.mp4")
    film.write_text("This is no film.", encoding="utf-8")
    window.pages.setCurrentWidget(window.files)
    last = SAMPLES / "surprise.mp4"
    window.files.add([SAMPLES / "angry.mp4", film, last])
    wait_for(window, lambda event: isinstance(event, FileDone) and event.path == last)
    keep(window, "files")


def keep_sessions(window: MainWindow) -> None:
    """The session that was recorded meanwhile."""
    window.pages.setCurrentWidget(window.sessions)
    window.sessions.table.selectRow(0)
    keep(window, "sessions")
    keep_report(window)


def keep_report(window: MainWindow) -> None:
    """The same session as one HTML file, as a browser shows its beginning."""
    number, report = window.sessions.selected(), Path(HOME.name) / "report.html"
    assert number is not None
    window.sessions.export(number, EXPORTS["html"], report)
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        sys.stdout.write("docs/images/report.png is left as it is: Chromium is not installed\n")
        return
    subprocess.run(
        [browser, "--headless", "--no-sandbox", "--hide-scrollbars", "--window-size=1200,2300",
         f"--user-data-dir={HOME.name}/browser", f"--screenshot={IMAGES / 'report.png'}",
         report.as_uri()],
        check=True, capture_output=True,
    )  # fmt: skip
    sys.stdout.write("docs/images/report.png\n")


if __name__ == "__main__":
    main()
