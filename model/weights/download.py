"""One file over HTTP: resumed where it stopped, bounded in size, checked by its sha256."""

from __future__ import annotations

import base64
import contextlib
import errno
import hashlib
import http.client
import shutil
import ssl
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.error import HTTPError, URLError
from urllib.parse import unquote, urlsplit, urlunsplit

from model.errors import BundleError
from model.sentence import QT_TRANSLATE_NOOP, Sentence, SentenceError
from model.weights.index import pip_option

CONNECT_TIMEOUT_S = 5.0
READ_TIMEOUT_S = 30.0
CHUNK_BYTES = 1 << 20
_SPARE_BYTES = 1 << 20
_PAGE_BYTES = 32 << 20  # no index page is larger


class SourceError(SentenceError):
    """This source did not work; the next one may."""


@dataclass(frozen=True)
class Target:
    """The bytes wanted.

    Attributes:
        path: where they are to lie once they are complete and correct.
        sha256: their hash.
        size_bytes: their number.
    """

    path: Path
    sha256: str
    size_bytes: int

    @property
    def part(self) -> Path:
        """The unfinished file; the hash in its name keeps versions apart."""
        return self.path.with_name(f"{self.path.name}.{self.sha256[:8]}.part")


def download(url: str, target: Target, report: Callable[[int], None]) -> None:
    """Fetches `url` into `target.path`, going on from an earlier attempt.

    Args:
        url: an http or https address; a name and password in it are sent as basic authorisation.
        target: the bytes wanted.
        report: told the number of bytes present, again and again.

    Raises:
        SourceError: the address cannot be reached or serves something else.
        BundleError: the disk is full or cannot be written.
    """
    resumed = target.part.is_file() and target.part.stat().st_size > 0
    _complete(url, target, report)
    if sha256_of(target.part) != target.sha256:
        target.part.unlink()
        if resumed:  # what the earlier attempt left may have been the damaged half
            download(url, target, report)
            return
        raise SourceError(
            QT_TRANSLATE_NOOP(
                "errors", "what {url} sent does not have the expected sha256 and was deleted"
            ),
            url=_shown(url),
        )
    with storage(target.path):
        target.part.replace(target.path)


def read_page(url: str, accept: str) -> tuple[bytes, str]:
    """A small page and the address it came from in the end; raises SourceError."""
    with _open(url, {"Accept": accept}) as response:
        return _read(response, url, _PAGE_BYTES), response.url


def sha256_of(path: Path) -> str:
    """Hash of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check_space(folder: Path, needed_bytes: int, what: str) -> None:
    """Raises BundleError when the disk has no room for that many bytes."""
    if shutil.disk_usage(folder).free < needed_bytes + _SPARE_BYTES:
        raise _no_space(folder, needed_bytes, what)


@contextlib.contextmanager
def storage(path: Path, needed_bytes: int = 0) -> Iterator[None]:
    """Turns a disk that is full or cannot be written into a BundleError."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise _no_space(path.parent, needed_bytes, path.name) from error
        raise BundleError(
            QT_TRANSLATE_NOOP(
                "errors",
                "{folder} cannot be written ({fault}); make it writable, or set R1_OMNI_CACHE to "
                "a folder that is.",
            ),
            folder=path.parent, fault=error.strerror,
        ) from error  # fmt: skip


@contextlib.contextmanager
def written(path: Path, mode: str, needed_bytes: int) -> Iterator[IO[bytes]]:
    """A file that is written and closed.

    Raises:
        BundleError: it cannot be opened, or what was still in a buffer finds no room.
    """
    with storage(path, needed_bytes):
        file: IO[bytes] = path.open(mode)
    try:
        yield file
    finally:
        with storage(path, needed_bytes):
            file.close()


