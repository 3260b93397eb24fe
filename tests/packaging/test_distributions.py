"""What `pip install` and a source archive bring along, from a clean copy of what is tracked."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path, PurePosixPath

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("desktop", "model", "training")
NOT_PACKED = ("tests/", "docs/", "packaging/", ".ci/", ".github/", "build.spec")
BUILD = """
from setuptools import build_meta
build_meta.build_wheel("out")
build_meta.build_sdist("out")
"""


@pytest.fixture(scope="module")
def tracked() -> list[str]:
    if not (ROOT / ".git").exists():
        pytest.skip("needs the git checkout to know which files are the project's")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [name for name in listed.stdout.split("\0") if name and (ROOT / name).exists()]


@pytest.fixture(scope="module")
def built(tracked: list[str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the source archive, built where no build was before."""
    copy = tmp_path_factory.mktemp("checkout")
    for name in tracked:
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, copy / name)
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", BUILD],
        cwd=copy, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return copy / "out"


@pytest.fixture(scope="module")
def wheel(built: Path) -> set[str]:
    (path,) = built.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        return set(archive.namelist())


@pytest.fixture(scope="module")
def sdist(built: Path) -> set[str]:
    (path,) = built.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        names = [member.name for member in archive if member.isfile()]
    return {str(PurePosixPath(*PurePosixPath(name).parts[1:])) for name in names}


def test_the_wheel_has_every_tracked_file_of_the_packages(
    wheel: set[str], tracked: list[str]
) -> None:
    wanted = {name for name in tracked if name.startswith(tuple(f"{p}/" for p in PACKAGES))}
    assert {name for name in wheel if ".dist-info/" not in name} == wanted


def test_the_wheel_has_the_licences_and_the_command(wheel: set[str]) -> None:
    names = {name.partition(".dist-info/")[2] for name in wheel if ".dist-info/" in name}
    assert {f"licenses/{name}" for name in ("LICENSE", "THIRD_PARTY.md", "MODEL_CARD.md")} <= names
    assert "entry_points.txt" in names


def test_the_source_archive_can_be_built_again_and_has_no_tests(
    sdist: set[str], tracked: list[str]
) -> None:
    wanted = {name for name in tracked if name.startswith(tuple(f"{p}/" for p in PACKAGES))}
    assert wanted | {"pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md"} <= sdist
    assert [name for name in sdist if name.startswith(NOT_PACKED)] == []


def test_every_extra_is_documented() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [name for name in project["optional-dependencies"] if f"`{name}`" not in readme] == []
