"""What the user chose, kept between two runs: one typed record in one JSON file."""

from __future__ import annotations

import dataclasses
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from platformdirs import user_config_path

from model.labels import DEFAULT_LABEL_SET, LABEL_SETS

APP = "r1-omni"
NO_DEVICE = "-"
"""The name that stands for no camera, or no microphone."""


@dataclass(frozen=True)
class Settings:
    """Every setting with its default.

    Attributes:
        consented: version of the notice that was agreed to; 0 for none.
        camera, microphone: names of the devices last used; empty for the first one found,
            `NO_DEVICE` for none.
        label_set: a name in `model.labels.LABEL_SETS`.
        baseline: "running" or "none".
        box, landmarks, cues: whether the overlay shows them.
        mirrored: show the camera as a mirror does.
        threads: of the processor for the model, 0 for one a core.
        language: "" follows the system.
        geometry: of the window, as Qt writes it, in base64.
    """

    consented: int = 0
    camera: str = ""
    microphone: str = ""
    label_set: str = DEFAULT_LABEL_SET
    baseline: str = "running"
    box: bool = True
    landmarks: bool = True
    cues: bool = True
    mirrored: bool = True
    threads: int = 0
    language: str = ""
    geometry: str = ""

    @property
    def labels(self) -> tuple[str, ...]:
        return LABEL_SETS.get(self.label_set, LABEL_SETS[DEFAULT_LABEL_SET])


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
    """Write settings, all or nothing."""
    target = path or settings_path()
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_suffix(".tmp")
    draft.write_text(json.dumps(dataclasses.asdict(settings), indent=2) + "\n", encoding="utf-8")
    os.replace(draft, target)


def _fitting(found: dict[str, Any]) -> dict[str, Any]:
    kinds = {field.name: type(field.default) for field in dataclasses.fields(Settings)}
    words = {"label_set": tuple(LABEL_SETS), "baseline": ("running", "none")}
    return {
        name: value
        for name, value in found.items()
        if name in kinds and type(value) is kinds[name] and value in words.get(name, (value,))
    }
