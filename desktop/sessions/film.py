"""`FilmWriter`: camera and microphone into a file, for as long as the user wants that kept."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from threading import Event, Thread

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.error import FFmpegError
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from desktop.capture.rings import FrameRing, Sound, SoundRing, TimedFrame
from model.clip import SAMPLE_RATE_HZ
from model.sentence import QT_TRANSLATE_NOOP, Sentence

# Both are in every FFmpeg, whatever its licence.
_VIDEO, _AUDIO = "mpeg4", "pcm_s16le"
# Matroska is read as far as it was written; every half second is a cluster, which goes out whole.
_OPTIONS = {
    "cluster_time_limit": "500",  # ms
    "max_interleave_delta": "500000",  # µs; else one track waits ten seconds for a silent other
    "flush_packets": "1",
}
_TICK = Fraction(1, 1000)
_KEY_FRAME_EVERY = 30
_LARGEST_QUANTISER = 5
_SIZE_WITHOUT_CAMERA = 640, 480
_FIRST_FRAME_S = 1.0
_POLL_S = 0.03
_STRAY_SAMPLES = SAMPLE_RATE_HZ // 10


class FilmWriter:
    """Writes what comes into two rings, from a moment on, in a thread of its own.

    It only reads the rings, so it never holds up whoever fills them; pictures that left the ring
    before they were written are counted.

    Args:
        path: the file, Matroska; only its owner may read it, and its folder if that is created.
        frames, sound: what camera and microphone fill.
        begun_s: the film's first moment, on the clock that both are stamped with; now.
        on_end: told, in a thread of this object, that nothing more is written, and in a sentence
            what is missing; empty where nothing is.
    """

    def __init__(
        self,
        path: Path,
        frames: FrameRing,
        sound: SoundRing,
        begun_s: float,
        on_end: Callable[[str], None],
    ) -> None:
        self._lost = 0
        self._path, self._frames, self._sound = path, frames, sound
        self._on_end = on_end
        self._begun_s, self._frame_number = begun_s, frames.pushed
        self._sound_number = 0
        self._last_tick, self._sample = -1, 0
        self._end = Event()
        self._thread = Thread(target=self._run, name="film", daemon=True)

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread.start()

    def finish(self) -> None:
        """Write what is there, and end the file; returns at once."""
        self._end.set()

    def wait(self) -> None:
        """Wait for the end of the file."""
        self._thread.join()

    def _run(self) -> None:
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.close(os.open(self._path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            with av.open(str(self._path), "w", format="matroska", options=_OPTIONS) as film:
                self._write(film)
        except (OSError, FFmpegError) as error:
            self._on_end(
                Sentence(
                    QT_TRANSLATE_NOOP(
                        "errors",
                        "Pictures and sound are not kept any more: {path} cannot be written "
                        "({fault}); see that there is room on the disk.",
                    ),
                    path=str(self._path), fault=error.strerror,
                )
            )  # fmt: skip
            return
        self._on_end(
            Sentence(
                QT_TRANSLATE_NOOP(
                    "errors",
                    "{lost} pictures could not be kept: the machine was too slow; close other "
                    "programs.",
                ),
                lost=self._lost,
            )
            if self._lost
            else ""
        )

    def _write(self, film: OutputContainer) -> None:
        video, audio = self._video(film), self._audio(film)
        while True:
            ending = self._end.is_set()  # asked first, so that the last of it is written too
            self._write_sound(film, audio)
            self._write_frames(film, video)
            if ending:
                break
            self._end.wait(_POLL_S)
        film.mux(video.encode(None))
        film.mux(audio.encode(None))

    def _video(self, film: OutputContainer) -> VideoStream:
        """A track of the first picture's size; later ones are scaled to it."""
        deadline_s = time.perf_counter() + _FIRST_FRAME_S
        while (first := self._frames.latest()) is None and time.perf_counter() < deadline_s:
            if self._end.wait(_POLL_S):
                break
        stream = film.add_stream(_VIDEO, rate=30)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height = _SIZE_WITHOUT_CAMERA
        if first is not None:
            height, width = first.picture.shape[:2]
            stream.width, stream.height = width, height
        stream.pix_fmt = "yuv420p"
        stream.codec_context.time_base = _TICK
        stream.codec_context.gop_size = _KEY_FRAME_EVERY
        stream.codec_context.qmin, stream.codec_context.qmax = 2, _LARGEST_QUANTISER
        return stream

    def _audio(self, film: OutputContainer) -> AudioStream:
        stream = film.add_stream(_AUDIO, rate=SAMPLE_RATE_HZ, layout="mono")
        assert isinstance(stream, AudioStream)
        return stream

    def _write_frames(self, film: OutputContainer, stream: VideoStream) -> None:
        frames, reached = self._frames.after(self._frame_number)
        self._lost += reached - self._frame_number - len(frames)
        self._frame_number = reached
        for frame in frames:
            self._write_frame(film, stream, frame)

    def _write_frame(self, film: OutputContainer, stream: VideoStream, frame: TimedFrame) -> None:
        tick = round((frame.time_s - self._begun_s) / _TICK)
        if tick <= self._last_tick:
            return
        picture = VideoFrame.from_ndarray(frame.picture, "rgb24")
        picture = picture.reformat(stream.width, stream.height, "yuv420p")
        picture.pts, picture.time_base, self._last_tick = tick, _TICK, tick
        film.mux(stream.encode(picture))

    def _write_sound(self, film: OutputContainer, stream: AudioStream) -> None:
        sound, self._sound_number = self._sound.since(self._sound_number)
        while sound is not None:
            if sound.end_s > self._begun_s:
                film.mux(stream.encode(self._block(sound)))
            sound, self._sound_number = self._sound.since(self._sound_number)

    def _block(self, sound: Sound) -> AudioFrame:
        early = max(0, round((self._begun_s - sound.start_s) * SAMPLE_RATE_HZ))
        samples = np.clip(sound.samples[early:], -1.0, 1.0)
        pcm = (samples * 32767).astype(np.int16).reshape(1, -1)
        block = AudioFrame.from_ndarray(pcm, "s16", "mono")
        block.sample_rate, block.time_base = SAMPLE_RATE_HZ, Fraction(1, SAMPLE_RATE_HZ)
        due = round((sound.start_s - self._begun_s) * SAMPLE_RATE_HZ) + early
        # Time stamps stray by less from block to block; what follows on must follow on exactly.
        block.pts = due if due > self._sample + _STRAY_SAMPLES else self._sample
        self._sample = block.pts + block.samples
        return block
