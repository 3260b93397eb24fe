"""`python -m tests.benchmarks.start_packaged PROGRAM`: from its start to the first paint.

PROGRAM is the packaged application, which nothing can be put into: looked at is the screen itself,
until a row of it is no longer black (`xvfb-run -a` gives an empty one). Warm: a start like the one
before. Cold: the files of the application have been evicted from the system's cache as far as no
running program maps them.
"""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
from ctypes import CDLL, c_char_p, c_int, c_uint, c_ulong, c_void_p
from pathlib import Path
from statistics import median

import typer
from rich.console import Console
from rich.table import Table

_X = CDLL("libX11.so.6")
_X.XOpenDisplay.restype, _X.XOpenDisplay.argtypes = c_void_p, [c_char_p]
_X.XDefaultRootWindow.restype, _X.XDefaultRootWindow.argtypes = c_ulong, [c_void_p]
_X.XGetImage.restype = c_void_p
_X.XGetImage.argtypes = [c_void_p, c_ulong, c_int, c_int, c_uint, c_uint, c_ulong, c_int]
_X.XGetPixel.restype, _X.XGetPixel.argtypes = c_ulong, [c_void_p, c_int, c_int]
_X.XDestroyImage.argtypes = [c_void_p]
_ALL_PLANES, _Z_PIXMAP = 0xFFFFFFFF, 2
_ROW_PX, _LONG_PX = 300, 600  # across the window, wherever on an empty screen that is put
_BETWEEN_S = 0.005
_LONGEST_S = 60.0


class Screen:
    """The screen that DISPLAY names."""

    def __init__(self) -> None:
        self._display = _X.XOpenDisplay(None)
        assert self._display, "there is no display; use xvfb-run"
        self._root = _X.XDefaultRootWindow(self._display)

    def is_black(self) -> bool:
        """Whether nothing has been drawn yet."""
        image = _X.XGetImage(
            self._display, self._root, 0, _ROW_PX, _LONG_PX, 1, _ALL_PLANES, _Z_PIXMAP
        )
        pixels = [_X.XGetPixel(image, x, 0) & 0xFFFFFF for x in range(_LONG_PX)]
        _X.XDestroyImage(image)
        return not any(pixels)

    def wait(self, black: bool) -> None:
        """Until the screen is black, or no longer is."""
        deadline_s = time.monotonic() + _LONGEST_S
        while self.is_black() is not black:
            assert time.monotonic() < deadline_s, "nothing was drawn"
            time.sleep(_BETWEEN_S)


def first_paint_s(program: Path, screen: Screen) -> float:
    """Open the window in a home of its own until it is seen, and close it."""
    screen.wait(black=True)
    with tempfile.TemporaryDirectory() as home:
        begun_s = time.monotonic()
        process = subprocess.Popen(
            [program], env={**os.environ, "HOME": home}, stderr=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
        try:
            screen.wait(black=False)
            return time.monotonic() - begun_s
        finally:
            os.killpg(process.pid, signal.SIGTERM)  # its worker too, which else loads the model
            process.wait()


def evict(folder: Path) -> None:
    """Let the system forget every file of a folder, if it can."""
    for path in folder.rglob("*"):
        if path.is_file():
            descriptor = os.open(path, os.O_RDONLY)
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(descriptor)


def main(program: Path, times: int = 5) -> None:
    """Start it `times` times warm and cold, and print the medians and extremes."""
    screen = Screen()
    first_paint_s(program, screen)  # so that the first of them is warm
    warm = [first_paint_s(program, screen) for _ in range(times)]
    cold = []
    for _ in range(times):
        evict(program.parent)
        cold.append(first_paint_s(program, screen))
    table = Table("start", "median", "least", "most", title=f"{times} starts each, seconds")
    for name, found in (("warm", warm), ("cold", cold)):
        table.add_row(name, *(f"{figure(found):.2f}" for figure in (median, min, max)))
    Console().print(table)


if __name__ == "__main__":
    typer.run(main)
