"""What a path holds: which tracks, how long, from which second; and everything wrong with it."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.error import FFmpegError
from av.frame import Frame
from av.packet import Packet
from av.stream import Discard, Disposition, Stream

from model.errors import MediaError
from model.media.promise import is_cut_short, promised_end_s
from model.sentence import QT_TRANSLATE_NOOP

Modality = Literal["both", "face", "voice"]

SUFFIXES = (
    "mp4", "m4v", "mov", "3gp", "mkv", "webm", "avi", "wmv", "asf", "flv", "mts", "m2ts", "ts",
    "mpg", "mpeg", "vob", "vro", "mod", "gif", "jpg", "jpeg", "png", "wav", "mp3", "m4a", "m4b",
    "aac", "flac", "ogg", "oga", "opus", "mka", "wma", "aif", "aiff", "aifc", "caf", "amr", "awb",
)  # fmt: skip
"""What recordings that can be read are called; what a file is tells its content."""

FORMATS = (
    "mp4, mov, mkv, webm, avi, wmv, flv, mts, mpg, vob, 3gp, gif, wav, mp3, m4a, aac, flac, ogg, "
    "opus, wma, aiff, caf, amr, jpg or png"
)

DEMUXERS = (
    "mov,mp4,matroska,webm,avi,asf,flv,mpegts,mpeg,gif,wav,mp3,aac,flac,ogg,aiff,caf,amr,"
    "jpeg_pipe,png_pipe"
)
"""FFmpeg's names for them. Everything else stays shut: a text file would be drawn as a terminal,
and a play list could make the demuxer open other files or addresses."""

TRANSPORT_STREAM = "mpegts"
"""FFmpeg's name of what camcorders (mts, m2ts) and receivers (ts) write."""

PROGRAM_STREAM = "mpeg"
"""FFmpeg's name of what camcorders with a DVD or an early hard disk (mpg, vob) write."""

# These are sought in at any picture, and cameras write whole ones this often.
_SOUGHT_ANYWHERE = (TRANSPORT_STREAM, PROGRAM_STREAM)
_WHOLE_PICTURE_WITHIN_S = 10.0

# In these FFmpeg seeks by the bytes a second that the file states, wherever the samples are. Of
# ADPCM and its like that is a mean, rounded or worse: seconds away after some minutes.
_SOUGHT_BY_RATE = ("wav", "aiff")
_HEARD_IN_S = 1.0  # what such a decoder may need of what is in front

# A photo is opened by its first bytes. FFmpeg would go by its name, to `image2`, which takes
# "a%03d.jpg" for a whole row of files and so stays shut.
_PHOTOS = {b"\xff\xd8\xff": "jpeg_pipe", b"\x89PNG\r\n\x1a\n": "png_pipe"}

_HEAD_BYTES = 4096

# More threads do not pay at these rates, and each holds a full-size picture of its own.
_DECODER_THREADS = 4

MISSING_END_S = 0.5
"""A last frame or packet of unstated length may be missing from an intact file."""

_LONGEST_STEP_BACK_S = 1.0
_LONGEST_PAUSE_S = 3600.0

_PICTURES_OF_NOTHING = (
    Disposition.attached_pic | Disposition.timed_thumbnails | Disposition.dependent
)


@dataclass(frozen=True)
class Source:
    """An inspected file: enough to open each of its tracks by itself.

    Attributes:
        path: as the user gave it, for messages.
        format: FFmpeg's name of the container.
        picture, sound: stream numbers, `None` where there is no such track.
        sound_codec: FFmpeg's name of what the sound is coded in, empty where it has no decoder.
        origin_s: time stamp of second zero, seconds: the start of the track that starts first.
        cut_short: whether the file is smaller than its own header says.
        promised_s: per stream number, the second (on that clock) its track is declared to end at.
    """

    path: str
    format: str
    picture: int | None
    sound: int | None
    sound_codec: str
    origin_s: float
    cut_short: bool
    promised_s: dict[int, float]


