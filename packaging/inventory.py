"""`python packaging/inventory.py FOLDER`: what the packaged application is made of, and its terms.

Writes into FOLDER/licences: the licence texts of every part, `parts.md` and `sbom.cdx.json`
(CycloneDX); beside FOLDER: its manifest, a line a file with its sha256. Ends with exit code 1 where
a file belongs to no part that is known: nothing is shipped unlisted.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.metadata import Distribution, distributions
from pathlib import Path

from PyInstaller.archive.readers import CArchiveReader

from model import __version__
from model.bundle import Bundle
from model.weights.sources import COMPONENTS

# Libraries that wheels carry along, and which no metadata names: prefix → part, licence.
INSIDE = {
    "libav": ("FFmpeg", "LGPL-2.1-or-later"),
    "libsw": ("FFmpeg", "LGPL-2.1-or-later"),
    "libdav1d": ("dav1d", "BSD-2-Clause"),
    "libavif": ("libavif", "BSD-2-Clause"),
    "libaom": ("libaom", "BSD-2-Clause"),
    "libvpx": ("libvpx", "BSD-3-Clause"),
    "libopenblas": ("OpenBLAS", "BSD-3-Clause"),
    "libscipy_openblas": ("OpenBLAS", "BSD-3-Clause"),
    "libgfortran": ("GCC runtime", "GPL-3.0-or-later WITH GCC-exception-3.1"),
    "libquadmath": ("GCC runtime", "LGPL-2.1-or-later"),
    "libssl": ("OpenSSL", "Apache-2.0 OR OpenSSL"),
    "libcrypto": ("OpenSSL", "Apache-2.0 OR OpenSSL"),
    "libpng": ("libpng", "libpng-2.0"),
    "libz": ("zlib", "Zlib"),
    "libQt6": ("Qt", "LGPL-3.0-only"),
    "libicu": ("ICU", "Unicode-3.0"),
    "libportaudio": ("PortAudio", "MIT"),
    "libpython": ("Python", "PSF-2.0"),
}
# Metadata that names no licence by its identifier.
STATED = {"av": "BSD-3-Clause", "PySide6_Essentials": "LGPL-3.0-only", "shiboken6": "LGPL-3.0-only"}


@dataclass
class Part:
    """One thing with a licence of its own."""

    name: str
    version: str
    licence: str
    kind: str = "library"
    texts: list[Path] = field(default_factory=list)


def shipped_names(folder: Path) -> set[str]:
    """Top-level names of everything that can be imported from the application."""
    program = next(path for path in sorted(folder.glob("r1-omni*")) if path.is_file())
    modules = CArchiveReader(str(program)).open_embedded_archive("PYZ.pyz").toc
    inside = {path.name.partition(".")[0] for path in (folder / "_internal").iterdir()}
    return {name.partition(".")[0] for name in modules} | inside


def python_parts(folder: Path) -> Iterator[Part]:
    """The distributions of this environment that have a module in the application."""
    names = shipped_names(folder)
    for found in sorted(distributions(), key=lambda found: found.name.lower()):
        files = [path for path in found.files or () if path.suffix in {".py", ".so", ".pyd"}]
        if names & {path.parts[0].partition(".")[0] for path in files if path.parts[0] != ".."}:
            yield Part(found.name, found.version, licence_of(found), texts=texts_of(found))


def licence_of(found: Distribution) -> str:
    """The licence that a distribution states, as an SPDX expression where it gives one."""
    data = found.metadata
    classifiers = [
        text.rpartition(" :: ")[2]
        for text in data.get_all("Classifier") or ()
        if text.startswith("License ::")
    ]
    short = (data["License"] or "").strip().partition("\n")[0]
    return STATED.get(found.name) or data["License-Expression"] or short or " ".join(classifiers)


def texts_of(found: Distribution) -> list[Path]:
    """The licence files of a distribution."""
    wanted = re.compile(r"(licen[sc]e|copying|notice|thirdparty|third_party)", re.IGNORECASE)
    paths = [path for path in found.files or () if wanted.search(path.name)]
    located = [Path(str(path.locate())) for path in paths if path.suffix not in {".py", ".pyc"}]
    return [path for path in located if path.is_file()]


def library_parts(folder: Path) -> Iterator[Part]:
    """Shared libraries that belong to no distribution by their name."""
    for path in sorted((folder / "_internal").rglob("lib*")):
        if (
            path.is_symlink()
            or not path.is_file()
            or not re.search(r"\.(so|dylib|dll)\b", path.name)
        ):
            continue
        known = next((INSIDE[start] for start in INSIDE if path.name.startswith(start)), None)
        if known is not None:
            version = re.search(r"\.so\.([\d.]+)", path.name)
            yield Part(known[0], version[1] if version else "", known[1])
        elif path.parent == folder / "_internal":
            yield from debian_part(path.name)


def debian_part(library: str) -> Iterator[Part]:
    """The package of the builder's Debian that a system library was taken from."""
    asked = ["dpkg-query", "--search", f"*/{library}"]
    found = subprocess.run(asked, capture_output=True, text=True, check=False).stdout
    package = found.partition(":")[0].split(",")[0]
    if not package:
        sys.exit(f"{library} is in the application, and no part is known that it belongs to.")
    show = ["dpkg-query", "--show", "--showformat=${source:Package} ${Version}\n", package]
    name, version = subprocess.check_output(show, text=True).splitlines()[0].split()
    text = Path("/usr/share/doc") / package / "copyright"
    yield Part(f"{name} (Debian)", version, "see its text", texts=[text])


