"""Recordings made in the test: a moving picture with a white corner, and a 440 Hz tone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import pytest
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.video.stream import VideoStream

TONE_HZ = 440
BLOCK = 1024

CODECS = {
    "mp4": ("mpeg4", "aac"), "mov": ("mpeg4", "aac"), "mkv": ("mpeg4", "aac"),
    "webm": ("libvpx", "libopus"), "avi": ("mpeg4", "libmp3lame"), "gif": ("gif", None),
    "flv": ("flv", "aac"), "mts": ("mpeg4", "ac3"), "ts": ("mpeg4", "aac"),
    "png": ("png", None), "jpg": ("mjpeg", None), "wav": (None, "pcm_s16le"),
    "mp3": (None, "libmp3lame"), "m4a": (None, "aac"), "flac": (None, "flac"),
    "ogg": (None, "libopus"), "opus": (None, "libopus"), "mka": (None, "libopus"),
    "wmv": ("wmv2", "wmav2"), "wma": (None, "wmav2"), "asf": ("wmv1", "pcm_s16le"),
    "mpg": ("mpeg2video", "mp2"), "vob": ("mpeg2video", "ac3"), "3gp": ("mpeg4", "aac"),
    "aiff": (None, "pcm_s16be"), "caf": (None, "alac"), "aac": (None, "aac"), "m4b": (None, "aac"),
    "amr": (None, "libopencore_amrnb"),
}  # fmt: skip

RATES_HZ = {"amr": 8000}
BIT_RATES = {"wmav1": 96_000, "wmav2": 96_000, "libopencore_amrnb": 12_200}

PIXELS = {"gif": "rgb8", "png": "rgb24", "mjpeg": "yuvj420p"}


@dataclass(frozen=True)
class Recording:
    """What to write; `None` for a codec means the extension's usual one, "" means no such track."""

    duration_s: float = 3.0
    frame_times_s: Sequence[float] | None = None
    frame_rate_hz: int = 25
    size: tuple[int, int] = (64, 48)
    rotation: tuple[float, bool] = (0.0, False)
    aspect: Fraction | None = None
    b_frames: int = 0
    video: str | None = None
    audio: str | None = None
    sample_rate_hz: int = 48000
    layout: str = "mono"
    sound_from_s: float = 0.0
    sound_s: float | None = None
    gap_s: tuple[float, float] = (0.0, 0.0)
    amplitude: float = 0.5
    cover: bool = False
    muxer: tuple[tuple[str, str], ...] = ()


Record = Callable[..., Path]


@pytest.fixture(name="record")
def record_fixture(tmp_path: Path) -> Record:
    """`record("clip.mp4", duration_s=2)` writes a file and returns its path."""

    def record(name: str, **options: object) -> Path:
        path = tmp_path / name
        options.setdefault("sample_rate_hz", RATES_HZ.get(path.suffix[1:], 48000))
        write(path, Recording(**options))  # type: ignore[arg-type]
        return path

    return record


def write(path: Path, what: Recording) -> None:
    video, audio = CODECS[path.suffix[1:]]
    video = video if what.video is None else what.video
    audio = audio if what.audio is None else what.audio
    still = path.suffix in (".png", ".jpg")
    options = {"update": "1"} if still else dict(what.muxer)
    # Named by hand where the extension's own muxer would not take every track.
    kind = "image2" if still else {".m4a": "mp4"}.get(path.suffix)
    with av.open(str(path), "w", format=kind, options=options) as out:
        picture = _add_picture(out, video, what) if video else None
        sound = None
        if audio:
            sound = out.add_stream(audio, rate=what.sample_rate_hz, layout=what.layout)
            if audio in BIT_RATES:
                sound.bit_rate = BIT_RATES[audio]
        cover = _add_cover(out) if what.cover else None
        for _, encode in sorted(
            [*_frames(out, picture, what), *_blocks(out, sound, what)], key=lambda item: item[0]
        ):
            encode()
        for stream in (picture, sound):
            if stream is not None:
                out.mux(stream.encode(None))
        if cover is not None:
            _mux_cover(out, cover)


