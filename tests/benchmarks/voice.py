"""`python -m tests.benchmarks.voice`: what is measured of a voice, beside Praat and known texts.

Real voices of the data folder (`R1_OMNI_DATA`) are measured by this project and by Praat
(Boersma and Weenink), through `pip install praat-parselmouth`, which is under the GPL: a peer to
be compared with, of which nothing is shipped or imported elsewhere. Praat looks for the same F0
(60 to 600 Hz, "To Pitch (ac)" with its defaults, which Boersma, 1993, describes).

Printed are, of each set:

- voicing: share of the frames of speech that both call voiced or both unvoiced.
- gross errors: of the frames that both call voiced, those whose F0 differs by more than a fifth
  (Rabiner et al., 1976).
- fine: median distance of the others in cents.
- pitch, range: correlation, and mean absolute difference in semitones, of a clip's median F0 and of
  its 10th to 90th percentile.
- loudness: median correlation of a clip's frames with Praat's intensity, which is not weighted.
- syllables: mean of counted over true number, and correlation with it (TESS: "Say the word" and one
  syllable more; nEMO: counted in the Polish text), where the texts are known.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import numpy as np
import numpy.typing as npt
import pyarrow.parquet as parquet
import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from model.clip import SAMPLE_RATE_HZ
from model.cues import cue_values
from model.perception.pitch import CEILING_HZ, FLOOR_HZ
from model.perception.voice import VoiceTrack, hear
from training.data.prepare import decode_sound

SETS = ("tess", "nemo", "emodb", "urdu")
GROSS = 0.2
_POLISH_VOWELS = re.compile(r"i(?![aąeęoóuy])|[aąeęoóuy]")

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Compared:
    """One clip, measured twice.

    Attributes:
        voicing: bool (n,), whether both agree, frame by frame of speech.
        cents: (k,), ours less Praat's where both hear a voice.
        ours, praat: median F0 and range, in semitones; nan where too little is voiced.
        loudness: correlation with Praat's intensity over the frames of speech.
        syllables: counted and true; 0 true ones where the text is not known.
    """

    voicing: npt.NDArray[np.bool_]
    cents: Floats
    ours: tuple[float, float]
    praat: tuple[float, float]
    loudness: float
    syllables: tuple[int, int]


def true_syllables(source: str, text: str | None) -> int:
    """Of a text that is known; 0 otherwise."""
    if text is None:
        return 0
    return 4 if source == "tess" else len(_POLISH_VOWELS.findall(text.casefold()))


def compare(waveform: npt.NDArray[np.float32], syllables: int) -> Compared | None:
    """Measure a clip twice; `None` if nobody is heard in it."""
    import parselmouth

    voice = hear(waveform, 0.0)
    if voice is None:
        return None
    sound = parselmouth.Sound(waveform.astype(np.float64), SAMPLE_RATE_HZ)
    pitch = sound.to_pitch_ac(time_step=0.01, pitch_floor=FLOOR_HZ, pitch_ceiling=CEILING_HZ)
    praat_hz = np.array([pitch.get_value_at_time(t) for t in voice.times_s])
    intensity = sound.to_intensity(minimum_pitch=100.0, time_step=0.01)
    level = np.array([intensity.get_value(t) for t in voice.times_s])
    speech = voice.speech
    ours_hz = voice.f0_hz.astype(np.float64)
    both = speech & np.isfinite(ours_hz) & np.isfinite(praat_hz)
    known = speech & np.isfinite(level)
    return Compared(
        voicing=(np.isfinite(ours_hz) == np.isfinite(praat_hz))[speech],
        cents=1200.0 * np.log2(ours_hz[both] / praat_hz[both]),
        ours=_summary(voice),
        praat=_summary(replace(voice, f0_hz=praat_hz.astype(np.float32))),
        loudness=float(np.corrcoef(voice.loudness_db[known], level[known])[0, 1]),
        syllables=(len(voice.syllables_s), syllables),
    )


def _summary(voice: VoiceTrack) -> tuple[float, float]:
    values = cue_values(None, voice)
    return values.get("pitch", np.nan), values.get("pitch_range", np.nan)


def read_voices(root: Path, name: str, clips: int) -> list[tuple[npt.NDArray[np.float32], int]]:
    """Clips drawn at random with fixed seed: waveform at 16 kHz, true syllables."""
    table = parquet.read_table(root / f"voices_{name}.parquet", columns=["audio", "text"])
    rows = np.random.default_rng(0).permutation(len(table))[:clips]
    chosen = table.take(np.sort(rows)).to_pylist()
    return [(decode_sound(row["audio"], name), true_syllables(name, row["text"])) for row in chosen]


def row_of(name: str, compared: list[Compared]) -> list[str]:
    """A line of the table."""
    voicing = np.concatenate([each.voicing for each in compared])
    cents = np.concatenate([each.cents for each in compared])
    gross = np.abs(cents) > 1200.0 * np.log2(1.0 + GROSS)
    ours = np.array([each.ours for each in compared])
    praat = np.array([each.praat for each in compared])
    return [
        name,
        str(len(compared)),
        f"{voicing.mean():.3f}",
        f"{gross.mean():.4f}",
        f"{np.median(np.abs(cents[~gross])):.1f}",
        *(_agreement(ours[:, column], praat[:, column]) for column in (0, 1)),
        f"{np.median([each.loudness for each in compared]):.3f}",
        _syllables(compared),
    ]


def _agreement(ours: Floats, praat: Floats) -> str:
    known = np.isfinite(ours) & np.isfinite(praat)
    ours, praat = ours[known], praat[known]
    return f"{np.corrcoef(ours, praat)[0, 1]:.3f}, {np.abs(ours - praat).mean():.2f}"


def _syllables(compared: list[Compared]) -> str:
    known = [each.syllables for each in compared if each.syllables[1]]
    if not known:
        return ""
    counted, true = np.array(known).T
    told = f"{(counted / true).mean():.2f}"
    return told if true.std() == 0 else f"{told}, {np.corrcoef(counted, true)[0, 1]:.2f}"


def main(
    clips: Annotated[int, typer.Option(min=10, help="Voices of each set.")] = 300,
    data: Annotated[Path | None, typer.Option(help="The data folder.")] = None,
) -> None:
    """Compare on real voices and print a table."""
    root = data or Path(os.environ.get("R1_OMNI_DATA", ""))
    headings = (
        "set", "clips", "voicing", "gross errors", "fine, cents", "pitch", "range", "loudness",
        "syllables",
    )  # fmt: skip
    table = Table(*headings)
    for name in SETS:
        voices = track(read_voices(root, name, clips), name, console=Console(stderr=True))
        found = [compare(waveform, syllables) for waveform, syllables in voices]
        table.add_row(*row_of(name, [each for each in found if each is not None]))
    Console().print(table)


if __name__ == "__main__":
    typer.run(main)
