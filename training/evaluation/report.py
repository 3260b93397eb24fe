"""An evaluation's results as data: to JSON, to a table, and to a confusion picture."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from model.bootstrap import Interval, bootstrap_interval, plain_figures, share
from model.cues import Modality
from training.metrics import confusion_matrix, ece, per_class_recall, uar, war


@dataclass(frozen=True)
class Result:
    """How well one system answered one set with one choice of modalities and baseline.

    Attributes:
        system: what answered, such as "torch", "bundle" or "late fusion".
        modality: "face", "voice" or "both".
        baseline: "none", "neutral" or "running".
        labels: names of the classes, in the order of everything below.
        n: number of items.
        recall: of each class; `None` where the set holds none of it.
        confusion: counts, rows truth, columns answers.
    """

    system: str
    modality: str
    baseline: str
    labels: tuple[str, ...]
    n: int
    war: Interval
    uar: Interval
    ece: Interval
    recall: tuple[float | None, ...]
    confusion: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class RationaleCheck:
    """What became of the claims of one generated rationale.

    Attributes:
        speaker: who is seen or heard.
        absent: claims about a modality that the model was not given; counted nowhere else.
        weights, weights_true: those of the measured claims that say how much face and voice weigh,
            and the supported ones among them.
        agrees: the rationale's answer is the direct one.
        follows: who reads the rationale alone, without face and voice, gives its answer too.
        repeats: it names a cue that it has named before.
        negated: claims that say what is not so; such a one is rarely contradicted.
    """

    speaker: str
    supported: int
    contradicted: int
    unmeasurable: int
    absent: int
    agrees: bool
    follows: bool
    empty: bool
    repeats: bool = False
    negated: int = 0
    weights: int = 0
    weights_true: int = 0


@dataclass(frozen=True)
class Faithfulness:
    """Whether rationales say what was measured.

    Attributes:
        n: number of rationales.
        claims: number of claims in them.
        per_rationale: mean number of claims; who claims little is seldom wrong.
        negated: number of the claims that say what is not so; these seldom are, either.
        supported, contradicted: shares of the measurable claims.
        absent: share of all claims.
        weights: number of the measured claims that say how much face and voice weigh.
        weights_true: share of those that are supported.
        agreement: share of rationales whose answer is the direct one.
        follows: share of rationales whose answer is also given by the same model when it reads the
            rationale alone, without face and voice.
        empty: number of rationales without a word.
        repeating: number of those that name a cue that they have named before.
        skeletons: number of distinct rationales and of distinct sentences, claims taken out.
        changed: when a modality is shuffled among the clips ("face shuffled"), the share of
            rationales in which the sentences about each modality change.
        elsewhere: share of the claims about what is seen and heard that would hold of other windows
            (`model.checking.true_elsewhere`).
        rests: share of windows whose answer stays the same behind another rationale than their
            own, by what it was ("no rationale", …).
    """

    n: int
    claims: int
    per_rationale: float
    negated: int
    supported: Interval
    contradicted: Interval
    absent: Interval
    weights: int
    weights_true: Interval
    agreement: Interval
    follows: Interval
    empty: int
    repeating: int
    skeletons: Mapping[str, int] = field(default_factory=dict)
    elsewhere: float = math.nan
    changed: Mapping[str, Mapping[Modality, float]] = field(default_factory=dict)
    rests: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Report:
    """Everything that one run of `evaluate` found out about one data set.

    Attributes:
        left_out: of which of its clips nothing was asked, in sentences.
    """

    dataset: str
    results: tuple[Result, ...]
    faithfulness: Faithfulness | None = None
    left_out: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Plain values only; what is undefined is null."""
        plain: dict[str, Any] = plain_figures(dataclasses.asdict(self))
        return plain

    def save(self, folder: Path) -> list[Path]:
        """Write `report.json` and one confusion picture per result into `folder`."""
        folder.mkdir(parents=True, exist_ok=True)
        paths = [folder / "report.json"]
        paths[0].write_text(json.dumps(self.to_json(), indent=1, allow_nan=False) + "\n")
        for result in self.results:
            name = f"confusion-{result.system}-{result.modality}-{result.baseline}.png"
            paths.append(folder / name.replace(" ", "-"))
            plot_confusion(result, paths[-1])
        return paths


def score(
    truth: npt.NDArray[np.integer],
    probabilities: npt.NDArray[np.floating],
    speakers: Sequence[str],
    labels: Sequence[str],
    *,
    system: str,
    modality: str,
    baseline: str,
) -> Result:
    """Measure one system's answers.

    Args:
        truth: class indices (n,) into `labels`.
        probabilities: (n, labels), rows summing to one.
        speakers: of each item, (n,).
    """
    predicted = probabilities.argmax(axis=1)
    recall = per_class_recall(truth, predicted, len(labels))
    return Result(
        system=system,
        modality=modality,
        baseline=baseline,
        labels=tuple(labels),
        n=len(truth),
        war=bootstrap_interval(war, truth, predicted, groups=speakers),
        uar=bootstrap_interval(uar, truth, predicted, groups=speakers),
        ece=bootstrap_interval(ece, truth, probabilities, groups=speakers),
        recall=tuple(None if np.isnan(value) else float(value) for value in recall),
        confusion=tuple(map(tuple, confusion_matrix(truth, predicted, len(labels)).tolist())),
    )


