"""`Perceiver`: a clip → what was seen and heard in it, for the network and the evidence."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from model.bundle import Bundle
from model.clip import Clip
from model.cues import Modality, Spans, cue_spans, cue_values
from model.errors import MediaError
from model.features import face_arrays
from model.perception.face import LOST_AFTER_S, FaceFollower, FaceTrack, FaceTracker
from model.perception.face_landmarker import FaceLandmarker
from model.perception.voice import VoiceTrack, hear
from model.processing import Vectors, face_vectors, voice_vectors
from model.runtime.session import make_session
from model.runtime.speech_encoder import SpeechEncoder


@dataclass(frozen=True)
class Window:
    """Which stretch of what was measured, seconds on the recording's clock."""

    source: str
    start_s: float
    end_s: float


@dataclass(frozen=True)
class Percept:
    """One window, measured.

    Attributes:
        vectors: of the modalities that are present.
        values, spans: `model.cues.cue_values` and `cue_spans`.
        faces: largest number of faces seen at once.
        voice: what was heard, for display.
        timings_ms: wall time by stage.
        newcomer: whether the face is another than the one seen before in the recording.
    """

    window: Window
    vectors: Mapping[Modality, Vectors]
    values: Mapping[str, float]
    spans: Mapping[str, Spans]
    faces: int
    voice: VoiceTrack | None = None
    timings_ms: dict[str, float] = field(default_factory=dict)
    newcomer: bool = False


@contextmanager
def timed(timings_ms: dict[str, float], stage: str) -> Iterator[None]:
    """Add the wall time of the block to `timings_ms[stage]`."""
    start = time.perf_counter()
    yield
    timings_ms[stage] = timings_ms.get(stage, 0.0) + (time.perf_counter() - start) * 1e3


class Perceiver:
    """Face landmarker, face encoder and speech encoder of a bundle.

    Args:
        threads: of the processor, 0 for one a core.
    """

    def __init__(self, bundle: Bundle, threads: int = 0) -> None:
        self._landmarker = FaceLandmarker(bundle.path("face_landmarker.task"))
        self._tracker = FaceTracker(self._landmarker)
        self._face_encoder = make_session(bundle.path("face_encoder.onnx"), threads)
        self._speech_encoder = SpeechEncoder(bundle.path("whisper.onnx"), bundle.levels, threads)

    def follower(self) -> FaceFollower:
        """For live pictures, that come one by one; `measure` takes its tracks."""
        return FaceFollower(self._landmarker, lost_after_s=LOST_AFTER_S)

    def perceive(self, clip: Clip) -> Percept:
        """Measure a window; a modality in which nobody is seen or heard is absent."""
        (percept,) = self.perceive_windows([clip])
        return percept

    def perceive_windows(self, clips: Iterable[Clip]) -> Iterator[Percept]:
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
            percept = self.measure(window, face, clip.waveform, clip.start_s, timings)
            del clip  # not held while the next is read: two windows need not fit into memory
            yield replace(percept, newcomer=newcomer)

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

    def measure(
        self,
        window: Window,
        face: FaceTrack | None,
        waveform: npt.NDArray[np.float32] | None,
        sound_start_s: float,
        timings_ms: dict[str, float] | None = None,
    ) -> Percept:
        """Measure a window whose face has been followed already.

        Args:
            face: what was seen in the window.
            waveform: mono sound as in `Clip`, beginning at `sound_start_s`; `None` for none.
            timings_ms: wall times so far, by stage.
        """
        timings = {} if timings_ms is None else timings_ms
        with timed(timings, "voice"):
            voice = None if waveform is None else _hear(waveform, sound_start_s, window.source)
        vectors: dict[Modality, Vectors] = {}
        with timed(timings, "encoders"):
            if face is not None:
                vectors["face"] = self.face_vectors(face)
            if voice is not None:
                vectors["voice"] = self.voice_vectors(voice)
        return Percept(
            window,
            vectors,
            cue_values(face, voice),
            cue_spans(face, voice),
            0 if face is None else face.faces,
            voice,
            timings,
        )

    def face_vectors(self, track: FaceTrack) -> Vectors:
        """A face's picked frames through the face encoder."""
        arrays = face_arrays(track)
        embeddings, scores = self._face_encoder.run(
            ["embeddings", "scores"], {"crops": arrays["crops"]}
        )
        return face_vectors(
            np.asarray(embeddings),
            np.asarray(scores),
            np.asarray(arrays["blendshapes"], np.float32),
            np.asarray(arrays["pose_deg"], np.float32),
        )

    def voice_vectors(self, track: VoiceTrack) -> Vectors:
        """A voice's log-mel through the speech encoder, at the levels that the model reads."""
        return voice_vectors(*self._speech_encoder.hear(track.log_mel))


def _hear(waveform: npt.NDArray[np.float32], start_s: float, source: str) -> VoiceTrack | None:
    try:
        return hear(waveform, start_s)
    except MediaError as error:
        raise MediaError("{source}: {fault}", source=source, fault=error.sentence) from error