def model_parts(folder: Path) -> Iterator[Part]:
    """The weights, and what trained them."""
    bundle = Bundle.load(folder / "_internal" / "model" / "release" / "bundle")
    for component in COMPONENTS:
        yield Part(component.name, "", component.licence, "machine-learning-model")
    ours = "LicenseRef-research-and-personal-use"
    yield Part("r1-omni's own weights", bundle.model_version, ours, "machine-learning-model")


def merged(parts: list[Part]) -> list[Part]:
    """Each part once, in the order of the alphabet."""
    by_name: dict[str, Part] = {}
    for part in parts:
        by_name.setdefault(part.name, part)
    return sorted(by_name.values(), key=lambda part: part.name.lower())


def bill_of_materials(parts: list[Part]) -> dict[str, object]:
    """CycloneDX 1.5; without a serial number or clock, so that equal contents give equal bytes."""
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "component": {"type": "application", "name": "r1-omni", "version": __version__}
        },
        "components": [
            {
                "type": part.kind,
                "name": part.name,
                "version": part.version,
                "licenses": [{"license": {"name": part.licence}}],
            }
            for part in parts
        ],
    }


def table(parts: list[Part]) -> str:
    """The parts as a table in Markdown, without versions: those are in the bill of materials."""
    rows = [f"| {part.name} | {part.licence} |" for part in parts]
    return "\n".join(["| part | licence |", "|---|---|", *rows]) + "\n"


def manifest(folder: Path) -> str:
    """A line a file, as `sha256sum --check` reads them."""
    lines = []
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            lines.append(f"{digest}  {path.relative_to(folder.parent).as_posix()}\n")
    return "".join(lines)


def main() -> None:
    """Write all of it."""
    folder = Path(sys.argv[1])
    found = [*python_parts(folder), *library_parts(folder), *model_parts(folder)]
    parts = merged(found)
    licences = folder / "licences"
    shutil.rmtree(licences, ignore_errors=True)
    for part in parts:
        for number, text in enumerate(part.texts):
            kept = licences / part.name.replace("/", "-") / f"{number}-{text.name}"
            kept.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(text, kept)
    (licences / "parts.md").write_text(table(parts), encoding="utf-8")
    bill = json.dumps(bill_of_materials(parts), indent=1) + "\n"
    (licences / "sbom.cdx.json").write_text(bill, encoding="utf-8")
    folder.with_suffix(".manifest").write_text(manifest(folder), encoding="utf-8")


if __name__ == "__main__":
    main()
