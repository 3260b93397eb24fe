"""Cues in the user's language."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from desktop.view.clock import clock
from desktop.view.cue_names import CUE_NAMES, deviation_text, value_text
from model.cues import CUES
from model.evidence import Cue


def cue_name(name: str) -> str:
    """What a cue is called."""
    return QCoreApplication.translate("cue", CUE_NAMES[name])


def cue_title(name: str) -> str:
    """What a cue is called, with its action unit where it has one."""
    unit = CUES[name].action_unit
    return f"{cue_name(name)} ({unit})" if unit else cue_name(name)


def against_text(cue: Cue) -> str:
    """Whom a cue is compared with."""
    if cue.against == "person":
        return QCoreApplication.translate("cue", "this person's own baseline")
    return QCoreApplication.translate("cue", "people at large")


def cue_text(cue: Cue) -> str:
    """All that was measured of a cue, line by line."""
    text = QCoreApplication.translate(
        "cue",
        "{name}: {value}\nReference: {reference} ({against})\nDeviation: {deviation}\n"
        "Measured from {start} to {end}",
    )
    if CUES[cue.name].doubtful and cue.against == "population":
        doubt = QCoreApplication.translate(
            "cue", "Read with little certainty without this person's own baseline"
        )
        text = f"{text}\n{doubt}"
    return text.format(
        name=cue_title(cue.name),
        value=value_text(cue.value, cue.unit),
        reference=value_text(cue.reference, cue.unit),
        against=against_text(cue),
        deviation=deviation_text(cue.deviation),
        start=clock(cue.start_s, 1),
        end=clock(cue.end_s, 1),
    )
