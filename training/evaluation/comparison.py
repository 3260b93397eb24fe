"""The tables of `reproduce`: accuracy beside direct fine-tuning, thinking, ablations, faithfulness.

Every arm of the comparison has a folder, and in it one for each set and form that it was asked in;
all that is told here is computed from the answers that lie there, clip by clip.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from model.bootstrap import Interval, Metric, bootstrap_interval
from model.errors import DataError
from training.evaluation.answering import Form
from training.evaluation.predictions import Predictions, compare, load_predictions, pooled
from training.metrics import uar, war

BASELINE = "direct SFT"
COLD_START = "cold start"
ARMS = (BASELINE, COLD_START, "GRPO (R1-Omni)", "GRPO (grounded)")
"""In the order in which they are trained: reinforcement begins from the cold start."""
FLOOR = "late fusion"
FORMS: tuple[Form, ...] = ("direct", "think")
REPORT_FILE = "report.json"


def forms_of(arm: str) -> tuple[Form, ...]:
    """The forms in which an arm answers: labels alone teach no rationale."""
    return FORMS[:1] if arm == BASELINE else FORMS


def arm_folder(seed_folder: Path, arm: str) -> Path:
    """Where an arm lies, "GRPO (grounded)" in `grpo__grounded`."""
    return seed_folder / "".join(c if c.isalnum() else "_" for c in arm.lower()).strip("_")


def answers_folder(folder: Path, dataset: str, form: str) -> Path:
    """Where an arm's answers to a set lie."""
    return folder / f"{Path(dataset).name}-{form}"


def tables(seed_folder: Path, sets: Sequence[str], protocols: Sequence[str], seed: int) -> str:
    """Markdown of one seed: for each set and protocol, then what was said and what it rests on."""
    parts = [f"## Seed {seed}\n"]
    for dataset in sets:
        parts += [_accuracy(seed_folder, dataset, protocol) for protocol in protocols]
    parts.append(_thinking(seed_folder, sets, protocols))
    parts += [_ablations(seed_folder, dataset, protocols) for dataset in sets]
    parts.append(_faithfulness(seed_folder, sets[0]))
    return "\n".join(part for part in parts if part)


def across_seeds(
    seed_folders: Sequence[Path], sets: Sequence[str], protocols: Sequence[str]
) -> str:
    """Markdown of all seeds together, or nothing of a single one.

    Each seed is held against direct fine-tuning of that seed. Every clip counts once a seed, so a
    figure is the seeds' mean; people are drawn with their clips in all seeds.
    """
    if len(seed_folders) < 2:
        return ""
    rows = [
        f"## {len(seed_folders)} seeds together\n",
        "| set | baseline | | answer | UAR, seed by seed "
        f"| WAR − {BASELINE}, p | UAR − {BASELINE}, p |",
        "|---|---|---|---|---|---|---|",
    ]
    for dataset in sets:
        for protocol in protocols:
            start = Path(dataset).name, protocol
            rows += [
                _row(*start, arm, form, *_together(seed_folders, arm, dataset, form, protocol))
                for arm in ARMS
                for form in forms_of(arm)
            ]
    return "\n".join(rows) + "\n"


def _together(
    seed_folders: Sequence[Path], arm: str, dataset: str, form: str, protocol: str
) -> tuple[str, str, str]:
    """UAR of each seed, and by how much they are ahead of direct fine-tuning."""
    found = [_whole(answers_of(folder, arm, dataset, form, protocol)) for folder in seed_folders]
    figures = ", ".join(f"{uar(one.truth, one.answers):.3f}" for one in found)
    if arm == BASELINE:
        return figures, "", ""
    baselines = [
        _whole(answers_of(folder, BASELINE, dataset, "direct", protocol)).only(one.clips)
        for folder, one in zip(seed_folders, found, strict=True)
    ]
    return figures, *_ahead(pooled(found), pooled(baselines))


def answers_of(
    seed_folder: Path, arm: str, dataset: str, form: str, protocol: str
) -> dict[str, Predictions]:
    """The arm's own answers under a protocol, by the modality shown; the last shows most.

    Raises:
        DataError: it was not asked under that protocol.
    """
    return _of_system(seed_folder, arm, dataset, form, protocol, "bundle")


def _of_system(
    seed_folder: Path, arm: str, dataset: str, form: str, protocol: str, system: str
) -> dict[str, Predictions]:
    folder = answers_folder(arm_folder(seed_folder, arm), dataset, form)
    found = load_predictions(folder)
    ours = {key[1]: one for key, one in found.items() if key[::2] == (system, protocol)}
    if not ours:
        raise DataError(
            f"{folder}: holds no answers of {system} under the baseline {protocol}; remove that "
            "folder, and `python -m training reproduce` asks anew."
        )
    return {modality: ours[modality] for modality in ("face", "voice", "both") if modality in ours}


