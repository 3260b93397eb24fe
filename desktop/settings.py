"""What the user chose, kept between two runs: one typed record in one JSON file."""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Container, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from platformdirs import user_config_path

from desktop.setting_kinds import Choice, Number, Switch, shown
from model.analysis import AnalysisOptions
from model.labels import DEFAULT_LABEL_SET, LABEL_SETS
from model.sentence import QT_TRANSLATE_NOOP

APP = "r1-omni"
NO_DEVICE = "-"
"""The name that stands for no camera, or no microphone."""
MOST_THREADS = 64

_LABEL_SETS = {
    "dfew": QT_TRANSLATE_NOOP("settings", "7 emotions (DFEW)"),
    "fer2013": QT_TRANSLATE_NOOP("settings", "7 emotions (FER2013)"),
    "ravdess": QT_TRANSLATE_NOOP("settings", "8 emotions, with calm (RAVDESS)"),
    "emodb": QT_TRANSLATE_NOOP("settings", "7 emotions, with boredom (Emo-DB)"),
    "crema-d": QT_TRANSLATE_NOOP("settings", "6 emotions (CREMA-D)"),
    "mafw": QT_TRANSLATE_NOOP("settings", "11 emotions, with contempt and anxiety (MAFW)"),
}
_BASELINES = {
    "running": QT_TRANSLATE_NOOP("settings", "The person’s last windows"),
    "recording": QT_TRANSLATE_NOOP("settings", "The person’s last windows; in a file, all"),
    "none": QT_TRANSLATE_NOOP("settings", "People at large"),
}
_SAVINGS = {
    "auto": QT_TRANSLATE_NOOP("settings", "On the battery"),
    "always": QT_TRANSLATE_NOOP("settings", "Always"),
    "never": QT_TRANSLATE_NOOP("settings", "Never"),
}
_LANGUAGES = {
    "": QT_TRANSLATE_NOOP("settings", "Language of the system"),
    # Everybody finds the own language by its own name.
    "en": "English",
    "de": "Deutsch",
}


