"""Windows: where they begin and end, what they share, and how little is held."""

from __future__ import annotations

import os
import tracemalloc
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av.packet import Packet
from av.stream import Stream
from hypothesis import example, given
from hypothesis import strategies as st

import model.media.sound
import model.media.windows
from model.errors import ConfigError, MediaError
from model.media import probe, read_clip, read_windows
from model.media.source import Source
from model.media.source import demux as real_demux

Record = Callable[..., Path]


def spans(path: Path, window_s: float, hop_s: float) -> list[tuple[float, float]]:
    windows = read_windows(path, window_s, hop_s)
    return [(clip.start_s, pytest.approx(clip.end_s, abs=1e-3)) for clip in windows]


@pytest.mark.parametrize(
    ("duration_s", "window_s", "hop_s", "expected"),
    [
        (0.4, 5, 5, [(0, 0.4)]),
        (3.5, 5, 5, [(0, 3.5)]),
        (5.4, 5, 5, [(0, 5.4)]),
        (6.2, 5, 5, [(0, 5), (5, 6.2)]),
        (10.0, 5, 5, [(0, 5), (5, 10)]),
        (10.9, 5, 5, [(0, 5), (5, 10.9)]),
        (9.0, 4, 2, [(0, 4), (2, 6), (4, 8), (6, 9)]),
        (8.3, 4, 2, [(0, 4), (2, 6), (4, 8.3)]),
        (3.0, 2, 0.5, [(0, 2), (0.5, 2.5), (1, 3)]),
    ],
)
def test_window_borders(
    record: Record, duration_s: float, window_s: float, hop_s: float, expected: list[object]
) -> None:
    path = record("sound.wav", sample_rate_hz=8000, duration_s=duration_s)
    assert spans(path, window_s, hop_s) == expected


@pytest.mark.parametrize("hop_s", [2.0, 1.0, 0.7])
def test_windows_are_slices_of_the_whole(record: Record, hop_s: float) -> None:
    path = record("clip.mkv", audio="pcm_s16le", duration_s=5, sound_from_s=0.3)
    whole = read_clip(path)
    assert whole.waveform is not None
    assert whole.frames is not None
    for clip in read_windows(path, 2.0, hop_s):
        inside = (whole.frame_times_s >= clip.start_s) & (whole.frame_times_s < clip.end_s)
        assert np.array_equal(clip.frame_times_s, whole.frame_times_s[inside])
        assert clip.frames is not None
        assert np.array_equal(clip.frames, whole.frames[inside])
        start = round(clip.start_s * 16000)
        assert clip.waveform is not None
        assert np.array_equal(clip.waveform, whole.waveform[start:][: len(clip.waveform)])
        assert len(clip.waveform) == pytest.approx(clip.duration_s * 16000, abs=2)


class Still:
    """Pictures at given seconds, in the place of a `PictureTrack`."""

    def __init__(self, times_s: list[float], reached_s: float) -> None:
        self.reached_s, self._times_s = reached_s, times_s

    def read_until(self, time_s: float) -> None:
        """They are all there."""

    def cut(
        self, start_s: float, end_s: float, keep_from_s: float
    ) -> tuple[np.ndarray | None, np.ndarray]:
        times_s = np.array([t for t in self._times_s if start_s <= t < end_s], np.float64)
        self._times_s = [t for t in self._times_s if t >= keep_from_s]
        return (np.zeros((len(times_s), 1, 1, 3), np.uint8) if len(times_s) else None), times_s


