"""How long a file says it is, so that one that was cut off is never taken for a short one.

FFmpeg reports what is there; what ought to be there is in the headers, where a format keeps it:

    mp4, mov, m4a, flac     length of each track
    mp3                     number of frames, where the first one states it (Xing, LAME)
    wav, avi                size of the RIFF chunk, or of the RF64 that is longer than 4 GiB
    aiff                    size of the FORM chunk
    caf                     size of the data chunk (unless recorded live)
    wmv, wma                size of the data object (unless recorded live)
    mkv, webm               size of the segment (unless recorded live)
    flv                     size of the file, where its metadata state it
    mts, m2ts, ts           packets of 188 or 192 bytes, all of them whole
    mpg, vob                packs of 2048 bytes, all of them whole
    jpg                     its end marker; a png that was cut off cannot be decoded at all
    gif, ogg, aac, amr      nothing: whatever is there counts as the whole
"""

from __future__ import annotations

import math
import mmap
import os
import re
import struct
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import BinaryIO, Literal

from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Stream

_HEAD_BYTES = 4096

# What programs that write into a pipe put there, with or without the bytes of the header: nothing,
# sox 2 GiB less 4 KiB (less 16 MiB in an aiff), arecord 2 GiB, FFmpeg 4 GiB.
_RIFF_UNKNOWN = (
    range(1), range(0x7EFFF000, 0x7F001000), range(0x7FFFF000, 0x80001000),
    range(0xFFFFF000, 0x100000000),
)  # fmt: skip
# What an mp3's first frame, which is silent, says of the others: whether it does, and their number.
_MP3_FRAMES = re.compile(rb"(?:Xing|Info)\0\0\0[\x01\x03\x05\x07\x09\x0b\x0d\x0f](.{4})", re.DOTALL)

_SEGMENT_ID = b"\x18\x53\x80\x67"

# Of the objects of an ASF file: the header, what says how it was recorded, and the data.
_ASF_HEADER = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
_ASF_FACTS = bytes.fromhex("a1dcab8c47a9cf118ee400c00c205365")
_ASF_DATA = bytes.fromhex("3626b2758e66cf11a6d900aa0062ce6c")
_ASF_FLAGS_AT, _ASF_LIVE = 88, 1
_ASF_LEAST = 100  # a recorder that did not come to the end has written the object's own head

_PACK, _PACK_START, _PROGRAM_END = 2048, b"\0\0\1\xba", b"\0\0\1\xb9"

_FLV_SIZE = b"\x00\x08filesize\x00"  # AMF: a name of eight letters, and that a number follows

# A marker of a JPEG that a segment with its own length follows, or the end (D9): no stuffed FF,
# no filling, no restart.
_JPEG_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
_JPEG_END = 0xD9


def is_cut_short(path: Path) -> bool:
    """Whether a file is smaller than its own bytes say, in the formats that say it."""
    actual = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
        if head[:3] == b"\xff\xd8\xff":
            return _jpeg_is_cut_short(file)
        if head[:4] == _PACK_START:
            return _last_pack_is_cut_short(file, actual)
        if head[:4] == b"caff":
            promised = _caf_end(file)
        elif head[:16] == _ASF_HEADER:
            promised = _asf_end(file, head)
        else:
            promised = _stated_size(head, actual)
    return promised is not None and promised > actual


