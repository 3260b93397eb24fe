"""Completions are kept with what they were paid, once each, and shown without harm."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from model.cues import CUES
from model.evidence import Cue, Evidence
from training.reinforcement.rollouts import (
    PAGE_FILE,
    ROLLOUTS_FILE,
    Rollout,
    RolloutLog,
    judged,
    read_rollouts,
)

LOUD = Evidence(
    {"loudness": Cue("loudness", "voice", 0.0, CUES["loudness"].unit, 0.0, "person", 2.0, 0, 1)},
    frozenset({"voice"}),
)  # fmt: skip
TEXT = "<think>The voice is loud. The pitch is raised. <script>alert(1)</script></think>"


def rollout(step: int = 0, completion: str = TEXT, accuracy: float = 1.0) -> Rollout:
    rewards = {"accuracy": accuracy, "form": 0.5}
    return Rollout(step, 7, "angry", completion, rewards, judged(completion, LOUD))


def test_claims_are_judged_where_they_stand() -> None:
    verdicts = [(TEXT[start:end], verdict) for start, end, verdict in judged(TEXT, LOUD)]
    assert [verdict for _, verdict in verdicts] == ["supported", "unmeasurable"]
    assert "loud" in verdicts[0][0]


def test_what_is_kept_is_read_back(tmp_path: Path) -> None:
    log = RolloutLog(tmp_path, every=2)
    log.add([rollout(0), rollout(0, "other")])
    log.add([rollout(1)])
    log.add([rollout(2)])
    assert read_rollouts(tmp_path) == [rollout(0), rollout(0, "other"), rollout(2)]


def test_a_step_done_again_after_a_resume_stands_once(tmp_path: Path) -> None:
    log = RolloutLog(tmp_path, every=1)
    log.add([rollout(0)])
    log.add([rollout(0)])
    assert read_rollouts(tmp_path) == [rollout(0)]


def test_the_page_marks_claims_escapes_text_and_loads_nothing(tmp_path: Path) -> None:
    RolloutLog(tmp_path, every=1).add([rollout(accuracy=0.0), rollout(completion="<b>better</b>")])
    page = (tmp_path / PAGE_FILE).read_text(encoding="utf-8")
    assert "<mark class=supported>" in page
    assert "<mark class=unmeasurable>" in page
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "http" not in page
    assert "src=" not in page
    assert page.index("&lt;b&gt;better") < page.index("loud ✓")


def test_a_reward_that_was_not_given_is_shown_as_such(tmp_path: Path) -> None:
    without = dataclasses.replace(rollout(), emotion=None, rewards={"accuracy": None, "form": 1.0})
    RolloutLog(tmp_path, every=1).add([without])
    assert read_rollouts(tmp_path) == [without]
    page = (tmp_path / PAGE_FILE).read_text(encoding="utf-8")
    assert "<td>–</td>" in page
    assert "disagree" in page


def test_signs_that_end_a_line_elsewhere_are_read_back(tmp_path: Path) -> None:
    odd = rollout(completion="The voice\u2028is\x85loud\x0c\r\n.")
    RolloutLog(tmp_path, every=1).add([odd])
    assert read_rollouts(tmp_path) == [odd]


def test_a_line_that_was_cut_off_is_left_out(tmp_path: Path) -> None:
    log = RolloutLog(tmp_path, every=1)
    log.add([rollout(0)])
    with (tmp_path / ROLLOUTS_FILE).open("a", encoding="utf-8") as file:
        file.write('{"step": 1, "index": 7, "comp')
    log.add([rollout(1)])
    assert read_rollouts(tmp_path) == [rollout(0), rollout(1)]
