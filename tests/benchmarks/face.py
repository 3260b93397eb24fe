"""`python -m tests.benchmarks.face PREPARED`: do action units rise where emotions say they should?

There is no set of faces here whose action units were coded by people. What can be asked is whether
a unit is higher in pictures of an emotion that it belongs to (Ekman, Friesen and Hager, 2002,
Investigator's Guide) than in neutral ones. Printed is the area under the ROC curve of each such
pair: .5 is chance, and less than 1 is to be expected, because not everybody who looks sad shows
every sign of it. PREPARED is a folder of pictures that `python -m training prepare` has measured.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.console import Console
from rich.table import Table
from sklearn.metrics import roc_auc_score

from model.cues import CUES
from training.data.store import read_set

EXPECTED: Mapping[str, tuple[str, ...]] = {
    "happy": ("AU12",),
    "sad": ("AU1", "AU4", "AU15", "AU17"),
    "surprise": ("AU1", "AU2", "AU5", "AU26"),
    "fear": ("AU1", "AU2", "AU4", "AU5", "AU7", "AU20", "AU26"),
    "angry": ("AU4", "AU5", "AU7", "AU10", "AU17", "AU24"),
    "disgust": ("AU10", "AU15", "AU17"),
}


def area(values: np.ndarray, neutral: np.ndarray) -> float:
    """Under the ROC curve, of telling the first from the second by their size."""
    labels = np.r_[np.ones(len(values)), np.zeros(len(neutral))]
    return float(roc_auc_score(labels, np.r_[values, neutral]))


def main(
    prepared: Annotated[Path, typer.Argument(help="A set of faces, as `prepare` leaves it.")],
) -> None:
    """Print the areas of every unit that belongs to an emotion."""
    faces = read_set(prepared)
    cues, emotions = faces.cue_values(), list(faces.index.emotion)
    names = {kind.action_unit: kind.name for kind in CUES.values() if kind.action_unit}

    def values(emotion: str, unit: str) -> np.ndarray:
        found = zip(cues, emotions, strict=True)
        return np.array([row[names[unit]] for row, felt in found if felt == emotion])

    table = Table("emotion", "n", "area under the ROC curve against neutral")
    for emotion, units in EXPECTED.items():
        areas = [
            f"{unit} {area(values(emotion, unit), values('neutral', unit)):.2f}" for unit in units
        ]
        table.add_row(emotion, str(emotions.count(emotion)), ", ".join(areas))
    Console().print(f"{prepared.name}: {emotions.count('neutral')} neutral pictures", table)


if __name__ == "__main__":
    typer.run(main)
