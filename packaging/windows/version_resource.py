"""`python packaging/windows/version_resource.py FILE`: the version that Explorer shows."""

from __future__ import annotations

import sys
from pathlib import Path

from model import __version__

TEMPLATE = """VSVersionInfo(
  ffi=FixedFileInfo(filevers={numbers}, prodvers={numbers}),
  kids=[
    StringFileInfo([StringTable("040904B0", [
      StringStruct("FileDescription", "R1-Omni"),
      StringStruct("FileVersion", "{version}"),
      StringStruct("LegalCopyright", "The r1-omni authors, Apache License 2.0"),
      StringStruct("ProductName", "R1-Omni"),
      StringStruct("ProductVersion", "{version}"),
    ])]),
    VarFileInfo([VarStruct("Translation", [0x0409, 1200])]),
  ],
)
"""


def resource(version: str) -> str:
    """The text of a version resource; Windows wants four numbers."""
    numbers = tuple([*map(int, version.split(".")), 0])
    return TEMPLATE.format(numbers=numbers, version=version)


if __name__ == "__main__":
    Path(sys.argv[1]).parent.mkdir(parents=True, exist_ok=True)
    Path(sys.argv[1]).write_text(resource(__version__), encoding="utf-8")
