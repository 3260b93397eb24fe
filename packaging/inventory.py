"""`python packaging/inventory.py FOLDER`: what the packaged application is made of, and its terms.

Writes into FOLDER/licences: the licence texts of every part, `parts.md` and `sbom.cdx.json`
(CycloneDX); beside FOLDER: its manifest, a line a file with its sha256. Ends with exit code 1 where
a file belongs to no part that is known, or a part has no licence text: nothing is shipped unlisted.
"""

from __future__ import annotations

import hashlib
import json
import platform
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.metadata import Distribution, distribution, distributions
from pathlib import Path

from PyInstaller.archive.readers import CArchiveReader
from stand_ins import is_stand_in
from terms import DEBIAN, IDENTIFIERS, INSIDE, STATED

from model import __version__
from model.bundle import Bundle
from model.weights.sources import COMPONENTS

ROOT = Path(__file__).parents[1]
STANDARD_TEXTS = ROOT / "packaging" / "licences"


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
    # Its bootloader is the program's own file.
    names = {*shipped_names(folder), "PyInstaller"}
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
    stated = STATED.get(found.name) or data["License-Expression"] or short or " ".join(classifiers)
    return IDENTIFIERS.get(stated, stated)


def texts_of(found: Distribution) -> list[Path]:
    """The licence files of a distribution."""
    wanted = re.compile(r"(licen[sc]e|copying|notice|thirdparty|third_party)", re.IGNORECASE)
    paths = [path for path in found.files or () if wanted.search(path.name)]
    located = [Path(str(path.locate())) for path in paths if path.suffix not in {".py", ".pyc"}]
    return [path for path in located if path.is_file()]


def python_itself() -> Part:
    """The interpreter and its standard library."""
    version = platform.python_version()
    minor = version.rpartition(".")[0]
    places = (
        Path(sysconfig.get_path("stdlib"), "LICENSE.txt"),
        Path(sys.base_prefix, "LICENSE.txt"),
        Path(f"/usr/share/doc/python{minor}/copyright"),
    )
    return Part("Python", version, "PSF-2.0", texts=[path for path in places if path.is_file()][:1])


def library_parts(folder: Path) -> Iterator[Part]:
    """Shared libraries that belong to no distribution by their name."""
    inside = folder / "_internal"
    for path in sorted(inside.rglob("*")):
        name = f"lib{path.name}" if path.name.endswith(".dll") else path.name
        name = name.replace("liblib", "lib", 1)
        if path.is_symlink() or not re.match(r"lib.*\.(so|dylib|dll)\b", name):
            continue
        if name.startswith("libpython") or is_stand_in(path):
            continue
        starts = [start for start in INSIDE if name.startswith(start)]
        if path.parent == inside and shutil.which("dpkg-query"):
            yield debian_part(name)
        elif starts:
            yield carried_part(name, max(starts, key=len))
        elif path.parent == inside:
            sys.exit(f"{path.name} is in the application, and belongs to no part that is known.")


def carried_part(library: str, start: str) -> Part:
    """What a wheel or Python has brought along."""
    name, licence, owner = INSIDE[start]
    version = re.search(r"\.so\.([\d.]+)", library)
    part = Part(name, version[1] if version else "", licence)
    if owner:
        part.texts = python_itself().texts if owner == "Python" else texts_of(distribution(owner))
    return part


def debian_part(library: str) -> Part:
    """The package of the builder's Debian that a system library was taken from."""
    asked = ["dpkg-query", "--search", f"*/{library}"]
    found = subprocess.run(asked, capture_output=True, text=True, check=False).stdout
    package = found.partition(":")[0].split(",")[0]
    show = ["dpkg-query", "--show", "--showformat=${source:Package} ${Version}\n", package]
    name, version = (
        subprocess.check_output(show, text=True).splitlines()[0].split() if package else ("", "")
    )
    if name not in DEBIAN:
        sys.exit(f"{library} ({name or 'no package'}) is in the application; add it to terms.py.")
    text = Path("/usr/share/doc") / package / "copyright"
    return Part(name, version, DEBIAN[name], texts=[text])


def model_parts(folder: Path) -> Iterator[Part]:
    """The weights, and what trained them."""
    bundle = Bundle.load(folder / "_internal" / "model" / "release" / "bundle")
    kind = "machine-learning-model"
    for component in COMPONENTS:
        yield Part(component.name, "", component.licence, kind)
    ours, card = "LicenseRef-research-and-personal-use", ROOT / "MODEL_CARD.md"
    yield Part("r1-omni's own weights", bundle.model_version, ours, kind, [card])


def standard_texts(part: Part) -> list[Path]:
    """The text of a part that brings none: its own, else that of its licence."""
    if part.licence == "Apache-2.0":
        return [ROOT / "LICENSE"]
    places = (STANDARD_TEXTS / f"{name}.txt" for name in (part.name, part.licence))
    return [path for path in places if path.is_file()][:1]


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
                "licenses": [{"expression": part.licence}],
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
    found = [python_itself(), *python_parts(folder), *library_parts(folder), *model_parts(folder)]
    parts = merged(found)
    for part in parts:
        part.texts = part.texts or standard_texts(part)
        if not part.texts:
            sys.exit(
                f"{part.name} ({part.licence}) has no licence text; add it to {STANDARD_TEXTS}."
            )
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
