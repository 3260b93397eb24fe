"""`python packaging/check_folder.py FOLDER`: nothing is inside that must not be.

Names of files say what is inside, and each shared library names those that it is linked to.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

MOST_BYTES = 480_000_000

FORBIDDEN = {
    "a GPL library": r"libx26[45]|libxvid|libreadline|libgdbm|libfdk|libpostproc|librubberband",
    "Berkeley DB (AGPL)": r"libdb-\d",
    "torch": r"(^|/)torch(/|$)|libtorch|libc10",
    "training": r"(^|/)training(/|$)",
    "tkinter": r"_?tkinter|libtk8|libtcl8",
    "a second Qt": r"libQt5|libQt4|PyQt|cv2/qt",
    "GTK": r"libgtk-|libgdk-",
    "the whole of onnxruntime once more": r"libonnxruntime\.so",
}
# The libraries that an ELF file is linked to lie in it as plain names.
LINKED = re.compile(rb"lib(?:x26[45]|readline|gdbm)[-\w]*\.so[.\d]*\0")

# Identifiers of SPDX, with what joins them.
EXPRESSION = re.compile(r"[-.+\w]+( (AND|OR|WITH) [-.+\w]+)*")
# These exceptions let a program of any licence contain the runtime library or the bootloader.
GPL = re.compile(r"\bA?GPL-[-.\w]+(?! WITH (GCC-exception-3\.1|Bootloader-exception))(?![-.\w])")


def complaints(folder: Path) -> Iterator[str]:
    """What is wrong with a packaged folder, a sentence each."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        # The texts of licences may be of parts with any name.
        if name.startswith("licences/") or not path.is_file():
            continue
        for what, pattern in FORBIDDEN.items():
            if re.search(pattern, name):
                yield f"{name}: {what}"
        if ".so" in path.name and LINKED.search(path.read_bytes()):
            yield f"{name}: is linked to a GPL library"
    bill = folder / "licences" / "sbom.cdx.json"
    if not bill.is_file():
        yield "licences/sbom.cdx.json: missing"
        return
    for part in json.loads(bill.read_bytes())["components"]:
        (licence,) = part["licenses"]
        if not EXPRESSION.fullmatch(licence["expression"]):
            yield f"{part['name']}: '{licence['expression']}' is no licence that SPDX knows"
        if GPL.search(licence["expression"]):
            yield f"{part['name']}: under the GPL"
    if size_bytes(folder) > MOST_BYTES:
        yield f"{size_bytes(folder) / 1e6:.0f} MB, more than {MOST_BYTES / 1e6:.0f}"


def size_bytes(folder: Path) -> int:
    """Bytes of all files, links not followed."""
    return sum(path.lstat().st_size for path in folder.rglob("*") if not path.is_dir())


if __name__ == "__main__":
    found = list(complaints(Path(sys.argv[1])))
    sys.stderr.write("".join(f"{sentence}\n" for sentence in found))
    sys.exit(bool(found))