def open_container(path: str) -> InputContainer:
    """Open a local media file; the caller closes it.

    Raises:
        MediaError: it is missing, no file, not readable, empty or not a recording; or it is of a
            kind of which only a part could be read.
    """
    with _faults_told(path):
        head = _head(path)
    options = {"format_whitelist": DEMUXERS, "protocol_whitelist": "file"}
    # FFmpeg finds out every format but a photo's.
    photo = next((name for start, name in _PHOTOS.items() if head.startswith(start)), None)
    if photo == "png_pipe" and b"acTL" in head.partition(b"IDAT")[0]:
        raise MediaError(
            QT_TRANSLATE_NOOP(
                "errors",
                "'{path}' is an animated PNG, which cannot be read here; save it as gif or mp4.",
            ),
            path=path,
        )
    try:
        # An absolute path, lest "12:30.mp4" be read as a protocol.
        return av.open(
            os.path.abspath(path),
            "r",
            format=photo,
            container_options=options,
            metadata_errors="replace",
        )
    except (FFmpegError, OSError) as error:
        raise MediaError(_unopenable(head), path=path, formats=FORMATS) from error


@contextmanager
def _faults_told(path: str) -> Iterator[None]:
    """Say in a sentence what the system has against reading a file."""
    try:
        yield
    except PermissionError as error:
        raise MediaError(
            QT_TRANSLATE_NOOP(
                "errors", "'{path}' may not be read by you; ask for permission to read it."
            ),
            path=path,
        ) from error
    except OSError as error:
        raise MediaError(
            QT_TRANSLATE_NOOP(
                "errors", "'{path}' cannot be read ({fault}); check the name and disk."
            ),
            path=path, fault=str(error),
        ) from error  # fmt: skip


def _head(path: str) -> bytes:
    """The first bytes of a file.

    Raises:
        MediaError: it is missing, empty, or no file at all.
        OSError: it cannot be read.
    """
    file = Path(path)
    if file.is_dir():
        raise MediaError(
            QT_TRANSLATE_NOOP("errors", "'{path}' is a folder; name a recording inside it."),
            path=path,
        )
    if not file.exists():
        raise MediaError(
            QT_TRANSLATE_NOOP("errors", "'{path}' does not exist; check the name and the folder."),
            path=path,
        )
    if not file.is_file():
        raise MediaError(
            QT_TRANSLATE_NOOP(
                "errors", "'{path}' is not a file; save the recording to a file first."
            ),
            path=path,
        )
    if file.stat().st_size == 0:
        raise MediaError(
            QT_TRANSLATE_NOOP("errors", "'{path}' is empty (0 bytes); copy or record it again."),
            path=path,
        )
    with file.open("rb") as opened:
        return opened.read(_HEAD_BYTES)


def _unopenable(head: bytes) -> str:
    if head[4:8] in (b"ftyp", b"mdat", b"wide", b"free") or head[:4] == b"caff":
        return QT_TRANSLATE_NOOP(
            "errors",
            "'{path}' was cut off before its index was written, so nothing in it can be read; "
            "copy or record it again.",
        )
    return QT_TRANSLATE_NOOP(
        "errors", "'{path}' is not a recording that can be read; give a file in {formats} format."
    )


_NOTHING = QT_TRANSLATE_NOOP(
    "errors", "'{path}' holds neither picture nor sound; give another file."
)
_IN_TILES = QT_TRANSLATE_NOOP(
    "errors",
    "'{path}' is a photo in tiles (HEIC), which cannot be read here; save it as jpg or png.",
)


