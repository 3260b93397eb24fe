"""`Perceiver`: a clip → what was seen and heard in it, for the network and the evidence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from model.bundle import Bundle
from model.clip import Clip
from model.cues import Modality, Spans, cue_spans, cue_values
from model.features import face_arrays
from model.perception.face import LOST_AFTER_S, FaceFollower, FaceTrack
from model.perception.face_landmarker import FaceLandmarker
from model.perception.voice import VoiceTrack
from model.processing import Vectors, face_vectors, voice_vectors
from model.runtime.session import make_session
from model.runtime.speech_encoder import SpeechEncoder
from model.runtime.tracking import Tracks, Window, WindowTracker, listen, timed


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


class Perceiver:
    """Face landmarker, face encoder and speech encoder of a bundle.

    Args:
        threads: of the processor, 0 for one a core.
    """

    def __init__(self, bundle: Bundle, threads: int = 0) -> None:
        self._landmarker = FaceLandmarker(bundle.path("face_landmarker.task"))
        self._windows = WindowTracker(self._landmarker)
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
        """Measure the windows of one recording, as `WindowTracker.tracks` follows them."""
        return map(self._encode, self._windows.tracks(clips))

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
        voice = listen(waveform, sound_start_s, window, timings)
        return self._encode(Tracks(window, face, voice, timings_ms=timings))

    def _encode(self, tracks: Tracks) -> Percept:
        face, voice, timings = tracks.face, tracks.voice, tracks.timings_ms
        vectors: dict[Modality, Vectors] = {}
        with timed(timings, "encoders"):
            if face is not None:
                vectors["face"] = self.face_vectors(face)
            if voice is not None:
                vectors["voice"] = self.voice_vectors(voice)
        return Percept(
            tracks.window,
            vectors,
            cue_values(face, voice),
            cue_spans(face, voice),
            0 if face is None else face.faces,
            voice,
            timings,
            tracks.newcomer,
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
