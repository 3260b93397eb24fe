"""Pictures and sound from this machine's devices, and back to its speaker; no window toolkit.

    clock.py        the one clock that picture and sound share
    rings.py        what was seen and heard last, with bounded memory
    state.py        what a device is doing, and the sentence that tells a person the cure
    life_cycle.py   start, stop, and opening again what was lost
    camera.py       a thread that puts pictures into a ring, from one of
      webcam.py       a camera that is plugged in (OpenCV)
      stream.py       a named pipe, or an address on this machine (PyAV)
      recording.py    a file, at the pace it was recorded (model.media)
    microphone.py   a thread that puts sound into a ring, from one of
      sound_card.py   a microphone, its blocks placed on the clock
      recording.py    a file, at the pace it was recorded
    speaker.py      a thread that plays a moment that was heard
    portaudio.py    the PortAudio library: loaded late, its device list kept fresh
    pulse.py        the sources of a PulseAudio or PipeWire server, by name
    devices.py      what there is to choose from

Nothing here writes to disk, and no source is ever opened that is not on this machine.
"""

import os

# Before OpenCV is imported: a read from a vanished V4L2 camera blocks for ten seconds otherwise,
# and every attempt to open a camera again would complain on stderr of what our states say.
os.environ.setdefault("OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT", "2")
os.environ.setdefault("OPENCV_LOG_LEVEL", "ERROR")
