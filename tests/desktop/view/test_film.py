"""What is seen of a recording at a second."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from desktop.view.film import picture_at

RATE_HZ, FRAMES, STEP = 10, 20, 10


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds that become brighter by a step with each frame; few of them are key frames."""
    path = tmp_path_factory.mktemp("film") / "brighter.mkv"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=RATE_HZ)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        stream.codec_context.gop_size = 8
        for number in range(FRAMES):
            grey = np.full((48, 64, 3), number * STEP, np.uint8)
            container.mux(stream.encode(VideoFrame.from_ndarray(grey, format="rgb24")))
        container.mux(stream.encode(None))
    return path


@pytest.mark.parametrize(
    ("time_s", "number"), [(0.0, 0), (0.35, 3), (1.0, 10), (1.59, 15), (1.95, 19), (60.0, 19)]
)
def test_the_frame_is_the_last_that_has_begun(film: Path, time_s: float, number: int) -> None:
    picture = picture_at(film, time_s)
    assert picture is not None
    assert picture.shape == (48, 64, 3)
    assert abs(float(picture.mean()) - number * STEP) < STEP / 2


def test_a_picture_that_is_not_wanted_any_more_is_given_up_on_the_way(film: Path) -> None:
    left = [True, False]
    assert picture_at(film, 0.55, lambda: left.pop(0)) is None
    assert left == []


def test_without_a_picture_there_is_none(tmp_path: Path) -> None:
    text = tmp_path / "notes.mp4"
    text.write_text("no film")
    assert picture_at(text, 0.0) is None
    assert picture_at(tmp_path / "missing.mp4", 0.0) is None
