"""What the window and the inference worker say to each other.

The worker lives in a process of its own; these are all the words that cross.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from desktop.capture.state import Kind
from desktop.live.power import PowerSaving
from model.analysis import Analysis, AnalysisOptions, Glimpse
from model.baseline import Baseline

Picture = npt.NDArray[np.uint8]
FloatArray = npt.NDArray[np.float32]

LIVE = "live"
"""What a live analysis names as its file."""

# --- to the worker --------------------------------------------------------------------------


@dataclass(frozen=True)
class Choose:
    """Options of the live analysis; forgets the person known so far.

    Attributes:
        known: what a worker that has died knew of the person, for the one after it.
    """

    options: AnalysisOptions
    known: Baseline | None = None


@dataclass(frozen=True)
class SavePower:
    """When to judge less often."""

    saving: PowerSaving


@dataclass(frozen=True)
class Look:
    """A picture of the camera, RGB uint8 (height, width, 3)."""

    time_s: float
    picture: Picture


@dataclass(frozen=True)
class Listen:
    """Sound of the microphone, float32 (samples,) at 16 kHz, from `start_s` on."""

    start_s: float
    samples: FloatArray


@dataclass(frozen=True)
class ExplainNow:
    """Explain the last seconds without waiting for their turn."""


@dataclass(frozen=True)
class Pause:
    """Nothing more is to be judged until the next picture or sound."""


@dataclass(frozen=True)
class Closed:
    """A device was closed: what it saw or heard is to be forgotten, but not the person."""

    device: Kind


@dataclass(frozen=True)
class Calibrate:
    """Take the next seconds as this person's neutral state."""

    seconds: float = 3.0


@dataclass(frozen=True)
class Forget:
    """Forget the person: baseline, face and sound."""


@dataclass(frozen=True)
class AnalyzeFile:
    """Analyse a file; answered by `Explained`, then `FileDone` or `Failed`."""

    path: Path
    options: AnalysisOptions


@dataclass(frozen=True)
class CancelFile:
    """Stop the file that is being analysed, after its present window."""


@dataclass(frozen=True)
class Quit:
    """End the process."""


Order = (
    Choose | SavePower | Look | Listen | ExplainNow | Pause | Closed | Calibrate | Forget
    | AnalyzeFile | CancelFile | Quit
)  # fmt: skip

# --- from the worker ------------------------------------------------------------------------


@dataclass(frozen=True)
class SettingUp:
    """The model is being fetched or assembled; bytes are 0 where they are not counted."""

    stage: str
    done_bytes: int = 0
    total_bytes: int = 0


@dataclass(frozen=True)
class Ready:
    """The model is loaded; `facts` as printed by `r1-omni info`."""

    facts: dict[str, str]


@dataclass(frozen=True)
class Seen:
    """The analysed face in one picture.

    Attributes:
        time_s: the picture's time.
        landmarks: (478, 2) in pixels of the picture; empty if there is no face.
        faces: in the picture when they were last counted.
    """

    time_s: float
    landmarks: FloatArray
    faces: int


@dataclass(frozen=True)
class Heard:
    """The pitch of the last seconds: times (m,) and F0 in Hz (m,), nan where unvoiced."""

    times_s: FloatArray
    f0_hz: FloatArray


@dataclass(frozen=True)
class Glimpsed:
    """The emotion now."""

    glimpse: Glimpse


@dataclass(frozen=True)
class Nobody:
    """Neither a face nor a voice is in the last seconds, of the camera or of a file."""

    end_s: float
    file: str = ""


@dataclass(frozen=True)
class Measured:
    """A file is measured up to there; its windows are judged once all of it is."""

    end_s: float
    file: str


@dataclass(frozen=True)
class Writing:
    """A piece of the rationale of the window that ends at `end_s`."""

    end_s: float
    piece: str
    file: str = ""


@dataclass(frozen=True)
class Explained:
    """A whole analysis, of the camera or of a file."""

    analysis: Analysis


@dataclass(frozen=True)
class BaselineIs:
    """What cues are compared with: kind, clips that it knows, and seconds left of calibrating.

    Attributes:
        known: all of it, for `Choose`.
    """

    kind: str
    clips: int
    calibrating_s: float = 0.0
    known: Baseline | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class Sparing:
    """From now on power is saved, or no longer."""

    on: bool


@dataclass(frozen=True)
class FileDone:
    """All windows of a file were analysed, or it was cancelled."""

    path: Path
    cancelled: bool = False


@dataclass(frozen=True)
class Failed:
    """Something could not be done, in a sentence fit to be shown; `path` if it was a file."""

    sentence: str
    path: Path | None = None


@dataclass(frozen=True)
class NotLoaded:
    """Why the model cannot be loaded, in a sentence fit to be shown; `Gone` follows."""

    sentence: str


@dataclass(frozen=True)
class Gone:
    """The worker's process ended without being asked to; nothing more will come."""

    exit_code: int | None


Event = (
    SettingUp | Ready | Seen | Heard | Glimpsed | Nobody | Measured | Writing | Explained
    | BaselineIs | Sparing | FileDone | Failed | NotLoaded | Gone
)  # fmt: skip
