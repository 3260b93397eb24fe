"""Media in: a file becomes `Clip`s, picture and sound on one clock, one window at a time.

    source.py       what a path holds, and one clear sentence when it holds nothing usable
    promise.py      how long it says it is
    orientation.py  which way is up
    picture.py      frames: upright, RGB, thinned out by time, at most 1280 px
    sound.py        samples: 16 kHz mono, each at the second its time stamp says
    windows.py      both tracks cut into (overlapping) windows with bounded memory
    info.py         the same facts for a person who asks

The recording's clock starts with the track that starts first; everything later keeps its offset.

What damage means: a picture that cannot be decoded is left out, as players do (its neighbours keep
their own time stamps), until more than a second is missing; sound that cannot be decoded is an
error at once, because invented silence would be heard as a pause, but for what lies behind the end
that the file states. A file that ends before the second its container promises is an error after
its last whole window.
"""

from __future__ import annotations

from model.media.info import MediaInfo, probe
from model.media.source import SUFFIXES, Modality
from model.media.windows import MAX_CLIP_S, read_clip, read_windows

__all__ = ["MAX_CLIP_S", "SUFFIXES", "MediaInfo", "Modality", "probe", "read_clip", "read_windows"]
