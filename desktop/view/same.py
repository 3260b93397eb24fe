"""Are two analyses the same, apart from where the file lay and how long it took?"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from model.analysis import Analysis
from model.errors import ConfigError

# Another processor's kernels round differently; an answer that is another one differs by more.
_ROUNDING = 0.02
_OF_THE_RUN = ("file", "timings_ms")


def read_expected(path: Path) -> list[dict[str, Any]]:
    """What `r1-omni analyze --json` printed of a clip, an object a line.

    Raises:
        ConfigError: the file cannot be read or is something else.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        return [Analysis.from_json(json.loads(line)).to_json() for line in lines]
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise ConfigError(
            f"'{path}' is not what `r1-omni analyze --json` prints of a clip; make it anew."
        ) from error


def differences(expected: list[dict[str, Any]], found: list[dict[str, Any]]) -> Iterator[str]:
    """Name every place where the results are not the same."""
    for name, left, right in _places("", _kept(expected), _kept(found)):
        yield f"{name} is {right!r} and not {left!r}."


def _kept(results: list[dict[str, Any]]) -> Any:
    """As JSON has them, without what is of this run alone."""
    kept = [
        {name: value for name, value in result.items() if name not in _OF_THE_RUN}
        for result in results
    ]
    return json.loads(json.dumps(kept))


def _places(name: str, left: Any, right: Any) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(left, dict) and isinstance(right, dict) and left.keys() == right.keys():
        for key in left:
            yield from _places(f"{name}.{key}".lstrip("."), left[key], right[key])
    elif isinstance(left, list) and isinstance(right, list) and len(left) == len(right):
        for number, pair in enumerate(zip(left, right, strict=True)):
            yield from _places(f"{name}[{number}]", *pair)
    elif isinstance(left, float) and isinstance(right, float):
        if not math.isclose(left, right, rel_tol=_ROUNDING, abs_tol=_ROUNDING):
            yield name, left, right
    elif left != right:
        yield name, left, right
