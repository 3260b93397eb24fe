"""The PortAudio library, through sounddevice: loaded late, and never left to stop by itself.

Only `abort` and `close` end a stream here: `stop` (so also `with InputStream(...)`) waits for
samples that a vanished microphone never delivers. But `abort` cancels PortAudio's thread wherever
it is, and if that is our callback, in the middle of Python, the process dies. So the callback is
told first to give up; where it is never called any more, there is nothing to be hit.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Lock
from typing import Any

import numpy as np
import numpy.typing as npt

from desktop.capture import pulse
from desktop.capture.state import DeviceState, SourceFailure, denied
from model.clip import SAMPLE_RATE_HZ

_LONGEST_BLOCK_S = 0.5
_POLL_S = 0.005

_INVALID_RATE, _UNAVAILABLE, _HOST_ERROR = -9997, -9985, -9999

# sounddevice is not safe to open, list and restart from several threads at once.
_lock = Lock()
_open_streams = 0


def load() -> Any:
    """The sounddevice module; not imported with ours, because PortAudio may be missing.

    Raises:
        SourceFailure: the library is not installed.
    """
    try:
        import sounddevice
    except OSError as error:
        text = (
            "Sound needs the PortAudio library, which is missing; install it (Debian, Ubuntu: "
            "sudo apt install libportaudio2)."
        )
        raise SourceFailure(DeviceState("absent", text)) from error
    return sounddevice


def microphones() -> list[str]:
    """Name of every microphone that PortAudio knows.

    Raises:
        SourceFailure: the library is not installed, or cannot look for devices.
    """
    sounddevice = load()
    with _lock, _told(sounddevice):
        _refresh(sounddevice)
        return list(_numbers(sounddevice))


@contextmanager
def recording(
    source: int | str | None, on_block: Callable[[npt.NDArray[np.float32]], None]
) -> Iterator[int]:
    """Record while the `with` block lasts; gives the rate of the samples in Hz.

    Args:
        source: `None` for the default; a name, of a PulseAudio source where such a server answers,
            else of a device; or a device's number, which another plug may change.
        on_block: called from PortAudio's own thread with mono samples; it must not wait.

    Raises:
        SourceFailure: the microphone cannot be opened.
    """
    global _open_streams
    sounddevice = load()
    closing = Event()

    def heard(block: npt.NDArray[np.float32], *_: object) -> None:
        if closing.is_set():
            raise sounddevice.CallbackAbort
        on_block(block[:, 0].copy())

    with _lock, _told(sounddevice):
        _refresh(sounddevice)
        stream = _opened(sounddevice, source, heard)
        _open_streams += 1
    try:
        yield round(stream.samplerate)
    finally:
        closing.set()
        with _lock:
            _wait_for_callback(stream)
            stream.abort()
            stream.close()
            _open_streams -= 1


def _wait_for_callback(stream: Any) -> None:
    """Let the callback give up, unless the microphone is silent and it is not called."""
    deadline_s = time.perf_counter() + _LONGEST_BLOCK_S
    while stream.active and time.perf_counter() < deadline_s:
        time.sleep(_POLL_S)


def _refresh(sounddevice: Any) -> None:
    """Look for devices anew: PortAudio only does when it starts, and it cannot during a stream."""
    if not _open_streams:
        sounddevice._terminate()
        sounddevice._initialize()


def _opened(sounddevice: Any, source: int | str | None, heard: Callable[..., None]) -> Any:
    device = sounddevice.query_devices(_number(sounddevice, source), "input")

    def started(rate_hz: float) -> Any:
        stream = sounddevice.InputStream(
            samplerate=rate_hz, device=device["index"], channels=1, dtype="float32",
            callback=heard,
        )  # fmt: skip
        try:
            stream.start()
        except sounddevice.PortAudioError:
            stream.close()
            raise
        return stream

    with pulse.chosen(source):
        try:
            return started(SAMPLE_RATE_HZ)
        except sounddevice.PortAudioError as error:
            if _code(error) != _INVALID_RATE:
                raise
            return started(device["default_samplerate"])


def _number(sounddevice: Any, source: int | str | None) -> int | None:
    """PortAudio's number of a source; all of PulseAudio's are behind one device of ALSA."""
    if not isinstance(source, str):
        return source
    known, numbers = pulse.sources(), _numbers(sounddevice)
    name = source if known is None else "pulse"
    if name not in numbers or (known is not None and source not in known):
        raise SourceFailure(pulse.missing(source))
    return numbers[name]


def _numbers(sounddevice: Any) -> dict[str, int]:
    """Number by name, each microphone once: Windows lists it for each of its sound systems."""
    system = sounddevice.default.hostapi
    return {
        device["name"]: device["index"]
        for device in sounddevice.query_devices()
        if device["max_input_channels"] > 0 and device["hostapi"] == system
    }


@contextmanager
def _told(sounddevice: Any) -> Iterator[None]:
    try:
        yield
    except sounddevice.PortAudioError as error:
        raise SourceFailure(_reason(error)) from error


def _code(error: Exception) -> int | None:
    return error.args[1] if len(error.args) > 1 else None


def _reason(error: Exception) -> DeviceState:
    if _code(error) == _UNAVAILABLE:
        return DeviceState(
            "busy", "The microphone is in use by another program; close that program."
        )
    if _code(error) == _HOST_ERROR and sys.platform != "linux":
        return denied("microphone")
    if _code(error) is None:
        return DeviceState("absent", "No microphone was found; plug one in or choose another.")
    return DeviceState(
        "absent",
        f"The microphone cannot be opened ({error.args[0]}); plug it in again or choose another.",
    )
