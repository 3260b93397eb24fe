"""Everything that can be wrong with a file: one sentence that names it, nothing invented."""

from __future__ import annotations

import errno
import io
import os
import struct
from collections.abc import Callable
from pathlib import Path
from unittest.mock import Mock
from zlib import crc32

import cv2
import numpy as np
import pytest
import soundfile

from model.errors import MediaError
from model.media import Modality, probe, read_clip, read_windows

Record = Callable[..., Path]


def refused(path: Path | str, about: str) -> None:
    """Both ways in say the same, in one sentence that names the file."""
    for read in (probe, read_clip):
        with pytest.raises(MediaError, match=about) as caught:
            read(path)
        sentence = str(caught.value)
        assert f"'{path}'" in sentence
        assert sentence.endswith(".")
        assert "\n" not in sentence


def test_missing(tmp_path: Path) -> None:
    refused(tmp_path / "nothing.mp4", "does not exist")
    refused(str(tmp_path / "nothing.mp4"), "does not exist")


def test_folder(tmp_path: Path) -> None:
    refused(tmp_path, "is a folder")


def test_empty(tmp_path: Path) -> None:
    path = tmp_path / "empty.mp4"
    path.touch()
    refused(path, "0 bytes")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes on this system")
def test_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mp4")
    refused(tmp_path / "pipe.mp4", "is not a file")


def test_impossible_name() -> None:
    refused("a\0b.mp4", "does not exist")


@pytest.mark.skipif(not hasattr(os, "seteuid"), reason="no such permissions on this system")
def test_no_permission(record: Record) -> None:
    path = record("private.wav", duration_s=0.5)
    path.chmod(0)
    user = os.geteuid()
    if user == 0:  # root may read everything: become nobody for a moment
        os.seteuid(65534)
    try:
        refused(path, "permission")
    finally:
        os.seteuid(user)


class Failing(io.BytesIO):
    """A file on a disk that fails."""

    def read(self, size: int | None = -1) -> bytes:
        raise OSError(errno.EIO, os.strerror(errno.EIO))


