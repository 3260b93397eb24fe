from __future__ import annotations

from collections import deque
from contextlib import closing, nullcontext
from threading import Event
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from desktop.capture import portaudio, pulse
from desktop.capture.rings import SoundRing
from desktop.capture.sound_card import BlockPlacer, heard_sound
from desktop.capture.state import SourceFailure
from model.clip import SAMPLE_RATE_HZ
from tests.desktop.live.set_clock import SetClock

from .media import TONE_HZ, pitch_hz, tone


def placed(rate_hz: int, blocks: list[tuple[float, npt.NDArray[Any]]]) -> SoundRing:
    ring, placer = SoundRing(), BlockPlacer(rate_hz)
    for arrival_s, samples in blocks:
        ring.push(*placer.place(arrival_s, samples))
    return ring


@pytest.mark.parametrize("rate_hz", [16_000, 44_100, 48_000])
def test_resampled_sound_stays_in_its_place(rate_hz: int) -> None:
    sound = np.concatenate([np.zeros(2 * rate_hz), tone(2.0, rate_hz)]).astype(np.float32)
    block = rate_hz // 100
    ring = placed(
        rate_hz, [(10 + n / 100, sound[(n - 1) * block : n * block]) for n in range(1, 401)]
    )
    heard = ring.read(0.0, 60.0)
    assert heard is not None
    assert heard.start_s == pytest.approx(10.0, abs=0.001)
    onset = int(np.argmax(np.abs(heard.samples) > 0.05))
    assert heard.start_s + onset / SAMPLE_RATE_HZ == pytest.approx(12.0, abs=0.002)
    assert pitch_hz(heard.samples[onset:]) == pytest.approx(TONE_HZ, abs=1)


def test_what_16_khz_cannot_hold_is_filtered_and_not_folded() -> None:
    high = tone(1.0, 48_000, hz=10_000)
    ring = placed(48_000, [(n / 100, high[(n - 1) * 480 : n * 480]) for n in range(1, 101)])
    heard = ring.read(0.1, 0.9)
    assert heard is not None
    assert np.abs(heard.samples).max() < 0.005


def test_late_blocks_do_not_move_the_sound() -> None:
    sound = tone(5.0)
    # The machine was busy for 0.4 s once: nothing was lost, the blocks came in a burst.
    late = [max(n / 100, 2.5) if 210 < n <= 250 else n / 100 for n in range(1, 501)]
    ring = placed(16_000, [(s, sound[n * 160 : (n + 1) * 160]) for n, s in enumerate(late)])
    heard = ring.read(0.0, 60.0)
    assert heard is not None
    assert (heard.start_s, heard.end_s) == pytest.approx((0.0, 5.0), abs=0.001)
    np.testing.assert_array_equal(heard.samples, sound)


def test_dropped_samples_leave_a_gap_and_the_rest_in_its_place() -> None:
    sound = tone(8.0)
    numbers = [n for n in range(800) if not 300 <= n < 350]
    ring = placed(16_000, [((n + 1) / 100, sound[n * 160 : (n + 1) * 160]) for n in numbers])
    heard = ring.read(7.0, 8.0)
    assert heard is not None
    assert heard.start_s == pytest.approx(7.0, abs=0.001)
    np.testing.assert_array_equal(heard.samples, sound[112_000:])


class Dropping:
    """A microphone that once loses half a second, and tells so."""

    rate_hz = 16_000

    def __init__(self, clock: SetClock) -> None:
        self.clock, self.blocks = clock, 0

    @property
    def overflowed(self) -> bool:
        return self.blocks == 300

    def take(self) -> npt.NDArray[np.float32]:
        self.blocks += 1
        self.clock.time_s += 0.51 if self.overflowed else 0.01
        return np.ones(160, np.float32)


def test_sound_after_a_loss_that_is_told_is_in_its_place_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = SetClock()
    microphone = Dropping(clock)
    monkeypatch.setattr(portaudio, "recording", lambda _: nullcontext(microphone))
    monkeypatch.setattr(pulse, "check_source", lambda _: None)
    with closing(heard_sound(None, clock, Event())) as blocks:
        for start_s, _ in blocks:
            assert start_s == pytest.approx(clock.time_s - 0.01, abs=0.001)
            if microphone.blocks == 400:
                break


def test_sound_goes_on_while_the_server_is_asked_for_its_source(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock, asked, may_answer = SetClock(), Event(), Event()
    microphone = Dropping(clock)

    def check(name: str) -> None:
        asked.set()
        assert may_answer.wait(20)
        raise SourceFailure(pulse.missing(name))

    monkeypatch.setattr(portaudio, "recording", lambda _: nullcontext(microphone))
    monkeypatch.setattr(pulse, "check_source", check)
    with closing(heard_sound("headset", clock, Event())) as blocks:
        while microphone.blocks < 400:
            next(blocks)
        assert asked.wait(20)
        may_answer.set()
        with pytest.raises(SourceFailure, match="no microphone 'headset'"):
            deque(blocks, maxlen=0)


def test_a_drifting_device_is_followed() -> None:
    ring = SoundRing()
    placer = BlockPlacer(16_000)
    for number in range(1, 6001):
        ring.push(*placer.place(number / 10 * 1.0002, np.zeros(1600, np.float32)))
    assert ring.reached_s == pytest.approx(600 * 1.0002, abs=0.001)
