"""Pictures that another program on this machine delivers: through a named pipe or an address."""

from __future__ import annotations

import os
import select
import time
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Event
from urllib.parse import urlsplit

import av
import numpy as np
from av.container import InputContainer
from av.error import FFmpegError, InvalidDataError
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from desktop.capture.clock import Clock
from desktop.capture.pictures import shrunk
from desktop.capture.rings import TimedFrame
from desktop.capture.state import DeviceState, SourceFailure, lost
from model.sentence import QT_TRANSLATE_NOOP, Sentence

_LOCAL_HOSTS = ("127.0.0.1", "::1", "localhost")
_SCHEMES = ("http", "tcp")

# No play lists, which could name other addresses.
_FORMATS = "avi,matroska,webm,mov,mp4,mpegts,nut,h264,mjpeg,mpjpeg,jpeg_pipe"
_SILENT_S = 2.0
_POLL_S = 0.1


def streamed_frames(
    source: str, clock: Clock, stopping: Event
) -> Generator[TimedFrame, None, None]:
    """Yield the frames of a pipe or address, each at the second it arrived.

    Raises:
        SourceFailure: the address is not on this machine (final); nothing answers, it is no
            video, or it has ended or been silent for two seconds.
    """
    try:
        with _opened(source, stopping) as container:
            if not container.streams.video:
                raise SourceFailure(_no_picture(source))
            # Decoding several frames at a time would hold each of them back.
            container.streams.video[0].thread_type = "SLICE"
            for packet in container.demux(video=0):
                for frame in _decoded(packet):
                    picture = frame.to_ndarray(format="rgb24").astype(np.uint8, copy=False)
                    yield TimedFrame(clock.now_s(), shrunk(picture))
    except (FFmpegError, OSError) as error:
        raise SourceFailure(_no_picture(source)) from error
    if not stopping.is_set():
        raise SourceFailure(lost("camera"))


def _decoded(packet: Packet[VideoStream]) -> list[VideoFrame]:
    """The frames of a packet; one that is damaged is left out, as it is of files."""
    try:
        return packet.decode()
    except InvalidDataError:
        return []


def check_local(address: str) -> None:
    """Refuse an address that is not on this machine.

    Raises:
        SourceFailure: it is not, or is of a kind that is not read (final).
    """
    parts = urlsplit(address)
    if parts.hostname not in _LOCAL_HOSTS:
        text = QT_TRANSLATE_NOOP(
            "errors",
            "'{address}' is not on this machine, and r1-omni opens nothing else; use 127.0.0.1.",
        )
        raise SourceFailure(DeviceState("denied", Sentence(text, address=address)), final=True)
    if parts.scheme not in _SCHEMES:
        text = QT_TRANSLATE_NOOP(
            "errors", "'{address}' is of a kind that is not read; use http:// or tcp://."
        )
        raise SourceFailure(DeviceState("denied", Sentence(text, address=address)), final=True)


@contextmanager
def _opened(source: str, stopping: Event) -> Iterator[InputContainer]:
    options = {"format_whitelist": _FORMATS, "analyzeduration": "500000"}
    with ExitStack() as opened:
        if "://" in source:
            check_local(source)
            # Neither a redirection nor a proxy may lead away from this machine.
            options |= {"protocol_whitelist": "http,tcp", "max_redirects": "0", "http_proxy": ""}
            container = av.open(source, "r", options=options, timeout=_SILENT_S)
        else:
            pipe = _Pipe(Path(source), stopping)
            opened.callback(pipe.close)
            container = av.open(pipe, "r", options=options)
        yield opened.enter_context(container)


def _no_picture(source: str) -> DeviceState:
    return DeviceState(
        "absent",
        Sentence(
            QT_TRANSLATE_NOOP(
                "errors", "'{source}' delivers no video; start the program that is to write it."
            ),
            source=source,
        ),
    )


class _Pipe:
    """The reading end of a named pipe; unlike a plain file, every wait on it can be broken off."""

    def __init__(self, path: Path, stopping: Event) -> None:
        self._descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        self._stopping = stopping
        self._heard_s: float | None = None

    def read(self, size: int) -> bytes:
        """Up to `size` bytes as soon as there are any; none at the end, or when told to stop."""
        while not self._stopping.is_set():
            if select.select([self._descriptor], [], [], _POLL_S)[0]:
                self._heard_s = time.perf_counter()
                return os.read(self._descriptor, size)
            if self._heard_s is not None and time.perf_counter() - self._heard_s > _SILENT_S:
                return b""
        return b""

    def close(self) -> None:
        os.close(self._descriptor)
