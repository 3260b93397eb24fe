"""Whisper's encoder out of a CTranslate2 `model.bin`, read with numpy alone.

The file is a list of named arrays followed by a list of aliases. Layout (little-endian), from
CTranslate2's `specs/model_spec.py`: u32 version; string specification; u32 revision; u32 count;
then per array: string name, u8 rank, u32 per dimension, u8 type, u32 bytes, data. A string is a
u16 length, with its closing NUL counted, and the text.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.errors import BundleError
from model.sentence import QT_TRANSLATE_NOOP

_VERSION = 6
_DTYPES = ("<f4", "i1", "<i2", "<i4", "<f2")

FloatArray = NDArray[np.float32]


@dataclass(frozen=True)
class WhisperEncoder:
    """The encoder half of a Whisper model.

    Attributes:
        heads: attention heads of each layer.
        layers: number of layers kept.
        tensors: float32 arrays under the names of transformers' `WhisperEncoder.state_dict()`:
            conv1.weight (D, 80, 3), embed_positions.weight (1500, D), layers.0.fc1.weight (4D, D)…
            Key projections have no bias.
    """

    heads: int
    layers: int
    tensors: dict[str, FloatArray]

    @property
    def width(self) -> int:
        """Size D of one frame."""
        return len(self.tensors["conv1.bias"])


def read_whisper_encoder(path: Path | str, layers: int | None = None) -> WhisperEncoder:
    """Reads the encoder, or only its first `layers` layers.

    Raises:
        BundleError: the file cannot be read or is no CTranslate2 Whisper model.
        ValueError: the file has fewer layers than asked for.
    """
    path = Path(path)
    try:
        variables = _read_variables(path)
        available = sum(
            name.startswith("encoder/layer_") and name.endswith("/ffn/linear_0/weight")
            for name in variables
        )
        heads = int(variables["encoder/num_heads"])
    except OSError as error:
        text = QT_TRANSLATE_NOOP(
            "errors", "{path} cannot be read ({fault}); fetch the components again."
        )
        raise BundleError(text, path=path, fault=str(error)) from error
    except (struct.error, IndexError, KeyError, ValueError) as error:
        raise BundleError(
            QT_TRANSLATE_NOOP(
                "errors",
                "{path} is not a CTranslate2 Whisper model this program can read ({fault}); "
                "delete it and fetch the components again.",
            ),
            path=path, fault=str(error),
        ) from error  # fmt: skip
    layers = available if layers is None else layers
    if not 0 <= layers <= available:
        raise ValueError(f"{layers} layers asked for, {path.name} has {available}")
    return WhisperEncoder(heads, layers, _encoder_tensors(variables, layers))


def _read_variables(path: Path) -> dict[str, NDArray[Any]]:
    data = np.memmap(path, dtype=np.uint8, mode="r")
    at = 0

    def number(code: str) -> int:
        nonlocal at
        (value,) = struct.unpack_from("<" + code, data.data, at)
        at += struct.calcsize("<" + code)
        return int(value)

    def take(size: int) -> NDArray[np.uint8]:
        nonlocal at
        if at + size > len(data):
            raise ValueError("it is cut short")
        start, at = at, at + size
        return data[start:at]

    def text() -> str:
        return take(number("H")).tobytes().rstrip(b"\0").decode()

    version, specification = number("I"), text()
    if (version, specification) != (_VERSION, "WhisperSpec"):
        raise ValueError(f"it is a {specification[:40]!r} of version {version}")
    number("I")  # revision
    variables = {}
    for _ in range(number("I")):
        name = text()
        shape = [number("I") for _ in range(number("B"))]
        dtype = _DTYPES[number("B")]
        raw = take(number("I"))
        # Arrays start at odd offsets; a view of the map would be unaligned, so copy.
        variables[name] = np.frombuffer(raw.tobytes(), dtype).reshape(shape)
    return variables


def _encoder_tensors(variables: dict[str, NDArray[Any]], layers: int) -> dict[str, FloatArray]:
    tensors: dict[str, FloatArray] = {}

    def get(name: str) -> FloatArray:
        return variables[f"encoder/{name}"].astype(np.float32)

    def copy(target: str, source: str, weight: str = "weight", bias: str = "bias") -> None:
        tensors[f"{target}.weight"] = get(f"{source}/{weight}")
        tensors[f"{target}.bias"] = get(f"{source}/{bias}")

    copy("conv1", "conv1")
    copy("conv2", "conv2")
    copy("layer_norm", "layer_norm", "gamma", "beta")
    tensors["embed_positions.weight"] = get("position_encodings/encodings")
    for layer in range(layers):
        ours, theirs = f"layers.{layer}", f"layer_{layer}"
        copy(f"{ours}.self_attn_layer_norm", f"{theirs}/self_attention/layer_norm", "gamma", "beta")
        copy(f"{ours}.final_layer_norm", f"{theirs}/ffn/layer_norm", "gamma", "beta")
        copy(f"{ours}.self_attn.out_proj", f"{theirs}/self_attention/linear_1")
        copy(f"{ours}.fc1", f"{theirs}/ffn/linear_0")
        copy(f"{ours}.fc2", f"{theirs}/ffn/linear_1")
        weights = np.split(get(f"{theirs}/self_attention/linear_0/weight"), 3)
        biases = np.split(get(f"{theirs}/self_attention/linear_0/bias"), 3)
        for part, weight, bias in zip("qkv", weights, biases, strict=True):
            tensors[f"{ours}.self_attn.{part}_proj.weight"] = weight
            if part != "k":  # Whisper's keys have none; CTranslate2 stores zeros
                tensors[f"{ours}.self_attn.{part}_proj.bias"] = bias
    return tensors