def _whole(found: dict[str, Predictions]) -> Predictions:
    return list(found.values())[-1]


def _accuracy(seed_folder: Path, dataset: str, protocol: str) -> str:
    at = dataset, "direct", protocol
    baseline = _whole(answers_of(seed_folder, BASELINE, *at))
    floor = _whole(_of_system(seed_folder, BASELINE, *at, FLOOR))
    rows = [
        f"\n### {Path(dataset).name}, baseline *{protocol}*, {baseline.modality}\n",
        f"| | answer | n | WAR | UAR | WAR − {BASELINE}, p | UAR − {BASELINE}, p "
        f"| UAR − {FLOOR}, p |",
        "|---|---|---|---|---|---|---|---|",
        _row(FLOOR, "linear", *_figures(floor), *_ahead(floor, baseline), ""),
    ]
    for arm in ARMS:
        for form in forms_of(arm):
            one = _whole(answers_of(seed_folder, arm, dataset, form, protocol))
            ahead = ("", "") if arm == BASELINE else _ahead(one, baseline)
            rows.append(_row(arm, form, *_figures(one), *ahead, _ahead(one, floor)[1]))
    return "\n".join(rows) + "\n"


def _thinking(seed_folder: Path, sets: Sequence[str], protocols: Sequence[str]) -> str:
    """Is the answer behind a rationale better than the one without? On the same clips."""
    rows = [
        "\n### Thinking: the answer behind the rationale, less the direct one on the same clips\n",
        "| | set | baseline | n | WAR, direct | WAR, think | think − direct, p |",
        "|---|---|---|---|---|---|---|",
    ]
    for arm in ARMS[1:]:
        for dataset in sets:
            for protocol in protocols:
                direct, think = (
                    _whole(answers_of(seed_folder, arm, dataset, form, protocol)) for form in FORMS
                )
                direct = direct.only(think.clips)
                cells = [_interval(one, war) for one in (direct, think)]
                name, n = Path(dataset).name, str(len(think.clips))
                rows.append(_row(arm, name, protocol, n, *cells, _ahead(think, direct)[0]))
    return "\n".join(rows) + "\n"


def _ablations(seed_folder: Path, dataset: str, protocols: Sequence[str]) -> str:
    """Each modality alone, where clips have several."""
    if len(answers_of(seed_folder, BASELINE, dataset, "direct", protocols[0])) < 2:
        return ""
    rows = [
        f"\n### {Path(dataset).name}: one modality taken away (direct answer)\n",
        "| | shown | baseline | n | WAR | UAR |",
        "|---|---|---|---|---|---|",
    ]
    for arm in ARMS:
        for protocol in protocols:
            for modality, one in answers_of(seed_folder, arm, dataset, "direct", protocol).items():
                rows.append(_row(arm, modality, protocol, *_figures(one)))
    return "\n".join(rows) + "\n"


def _faithfulness(seed_folder: Path, dataset: str) -> str:
    """What the rationales of each arm are worth, or nothing where none were asked for."""
    head = [
        f"\n### Faithfulness, {Path(dataset).name}, baseline *running*\n",
        "| | n | claims | supported | contradicted | of weights supported | absent "
        "| think = direct | follows | rests on it |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    rows = []
    for arm in ARMS[1:]:
        folder = answers_folder(arm_folder(seed_folder, arm), dataset, "think")
        report = json.loads((folder / REPORT_FILE).read_text(encoding="utf-8"))
        found = report["faithfulness"]
        if found is None:
            continue
        cells = [
            Interval.of(found[name]).cell()
            for name in (
                "supported",
                "contradicted",
                "weights_true",
                "absent",
                "agreement",
                "follows",
            )
        ]
        kept = found["rests"].get("another's rationale")
        rests = "–" if kept is None else f"{1 - kept:.2f}"
        rows.append(_row(arm, str(found["n"]), str(found["claims"]), *cells, rests))
    return "\n".join(head + rows) + "\n" if rows else ""


def _figures(one: Predictions) -> tuple[str, str, str]:
    return str(len(one.clips)), _interval(one, war), _interval(one, uar)


def _interval(one: Predictions, metric: Metric) -> str:
    return bootstrap_interval(metric, one.truth, one.answers, groups=one.people).cell()


def _ahead(one: Predictions, other: Predictions) -> tuple[str, str]:
    """By how much in WAR and in UAR, on the clips it was asked about, and how likely by chance."""
    same = other.only(one.clips)
    found = [compare(one, same, metric) for metric in (war, uar)]
    first, second = (f"{one.interval.cell('+')}, {_p_value(one.p_value)}" for one in found)
    return first, second


def _p_value(p: float) -> str:
    return f"{p:.3f}" if p >= 0.001 else "< 0.001"


def _row(*cells: str) -> str:
    return "| " + " | ".join(cells) + " |"
