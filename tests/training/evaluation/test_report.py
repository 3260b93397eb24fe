from __future__ import annotations

import dataclasses
import json
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from training.evaluation.report import RationaleCheck, Report, print_report, score, score_rationales

LABELS = ("angry", "happy", "sad")


@pytest.fixture(scope="module")
def report() -> Report:
    """Two speakers; all of the angry clips are recognised, and one of the two happy ones."""
    truth = np.array([0, 0, 1, 1])
    probabilities = np.array([[0.8, 0.1, 0.1], [0.6, 0.2, 0.2], [0.1, 0.9, 0], [0.2, 0.3, 0.5]])
    result = score(
        truth, probabilities, ["a", "b", "a", "b"], LABELS,
        system="late fusion", modality="both", baseline="none",
    )  # fmt: skip
    checks = [
        RationaleCheck(
            "a",
            3,
            1,
            1,
            0,
            agrees=True,
            follows=True,
            empty=False,
            negated=2,
            weights=2,
            weights_true=1,
        ),
        RationaleCheck("b", 3, 0, 1, 1, agrees=False, follows=True, empty=False),
        RationaleCheck("b", 0, 0, 0, 0, agrees=True, follows=True, empty=True),
    ]
    said = ("four clips: clips left out: 1 of the training split.",)
    return Report("four clips", (result,), score_rationales(checks), said)


def test_figures_of_a_worked_example(report: Report) -> None:
    result = report.results[0]
    assert (result.n, result.war.estimate, result.uar.estimate) == (4, 0.75, 0.75)
    assert result.recall == (1.0, 0.5, None)
    assert result.confusion == ((2, 0, 0), (0, 1, 1), (0, 0, 0))
    assert (result.war.low, result.war.high, result.war.drawn) == (0.25, 1.0, "speaker and item")


def test_shares_of_claims_count_each_claim_once(report: Report) -> None:
    faithfulness = report.faithfulness
    assert faithfulness is not None
    assert (faithfulness.n, faithfulness.claims, faithfulness.empty) == (3, 10, 1)
    assert (faithfulness.per_rationale, faithfulness.negated) == (pytest.approx(10 / 3), 2)
    assert faithfulness.supported.estimate == pytest.approx(6 / 7)
    assert faithfulness.contradicted.estimate == pytest.approx(1 / 7)
    assert faithfulness.absent.estimate == pytest.approx(1 / 10)
    assert faithfulness.agreement.estimate == pytest.approx(2 / 3)
    assert (faithfulness.weights, faithfulness.weights_true.estimate) == (2, 0.5)


def test_rationales_without_claims_leave_the_shares_undefined() -> None:
    faithfulness = score_rationales(
        [RationaleCheck("a", 0, 0, 0, 0, agrees=True, follows=True, empty=True)]
    )
    saved = json.loads(json.dumps(Report("none", (), faithfulness).to_json(), allow_nan=False))
    assert saved["faithfulness"]["supported"]["estimate"] is None
    assert saved["faithfulness"]["agreement"]["estimate"] == 1


def test_saved_report_is_the_same_data_and_a_picture(report: Report, tmp_path: Path) -> None:
    json_path, picture = report.save(tmp_path / "new")
    saved = json.loads(json_path.read_text())
    assert saved["results"][0]["confusion"] == [[2, 0, 0], [0, 1, 1], [0, 0, 0]]
    assert saved["results"][0]["recall"] == [1.0, 0.5, None]
    assert picture.name == "confusion-late-fusion-both-none.png"
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_table_tells_figures_intervals_and_what_was_drawn(report: Report) -> None:
    paper = StringIO()
    print_report(report, Console(file=paper, width=160))
    text = paper.getvalue()
    assert "0.750 [0.250, 1.000]" in text
    assert "interval over 2 speakers and their items; of so few it is too narrow." in text
    assert "four clips: clips left out: 1 of the training split." in text
    assert "0.857" in text
    assert "how much face and voice weigh: supported 0.500" in text
    assert "–" in text  # the recall of sad, which does not occur


def test_no_figure_is_cut_short_on_a_narrow_terminal(report: Report) -> None:
    paper = StringIO()
    print_report(report, Console(file=paper, width=80))
    text = paper.getvalue()
    assert "…" not in text
    assert all(name in text for name in ("modality", "baseline", "late", "fusion", "contradicted"))
    assert "0.857 [0.750, 1.000]" in text


def test_what_could_not_be_asked_is_no_figure(report: Report) -> None:
    """Where all answers are the same, nobody has another's rationale."""
    assert report.faithfulness is not None
    rests = {"no rationale": 0.5, "another's rationale": float("nan")}
    paper = StringIO()
    found = dataclasses.replace(report.faithfulness, rests=rests)
    print_report(dataclasses.replace(report, faithfulness=found), Console(file=paper, width=80))
    assert "same answer with no rationale: 50%" in paper.getvalue()
    assert "same answer with another's rationale: –" in paper.getvalue()
