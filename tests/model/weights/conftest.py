"""Small files in the public formats, and a package index that misbehaves on request."""

from __future__ import annotations

import os
import struct
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest


def _string(text: str) -> bytes:
    return struct.pack("<Q", len(text.encode())) + text.encode()


def _value(value: Any) -> bytes:
    """Type number and bytes of a metadata value."""
    if isinstance(value, str):
        return struct.pack("<I", 8) + _string(value)
    if isinstance(value, float):
        return struct.pack("<If", 6, value)
    if isinstance(value, int):
        return struct.pack("<II", 4, value)
    items = [_value(item) for item in value]
    return (
        struct.pack("<I", 9)
        + items[0][:4]
        + struct.pack("<Q", len(items))
        + b"".join(item[4:] for item in items)
    )


@pytest.fixture
def write_gguf() -> Callable[..., Path]:
    """Writes metadata and tensors (name -> shape, format number, bytes) as GGUF version 3."""

    def write(
        path: Path, metadata: dict[str, Any], tensors: dict[str, tuple[tuple[int, ...], int, bytes]]
    ) -> Path:
        header = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(metadata))
        for key, value in metadata.items():
            header += _string(key) + _value(value)
        data = b""
        for name, (shape, kind, raw) in tensors.items():
            header += _string(name) + struct.pack("<I", len(shape))
            header += struct.pack(f"<{len(shape)}Q", *reversed(shape))
            header += struct.pack("<IQ", kind, len(data))
            data += raw + b"\0" * (-len(raw) % 32)
        path.write_bytes(header + b"\0" * (-len(header) % 32) + data)
        return path

    return write


@pytest.fixture
def llama_metadata() -> dict[str, Any]:
    """Header of a decoder with two heads, one of them for keys and values, and four words."""
    return {
        "general.architecture": "llama",
        "llama.block_count": 1,
        "llama.embedding_length": 32,
        "llama.feed_forward_length": 64,
        "llama.attention.head_count": 4,
        "llama.attention.head_count_kv": 2,
        "llama.context_length": 128,
        "llama.rope.freq_base": 100_000.0,
        "llama.attention.layer_norm_rms_epsilon": 1e-5,
        "tokenizer.ggml.tokens": ["a", "b", "c", "d"],
    }


@pytest.fixture
def write_whisper() -> Callable[..., Path]:
    """Writes named arrays as a CTranslate2 Whisper model."""

    def write(
        path: Path, arrays: dict[str, np.ndarray], specification: str = "WhisperSpec"
    ) -> Path:
        def text(value: str) -> bytes:
            return struct.pack("<H", len(value) + 1) + value.encode() + b"\0"

        numbers = {"float32": 0, "int16": 2, "float16": 4}
        data = struct.pack("<I", 6) + text(specification) + struct.pack("<II", 3, len(arrays))
        for name, array in arrays.items():
            data += text(name) + struct.pack("<B", array.ndim)
            data += struct.pack(f"<{array.ndim}I", *array.shape)
            data += struct.pack("<BI", numbers[array.dtype.name], array.nbytes) + array.tobytes()
        path.write_bytes(data + struct.pack("<I", 0))
        return path

    return write


@dataclass
class Server:
    """A web server on this machine.

    Attributes:
        url: its address.
        files: path -> what it serves there.
        cut_after: path -> bytes after which the next answer breaks off.
        moved: path -> the address that it leads on to.
        ignores_ranges: whether it always sends files whole.
        requests: what was asked of it: path and the value of Range.
        headers: the headers of the last request.
    """

    url: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    cut_after: dict[str, int] = field(default_factory=dict)
    moved: dict[str, str] = field(default_factory=dict)
    ignores_ranges: bool = False
    requests: list[tuple[str, str]] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)


def _handler(server: Server) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            wanted = self.headers.get("Range", "")
            server.requests.append((self.path, wanted))
            server.headers = dict(self.headers)
            if self.path in server.moved:
                self.send_response(302)
                self.send_header("Location", server.moved[self.path])
                self.end_headers()
                return
            if self.path not in server.files:
                self.send_error(404)
                return
            content = server.files[self.path]
            start = 0
            if wanted and not server.ignores_ranges:
                start = int(wanted.removeprefix("bytes=").rstrip("-"))
                self.send_response(206)
                end = len(content) - 1
                self.send_header("Content-Range", f"bytes {start}-{end}/{len(content)}")
            else:
                self.send_response(200)
            self.send_header("Content-Length", str(len(content) - start))
            self.end_headers()
            cut = server.cut_after.pop(self.path, len(content))
            self.wfile.write(content[start : start + cut])

        def log_message(self, format: str, *args: object) -> None:
            """Keeps the test output clean."""

    return Handler


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """The server, and pip set up to use it as the only index."""
    for name in [name for name in os.environ if name.startswith(("PIP_", "R1_OMNI_"))]:
        monkeypatch.delenv(name)
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    state = Server()
    with ThreadingHTTPServer(("127.0.0.1", 0), _handler(state)) as listening:
        state.url = f"http://127.0.0.1:{listening.server_port}"
        monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
        monkeypatch.setenv("PIP_INDEX_URL", f"{state.url}/simple")
        thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield state
        listening.shutdown()
        thread.join()
