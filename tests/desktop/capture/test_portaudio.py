"""Sound out, and streams that come and go: nothing is used after it is closed or waited for."""

from __future__ import annotations

import sys
from threading import Event, Thread

import numpy as np
import pytest

from desktop.capture import life_cycle, portaudio, pulse
from desktop.capture.clock import Clock
from desktop.capture.microphone import Microphone
from desktop.capture.rings import SoundRing
from desktop.capture.speaker import Speaker
from desktop.capture.state import SourceFailure
from model.clip import SAMPLE_RATE_HZ

from .fake_portaudio import FakePortAudio
from .media import TONE_HZ, pitch_hz, tone
from .virtual_microphone import VirtualMicrophone
from .waiting import wait_until


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> FakePortAudio:
    fake = FakePortAudio()
    monkeypatch.setitem(sys.modules, "sounddevice", fake)
    monkeypatch.setattr(pulse, "sources", lambda: None)
    monkeypatch.setattr(life_cycle, "RETRY_S", 0.001)
    return fake


def test_without_the_package_it_is_said_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", None)  # what import then raises is the same
    with pytest.raises(SourceFailure) as error:
        portaudio.load()
    assert error.value.state.status == "absent"
    assert "pip install '.[desktop]'" in error.value.state.message


def test_a_sound_is_played_to_its_end(library: FakePortAudio) -> None:
    portaudio.play(tone(0.5), Event())
    np.testing.assert_array_equal(np.concatenate([s for _, s in library.played]), tone(0.5))
    assert library.running == 0


def test_a_speaker_of_another_rate_plays_the_same_tone(library: FakePortAudio) -> None:
    library.refused[SAMPLE_RATE_HZ] = -9997
    portaudio.play(tone(1.0), Event())
    samples = np.concatenate([samples for _, samples in library.played])
    assert {rate for rate, _ in library.played} == {44_100.0}
    assert len(samples) == 44_100
    assert pitch_hz(samples) * 44_100 / SAMPLE_RATE_HZ == pytest.approx(TONE_HZ, abs=2)


def test_without_a_speaker_it_is_told_in_a_sentence(library: FakePortAudio) -> None:
    library.there = False
    told: list[str] = []
    speaker = Speaker(told.append)
    speaker.play(tone(0.1))
    wait_until(lambda: told)
    assert told[0].startswith("No loudspeaker")
    speaker.stop()


def test_a_speaker_that_takes_nothing_is_given_up(
    library: FakePortAudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(portaudio, "_DEAF_S", 0.05)
    library.silent.set()
    with pytest.raises(SourceFailure, match="No loudspeaker"):
        portaudio.play(tone(0.1), Event())
    assert library.running == 0


def test_the_next_sound_ends_the_one_before(library: FakePortAudio) -> None:
    library.silent.set()
    speaker = Speaker(lambda _: None)
    for _ in range(5):
        speaker.play(tone(10.0))
    speaker.stop()
    assert library.running == 0
    assert not library.played


def test_streams_that_come_and_go_are_never_used_after_they_are_closed(
    library: FakePortAudio,
) -> None:
    """The fake one fails whatever touches a stream that is not running."""
    faults: list[BaseException] = []
    over = Event()

    def flicker() -> None:
        while not over.wait(0.002):
            library.silent.set() if library.there else library.silent.clear()
            library.there = not library.there

    def use() -> None:
        try:
            for _ in range(25):
                states: list[object] = []
                microphone = Microphone(None, Clock(), SoundRing(1.0), states.append)
                microphone.start()
                wait_until(lambda seen=states: len(seen) > 1)
                microphone.stop()
        except BaseException as fault:
            faults.append(fault)

    users = [Thread(target=use) for _ in range(4)]
    flickering = Thread(target=flicker)
    for thread in (*users, flickering):
        thread.start()
    for thread in users:
        thread.join()
    over.set()
    flickering.join()
    assert not faults
    assert library.running == 0


def test_a_real_stream_is_opened_and_closed_many_times(
    virtual_microphone: VirtualMicrophone,
) -> None:
    for _ in range(10):
        with portaudio.recording(virtual_microphone.name) as microphone:
            wait_until(lambda heard=microphone: len(heard.take()))
