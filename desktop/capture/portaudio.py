"""The PortAudio library, through sounddevice: loaded late, and never left to stop by itself.

Streams are asked how much they hold, and are never waited for: `stop`, or a read of more than is
there, hangs when a microphone has vanished. Nor are they given a callback: `abort` cancels
PortAudio's thread wherever it is, also where it waits to enter our Python, and that ends the
process. Without a callback there is no such thread: whoever records or plays does it all.
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
from desktop.capture.state import DeviceState, SourceFailure, denied, lost
from model.clip import SAMPLE_RATE_HZ
from model.sentence import QT_TRANSLATE_NOOP, Sentence

# Host buffers this long keep what comes while the interpreter is busy elsewhere.
_LATENCY_S = 0.1
_POLL_S = 0.01
_DEAF_S = 2.0
"""A loudspeaker that takes nothing for so long is given up."""

_INVALID_RATE, _UNAVAILABLE, _HOST_ERROR = -9997, -9985, -9999

Samples = npt.NDArray[np.float32]

# sounddevice is not safe to open, list and restart from several threads at once.
_lock = Lock()
_open_streams = 0


def load() -> Any:
    """The sounddevice module; not imported with ours, because PortAudio may be missing.

    Raises:
        SourceFailure: it or the library is not installed.
    """
    try:
        import sounddevice
    except ModuleNotFoundError as error:
        text = QT_TRANSLATE_NOOP(
            "errors",
            "Sound needs the package sounddevice, which is missing; run `pip install "
            "'.[desktop]'` in the checkout.",
        )
        raise SourceFailure(DeviceState("absent", Sentence(text))) from error
    except OSError as error:
        text = QT_TRANSLATE_NOOP(
            "errors",
            "Sound needs the PortAudio library, which is missing; install it (Debian, Ubuntu: "
            "sudo apt install libportaudio2).",
        )
        raise SourceFailure(DeviceState("absent", Sentence(text))) from error
    return sounddevice


def microphones() -> list[str]:
    """Name of every microphone that PortAudio knows.

    Raises:
        SourceFailure: the library is not installed, or cannot look for devices.
    """
    sounddevice = load()
    with _lock, _told(sounddevice, _no_input):
        _refresh(sounddevice)
        return list(_numbers(sounddevice))


class Input:
    """A microphone that is open.

    Attributes:
        rate_hz: rate of its samples.
        overflowed: whether samples were lost in front of those that were taken last.
    """

    def __init__(self, sounddevice: Any, stream: Any) -> None:
        self._sounddevice, self._stream = sounddevice, stream
        self.rate_hz = round(stream.samplerate)
        self.overflowed = False

    def take(self) -> Samples:
        """What it has heard since it was last asked, mono; empty where that is nothing.

        Raises:
            SourceFailure: it has gone.
        """
        try:
            count = self._stream.read_available
            if not count:
                return np.empty(0, np.float32)
            taken, self.overflowed = self._stream.read(count)
            return np.frombuffer(taken, np.float32)
        except self._sounddevice.PortAudioError as error:
            raise SourceFailure(lost("microphone")) from error


@contextmanager
def recording(source: int | str | None) -> Iterator[Input]:
    """Record while the `with` block lasts.

    Args:
        source: `None` for the default; a name, of a PulseAudio source where such a server answers,
            else of a device; or a device's number, which another plug may change.

    Raises:
        SourceFailure: the microphone cannot be opened.
    """
    sounddevice = load()

    def opened() -> Any:
        device = _microphone(sounddevice, source)
        with pulse.chosen(source):
            return _at_a_rate(sounddevice.RawInputStream, device, sounddevice.PortAudioError)

    with _told(sounddevice, _no_input), _running(sounddevice, opened) as stream:
        yield Input(sounddevice, stream)


def play(samples: Samples, stopping: Event) -> None:
    """Play mono sound at `SAMPLE_RATE_HZ` on the default loudspeaker; returns when it is over.

    Args:
        stopping: set by whoever wants it to be over sooner.

    Raises:
        SourceFailure: there is no loudspeaker, or it takes nothing.
    """
    sounddevice = load()

    def opened() -> Any:
        device = sounddevice.query_devices(None, "output")
        return _at_a_rate(sounddevice.OutputStream, device, sounddevice.PortAudioError)

    with _told(sounddevice, _no_output), _running(sounddevice, opened) as stream:
        _write(stream, _at_rate(samples, stream.samplerate), stopping)


def _write(stream: Any, rest: Samples, stopping: Event) -> None:
    deadline_s = time.perf_counter() + _DEAF_S
    while len(rest) and not stopping.is_set():
        count = min(stream.write_available, len(rest))
        if count:
            stream.write(rest[:count].reshape(-1, 1))
            rest, deadline_s = rest[count:], time.perf_counter() + _DEAF_S
        elif time.perf_counter() > deadline_s:
            raise SourceFailure(_NO_OUTPUT)
        else:
            stopping.wait(_POLL_S)
    stopping.wait(stream.latency)  # the end of it is still on its way


def _at_rate(samples: Samples, rate_hz: float) -> Samples:
    """Good enough for listening; nothing is measured on it."""
    if rate_hz == SAMPLE_RATE_HZ:
        return samples
    at = np.arange(round(len(samples) * rate_hz / SAMPLE_RATE_HZ)) * (SAMPLE_RATE_HZ / rate_hz)
    played: Samples = np.interp(at, np.arange(len(samples)), samples).astype(np.float32)
    return played


@contextmanager
def _running(sounddevice: Any, opened: Callable[[], Any]) -> Iterator[Any]:
    """A stream that is begun at once, and closed without being waited for."""
    global _open_streams
    with _lock:
        _refresh(sounddevice)
        stream = opened()
        _open_streams += 1
    try:
        yield stream
    finally:
        with _lock:
            stream.abort()
            stream.close()
            _open_streams -= 1


def _at_a_rate(kind: Callable[..., Any], device: Any, refused: type[Exception]) -> Any:
    """A running stream at our rate, or at the device's own where it knows no other."""

    def started(rate_hz: float) -> Any:
        stream = kind(
            samplerate=rate_hz, device=device["index"], channels=1, dtype="float32",
            latency=_LATENCY_S,
        )  # fmt: skip
        try:
            stream.start()
        except refused:
            stream.close()
            raise
        return stream

    try:
        return started(SAMPLE_RATE_HZ)
    except refused as error:
        if _code(error) != _INVALID_RATE:
            raise
        return started(device["default_samplerate"])


