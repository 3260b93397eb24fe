"""Empty libraries in the place of those that a module is linked to and r1-omni never calls.

OpenCV's module cannot be loaded without an FFmpeg, an OpenBLAS and an AV1 encoder of its own, 72 MB
of them, although files are read through PyAV and no matrix is solved. They cannot be left out, but
a library that has the functions' names, and ends the program should one be called, is enough.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from pathlib import Path

from elftools.elf.dynamic import DynamicSection
from elftools.elf.elffile import ELFFile
from elftools.elf.gnuversions import GNUVerDefSection
from elftools.elf.sections import SymbolTableSection

CALLED = "r1-omni called a part of OpenCV that it is packaged without."
LARGEST_BYTES = 100_000
SOURCE = f"""
#include <stdlib.h>
#include <unistd.h>
static void refuse(void) {{
    static const char sentence[] = "{CALLED}\\n";
    if (write(2, sentence, sizeof sentence - 1)) abort();
    abort();
}}
"""


def linked_to(path: Path) -> set[str]:
    """The names of the libraries that a file itself is linked to; none where it is no ELF file."""
    with path.open("rb") as file:
        if file.read(4) != b"\x7fELF":
            return set()
        section = ELFFile(file).get_section_by_name(".dynamic")
        if not isinstance(section, DynamicSection):
            return set()
        return {tag.needed for tag in section.iter_tags("DT_NEEDED")}


def names(path: Path, defined: bool) -> set[str]:
    """The functions that a shared library offers to others, or those that it wants of others."""
    with path.open("rb") as file:
        table = ELFFile(file).get_section_by_name(".dynsym")
        assert isinstance(table, SymbolTableSection)
        return {
            symbol.name
            for symbol in table.iter_symbols()
            if symbol.name and (symbol["st_shndx"] != "SHN_UNDEF") == defined
        }


def version_of(path: Path) -> str:
    """The version that a shared library gives to its functions; empty where it gives none."""
    with path.open("rb") as file:
        section = ELFFile(file).get_section_by_name(".gnu.version_d")
        if not isinstance(section, GNUVerDefSection):
            return ""
        found = [next(entries).name for version, entries in section.iter_versions()]
    return found[1]  # the first is the library's own name


def is_stand_in(path: Path) -> bool:
    """Whether a shared library is one of these."""
    return path.stat().st_size < LARGEST_BYTES and CALLED.encode() in path.read_bytes()


def stand_in(library: Path, users: Iterable[Path], folder: Path) -> Path:
    """Compile the library that takes the place of `library` for `users`, under the same name."""
    offered = names(library, defined=True)
    wanted = sorted(offered & {name for user in users for name in names(user, defined=False)})
    folder.mkdir(parents=True, exist_ok=True)
    made, source, script = (folder / f"{library.name}{end}" for end in ("", ".c", ".map"))
    aliases = (f'void {name}(void) __attribute__((alias("refuse")));\n' for name in wanted)
    source.write_text(SOURCE + "".join(aliases))
    listed = " ".join(f"{name};" for name in wanted)
    script.write_text(f"{version_of(library)} {{ global: {listed} }};\n")
    command = ["cc", "-shared", "-fPIC", "-O1", "-w", "-s", "-o", str(made), str(source)]
    linked = [f"-Wl,-soname,{library.name}", f"-Wl,--version-script,{script}"]
    subprocess.run([*command, *linked, "-Wl,--build-id=none"], check=True)
    return made