def inspect(path: str | Path) -> Source:
    """Find out what `path` holds without decoding any of it.

    Raises:
        MediaError: as `open_container`, or there is neither picture nor sound in it.
    """
    name = os.fspath(path)
    with open_container(name) as container:
        if not _PROTECTION.isdisjoint(container.metadata):
            raise MediaError(_ENCRYPTED, path=name)
        picture, sound = _pick(container, "video"), _pick(container, "audio")
        with _faults_told(name):
            cut_short = is_cut_short(Path(name))
        if picture is not None and sound is not None and not cut_short:
            sound = None if _is_empty(container, sound) else sound
        used = [stream for stream in (picture, sound) if stream is not None]
        if not used:
            tiles = any(stream.disposition & Disposition.dependent for stream in container.streams)
            raise MediaError(_IN_TILES if tiles else _NOTHING, path=name)
        origin = min(_start(stream) for stream in used)
        with _faults_told(name):
            promised_s = promised_end_s(container, used, origin)
        return Source(
            path=name,
            format=container.format.name,
            picture=None if picture is None else picture.index,
            sound=None if sound is None else sound.index,
            sound_codec=_codec(sound),
            origin_s=float(origin),
            cut_short=cut_short,
            promised_s=promised_s,
        )


def _pick(container: InputContainer, kind: Literal["video", "audio"]) -> Stream | None:
    """The default track of a kind, else the first; cover art, thumbnails and tiles do not count."""
    streams = [
        stream
        for stream in container.streams
        if stream.type == kind and not stream.disposition & _PICTURES_OF_NOTHING
    ]
    streams.sort(key=lambda stream: not stream.disposition & Disposition.default)
    return streams[0] if streams else None


def _is_empty(container: InputContainer, stream: Stream) -> bool:
    """Whether a track is only declared: a recorder's microphone that gave nothing.

    One that is declared to last is not: its sound is missing, which reading it will say.
    """
    if promised_end_s(container, [stream], _start(stream)).get(stream.index, 0.0) > MISSING_END_S:
        return False
    _discard_others(container, stream.index)
    try:
        # The last packet that PyAV gives is an empty one, which flushes the decoder.
        return not any(packet.size for packet in container.demux(stream))
    except (FFmpegError, OSError):
        return False


def _discard_others(container: InputContainer, index: int) -> None:
    for stream in container.streams:
        stream.discard = Discard.default if stream.index == index else Discard.all


def _codec(sound: Stream | None) -> str:
    # PyAV has no context for a stream that its FFmpeg has no decoder for.
    return "" if sound is None or sound.codec_context is None else sound.codec_context.name


def _start(stream: Stream) -> Fraction:
    """Time stamp of a stream's beginning; containers that keep none (wav, png) begin at zero."""
    if stream.start_time is None or stream.time_base is None:
        return Fraction(0)
    return stream.start_time * stream.time_base


# What FFmpeg makes of the objects in which a wmv or wma says how it is encrypted.
_PROTECTION = frozenset({"ASF_Protection_Type", "encryption"})
_UNKNOWN_CODING = QT_TRANSLATE_NOOP(
    "errors",
    "'{path}' is coded in a way that cannot be decoded here; convert it to mp4 (H.264 and AAC).",
)
_ENCRYPTED = QT_TRANSLATE_NOOP(
    "errors",
    "'{path}' is encrypted, so that nothing in it can be seen or heard; give a copy without copy "
    "protection.",
)


def demux(source: Source, index: int, from_s: float = 0.0) -> Generator[Packet[Stream], None, None]:
    """Packets of one stream, in file order, through a container of its own.

    Those from `from_s` on begin with the nearest before it that can be decoded by itself.

    Every track reads the file by itself, so that each can stop where its window ends, however
    the two are interleaved; the packets of the others are skipped unread.

    Raises:
        MediaError: the file breaks off or its track is encrypted or cannot be decoded here.
    """
    with open_container(source.path) as container:
        passed_over_s = _seek(container, source, from_s)
        _discard_others(container, index)
        stream = container.streams[index]
        # No decoder, as in `_codec`.
        if stream.codec_context is None:
            raise MediaError(_UNKNOWN_CODING, path=source.path)
        stream.codec_context.thread_count = _DECODER_THREADS
        stream.codec_context.thread_type = "AUTO"
        packet: Packet[Stream] | None = None
        packets = container.demux(stream)
        while True:
            try:
                packet = next(packets)
            except StopIteration:
                return
            except (FFmpegError, OSError) as error:
                at_s = 0.0 if packet is None else second(source, packet, 0.0)
                raise breaks_off(source, at_s) from error
            if packet.has_sidedata("encryption_info"):
                raise MediaError(_ENCRYPTED, path=source.path)
            if second(source, packet, passed_over_s) >= passed_over_s:
                yield packet


