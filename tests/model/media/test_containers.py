"""The same streams in another container: the same pictures and samples at the same seconds."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile

from model.errors import MediaError
from model.media import SUFFIXES, Modality, read_clip, read_windows
from model.media.source import FORMATS, inspect

Record = Callable[..., Path]
SECTOR = 2048


def copied(path: Path, name: str) -> Path:
    """The coded pictures and samples of a recording in another container, untouched."""
    out = path.with_name(name)
    kind = {".vob": "vob", ".m4b": "mp4"}.get(out.suffix)
    with av.open(str(path)) as source, av.open(str(out), "w", format=kind) as target:
        streams = {s.index: target.add_stream_from_template(s) for s in source.streams}
        for packet in source.demux():
            if packet.dts is not None:
                packet.stream = streams[packet.stream.index]
                target.mux(packet)
    return out


@pytest.mark.parametrize(
    ("video", "audio", "name", "other"),
    [
        ("mpeg2video", "mp2", "a.mpg", "b.mkv"),
        ("mpeg2video", "ac3", "a.vob", "b.mkv"),
        ("mpeg1video", "mp2", "a.mpg", "b.mkv"),
        ("mpeg4", "libmp3lame", "a.wmv", "b.mkv"),
        ("wmv2", "pcm_s16le", "a.wmv", "b.avi"),
        ("", "libopencore_amrnb", "a.amr", "b.3gp"),
        ("mpeg4", "ac3", "a.mp4", "b.mov"),
        ("mpeg4", "libopus", "a.mp4", "b.mkv"),
        ("mpeg4", "aac", "a.mp4", "b.3gp"),
        ("", "aac", "a.m4a", "b.m4b"),
        ("", "libopus", "a.ogg", "b.mka"),
    ],
)
def test_the_same_streams_are_read_alike(
    record: Record, video: str, audio: str, name: str, other: str
) -> None:
    one = record(name, video=video, audio=audio, duration_s=3)
    whole, again = read_clip(one, 60), read_clip(copied(one, other), 60)
    assert whole.waveform is not None
    assert again.waveform is not None
    if video:
        assert whole.frames is not None
        assert again.frames is not None
        assert np.array_equal(whole.frames, again.frames)
        # Matroska and ASF keep milliseconds, the clock begins with the track that begins first.
        assert whole.frame_times_s == pytest.approx(again.frame_times_s, abs=0.0011)
    # How much of the last block is filling, not every container says.
    shorter = min(len(whole.waveform), len(again.waveform))
    assert max(len(whole.waveform), len(again.waveform)) - shorter < 0.05 * 16000
    assert np.array_equal(whole.waveform[: shorter - 20], again.waveform[: shorter - 20])


@pytest.mark.parametrize(
    ("name", "subtype", "endian"),
    [
        ("a.aiff", "PCM_16", "FILE"), ("a.aiff", "PCM_24", "FILE"), ("a.aiff", "FLOAT", "FILE"),
        ("a.aiff", "PCM_16", "LITTLE"), ("a.aiff", "ULAW", "FILE"), ("a.caf", "PCM_16", "FILE"),
        ("a.caf", "PCM_24", "LITTLE"), ("a.caf", "FLOAT", "FILE"), ("a.caf", "ALAW", "FILE"),
    ],
)  # fmt: skip
def test_samples_that_are_stored_whole_are_those_of_a_wav(
    tmp_path: Path, name: str, subtype: str, endian: str
) -> None:
    samples = 0.3 * np.random.default_rng(0).standard_normal((44100, 2))
    soundfile.write(tmp_path / name, samples, 44100, subtype=subtype, endian=endian)
    soundfile.write(tmp_path / "a.wav", samples, 44100, subtype=subtype)
    one, other = read_clip(tmp_path / name).waveform, read_clip(tmp_path / "a.wav").waveform
    assert one is not None
    assert other is not None
    assert np.array_equal(one, other)


@pytest.mark.parametrize("name", ["late.wmv", "late.mpg", "late.vob"])
def test_late_sound_keeps_its_offset(record: Record, name: str) -> None:
    clip = read_clip(record(name, sound_from_s=1.5, duration_s=2))
    assert clip.waveform is not None
    onset_s = np.flatnonzero(np.abs(clip.waveform) > 0.1)[0] / 16000
    # WMA's decoder gives nothing of the first block, of 43 ms.
    assert onset_s - clip.frame_times_s[0] == pytest.approx(1.5, abs=0.05)


@pytest.mark.parametrize("name", ["pause.asf", "pause.mpg", "pause.vob"])
def test_a_pause_in_the_sound_is_zeros_of_its_length(record: Record, name: str) -> None:
    clip = read_clip(record(name, gap_s=(1.0, 0.7), duration_s=2))
    assert clip.waveform is not None
    quiet = np.flatnonzero(clip.waveform == 0.0)
    gap = max(np.split(quiet, np.flatnonzero(np.diff(quiet) > 1) + 1), key=len)
    assert gap[0] / 16000 - clip.frame_times_s[0] == pytest.approx(1.0, abs=0.04)
    assert len(gap) / 16000 == pytest.approx(0.7, abs=0.001)


def test_a_pause_in_the_picture_of_a_wmv_keeps_its_length(record: Record) -> None:
    times = [*(n / 25 for n in range(25)), *(1.8 + n / 25 for n in range(25))]
    kept = read_clip(record("screen.wmv", frame_times_s=times, audio=""), 60).frame_times_s
    assert kept == pytest.approx(times, abs=0.001)


def test_oblong_pixels_of_a_dvd_are_made_square(record: Record) -> None:
    path = record("dvd.vob", aspect=Fraction(16, 15), size=(720, 576), duration_s=0.2, audio="")
    frames = read_clip(path).frames
    assert frames is not None
    assert frames.shape[1:3] == (576, 768)


def test_a_dvd_that_was_split_begins_with_the_first_whole_picture_and_sound(
    record: Record,
) -> None:
    path = record("whole.vob", duration_s=8)
    part = path.with_name("part.vob")
    part.write_bytes(path.read_bytes()[13 * SECTOR :])
    late_s = inspect(part).origin_s - inspect(path).origin_s
    assert 0.5 < late_s < 4
    whole, rest = read_clip(path, 60), read_clip(part, 60)
    assert whole.waveform is not None
    assert rest.waveform is not None
    at = round(late_s * 16000) + 16000
    heard = rest.waveform[16000:32000]
    assert heard == pytest.approx(whole.waveform[at : at + 16000], abs=0.02)
    seen_s = rest.frame_times_s + late_s
    assert np.abs(whole.frame_times_s[:, None] - seen_s).min(0) == pytest.approx(0.0, abs=1e-6)


def test_dvds_that_were_joined_are_told(record: Record) -> None:
    path = record("one.vob", duration_s=3)
    path.write_bytes(2 * path.read_bytes())
    with pytest.raises(MediaError, match=r"one\.vob' has time stamps that jump from second 3\.0"):
        list(read_windows(path, 1.0, 1.0))


def test_a_program_stream_with_its_end_code_is_whole(record: Record) -> None:
    path = record("end.mpg", duration_s=2)
    assert path.stat().st_size % SECTOR == 0
    path.write_bytes(path.read_bytes() + b"\0\0\1\xb9")
    assert read_clip(path).duration_s == pytest.approx(2.0, abs=0.1)


class Pipe(io.RawIOBase):
    """What can only be written to, one byte after the other."""

    def __init__(self) -> None:
        self.content = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        self.content += bytes(data)  # type: ignore[call-overload]
        return len(bytes(data))  # type: ignore[call-overload]


@pytest.mark.parametrize("name", ["live.wma", "live.caf"])
def test_live_recordings_without_a_length_are_whole(tmp_path: Path, name: str) -> None:
    pipe = Pipe()
    codec, kind = ("wmav2", "asf") if name.endswith("wma") else ("pcm_s16be", "caf")
    with av.open(pipe, "w", format=kind) as out:
        stream = out.add_stream(codec, rate=44100, layout="mono")
        stream.bit_rate = 96_000
        for number in range(50):
            block = np.full((1, 2048), 0.1, np.float32)
            frame = av.AudioFrame.from_ndarray(block, "fltp", "mono")
            frame.sample_rate, frame.pts = 44100, 2048 * number
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    path = tmp_path / name
    path.write_bytes(pipe.content)
    assert read_clip(path).duration_s == pytest.approx(50 * 2048 / 44100, abs=0.1)


def test_sox_writes_a_long_aiff_into_a_pipe(tmp_path: Path) -> None:
    path = tmp_path / "pipe.aiff"
    soundfile.write(path, np.zeros(16000), 16000)
    data = bytearray(path.read_bytes())
    at = data.index(b"SSND") + 4
    data[4:8], data[at : at + 4] = struct.pack(">I", 0x7F00002E), struct.pack(">I", 0x7F000008)
    path.write_bytes(data)
    assert read_clip(path).duration_s == pytest.approx(1.0)


def test_a_cut_off_caf(record: Record, tmp_path: Path) -> None:
    """Where each packet of ALAC lies stands behind them all; of PCM nothing need say it."""
    packets = record("alac.caf", duration_s=4)
    packets.write_bytes(packets.read_bytes()[:-100])
    with pytest.raises(MediaError, match=r"alac\.caf' was cut off before its index"):
        read_clip(packets)
    samples = record("pcm.caf", audio="pcm_s16le", duration_s=4)
    samples.write_bytes(samples.read_bytes()[: samples.stat().st_size * 6 // 10])
    with pytest.raises(MediaError, match=r"pcm\.caf' breaks off at second 2\.\d"):
        read_clip(samples)


def test_a_windows_media_header_of_an_impossible_size_is_not_relied_on(record: Record) -> None:
    path = record("odd.wma", duration_s=2)
    data = bytearray(path.read_bytes())
    data[16:24] = b"\xff" * 8
    path.write_bytes(data)
    assert read_clip(path).duration_s == pytest.approx(2.0, abs=0.1)


def protected(path: Path) -> Path:
    """A Windows Media file whose header says that its sound was bought and is encrypted."""
    guid = bytes.fromhex("fbb31122 23bdd211 b4b700a0 c955fc6e")
    fields = b"".join(struct.pack("<I", len(text)) + text for text in (b"key", b"DRM\0", b"1\0"))
    body = fields + struct.pack("<I", 2) + b"x\0"
    entry = guid + struct.pack("<Q", len(body) + 24) + body
    data = bytearray(path.read_bytes())
    size, count = struct.unpack_from("<QI", data, 16)
    struct.pack_into("<QI", data, 16, size + len(entry), count + 1)
    path.write_bytes(data[:30] + entry + data[30:])
    return path


@pytest.mark.parametrize("modality", ["both", "voice"])
def test_bought_music_is_told_to_be_encrypted(record: Record, modality: Modality) -> None:
    with pytest.raises(MediaError, match=r"bought\.wma' is encrypted"):
        read_clip(protected(record("bought.wma", duration_s=1)), modality=modality)


def test_every_format_that_is_named_is_in_the_list() -> None:
    assert set(FORMATS.replace(" or ", ", ").split(", ")) <= set(SUFFIXES)
