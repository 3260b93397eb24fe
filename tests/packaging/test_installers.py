"""The files that installers are made from, as far as they can be looked at on any machine."""

from __future__ import annotations

import ast
import plistlib
import re
import runpy
import shutil
import stat
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml

from model import __version__
from model.media.source import DEMUXERS

ROOT = Path(__file__).parents[2]
PACKAGING = ROOT / "packaging"
SCRIPTS = [
    path
    for path in sorted(PACKAGING.rglob("*"))
    if path.is_file() and path.read_bytes().startswith(b"#!/bin/sh")
]


def test_packaging_does_not_shadow_the_library_of_that_name() -> None:
    assert not (PACKAGING / "__init__.py").exists()


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_every_script_can_be_run_and_parses(path: Path) -> None:
    assert path.stat().st_mode & stat.S_IXUSR
    subprocess.run(["sh", "-n", str(path)], check=True)


def test_the_specification_is_python_and_names_the_version_nowhere() -> None:
    text = (ROOT / "build.spec").read_text(encoding="utf-8")
    ast.parse(text)
    assert __version__ not in text


def test_macos_asks_for_camera_and_microphone_with_a_reason() -> None:
    plist = plistlib.loads((PACKAGING / "macos" / "Info.plist").read_bytes())
    assert plist["NSCameraUsageDescription"]
    assert plist["NSMicrophoneUsageDescription"]
    rights = plistlib.loads((PACKAGING / "macos" / "entitlements.plist").read_bytes())
    assert rights["com.apple.security.device.camera"] is True
    assert rights["com.apple.security.device.audio-input"] is True
    assert not any("network" in name for name in rights)


def test_windows_gets_its_version_from_the_one_place() -> None:
    script = runpy.run_path(str(PACKAGING / "windows" / "version_resource.py"))
    assert f'"FileVersion", "{__version__}"' in script["resource"](__version__)
    setup = (PACKAGING / "windows" / "r1-omni.iss").read_text(encoding="utf-8")
    assert "AppVersion={#Version}" in setup
    assert __version__ not in setup.partition("[Setup]")[2]


def test_the_setup_script_names_files_that_are_there_or_are_built() -> None:
    setup = (PACKAGING / "windows" / "r1-omni.iss").read_text(encoding="utf-8")
    for name in re.findall(r"^(?:LicenseFile|SetupIconFile)=(.+)$", setup, re.MULTILINE):
        assert (ROOT / name.replace("\\", "/")).is_file(), name
    spec = (ROOT / "build.spec").read_text(encoding="utf-8")
    assert all(f'"{name}"' in spec for name in set(re.findall(r"(r1-omni-window)\.exe", setup)))


def test_the_menu_entry_opens_recordings() -> None:
    entry = (PACKAGING / "linux" / "r1-omni.desktop").read_text(encoding="utf-8")
    assert "Exec=r1-omni open %F\n" in entry
    assert "video/mp4" in entry
    assert "audio/x-wav" in entry
    if shutil.which("desktop-file-validate"):
        path = str(PACKAGING / "linux" / "r1-omni.desktop")
        subprocess.run(["desktop-file-validate", path], check=True)


def test_the_metadata_launch_the_menu_entry() -> None:
    root = ElementTree.parse(PACKAGING / "linux" / "io.github.r1_omni.metainfo.xml").getroot()
    assert root.findtext("launchable") == "r1-omni.desktop"
    release = root.find("releases/release")
    assert release is not None
    assert release.get("version") == "@VERSION@"


def test_the_workflow_builds_and_tests_three_systems() -> None:
    text = (ROOT / ".github" / "workflows" / "release.yml").read_text(encoding="utf-8")
    jobs = yaml.safe_load(text)["jobs"]
    assert {"linux", "macos", "windows", "distributions", "release"} == set(jobs)
    for system in ("macos", "windows"):
        commands = " ".join(str(step.get("run", "")) for step in jobs[system]["steps"])
        assert "--self-test" in commands
    for named in re.findall(r"packaging/[-\w/.]+", text):
        assert (ROOT / named).exists(), named


def test_what_is_compiled_has_no_gpl_part() -> None:
    script = (PACKAGING / "build-media").read_text(encoding="utf-8")
    assert "--enable-gpl" not in script
    assert "--enable-nonfree" not in script
    assert "libx26" not in script.partition("set -eu")[2]


def compiled(kind: str) -> set[str]:
    """What `build-media` lists under a name."""
    script = (PACKAGING / "build-media").read_text(encoding="utf-8")
    lines = re.findall(rf"^ *{kind}=(?:\${kind},)?(\S+)$", script, re.MULTILINE)
    return {name for line in lines for name in line.split(",")}


def test_every_container_that_is_let_in_is_compiled() -> None:
    # FFmpeg has other names for them where it is compiled; mp4 and webm are read by another's.
    names = {"mpeg": "mpegps", "jpeg_pipe": "image_jpeg_pipe", "png_pipe": "image_png_pipe"}
    let_in = set(DEMUXERS.split(",")) - {"mp4", "webm"}
    assert {names.get(name, name) for name in let_in} <= compiled("DEMUXERS")


def test_pictures_of_a_program_stream_are_told_apart_where_little_is_compiled() -> None:
    assert {"mpegps", "mpegvideo", "m4v", "h264", "mp3", "aac"} <= compiled("DEMUXERS")


def test_what_those_containers_are_for_is_compiled() -> None:
    assert {"mpeg1video", "mpeg2video", "wmv1", "wmv2", "wmv3", "vc1", "h263"} <= compiled(
        "PICTURES"
    )
    assert {"wmav1", "wmav2", "wmapro", "wmavoice", "wmalossless"} <= compiled("SOUNDS")
    assert {"mp2float", "ac3", "pcm_dvd", "alac", "amrnb", "amrwb", "adpcm_ima_qt"} <= compiled(
        "SOUNDS"
    )


def test_what_is_compiled_can_keep_a_recording() -> None:
    script = (PACKAGING / "build-media").read_text(encoding="utf-8")
    film = (ROOT / "desktop" / "sessions" / "film.py").read_text(encoding="utf-8")
    codecs = re.search(r'_VIDEO, _AUDIO = "(\w+)", "(\w+)"', film)
    muxer = re.search(r'"w", format="(\w+)"', film)
    assert codecs is not None
    assert muxer is not None
    assert f"--enable-encoder={codecs[1]},{codecs[2]} --enable-muxer={muxer[1]}" in script
