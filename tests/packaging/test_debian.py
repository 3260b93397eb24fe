"""The Debian package and the archive of a small folder in the application's place."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

for _tool in ("dpkg-deb", "xz"):
    if not shutil.which(_tool):
        pytest.skip(f"needs {_tool}", allow_module_level=True)

ROOT = Path(__file__).parents[2]
Build = Callable[[str], Path]


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """Builds both of a folder with two files; returns where they are."""

    def built(name: str) -> Path:
        dist = tmp_path_factory.mktemp(name)
        folder = dist / "r1-omni"
        (folder / "_internal").mkdir(parents=True)
        (folder / "_internal" / "part.so").write_text("part")
        program = folder / "r1-omni"
        program.write_text("#!/bin/sh\necho r1-omni 1.2.3\n")
        program.chmod(0o755)
        script = ROOT / "packaging" / "linux" / "build-packages"
        environment = {**os.environ, "SOURCE_DATE_EPOCH": "1700000000"}
        subprocess.run([script, folder], env=environment, capture_output=True, check=True)
        return dist

    return built


@pytest.fixture(scope="module")
def package(build: Build) -> Path:
    (path,) = build("once").glob("*.deb")
    return path


def asked(package: Path, *arguments: str) -> str:
    command = ["dpkg-deb", arguments[0], str(package), *arguments[1:]]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_the_same_folder_gives_the_same_bytes(build: Build) -> None:
    one, other = build("one"), build("other")
    names = sorted(path.name for path in one.iterdir() if path.is_file())
    assert len(names) == 2
    assert [
        name for name in names if (one / name).read_bytes() != (other / name).read_bytes()
    ] == []


def test_it_has_the_program_its_command_and_its_menu_entry(package: Path) -> None:
    listed = asked(package, "--contents")
    for wanted in (
        "./opt/r1-omni/_internal/part.so",
        "./usr/bin/r1-omni -> /opt/r1-omni/r1-omni",
        "./usr/share/applications/r1-omni.desktop",
        "./usr/share/metainfo/io.github.r1_omni.metainfo.xml",
        "./usr/share/doc/r1-omni/copyright",
    ):
        assert f" {wanted}\n" in listed
    assert {line.split()[1] for line in listed.splitlines()} == {"root/root"}


def test_it_says_which_version_it_is_and_what_the_host_brings(package: Path) -> None:
    assert asked(package, "--field", "Version").strip() == "1.2.3"
    needs = asked(package, "--field", "Depends")
    assert {"libportaudio2", "libdbus-1-3", "libegl1", "libxcb1"} <= set(needs.split(", "))
    assert "@" not in needs


def test_nothing_else_is_done_to_the_system(package: Path, tmp_path: Path) -> None:
    subprocess.run(["dpkg-deb", "--control", package, tmp_path / "control"], check=True)
    assert sorted(path.name for path in (tmp_path / "control").iterdir()) == [
        "control", "postinst", "postrm",
    ]  # fmt: skip
