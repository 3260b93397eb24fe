from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from desktop.capture.clock import Clock

from .media import COLOURS, RATE_HZ, write_video
from .waiting import OpenCamera, States, wait_until


@pytest.fixture
def video(tmp_path: Path) -> Path:
    path = tmp_path / "colours.mp4"
    write_video(path, 3)
    return path


def test_a_file_plays_once_at_its_own_pace(
    open_camera: OpenCamera, video: Path, states: States
) -> None:
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


def test_no_frame_is_shown_before_its_time(
    open_camera: OpenCamera, video: Path, clock: Clock
) -> None:
    _, ring = open_camera(str(video))
    wait_until(ring.latest)
    for _ in range(50):
        latest = ring.latest()
        assert latest is not None
        assert latest.time_s <= clock.now_s()


def test_frame_rate_is_measured_while_there_are_frames(
    open_camera: OpenCamera, video: Path, states: States
) -> None:
    camera, ring = open_camera(str(video))
    wait_until(lambda: len(ring.since(-1)) > 5)
    assert camera.frame_rate_hz == pytest.approx(RATE_HZ, rel=0.01)
    states.wait_for("ended")
    assert camera.frame_rate_hz == 0.0


def test_a_looped_file_begins_again_until_it_is_stopped(
    open_camera: OpenCamera, tmp_path: Path, states: States
) -> None:
    path = tmp_path / "short.mp4"
    write_video(path, 1)
    camera, ring = open_camera(str(path), loop=True)
    wait_until(lambda: len(ring.since(-1)) > 2 * RATE_HZ)
    np.testing.assert_allclose(np.diff([f.time_s for f in ring.since(-1)]), 1 / RATE_HZ, atol=0.01)
    camera.stop()
    assert states.statuses == ["opening", "live", "closed"]


def test_a_stopped_camera_can_be_started_again(
    open_camera: OpenCamera, video: Path, states: States
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
    open_camera: OpenCamera, tmp_path: Path, states: States
) -> None:
    camera, _ = open_camera(str(tmp_path / "nowhere.mp4"))
    assert "does not exist" in states.wait_for("absent").message
    camera.stop()
    (tmp_path / "text.mp4").write_text("This is no video.")
    open_camera(str(tmp_path / "text.mp4"))
    assert "is not a recording" in states.wait_for("absent").message
