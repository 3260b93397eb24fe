"""What a command writes: results on standard output, and in a sentence why there are none."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import typer
from rich.console import Console

from desktop.terminal import UnwrittenError, shown, written
from model.errors import EXIT_CODE, ConfigError, R1OmniError


def write_json(value: dict[str, Any]) -> None:
    """Write a result as one line of JSON."""
    write(json.dumps(value, allow_nan=False))


def write_event(event: dict[str, Any]) -> None:
    """A live event in a line for a person."""
    if event["type"] in ("camera", "microphone"):
        line = f"{event['type']}: {event['message'] or event['status']}"
    elif event["type"] == "nobody":
        line = f"{event['end_s']:7.1f} s  nobody is seen or heard"
    else:
        share = max(event["probabilities"].values())
        doubt = " (unsure)" if event["unsure"] else ""
        line = f"{event['end_s']:7.1f} s  {event['emotion']} {share:.0%}{doubt}"
        line += f"\n{'':11}{event['rationale']}" if event["type"] == "analysis" else ""
    write(line)


@written()
def write(lines: str) -> None:
    """Write results and an end of line, at once: what a buffer keeps could fail unnoticed."""
    sys.stdout.write(lines + "\n")
    sys.stdout.flush()


@contextmanager
def told_in_a_sentence() -> Iterator[None]:
    """End the command with a sentence where what was given, or standard output, does not do."""
    try:
        yield
    except R1OmniError as error:
        complain(error)
        raise typer.Exit(EXIT_CODE) from None
    except UnwrittenError as error:
        complain(error)
        _drop_output()
        raise typer.Exit(EXIT_CODE) from None


def _drop_output() -> None:
    """Let go of what could not be written: Python would try once more when it ends."""
    if sys.stdout is not None:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def no_window(reason: str) -> ConfigError:
    """What is told where no window can be opened."""
    return ConfigError(
        f"No window can be opened ({reason.strip().rstrip('.')}): check the display, install the "
        "libraries that packaging/debian-packages.txt in the checkout lists, or run "
        "`r1-omni analyze FILE`."
    )


def tell(text: str) -> None:
    """Say on standard error what is not a result, and nothing wrong either."""
    _to_stderr(text, "dim")


def complain(error: R1OmniError | UnwrittenError) -> None:
    """Say on standard error what is wrong."""
    _to_stderr(str(error), "red")


def _to_stderr(text: str, style: str) -> None:
    Console(stderr=True).print(
        shown(text), style=style, markup=False, highlight=False, soft_wrap=True
    )
