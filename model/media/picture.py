"""Frames of a recording: decoded forward only, upright, RGB, thinned out by time."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Generator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt
from av.error import FFmpegError
from av.packet import Packet
from av.stream import Stream
from av.video.frame import VideoFrame
from av.video.reformatter import Interpolation, VideoReformatter
from av.video.stream import VideoStream

from model.errors import MediaError
from model.media.orientation import display_matrix, upright
from model.media.source import Source, check_end, check_step, demux, second
from model.sentence import QT_TRANSLATE_NOOP

MAX_SIDE_PX = 1280
"""Longer side of a frame; larger pictures are scaled down."""

MIN_SIDE_PX = 32
"""Shorter side below which no face can be told from another (training faces have 48 px)."""

_MAX_CODED_SIDE_PX = 8192
_LONGEST_DAMAGE_S = 1.0
_USUAL_RATE_HZ = 25

# Time stamps rounded to milliseconds must not push a frame out of its slot.
_SLOT_SLACK = 0.1


@dataclass(frozen=True)
class Picture:
    """A decoded frame as coded: its second, how long it is shown, and its pixels' aspect ratio."""

    time_s: float
    shown_s: float
    aspect: Fraction
    frame: VideoFrame


def decode_pictures(source: Source) -> Generator[Picture, None, None]:
    """Every frame that can be decoded, at the second its time stamp says.

    A frame without a time stamp (some avi files) follows its predecessor by one frame duration.

    Raises:
        MediaError: more than a second of pictures is damaged, the time stamps jump, or the file
            ends before the picture does.
    """
    assert source.picture is not None
    begun_s, end_s, failed_s = 0.0, 0.0, -math.inf
    clock = _AviClock() if source.format == "avi" else None
    loss = _Loss()
    for packet in demux(source, source.picture):
        stream = packet.stream
        assert isinstance(stream, VideoStream)
        _check_coded_size(source, stream)
        if clock is not None:
            clock.feed(packet)
        loss.feed(packet, second(source, packet, end_s))
        try:
            frames = [frame for frame in packet.decode() if isinstance(frame, VideoFrame)]
        except FFmpegError:
            frames = []
            failed_s = second(source, packet, end_s)
        for frame in frames:
            if frame.is_corrupt or loss.reaches(second(source, frame, end_s)):
                failed_s = second(source, frame, end_s)
                continue
            if clock is not None:
                clock.stamp(frame, damaged=failed_s >= 0)
            picture = picture_of(source, stream, frame, end_s)
            # A picture is over where the next begins, whatever it says itself: where they are
            # stored in another order than shown, mp4 gives the length of a pause to one behind it.
            end_s = min(end_s, max(begun_s, picture.time_s))
            check_step(source, end_s, picture.time_s)
            _check_damage(source, end_s, failed_s, picture.time_s)
            begun_s, end_s = picture.time_s, picture.time_s + picture.shown_s
            yield picture
    _check_damage(source, end_s, failed_s, failed_s)
    check_end(source, source.picture, end_s, "picture")


class _Loss:
    """Which pictures show nothing that can be relied on, as packets in front of them are missing.

    The decoder conceals it: each of them is made from the one before, up to the next whole one.
    """

    def __init__(self) -> None:
        self._from_s = self._until_s = math.inf

    def feed(self, packet: Packet[Stream], at_s: float) -> None:
        """Hear of a packet before it is decoded."""
        if packet.is_corrupt:
            self._from_s, self._until_s = min(self._from_s, at_s), math.inf
        elif packet.is_keyframe and self._from_s < at_s < self._until_s:
            self._until_s = at_s

    def reaches(self, at_s: float) -> bool:
        """Whether a picture of that second was made from what is missing."""
        return self._from_s <= at_s < self._until_s


