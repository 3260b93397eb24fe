"""What is seen and heard of a recording at a second."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile
from av.audio.frame import AudioFrame
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from desktop.view.film import picture_at, sound_between
from model.clip import SAMPLE_RATE_HZ
from model.media import read_clip

RATE_HZ, FRAMES, STEP = 10, 20, 10


def brighter(path: Path, frames: int, step: int, gop_size: int, codec: str = "mpeg4") -> Path:
    """A film that becomes brighter by a step with each frame."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=RATE_HZ)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        stream.codec_context.gop_size = gop_size
        for number in range(frames):
            grey = np.full((48, 64, 3), number * step, np.uint8)
            container.mux(stream.encode(VideoFrame.from_ndarray(grey, format="rgb24")))
        container.mux(stream.encode(None))
    return path


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds, few of whose frames are key frames."""
    return brighter(tmp_path_factory.mktemp("film") / "brighter.mkv", FRAMES, STEP, gop_size=8)


@pytest.mark.parametrize(
    ("time_s", "number"), [(0.0, 0), (0.35, 3), (1.0, 10), (1.59, 15), (1.95, 19), (60.0, 19)]
)
def test_the_frame_is_the_last_that_has_begun(film: Path, time_s: float, number: int) -> None:
    picture = picture_at(film, time_s)
    assert picture is not None
    assert picture.shape == (48, 64, 3)
    assert abs(float(picture.mean()) - number * STEP) < STEP / 2


@pytest.mark.parametrize(
    ("name", "codec", "frames"),
    [
        ("camcorder.mts", "mpeg4", 240), ("dvd.vob", "mpeg2video", 240),
        ("screen.wmv", "wmv2", 240), ("phone.3gp", "mpeg4", 240),
    ],
)  # fmt: skip
def test_what_is_sought_in_anywhere_is_shown_from_a_whole_picture_on(
    tmp_path: Path, name: str, codec: str, frames: int
) -> None:
    path = brighter(tmp_path / name, frames, 1, gop_size=50, codec=codec)
    for number in (235, 149, 101, 3):
        picture = picture_at(path, number / RATE_HZ)
        assert picture is not None
        assert abs(float(picture.mean()) - number) < 2


def test_a_picture_that_is_not_wanted_any_more_is_given_up_on_the_way(film: Path) -> None:
    left = [True, False]
    assert picture_at(film, 0.55, lambda: left.pop(0)) is None
    assert left == []


def test_without_a_picture_there_is_none(tmp_path: Path) -> None:
    text = tmp_path / "notes.mp4"
    text.write_text("no film")
    assert picture_at(text, 0.0) is None
    assert picture_at(tmp_path / "missing.mp4", 0.0) is None


@pytest.mark.parametrize("aspect", [Fraction(16, 9), Fraction(1, 3), Fraction(1)])
def test_it_has_the_shape_that_is_analysed(tmp_path: Path, aspect: Fraction) -> None:
    path = tmp_path / "camcorder.mkv"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=RATE_HZ)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        stream.codec_context.sample_aspect_ratio = aspect
        stream.set_display_rotation(90.0)
        container.mux(stream.encode(VideoFrame.from_ndarray(np.zeros((48, 64, 3), np.uint8))))
        container.mux(stream.encode(None))
    picture, analysed = picture_at(path, 0.0), read_clip(path).frames
    assert picture is not None
    assert analysed is not None
    assert picture.shape == analysed.shape[1:]


@pytest.mark.parametrize("right", [-1.0, 0.3])
@pytest.mark.parametrize("name", ["voice.wav", "voice.flac"])
def test_what_is_heard_is_what_was_analysed(tmp_path: Path, name: str, right: float) -> None:
    path = tmp_path / name
    left = 0.3 * np.sin(2 * np.pi * np.cumsum(np.linspace(60, 300, 3 * 44100)) / 44100)
    soundfile.write(path, np.stack([left, right * left], 1), 44100, subtype="PCM_16")
    heard, whole = sound_between(path, 1.0, 2.5), read_clip(path).waveform
    assert heard is not None
    assert whole is not None
    # A resampler that began elsewhere is off by a part of a sample.
    at = SAMPLE_RATE_HZ
    assert heard == pytest.approx(whole[at : at + len(heard)], abs=0.02)
    assert len(heard) == 1.5 * SAMPLE_RATE_HZ


def sweep(duration_s: float, rate: int) -> np.ndarray:
    """A tone that rises, so that each of its moments can be told from every other."""
    at_s = np.arange(round(duration_s * rate)) / rate
    return 0.3 * np.sin(2 * np.pi * (200 * at_s + 900 * at_s**2 / duration_s))


def off_s(heard: np.ndarray, whole: np.ndarray, at_s: float) -> float:
    """By how much what is heard comes from another second than was asked for."""
    start = max(round((at_s - 3) * SAMPLE_RATE_HZ), 0)
    around = whole[start : round((at_s + 5) * SAMPLE_RATE_HZ)]
    found = int(np.correlate(around, heard, "valid").argmax())
    return (start + found) / SAMPLE_RATE_HZ - at_s


def assert_heard_at_its_second(path: Path, seconds: Sequence[float], within_s: float) -> None:
    whole = read_clip(path).waveform
    assert whole is not None
    for at_s in seconds:
        heard = sound_between(path, at_s, at_s + 1.5)
        assert heard is not None
        assert len(heard) == 1.5 * SAMPLE_RATE_HZ
        assert off_s(heard, whole, at_s) == pytest.approx(0.0, abs=within_s)


@pytest.mark.parametrize(
    ("name", "subtype"),
    [
        ("dictation.wav", "IMA_ADPCM"), ("dictation.wav", "MS_ADPCM"), ("call.wav", "GSM610"),
        ("call.wav", "ULAW"), ("voice.wav", "PCM_24"), ("voice.aiff", "PCM_16"),
        ("voice.caf", "PCM_16"), ("voice.mp3", "MPEG_LAYER_III"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("stated", [1.0, 1.3])
def test_sound_is_heard_at_its_second_whatever_bytes_a_second_are_stated(
    tmp_path: Path, name: str, subtype: str, stated: float
) -> None:
    path = tmp_path / name
    soundfile.write(path, sweep(30, 11025), 11025, subtype=subtype)
    if name.endswith("wav"):
        data = bytearray(path.read_bytes())
        at = data.index(b"fmt ") + 16
        rate = round(stated * int.from_bytes(data[at : at + 4], "little"))
        data[at : at + 4] = rate.to_bytes(4, "little")
        path.write_bytes(data)
    assert_heard_at_its_second(path, (1.5, 12.0, 27.3), within_s=0.001)


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("dvd.vob", "ac3"), ("dvd.mpg", "mp2"), ("talk.wma", "wmav2"), ("memo.aac", "aac"),
        ("memo.caf", "alac"), ("talk.mka", "libopus"), ("memo.ts", "aac"),
    ],
)  # fmt: skip
def test_sound_that_is_sought_amid_a_block_is_heard_at_its_second(
    tmp_path: Path, name: str, codec: str
) -> None:
    path = tmp_path / name
    tone = sweep(40, 48000).astype(np.float32)
    with av.open(str(path), "w", format="vob" if name.endswith("vob") else None) as container:
        stream = container.add_stream(codec, rate=48000, layout="mono")
        stream.bit_rate = 128_000
        for start in range(0, len(tone), 4800):
            frame = AudioFrame.from_ndarray(tone[None, start : start + 4800], "fltp", "mono")
            frame.sample_rate, frame.pts, frame.time_base = 48000, start, Fraction(1, 48000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    # ASF keeps milliseconds.
    assert_heard_at_its_second(path, (1.5, 12.0, 33.3), within_s=0.0015)


def test_sound_is_heard_at_its_second(tmp_path: Path) -> None:
    path = tmp_path / "late.mkv"
    block = np.full((1, 800), 0.5, np.float32)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=8000, layout="mono")
        for number in (10, 11, 12, 13, 20, 21, 22):
            frame = AudioFrame.from_ndarray(block, "fltp", "mono")
            frame.sample_rate, frame.pts, frame.time_base = 8000, number * 800, Fraction(1, 8000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    heard = sound_between(path, 0.2, 1.2)  # of 0.0 to 0.4 and 1.0 to 1.3
    assert heard is not None
    assert len(heard) == SAMPLE_RATE_HZ
    loud_s = np.flatnonzero(heard > 0.4) / SAMPLE_RATE_HZ + 0.2
    assert loud_s[loud_s < 0.7].max() == pytest.approx(0.4, abs=0.01)
    assert loud_s[loud_s > 0.7].min() == pytest.approx(1.0, abs=0.01)
    assert sound_between(path, 0.5, 0.9) is None


def test_sound_that_begins_before_the_picture_is_heard(tmp_path: Path) -> None:
    path = tmp_path / "voice first.mp4"
    with av.open(str(path), "w") as container:
        picture = container.add_stream("mpeg4", rate=RATE_HZ)
        assert isinstance(picture, VideoStream)
        picture.width, picture.height, picture.pix_fmt = 64, 48, "yuv420p"
        sound = container.add_stream("aac", rate=16000, layout="mono")
        for number in range(40):
            tone = 0.5 * np.sin(2 * np.pi * 300 * np.arange(1600) / 16000).astype(np.float32)
            heard = AudioFrame.from_ndarray(tone[None], "fltp", "mono")
            heard.sample_rate, heard.pts, heard.time_base = 16000, 1600 * number, Fraction(1, 16000)
            container.mux(sound.encode(heard))
            if number >= 25:
                seen = VideoFrame.from_ndarray(np.zeros((48, 64, 3), np.uint8))
                seen.pts, seen.time_base = number, Fraction(1, RATE_HZ)
                container.mux(picture.encode(seen))
        container.mux([*sound.encode(None), *picture.encode(None)])
    for start_s in (0.5, 1.5, 2.8):
        part = sound_between(path, start_s, start_s + 1.0)
        assert part is not None
        assert len(part) == SAMPLE_RATE_HZ
        assert np.sqrt(2 * np.mean(part**2)) == pytest.approx(0.5, abs=0.03)
