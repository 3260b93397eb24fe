"""Pictures and sound on the disk: whole, on time, and as far as they went after a kill."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import av
import numpy as np
import pytest

from desktop.capture.rings import FrameRing, SoundRing, TimedFrame
from desktop.sessions import SessionStore
from desktop.sessions.film import FilmWriter
from model.clip import SAMPLE_RATE_HZ
from tests.desktop.capture.waiting import wait_until

ROOT = Path(__file__).parents[3]
# A second of film in every tenth of a second; the parent kills it.
RECORDING = """
import itertools, sys, time
from datetime import UTC, datetime
from pathlib import Path
import numpy as np
from desktop.capture.rings import FrameRing, SoundRing, TimedFrame
from desktop.sessions import SessionStore
from desktop.sessions.film import FilmWriter

folder = Path(sys.argv[1])
recording = SessionStore(folder / "sessions.sqlite3").begin("live", {}, datetime.now(UTC))
frames, sound = FrameRing(), SoundRing()
film = folder / "media" / "film.mkv"
recording.keep_media(film)
FilmWriter(film, frames, sound, 0.0, print).start()
for second in itertools.count():
    for number in range(10):
        frames.push(TimedFrame(second + number / 10, np.full((48, 64, 3), 100, np.uint8)))
    sound.push(second, np.zeros(16_000, np.float32))
    print(second, flush=True)
    time.sleep(0.1)
"""


class Filmed:
    """A writer on rings that a test fills, from second zero on."""

    def __init__(self, path: Path, **rings: float) -> None:
        self.path, self.told = path, list[str]()
        self.frames, self.sound = FrameRing(**rings), SoundRing()
        self.writer = FilmWriter(path, self.frames, self.sound, 0.0, self.told.append)

    def see(self, *times_s: float, size: tuple[int, int] = (48, 64)) -> None:
        for time_s in times_s:
            self.frames.push(TimedFrame(time_s, np.full((*size, 3), 200, np.uint8)))

    def end(self) -> None:
        self.writer.finish()
        self.writer.wait()


def seen(path: Path) -> list[float]:
    with av.open(str(path)) as film:
        return [float(frame.time) for frame in film.decode(video=0)]


def heard(path: Path) -> np.ndarray:
    with av.open(str(path)) as film:
        blocks = [frame.to_ndarray().reshape(-1) for frame in film.decode(audio=0)]
    return np.concatenate(blocks).astype(np.float32) / 32767


def test_pictures_and_sound_are_there_at_their_seconds(tmp_path: Path) -> None:
    filmed = Filmed(tmp_path / "media" / "film.mkv", seconds=60)
    times = [0.0, 0.033, 0.067, 0.5, 2.0, 2.033]
    filmed.see(*times)
    tone = np.sin(np.arange(2 * SAMPLE_RATE_HZ) / 10).astype(np.float32)
    for number in range(20):  # blocks whose time stamps stray
        start_s = number / 10 + (0.01 if number % 2 else 0.0)
        filmed.sound.push(start_s, tone[number * 1600 : (number + 1) * 1600])
    filmed.writer.start()
    filmed.end()
    assert filmed.told == [""]
    assert seen(filmed.path) == pytest.approx(times, abs=0.001)
    np.testing.assert_allclose(heard(filmed.path), tone, atol=1e-4)


def test_a_camera_of_another_size_goes_on_in_the_same_film(tmp_path: Path) -> None:
    filmed = Filmed(tmp_path / "film.mkv")
    filmed.see(0.0)
    filmed.see(0.1, size=(120, 160))
    filmed.writer.start()
    filmed.end()
    assert len(seen(filmed.path)) == 2


def test_without_a_camera_there_is_the_sound(tmp_path: Path) -> None:
    filmed = Filmed(tmp_path / "film.mkv")
    filmed.sound.push(0.0, np.ones(1600, np.float32))
    filmed.writer.start()
    filmed.end()
    assert len(heard(filmed.path)) == 1600
    assert seen(filmed.path) == []


def test_pictures_that_left_before_they_were_written_are_counted(tmp_path: Path) -> None:
    filmed = Filmed(tmp_path / "film.mkv", seconds=1)
    filmed.see(*(number / 8 for number in range(50)))  # 9 of them are still there
    filmed.writer.start()
    filmed.end()
    assert filmed.told[0].startswith("41 pictures could not be kept")
    assert len(seen(filmed.path)) == 9


def test_a_film_that_is_there_already_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "film.mkv"
    path.write_bytes(b"older")
    filmed = Filmed(path)
    filmed.writer.start()
    filmed.end()
    assert "cannot be written" in filmed.told[0]
    assert path.read_bytes() == b"older"


def test_a_kill_leaves_a_film_that_plays_and_a_session_that_can_be_erased(tmp_path: Path) -> None:
    film = tmp_path / "media" / "film.mkv"
    with subprocess.Popen(
        [sys.executable, "-c", RECORDING, str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    ) as recording:
        assert recording.stdout is not None
        while int(next(recording.stdout)) < 10:
            pass
        wait_until(lambda: film.stat().st_size > 20_000)
        recording.kill()
    assert len(seen(film)) >= 10
    assert len(heard(film)) >= SAMPLE_RATE_HZ
    with SessionStore(tmp_path / "sessions.sqlite3") as store:
        (summary,) = store.sessions()
        assert summary.interrupted
        assert store.load(summary.id).media == (film,)
        with store.begin("after", {}, summary.started):  # a restart records as if nothing had been
            pass
        assert store.erase(summary.id).media_files == 1
    assert not film.exists()


def test_a_film_begins_at_its_first_moment_whatever_the_clock_says(tmp_path: Path) -> None:
    frames, sound, path = FrameRing(), SoundRing(), tmp_path / "film.mkv"
    picture = np.zeros((48, 64, 3), np.uint8)
    frames.push(TimedFrame(599.9, picture))
    sound.push(599.5, np.ones(SAMPLE_RATE_HZ, np.float32))
    writer = FilmWriter(path, frames, sound, 600.0, lambda _: None)
    for time_s in (600.0, 600.5):
        frames.push(TimedFrame(time_s, picture))
    writer.start()
    writer.finish()
    writer.wait()
    assert seen(path) == pytest.approx([0.0, 0.5], abs=0.001)  # what came before is not kept
    assert len(heard(path)) == SAMPLE_RATE_HZ // 2