def test_a_disk_that_fails(record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    path = record("card.wav", duration_s=0.5)
    monkeypatch.setattr(Path, "open", lambda *_: Failing())
    refused(path, r"card\.wav' cannot be read \(.+\); check the name and disk")


def test_a_file_that_goes_while_it_is_looked_into(
    record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = record("stick.mkv", duration_s=0.5)
    gone = FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
    monkeypatch.setattr("model.media.source.is_cut_short", Mock(side_effect=gone))
    refused(path, r"stick\.mkv' cannot be read")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("text.mp4", b"Dear diary,\n" * 200),
        ("text.txt", b"Dear diary,\n" * 200),
        ("random.mkv", np.random.default_rng(0).bytes(5000)),
        ("list.m3u8", b"#EXTM3U\n#EXTINF:5,\nhttp://localhost/a.ts\n#EXT-X-ENDLIST\n"),
        ("words.srt", b"1\n00:00:01,000 --> 00:00:02,000\nHello\n"),
    ],
)
def test_no_recording(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    refused(path, "is not a recording")


@pytest.mark.parametrize("disguise", ["clip.mp4", "clip.txt", "12:30 clip"])
def test_a_renamed_recording_is_read_by_its_content(record: Record, disguise: str) -> None:
    path = record("sound.flac", duration_s=1)
    renamed = path.rename(path.with_name(disguise))
    assert read_clip(renamed).duration_s == pytest.approx(1.0, abs=0.01)


def test_names_are_paths_or_strings(record: Record) -> None:
    path = record("Gespräch 日本.wav", duration_s=1)
    assert read_clip(str(path)).source == read_clip(path).source == str(path)


def cut(path: Path, share: float) -> Path:
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    return path


def test_cut_off_before_its_index(record: Record) -> None:
    refused(cut(record("clip.mp4"), 0.7), "cut off before its index")


@pytest.mark.parametrize(
    ("name", "modality"),
    [
        *(
            (f"clip.{suffix}", "both")
            for suffix in ("mp4", "mov", "mkv", "webm", "avi", "flv", "ts", "wmv", "mpg", "vob")
        ),
        *((f"clip.{suffix}", kind) for suffix in ("mp4", "mkv") for kind in ("face", "voice")),
    ],
)
def test_cut_off_after_its_index(record: Record, name: str, modality: str) -> None:
    index_first = (("movflags", "faststart"),) if name[-3:] in ("mp4", "mov") else ()
    path = cut(record(name, duration_s=8, muxer=index_first), 0.7)
    ends: list[float] = []
    windows = read_windows(path, 2.0, 2.0, modality=modality)  # type: ignore[arg-type]
    with pytest.raises(MediaError, match=rf"{name}' breaks off at second [456]\.\d"):
        ends.extend(clip.end_s for clip in windows)
    # What is whole comes out before; the broken rest is not padded.
    assert ends[:2] == [2.0, 4.0]
    assert len(ends) <= 3


def without_packets(path: Path, first: float, last: float) -> Path:
    """A transport stream of which the packets between two shares of the file were not received."""
    data, packet = path.read_bytes(), 188
    count = len(data) // packet
    path.write_bytes(data[: int(count * first) * packet] + data[int(count * last) * packet :])
    return path


def test_pictures_that_are_made_from_lost_ones_are_left_out(record: Record) -> None:
    whole = read_clip(record("clip.ts", duration_s=4, audio=""), 25)
    holed = read_clip(without_packets(record("clip.ts", duration_s=4, audio=""), 0.4, 0.44), 25)
    assert whole.frames is not None
    assert holed.frames is not None
    assert 1 <= len(whole.frames) - len(holed.frames) <= 20
    kept = np.isin(whole.frame_times_s.round(3), holed.frame_times_s.round(3))
    assert np.array_equal(whole.frames[kept], holed.frames)


def test_a_transport_stream_with_a_long_hole(record: Record) -> None:
    path = without_packets(record("clip.ts", duration_s=8, audio=""), 0.3, 0.6)
    with pytest.raises(MediaError, match=r"no picture that can be decoded from second 2\.\d to 4"):
        read_clip(path)


@pytest.mark.parametrize(
    "name",
    [
        *("sound.wav", "sound.mp3", "sound.flac", "sound.m4a", "sound.wma", "sound.aiff"),
        *("sound.aac", "sound.amr"),
    ],
)
def test_cut_off_sound(record: Record, name: str) -> None:
    index_first = (("movflags", "faststart"),) if name.endswith("m4a") else ()
    path = cut(record(name, duration_s=4, muxer=index_first, video=""), 0.6)
    with pytest.raises(MediaError, match=rf"{name}' breaks off at second 2\.\d"):
        read_clip(path)


def test_a_cut_off_photo(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (300, 400, 3), np.uint8)
    path = tmp_path / "photo.jpg"
    path.write_bytes(cv2.imencode(".jpg", noise)[1].tobytes())
    assert read_clip(path).frames is not None
    with pytest.raises(MediaError, match=r"photo\.jpg' breaks off at second 0\.0"):
        read_clip(cut(path, 0.6))


def box(kind: bytes, *content: bytes, version: int | None = None) -> bytes:
    """A box of an ISO file; `version` is of those that have one."""
    head = b"" if version is None else struct.pack(">I", version << 24)
    body = head + b"".join(content)
    return struct.pack(">I4s", len(body) + 8, kind) + body


def photo_in_tiles(count: int) -> bytes:
    """What a telephone saves as HEIC: a picture of which every tile is one by itself."""
    tiles, whole = range(1, count + 1), count + 1
    kinds = [(tile, b"hvc1") for tile in tiles] + [(whole, b"grid")]
    items = [
        box(b"infe", struct.pack(">HH4sx", number, 0, kind), version=2) for number, kind in kinds
    ]
    grid = struct.pack(">BBBBHH", 0, 0, 0, count - 1, 64 * count, 64)
    places = [struct.pack(">HHHHII", tile, 0, 0, 1, 0, 16) for tile in tiles]
    places.append(struct.pack(">HHHHII", whole, 1, 0, 1, 0, len(grid)))
    sizes = [struct.pack(">II", width, 64) for width in (64, 64 * count)]
    facts = [box(b"hvcC", b"\1", bytes(22)), *(box(b"ispe", size, version=0) for size in sizes)]
    of_each = [struct.pack(">HBBB", tile, 2, 1, 2) for tile in tiles]
    of_each.append(struct.pack(">HBB", whole, 1, 3))
    facts_of = box(b"ipma", struct.pack(">I", whole), *of_each, version=0)
    meta = [
        box(b"hdlr", bytes(4), b"pict", bytes(13), version=0),
        box(b"pitm", struct.pack(">H", whole), version=0),
        box(b"iinf", struct.pack(">H", whole), *items, version=0),
        box(b"iref", box(b"dimg", struct.pack(f">HH{count}H", whole, count, *tiles)), version=0),
        box(b"iprp", box(b"ipco", *facts), facts_of),
        box(b"idat", grid),
        box(b"iloc", struct.pack(">BBH", 0x44, 0, whole), *places, version=1),
    ]
    start = box(b"ftyp", b"heic", bytes(4), b"mif1heic")
    return start + box(b"meta", *meta, version=0) + box(b"mdat", bytes(16))


def test_a_photo_in_tiles_is_not_its_first_tile(tmp_path: Path) -> None:
    path = tmp_path / "IMG_0001.HEIC"
    path.write_bytes(photo_in_tiles(4))
    refused(path, r"IMG_0001\.HEIC' is a photo in tiles \(HEIC\).*; save it as jpg or png")


def test_a_film_in_a_png_is_not_its_first_picture(record: Record) -> None:
    path = record("film.png")
    data = path.read_bytes()
    control = struct.pack(">I", 8) + b"acTL" + struct.pack(">II", 5, 0)
    path.write_bytes(data[:33] + control + struct.pack(">I", crc32(control[4:])) + data[33:])
    refused(path, r"film\.png' is an animated PNG.*; save it as gif or mp4")


def with_sizes(path: Path, riff: int, data: int) -> Path:
    """A WAV file with other sizes in its header than it has."""
    content = bytearray(path.read_bytes())
    at = content.index(b"data")
    content[4:8], content[at + 4 : at + 8] = riff.to_bytes(4, "little"), data.to_bytes(4, "little")
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("riff", "data"),
    [
        (0xFFFFFFFF, 0xFFFFFFFF),  # FFmpeg
        (0x7FFFF024, 0x7FFFF000),  # sox
        (0x80000024, 0x80000000),  # arecord
        (0, 0),
    ],
)
def test_a_wav_from_a_pipe_is_whole(record: Record, riff: int, data: int) -> None:
    path = with_sizes(record("stream.wav", duration_s=2), riff, data)
    assert read_clip(path).duration_s == pytest.approx(2.0)


