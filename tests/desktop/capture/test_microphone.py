from __future__ import annotations

import builtins
import subprocess
import sys
import wave
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from desktop.capture import life_cycle, pulse
from desktop.capture.devices import list_microphones
from desktop.capture.state import denied
from model.clip import SAMPLE_RATE_HZ

from .fake_portaudio import FakePortAudio
from .media import TONE_HZ, pitch_hz, tone
from .waiting import OpenMicrophone, States, wait_until


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


def test_a_file_is_heard_at_the_right_second(
    open_microphone: OpenMicrophone, recording: Path, states: States
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
    open_microphone: OpenMicrophone, recording: Path, states: States
) -> None:
    _, ring = open_microphone(str(recording), loop=True)
    states.wait_for("live")
    wait_until(lambda: (sound := ring.read(0.0, 60.0)) and len(sound.samples) > 35_000)
    sound = ring.read(0.0, 60.0)
    assert sound is not None
    np.testing.assert_allclose(sound.samples[:1600], sound.samples[32_000:33_600], atol=1e-3)


def test_a_missing_file_is_told_in_a_sentence(
    open_microphone: OpenMicrophone, tmp_path: Path, states: States
) -> None:
    open_microphone(str(tmp_path / "nowhere.wav"))
    assert "does not exist" in states.wait_for("absent").message


def test_missing_portaudio_is_told_in_a_sentence(
    open_microphone: OpenMicrophone, states: States, monkeypatch: pytest.MonkeyPatch
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


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> FakePortAudio:
    fake = FakePortAudio()
    monkeypatch.setitem(sys.modules, "sounddevice", fake)
    monkeypatch.setattr(pulse, "sources", lambda: None)
    monkeypatch.setattr(life_cycle, "RETRY_S", 0.01)
    return fake


@pytest.mark.parametrize("own_rate", [False, True])
def test_a_microphone_is_heard_at_16_khz_whatever_its_rate(
    own_rate: bool, open_microphone: OpenMicrophone, library: FakePortAudio
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
    code: int, status: Any, words: str, open_microphone: OpenMicrophone, library: FakePortAudio,
    states: States,
) -> None:  # fmt: skip
    library.refused[SAMPLE_RATE_HZ] = code
    open_microphone(0)
    assert words in states.wait_for(status).message
    library.refused.clear()
    states.wait_for("live")


def test_the_number_of_a_loudspeaker_is_told_in_a_sentence(
    open_microphone: OpenMicrophone, library: FakePortAudio, states: States
) -> None:
    open_microphone(1)
    assert states.wait_for("absent").message.startswith("Sound device 1 is no microphone")
    assert library.opened == []


def test_without_any_microphone_one_is_waited_for(
    open_microphone: OpenMicrophone, library: FakePortAudio, states: States
) -> None:
    library.there = False
    open_microphone(None)
    assert "plug one in" in states.wait_for("absent").message
    library.there = True
    states.wait_for("live")
    assert library.restarts > 1


def test_portaudio_that_could_not_start_is_started_again(
    open_microphone: OpenMicrophone, library: FakePortAudio, states: States
) -> None:
    library.failing = True
    open_microphone(None)
    states.wait_for("absent")
    library.failing = False
    states.wait_for("live")


@pytest.mark.parametrize("answer", ["no JSON", '[{"name": "one"}]'])
def test_a_garbled_list_of_sources_is_none(monkeypatch: pytest.MonkeyPatch, answer: str) -> None:
    told = subprocess.CompletedProcess([], 0, answer)
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: told)
    assert pulse.sources() is None


def test_a_microphone_that_falls_silent_is_lost_and_comes_back(
    open_microphone: OpenMicrophone, library: FakePortAudio, states: States
) -> None:
    open_microphone(0)
    states.wait_for("live")
    library.silent.set()
    assert "comes back" in states.wait_for("lost").message
    library.silent.clear()
    states.wait_for("live")
    assert states.statuses == ["opening", "live", "lost", "live"]


def test_stop_does_not_wait_for_a_microphone_that_never_delivers(
    open_microphone: OpenMicrophone, library: FakePortAudio, states: States
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
    open_microphone: OpenMicrophone, library: FakePortAudio, states: States
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
    open_microphone: OpenMicrophone, library: FakePortAudio, states: States
) -> None:
    open_microphone(0)
    states.wait_for("live")
    restarts = library.restarts
    assert list_microphones()
    assert library.restarts == restarts
