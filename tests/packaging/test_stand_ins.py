"""A library that takes another's place: it is loaded, and says so when it is called."""

from __future__ import annotations

import runpy
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("elftools", reason="pyelftools is in the extra `dev`")
if sys.platform != "linux" or not shutil.which("cc"):
    pytest.skip("libraries are stood in for on Linux alone", allow_module_level=True)

ROOT = Path(__file__).parents[2]
PARTS = runpy.run_path(str(ROOT / "packaging" / "stand_ins.py"))


def compiled(folder: Path, name: str, source: str, *options: str) -> Path:
    library = folder / f"lib{name}.so.1"
    (folder / f"{name}.c").write_text(source)
    subprocess.run(
        ["cc", "-shared", "-fPIC", "-o", library, folder / f"{name}.c",
         f"-Wl,-soname,{library.name}", *options],
        check=True,
    )  # fmt: skip
    return library


@pytest.fixture
def libraries(tmp_path: Path) -> tuple[Path, Path]:
    """One that has two functions under a version, and one that is linked to it and uses one."""
    (tmp_path / "versions").write_text("CODEC_62 { global: encode; decode; };\n")
    codec = compiled(
        tmp_path, "codec", "int encode(void) { return 1; } int decode(void) { return 2; }",
        f"-Wl,--version-script,{tmp_path / 'versions'}",
    )  # fmt: skip
    user = compiled(
        tmp_path, "user",
        "int decode(void); int three(void) { return 3; } int two(void) { return decode(); }",
        str(codec), f"-Wl,-rpath,{tmp_path}",
    )  # fmt: skip
    return codec, user


@pytest.fixture
def call(libraries: tuple[Path, Path], tmp_path: Path) -> Callable[[str], str]:
    """Calls a function of the user in a process of its own; what that printed."""
    codec, user = libraries
    made = PARTS["stand_in"](codec, [user], tmp_path / "made")
    shutil.copyfile(made, codec)

    def called(name: str) -> str:
        script = f"import ctypes; print(ctypes.CDLL({str(user)!r}).{name}())"
        done = subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, check=False
        )
        return done.stdout + done.stderr

    return called


def test_what_is_linked_to_it_can_be_loaded_and_used(call: Callable[[str], str]) -> None:
    assert call("three") == "3\n"


def test_it_says_so_when_it_is_called(call: Callable[[str], str]) -> None:
    assert PARTS["CALLED"] in call("two")


def test_it_has_what_is_wanted_and_nothing_else(
    libraries: tuple[Path, Path], tmp_path: Path
) -> None:
    codec, user = libraries
    made = PARTS["stand_in"](codec, [user], tmp_path / "made")
    offered = PARTS["names"](made, defined=True)
    assert "decode" in offered
    assert "encode" not in offered
    assert PARTS["version_of"](made) == PARTS["version_of"](codec) == "CODEC_62"
    assert PARTS["is_stand_in"](made)
    assert not PARTS["is_stand_in"](codec)


def test_it_is_the_same_whenever_it_is_made(libraries: tuple[Path, Path], tmp_path: Path) -> None:
    codec, user = libraries
    made = [
        PARTS["stand_in"](codec, [user], tmp_path / name).read_bytes() for name in ("one", "other")
    ]
    assert made[0] == made[1]


def test_what_a_file_is_linked_to_is_read_from_itself(libraries: tuple[Path, Path]) -> None:
    codec, user = libraries
    assert codec.name in PARTS["linked_to"](user)
    assert PARTS["linked_to"](Path(__file__)) == set()
