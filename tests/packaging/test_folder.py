"""What lies in the packaged application, where one has been built (`make package`)."""

from __future__ import annotations

import json
import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CHECK = runpy.run_path(str(ROOT / "packaging" / "check_folder.py"))


@pytest.fixture(scope="module")
def folder() -> Path:
    path = ROOT / "dist" / "r1-omni"
    if not (path / "licences").is_dir():
        pytest.skip("no application has been packaged here: `make package`")
    return path


def _with(folder: Path, name: str, content: bytes = b"") -> Path:
    for path in (folder / name, folder / "licences" / "sbom.cdx.json"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


@pytest.mark.parametrize(
    "name",
    [
        "_internal/av.libs/libx264-d6533a8d.so.165",
        "_internal/torch/lib/libtorch_cpu.so",
        "_internal/_tkinter.cpython-311-x86_64-linux-gnu.so",
        "_internal/cv2/qt/plugins/platforms/libqxcb.so",
        "_internal/libreadline.so.8",
        "_internal/libdb-5.3.so",
    ],
)
def test_what_must_not_be_inside_is_found(name: str, tmp_path: Path) -> None:
    assert list(CHECK["complaints"](_with(tmp_path, name)))


def test_a_library_that_is_linked_to_a_gpl_one_is_found(tmp_path: Path) -> None:
    library = _with(tmp_path, "_internal/libavcodec.so.62", b"\0libx264.so.164\0")
    assert list(CHECK["complaints"](library))


def test_what_may_be_inside_passes(tmp_path: Path) -> None:
    library = _with(tmp_path, "_internal/libavcodec.so.62", b"\0libdav1d.so.6\0")
    assert list(CHECK["complaints"](library)) == []


def test_nothing_forbidden_is_packaged(folder: Path) -> None:
    assert list(CHECK["complaints"](folder)) == []


def test_the_bill_of_materials_lists_what_is_known_to_be_inside(folder: Path) -> None:
    bill = json.loads((folder / "licences" / "sbom.cdx.json").read_text(encoding="utf-8"))
    names = {part["name"] for part in bill["components"]}
    assert {"FFmpeg", "Qt", "Python", "numpy", "onnxruntime", "av"} <= names
    assert any(name.startswith("SmolLM2") for name in names)
    assert all(part["licenses"][0]["license"]["name"] for part in bill["components"])


def test_every_part_is_in_the_list_of_third_parties(folder: Path) -> None:
    parts = (folder / "licences" / "parts.md").read_text(encoding="utf-8")
    listed = (ROOT / "THIRD_PARTY.md").read_text(encoding="utf-8")
    assert [line for line in parts.splitlines() if line not in listed] == []