def test_a_long_wav_that_was_cut_off_is_not_from_a_pipe(record: Record) -> None:
    path = with_sizes(record("night.wav", duration_s=2), 0xA0000024, 0xA0000000)
    with pytest.raises(MediaError, match=r"night\.wav' breaks off at second 2\.0"):
        read_clip(path)


def test_a_wav_of_many_hours_that_was_cut_off(record: Record) -> None:
    """Beyond 4 GiB a WAV is called RF64, and has its size in another place."""
    path = record("day.wav", duration_s=2, muxer=(("rf64", "always"),))
    assert read_clip(path).duration_s == pytest.approx(2.0)
    with pytest.raises(MediaError, match=r"day\.wav' breaks off at second 1\.\d"):
        read_clip(cut(path, 0.7))


@pytest.mark.parametrize("modality", ["face", "voice"])
def test_what_is_encrypted_is_told_so(record: Record, modality: Modality) -> None:
    key = (
        ("encryption_scheme", "cenc-aes-ctr"),
        ("encryption_key", "76a6c65c5ea762046bd749a2e632ccbb"),
        ("encryption_kid", "a7e61c373e219033c21091fa607bf3b8"),
    )
    path = record("bought.mp4", duration_s=1, muxer=key)
    with pytest.raises(MediaError, match=r"bought\.mp4' is encrypted"):
        read_clip(path, modality=modality)


def test_live_recordings_without_a_length_are_whole(record: Record) -> None:
    for name in ("live.mkv", "live.flv"):
        muxer = ("live", "1") if name == "live.mkv" else ("flvflags", "no_duration_filesize")
        live = record(name, duration_s=2, muxer=(muxer,))
        assert read_clip(live).duration_s == pytest.approx(2.0, abs=0.1)


@pytest.mark.parametrize(
    "name",
    [
        *("clip.mp4", "clip.mkv", "song.mp3", "song.flac", "song.ogg", "song.aac", "song.amr"),
        "song.mpg",
    ],
)
def test_damaged_sound_is_an_error_and_never_silence(record: Record, name: str) -> None:
    path = record(name, duration_s=6, video="")
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 2000] = np.random.default_rng(1).bytes(2000)
    path.write_bytes(data)
    with pytest.raises(
        MediaError, match=rf"{name}' has sound that cannot be decoded at second"
    ) as e:
        list(read_windows(path, 2.0, 2.0))
    assert "face" not in str(e.value)  # it has none that could be analysed instead


