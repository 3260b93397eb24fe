from __future__ import annotations

import builtins
import os
import sys
import wave
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, Thread
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from desktop.capture import life_cycle, pulse
from desktop.capture.clock import Clock
from desktop.capture.devices import list_microphones
from desktop.capture.microphone import Microphone
from desktop.capture.rings import SoundRing
from desktop.capture.sound_card import BlockPlacer
from desktop.capture.state import denied
from model.clip import SAMPLE_RATE_HZ

from .conftest import TONE_HZ, VirtualMicrophone
from .waiting import States, wait_until


def tone(seconds: float, rate_hz: int = SAMPLE_RATE_HZ, hz: float = TONE_HZ) -> npt.NDArray[Any]:
    at_s = np.arange(round(seconds * rate_hz)) / rate_hz
    return (0.5 * np.sin(2 * np.pi * hz * at_s)).astype(np.float32)


def pitch_hz(samples: npt.NDArray[np.float32]) -> float:
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(spectrum.argmax()) * SAMPLE_RATE_HZ / len(samples)


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """A second of silence, a second of tone."""
    path = tmp_path / "tone.wav"
    sound = np.concatenate([np.zeros(48_000), tone(1.0, 48_000)])
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(48_000)
        out.writeframes((sound * 32767).astype("<i2").tobytes())
    return path


@pytest.fixture
def states() -> States:
    return States()


Open = Callable[..., tuple[Microphone, SoundRing]]


@pytest.fixture(name="open_microphone")
def open_microphone_fixture(clock: Clock, states: States) -> Iterator[Open]:
    microphones: list[Microphone] = []

    def open_microphone(source: int | str | None, **options: Any) -> tuple[Microphone, SoundRing]:
        ring = SoundRing()
        microphones.append(Microphone(source, clock, ring, states, **options))
        microphones[-1].start()
        return microphones[-1], ring

    yield open_microphone
    for microphone in microphones:
        microphone.stop()


def test_a_file_is_heard_at_the_right_second(
    open_microphone: Open, recording: Path, states: States
) -> None:
    microphone, ring = open_microphone(str(recording))
    states.wait_for("ended")
    assert states.statuses == ["opening", "live", "ended"]
    sound = ring.read(-1.0, 60.0)
    assert sound is not None
    assert len(sound.samples) == pytest.approx(2 * SAMPLE_RATE_HZ, abs=2)
    onset = int(np.argmax(np.abs(sound.samples) > 0.05))
    assert onset / SAMPLE_RATE_HZ == pytest.approx(1.0, abs=0.005)
    heard = ring.read(sound.start_s + 1.0, sound.start_s + 2.0)
    assert heard is not None
    assert pitch_hz(heard.samples) == pytest.approx(TONE_HZ, abs=2)
    assert sound.end_s == ring.reached_s
    microphone.stop()
    assert states[-1].status == "closed"


def test_a_looped_file_goes_on_without_a_gap(
    open_microphone: Open, recording: Path, states: States
) -> None:
    _, ring = open_microphone(str(recording), loop=True)
    states.wait_for("live")
    wait_until(lambda: (sound := ring.read(0.0, 60.0)) and len(sound.samples) > 35_000)
    sound = ring.read(0.0, 60.0)
    assert sound is not None
    np.testing.assert_allclose(sound.samples[:1600], sound.samples[32_000:33_600], atol=1e-3)


def test_a_missing_file_is_told_in_a_sentence(
    open_microphone: Open, tmp_path: Path, states: States
) -> None:
    open_microphone(str(tmp_path / "nowhere.wav"))
    assert "does not exist" in states.wait_for("absent").message


