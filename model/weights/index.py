"""Finding a wheel on the package index that pip is set up to use.

Many sites mirror PyPI; whoever has told pip so should not have to tell us. pip's environment
variables and configuration files are read directly, because neither a frozen application nor a uv
environment has pip. The index speaks the Simple API (PEP 503, PEP 691).
"""

from __future__ import annotations

import configparser
import json
import os
import re
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

PYPI = "https://pypi.org/simple"
ACCEPT = "application/vnd.pypi.simple.v1+json, text/html;q=0.5"


def index_urls() -> list[str]:
    """Addresses of the package indexes, the main one first; only those reached over HTTP."""
    main = pip_option("index-url") or PYPI
    extra = (pip_option("extra-index-url") or "").split()
    urls = (url.rstrip("/") for url in (main, *extra))
    return [url for url in urls if urlsplit(url).scheme in ("http", "https")]


def pip_option(name: str) -> str | None:
    """An option as pip would see it: environment first, then its files, the nearest one first."""
    value = os.environ.get("PIP_" + name.upper().replace("-", "_"))
    if value:
        return value
    for path in _configuration_files():
        parser = configparser.RawConfigParser(strict=False)
        try:
            parser.read(path, encoding="utf-8")
        except (configparser.Error, UnicodeDecodeError):
            continue  # a file pip itself would refuse; PyPI remains
        for section in ("install", "global"):
            value = parser.get(section, name, fallback="").strip()
            if value:
                return value
    return None


def _configuration_files() -> list[Path]:
    """Where pip looks, nearest first (pip's documentation, "Configuration files")."""
    named = os.environ.get("PIP_CONFIG_FILE")
    if named == os.devnull:
        return []
    home = Path.home()
    if sys.platform == "win32":
        roots = [Path(os.environ.get("APPDATA", home)), Path(os.environ.get("PROGRAMDATA", "C:/"))]
        found = [Path(sys.prefix, "pip.ini"), *(root / "pip" / "pip.ini" for root in roots)]
    else:
        user = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config")
        found = [Path(sys.prefix, "pip.conf"), user / "pip" / "pip.conf", home / ".pip/pip.conf"]
        if sys.platform == "darwin":
            support = Path("Library/Application Support/pip/pip.conf")
            found += [home / support, Path("/") / support]
        found += [Path("/etc/pip.conf"), Path("/etc/xdg/pip/pip.conf")]
    return ([Path(named)] if named else []) + found


def project_page(index: str, package: str) -> str:
    """Address of a project's page, its name normalised after PEP 503."""
    return f"{index}/{re.sub(r'[-_.]+', '-', package).lower()}/"


def find_file(page: bytes, page_url: str, file_name: str) -> str | None:
    """Address of a file named on a project's page, whether JSON (PEP 691) or HTML (PEP 503)."""
    text = page.decode("utf-8", "replace")
    links = _json_links(text) if text.lstrip().startswith("{") else _html_links(text)
    for link in links:
        url, _ = urldefrag(urljoin(page_url, link))
        if unquote(urlsplit(url).path).rpartition("/")[2] == file_name:
            return url
    return None


def _json_links(text: str) -> list[str]:
    try:
        return [str(entry["url"]) for entry in json.loads(text)["files"]]
    except (ValueError, KeyError, TypeError):
        return []


def _html_links(text: str) -> list[str]:
    parser = _Anchors()
    parser.feed(text)
    return parser.links


class _Anchors(HTMLParser):
    """Collects the targets of the page's links."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.links += [value for name, value in attrs if name == "href" and value]
