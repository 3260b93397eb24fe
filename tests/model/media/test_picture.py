"""Frames: upright, RGB, of bounded size, at their own seconds."""

from __future__ import annotations

import gc
import struct
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest

from model.errors import MediaError
from model.media import probe, read_clip, read_windows

Record = Callable[..., Path]


def bright_corner(frame: np.ndarray) -> str:
    height, width = frame.shape[:2]
    corners = {
        "upper left": frame[: height // 3, : width // 3],
        "upper right": frame[: height // 3, -width // 3 :],
        "lower left": frame[-height // 3 :, : width // 3],
        "lower right": frame[-height // 3 :, -width // 3 :],
    }
    return max(corners, key=lambda name: corners[name].mean())


@pytest.mark.parametrize(
    "suffix",
    [
        "mp4", "mov", "mkv", "webm", "avi", "flv", "mts", "gif", "wmv", "asf", "mpg", "vob", "3gp",
    ],
)  # fmt: skip
def test_every_container_gives_rgb_frames_ten_times_a_second(record: Record, suffix: str) -> None:
    clip = read_clip(record(f"clip.{suffix}", duration_s=2))
    assert clip.frames is not None
    assert clip.frames.dtype == np.uint8
    assert clip.frames.shape[1:] == (48, 64, 3)
    assert len(clip.frames) in (20, 21)
    assert clip.frame_times_s.dtype == np.float64
    assert np.allclose(np.diff(clip.frame_times_s), 0.1, atol=0.03)
    assert bright_corner(clip.frames[0]) == "upper left"
    assert clip.frames[0, 2, 2].min() > 200


@pytest.mark.parametrize("suffix", ["png", "jpg", "gif"])
def test_a_still_image_is_one_frame(record: Record, suffix: str) -> None:
    clip = read_clip(record(f"still.{suffix}", duration_s=0.04))
    assert clip.frames is not None
    assert clip.frames.shape == (1, 48, 64, 3)
    assert clip.waveform is None
    assert 0 < clip.duration_s < 1


def noisy(width: int, height: int) -> np.ndarray:
    """A picture that no coder makes small, with a white upper left quarter."""
    pixels = np.random.default_rng(0).integers(0, 120, (height, width, 3), np.uint8)
    pixels[: height // 2, : width // 2] = 255
    return pixels


@pytest.mark.parametrize("name", ["photo.jpg", "photo%03d.jpg", "photo%03d.png", "photo"])
def test_a_photo_is_one_whatever_its_size_and_name(tmp_path: Path, name: str) -> None:
    coded = cv2.imencode(".png" if name.endswith("png") else ".jpg", noisy(1200, 900))[1]
    path = tmp_path / name
    path.write_bytes(coded.tobytes())
    assert path.stat().st_size > 300_000
    clip = read_clip(path)
    assert clip.frames is not None
    assert clip.frames.shape == (1, 900, 1200, 3)
    assert bright_corner(clip.frames[0]) == "upper left"
    assert (probe(path).width, probe(path).height) == (1200, 900)


def exif(orientation: int, thumbnail: bytes) -> bytes:
    """The segment in which a camera says how a photo is turned, and keeps a small one of it."""
    entry = struct.pack(">HHIHH", 0x0112, 3, 1, orientation, 0)
    tiff = b"MM\0*" + struct.pack(">IH", 8, 1) + entry + bytes(4) + thumbnail
    return b"\xff\xe1" + struct.pack(">H", len(tiff) + 8) + b"Exif\0\0" + tiff


@pytest.mark.parametrize(
    ("orientation", "corner"), [(1, "upper left"), (3, "lower right"), (6, "upper right")]
)
def test_a_camera_s_photo_is_turned_and_its_thumbnail_passed_over(
    tmp_path: Path, orientation: int, corner: str
) -> None:
    progressive = (cv2.IMWRITE_JPEG_PROGRESSIVE, 1)
    photo = cv2.imencode(".jpg", noisy(640, 480), progressive)[1].tobytes()
    thumbnail = cv2.imencode(".jpg", np.zeros((120, 160, 3), np.uint8))[1].tobytes()
    path = tmp_path / "camera.jpg"
    path.write_bytes(photo[:2] + exif(orientation, thumbnail) + photo[2:] + b"a film" * 9000)
    clip = read_clip(path)
    assert clip.frames is not None
    upright = (640, 480) if orientation == 6 else (480, 640)
    assert clip.frames.shape == (1, *upright, 3)
    assert bright_corner(clip.frames[0]) == corner


def test_variable_frame_rate_is_thinned_by_time_and_keeps_real_times(record: Record) -> None:
    # Half a second of 50 Hz, a pause, then 4 Hz: by index the fast part would win.
    times = [*(n / 50 for n in range(25)), 1.3, *(2 + n / 4 for n in range(4))]
    path = record("phone.mkv", frame_times_s=times, audio="")
    kept = read_clip(path).frame_times_s
    assert all(np.abs(np.array(times) - time_s).min() < 1e-3 for time_s in kept)
    assert kept[:5] == pytest.approx([0.0, 0.1, 0.2, 0.3, 0.4], abs=0.015)
    assert kept[5:] == pytest.approx([1.3, 2.0, 2.25, 2.5, 2.75], abs=0.001)
    assert read_clip(path, max_frame_rate_hz=60).frame_times_s == pytest.approx(times, abs=0.001)


@pytest.mark.parametrize("start_s", [-1.021, -0.3, 0.021, 1.007, 36000.033])
def test_a_recording_begins_wherever_its_time_stamps_do(record: Record, start_s: float) -> None:
    times = [start_s + n / 25 for n in range(25)]
    early = (("avoid_negative_ts", "disabled"),)
    path = record("early.mkv", frame_times_s=times, audio="", muxer=early)
    kept = read_clip(path, max_frame_rate_hz=60).frame_times_s
    assert kept == pytest.approx(np.arange(25) / 25, abs=0.002)


@pytest.mark.parametrize("pause_s", [0.8, 1.5, 3.0])
@pytest.mark.parametrize("before", [20, 46, 47, 48, 49])
def test_a_pause_does_not_lengthen_a_picture_that_comes_after_it(
    record: Record, pause_s: float, before: int
) -> None:
    # An mp4 keeps how long a picture is in the order of decoding, which B frames are not shown in.
    times = [n / 25 + (pause_s if n >= before else 0.0) for n in range(50)]
    path = record("phone.mp4", frame_times_s=times, b_frames=2, audio="")
    windows = list(read_windows(path, 0.5, 0.5, max_frame_rate_hz=60))
    kept = [time_s for clip in windows for time_s in clip.frame_times_s]
    assert kept == pytest.approx(times, abs=0.002)
    assert windows[-1].end_s == pytest.approx(times[-1] + 0.04, abs=0.05)


@pytest.mark.parametrize("video", ["mpeg4", "libx264"])
def test_the_pictures_of_an_avi_are_at_the_seconds_at_which_they_are_shown(
    record: Record, video: str
) -> None:
    # An avi has no time stamps of that: only the order in which pictures are decoded.
    path = record("old.avi", video=video, b_frames=2, audio="", duration_s=2)
    clip = read_clip(path, max_frame_rate_hz=60)
    assert clip.frame_times_s == pytest.approx(np.arange(50) / 25, abs=0.001)
    assert clip.frames is not None
    reds = clip.frames[:, 30:, 40:, 0].mean((1, 2))  # of `scene`: the number of the picture
    assert reds == pytest.approx(np.arange(50), abs=4)


@pytest.mark.parametrize(
    ("rotation", "corner", "size"),
    [
        ((0.0, False), "upper left", (64, 48)),
        ((90.0, False), "lower left", (48, 64)),  # counter-clockwise
        ((-90.0, False), "upper right", (48, 64)),
        ((180.0, False), "lower right", (64, 48)),
        ((0.0, True), "upper right", (64, 48)),
    ],
)
def test_display_matrix_is_applied(
    record: Record, rotation: tuple[float, bool], corner: str, size: tuple[int, int]
) -> None:
    path = record("phone.mov", rotation=rotation, audio="", duration_s=0.2)
    frames = read_clip(path).frames
    assert frames is not None
    assert bright_corner(frames[0]) == corner
    assert frames.shape[1:3] == size[::-1]
    assert (probe(path).width, probe(path).height) == size


def test_a_photo_is_turned_as_its_exif_asks(record: Record) -> None:
    path = record("photo.jpg")
    # One tag, orientation (0x0112), a short: 6 is a quarter turn clockwise.
    tags = b"MM\0*\0\0\0\x08\0\x01" + struct.pack(">HHIHHI", 0x0112, 3, 1, 6, 0, 0)
    exif = b"\xff\xe1" + struct.pack(">H", len(tags) + 8) + b"Exif\0\0" + tags
    data = path.read_bytes()
    path.write_bytes(data[:2] + exif + data[2:])
    frames = read_clip(path).frames
    assert frames is not None
    assert bright_corner(frames[0]) == "upper right"
    assert frames.shape == (1, 64, 48, 3)


@pytest.mark.parametrize("size", [(2560, 1440), (1080, 2160)])
def test_large_pictures_are_scaled_to_1280(record: Record, size: tuple[int, int]) -> None:
    path = record("large.mp4", size=size, audio="", duration_s=0.08)
    frames = read_clip(path).frames
    assert frames is not None
    assert max(frames.shape[1:3]) == 1280
    assert frames.shape[2] / frames.shape[1] == pytest.approx(size[0] / size[1], rel=0.01)
    assert (probe(path).width, probe(path).height) == size


def test_oblong_pixels_are_made_square(record: Record) -> None:
    path = record("dv.mp4", aspect=Fraction(3, 2), audio="", duration_s=0.2)
    frames = read_clip(path).frames
    assert frames is not None
    assert frames.shape[1:3] == (48, 96)


@pytest.mark.parametrize("name", ["song.mp3", "song.m4a"])
def test_cover_art_is_not_a_picture(record: Record, name: str) -> None:
    path = record(name, cover=True, duration_s=1, video="")
    assert not probe(path).has_picture
    assert read_clip(path).frames is None
    with pytest.raises(MediaError, match=rf"{name}' has no picture"):
        read_clip(path, modality="face")


def test_a_damaged_frame_is_left_out_and_the_others_keep_their_times(record: Record) -> None:
    path = record("clip.mov", video="png", audio="", duration_s=2, frame_rate_hz=10)
    broken = path.read_bytes().split(b"IHDR")
    broken[8] = b"\0\0\0\0" + broken[8][4:]
    path.write_bytes(b"IHDR".join(broken))
    times = read_clip(path).frame_times_s
    assert len(times) == 19
    assert np.delete(np.arange(20) / 10, 7) == pytest.approx(times)


def test_more_than_a_second_of_damage_is_an_error(record: Record) -> None:
    path = record("clip.mov", video="png", audio="", duration_s=4, frame_rate_hz=10)
    parts = path.read_bytes().split(b"IHDR")
    broken = [b"\0\0\0\0" + part[4:] if 10 < n < 26 else part for n, part in enumerate(parts)]
    path.write_bytes(b"IHDR".join(broken))
    with pytest.raises(MediaError, match=r"from second 1\.0 to 2\.5"):
        read_clip(path)


def test_decoded_pictures_are_let_go_at_once(record: Record) -> None:
    path = record("clip.mp4", audio="", duration_s=2)
    gc.collect()
    gc.disable()
    try:
        frames = read_clip(path, max_frame_rate_hz=50).frames
        waiting = gc.collect()
    finally:
        gc.enable()
    assert frames is not None
    # Fifty full-size pictures in reference cycles would wait here; the first one may.
    assert waiting < 15
