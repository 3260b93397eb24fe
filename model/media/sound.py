"""Sound of a recording: 16 kHz mono, every sample at the second its time stamp says."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator

import numpy as np
import numpy.typing as npt
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.error import FFmpegError

from model.clip import SAMPLE_RATE_HZ
from model.errors import MediaError
from model.media.source import Source, breaks_off, check_end, check_step, demux, second

# Time stamps that stray less from the sample count are jitter (rounding, a drifting clock); more
# is a gap. The same bound as libswresample's `min_hard_comp`.
_JITTER_S = 0.1

# These store one unbroken run of samples, counted exactly: a hole is damage, not a pause. Less than
# the shortest frame of any of them (10 ms) is rounding.
_UNBROKEN = frozenset({"wav", "mp3", "flac", "ogg"})
_ROUNDING_S = 0.005

# swresample leaves a mix-down to float unnormalised: two equal channels would come out 3 dB above
# the same sound in mono, and beyond full scale. 1.0 makes it the mean of the channels.
_MIX = {"rematrix_maxval": "1.0"}


def decode_sound(source: Source) -> Generator[AudioFrame, None, None]:
    """Every frame of the sound track, in order.

    Raises:
        MediaError: any part of it cannot be decoded.
    """
    assert source.sound is not None
    at_s = 0.0
    for packet in demux(source, source.sound):
        at_s = second(source, packet, at_s)
        try:
            frames = [frame for frame in packet.decode() if isinstance(frame, AudioFrame)]
        except FFmpegError as error:
            # A packet that could not be read whole is the end of the file, not a fault within.
            cut_off = packet.is_corrupt
            raise (breaks_off if cut_off else _damaged)(source, at_s) from error
        for frame in frames:
            if frame.samples:
                yield frame


def _damaged(source: Source, at_s: float) -> MediaError:
    return MediaError(
        f"'{source.path}' has sound that cannot be decoded at second {max(at_s, 0.0):.1f}; copy "
        "the file again, cut that part out, or analyse the face alone."
    )


class _Run:
    """Frames of one format without a gap, through one resampler."""

    def __init__(self, start_s: float, frame: AudioFrame) -> None:
        self.layout = (frame.format.name, frame.layout.name, frame.sample_rate)
        self._start_s = start_s
        self._samples = 0
        self._resampler = AudioResampler("flt", "mono", SAMPLE_RATE_HZ, options=_MIX)

    @property
    def end_s(self) -> float:
        return self._start_s + self._samples / self.layout[2]

    def push(self, frame: AudioFrame | None) -> list[npt.NDArray[np.float32]]:
        """Samples that are ready; `None` flushes the last of them."""
        if frame is not None:
            self._samples += frame.samples
            frame.pts = None
        ready = self._resampler.resample(frame)
        return [out.to_ndarray().reshape(-1).astype(np.float32) for out in ready]


class SoundTrack:
    """The sound of a file from the last sample asked for up to the one decoded last.

    Attributes:
        reached_s: second up to which all samples have been decoded.
        ended: whether there is nothing more to decode.
    """

    def __init__(self, source: Source) -> None:
        self.ended = False
        self._source = source
        self._frames = decode_sound(source)
        self._run: _Run | None = None
        self._next = 0
        self._chunks: deque[tuple[int, npt.NDArray[np.float32]]] = deque()

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
        assert self._run is not None
        self._store(self._run.push(frame))

    def _follows(self, run: _Run, time_s: float) -> bool:
        """Whether a frame continues the run, rather than overlapping it or leaving a gap."""
        check_step(self._source, run.end_s, time_s)
        unbroken = self._source.format in _UNBROKEN
        if abs(time_s - run.end_s) <= (_ROUNDING_S if unbroken else _JITTER_S):
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
            self._store(self._run.push(None))

    def _store(self, pieces: list[npt.NDArray[np.float32]]) -> None:
        for piece in pieces:
            if not np.isfinite(piece).all():
                raise _damaged(self._source, self.reached_s)
            self._chunks.append((self._next, np.clip(piece, -1.0, 1.0)))
            self._next += len(piece)

    def cut(
        self, start_s: float, end_s: float, keep_from_s: float
    ) -> npt.NDArray[np.float32] | None:
        """Samples of [start_s, end_s), float32 (samples,); `None` if none was recorded in it.

        Gaps inside are zeros. Sound that is over before `end_s` gives a shorter array, not zeros.
        Samples before `keep_from_s` are forgotten.
        """
        start, end = round(start_s * SAMPLE_RATE_HZ), round(end_s * SAMPLE_RATE_HZ)
        if self.ended:
            end = min(end, self._next)
        pieces = [(at, piece) for at, piece in self._chunks if at < end and at + len(piece) > start]
        waveform = np.zeros(max(end - start, 0), np.float32) if pieces else None
        if waveform is not None:
            for at, piece in pieces:
                piece = piece[max(start - at, 0) : end - at]
                waveform[max(at - start, 0) :][: len(piece)] = piece
        keep_from = round(keep_from_s * SAMPLE_RATE_HZ)
        while self._chunks and self._chunks[0][0] + len(self._chunks[0][1]) <= keep_from:
            self._chunks.popleft()
        return waveform
