"""What the policy wrote and what it was paid: kept as JSON lines, shown as one page to browse."""

from __future__ import annotations

import dataclasses
import html
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from model.claims import find_claims
from model.evidence import Evidence, Verdict
from training.reinforcement.turn import read_turn

MARKS: Mapping[Verdict, str] = {"supported": "✓", "contradicted": "✗", "unmeasurable": "–"}
ROLLOUTS_FILE, PAGE_FILE = "rollouts.jsonl", "rollouts.html"


@dataclass(frozen=True)
class Rollout:
    """One completion.

    Attributes:
        step: optimiser steps before it; index: of its window.
        emotion: of its window; `None` where face and voice disagree.
        verdicts: (first, last character, verdict) of each claim in the completion.
    """

    step: int
    index: int
    emotion: str | None
    completion: str
    rewards: Mapping[str, float | None]
    verdicts: Sequence[tuple[int, int, Verdict]]


def judged(completion: str, evidence: Evidence) -> list[tuple[int, int, Verdict]]:
    """Where the completion's claims stand, and whether the measurements bear them out."""
    turn = read_turn(completion)
    answer = turn.emotion if turn else None
    return [
        (c.start_char, c.end_char, evidence.check(c, answer))
        for c in find_claims(completion, evidence.modalities)
    ]


class RolloutLog:
    """Keeps rollouts of a training run in its folder.

    Args:
        every: steps between those that are kept; each is a few kilobytes.
    """

    def __init__(self, folder: Path, every: int) -> None:
        self._folder, self._every = folder, every

    def add(self, rollouts: Sequence[Rollout]) -> None:
        """Keep the rollouts of one step, if it is one to be kept, and write the page anew."""
        if not rollouts or rollouts[0].step % self._every:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / ROLLOUTS_FILE
        torn = path.is_file() and not path.read_bytes().endswith(b"\n")
        with path.open("a", encoding="utf-8", newline="\n") as file:
            file.write("\n" if torn else "")
            for rollout in rollouts:
                file.write(json.dumps(dataclasses.asdict(rollout), ensure_ascii=False) + "\n")
        write_page(read_rollouts(self._folder), self._folder / PAGE_FILE)


def read_rollouts(folder: Path) -> list[Rollout]:
    """All rollouts that a run has kept; a step done again after a resume replaces the first."""
    found: dict[tuple[int, int], list[Rollout]] = {}
    # Not `splitlines`: it cuts at U+2028 and U+0085 too, which a completion may hold.
    for line in (folder / ROLLOUTS_FILE).read_text(encoding="utf-8").split("\n"):
        try:
            data = json.loads(line)
        except json.JSONDecodeError:  # nothing, or a line that an interruption cut off
            continue
        data["verdicts"] = [tuple(verdict) for verdict in data["verdicts"]]
        rollout = Rollout(**data)
        group = found.setdefault((rollout.step, rollout.index), [])
        if rollout not in group:
            group.append(rollout)
    return [rollout for group in found.values() for rollout in group]


def write_page(rollouts: Sequence[Rollout], path: Path) -> None:
    """One HTML file that loads nothing: a group a prompt, newest first, best completion first."""
    groups: dict[tuple[int, int], list[Rollout]] = {}
    for rollout in rollouts:
        groups.setdefault((rollout.step, rollout.index), []).append(rollout)
    body = "".join(_group(*key, members) for key, members in sorted(groups.items(), reverse=True))
    path.write_text(_PAGE.format(count=len(rollouts), body=body), encoding="utf-8")


def _group(step: int, index: int, members: Sequence[Rollout]) -> str:
    names = list(members[0].rewards)
    head = "".join(f"<th>{html.escape(name)}</th>" for name in names)
    best_first = sorted(members, key=lambda rollout: -_total(rollout))
    rows = "".join(
        "<tr>"
        + "".join(f"<td>{_paid(rollout.rewards[name])}</td>" for name in names)
        + f"<td class=text>{_marked(rollout)}</td></tr>"
        for rollout in best_first
    )
    return (
        f"<details open><summary>step {step}, window {index}: "
        f"{html.escape(members[0].emotion or 'face and voice disagree')}</summary>"
        f"<table><tr>{head}<th>completion</th></tr>{rows}</table></details>"
    )


def _paid(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _total(rollout: Rollout) -> float:
    return sum(value for value in rollout.rewards.values() if value is not None)


def _marked(rollout: Rollout) -> str:
    """The completion with every claim coloured by its verdict."""
    parts, at, text = [], 0, rollout.completion
    for start, end, verdict in rollout.verdicts:
        if start >= at:
            parts += [
                html.escape(text[at:start]),
                f"<mark class={verdict}>{html.escape(text[start:end])} {MARKS[verdict]}</mark>",
            ]
            at = end
    return "".join(parts) + html.escape(text[at:])


_PAGE = """<!doctype html><meta charset=utf-8><title>Rollouts</title><style>
body {{ font: 14px/1.5 system-ui, sans-serif; margin: 2em; color: #222; background: #fff }}
table {{ border-collapse: collapse; margin: .5em 0 1.5em }}
td, th {{ border-bottom: 1px solid #ddd; padding: .3em .6em; text-align: right }}
th {{ font-weight: 500; color: #666 }} td.text {{ text-align: left; max-width: 60em }}
summary {{ cursor: pointer; font-weight: 600 }} mark {{ border-radius: 3px; padding: 0 2px }}
.supported {{ background: #d5f0d8 }} .contradicted {{ background: #f9d0cf }}
.unmeasurable {{ background: #e8e8e8 }}
</style><h1>Rollouts</h1><p>{count} completions; ✓ supported, ✗ contradicted, – not measurable.</p>
{body}
"""
