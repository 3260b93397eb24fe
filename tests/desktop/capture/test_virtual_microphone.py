"""Through PortAudio, ALSA and PulseAudio, as on a desktop; only the hardware is missing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from desktop.capture.clock import Clock
from desktop.capture.devices import list_microphones

from .media import TONE_HZ, pitch_hz
from .virtual_microphone import VirtualMicrophone
from .waiting import OpenMicrophone, States, wait_until


def test_it_is_listed_by_name(virtual_microphone: VirtualMicrophone) -> None:
    assert virtual_microphone.name in [device.source for device in list_microphones()]


@pytest.mark.parametrize("by_name", [True, False])
def test_its_tone_is_heard(
    by_name: bool, virtual_microphone: VirtualMicrophone, open_microphone: OpenMicrophone,
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
    virtual_microphone: VirtualMicrophone, open_microphone: OpenMicrophone, states: States
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
    virtual_microphone: VirtualMicrophone, open_microphone: OpenMicrophone, states: States
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
    virtual_microphone: VirtualMicrophone, open_microphone: OpenMicrophone, states: States
) -> None:
    virtual_microphone.pactl("load-module", "module-null-sink", "sink_name=speaker")
    try:
        open_microphone(virtual_microphone.name)
        states.wait_for("live")
        virtual_microphone.unplug()
        states.wait_for("lost")
    finally:
        virtual_microphone.pactl("unload-module", "module-null-sink")


def test_what_is_played_is_not_listened_to_where_there_is_no_microphone(
    sound_server: Path, open_microphone: OpenMicrophone, states: States
) -> None:
    server = VirtualMicrophone(sound_server)
    server.pactl("load-module", "module-null-sink", "sink_name=speaker")
    try:
        open_microphone(None)
        assert states.wait_for("absent").message.startswith("No microphone was found")
        server.plug_in()
        states.wait_for("live")
        server.unplug()  # the server goes on with what the speaker plays
        states.wait_for("lost")
        assert states.statuses == ["opening", "absent", "live", "lost"]
    finally:
        server.unplug()
        server.pactl("unload-module", "module-null-sink")


def test_an_unknown_source_is_absent(
    virtual_microphone: VirtualMicrophone, open_microphone: OpenMicrophone, states: States
) -> None:
    open_microphone("usb_microphone")
    assert "'usb_microphone'" in states.wait_for("absent").message