def test_missing_portaudio_is_told_in_a_sentence(
    open_microphone: Open, states: States, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def without_portaudio(name: str, *args: Any, **options: Any) -> Any:
        if name == "sounddevice":
            raise OSError("PortAudio library not found")
        return real(name, *args, **options)

    monkeypatch.setattr(builtins, "__import__", without_portaudio)
    open_microphone(None)
    assert "libportaudio2" in states.wait_for("absent").message
    assert list_microphones() == []


@pytest.mark.parametrize(
    ("platform", "page"),
    [
        ("darwin", "Privacy & Security > Microphone"),
        ("win32", "Privacy & security > Microphone"),
        ("linux", "usermod -aG audio"),
    ],
)
def test_a_denied_microphone_names_the_page_of_settings(platform: str, page: str) -> None:
    assert page in denied("microphone", platform).message


class FakePortAudio:
    """The part of sounddevice that is used, with one microphone that plays a tone."""

    class PortAudioError(Exception):
        pass

    class _Default:
        hostapi = 0

    default = _Default()

    def __init__(self) -> None:
        self.refused: dict[float, int] = {}
        self.there = True
        self.silent = Event()
        self.running = 0
        self.restarts = 0
        self.first_number = 0
        self.opened: list[int] = []

    def _terminate(self) -> None:
        assert self.running == 0, "restarted during a stream"

    def _initialize(self) -> None:
        self.restarts += 1

    def query_devices(self, device: int | None = None, kind: str | None = None) -> Any:
        number = self.first_number
        inner = {
            "index": number, "name": "Inner microphone", "hostapi": 0, "max_input_channels": 2,
            "default_samplerate": 44_100.0,
        }  # fmt: skip
        if kind is None:
            speaker = {**inner, "index": number + 1, "max_input_channels": 0}
            twice = {**inner, "index": number + 2, "hostapi": 1}
            return [inner, speaker, twice] if self.there else []
        if not self.there:
            raise self.PortAudioError("Error querying device -1")
        return inner

    def InputStream(
        self, samplerate: float, device: int, callback: Any, channels: int, dtype: str
    ) -> FakeStream:
        assert (channels, dtype) == (1, "float32")
        self.opened.append(device)
        if samplerate in self.refused:
            raise self.PortAudioError("Error opening InputStream", self.refused[samplerate])
        return FakeStream(self, samplerate, callback)


class FakeStream:
    def __init__(self, library: FakePortAudio, samplerate: float, callback: Any) -> None:
        self.samplerate = samplerate
        self._library = library
        self._callback = callback
        self._aborted = Event()
        self._thread = Thread(target=self._play)

    def start(self) -> None:
        self._library.running += 1
        self._thread.start()

    def _play(self) -> None:
        samples = tone(1.0, round(self.samplerate)).reshape(-1, 1)
        block = len(samples) // 50
        number = 0
        while not self._aborted.wait(0.005):
            if not self._library.silent.is_set():
                begin = number % 50 * block
                self._callback(samples[begin : begin + block], block, None, None)
                number += 1

    def stop(self) -> None:
        pytest.fail("stop() can hang for ever")

    def abort(self) -> None:
        self._aborted.set()
        self._thread.join()

    def close(self) -> None:
        assert self._aborted.is_set()
        self._library.running -= 1


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> FakePortAudio:
    fake = FakePortAudio()
    monkeypatch.setitem(sys.modules, "sounddevice", fake)
    monkeypatch.setattr(pulse, "sources", lambda: None)
    monkeypatch.setattr(life_cycle, "RETRY_S", 0.01)
    return fake


@pytest.mark.parametrize("own_rate", [False, True])
def test_a_microphone_is_heard_at_16_khz_whatever_its_rate(
    own_rate: bool, open_microphone: Open, library: FakePortAudio
) -> None:
    if own_rate:
        library.refused[SAMPLE_RATE_HZ] = -9997
    microphone, ring = open_microphone(0)
    # The fake one plays faster than in real time; only the pitch of its samples counts.
    wait_until(lambda: (sound := ring.read(0.0, 60.0)) and len(sound.samples) > 8000)
    sound = ring.read(0.0, 60.0)
    assert sound is not None
    assert pitch_hz(sound.samples[:8000]) == pytest.approx(TONE_HZ, abs=2.1)
    microphone.stop()
    assert library.running == 0


@pytest.mark.parametrize(
    ("code", "status", "words"),
    [(-9985, "busy", "in use by another program"), (-9998, "absent", "cannot be opened")],
)
def test_a_microphone_that_does_not_open_says_why(
    code: int, status: Any, words: str, open_microphone: Open, library: FakePortAudio,
    states: States,
) -> None:  # fmt: skip
    library.refused[SAMPLE_RATE_HZ] = code
    open_microphone(0)
    assert words in states.wait_for(status).message
    library.refused.clear()
    states.wait_for("live")


def test_without_any_microphone_one_is_waited_for(
    open_microphone: Open, library: FakePortAudio, states: States
) -> None:
    library.there = False
    open_microphone(None)
    assert "plug one in" in states.wait_for("absent").message
    library.there = True
    states.wait_for("live")
    assert library.restarts > 1


def test_a_microphone_that_falls_silent_is_lost_and_comes_back(
    open_microphone: Open, library: FakePortAudio, states: States
) -> None:
    open_microphone(0)
    states.wait_for("live")
    library.silent.set()
    assert "comes back" in states.wait_for("lost").message
    library.silent.clear()
    states.wait_for("live")
    assert states.statuses == ["opening", "live", "lost", "live"]


def test_stop_does_not_wait_for_a_microphone_that_never_delivers(
    open_microphone: Open, library: FakePortAudio, states: States
) -> None:
    library.silent.set()
    microphone, _ = open_microphone(0)
    wait_until(lambda: library.running)
    microphone.stop()
    assert states.statuses == ["opening", "closed"]
    assert library.running == 0


def test_portaudio_lists_each_microphone_after_the_default(library: FakePortAudio) -> None:
    names = [(device.name, device.source) for device in list_microphones()]
    assert names == [("System default", None), ("Inner microphone", "Inner microphone")]
    library.there = False
    assert list_microphones() == []


def test_a_microphone_is_found_by_its_name_when_the_numbers_have_changed(
    open_microphone: Open, library: FakePortAudio, states: States
) -> None:
    open_microphone("Inner microphone")
    states.wait_for("live")
    library.there = False
    library.silent.set()
    states.wait_for("lost")
    library.first_number = 5
    library.there = True
    library.silent.clear()
    states.wait_for("live")
    assert library.opened[0] == 0
    assert library.opened[-1] == 5


def test_listing_leaves_a_running_microphone_alone(
    open_microphone: Open, library: FakePortAudio, states: States
) -> None:
    open_microphone(0)
    states.wait_for("live")
    restarts = library.restarts
    assert list_microphones()
    assert library.restarts == restarts


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


def test_a_drifting_device_is_followed() -> None:
    ring = SoundRing()
    placer = BlockPlacer(16_000)
    for number in range(1, 6001):
        ring.push(*placer.place(number / 10 * 1.0002, np.zeros(1600, np.float32)))
    assert ring.reached_s == pytest.approx(600 * 1.0002, abs=0.001)


class TestVirtualMicrophone:
    """Through PortAudio, ALSA and PulseAudio, as on a desktop; only the hardware is missing."""

    def test_it_is_listed_by_name(self, virtual_microphone: VirtualMicrophone) -> None:
        assert virtual_microphone.name in [device.source for device in list_microphones()]

    @pytest.mark.parametrize("by_name", [True, False])
    def test_its_tone_is_heard(
        self, by_name: bool, virtual_microphone: VirtualMicrophone, open_microphone: Open,
        clock: Clock,
    ) -> None:  # fmt: skip
        before = dict(os.environ)
        microphone, ring = open_microphone(virtual_microphone.name if by_name else None)
        wait_until(lambda: (sound := ring.read(0.0, 60.0)) and len(sound.samples) > 24_000)
        sound = ring.read(ring.reached_s - 1.0, ring.reached_s)
        assert sound is not None
        assert pitch_hz(sound.samples) == pytest.approx(TONE_HZ, abs=2)
        assert ring.level_dbfs() == pytest.approx(-9.03, abs=0.5)
        assert ring.reached_s <= clock.now_s()
        assert dict(os.environ) == before
        microphone.stop()
        assert microphone.state.status == "closed"

    def test_unplugged_it_is_lost_and_plugged_in_live_again(
        self, virtual_microphone: VirtualMicrophone, open_microphone: Open, states: States
    ) -> None:
        _, ring = open_microphone(virtual_microphone.name)
        states.wait_for("live")
        virtual_microphone.unplug()
        states.wait_for("lost")
        lost_s = ring.reached_s
        virtual_microphone.plug_in()
        states.wait_for("live")
        assert states.statuses == ["opening", "live", "lost", "live"]
        sound = ring.read(0.0, 60.0)
        assert sound is not None
        assert sound.start_s > lost_s

    def test_a_source_that_stops_delivering_does_not_hang(
        self, virtual_microphone: VirtualMicrophone, open_microphone: Open, states: States
    ) -> None:
        microphone, _ = open_microphone(virtual_microphone.name)
        states.wait_for("live")
        virtual_microphone.pactl("suspend-source", virtual_microphone.name, "1")
        states.wait_for("lost")
        virtual_microphone.pactl("suspend-source", virtual_microphone.name, "0")
        states.wait_for("live", 2)
        virtual_microphone.pactl("suspend-source", virtual_microphone.name, "1")
        states.wait_for("lost", 2)
        microphone.stop()
        assert states[-1].status == "closed"

    def test_the_server_does_not_slip_another_source_in(
        self, virtual_microphone: VirtualMicrophone, open_microphone: Open, states: States
    ) -> None:
        virtual_microphone.pactl("load-module", "module-null-sink", "sink_name=speaker")
        try:
            open_microphone(virtual_microphone.name)
            states.wait_for("live")
            virtual_microphone.unplug()
            states.wait_for("lost")
        finally:
            virtual_microphone.pactl("unload-module", "module-null-sink")

    def test_an_unknown_source_is_absent(
        self, virtual_microphone: VirtualMicrophone, open_microphone: Open, states: States
    ) -> None:
        open_microphone("usb_microphone")
        assert "'usb_microphone'" in states.wait_for("absent").message
