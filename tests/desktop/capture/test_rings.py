from __future__ import annotations

from threading import Thread

import numpy as np
import numpy.typing as npt
import pytest

from desktop.capture.rings import SILENCE_DBFS, FrameRing, History, SoundRing, TimedFrame
from model.clip import SAMPLE_RATE_HZ


def frame(time_s: float, colour: int = 0, size: tuple[int, int] = (4, 6)) -> TimedFrame:
    return TimedFrame(time_s, np.full((*size, 3), colour, np.uint8))


def ramp(start: int, count: int) -> npt.NDArray[np.float32]:
    """Samples that tell their own number."""
    return np.arange(start, start + count, dtype=np.float32)


def second(time_s: float) -> npt.NDArray[np.float32]:
    return ramp(round(time_s * SAMPLE_RATE_HZ), SAMPLE_RATE_HZ)


def test_frames_are_found_by_their_second() -> None:
    ring = FrameRing()
    for time_s in (0.0, 0.5, 1.0):
        ring.push(frame(time_s))
    latest, at, before = ring.latest(), ring.at(0.9), ring.at(0.0)
    assert latest is not None
    assert at is not None
    assert before is not None
    assert (latest.time_s, at.time_s, before.time_s) == (1.0, 0.5, 0.0)
    assert ring.at(-0.1) is None
    assert [f.time_s for f in ring.since(0.0)] == [0.5, 1.0]


def test_frames_older_than_the_ring_are_forgotten() -> None:
    ring = FrameRing(seconds=1.0)
    for number in range(50):
        ring.push(frame(number / 8))
    assert [f.time_s for f in ring.since(-1)] == [n / 8 for n in range(41, 50)]
    ring.clear()
    assert ring.latest() is None


def test_frames_grow_old_by_the_clock_while_none_comes() -> None:
    ring = FrameRing(seconds=2.0)
    for time_s in (1.0, 2.0):
        ring.push(frame(time_s))
    ring.trim(3.5)
    assert [f.time_s for f in ring.since(-1)] == [2.0]
    ring.trim(9.0)
    assert ring.latest() is None
    ring.push(frame(9.5))
    assert [f.time_s for f in ring.since(-1)] == [9.5]


