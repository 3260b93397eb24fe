"""A clip goes in, an emotion and a checked rationale come out: the real program on real files."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import wave
from pathlib import Path

import av
import numpy as np
import pytest

from model.bundle import Bundle
from model.labels import LABEL_SETS
from model.weights.download import sha256_of
from tests.end_to_end.conftest import SAMPLES, Run


def test_a_sample_clip_is_analysed_with_a_checked_rationale(cli: Run) -> None:
    done = cli("analyze", "--json", str(SAMPLES / "happy.mp4"))
    assert done.returncode == 0, done.stderr
    (line,) = done.stdout.splitlines()
    found = json.loads(line)
    assert set(found["probabilities"]) == set(LABEL_SETS["dfew"])
    assert sum(found["probabilities"].values()) == pytest.approx(1.0, abs=1e-5)
    assert found["emotion"] == max(found["probabilities"], key=found["probabilities"].get)
    assert found["rationale"]
    assert found["faces"] == 1
    assert {claim["verdict"] for claim in found["claims"]} <= {
        "supported", "contradicted", "unmeasurable",
    }  # fmt: skip


def test_the_same_clip_gives_the_same_answer_twice(cli: Run) -> None:
    first, second = (
        json.loads(cli("analyze", "--json", str(SAMPLES / "sad.mp4")).stdout) for _ in range(2)
    )
    first.pop("timings_ms"), second.pop("timings_ms")
    assert first == second


def test_without_the_picture_nothing_is_said_of_the_face(cli: Run) -> None:
    done = cli("analyze", "--json", "--modality", "voice", str(SAMPLES / "happy.mp4"))
    found = json.loads(done.stdout)
    assert found["contribution"]["face"] == 0.0
    assert found["faces"] == 0


def test_a_direct_answer_has_no_rationale(cli: Run) -> None:
    done = cli("analyze", "--json", "--direct", str(SAMPLES / "happy.mp4"))
    found = json.loads(done.stdout)
    assert found["rationale"] == ""
    assert found["claims"] == []


def _bad_files(folder: Path) -> dict[str, Path]:
    sample = (SAMPLES / "happy.mp4").read_bytes()
    files = {name: folder / name for name in ("text.mp4", "empty.mp4", "cut.mp4", "silent.wav")}
    files["text.mp4"].write_text("this is not a film\n" * 50)
    files["empty.mp4"].write_bytes(b"")
    files["cut.mp4"].write_bytes(sample[: len(sample) // 2])
    _write_wave(files["silent.wav"], np.zeros(32000), 16000)
    files["missing.mp4"] = folder / "missing.mp4"
    files["folder"] = folder / "folder"
    files["folder"].mkdir()
    files["dot.mp4"] = folder / "dot.mp4"
    _write_dot(files["dot.mp4"])
    return files


def _write_wave(path: Path, samples: np.ndarray, rate: int, channels: int = 1) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())


def _write_dot(path: Path) -> None:
    """A film of 2 × 2 pixels, the smallest that the codec can hold."""
    with av.open(str(path), "w") as file:
        stream = file.add_stream("mpeg4", rate=10)
        stream.width = stream.height = 2
        stream.pix_fmt = "yuv420p"
        for _ in range(10):
            frame = av.VideoFrame.from_ndarray(np.zeros((2, 2, 3), np.uint8), "rgb24")
            file.mux(stream.encode(frame))
        file.mux(stream.encode())


def test_each_bad_file_gets_one_sentence_and_the_exit_code_is_2(cli: Run, tmp_path: Path) -> None:
    files = _bad_files(tmp_path)
    done = cli("analyze", "--json", "--direct", *map(str, files.values()))
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    for name, path in files.items():
        lines = [line for line in done.stderr.splitlines() if str(path) in line]
        assert len(lines) == 1, f"{name}: {done.stderr}"
    assert len(done.stderr.splitlines()) == len(files), done.stderr
    assert done.stdout == ""


def test_a_good_file_between_bad_ones_is_still_analysed(cli: Run, tmp_path: Path) -> None:
    missing = str(tmp_path / "missing.mp4")
    done = cli("analyze", "--json", "--direct", missing, str(SAMPLES / "angry.mp4"), missing)
    assert done.returncode == 2
    assert len(done.stdout.splitlines()) == 1


@pytest.fixture
def tampered(bundle_folder: Path, tmp_path: Path) -> Path:
    """A copy of the bundle, where a cache has it, with one bit of one file turned over."""
    copy = tmp_path / "bundles" / bundle_folder.name
    shutil.copytree(bundle_folder, copy)
    path = copy / "projector_voice.onnx"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    return copy


def test_a_tampered_bundle_of_ones_own_is_refused_in_one_sentence(cli: Run, tampered: Path) -> None:
    done = cli("--bundle", str(tampered), "analyze", str(SAMPLES / "happy.mp4"))
    assert (done.returncode, done.stdout) == (2, "")
    assert f"{tampered}, which R1_OMNI_BUNDLE or --bundle names" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_bundle_whose_weights_lie_elsewhere_is_refused_in_one_sentence(
    cli: Run, bundle_folder: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "bundle"
    shutil.copytree(bundle_folder, folder)
    (folder / "decoder.onnx.data").rename(tmp_path / "decoder.onnx.d")
    graph = (folder / "decoder.onnx").read_bytes()
    graph = graph.replace(b"decoder.onnx.data", b"../decoder.onnx.d")  # as long: it stays a graph
    (folder / "decoder.onnx").write_bytes(graph)
    (folder / "decoder.onnx.data").write_bytes(b"")
    bundle = Bundle.load(folder)
    files = {
        name: dataclasses.replace(
            file, sha256=sha256_of(folder / name), size_bytes=(folder / name).stat().st_size
        )
        for name, file in bundle.files.items()
    }
    dataclasses.replace(bundle, files=files).save()
    done = cli("--bundle", str(folder), "analyze", str(SAMPLES / "happy.mp4"))
    assert (done.returncode, done.stdout) == (2, "")
    assert f"{folder}: cannot be loaded (" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_tampered_bundle_in_the_cache_is_assembled_anew(
    cli: Run, bundle_folder: Path, tampered: Path
) -> None:
    components = os.environ.get("R1_OMNI_COMPONENTS") or str(
        bundle_folder.parents[1] / "components"
    )
    if not Path(components).is_dir():
        pytest.skip(f"the public parts of the model are not in {components}")
    done = cli(
        "analyze", "--direct", str(SAMPLES / "happy.mp4"),
        R1_OMNI_CACHE=str(tampered.parents[1]), R1_OMNI_COMPONENTS=components,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert f"{tampered} is damaged" in done.stderr
    name = "projector_voice.onnx"
    assert (tampered / name).read_bytes() == (bundle_folder / name).read_bytes()


def test_analysing_writes_nothing_into_the_home_folder(
    cli: Run, bundle_folder: Path, tmp_path: Path
) -> None:
    done = cli(
        "analyze", "--json", "--direct", str(SAMPLES / "happy.mp4"),
        HOME=str(tmp_path), XDG_CACHE_HOME=str(tmp_path / "cache"),
        R1_OMNI_CACHE=str(bundle_folder.parents[1]), PYTHONDONTWRITEBYTECODE="1",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert [str(path) for path in tmp_path.rglob("*")] == []