@given(hop_ms=st.integers(1, 3000), hops=st.integers(1, 4), frame_ms=st.integers(1, 400))
@example(hop_ms=100, hops=1, frame_ms=100)
@example(hop_ms=700, hops=3, frame_ms=350)
def test_no_frame_is_lost_or_repeated_whatever_the_hop(
    hop_ms: int, hops: int, frame_ms: int
) -> None:
    frames_ms = range(0, 40 * hop_ms, max(min(frame_ms, hop_ms), hop_ms // 4))
    total_ms = frames_ms[-1] + 1
    track = Still([ms / 1000 for ms in frames_ms], total_ms / 1000)
    source = Source("a.mkv", "matroska", 0, None, "", 0.0, False, {})
    clips = list(
        model.media.windows._cut_windows(
            source, track, None, hop_ms * hops / 1000, hop_ms / 1000
        )
    )  # fmt: skip
    ends_ms = [hop_ms * (number + hops) for number in range(len(clips) - 1)] + [total_ms]
    for number, (clip, end_ms) in enumerate(zip(clips, ends_ms, strict=True)):
        inside = [ms / 1000 for ms in frames_ms if number * hop_ms <= ms < end_ms]
        assert clip.frame_times_s.tolist() == inside
    before_last_ms = hop_ms * (len(clips) - 1 + hops)  # where the last would end, were there more
    assert total_ms < before_last_ms + min(1000, hop_ms)
    assert len(clips) == 1 or total_ms >= before_last_ms - hop_ms + min(1000, hop_ms)


def test_a_window_after_the_sound_has_the_picture_alone(record: Record) -> None:
    first, second = read_windows(
        record("clip.mkv", audio="pcm_s16le", sound_s=1.5, duration_s=4), 2.0, 2.0
    )
    assert first.waveform is not None
    assert second.waveform is None
    assert second.frames is not None


def test_face_drops_the_sound_and_voice_never_decodes_the_picture(
    record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = record("clip.mp4", duration_s=2)
    assert read_clip(path, modality="face").waveform is None
    monkeypatch.delattr(model.media.windows, "PictureTrack")
    clip = read_clip(path, modality="voice")
    assert clip.frames is None
    assert len(clip.frame_times_s) == 0
    assert clip.waveform is not None


def test_both_takes_what_there_is(record: Record) -> None:
    mute = read_clip(record("mute.mp4", audio="", duration_s=1))
    assert mute.frames is not None
    assert mute.waveform is None
    with pytest.raises(MediaError, match=r"mute\.mp4' has no sound"):
        next(read_windows(record("mute.mp4", audio="", duration_s=1), modality="voice"))


def test_a_declared_track_without_sound_in_it_is_none(record: Record) -> None:
    path = record("empty.mkv", sound_s=0.0, duration_s=2)
    with av.open(str(path)) as file:
        assert file.streams.audio
    assert not probe(path).has_sound
    clip = read_clip(path)
    assert clip.frames is not None
    assert clip.waveform is None
    with pytest.raises(MediaError, match=r"empty\.mkv' has no sound; analyse its face"):
        read_clip(path, modality="voice")


def test_a_track_that_is_declared_to_last_and_has_no_sound_is_damage(record: Record) -> None:
    fragments = (("movflags", "frag_keyframe+empty_moov"),)
    path = record("lost.mp4", sound_s=0.0, duration_s=2, muxer=fragments)
    with pytest.raises(MediaError, match=r"lost\.mp4' has no sound in it that can be decoded"):
        read_clip(path)
    assert read_clip(path, modality="face").frames is not None


@pytest.mark.parametrize(
    "options",
    [
        {"window_s": 0.0},
        {"hop_s": -1.0},
        {"hop_s": 6.0},
        {"window_s": 1e308},
        {"max_frame_rate_hz": 1e308},
        {"max_frame_rate_hz": float("nan")},
        {"modality": "ears"},
    ],
)
def test_bad_options_are_named(record: Record, options: dict[str, object]) -> None:
    with pytest.raises(ConfigError):
        next(read_windows(record("sound.wav"), **options))  # type: ignore[arg-type]


def test_read_clip_refuses_a_long_file(record: Record) -> None:
    path = record("long.wav", sample_rate_hz=8000, duration_s=62)
    with pytest.raises(MediaError, match="longer than 60 seconds; give a shorter piece of it"):
        read_clip(path)


def repeat(path: Path, out: Path, hours: float, second_s: float = 1.0) -> Path:
    """A long recording from a short one: its packets again and again, later each time."""
    with av.open(str(path)) as source, av.open(str(out), "w") as target:
        streams = {s.index: target.add_stream_from_template(s) for s in source.streams}
        packets = [(p, p.stream.index, p.pts) for p in source.demux() if p.pts is not None]
        length = {i: Fraction(second_s) / s.time_base for i, s in enumerate(source.streams)}
        for turn in range(int(hours * 3600 / second_s)):
            for packet, index, pts in packets:
                packet.stream = streams[index]
                packet.pts = packet.dts = int(pts + turn * length[index])
                packet.time_base = source.streams[index].time_base
                target.mux(packet)
    return out


def test_ten_hours_are_read_only_as_far_as_asked(
    record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = record("night.wav", sample_rate_hz=1000, duration_s=1)
    data = bytearray(path.read_bytes())
    size = 10 * 3600 * 1000 * 2
    data[4:8] = (size + len(data) - 2000 - 8).to_bytes(4, "little")
    data[-2004:-2000] = size.to_bytes(4, "little")
    path.write_bytes(data)
    os.truncate(path, len(data) - 2000 + size)  # the rest is a hole of zeros: silence
    read = 0

    def counted(source: Source, index: int, from_s: float) -> Iterator[Packet[Stream]]:
        nonlocal read
        for packet in real_demux(source, index, from_s):
            read += packet.size
            yield packet

    monkeypatch.setattr(model.media.sound, "demux", counted)
    windows = read_windows(path, 5.0, 2.5)
    clips = [next(windows) for _ in range(4)]
    windows.close()
    assert [clip.start_s for clip in clips] == [0, 2.5, 5, 7.5]
    assert all(len(clip.waveform) == 80000 for clip in clips if clip.waveform is not None)
    assert probe(path).duration_s == 36000
    assert 22_000 < read < 32_000  # bytes, of 72 million: 13.5 s and what the decoder holds


def test_memory_does_not_grow_with_the_file(record: Record, tmp_path: Path) -> None:
    short = record("clip.mkv", audio="pcm_s16le", sample_rate_hz=8000, duration_s=2.048)
    path = repeat(short, tmp_path / "long.mkv", hours=0.03, second_s=2.048)
    tracemalloc.start()
    ends = [clip.end_s for clip in read_windows(path, 5.0, 2.5)]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert ends[-1] == pytest.approx(106.5, abs=0.2)
    assert len(ends) in (41, 42)
    # One window and a second: 60 frames of 9 kB and 6 s of sound, held and handed out.
    assert peak < 4 * (60 * 64 * 48 * 3 + 6 * 16000 * 4)
