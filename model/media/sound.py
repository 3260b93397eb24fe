"""Sound of a recording: 16 kHz mono, every sample at the second its time stamp says."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.error import FFmpegError

from model.clip import SAMPLE_RATE_HZ
from model.errors import MediaError
from model.media.source import (
    MISSING_END_S,
    PROGRAM_STREAM,
    TRANSPORT_STREAM,
    Source,
    breaks_off,
    check_end,
    check_step,
    demux,
    second,
)
from model.sentence import QT_TRANSLATE_NOOP

# Time stamps that stray less from the sample count are jitter (rounding, a drifting clock); more
# is a gap. The same bound as libswresample's `min_hard_comp`.
_JITTER_S = 0.1

# These store one unbroken run of samples, counted exactly: a hole is damage, not a pause. Less than
# the shortest frame of any of them (10 ms) is rounding.
_UNBROKEN = frozenset({"wav", "mp3", "aac", "amr", "flac", "ogg", "aiff", "caf"})
_ROUNDING_S = 0.005

# One that was cut off ends anywhere in its last piece of sound, and nothing says where it should.
_ENDS_ANYWHERE = frozenset({TRANSPORT_STREAM, PROGRAM_STREAM, "aac", "amr"})

# FFmpeg's time stamps of Vorbis stray by half the difference of two blocks where a long one meets a
# short one (14 ms have been seen), and no sample is missing; a page, which is what gets lost, lasts
# longer than this.
_VORBIS_ROUNDING_S = 0.03

# swresample leaves a mix-down to float unnormalised: two equal channels would come out 3 dB above
# the same sound in mono, and beyond full scale. 1.0 makes it the mean of the channels.
_MIX = {"rematrix_maxval": "1.0"}

# A microphone with a balanced plug in a stereo jack gives its sound on the left and the same sound
# upside down on the right; their mean is next to nothing. Mixed stereo is never 20 dB quieter.
_CANCELLED = 0.01

_FloatArray = npt.NDArray[np.float32]


def decode_sound(source: Source, from_s: float = 0.0) -> Generator[AudioFrame, None, None]:
    """Every frame of the sound track, in order, from `from_s` or a little before it on.

    Raises:
        MediaError: any part of it cannot be decoded.
    """
    assert source.sound is not None
    at_s, undecodable_s = 0.0, None
    heard = lost = False
    may_break_off = source.cut_short or source.format in _ENDS_ANYWHERE
    promised_s = source.promised_s.get(source.sound, math.inf)
    for packet in demux(source, source.sound, from_s):
        at_s = second(source, packet, at_s)
        # A program stream that was split, or is sought in, begins amid a piece of sound, which
        # takes away the next one's time stamp. Only the first of a pack has one of its own.
        if lost and packet.pos is None:
            continue
        lost = False
        try:
            frames = [frame for frame in packet.decode() if isinstance(frame, AudioFrame)]
        except FFmpegError as error:
            if source.format == PROGRAM_STREAM and not heard:
                lost = True
                continue
            if packet.is_corrupt and not may_break_off:  # not read whole: the file ends here
                raise breaks_off(source, at_s) from error
            if promised_s - at_s > MISSING_END_S and not may_break_off:
                raise _damaged(source, at_s) from error
            # Lyrics, or what fills a sector, are behind the end of many an mp3.
            undecodable_s = at_s if undecodable_s is None else undecodable_s
            continue
        for frame in frames:
            # A packet without bytes only fetches what the decoder still holds at the end.
            if frame.samples and undecodable_s is not None and packet.size:
                raise _damaged(source, undecodable_s)
            if frame.samples:
                heard = True
                yield frame
    if may_break_off and undecodable_s is not None:
        raise breaks_off(source, undecodable_s)


def _damaged(source: Source, at_s: float) -> MediaError:
    with_face = QT_TRANSLATE_NOOP(
        "errors",
        "'{path}' has sound that cannot be decoded at second {at_s:.1f}; copy the file again, "
        "cut that part out, or analyse the face alone.",
    )
    alone = QT_TRANSLATE_NOOP(
        "errors",
        "'{path}' has sound that cannot be decoded at second {at_s:.1f}; copy the file again, "
        "or cut that part out.",
    )
    return MediaError(
        alone if source.picture is None else with_face,
        path=source.path,
        at_s=max(at_s, 0.0),
    )


@dataclass(frozen=True)
class _Chunk:
    """Samples that follow one another, from number `at` of the recording on.

    Attributes:
        mix: all channels in one, float32 (samples,).
        left: the left one of two channels, float32 (samples,); else the mix itself.
    """

    at: int
    mix: _FloatArray
    left: _FloatArray

    @property
    def end(self) -> int:
        return self.at + len(self.mix)


class _Run:
    """Frames of one format without a gap, through the same resamplers."""

    def __init__(self, start_s: float, frame: AudioFrame) -> None:
        self.layout = (frame.format.name, frame.layout.name, frame.sample_rate)
        self._start_s = start_s
        self._samples = 0
        mixable = _is_mixable(frame)
        self._mixer = _resampler("mono") if mixable else None
        unmixed = not mixable or frame.layout.nb_channels == 2
        self._unmixed = _resampler(frame.layout.name) if unmixed else None

    @property
    def end_s(self) -> float:
        return self._start_s + self._samples / self.layout[2]

    def push(self, frame: AudioFrame | None) -> tuple[_FloatArray, _FloatArray]:
        """What is ready of a chunk's `mix` and `left`; `None` flushes the last of it."""
        if frame is not None:
            self._samples += frame.samples
            frame.pts = None
        mix = None if self._mixer is None else _resampled(self._mixer, frame)[:, 0]
        if self._unmixed is None:
            assert mix is not None
            return mix, mix
        channels = _resampled(self._unmixed, frame)
        if mix is None:
            mix = channels.mean(1)
        return mix, channels[:, 0] if channels.shape[1] == 2 else mix