def _stated_size(head: bytes, actual: int) -> int | None:
    """Bytes that a file announces in its first ones; `None` where it does not."""
    if head[:4] == b"RIFF":
        return _riff_size(head, "little")
    if head[:4] == b"FORM":
        return _riff_size(head, "big")
    if head[:4] in (b"RF64", b"BW64"):
        return _long_riff_size(head)
    if head[:3] == b"FLV":
        return _flv_size(head)
    if packet := _transport_packet(head):
        return -(-actual // packet) * packet
    return _segment_end(head)


def _riff_size(head: bytes, order: Literal["little", "big"]) -> int | None:
    """Bytes a RIFF file announces; not counting its 8-byte header, as some writers do."""
    size = int.from_bytes(head[4:8], order)
    return None if any(size in unknown for unknown in _RIFF_UNKNOWN) else size


def _long_riff_size(head: bytes) -> int | None:
    """Bytes that a RIFF file of over 4 GiB announces in its first chunk."""
    size = int.from_bytes(head[20:28], "little")
    return size if head[12:16] == b"ds64" and size < 1 << 63 else None


def _flv_size(head: bytes) -> int | None:
    """Bytes an FLV file announces in its metadata, a double; 0 if its writer did not know."""
    at = head.find(_FLV_SIZE) + len(_FLV_SIZE)
    if at < len(_FLV_SIZE) or len(head) < at + 8:
        return None
    size = float(struct.unpack_from(">d", head, at)[0])
    return int(size) if math.isfinite(size) and size > 0 else None


def _transport_packet(head: bytes) -> int | None:
    """Bytes of each packet of an MPEG transport stream, in camcorders' after a time stamp of 4."""
    for before, size in ((0, 188), (4, 192)):
        if head[before : 10 * size : size] == b"G" * 10:
            return size
    return None


def _last_pack_is_cut_short(file: BinaryIO, actual: int) -> bool:
    """Whether an MPEG program stream, of packs that fill a sector each, ends amid one."""
    file.seek(_PACK)
    if file.read(3) != _PACK_START[:3]:
        return False  # packs of other lengths
    file.seek(-len(_PROGRAM_END), os.SEEK_END)
    return actual % _PACK != 0 and file.read() != _PROGRAM_END


def _caf_end(file: BinaryIO) -> int | None:
    """Where the sound of a CAF ends: chunks of a name and a size, -1 where it was not known."""
    at = 8
    while True:
        file.seek(at)
        chunk = file.read(12)
        size = int.from_bytes(chunk[4:], "big", signed=True)
        if len(chunk) < 12 or size < 0:
            return None
        at += 12 + size
        if chunk[:4] == b"data":
            return at


def _asf_end(file: BinaryIO, head: bytes) -> int | None:
    """Where the packets of an ASF file end; the index behind them may be missing."""
    facts = head.find(_ASF_FACTS)
    flags = head[facts + _ASF_FLAGS_AT :][:1]
    at = int.from_bytes(head[16:24], "little")
    if facts < 0 or not flags or flags[0] & _ASF_LIVE or at >= 1 << 63:
        return None
    file.seek(at)
    data = file.read(24)
    size = int.from_bytes(data[16:], "little")
    return at + size if data[:16] == _ASF_DATA and size >= _ASF_LEAST else None


def _jpeg_is_cut_short(file: BinaryIO) -> bool:
    """Whether a JPEG has no end marker. What comes after one (a phone's film) is not looked at."""
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        at = 2
        while marker := _JPEG_MARKER.search(data, at):
            at = marker.end()
            if data[at - 1] == _JPEG_END:
                return False
            at += int.from_bytes(data[at : at + 2], "big")
    return True


def _segment_end(head: bytes) -> int | None:
    """Where a Matroska segment ends (RFC 9559, 5.1): id, variable-length size, then its body."""
    at = head.find(_SEGMENT_ID)
    if at < 0 or head[:4] != b"\x1a\x45\xdf\xa3" or len(head) < at + 12:
        return None
    width = 9 - head[at + 4].bit_length()
    if width > 8:
        return None
    coded = int.from_bytes(head[at + 4 : at + 4 + width], "big")
    size = coded & ((1 << 7 * width) - 1)
    return None if size == (1 << 7 * width) - 1 else at + 4 + width + size


def _mp3_frames(path: Path) -> int | None:
    """Number of frames that an mp3 says it has; `None` where it does not.

    FFmpeg knows it too, but estimates from the size of a file that has more behind them: a cover.
    """
    with path.open("rb") as file:
        tag = file.read(10)
        if tag[:3] == b"ID3":
            file.seek(10 + sum(size << 7 * place for place, size in enumerate(tag[:5:-1])))
        else:
            file.seek(0)
        found = _MP3_FRAMES.search(file.read(_HEAD_BYTES))
    return None if found is None else int.from_bytes(found[1], "big")


def promised_end_s(
    container: InputContainer, streams: Sequence[Stream], origin: Fraction
) -> dict[int, float]:
    """Second at which each stream is declared to end, for the formats that declare it.

    For the others FFmpeg reports an estimate (from bit rate and size) that proves nothing.
    """
    name = container.format.name
    ends: dict[int, float] = {}
    for stream in streams:
        if name == "mp3":
            frames = _mp3_frames(Path(container.name))
            if frames is not None and isinstance(stream, AudioStream) and stream.rate:
                samples = 1152 if stream.rate >= 32000 else 576  # MPEG-1, or its half rates
                ends[stream.index] = frames * samples / stream.rate
        elif stream.duration is None or stream.time_base is None:
            continue
        elif name.startswith("mov") or name == "flac":
            start = stream.start_time or 0
            ends[stream.index] = float((start + stream.duration) * stream.time_base - origin)
    return ends