def _no_space(folder: Path, needed_bytes: int, what: str) -> BundleError:
    megabytes = -(-needed_bytes // 1_000_000)
    need = QT_TRANSLATE_NOOP("errors", "the disk of {folder} is full")
    if megabytes:
        need = QT_TRANSLATE_NOOP("errors", "it needs {megabytes} MB in {folder}")
    return BundleError(
        QT_TRANSLATE_NOOP(
            "errors",
            "There is no space left for {what}: {need}; free some, or set R1_OMNI_CACHE to a "
            "folder on another disk.",
        ),
        what=what, need=Sentence(need, megabytes=megabytes, folder=folder),
    )  # fmt: skip


def _complete(url: str, target: Target, report: Callable[[int], None]) -> None:
    """Fills the part to its full size, asking again as long as each answer brings it further."""
    have = _present(target)
    report(have)
    while have < target.size_bytes:
        before = have
        have = _continue(url, target, have, report)
        if have <= before:
            text = QT_TRANSLATE_NOOP("errors", "{url} stopped after {have} of {all} bytes")
            raise SourceError(text, url=_shown(url), have=have, all=target.size_bytes)


def _present(target: Target) -> int:
    """Bytes of the part so far; one that is too long is no good and goes."""
    size = target.part.stat().st_size if target.part.is_file() else 0
    if size > target.size_bytes:
        target.part.unlink()
        return 0
    return size


def _continue(url: str, target: Target, have: int, report: Callable[[int], None]) -> int:
    """One request for what is missing; returns how much there is when it ends."""
    with _open(url, {"Range": f"bytes={have}-"} if have else {}) as response:
        if have and not response.headers.get("Content-Range", "").startswith(f"bytes {have}-"):
            have = 0  # the server sends the whole file again
        with written(target.part, "ab" if have else "wb", target.size_bytes - have) as file:
            return _copy(response, url, file, target, have, report)


def _copy(
    response: http.client.HTTPResponse,
    url: str,
    file: IO[bytes],
    target: Target,
    have: int,
    report: Callable[[int], None],
) -> int:
    with contextlib.suppress(_Cut):
        while chunk := _read(response, url, CHUNK_BYTES, cut=True):
            have += len(chunk)
            if have > target.size_bytes:
                file.close()
                target.part.unlink()
                text = QT_TRANSLATE_NOOP("errors", "{url} sends more than the expected bytes")
                raise SourceError(text, url=_shown(url))
            with storage(target.part, target.size_bytes - have):
                file.write(chunk)
            report(have)
    return have


class _Cut(Exception):
    """The connection broke in the middle of an answer."""


def _read(response: http.client.HTTPResponse, url: str, size: int, *, cut: bool = False) -> bytes:
    try:
        return response.read(size)
    except (OSError, http.client.HTTPException) as error:
        if cut:
            raise _Cut from error
        text = QT_TRANSLATE_NOOP("errors", "{url} broke off ({fault})")
        raise SourceError(text, url=_shown(url), fault=str(error)) from error


def _open(url: str, headers: dict[str, str]) -> http.client.HTTPResponse:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https"):
        text = QT_TRANSLATE_NOOP("errors", "{url} is not a web address")
        raise SourceError(text, url=_shown(url))
    host = parts.netloc.rpartition("@")[2]
    request = urllib.request.Request(
        urlunsplit(parts._replace(netloc=host)),
        headers={"User-Agent": "r1-omni", "Accept-Encoding": "identity", **headers},
    )
    if parts.username:
        pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        token = base64.b64encode(pair.encode()).decode()
        # Unredirected: a redirect to another host must not carry the password there.
        request.add_unredirected_header("Authorization", f"Basic {token}")
    opener = urllib.request.build_opener(_Http(), _Https(), _Redirects())
    try:
        response: http.client.HTTPResponse = opener.open(request, timeout=CONNECT_TIMEOUT_S)
    except HTTPError as error:
        error.close()
        text = QT_TRANSLATE_NOOP("errors", "{url} answers {code} {reason}")
        raise SourceError(text, url=_shown(url), code=error.code, reason=error.reason) from error
    except URLError as error:
        raise _unreachable(url, error.reason) from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise _unreachable(url, error) from error
    return response


def _unreachable(url: str, fault: object) -> SourceError:
    text = QT_TRANSLATE_NOOP("errors", "{url} cannot be reached ({fault})")
    return SourceError(text, url=_shown(url), fault=str(fault))


def _shown(url: str) -> str:
    """The address without a password that may stand in it."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


class _HttpConnection(http.client.HTTPConnection):
    """Impatient while it connects, patient once data flows."""

    def connect(self) -> None:
        super().connect()
        self.sock.settimeout(READ_TIMEOUT_S)


class _HttpsConnection(http.client.HTTPSConnection):
    """The same, encrypted."""

    def connect(self) -> None:
        super().connect()
        self.sock.settimeout(READ_TIMEOUT_S)


class _Http(urllib.request.HTTPHandler):
    def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(_HttpConnection, req)


class _Https(urllib.request.HTTPSHandler):
    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        context = ssl.create_default_context(cafile=pip_option("cert"))
        return self.do_open(_HttpsConnection, req, context=context)


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Leads on, but never from an encrypted address to one that others on the way can read."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        if req.type == "https" and urlsplit(newurl).scheme != "https":
            raise URLError("it leads on to an address that is not encrypted")
        return super().redirect_request(req, fp, code, msg, headers, newurl)
