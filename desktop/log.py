"""What the program did and how it broke, kept on this machine for a report by its user.

Lines name no person: the home folder is written as `~`, and of other paths only files of the
program itself are named. Neither pictures nor sound nor results are logged.
"""

from __future__ import annotations

import contextlib
import faulthandler
import logging
import platform
import re
import sys
import traceback
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TextIO

from platformdirs import user_log_path

from desktop.settings import APP
from model import __version__

REPORTED_LINES = 200
_KEPT_LINES = 2000
_FILE_BYTES = 512 * 1024
_OLDER_FILES = 2
_FORMAT = "%(asctime)s %(levelname)-8s %(name)s: %(message)s"
_QUOTED_PATH = re.compile(
    r"""(["'`])(?:~?/|[A-Za-z]:[\\/]|\\\\)(?:(?:(?!\1).)*[\\/])?((?:(?!\1)[^\\/\n])+)\1"""
)
_ENDING = re.compile(r"\.[A-Za-z0-9]{1,5}$")
_OUR_OWN = re.compile(r"\.(so(\.\d+)*|dll|dylib|onnx|data|safetensors|npy|task|json|sqlite3|qm)$")
"""Endings of what only the program reads and writes: a fault is found by these files' names."""


def log_folder() -> Path:
    """The folder of the log and of the crash file; it is this program's alone."""
    return user_log_path(APP, appauthor=False)


def nameless(file: str) -> str:
    """What may be told of a file of the user's: how its name ends, as the rest is often a person's.

    >>> nameless("Ann and Bob.mp4")
    '….mp4'
    """
    ending = _ENDING.search(file)
    return f"…{ending[0] if ending else ''}"


def without_names(text: str) -> str:
    """The text without the user's home folder, and without folders and names in quoted paths.

    >>> without_names("cannot open '/media/disk/Ann and Bob.mp4'")
    "cannot open '….mp4'"
    """
    return _QUOTED_PATH.sub(_without_name, _without_home(text))


def _without_home(text: str) -> str:
    home = Path.home()
    if home == Path(home.anchor):  # a service's or a container's, which names nobody
        return text
    # Not where the name goes on: that is the folder of somebody else.
    return re.sub(rf"{re.escape(str(home))}(?![\w.-])", "~", text)


def _without_name(found: re.Match[str]) -> str:
    quote, name = found.groups()
    if name.endswith(".py"):  # a traceback without the folders of its sources cannot be read
        return found[0]
    told = f"…/{name}" if _OUR_OWN.search(name) else nameless(name)
    return f"{quote}{told}{quote}"


class Tail(logging.Handler):
    """The last lines of the log, in memory.

    Attributes:
        lines: the oldest first.
        listener: told every further line, from whichever thread logs it.
    """

    def __init__(self) -> None:
        super().__init__()
        self.lines: deque[str] = deque(maxlen=_KEPT_LINES)
        self.listener: Callable[[str], object] | None = None

    def emit(self, record: logging.LogRecord) -> None:
        for line in self.format(record).splitlines():
            self.lines.append(line)
            if self.listener is not None:
                self.listener(line)


def start_logging(folder: Path | None = None) -> Tail:
    """Send Python's log to a file and to the tail that is returned.

    Where nothing can be written, the tail is all there is: a log is no reason not to start.
    """
    tail = Tail()
    handlers: list[logging.Handler] = [tail]
    try:
        handlers.append(_log_file(folder or log_folder()))
    except OSError as error:
        problem = f"The log is not kept: {error}"
    else:
        problem = ""
    root = logging.getLogger()
    root.setLevel(logging.INFO)
    for handler in handlers:
        handler.setFormatter(_WithoutNames(_FORMAT))
        root.addHandler(handler)
    logging.captureWarnings(True)
    log = logging.getLogger("start")
    log.info("r1-omni %s, Python %s, %s", __version__, sys.version.split()[0], platform.platform())
    if problem:
        log.warning(problem)
    return tail


def previous_crash(folder: Path | None = None) -> str:
    """What was written when a run before this one crashed; empty if none did. Tells it once."""
    path = _crash_path(folder)
    try:
        text = path.read_text(encoding="utf-8", errors="replace").strip()
        path.write_text("", encoding="utf-8")
    except OSError:
        return ""
    return without_names(text)


def watch_for_crashes(folder: Path | None = None) -> None:
    """From now on, let a fatal fault of this process write where each thread was, and no more."""
    keep_no_core()
    with contextlib.suppress(OSError):
        # Appended to, because window and worker may write to it at the same time.
        faulthandler.enable(_open_crash_file(folder))


def keep_no_core() -> None:
    """Let the system write no image of this process's memory, or its children's, in a crash.

    Pictures and sound are in it, and it stays where the system keeps such images.
    """
    if sys.platform != "win32":
        import resource

        hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
        resource.setrlimit(resource.RLIMIT_CORE, (0, hard))


@contextlib.contextmanager
def crashes_written(folder: Path | None = None) -> Iterator[None]:
    """Write down whatever ends the process from within, be it a fault or an exception."""
    watch_for_crashes(folder)
    try:
        yield
    except Exception:
        with contextlib.suppress(OSError), _open_crash_file(folder) as file:
            file.write(without_names(traceback.format_exc()))
        raise


def report(facts: Mapping[str, str], lines: list[str]) -> str:
    """What to send along with a complaint: versions, platform, model and the end of the log."""
    known = {
        "r1-omni": __version__,
        "platform": platform.platform(),
        "python": sys.version.split()[0],
        **facts,
    }
    width = max(map(len, known))
    head = [f"{name:<{width}}  {value}" for name, value in known.items()]
    return without_names("\n".join([*head, "", *lines[-REPORTED_LINES:]]) + "\n")


class _WithoutNames(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return without_names(super().format(record))


def _make(folder: Path) -> None:
    """The log's folder, which only its owner may read, also if a former version made it."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with contextlib.suppress(OSError):  # it may be another's
        folder.chmod(0o700)


def _log_file(folder: Path) -> RotatingFileHandler:
    _make(folder)
    return RotatingFileHandler(
        folder / "r1-omni.log",
        maxBytes=_FILE_BYTES,
        backupCount=_OLDER_FILES,
        encoding="utf-8",
    )


def _crash_path(folder: Path | None) -> Path:
    return (folder or log_folder()) / "crash.txt"


def _open_crash_file(folder: Path | None) -> TextIO:
    path = _crash_path(folder)
    _make(path.parent)
    return path.open("a", encoding="utf-8")
