from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Iterator
from fractions import Fraction
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any

import av
import cv2
import numpy as np
import numpy.typing as npt
import pytest

from desktop.capture import life_cycle, webcam
from desktop.capture.camera import Camera
from desktop.capture.clock import Clock
from desktop.capture.rings import FrameRing
from desktop.capture.state import SourceFailure, denied
from desktop.capture.stream import check_local
from desktop.capture.webcam import check_node, to_rgb

from .waiting import States, wait_until

COLOURS = ((220, 30, 30), (30, 220, 30), (30, 30, 220))
RATE_HZ = 20

needs_pipes = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")


def picture(colour: tuple[int, int, int], size: tuple[int, int] = (48, 64)) -> npt.NDArray[Any]:
    return np.full((*size, 3), colour, np.uint8)


def write_video(path: Path, seconds: int, codec: str = "mpeg4") -> None:
    """A red second, a green one, a blue one."""
    with av.open(str(path), "w") as out:
        stream = out.add_stream(codec, rate=RATE_HZ)
        stream.width, stream.height = 64, 48
        stream.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
        for number in range(seconds * RATE_HZ):
            colour = COLOURS[number // RATE_HZ % len(COLOURS)]
            frame = av.VideoFrame.from_ndarray(picture(colour), "rgb24")
            frame.pts, frame.time_base = number, Fraction(1, RATE_HZ)
            out.mux(stream.encode(frame.reformat(format=stream.pix_fmt)))
        out.mux(stream.encode(None))


@pytest.fixture
def video(tmp_path: Path) -> Path:
    path = tmp_path / "colours.mp4"
    write_video(path, 3)
    return path


@pytest.fixture
def states() -> States:
    return States()


Open = Callable[..., tuple[Camera, FrameRing]]


@pytest.fixture(name="open_camera")
def open_camera_fixture(clock: Clock, states: States) -> Iterator[Open]:
    cameras: list[Camera] = []

    def open_camera(source: int | str, **options: Any) -> tuple[Camera, FrameRing]:
        ring = FrameRing(seconds=60)
        cameras.append(Camera(source, clock, ring, states, **options))
        cameras[-1].start()
        return cameras[-1], ring

    yield open_camera
    for camera in cameras:
        camera.stop()


def test_a_file_plays_once_at_its_own_pace(open_camera: Open, video: Path, states: States) -> None:
    camera, ring = open_camera(str(video))
    states.wait_for("ended")
    assert states.statuses == ["opening", "live", "ended"]
    assert [state.message for state in states] == ["", "", ""]
    frames = ring.since(-1)
    assert len(frames) == 3 * RATE_HZ
    np.testing.assert_allclose(np.diff([f.time_s for f in frames]), 1 / RATE_HZ, atol=1e-6)
    for number, colour in enumerate(COLOURS):
        frame = ring.at(frames[0].time_s + number + 0.5)
        assert frame is not None
        assert frame.picture.shape == (48, 64, 3)
        np.testing.assert_allclose(frame.picture[24, 32].astype(int), colour, atol=12)
    camera.stop()
    assert states[-1].status == "closed"


def test_no_frame_is_shown_before_its_time(open_camera: Open, video: Path, clock: Clock) -> None:
    _, ring = open_camera(str(video))
    wait_until(ring.latest)
    for _ in range(50):
        latest = ring.latest()
        assert latest is not None
        assert latest.time_s <= clock.now_s()


def test_frame_rate_is_measured_while_there_are_frames(
    open_camera: Open, video: Path, states: States
) -> None:
    camera, ring = open_camera(str(video))
    wait_until(lambda: len(ring.since(-1)) > 5)
    assert camera.frame_rate_hz == pytest.approx(RATE_HZ, rel=0.01)
    states.wait_for("ended")
    assert camera.frame_rate_hz == 0.0


def test_a_looped_file_begins_again_until_it_is_stopped(
    open_camera: Open, tmp_path: Path, states: States
) -> None:
    path = tmp_path / "short.mp4"
    write_video(path, 1)
    camera, ring = open_camera(str(path), loop=True)
    wait_until(lambda: len(ring.since(-1)) > 2 * RATE_HZ)
    np.testing.assert_allclose(np.diff([f.time_s for f in ring.since(-1)]), 1 / RATE_HZ, atol=0.01)
    camera.stop()
    assert states.statuses == ["opening", "live", "closed"]


def test_a_stopped_camera_can_be_started_again(
    open_camera: Open, video: Path, states: States
) -> None:
    camera, ring = open_camera(str(video))
    with pytest.raises(RuntimeError, match="already"):
        camera.start()
    states.wait_for("live")
    camera.stop()
    camera.stop()
    seen = len(ring.since(-1))
    camera.start()
    wait_until(lambda: len(ring.since(-1)) > seen)
    assert states.statuses == ["opening", "live", "closed", "opening", "live"]


def test_a_missing_or_broken_file_is_told_in_a_sentence(
    open_camera: Open, tmp_path: Path, states: States
) -> None:
    camera, _ = open_camera(str(tmp_path / "nowhere.mp4"))
    assert "does not exist" in states.wait_for("absent").message
    camera.stop()
    (tmp_path / "text.mp4").write_text("This is no video.")
    open_camera(str(tmp_path / "text.mp4"))
    assert "is not a recording" in states.wait_for("absent").message


@needs_pipes
def test_a_pipe_that_ends_is_lost_and_live_again_when_it_returns(
    open_camera: Open, tmp_path: Path, states: States
) -> None:
    pipe, whole = tmp_path / "camera.pipe", tmp_path / "whole.avi"
    os.mkfifo(pipe)
    write_video(whole, 3, "mjpeg")
    _, ring = open_camera(str(pipe))
    for times in (1, 2):
        with pipe.open("wb") as writer:  # waits for the camera to read
            writer.write(whole.read_bytes())
        assert "comes back" in states.wait_for("lost", times).message
    assert states.statuses == ["opening", "live", "lost", "live", "lost"]
    assert len(ring.since(-1)) == 2 * 3 * RATE_HZ
    red, blue = ring.since(-1)[0], ring.latest()
    assert blue is not None
    np.testing.assert_allclose(red.picture[24, 32].astype(int), COLOURS[0], atol=12)
    np.testing.assert_allclose(blue.picture[24, 32].astype(int), COLOURS[2], atol=12)


@needs_pipes
def test_stop_does_not_wait_for_a_pipe_without_a_writer(
    open_camera: Open, tmp_path: Path, states: States
) -> None:
    os.mkfifo(tmp_path / "camera.pipe")
    camera, _ = open_camera(str(tmp_path / "camera.pipe"))
    camera.stop()
    assert states.statuses == ["opening", "closed"]


@needs_pipes
def test_a_writer_that_falls_silent_is_lost(
    open_camera: Open, tmp_path: Path, states: States
) -> None:
    pipe, whole = tmp_path / "camera.pipe", tmp_path / "whole.avi"
    os.mkfifo(pipe)
    write_video(whole, 3, "mjpeg")
    open_camera(str(pipe))
    with pipe.open("wb") as writer:
        writer.write(whole.read_bytes()[:-4000])
        writer.flush()
        states.wait_for("lost")
    assert "live" in states.statuses


class _Mjpeg(BaseHTTPRequestHandler):
    """A webcam server: one JPEG after the other, without end."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
        self.end_headers()
        jpeg = cv2.imencode(".jpg", picture(COLOURS[2]))[1].tobytes()
        head = f"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n"
        try:
            while not self.server.closing.wait(1 / RATE_HZ):  # type: ignore[attr-defined]
                self.wfile.write(head.encode() + jpeg + b"\r\n")
        except OSError:
            pass  # the camera was stopped

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def address() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Mjpeg)
    server.closing = Event()  # type: ignore[attr-defined]
    thread = Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.closing.set()  # type: ignore[attr-defined]
    server.shutdown()
    server.server_close()
    thread.join()


def test_an_address_on_this_machine_is_watched(
    open_camera: Open, address: str, states: States, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    _, ring = open_camera(address)
    states.wait_for("live")
    frame = ring.latest()
    assert frame is not None
    # OpenCV has written it as BGR.
    np.testing.assert_allclose(frame.picture[24, 32].astype(int), COLOURS[2][::-1], atol=12)


def test_an_address_that_nothing_answers_at_is_absent(open_camera: Open, states: States) -> None:
    open_camera("tcp://127.0.0.1:9")
    assert "start the program" in states.wait_for("absent").message


@pytest.mark.parametrize(
    "address",
    [
        "http://192.168.1.20/video", "https://example.org/camera", "rtsp://camera.local/1",
        "http://localhost.example.org/", "http://127.0.0.1@example.org/", "http:///video",
    ],
)  # fmt: skip
def test_nothing_beyond_this_machine_is_opened(
    address: str, open_camera: Open, states: States, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(av, "open", lambda *_, **__: pytest.fail("an address was opened"))
    open_camera(address)
    assert "is not on this machine" in states.wait_for("denied").message


def test_only_plain_kinds_of_address_are_read() -> None:
    check_local("http://localhost:8080/a.mjpg")
    check_local("tcp://[::1]:5000")
    with pytest.raises(SourceFailure, match="of a kind that is not read"):
        check_local("rtsp://127.0.0.1/live")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells")
def test_a_number_without_a_camera_is_absent(open_camera: Open, states: States) -> None:
    open_camera(97)
    state = states.wait_for("absent")
    assert state.message == "There is no camera at /dev/video97; plug one in or choose another."


@pytest.mark.parametrize(
    ("code", "status", "words"),
    [
        (errno.EBUSY, "busy", "in use by another program"),
        (errno.EACCES, "denied", "video"),
        (errno.ENODEV, "absent", "no camera at"),
        (errno.EIO, "absent", "cannot be opened"),
    ],
)
def test_linux_tells_why_a_camera_does_not_open(
    code: int, status: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> int:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(SourceFailure, match=words) as failure:
        check_node(Path("/dev/video0"))
    assert failure.value.state.status == status
    assert not failure.value.final


@pytest.mark.parametrize(
    ("platform", "page"),
    [
        ("darwin", "Privacy & Security > Camera"),
        ("win32", "Privacy & security > Camera"),
        ("linux", "usermod -aG video"),
    ],
)
def test_a_denied_camera_names_the_page_of_settings(platform: str, page: str) -> None:
    assert page in denied("camera", platform).message


class FakeCapture:
    """`cv2.VideoCapture` of a camera that works, is taken, is unplugged, or hangs."""

    def __init__(self) -> None:
        self.opens = True
        self.plugged_in = True
        self.hanging: Event | None = None
        self.released = 0

    def __call__(self, index: int, backend: int) -> FakeCapture:
        return self

    def isOpened(self) -> bool:
        return self.opens

    def read(self) -> tuple[bool, Any]:
        if self.hanging is not None:
            self.hanging.wait()
        Event().wait(0.01)
        return self.plugged_in, picture(COLOURS[0])[:, :, ::-1] if self.plugged_in else None

    def release(self) -> None:
        self.released += 1


@pytest.fixture
def capture(monkeypatch: pytest.MonkeyPatch) -> FakeCapture:
    fake = FakeCapture()
    monkeypatch.setattr(cv2, "VideoCapture", fake)
    monkeypatch.setattr(webcam, "check_node", lambda _: None)
    monkeypatch.setattr(life_cycle, "RETRY_S", 0.01)
    return fake


def test_a_camera_that_is_unplugged_comes_back(
    open_camera: Open, capture: FakeCapture, states: States
) -> None:
    _, ring = open_camera(0)
    states.wait_for("live")
    capture.plugged_in = False
    states.wait_for("lost")
    capture.opens = False
    wait_until(lambda: capture.released > 3)
    assert states.statuses == ["opening", "live", "lost"]
    capture.plugged_in = capture.opens = True
    states.wait_for("live")
    frame = ring.latest()
    assert frame is not None
    assert tuple(frame.picture[0, 0]) == COLOURS[0]


def test_a_camera_that_does_not_start_is_opened_until_it_does(
    open_camera: Open, capture: FakeCapture, states: States
) -> None:
    capture.opens = False
    open_camera(0)
    wait_until(lambda: len(states) > 1)
    assert states[-1].status in ("busy", "absent")
    assert "other program" in states[-1].message
    capture.opens = True
    states.wait_for("live")


def test_stop_returns_while_a_driver_hangs(
    open_camera: Open, capture: FakeCapture, states: States, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(life_cycle, "_LONGEST_STOP_S", 0.05)
    capture.hanging = Event()
    camera, ring = open_camera(0)
    camera.stop()
    assert states.statuses == ["opening", "closed"]
    capture.hanging.set()
    wait_until(lambda: capture.released)
    assert ring.latest() is None
    assert states.statuses == ["opening", "closed"]


@pytest.mark.parametrize("shape", [(31, 47), (31, 47, 1), (31, 47, 3), (31, 47, 4)])
def test_grey_and_odd_pictures_become_rgb(shape: tuple[int, ...]) -> None:
    rgb = to_rgb(np.full(shape, 90, np.uint8))
    assert rgb.shape == (31, 47, 3)
    assert rgb.dtype == np.uint8
    assert (rgb == 90).all()


def test_large_pictures_are_scaled_down_like_those_of_files() -> None:
    assert to_rgb(np.zeros((1080, 1920, 3), np.uint8)).shape == (720, 1280, 3)
    assert to_rgb(np.zeros((1920, 1080, 3), np.uint8)).shape == (1280, 720, 3)