def _resampler(layout: str) -> AudioResampler:
    return AudioResampler("flt", layout, SAMPLE_RATE_HZ, options=_MIX)


def _is_mixable(frame: AudioFrame) -> bool:
    """Whether FFmpeg knows what its channels are: not of nine, nor of a sphere's (ambisonic)."""
    try:
        _resampler("mono").resample(frame)
    except FFmpegError:
        return False
    return True


def _resampled(resampler: AudioResampler, frame: AudioFrame | None) -> _FloatArray:
    """What a resampler has ready after a frame, float32 (samples, channels)."""
    pieces = [np.empty((0, resampler.layout.nb_channels), np.float32)]
    for out in resampler.resample(frame):
        pieces.append(out.to_ndarray().reshape(-1, out.layout.nb_channels).astype(np.float32))
    return np.concatenate(pieces)


class SoundTrack:
    """The sound of a file from the last sample asked for up to the one decoded last.

    What lies before second `from_s` need not be asked for.

    Channels are mixed. Where the two of stereo cancel each other out the left one is taken, which
    is decided over the whole of each cut by itself, lest the file be read twice.

    Attributes:
        reached_s: second up to which all samples have been decoded.
        ended: whether there is nothing more to decode.
    """

    def __init__(self, source: Source, from_s: float = 0.0) -> None:
        self.ended = False
        self._source = source
        self._frames = decode_sound(source, from_s)
        self._run: _Run | None = None
        self._next = 0
        self._chunks: deque[_Chunk] = deque()
        self._rounding_s = _VORBIS_ROUNDING_S if source.sound_codec == "vorbis" else _ROUNDING_S

    @property
    def reached_s(self) -> float:
        return self._next / SAMPLE_RATE_HZ

    def close(self) -> None:
        """Close the file."""
        self._frames.close()

    def read_until(self, time_s: float) -> None:
        """Decode until `time_s` is reached or the sound ends.

        Raises:
            MediaError: as `decode_sound`, or the time stamps jump, or the file ends too early.
        """
        while not self.ended and self.reached_s < time_s:
            frame = next(self._frames, None)
            if frame is not None:
                self._take(frame)
                continue
            self._flush()
            self.ended = True
            assert self._source.sound is not None
            check_end(self._source, self._source.sound, self.reached_s, "sound")

    def _take(self, frame: AudioFrame) -> None:
        time_s = second(self._source, frame, 0.0 if self._run is None else self._run.end_s)
        if self._run is None:
            self._begin(time_s, frame)
        elif not self._follows(self._run, time_s):
            if time_s < self._run.end_s:
                return
            self._begin(time_s, frame)
        elif (frame.format.name, frame.layout.name, frame.sample_rate) != self._run.layout:
            self._begin(self._run.end_s, frame)
        self._push(frame)

    def _follows(self, run: _Run, time_s: float) -> bool:
        """Whether a frame continues the run, rather than overlapping it or leaving a gap."""
        check_step(self._source, run.end_s, time_s)
        unbroken = self._source.format in _UNBROKEN
        if abs(time_s - run.end_s) <= (self._rounding_s if unbroken else _JITTER_S):
            return True
        if unbroken:
            raise _damaged(self._source, run.end_s)
        return False

    def _begin(self, start_s: float, frame: AudioFrame) -> None:
        """End the run before, so that no filter smears across, and place the next one."""
        start = round(start_s * SAMPLE_RATE_HZ)
        self._flush()
        self._next = start if self._run is None else max(self._next, start)
        self._run = _Run(start_s, frame)

    def _flush(self) -> None:
        if self._run is not None:
            self._push(None)

    def _push(self, frame: AudioFrame | None) -> None:
        assert self._run is not None
        try:
            mix, left = self._run.push(frame)
        except FFmpegError as error:
            raise _damaged(self._source, self.reached_s) from error
        if not np.isfinite(mix).all():
            raise _damaged(self._source, self.reached_s)
        if len(mix):
            full = np.clip(mix, -1.0, 1.0)
            loud = full if left is mix else np.clip(left, -1.0, 1.0)
            self._chunks.append(_Chunk(self._next, full, loud))
            self._next += len(mix)

    def cut(self, start_s: float, end_s: float, keep_from_s: float) -> _FloatArray | None:
        """Samples of [start_s, end_s), float32 (samples,); `None` if none was recorded in it.

        Gaps inside are zeros. Sound that is over before `end_s` gives a shorter array, not zeros.
        Samples before `keep_from_s` are forgotten.
        """
        start, end = round(start_s * SAMPLE_RATE_HZ), round(end_s * SAMPLE_RATE_HZ)
        if self.ended:
            end = min(end, self._next)
        chunks = [chunk for chunk in self._chunks if chunk.at < end and chunk.end > start]
        keep_from = round(keep_from_s * SAMPLE_RATE_HZ)
        while self._chunks and self._chunks[0].end <= keep_from:
            self._chunks.popleft()
        if not chunks:
            return None
        mix = _laid_out([(chunk.at, chunk.mix) for chunk in chunks], start, end)
        if all(chunk.left is chunk.mix for chunk in chunks):
            return mix
        left = _laid_out([(chunk.at, chunk.left) for chunk in chunks], start, end)
        return left if np.dot(mix, mix) < _CANCELLED * np.dot(left, left) else mix


def _laid_out(pieces: list[tuple[int, _FloatArray]], start: int, end: int) -> _FloatArray:
    """Samples `start` to `end` of a recording, float32 (samples,); zeros where nothing is."""
    waveform = np.zeros(end - start, np.float32)
    for at, piece in pieces:
        piece = piece[max(start - at, 0) : end - at]
        waveform[max(at - start, 0) :][: len(piece)] = piece
    return waveform