def _seek(container: InputContainer, source: Source, from_s: float) -> float:
    """Go to a place from which `from_s` can be decoded; the second up to which nothing is needed.

    Where FFmpeg would miss that place, what is in front of it is read and passed over.
    """
    if source.format in _SOUGHT_BY_RATE and not _states_its_rate(container.streams.audio[0]):
        return from_s - _HEARD_IN_S
    used = (source.picture, source.sound)
    at_s = source.origin_s + from_s
    # FFmpeg goes by the picture: before it begins there may be sound, near the file's start.
    begun_s = max(_start(stream) for stream in container.streams if stream.index in used)
    if from_s > 0 and at_s > begun_s:
        early_s = _WHOLE_PICTURE_WITHIN_S if source.format in _SOUGHT_ANYWHERE else 0.0
        container.seek(max(0, round((at_s - early_s) * 1e6)))
    return -math.inf


def _states_its_rate(sound: AudioStream) -> bool:
    """Whether the bytes a second that a file states are those that its samples take."""
    context = sound.codec_context
    if context is None or not context.name.startswith("pcm_"):
        return False
    bits = re.search(r"\d+", context.name)  # none in A-law and mu-law, which have eight
    sample = (8 if bits is None else int(bits[0])) * context.layout.nb_channels
    return sound.bit_rate == sample * context.sample_rate


def second(source: Source, stamped: Packet[Stream] | Frame, default_s: float) -> float:
    """Where a packet or frame is on the recording's clock; `default_s` if it has no time stamp.

    Rounded to nanoseconds, so that the first frame is at 0.0 and not a rounding error before it.
    """
    if stamped.pts is None or stamped.time_base is None:
        return default_s
    return round(stamped.pts * float(stamped.time_base) - source.origin_s, 9)


def breaks_off(source: Source, at_s: float) -> MediaError:
    """The error of a file that ends before its time."""
    return MediaError(
        QT_TRANSLATE_NOOP(
            "errors", "'{path}' breaks off at second {at_s:.1f}; copy or record it again."
        ),
        path=source.path,
        at_s=max(at_s, 0.0),
    )


_UNDECODABLE = {
    "picture": QT_TRANSLATE_NOOP(
        "errors", "'{path}' has no picture in it that can be decoded; copy or record it again."
    ),
    "sound": QT_TRANSLATE_NOOP(
        "errors", "'{path}' has no sound in it that can be decoded; copy or record it again."
    ),
}


def check_end(source: Source, index: int, end_s: float, kind: Literal["picture", "sound"]) -> None:
    """Refuse a track that ended, at `end_s`, before the second its container promises.

    Raises:
        MediaError: it did, or nothing of it could be decoded at all.
    """
    if end_s <= 0:
        raise MediaError(_UNDECODABLE[kind], path=source.path)
    if source.cut_short or source.promised_s.get(index, 0.0) - end_s > MISSING_END_S:
        raise breaks_off(source, end_s)


def check_step(source: Source, before_s: float, after_s: float) -> None:
    """Refuse time stamps that jump back over a second or ahead over an hour.

    Joined files do the one and broken counters the other; either would misplace the rest.
    """
    if not before_s - _LONGEST_STEP_BACK_S <= after_s <= before_s + _LONGEST_PAUSE_S:
        raise MediaError(
            QT_TRANSLATE_NOOP(
                "errors",
                "'{path}' has time stamps that jump from second {before_s:.1f} to "
                "{after_s:.1f}; convert it to mp4 anew or cut it there into two files.",
            ),
            path=source.path,
            before_s=before_s,
            after_s=after_s,
        )