@dataclass(frozen=True)
class Settings:
    """Every setting with its default.

    Attributes:
        consented: version of the notice that was agreed to; 0 for none.
        camera, microphone: names of the devices last used; empty for the first one found,
            `NO_DEVICE` for none.
        label_set: a name in `model.labels.LABEL_SETS`; for one run, emotions with commas between.
        baseline: "running", "recording" or "none".
        box, landmarks, cues: whether the overlay shows them.
        mirrored: show the camera as a mirror does.
        saving: when power is saved, a `PowerSaving`.
        threads: of the processor for the model, 0 for one for two cores.
        language: "" follows the system.
        geometry: of the window, as Qt writes it, in base64.
        page: the name of the page that was looked at last.
        dividers: where they are, by name, as Qt writes it, in base64.
        folder: that files were last chosen in.
    """

    consented: int = 0
    camera: str = ""
    microphone: str = ""
    label_set: str = shown(
        DEFAULT_LABEL_SET,
        QT_TRANSLATE_NOOP("settings", "Emotions"),
        QT_TRANSLATE_NOOP(
            "settings", "What is chosen from; another choice clears the live results."
        ),
        Choice(_LABEL_SETS),
    )
    baseline: str = shown(
        "running",
        QT_TRANSLATE_NOOP("settings", "Compare with"),
        QT_TRANSLATE_NOOP("settings", "What a raised brow or a loud voice is measured against."),
        Choice(_BASELINES),
    )
    box: bool = shown(
        True,
        QT_TRANSLATE_NOOP("settings", "Face box"),
        QT_TRANSLATE_NOOP("settings", "A frame around the face that is analysed."),
        Switch(),
    )
    landmarks: bool = shown(
        True,
        QT_TRANSLATE_NOOP("settings", "Landmarks"),
        QT_TRANSLATE_NOOP("settings", "The outlines of brows, eyes, lips and face."),
        Switch(),
    )
    cues: bool = shown(
        True,
        QT_TRANSLATE_NOOP("settings", "Cue highlights"),
        QT_TRANSLATE_NOOP("settings", "The facial movements that stand out most."),
        Switch(),
    )
    mirrored: bool = shown(
        True,
        QT_TRANSLATE_NOOP("settings", "Mirror the picture"),
        QT_TRANSLATE_NOOP("settings", "Show the camera’s picture as a mirror does."),
        Switch(),
    )
    saving: str = shown(
        "auto",
        QT_TRANSLATE_NOOP("settings", "Save power"),
        QT_TRANSLATE_NOOP("settings", "Judge less often, so that a battery lasts longer."),
        Choice(_SAVINGS),
    )
    threads: int = shown(
        0,
        QT_TRANSLATE_NOOP("settings", "Processor threads"),
        QT_TRANSLATE_NOOP("settings", "For the model; takes effect after the next start."),
        Number(MOST_THREADS, QT_TRANSLATE_NOOP("settings", "One for two cores")),
    )
    language: str = shown(
        "",
        QT_TRANSLATE_NOOP("settings", "Language"),
        QT_TRANSLATE_NOOP("settings", "Of this window; takes effect after the next start."),
        Choice(_LANGUAGES),
    )
    geometry: str = ""
    page: str = ""
    dividers: Mapping[str, str] = dataclasses.field(default_factory=dict)
    folder: str = ""

    @property
    def labels(self) -> tuple[str, ...]:
        return LABEL_SETS.get(self.label_set) or tuple(self.label_set.split(","))

    @property
    def options(self) -> AnalysisOptions:
        """How the live window is to be analysed; what is still to come cannot be compared with."""
        return AnalysisOptions(
            labels=self.labels, baseline="none" if self.baseline == "none" else "running"
        )

    @property
    def file_options(self) -> AnalysisOptions:
        """How files are to be analysed."""
        if self.baseline == "recording":
            return AnalysisOptions(labels=self.labels, baseline="recording")
        return self.options


def settings_path() -> Path:
    """The file that settings are kept in."""
    return user_config_path(APP, appauthor=False) / "settings.json"


def load_settings(path: Path | None = None) -> Settings:
    """Read settings; what is missing, unknown or makes no sense has its default.

    A damaged file must not keep the window from opening, and nothing in it is worth more.
    """
    try:
        found = json.loads((path or settings_path()).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return Settings()
    return Settings(**_fitting(found)) if isinstance(found, dict) else Settings()


def save_settings(settings: Settings, path: Path | None = None) -> None:
    """Write settings, all or nothing; they name devices, and only their owner may read them."""
    target = path or settings_path()
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = target.with_suffix(".tmp")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(dataclasses.asdict(settings), indent=2) + "\n", encoding="utf-8")
    os.replace(draft, target)


def keep_changes(before: Settings, after: Settings, path: Path) -> None:
    """Write what has changed; the rest stays as another window has left it meanwhile.

    Consent that was withdrawn in one window came back when another one was closed.
    """
    present = load_settings(path) if path.is_file() else before
    changed = {name: value for name, value in vars(after).items() if value != getattr(before, name)}
    save_settings(dataclasses.replace(present, **changed), path)


def _fitting(found: dict[str, Any]) -> dict[str, Any]:
    kinds = {name: type(value) for name, value in vars(Settings()).items()}
    allowed: dict[str, Container[Any]] = {
        "label_set": LABEL_SETS,
        "baseline": _BASELINES,
        "saving": _SAVINGS,
        "threads": range(MOST_THREADS + 1),
    }
    return {
        name: value
        for name, value in found.items()
        if name in kinds
        and type(value) is kinds[name]
        and value in allowed.get(name, (value,))
        and (name != "dividers" or all(type(state) is str for state in value.values()))
    }
