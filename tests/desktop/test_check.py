from __future__ import annotations

import json
from pathlib import Path

import pytest

from desktop import loading
from model.bundle import Bundle
from tests.desktop.fake_engine import run

SAMPLES = Path(__file__).parents[1] / "samples"
HAPPY, SAD = SAMPLES / "happy.mp4", SAMPLES / "sad.mp4"


@pytest.fixture(autouse=True)
def _bundle(bundle_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "load_bundle", lambda: Bundle.load(bundle_folder))


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "said.csv"
    path.write_text(
        "file,rationale,system,person\n"
        f"{HAPPY},<think>A broad smile.</think><answer>happy</answer>,seer,ann\n"
        f"{SAD},The corners of the mouth are pulled down.,seer,ann\n"
        f"{SAD},A broad smile.,guesser,ann\n",
        encoding="utf-8",
    )
    return path


def verdicts(*arguments: str) -> list[tuple[str, str]]:
    result = run("check", "--json", *arguments)
    assert result.exit_code == 0, result.stderr
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    return [
        (claim["cue"], claim["verdict"])
        for row in rows
        if row["type"] == "rationale"
        for claim in row["claims"]
    ]


def test_what_others_say_is_held_against_the_recordings(table: Path) -> None:
    result = run("check", "--json", str(table))
    assert result.exit_code == 0, result.stderr
    *rows, seer, guesser = [json.loads(line) for line in result.stdout.splitlines()]
    assert [[claim["verdict"] for claim in row["claims"]] for row in rows] == [
        ["supported"], ["supported"], ["contradicted"],
    ]  # fmt: skip
    assert rows[0]["rationale"] == "A broad smile."
    assert rows[0]["claims"][0]["cue"] == "lip_corner_puller"
    assert rows[0]["modalities"] == ["face", "voice"]
    assert (seer["system"], seer["supported"]["estimate"], seer["elsewhere"]) == ("seer", 1.0, 0.0)
    assert (guesser["supported"]["estimate"], guesser["elsewhere"]) == (0.0, 1.0)


def test_it_is_told_to_be_read(table: Path) -> None:
    lines = run("check", str(table)).stdout.splitlines()
    assert lines[0] == f"{HAPPY}  seer"
    assert lines[2].split()[:4] == ["✓", "face", "broad", "smile"]
    assert lines[-7:-5] == ["guesser", "  rationales      1, 0 of them without a word"]
    assert lines[-1] == "  true elsewhere  1.000"


def test_words_about_one_recording() -> None:
    result = run("check", str(HAPPY), "--says", "A broad smile; he is angry.")
    assert [line.split()[0] for line in result.stdout.splitlines()[2:3]] == ["✓"]
    assert "rationales" not in result.stdout


def test_what_the_author_was_not_shown_is_absent() -> None:
    result = run("check", "--json", "--modality", "face", str(HAPPY), "--says", "A high pitch.")
    one, summary = [json.loads(line) for line in result.stdout.splitlines()]
    assert one["modalities"] == ["face"]
    assert summary["absent"]["estimate"] == 1.0
    assert summary["supported"]["estimate"] is None  # nothing was measurable


def test_loudness_takes_somebody_to_compare_with(table: Path) -> None:
    table.write_text(table.read_text().replace("A broad smile.", "The voice is loud."))
    assert ("loudness", "unmeasurable") in verdicts(str(table))
    of_person = verdicts(str(table), "--baseline", "person")
    assert {verdict for cue, verdict in of_person if cue == "loudness"} == {
        "supported", "contradicted",
    }  # fmt: skip
    beside = verdicts(str(HAPPY), "--says", "It is loud speech.", "--baseline", f"neutral:{SAD}")
    assert beside[0][1] != "unmeasurable"


def test_a_recording_that_cannot_be_measured_leaves_the_others(table: Path) -> None:
    with table.open("a", encoding="utf-8") as file:
        file.write("gone.mp4,A smile.,seer,\n")
    result = run("check", "--json", str(table))
    assert result.exit_code == 2
    assert "gone.mp4" in result.stderr
    assert len(result.stdout.splitlines()) == 5


def test_mistakes_are_told_in_a_sentence(table: Path) -> None:
    result = run("check", str(HAPPY))
    assert (result.exit_code, result.stdout) == (2, "")
    assert "`--says`" in result.stderr
    result = run("check", str(table), "--baseline", "running")
    assert "write none, person or neutral:FILE" in result.stderr
