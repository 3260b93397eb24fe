"""R1-Omni's conversation JSON: a video, a question and the answer, with or without a rationale."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from model.errors import DataError
from training.data.layouts.common import (
    LabelledClip,
    known_emotion,
    media_files,
    require,
    split_in_name,
)

_ANSWER = re.compile(r"<answer>(.*?)</answer>", re.DOTALL)


def is_conversations(folder: Path) -> bool:
    """Whether a json in the folder itself is a list of conversations about videos."""
    return any(_entries(path) for path in folder.glob("*.json"))


def read_conversations(folder: Path) -> list[LabelledClip]:
    """Every conversation json of the folder: `[{"video": …, "conversations": [human, gpt]}, …]`.

    The label is what the answer tags of gpt's turn enclose, or the whole turn where it has no
    tags. A rationale is not read: ours are written from measurements. Videos are looked for at
    their path below the folder, else by their file name anywhere in it.

    Raises:
        DataError: no such json, an answer that is no known emotion, or videos without a file.
    """
    clips: list[LabelledClip] = []
    by_name = {path.name: path for path in media_files(folder)}
    for table in sorted(folder.glob("*.json")):
        entries = _entries(table)
        emotions = [known_emotion(_answer(e, table), table, e["video"]) for e in entries]
        found = [_file(folder, e["video"], by_name) for e in entries]
        require(found, [e["video"] for e in entries], table, "put the videos below its folder.")
        split = split_in_name(table)
        clips += [
            LabelledClip(path, emotion, None, split, "conversations")
            for path, emotion in zip(found, emotions, strict=True)
            if path is not None
        ]
    if not clips:
        raise DataError(
            f"{folder}: no json with a list of conversations, each with its video; put it there."
        )
    return clips


def _entries(path: Path) -> list[dict[str, Any]]:
    """The conversations of a json; empty if it is about something else.

    Raises:
        DataError: it is no json.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise DataError(f"{path}: cannot be read as JSON ({error}); save it again.") from error
    entries = data if isinstance(data, list) else []
    return [e for e in entries if isinstance(e, dict) and {"video", "conversations"} <= set(e)]


def _answer(entry: dict[str, Any], table: Path) -> str:
    turns = [t.get("value", "") for t in entry["conversations"] if t.get("from") == "gpt"]
    if len(turns) != 1:
        raise DataError(f"{table}: {entry['video']} should have one turn from gpt, the answer.")
    tagged = _ANSWER.search(turns[0])
    return str(tagged[1] if tagged else turns[0])


def _file(folder: Path, video: str, by_name: dict[str, Path]) -> Path | None:
    path = folder / video
    return path if path.is_file() else by_name.get(Path(video).name)
