"""`python -m model assemble|export`: make a bundle."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from model.errors import EXIT_CODE, R1OmniError

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)
_console = Console(stderr=True)


@app.callback()
def _model() -> None:
    """Assemble and export r1-omni's model bundles."""


@app.command()
def assemble(
    again: Annotated[bool, typer.Option("--again", help="Assemble even if it is there.")] = False,
) -> None:
    """Fetch the public parts and assemble the default model into the user's cache."""
    from model.export.assemble import default_bundle

    bundle = default_bundle(say=_say, again=again)
    sys.stdout.write(f"{bundle.folder}\n")


@app.command()
def export(
    stage: Annotated[Path, typer.Argument(help="Folder that `python -m training` wrote.")],
    output: Annotated[Path, typer.Argument(help="Folder of the bundle to be written.")],
) -> None:
    """Assemble a bundle from a trained stage instead of the default model."""
    from model.export.assemble import assemble, free_folder, public_parts
    from model.release_info import Release

    release, folder = Release.load(stage), free_folder(output)
    bundle = assemble(public_parts(), release, folder, _say)
    sys.stdout.write(f"{bundle.folder}: {bundle.size_bytes / 1e6:.1f} MB\n")


def _say(stage: str) -> None:
    _console.print(f"assembling: {stage}", highlight=False)


def main() -> int:
    """Run; a user's mistake is one sentence on stderr and exit code 2."""
    try:
        app()
    except R1OmniError as error:
        _console.print(str(error), style="red", markup=False, highlight=False, soft_wrap=True)
        return EXIT_CODE
    return 0


if __name__ == "__main__":
    sys.exit(main())