class _AviClock:
    """Stamps the frames of an avi, which says only when each is decoded.

    What FFmpeg makes of that stands in the order of decoding. Frames are shown in another, but at
    the same steps, the first of them at the start.
    """

    def __init__(self) -> None:
        self._first: int | None = None
        self._late: int | None = None

    def feed(self, packet: Packet[Stream]) -> None:
        """Hear of a packet before it is decoded."""
        self._first = packet.dts if self._first is None else self._first

    def stamp(self, frame: VideoFrame, damaged: bool) -> None:
        """Say when a frame is shown; those left in the decoder at the end follow one another.

        Args:
            damaged: there were packets that could not be decoded: the first frame may be missing.
        """
        if frame.dts is None or self._first is None:
            frame.pts = None
            return
        if self._late is None:
            self._late = 0 if damaged else frame.dts - self._first
        frame.pts = frame.dts - self._late


def _check_coded_size(source: Source, stream: VideoStream) -> None:
    """Refuse, before it is decoded, a picture that would fill the memory by itself."""
    if max(stream.width, stream.height) > _MAX_CODED_SIDE_PX:
        raise MediaError(
            QT_TRANSLATE_NOOP(
                "errors",
                "'{path}' has a picture of {width}x{height} pixels; scale it down to at most "
                "{most} pixels a side.",
            ),
            path=source.path,
            width=stream.width,
            height=stream.height,
            most=_MAX_CODED_SIDE_PX,
        )


def _check_damage(source: Source, end_s: float, failed_s: float, until_s: float) -> None:
    """Refuse more than a second without a picture, if it is damage and not a pause."""
    damaged = failed_s >= end_s - _LONGEST_DAMAGE_S
    if damaged and until_s - end_s > _LONGEST_DAMAGE_S:
        raise MediaError(
            QT_TRANSLATE_NOOP(
                "errors",
                "'{path}' has no picture that can be decoded from second {from_s:.1f} to "
                "{until_s:.1f}; cut that part out or copy the file again.",
            ),
            path=source.path,
            from_s=end_s,
            until_s=until_s,
        )


def picture_of(source: Source, stream: VideoStream, frame: VideoFrame, default_s: float) -> Picture:
    """A decoded frame as a `Picture`; at `default_s` if it has no time stamp."""
    rate = stream.average_rate or stream.guessed_rate or Fraction(_USUAL_RATE_HZ)
    shown_s = float(1 / rate)
    if frame.duration and frame.time_base is not None:
        shown_s = float(frame.duration * frame.time_base)
    aspect = stream.sample_aspect_ratio or Fraction(1)
    return Picture(second(source, frame, default_s), shown_s, aspect, frame)


def square_size(picture: Picture) -> tuple[int, int]:
    """Width and height of a picture as coded, in square pixels, before turning and scaling."""
    aspect, frame = picture.aspect, picture.frame
    if aspect >= 1:
        return round(frame.width * aspect), frame.height
    return frame.width, round(frame.height / aspect)


def upright_size(picture: Picture, matrix: npt.NDArray[np.int32]) -> tuple[int, int]:
    """Width and height of a picture in square pixels, upright, before scaling."""
    width, height = square_size(picture)
    return (height, width) if matrix[0, 1] else (width, height)