def test_sound_grows_old_by_the_clock_while_none_comes() -> None:
    ring = SoundRing(seconds=4.0)
    ring.push(0.0, second(1))
    ring.push(2.0, second(2))
    ring.trim(4.5)
    oldest = ring.read(0.0, 1.0)
    assert oldest is not None
    assert (oldest.start_s, len(oldest.samples)) == (pytest.approx(0.5), SAMPLE_RATE_HZ // 2)
    np.testing.assert_array_equal(oldest.samples, second(1)[SAMPLE_RATE_HZ // 2 :])
    ring.trim(6.25)
    left = ring.read(0.0, 9.0)
    assert left is not None
    assert (left.start_s, left.end_s) == (pytest.approx(2.25), pytest.approx(3.0))
    ring.trim(7.5)
    assert ring.read(0.0, 9.0) is None
    assert ring.level_dbfs() == SILENCE_DBFS
    assert not ring._buffer.any()
    ring.push(8.0, second(3))
    again = ring.read(0.0, 9.0)
    assert again is not None
    np.testing.assert_array_equal(again.samples, second(3))


def test_sound_comes_back_as_it_was_heard() -> None:
    ring = SoundRing()
    for number in range(10):
        ring.push(2.0 + number / 10, ramp(number * 1600, 1600))
    sound = ring.read(2.25, 2.75)
    assert sound is not None
    assert sound.start_s == pytest.approx(2.25, abs=1e-4)
    np.testing.assert_array_equal(sound.samples, ramp(4000, 8000))
    assert ring.reached_s == pytest.approx(3.0)


def test_a_span_that_is_not_over_yet_ends_where_the_sound_does() -> None:
    ring = SoundRing()
    ring.push(1.0, second(0))
    sound = ring.read(0.0, 60.0)
    assert sound is not None
    assert (sound.start_s, sound.end_s) == pytest.approx((1.0, 2.0))
    assert ring.read(0.0, 1.0) is None
    assert ring.read(2.0, 3.0) is None


def test_the_ring_wraps_and_forgets_the_oldest_sound() -> None:
    ring = SoundRing(seconds=2.5)
    for number in range(100):
        ring.push(number / 10, ramp(number * 1600, 1600))
    sound = ring.read(0.0, 10.0)
    assert sound is not None
    assert sound.start_s == pytest.approx(7.5)
    np.testing.assert_array_equal(sound.samples, ramp(120_000, 40_000))


def test_a_block_longer_than_the_ring_leaves_its_end() -> None:
    ring = SoundRing(seconds=0.5)
    ring.push(0.0, second(0))
    sound = ring.read(0.0, 1.0)
    assert sound is not None
    assert sound.start_s == pytest.approx(0.5)
    np.testing.assert_array_equal(sound.samples, ramp(8000, 8000))


def test_a_gap_is_neither_filled_nor_shifts_what_follows() -> None:
    ring = SoundRing()
    ring.push(0.0, second(0))
    ring.push(5.0, second(5))
    across, before, within = ring.read(0.5, 5.5), ring.read(0.5, 4.0), ring.read(1.5, 4.5)
    assert across is not None
    assert across.start_s == pytest.approx(5.0)
    np.testing.assert_array_equal(across.samples, ramp(80_000, 8000))
    assert before is not None
    assert (before.start_s, before.end_s) == pytest.approx((0.5, 1.0))
    assert within is None


def test_jitter_of_time_stamps_does_not_interrupt_the_sound() -> None:
    ring = SoundRing()
    late_s = [0.0, 0.02, -0.02, 0.03, 0.0]
    for number in range(100):
        ring.push(number / 10 + late_s[number % 5], ramp(number * 1600, 1600))
    sound = ring.read(2.0, 9.0)
    assert sound is not None
    np.testing.assert_array_equal(sound.samples, ramp(32_000, 112_000))


def test_sound_from_a_drifting_device_stays_where_the_clock_puts_it() -> None:
    ring, drift = SoundRing(), 1.0005
    for number in range(3000):
        ring.push(number / 10 * drift, ramp(number * 1600, 1600))
    sound = ring.read(299.0, 300.0)
    assert sound is not None
    heard_s = sound.samples[0] / SAMPLE_RATE_HZ * drift
    assert heard_s == pytest.approx(sound.start_s, abs=0.001)


def test_no_samples_are_no_sound() -> None:
    ring = SoundRing()
    ring.push(3.0, ramp(0, 0))
    assert ring.read(0.0, 10.0) is None
    assert ring.reached_s == 0.0


def test_level_is_that_of_the_last_tenth_of_a_second() -> None:
    ring = SoundRing()
    assert ring.level_dbfs() == SILENCE_DBFS
    ring.push(0.0, np.ones(SAMPLE_RATE_HZ, np.float32))
    assert ring.level_dbfs() == pytest.approx(0.0)
    ring.push(1.0, np.sin(np.arange(1600) * 0.1 * np.pi).astype(np.float32))
    assert ring.level_dbfs() == pytest.approx(-3.01, abs=0.01)
    ring.push(1.1, np.zeros(1600, np.float32))
    assert ring.level_dbfs() == SILENCE_DBFS


def test_cleared_sound_is_gone() -> None:
    ring = SoundRing()
    ring.push(0.0, np.ones(1600, np.float32))
    ring.clear()
    assert ring.read(0.0, 1.0) is None
    assert ring.level_dbfs() == SILENCE_DBFS
    ring.push(5.0, ramp(7, 1600))
    sound = ring.read(0.0, 10.0)
    assert sound is not None
    assert sound.samples[0] == 7


def test_readers_and_a_writer_do_not_disturb_each_other() -> None:
    ring, frames = SoundRing(seconds=0.5), FrameRing(seconds=0.5)

    def write() -> None:
        for number in range(2000):
            ring.push(number / 100, ramp(number * 160, 160))
            frames.push(frame(number / 100, number % 256))

    writer = Thread(target=write)
    writer.start()
    while writer.is_alive():
        sound, seen = ring.read(0.0, 20.0), frames.latest()
        if sound is not None:
            assert (np.diff(sound.samples) == 1).all()
            assert sound.samples[0] == round(sound.start_s * SAMPLE_RATE_HZ)
        if seen is not None:
            assert seen.picture[0, 0, 0] == round(seen.time_s * 100) % 256
        ring.level_dbfs()
    writer.join()
    assert ring.reached_s == pytest.approx(20.0)


def test_history_keeps_ten_small_frames_a_second() -> None:
    history = History(seconds=2.0)
    for number in range(150):
        history.add_frame(frame(number / 30, number, size=(720, 1280)))
    kept = [history.frame_at(time_s / 100) for time_s in range(500)]
    assert kept[0] is None
    assert len({f.time_s for f in kept if f is not None}) == 20
    last = history.frame_at(4.55)
    assert last is not None
    assert last.time_s == pytest.approx(4.5)
    assert last.picture.shape == (360, 640, 3)
    assert abs(int(last.picture[100, 100, 0]) - 135) <= 2


def test_history_grows_old_by_the_clock_while_nothing_comes() -> None:
    history = History(seconds=2.0)
    for time_s in (1.0, 2.0):
        history.add_frame(frame(time_s))
        history.sound.push(time_s, second(time_s))
    history.trim(3.5)
    sound = history.sound.read(0.0, 9.0)
    assert history.frame_at(1.5) is None
    assert history.frame_at(2.5) is not None
    assert sound is not None
    assert sound.start_s == pytest.approx(1.5)
    history.trim(9.0)
    assert history.frame_at(2.5) is None
    assert history.sound.read(0.0, 9.0) is None


def test_history_keeps_colours_and_small_pictures_as_they_are() -> None:
    history = History()
    red = np.zeros((48, 64, 3), np.uint8)
    red[:, :, 0] = 200
    history.add_frame(TimedFrame(1.0, red))
    back = history.frame_at(1.0)
    assert back is not None
    np.testing.assert_allclose(back.picture.astype(int), red, atol=3)
    history.sound.push(0.0, second(0))
    history.clear()
    assert history.frame_at(1.0) is None
    assert history.sound.read(0.0, 1.0) is None
