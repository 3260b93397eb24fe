from __future__ import annotations

import json
from pathlib import Path

import pytest

from desktop.rationales import Rationale, read_rationales
from model.errors import ConfigError


def read(tmp_path: Path, text: str) -> list[Rationale]:
    table = tmp_path / "said.csv"
    table.write_text(text, encoding="utf-8")
    return read_rationales(table)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("start", ["", "\ufeff"])
def test_a_spreadsheet_s_table(tmp_path: Path, delimiter: str, start: str) -> None:
    lines = [["File", "system", " rationale "], ["a.mp4", "gpt", '"A ""broad"" smile,\nand loud."']]
    text = "\r\n".join(delimiter.join(line) for line in lines)
    (one,) = read(tmp_path, start + text)
    assert one == Rationale(
        "a.mp4", tmp_path / "a.mp4", 'A "broad" smile,\nand loud.', "gpt", "a.mp4"
    )


@pytest.mark.parametrize("whole", [True, False])
def test_json_lines_or_an_array(tmp_path: Path, whole: bool) -> None:
    said = {"a.mp4": "<think>Loud.</think>", "/b.mp4": ""}
    rows = [{"file": file, "rationale": text} for file, text in said.items()]
    text = json.dumps(rows) if whole else "\n".join(map(json.dumps, rows)) + "\n\n"
    assert [(one.path, one.text) for one in read(tmp_path, text)] == [
        (tmp_path / "a.mp4", "Loud."), (Path("/b.mp4"), ""),
    ]  # fmt: skip


def test_who_is_named_once_is_named_for_all_of_a_recording(tmp_path: Path) -> None:
    head = "file,rationale,system,person\n"
    rows = "a.mp4,Loud.,x,\na.mp4,Quiet.,y,Ann\nb.mp4,Loud.,x,\n"
    assert [one.person for one in read(tmp_path, head + rows)] == ["Ann", "Ann", "b.mp4"]
    with pytest.raises(ConfigError, match=r"names Ann and Bob as the person of a\.mp4"):
        read(tmp_path, head + "a.mp4,,x,Ann\na.mp4,,y,Bob\n")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "no column `file`"),
        ("clip,rationale\na.mp4,Loud.\n", "no column `file`"),
        ("file,text\na.mp4,Loud.\n", "no column `rationale`"),
        ("file,rationale\n", "holds no rationale"),
        ("[]", "holds no rationale"),
        ("file,rationale\na.mp4\n", "line 2 is not complete"),
        ("file,rationale\n ,Loud.\n", "line 2 is not complete"),
        ('{"file": "a.mp4"}', "line 1 is not complete"),
        ('{"file": "a.mp4", "rationale": 3}', "line 1 is not complete"),
        ('{"file": "a.mp4", "rationale": ""}\n{', "line 2 is no JSON"),
        ('["a.mp4"]', "entry 1 is no JSON object"),
        ("[" * 100_000, "is no JSON"),
        (f'file,rationale\na.mp4,"{"x" * 200_000}"\n', "is no csv at line"),
    ],
)
def test_a_fault_is_told_with_its_place(tmp_path: Path, text: str, fault: str) -> None:
    with pytest.raises(ConfigError, match=fault):
        read(tmp_path, text)


def test_what_is_no_table_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"gone\.csv: cannot be read .*No such file"):
        read_rationales(tmp_path / "gone.csv")
    (tmp_path / "film.mp4").write_bytes(b"\x00\xff\xfe\x80")
    with pytest.raises(ConfigError, match="or a recording with `--says`"):
        read_rationales(tmp_path / "film.mp4")