def tag_with_cover(size: int) -> bytes:
    """What some players put behind an mp3: a picture in an APE tag."""
    item = struct.pack("<II", size, 2) + b"Cover Art\0" + bytes(size)
    ends = [
        b"APETAGEX" + struct.pack("<IIIIQ", 2000, len(item) + 32, 1, flags << 24, 0)
        for flags in (0xA0, 0x80)
    ]
    return item.join(ends)


LYRICS = b"LYRICSBEGININD0000200000030LYRICS200" + b"TAG" + bytes(125)


@pytest.mark.parametrize("behind", [bytes(3000), LYRICS, tag_with_cover(30_000)])
def test_what_is_behind_the_end_of_an_mp3_is_no_damage(record: Record, behind: bytes) -> None:
    path = record("song.mp3", duration_s=2)
    data = path.read_bytes()
    path.write_bytes(data + behind)
    assert read_clip(path).duration_s == pytest.approx(2.0, abs=0.05)
    path.write_bytes(data[: len(data) // 2] + behind)
    with pytest.raises(MediaError, match=r"song\.mp3' (has sound|breaks off) .* second 1\.0"):
        read_clip(path)
    path.write_bytes(data + behind + data)
    with pytest.raises(MediaError, match=r"song\.mp3' has sound that cannot .* second 2\.0"):
        read_clip(path)


@pytest.mark.parametrize("quality", [0.0, 1.0])
def test_a_page_of_vorbis_that_is_missing_is_an_error(tmp_path: Path, quality: float) -> None:
    path = tmp_path / "song.ogg"
    noise = 0.3 * np.random.default_rng(0).standard_normal(6 * 16000)
    soundfile.write(
        path, noise, 16000, format="OGG", subtype="VORBIS", compression_level=1 - quality
    )
    data = path.read_bytes()
    start = data.index(b"OggS", len(data) // 2)
    path.write_bytes(data[:start] + data[data.index(b"OggS", start + 4) :])
    with pytest.raises(MediaError, match=r"song\.ogg' has sound that cannot be decoded at second"):
        list(read_windows(path, 2.0, 2.0))


def test_sound_of_an_unknown_coding_is_named(record: Record) -> None:
    path = record("odd.mkv", duration_s=1)
    path.write_bytes(path.read_bytes().replace(b"A_AAC", b"A_XYZ"))
    assert probe(path).has_sound
    assert probe(path).sample_rate_hz is None
    with pytest.raises(MediaError, match=r"odd\.mkv' is coded in a way that cannot be decoded"):
        read_clip(path)


def test_a_sampling_rate_that_is_none_is_an_error(record: Record) -> None:
    path = record("rate.wav", duration_s=1)
    data = bytearray(path.read_bytes())
    data[24:28] = (2**31 - 1).to_bytes(4, "little")
    path.write_bytes(data)
    with pytest.raises(MediaError, match=r"rate\.wav' has sound that cannot be decoded"):
        read_clip(path)


def test_sound_that_is_no_number_is_an_error(record: Record) -> None:
    path = record("nan.wav", audio="pcm_f32le", duration_s=1)
    data = bytearray(path.read_bytes())
    data[100_000:100_004] = np.float32(np.nan).tobytes()
    path.write_bytes(data)
    with pytest.raises(MediaError, match="cannot be decoded at second 0"):
        read_clip(path)


def test_a_picture_too_small_for_a_face(record: Record) -> None:
    dot = record("dot.png", size=(1, 1))
    assert (probe(dot).width, probe(dot).height) == (1, 1)
    with pytest.raises(MediaError, match=r"dot\.png' has a picture of 1x1 pixels, too small"):
        read_clip(dot)
    film = record("dot.mov", video="png", size=(1, 1), duration_s=1)
    with pytest.raises(MediaError, match="too small"):
        read_clip(film)
    assert read_clip(film, modality="voice").waveform is not None


def test_a_picture_too_large_for_memory_is_not_decoded(record: Record) -> None:
    refused(record("wide.png", size=(9000, 40)), "at most 8192 pixels")


def test_time_stamps_that_jump_are_named(record: Record) -> None:
    path = record("broken.mkv", frame_times_s=[0, 0.1, 0.2, 4000], audio="")
    refused_at = r"broken\.mkv' has time stamps that jump from second 0\.\d to 4000\.0"
    with pytest.raises(MediaError, match=refused_at):
        list(read_windows(path))
