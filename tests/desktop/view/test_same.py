"""What the self-test takes for the same result, and what for another."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from desktop.view.same import differences, read_expected
from model.errors import ConfigError
from tests.desktop.scene import analysis


@pytest.fixture
def result() -> dict[str, Any]:
    return analysis().to_json()


def test_another_file_name_and_another_time_it_took_make_no_difference(
    result: dict[str, Any],
) -> None:
    other = {**result, "file": "elsewhere.mp4", "timings_ms": {}}
    assert list(differences([result], [other])) == []


def test_rounding_makes_no_difference_and_more_does(result: dict[str, Any]) -> None:
    other = copy.deepcopy(result)
    label = next(iter(other["probabilities"]))
    other["probabilities"][label] += 0.001
    assert list(differences([result], [other])) == []
    other["probabilities"][label] += 0.2
    (sentence,) = differences([result], [other])
    assert sentence.startswith(f"[0].probabilities.{label} is ")


@pytest.mark.parametrize(
    ("name", "value"), [("emotion", "sad"), ("rationale", "Otherwise."), ("claims", [])]
)
def test_another_answer_makes_a_difference(
    result: dict[str, Any], name: str, value: object
) -> None:
    assert list(differences([result], [{**result, name: value}]))


def test_a_window_more_makes_a_difference(result: dict[str, Any]) -> None:
    assert list(differences([result], [result, result]))


def test_what_analyze_prints_can_be_read(result: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "golden.jsonl"
    path.write_text(json.dumps(result) + "\n", encoding="utf-8")
    assert list(differences(read_expected(path), [result])) == []


@pytest.mark.parametrize("text", ["{}", "[1]", "happy"])
def test_anything_else_is_refused_in_a_sentence(text: str, tmp_path: Path) -> None:
    path = tmp_path / "golden.jsonl"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match="make it anew"):
        read_expected(path)