def score_rationales(checks: Sequence[RationaleCheck]) -> Faithfulness:
    """Sum up checked rationales, with intervals over speakers."""
    supported, contradicted, unmeasurable, absent, agrees, follows, weights, weights_true = (
        np.array([
            (c.supported, c.contradicted, c.unmeasurable, c.absent, c.agrees, c.follows,
             c.weights, c.weights_true)
            for c in checks
        ]).T
    )  # fmt: skip
    speakers = [check.speaker for check in checks]
    measurable = supported + contradicted
    claims = measurable + unmeasurable + absent

    def interval(part: npt.NDArray[Any], whole: npt.NDArray[Any]) -> Interval:
        return bootstrap_interval(share, part, whole, groups=speakers)

    return Faithfulness(
        n=len(checks),
        claims=int(claims.sum()),
        per_rationale=float(claims.mean()),
        negated=sum(check.negated for check in checks),
        supported=interval(supported, measurable),
        contradicted=interval(contradicted, measurable),
        absent=interval(absent, claims),
        weights=int(weights.sum()),
        weights_true=interval(weights_true, weights),
        agreement=interval(agrees, np.ones_like(agrees)),
        follows=interval(follows, np.ones_like(follows)),
        empty=sum(check.empty for check in checks),
        repeating=sum(check.repeats for check in checks),
    )


def figures_table(*columns: str, title: str | None = None) -> Table:
    """A table whose figures are never cut short: on a narrow terminal they fold."""
    table = Table(title=title, box=SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def print_report(report: Report, console: Console) -> None:
    """Print the results as tables, per-class recall last."""
    table = figures_table(
        "system", "modality", "baseline", "n", "WAR", "UAR", "ECE", title=report.dataset
    )
    for result in report.results:
        figures = (interval.cell() for interval in (result.war, result.uar, result.ece))
        table.add_row(result.system, result.modality, result.baseline, str(result.n), *figures)
    if report.results:
        console.print(table)
        console.print(_recall_table(report))
        console.print(_footnote(report.results[0].war), style="dim")
    if report.faithfulness:
        console.print(_faithfulness_table(report.faithfulness))
        _print_variety(report.faithfulness, console)
    for sentence in report.left_out:
        console.print(sentence, markup=False, highlight=False, soft_wrap=True)


def plot_confusion(result: Result, path: Path) -> None:
    """Draw the confusion matrix, shaded by the share of each true class, as a PNG."""
    from matplotlib.figure import Figure  # without pyplot: no display, no global state

    counts = np.array(result.confusion)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    figure = Figure(figsize=(1.6 + 0.7 * len(counts), 1.4 + 0.6 * len(counts)), layout="tight")
    axes = figure.add_subplot()
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    axes.set(xlabel="answer", ylabel="truth", title=_caption(result))
    axes.set_xticks(range(len(counts)), result.labels, rotation=45, ha="right")
    axes.set_yticks(range(len(counts)), result.labels)
    for (row, column), count in np.ndenumerate(counts):
        colour = "white" if shares[row, column] > 0.5 else "black"
        axes.text(column, row, str(count), ha="center", va="center", color=colour)
    figure.savefig(path, dpi=120)


def _caption(result: Result) -> str:
    return (
        f"{result.system}, {result.modality}, baseline {result.baseline}\n"
        f"WAR {result.war.estimate:.3f}, UAR {result.uar.estimate:.3f}, n = {result.n}"
    )


def _recall_table(report: Report) -> Table:
    labels = report.results[0].labels
    table = figures_table("recall of", "modality", "baseline", *labels)
    for result in report.results:
        cells = ("–" if value is None else f"{value:.2f}" for value in result.recall)
        table.add_row(result.system, result.modality, result.baseline, *cells)
    return table


def _faithfulness_table(faithfulness: Faithfulness) -> Table:
    table = figures_table("rationales", str(faithfulness.n))
    for what, figure in (
        ("claims", str(faithfulness.claims)),
        ("each", f"{faithfulness.per_rationale:.1f}"),
        ("negated", str(faithfulness.negated)),
        ("supported", faithfulness.supported.cell()),
        ("contradicted", faithfulness.contradicted.cell()),
        ("absent", faithfulness.absent.cell()),
        ("elsewhere", _cell(faithfulness.elsewhere)),
        ("as direct", faithfulness.agreement.cell()),
        ("follows", faithfulness.follows.cell()),
        ("empty", str(faithfulness.empty)),
        ("repeating", str(faithfulness.repeating)),
    ):
        table.add_row(what, figure)
    return table


def _print_variety(faithfulness: Faithfulness, console: Console) -> None:
    if faithfulness.weights:
        true = f"{faithfulness.weights_true.cell()} of {faithfulness.weights}"
        console.print(f"claims of how much face and voice weigh: supported {true}")
    for what, count in faithfulness.skeletons.items():
        console.print(f"distinct skeletons of {what}: {count}")
    for swap, shares in faithfulness.changed.items():
        texts = (f"{modality} {value:.0%}" for modality, value in shares.items())
        console.print(f"{swap}: sentences changed, {', '.join(texts)}")
    for what, kept in faithfulness.rests.items():
        console.print(f"same answer with {what}: {_cell(kept, '.0%')}")


def _cell(figure: float, form: str = ".3f") -> str:
    return "–" if math.isnan(figure) else f"{figure:{form}}"


def _footnote(interval: Interval) -> str:
    few = interval.drawn == "speaker and item"
    what = "speaker" if few else interval.drawn
    return (
        f"In brackets: {interval.level:.0%} bootstrap interval over {interval.groups} "
        f"{what}{'s' if interval.groups != 1 else ''}"
        f"{' and their items; of so few it is too narrow' if few else ''}."
    )
