"""`r1-omni check`: whether what anybody says of recordings is so, by what is measured in them."""

from __future__ import annotations

import dataclasses
import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from rich.console import Console
from rich.text import Text

from desktop.output import complain, write_json
from desktop.rationales import Rationale
from desktop.terminal import FilesProgress, claim_line, shown, written
from model.analysis import CheckedClaim
from model.baseline import Baseline, Norms
from model.bootstrap import plain_figures
from model.checking import Summary, check_claims, summarise
from model.cues import Spans, cue_spans, cue_values
from model.errors import MediaError
from model.evidence import Evidence
from model.media import Modality, read_clip
from model.perception.face_landmarker import FaceLandmarker
from model.runtime.tracking import WindowTracker, nobody_found

CheckBaseline = Literal["none", "neutral", "person"]


@dataclass(frozen=True)
class CheckOptions:
    """How rationales are checked.

    Attributes:
        modality: what their authors were shown of each recording; the other counts as absent.
        baseline: what cues are compared with: people at large, a neutral clip, or the person's
            other recordings in the table.
        neutral: the clip of `baseline="neutral"`.
    """

    modality: Modality = "both"
    baseline: CheckBaseline = "none"
    neutral: Path | None = None


@dataclass(frozen=True)
class Measured:
    """A recording, measured as one window.

    Attributes:
        values, spans: `model.cues.cue_values` and `cue_spans`.
    """

    values: Mapping[str, float]
    spans: Mapping[str, Spans]
    window: tuple[float, float]


@dataclass(frozen=True)
class Checked:
    """A rationale with what the measurements say of it."""

    rationale: Rationale
    evidence: Evidence
    claims: tuple[CheckedClaim, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain values; `modalities` are those in which somebody is seen or heard."""
        said = self.rationale
        return {
            "type": "rationale", "file": said.name, "system": said.system, "person": said.person,
            "rationale": said.text, "modalities": sorted(self.evidence.modalities),
            "claims": [dict(vars(claim)) for claim in self.claims],
        }  # fmt: skip


def check_all(
    rationales: Sequence[Rationale],
    landmarker: FaceLandmarker,
    norms: Norms,
    options: CheckOptions,
    console: Console,
) -> tuple[list[Checked], bool]:
    """Measure every recording once and hold what is said of it against that.

    Args:
        console: where progress is shown.

    Returns:
        The rationales of recordings that could be measured, and whether all could be; what hinders
        one is complained of.

    Raises:
        MediaError: the neutral clip cannot be measured.
    """
    measure = _Measurer(landmarker, options.modality)
    neutral = None if options.neutral is None else measure(options.neutral)
    measured = _measure_all(rationales, measure, console)
    evidence = _evidence_of_all(rationales, measured, neutral, norms, options)
    checked = [
        Checked(said, evidence[said.path], check_claims(
            said.text, evidence[said.path], None, measured[said.path].window
        ))
        for said in rationales
        if said.path in measured
    ]  # fmt: skip
    return checked, len(checked) == len(rationales)


class _Measurer:
    """Measures recordings that are short enough to be one window."""

    def __init__(self, landmarker: FaceLandmarker, modality: Modality) -> None:
        self._tracker, self._modality = WindowTracker(landmarker), modality

    def __call__(self, path: Path) -> Measured:
        clip = read_clip(path, modality=self._modality)
        (tracks,) = self._tracker.tracks([clip])
        if tracks.face is None and tracks.voice is None:
            raise nobody_found(path, self._modality)
        return Measured(
            cue_values(tracks.face, tracks.voice),
            cue_spans(tracks.face, tracks.voice),
            (clip.start_s, clip.end_s),
        )


def _measure_all(
    rationales: Sequence[Rationale], measure: Callable[[Path], Measured], console: Console
) -> dict[Path, Measured]:
    paths = list(dict.fromkeys(said.path for said in rationales))
    measured = {}
    with FilesProgress(console, len(paths), alone=True) as progress:
        for path in paths:
            try:
                measured[path] = measure(path)
            except MediaError as error:
                complain(error)
            progress.advance()
    return measured


def _evidence_of_all(
    rationales: Sequence[Rationale],
    measured: Mapping[Path, Measured],
    neutral: Measured | None,
    norms: Norms,
    options: CheckOptions,
) -> dict[Path, Evidence]:
    """What was measured in each recording, against what it is to be compared with."""
    people: dict[str, Baseline] = {}
    person_at = {said.path: said.person for said in rationales}
    known = Baseline(options.baseline if options.baseline != "person" else "none")
    if neutral is not None:
        known.update_cues(neutral.values)
    if options.baseline == "person":
        for path, one in measured.items():
            people.setdefault(person_at[path], Baseline("running")).update_cues(one.values)
    evidence = {}
    for path, one in measured.items():
        own = people.get(person_at[path])
        baseline = known if own is None else own.without({}, one.values)
        evidence[path] = Evidence.from_values(one.values, one.spans, baseline, norms)
    return evidence


def summaries(checked: Sequence[Checked]) -> dict[str, Summary]:
    """What each system's rationales are worth, by its name."""
    recordings = list({one.rationale.path: one.evidence for one in checked}.values())
    systems: dict[str, list[Checked]] = defaultdict(list)
    for one in checked:
        systems[one.rationale.system].append(one)
    return {
        system: summarise(
            [(one.rationale.text, one.evidence) for one in said],
            [one.rationale.person for one in said],
            recordings,
        )
        for system, said in systems.items()
    }


def show_json(checked: Sequence[Checked]) -> None:
    """An object a rationale and one a system, each on a line of its own; undefined is null."""
    for one in checked:
        write_json(one.to_json())
    for system, summary in summaries(checked).items():
        figures = plain_figures(dataclasses.asdict(summary))
        write_json({"type": "summary", "system": system, **figures})


class CheckView:
    """Prints checked rationales to be read.

    Args:
        console: where to print; its encoding decides between signs and plain letters.
    """

    def __init__(self, console: Console) -> None:
        self._console, self._ascii = console, console.options.ascii_only

    @written()
    def show(self, checked: Sequence[Checked]) -> None:
        """Every rationale with its claims, then what they come to."""
        for one in checked:
            said = one.rationale
            name = Text(shown(said.name), style="bold")
            self._line(name.append(f"  {shown(said.system)}" if said.system else ""))
            self._line(Text(said.text))
            for claim in one.claims:
                self._line(claim_line(claim, self._ascii))
            self._line(Text())
        if len(checked) > 1:
            for system, summary in summaries(checked).items():
                self._summary(system, summary)

    def _summary(self, system: str, summary: Summary) -> None:
        rows = {
            "rationales": f"{summary.rationales}, {summary.empty} of them without a word",
            "claims": f"{summary.claims}, {summary.measurable} of them measurable",
            "supported": summary.supported.cell(),
            "contradicted": summary.contradicted.cell(),
            "of nobody there": summary.absent.cell(),
            "true elsewhere": "–" if math.isnan(summary.elsewhere) else f"{summary.elsewhere:.3f}",
        }
        if system:
            self._line(Text(shown(system), style="bold"))
        for name, value in rows.items():
            self._line(Text(f"  {name:<16}{value}"))

    def _line(self, text: Text) -> None:
        self._console.print(text, soft_wrap=True)
