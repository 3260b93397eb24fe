"""`WindowTracker`: the windows of a recording → face and voice in each, before any encoder."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from model.clip import Clip
from model.errors import MediaError
from model.media import Modality
from model.perception.face import FaceTrack, FaceTracker
from model.perception.face_landmarker import FaceLandmarker
from model.perception.voice import VoiceTrack, hear
from model.sentence import QT_TRANSLATE_NOOP


@dataclass(frozen=True)
class Window:
    """Which stretch of what was measured, seconds on the recording's clock."""

    source: str
    start_s: float
    end_s: float


@dataclass(frozen=True)
class Tracks:
    """One window, followed and heard.

    Attributes:
        face, voice: `None` where nobody is seen or heard.
        newcomer: whether the face is another than the one seen before in the recording.
        timings_ms: wall time by stage.
    """

    window: Window
    face: FaceTrack | None
    voice: VoiceTrack | None
    newcomer: bool = False
    timings_ms: dict[str, float] = field(default_factory=dict)


@contextmanager
def timed(timings_ms: dict[str, float], stage: str) -> Iterator[None]:
    """Add the wall time of the block to `timings_ms[stage]`."""
    start = time.perf_counter()
    yield
    timings_ms[stage] = timings_ms.get(stage, 0.0) + (time.perf_counter() - start) * 1e3


class WindowTracker:
    """Follows one person through the windows of a recording.

    Args:
        landmarker: the networks that find a face.
    """

    def __init__(self, landmarker: FaceLandmarker) -> None:
        self._tracker = FaceTracker(landmarker)

    def tracks(self, clips: Iterable[Clip]) -> Iterator[Tracks]:
        """Measure the windows of one recording, staying with one person while they are seen.

        Who was not seen in a whole window is not looked for in the next: as live, where somebody
        else is then followed. Who then comes up in another place counts as a newcomer, as live.
        """
        face: FaceTrack | None = None
        last: FaceTrack | None = None
        for clip in clips:
            timings: dict[str, float] = {}
            with timed(timings, "face"):
                face, newcomer = self._track(clip, last, face is not None)
            last = last if face is None else face
            window = Window(clip.source, clip.start_s, clip.end_s)
            voice = listen(clip.waveform, clip.start_s, window, timings)
            del clip  # not held while the next is read: two windows need not fit into memory
            yield Tracks(window, face, voice, newcomer, timings)

    def _track(
        self, clip: Clip, last: FaceTrack | None, stay: bool
    ) -> tuple[FaceTrack | None, bool]:
        """The face in a window, and whether it is a newcomer's.

        Args:
            last: the last face seen in an earlier window.
            stay: that was in the window before; it is looked for in this one.
        """
        if clip.frames is None:
            return None, False
        # Where the face was as this window began: windows that overlap share that moment.
        box = None if last is None else last.box_near(clip.start_s)
        if stay:
            return self._tracker.stay(clip.frames, clip.frame_times_s, box)
        face = self._tracker.track(clip.frames, clip.frame_times_s)
        return face, face is not None and box is not None and not face.begins_at(box)


def listen(
    waveform: npt.NDArray[np.float32] | None,
    sound_start_s: float,
    window: Window,
    timings_ms: dict[str, float],
) -> VoiceTrack | None:
    """The voice in a window's sound, if somebody speaks.

    Args:
        waveform: mono sound as in `Clip`, beginning at `sound_start_s`; `None` for none.
        timings_ms: wall times so far, by stage.

    Raises:
        MediaError: as `hear`; it names the window's source.
    """
    with timed(timings_ms, "voice"):
        try:
            return None if waveform is None else hear(waveform, sound_start_s)
        except MediaError as error:
            raise MediaError(
                "{source}: {fault}", source=window.source, fault=error.sentence
            ) from error


_NOBODY = {
    "both": QT_TRANSLATE_NOOP(
        "errors",
        "{path}: neither a face nor a voice was found in it; "
        "choose a recording in which somebody is seen or heard.",
    ),
    # The window asks for both.
    "face": "{path}: no face was found in it; choose a recording in which somebody is seen.",
    "voice": "{path}: no voice was found in it; choose a recording in which somebody is heard.",
}


def nobody_found(path: str | Path, modality: Modality) -> MediaError:
    """What is told of a recording in which nobody is seen or heard at all.

    Args:
        modality: what was looked for.
    """
    return MediaError(_NOBODY[modality], path=str(path))
