"""What a file holds, for a person who asks."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from av.audio.stream import AudioStream
from av.video.stream import VideoStream

from model.media.orientation import display_matrix
from model.media.picture import decode_pictures, upright_size
from model.media.source import Source, inspect, open_container

_MICROSECONDS = 1_000_000


@dataclass(frozen=True)
class MediaInfo:
    """What a file holds.

    Attributes:
        duration_s: seconds as the container states or estimates them; `None` where it does not
            know (a browser's recording, a still image).
        has_picture, has_sound: whether there is such a track; cover art is no picture.
        frame_rate_hz: mean frame rate, `None` without a picture or where unknown.
        width, height: upright picture size in square pixels before any scaling; `None` without one.
        sample_rate_hz: rate of the sound as stored; `None` without one that can be decoded.
    """

    duration_s: float | None
    has_picture: bool
    has_sound: bool
    frame_rate_hz: float | None
    width: int | None
    height: int | None
    sample_rate_hz: int | None


def probe(path: str | Path) -> MediaInfo:
    """Look into a media file; of its picture the first frame is decoded, of its sound nothing.

    Raises:
        MediaError: the file cannot be read, or holds neither picture nor sound.
    """
    source = inspect(path)
    width, height = (None, None) if source.picture is None else _first_size(source)
    frame_rate_hz = sample_rate_hz = None
    with open_container(source.path) as container:
        duration_s = None if container.duration is None else container.duration / _MICROSECONDS
        for stream in container.streams:
            if stream.index == source.picture and isinstance(stream, VideoStream):
                frame_rate_hz = float(stream.average_rate) if stream.average_rate else None
            if stream.index == source.sound and isinstance(stream, AudioStream):
                sample_rate_hz = stream.rate if source.sound_codec else None
    return MediaInfo(
        duration_s=duration_s,
        has_picture=source.picture is not None,
        has_sound=source.sound is not None,
        frame_rate_hz=frame_rate_hz,
        width=width,
        height=height,
        sample_rate_hz=sample_rate_hz,
    )


def _first_size(source: Source) -> tuple[int, int]:
    with closing(decode_pictures(source)) as pictures:
        # Without one the generator has raised: it never ends empty.
        first = next(pictures)
        return upright_size(first, display_matrix(first.frame))