def _add_picture(out: OutputContainer, codec: str, what: Recording) -> VideoStream:
    fast = {"deadline": "realtime", "cpu-used": "8"} if codec == "libvpx" else {}
    stream = out.add_stream(codec, rate=what.frame_rate_hz, options=fast)
    stream.width, stream.height = what.size
    stream.pix_fmt = PIXELS.get(codec, "yuv420p")
    stream.bit_rate = 400_000
    stream.gop_size = 10
    stream.codec_context.max_b_frames = what.b_frames
    if what.frame_times_s is not None:
        stream.codec_context.time_base = Fraction(1, 1000)
    if what.rotation != (0.0, False):
        stream.set_display_rotation(what.rotation[0], hflip=what.rotation[1])
    if what.aspect is not None:
        stream.codec_context.sample_aspect_ratio = what.aspect
    return stream


def scene(size: tuple[int, int], number: int) -> npt.NDArray[np.uint8]:
    """A dark picture, its red rising frame by frame, with a white upper left quarter."""
    image = np.zeros((size[1], size[0], 3), np.uint8)
    image[:, :, 0] = number % 64
    image[: size[1] // 2, : size[0] // 2] = 255
    return image


def _frames(
    out: OutputContainer, stream: VideoStream | None, what: Recording
) -> Iterator[tuple[float, Callable[[], None]]]:
    if stream is None:
        return
    rate = what.frame_rate_hz
    count = max(1, round(what.duration_s * rate))
    times = what.frame_times_s or [number / rate for number in range(count)]
    for number, time_s in enumerate(times):

        def encode(number: int = number, time_s: float = time_s) -> None:
            base = stream.codec_context.time_base or Fraction(1, rate)
            frame = av.VideoFrame.from_ndarray(scene(what.size, number), "rgb24")
            frame = frame.reformat(format=stream.pix_fmt)
            frame.pts, frame.time_base = round(time_s / base), base
            out.mux(stream.encode(frame))

        yield time_s, encode


def tone(what: Recording) -> npt.NDArray[np.float32]:
    duration_s = what.duration_s if what.sound_s is None else what.sound_s
    at_s = np.arange(round(duration_s * what.sample_rate_hz)) / what.sample_rate_hz
    return (what.amplitude * np.sin(2 * np.pi * TONE_HZ * at_s)).astype(np.float32)


def _blocks(
    out: OutputContainer, stream: AudioStream | None, what: Recording
) -> Iterator[tuple[float, Callable[[], None]]]:
    if stream is None:
        return
    rate, samples = what.sample_rate_hz, tone(what)
    for start in range(0, len(samples), BLOCK):
        late_s = what.gap_s[1] if start / rate >= what.gap_s[0] else 0.0
        time_s = start / rate + what.sound_from_s + late_s

        def encode(start: int = start, time_s: float = time_s) -> None:
            block = np.tile(samples[start : start + BLOCK], (stream.layout.nb_channels, 1))
            frame = av.AudioFrame.from_ndarray(block, "fltp", what.layout)
            frame.sample_rate, frame.pts = rate, round(time_s * rate)
            frame.time_base = Fraction(1, rate)
            out.mux(stream.encode(frame))

        yield time_s, encode


def _add_cover(out: OutputContainer) -> VideoStream:
    stream = out.add_stream("mjpeg", rate=1)
    stream.width, stream.height, stream.pix_fmt = 64, 64, "yuvj420p"
    stream.disposition = av.stream.Disposition.attached_pic
    return stream


def _mux_cover(out: OutputContainer, stream: VideoStream) -> None:
    frame = av.VideoFrame.from_ndarray(scene((64, 64), 0), "rgb24").reformat(format="yuvj420p")
    frame.pts = 0
    out.mux(stream.encode(frame))
    out.mux(stream.encode(None))
