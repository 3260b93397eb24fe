from __future__ import annotations

import os
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

import av
import cv2
import numpy as np
import pytest

from desktop.capture.state import SourceFailure
from desktop.capture.stream import check_local

from .media import COLOURS, RATE_HZ, picture, write_video
from .waiting import OpenCamera, States

needs_pipes = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")


@needs_pipes
def test_a_pipe_that_ends_is_lost_and_live_again_when_it_returns(
    open_camera: OpenCamera, tmp_path: Path, states: States
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
    open_camera: OpenCamera, tmp_path: Path, states: States
) -> None:
    os.mkfifo(tmp_path / "camera.pipe")
    camera, _ = open_camera(str(tmp_path / "camera.pipe"))
    camera.stop()
    assert states.statuses == ["opening", "closed"]


@needs_pipes
def test_a_writer_that_falls_silent_is_lost(
    open_camera: OpenCamera, tmp_path: Path, states: States
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
    open_camera: OpenCamera, address: str, states: States, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    _, ring = open_camera(address)
    states.wait_for("live")
    frame = ring.latest()
    assert frame is not None
    # OpenCV has written it as BGR.
    np.testing.assert_allclose(frame.picture[24, 32].astype(int), COLOURS[2][::-1], atol=12)


def test_an_address_that_nothing_answers_at_is_absent(
    open_camera: OpenCamera, states: States
) -> None:
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
    address: str, open_camera: OpenCamera, states: States, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(av, "open", lambda *_, **__: pytest.fail("an address was opened"))
    open_camera(address)
    assert "is not on this machine" in states.wait_for("denied").message


def test_only_plain_kinds_of_address_are_read() -> None:
    check_local("http://localhost:8080/a.mjpg")
    check_local("tcp://[::1]:5000")
    with pytest.raises(SourceFailure, match="of a kind that is not read"):
        check_local("rtsp://127.0.0.1/live")
