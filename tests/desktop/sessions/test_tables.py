"""CSV, JSON Lines and the pieces that all exports share."""

from __future__ import annotations

import csv
import dataclasses
import json
import math
import re
from collections.abc import Callable
from io import StringIO
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop import whole_file
from desktop.sessions import Exclusion, Marker, Session
from desktop.sessions.export import EXPORTS
from desktop.sessions.export.csv_table import render_windows
from desktop.sessions.export.spans import merged, without_overlap
from desktop.sessions.export.wording import printable
from desktop.view.clock import clock
from model.analysis import Analysis
from model.errors import StoreError
from model.labels import LABEL_SETS

from .examples import NASTY, left_open, nasty, ordinary, session, window

times = st.floats(0, 1e5)


def read_csv(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text, newline=""), strict=True))


def test_a_row_a_window(any_session: Session) -> None:
    rows = read_csv(EXPORTS["csv"].render(any_session))
    assert len(rows) == len(any_session.analyses)
    for row, analysis in zip(rows, any_session.analyses, strict=True):
        assert (float(row["start_s"]), float(row["end_s"])) == (analysis.start_s, analysis.end_s)
        assert row["inferred_emotion"] == analysis.emotion
        assert row["models_explanation"] == analysis.rationale
        told = {k: float(v) for k, v in row.items() if k.startswith("inferred_p_")}
        assert told == {f"inferred_p_{k}": p for k, p in analysis.probabilities.items()}
        verdicts = [float(v) for k, v in row.items() if k.startswith("claims_")]
        assert sum(verdicts) == len(analysis.claims)
        assert row["excluded"] == ("yes" if any_session.excluded_by(analysis) else "no")


def test_a_row_an_observed_cue(any_session: Session) -> None:
    rows = read_csv(EXPORTS["cues-csv"].render(any_session))
    cues = [cue for a in any_session.analyses for cue in a.cues]
    assert len(rows) == len(cues)
    for row, cue in zip(rows, cues, strict=True):
        assert (row["cue"], row["modality"], row["unit"]) == (cue.name, cue.modality, cue.unit)
        assert float(row["deviation_sd"]) == cue.deviation
        assert not [name for name in row if "emotion" in name or "inferred" in name]


def test_labels_that_a_window_was_not_asked_stay_empty() -> None:
    mixed = session(window(), window(5, emotion="calm", labels=LABEL_SETS["ravdess"]))
    first, second = read_csv(EXPORTS["csv"].render(mixed))
    assert first["inferred_p_calm"] == ""
    assert float(second["inferred_p_calm"]) == 0.72


def test_json_lines_hold_everything(any_session: Session) -> None:
    def forbid(name: str) -> float:
        raise AssertionError(name)

    text = EXPORTS["jsonl"].render(any_session)
    lines = [json.loads(line, parse_constant=forbid) for line in text.splitlines()]
    assert lines[0]["title"] == any_session.summary.title
    assert lines[0]["facts"] == any_session.facts
    assert "not a readout" in lines[0]["notice"]
    windows = [line for line in lines if line["type"] == "window"]
    assert len(lines) == 1 + len(windows) + len(any_session.markers) + len(any_session.exclusions)
    for line, analysis in zip(windows, any_session.analyses, strict=True):
        assert "emotion" in line["inferred"]
        assert "cues" in line["observed"]
        fields = {name: line[name] for name in ("file", "start_s", "end_s", "timings_ms")}
        assert Analysis.from_json({**fields, **line["observed"], **line["inferred"]}) == analysis
        assert line["excluded"] == (any_session.excluded_by(analysis) is not None)


def test_a_window_that_touches_an_excluded_span_does_not_count() -> None:
    made = ordinary()
    assert len(made.counted) == len(made.analyses) - 2
    assert [a.start_s for a in made.analyses if made.excluded_by(a)] == [30.0, 35.0]
    beside = session(window(0, 5), window(10, 15), exclusions=(Exclusion(5, 10, ""),))
    assert len(beside.counted) == 2


@given(st.lists(st.tuples(times, times)))
def test_no_span_is_lost_and_none_overlap(spans: list[tuple[float, float]]) -> None:
    cut = without_overlap((min(span), max(span), at) for at, span in enumerate(spans))
    assert sorted(at for _, _, at in cut) == list(range(len(spans)))
    for start, end, at in cut:
        assert 0 <= start < end
        assert end <= max(math.ceil(max(spans[at]) * 1000), start + 1)
    for (_, end, _), (start, _, _) in pairwise(cut):
        assert end <= start


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 20))))
def test_joined_exclusions_exclude_the_same(spans: list[tuple[int, int]]) -> None:
    made = [Exclusion(start, start + length, "") for start, length in spans]
    joined = merged(made)
    for at in range(80):
        middle = at + 0.5
        assert any(e.start_s < middle < e.end_s for e in joined) == any(
            e.start_s < middle < e.end_s for e in made
        )
    for one, other in pairwise(joined):
        assert one.end_s <= other.start_s