def bounded_size(width: int, height: int) -> tuple[int, int]:
    """A width and height, scaled down where the longer side has more than `MAX_SIDE_PX`."""
    scale = min(1.0, MAX_SIDE_PX / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


def upright_rgb(
    picture: Picture,
    matrix: npt.NDArray[np.int32],
    size: tuple[int, int],
    scaler: VideoReformatter,
) -> npt.NDArray[np.uint8]:
    """A picture turned as its display matrix asks for and scaled, RGB uint8 (height, width, 3).

    Args:
        size: width and height that it gets, upright.
    """
    width, height = size[::-1] if matrix[0, 1] else size
    rgb = scaler.reformat(
        picture.frame, width, height, "rgb24", interpolation=Interpolation.AREA, threads=1
    )
    return upright(rgb.to_ndarray().astype(np.uint8, copy=False), matrix)


class PictureTrack:
    """The frames of a file from the last one asked for up to the one decoded last.

    Attributes:
        reached_s: second up to which all frames have been decoded: where the last one begins, or,
            once there are no more, ends.
        ended: whether there is nothing more to decode.
    """

    def __init__(self, source: Source, max_frame_rate_hz: float) -> None:
        self.reached_s = 0.0
        self.ended = False
        self._end_s = 0.0
        self._source = source
        self._rate_hz = max_frame_rate_hz
        self._pictures = decode_pictures(source)
        self._scaler = VideoReformatter()
        self._frames: deque[tuple[float, npt.NDArray[np.uint8]]] = deque()
        self._slot = -1
        self._matrix: npt.NDArray[np.int32] | None = None
        self._size: tuple[int, int] | None = None

    def close(self) -> None:
        """Close the file."""
        self._pictures.close()

    def read_until(self, time_s: float) -> None:
        """Decode until `time_s` is reached or the pictures end.

        Raises:
            MediaError: as `decode_pictures`, or a picture is too small or changes its shape.
        """
        while not self.ended and self.reached_s < time_s:
            picture = next(self._pictures, None)
            if picture is None:
                self.ended, self.reached_s = True, max(self.reached_s, self._end_s)
                return
            self._keep(picture)
            self.reached_s = max(self.reached_s, picture.time_s)
            self._end_s = round(picture.time_s + picture.shown_s, 6)

    def _keep(self, picture: Picture) -> None:
        """Keep the first frame of each 1 / rate seconds of the clock; skip the rest unconverted."""
        slot = math.floor(picture.time_s * self._rate_hz + _SLOT_SLACK)
        if slot > self._slot:
            self._slot = slot
            self._frames.append((picture.time_s, self._convert(picture)))

    def _convert(self, picture: Picture) -> npt.NDArray[np.uint8]:
        # Read once: a phone writes one for the track, and reading it ties the frame into a cycle
        # of references that would keep every full-size picture until the garbage is collected.
        if self._matrix is None:
            self._matrix = display_matrix(picture.frame)
        matrix = self._matrix
        size = self._output_size(*upright_size(picture, matrix), picture.time_s)
        return upright_rgb(picture, matrix, size, self._scaler)

    def _output_size(self, width: int, height: int, time_s: float) -> tuple[int, int]:
        """Width and height that all frames get: those of the first one, scaled down."""
        if self._size is None:
            self._size = self._first_size(width, height)
        aspect, first = width / height, self._size[0] / self._size[1]
        if not 0.95 < aspect / first < 1.05:
            raise MediaError(
                QT_TRANSLATE_NOOP(
                    "errors",
                    "'{path}' changes the shape of its picture at second {at_s:.1f}; cut it there "
                    "into two files.",
                ),
                path=self._source.path,
                at_s=time_s,
            )
        return self._size

    def _first_size(self, width: int, height: int) -> tuple[int, int]:
        size = bounded_size(width, height)
        if min(size) < MIN_SIDE_PX:
            raise MediaError(
                QT_TRANSLATE_NOOP(
                    "errors",
                    "'{path}' has a picture of {width}x{height} pixels, too small to hold a face; "
                    "give a larger one or analyse the voice alone.",
                ),
                path=self._source.path,
                width=width,
                height=height,
            )
        return size

    def cut(
        self, start_s: float, end_s: float, keep_from_s: float
    ) -> tuple[npt.NDArray[np.uint8] | None, npt.NDArray[np.float64]]:
        """Frames of [start_s, end_s), uint8 (n, h, w, 3), and their seconds, float64 (n,).

        Those before `keep_from_s` are forgotten one by one while they are copied, so that
        overlapping windows share the rest and none is held twice.
        """
        times = np.array([t for t, _ in self._frames if start_s <= t < end_s], np.float64)
        frames = None
        if len(times):
            frames = np.empty((len(times), *self._frames[0][1].shape), np.uint8)
        kept: deque[tuple[float, npt.NDArray[np.uint8]]] = deque()
        filled = 0
        while self._frames:
            time_s, pixels = self._frames.popleft()
            if frames is not None and start_s <= time_s < end_s:
                frames[filled] = pixels
                filled += 1
            if time_s >= keep_from_s:
                kept.append((time_s, pixels))
        self._frames = kept
        return frames, times
