"""How long a file says it is, so that one that was cut off is never taken for a short one.

FFmpeg reports what is there; what ought to be there is in the headers, where a format keeps it:

    mp4, mov, m4a, flac     length of each track
    mp3                     number of frames, where a LAME tag states it
    wav, avi                size of the RIFF chunk
    mkv, webm               size of the segment (unless recorded live)
    gif, ogg                nothing: whatever is there counts as the whole
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from av.container import InputContainer
from av.stream import Stream

_HEAD_BYTES = 4096
_RIFF_UNKNOWN = (0, 0xFFFFFFFF)
_SEGMENT_ID = b"\x18\x53\x80\x67"


def is_cut_short(path: Path) -> bool:
    """Whether a RIFF or Matroska file is smaller than the size in its own header."""
    actual = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    promised = _riff_size(head) if head[:4] == b"RIFF" else _segment_end(head)
    return promised is not None and promised > actual


def _riff_size(head: bytes) -> int | None:
    """Bytes a RIFF file announces; not counting its 8-byte header, as some writers do."""
    size = int.from_bytes(head[4:8], "little")
    return None if size in _RIFF_UNKNOWN else size


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


def promised_end_s(
    container: InputContainer, streams: Sequence[Stream], origin: Fraction
) -> dict[int, float]:
    """Second at which each stream is declared to end, for the formats that declare it.

    For the others FFmpeg reports an estimate (from bit rate and size) that proves nothing.
    """
    name = container.format.name
    ends: dict[int, float] = {}
    for stream in streams:
        if stream.duration is None or stream.time_base is None:
            continue
        start = stream.start_time or 0
        # Only a LAME tag, which holds the number of frames too, gives an mp3 a start delay.
        if name.startswith("mov") or name == "flac" or (name == "mp3" and start > 0):
            ends[stream.index] = float((start + stream.duration) * stream.time_base - origin)
    return ends