@given(st.text(st.characters()))
def test_printable_text_can_be_written_down(text: str) -> None:
    assert len(printable(text)) == len(text)
    printable(text).encode()


@pytest.mark.parametrize("name", EXPORTS)
@pytest.mark.parametrize("make", [ordinary, nasty])
def test_a_file_is_written_whole(name: str, make: Callable[[], Session], tmp_path: Path) -> None:
    export = EXPORTS[name]
    target = tmp_path / f"out{export.suffix}"
    target.write_text("an earlier export")
    export.write(make(), target)
    assert target.read_bytes().decode() == export.render(make())
    assert list(tmp_path.iterdir()) == [target]
    assert export.label


@pytest.mark.parametrize("name", EXPORTS.keys() - {"remarks-csv"})
def test_estimates_and_observations_are_named_as_such(name: str) -> None:
    text = EXPORTS[name].render(nasty()).lower()
    assert "observed" in text
    assert "inferred" in text or name == "cues-csv"
    assert not re.search(r"(?<![\w-])(nan|inf)(?![\w-])", text)


def test_a_file_that_cannot_be_written_is_told_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(StoreError, match=r"nowhere.*cannot be written .*choose a folder"):
        EXPORTS["csv"].write(ordinary(), tmp_path / "nowhere" / "out.csv")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(whole_file.os, "replace", fail)
    target = tmp_path / "out.csv"
    target.write_text("an earlier export")
    with pytest.raises(StoreError, match="No space left"):
        EXPORTS["csv"].write(ordinary(), target)
    assert target.read_text() == "an earlier export"
    assert list(tmp_path.iterdir()) == [target]


def test_a_file_name_that_is_no_text_can_be_exported(tmp_path: Path) -> None:
    made = session(Analysis.from_json({**window().to_json(), "file": "caf\udce9.mp4"}), title=NASTY)
    for export in EXPORTS.values():
        export.write(made, tmp_path / f"out{export.suffix}")
    assert b"caf?.mp4" in (tmp_path / "out.csv").read_bytes()


def test_every_marker_and_excluded_span_has_a_row_wherever_no_window_is() -> None:
    made = session(
        window(0.0),
        window(10.0),  # as live, where power is saved
        markers=(Marker(12.0, "laughs"), Marker(7.5, "")),
        exclusions=(Exclusion(5.5, 6.0, "the phone"),),
    )
    rows = read_csv(EXPORTS["remarks-csv"].render(made))
    assert [tuple(row.values()) for row in rows] == [
        ("excluded", "5.5", "6.0", "the phone"),
        ("marker", "7.5", "7.5", ""),
        ("marker", "12.0", "12.0", "laughs"),
    ]
    assert list(rows[0]) == ["kind", "start_s", "end_s", "text"]


def test_no_spreadsheet_computes_what_was_typed() -> None:
    typed = ("=HYPERLINK(1)", "+1", "-1", "@SUM(1)", "why = not")
    made = session(window(0.0), markers=tuple(Marker(float(n), t) for n, t in enumerate(typed)))
    rows = read_csv(EXPORTS["remarks-csv"].render(made))
    assert [row["text"] for row in rows] == [*(f"'{text}" for text in typed[:4]), typed[4]]
    (row,) = read_csv(EXPORTS["csv"].render(made))
    assert row["markers"].startswith("'=HYPERLINK(1); +1")
    assert float(row["contribution_voice"]) == window(0.0).contribution.voice  # a number stays one


def test_json_lines_say_whether_the_recording_was_ended() -> None:
    for made, ended in ((ordinary(), True), (left_open(), False)):
        (head, *_) = map(json.loads, EXPORTS["jsonl"].render(made).splitlines())
        assert head["ended"] is ended


def test_spans_without_a_reason_are_joined_without_one() -> None:
    spans = [Exclusion(0, 5, ""), Exclusion(2, 7, ""), Exclusion(6, 9, "cough")]
    assert merged(spans) == [Exclusion(0, 9, "cough")]
    assert merged(spans[:2]) == [Exclusion(0, 7, "")]


def test_a_marker_without_a_word_is_in_the_table() -> None:
    analysis = window(0.0)
    at_s = (analysis.start_s + analysis.end_s) / 2
    session = dataclasses.replace(
        ordinary(), analyses=(analysis,), markers=(Marker(at_s, ""), Marker(at_s, "laughs"))
    )
    (row,) = read_csv(render_windows(session))
    assert row["markers"] == f"{clock(at_s, 1)}; laughs"