def _refresh(sounddevice: Any) -> None:
    """Look for devices anew: PortAudio only does when it starts, and it cannot during a stream."""
    if not _open_streams:
        if sounddevice._initialized:  # the last time may have failed: the sound server was away
            sounddevice._terminate()
        sounddevice._initialize()


def _microphone(sounddevice: Any, source: int | str | None) -> Any:
    """What PortAudio knows of a source, which is a loudspeaker where its number is that of one."""
    number = _number(sounddevice, source)
    if number is None:
        pulse.check_source(None)
        return sounddevice.query_devices(kind="input")
    device = sounddevice.query_devices(number)
    if not device["max_input_channels"]:
        text = QT_TRANSLATE_NOOP(
            "errors", "Sound device {number} is no microphone; choose another."
        )
        raise SourceFailure(DeviceState("absent", Sentence(text, number=number)))
    return device


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
def _told(sounddevice: Any, reason: Callable[[Exception], DeviceState]) -> Iterator[None]:
    try:
        yield
    except sounddevice.PortAudioError as error:
        raise SourceFailure(reason(error)) from error


def _code(error: Exception) -> int | None:
    return error.args[1] if len(error.args) > 1 else None


def _no_input(error: Exception) -> DeviceState:
    if _code(error) == _UNAVAILABLE:
        text = QT_TRANSLATE_NOOP(
            "errors", "The microphone is in use by another program; close that program."
        )
        return DeviceState("busy", Sentence(text))
    if _code(error) == _HOST_ERROR and sys.platform != "linux":
        return denied("microphone")
    if _code(error) is None:
        return pulse.missing(None)
    text = QT_TRANSLATE_NOOP(
        "errors",
        "The microphone cannot be opened ({fault}); plug it in again or choose another.",
    )
    return DeviceState("absent", Sentence(text, fault=error.args[0]))


_NO_OUTPUT = DeviceState(
    "absent",
    Sentence(
        QT_TRANSLATE_NOOP(
            "errors",
            "No loudspeaker takes the sound; plug one in, or choose another in the system's "
            "settings.",
        )
    ),
)


def _no_output(_: Exception) -> DeviceState:
    return _NO_OUTPUT
