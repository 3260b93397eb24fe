"""What lies in the packaged application, where one has been built (`make package`)."""

from __future__ import annotations

import json
import re
import runpy
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
CHECK = runpy.run_path(str(ROOT / "packaging" / "check_folder.py"))


@pytest.fixture(scope="module")
def folder() -> Path:
    path = ROOT / "dist" / "r1-omni"
    if not (path / "licences").is_dir():
        pytest.skip("no application has been packaged here: `make package`")
    return path


def _with(folder: Path, name: str, content: bytes = b"", licence: str = "MIT") -> Path:
    part = {"name": "part", "licenses": [{"expression": licence}]}
    bill = json.dumps({"components": [part]}).encode()
    for path, written in ((name, content), ("licences/sbom.cdx.json", bill)):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(written)
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


@pytest.mark.parametrize(
    "licence", ["GPL-2.0-or-later", "MIT AND GPL-3.0-only", "AGPL-3.0-only", "see its text"]
)
def test_a_licence_that_must_not_be_inside_is_found(licence: str, tmp_path: Path) -> None:
    assert list(CHECK["complaints"](_with(tmp_path, "_internal/x.so", licence=licence)))


@pytest.mark.parametrize(
    "licence",
    [
        "LGPL-3.0-only",
        "GPL-3.0-or-later WITH GCC-exception-3.1",
        "GPL-2.0-or-later WITH Bootloader-exception",
    ],
)
def test_a_licence_that_may_be_inside_passes(licence: str, tmp_path: Path) -> None:
    assert list(CHECK["complaints"](_with(tmp_path, "_internal/x.so", licence=licence))) == []


def test_a_folder_that_is_too_large_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(CHECK["complaints"].__globals__, "MOST_BYTES", 10)
    assert list(CHECK["complaints"](_with(tmp_path, "_internal/x.so", b"eleven bytes")))


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
    texts = {path.name for path in (folder / "licences").iterdir() if path.is_dir()}
    assert names <= texts


def test_every_library_that_is_asked_for_is_inside(folder: Path) -> None:
    bill = json.loads((folder / "licences" / "sbom.cdx.json").read_text(encoding="utf-8"))
    inside = {part["name"].replace("_", "-") for part in bill["components"]}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    stated = [*project["dependencies"], *project["optional-dependencies"]["desktop"]]
    # The bundle lies in it assembled, so that nothing needs `onnx`.
    assert {Requirement(text).name for text in stated} - {"onnx"} <= inside


def test_the_list_of_third_parties_is_what_is_inside(folder: Path) -> None:
    parts = (folder / "licences" / "parts.md").read_text(encoding="utf-8")
    listed = (ROOT / "THIRD_PARTY.md").read_text(encoding="utf-8")
    assert listed.endswith(parts)


@pytest.mark.parametrize(
    ("part", "licence", "said"),
    [
        ("PySide6_Essentials", "LGPL-3.0-only", "PySide6 (LGPL 3)"),
        ("onnxruntime", "MIT", "onnxruntime (MIT)"),
        ("ai-edge-litert", "Apache-2.0", "LiteRT (Apache 2.0)"),
        ("opencv-python-headless", "Apache-2.0", "OpenCV (Apache 2.0)"),
        ("FFmpeg", "LGPL-2.1-or-later", "FFmpeg (LGPL 2.1)"),
        ("av", "BSD-3-Clause", "PyAV (BSD 3"),
    ],
)
def test_the_dialog_about_it_says_what_is_inside(
    folder: Path, part: str, licence: str, said: str
) -> None:
    bill = json.loads((folder / "licences" / "sbom.cdx.json").read_text(encoding="utf-8"))
    found = {entry["name"]: entry["licenses"][0]["expression"] for entry in bill["components"]}
    assert found[part] == licence
    source = (ROOT / "desktop" / "window" / "about.py").read_text(encoding="utf-8")
    assert said in re.sub(r'"\s+"', "", source)


def test_the_application_finds_what_the_sources_find(
    folder: Path, bundle_folder: Path, tmp_path: Path
) -> None:
    clip, golden = ROOT / "tests" / "samples" / "happy.mp4", tmp_path / "golden.jsonl"
    with golden.open("wb") as file:
        command = [sys.executable, "-m", "desktop.cli", "analyze", "--json", str(clip)]
        subprocess.run(command, cwd=ROOT, stdout=file, check=True)
    picture = tmp_path / "window.png"
    done = subprocess.run(
        [folder / "r1-omni", "--self-test", clip, "--screenshot", picture, "--expected", golden],
        env={"QT_QPA_PLATFORM": "offscreen", "HOME": str(tmp_path), "LANG": "C.UTF-8"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert picture.stat().st_size > 10_000
