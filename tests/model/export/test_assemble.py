"""A bundle is assembled whole or not at all, from parts that stand in for the public ones."""

from __future__ import annotations

import dataclasses
import errno
import json
import shutil
from pathlib import Path
from threading import Event, Thread
from types import SimpleNamespace

import numpy as np
import onnx
import pytest
from onnx import numpy_helper
from safetensors.numpy import save_file

from model.baseline import NORMS_PATH
from model.bundle import MANIFEST, NEEDED_FILES, Bundle
from model.errors import BundleError, ConfigError
from model.export import assemble as module
from model.export.assemble import (
    Parts,
    assemble,
    bundle_folder,
    default_bundle,
    free_folder,
    lora_pairs,
    under,
)
from model.export.long_graph import PARTS
from model.layout import CUE_COUNTS, MODALITIES, STEP_COUNTS
from model.processing import MediaInputs
from model.release_info import CODES_FILE, DECIDING, DRAFTS_FILE, FILES, PEAKS_FILE, Release
from model.runtime.eight_bit import CHECK_GRAPH, LONG_GRAPH, LONG_TABLE
from model.runtime.responder import Responder
from model.weights.codes import grid_tensors, pack_changes, settled_matrices
from model.weights.download import sha256_of
from model.weights.gguf import GgufFile
from model.weights.grid import GridTensor

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

from model.network.face_encoder import FaceEncoder  # noqa: E402
from model.network.projector import Projector  # noqa: E402

from ..tiny_tokenizer import tiny_gguf_metadata  # noqa: E402
from .tiny_decoder import SHAPE, make_tiny_decoder  # noqa: E402

STAGE = {
    "version": "tiny", "classes": ["happy", "sad"], "levels": [1], "lora_rank": 4,
    "lora_alpha": 8, "temperature": 1.5, "unsure_below": 0.4,
}  # fmt: skip
LLAMA = {
    "general.architecture": "llama",
    "llama.block_count": SHAPE.layers,
    "llama.embedding_length": SHAPE.hidden_size,
    "llama.feed_forward_length": SHAPE.intermediate_size,
    "llama.attention.head_count": SHAPE.heads,
    "llama.attention.head_count_kv": SHAPE.kv_heads,
    "llama.context_length": SHAPE.max_positions,
    "llama.rope.freq_base": SHAPE.rope_theta,
    "llama.attention.layer_norm_rms_epsilon": SHAPE.rms_norm_eps,
}


def arrays(module: torch.nn.Module) -> dict[str, np.ndarray]:
    return {name: value.numpy() for name, value in module.state_dict().items()}


def tiny_adapter() -> dict[str, np.ndarray]:
    """LoRA pairs, projectors and absent embeddings by the names that training saves."""
    tensors = {
        "model.absent.weight": np.ones((2, SHAPE.hidden_size), np.float32),
        "model.fused.weight": np.ones((SHAPE.hidden_size, 2), np.float32),
    }
    for name, (a, b, _) in make_tiny_decoder().lora.items():
        tensors[f"model.language_model.{name}.lora_A.weight"] = a
        tensors[f"model.language_model.{name}.lora_B.weight"] = b
    for m in MODALITIES:
        projector = Projector(
            6, 10, STEP_COUNTS[m], CUE_COUNTS[m], hidden=16, classes=2,
            tokens_width=SHAPE.hidden_size, scale=0.3,
        )  # fmt: skip
        tensors |= {f"model.projectors.{m}.{n}": v for n, v in arrays(projector).items()}
    return tensors


def save_drafts(folder: Path) -> None:
    table = {"keys": np.uint32, "tokens": np.uint16, "shares": np.uint8}
    save_file({name: np.zeros(1, dtype) for name, dtype in table.items()}, folder / DRAFTS_FILE)


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    folder: Path = tmp_path_factory.mktemp("release")
    torch.manual_seed(0)
    save_file(tiny_adapter(), folder / "adapter.safetensors")
    save_file(arrays(FaceEncoder()), folder / "face_encoder.safetensors")
    save_file({}, folder / "statistics.safetensors")
    (folder / "norms.json").write_bytes(NORMS_PATH.read_bytes())
    (folder / "stage.json").write_text(json.dumps(STAGE))
    assert all((folder / name).is_file() for name in FILES)
    return Release.load(folder)


@pytest.fixture(scope="module")
def speech_encoder() -> SimpleNamespace:
    config = transformers.WhisperConfig(
        d_model=64, encoder_layers=1, encoder_attention_heads=1, encoder_ffn_dim=64,
        decoder_layers=1, decoder_attention_heads=1, decoder_ffn_dim=64, vocab_size=64,
        decoder_start_token_id=0, pad_token_id=0, bos_token_id=0, eos_token_id=0,
    )  # fmt: skip
    return SimpleNamespace(tensors=arrays(transformers.WhisperModel(config)))


@pytest.fixture
def parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, speech_encoder) -> Parts:
    """Files of the right names; what would be read from two of them is given directly."""
    weights = {
        name: tensor.dequantise() if isinstance(tensor, GridTensor) else tensor
        for name, tensor in make_tiny_decoder().base.items()
    }
    gguf = GgufFile(tiny_gguf_metadata() | LLAMA, weights)
    monkeypatch.setattr(module, "read_language_model", lambda path: gguf)
    monkeypatch.setattr(module, "read_whisper_encoder", lambda path, layers: speech_encoder)
    paths = [tmp_path / name for name in ("llm.gguf", "model.bin", "face.task")]
    for path in paths:
        path.write_bytes(b"public")
    return Parts(*paths)


def silent(stage: str) -> None:
    """Nobody is told."""


def test_an_assembled_bundle_is_whole_and_answers(parts, release, tmp_path: Path) -> None:
    told: list[str] = []
    bundle = assemble(parts, release, tmp_path / "bundle", told.append)
    bundle.verify()
    assert told == ["language model", "encoders"]
    assert bundle.files.keys() == NEEDED_FILES
    assert {path.name for path in bundle.folder.iterdir()} == NEEDED_FILES | {"bundle.json"}
    assert (bundle.model_version, bundle.levels, bundle.temperature) == ("tiny", [1], 1.5)
    assert bundle.files["tokenizer.json"].licence != bundle.files["projector_face.onnx"].licence
    assert not (tmp_path / "bundle.building").exists()
    assert bundle.made_of == {name: sha256_of(release.folder / name) for name in bundle.made_of}
    assert set(DECIDING) - bundle.made_of.keys() == {"codes.zlib"}

    rng = np.random.default_rng(0)
    shapes = (STEP_COUNTS["voice"], 6), (10,), (CUE_COUNTS["voice"], 3)
    media = MediaInputs(*(rng.normal(size=shape).astype(np.float32) for shape in shapes))
    answer = Responder(bundle, threads=1).respond({"voice": media}, ["happy", "sad"], direct=True)
    assert np.exp(answer.whole).sum() == pytest.approx(1.0)


def test_a_settled_release_has_its_codes_and_no_lora_beside(parts, release, tmp_path: Path) -> None:
    folder = shutil.copytree(release.folder, tmp_path / "release")
    adapter = {name: value for name, value in tiny_adapter().items() if "lora_" not in name}
    save_file(adapter, folder / "adapter.safetensors")
    grids = settled_matrices(grid_tensors(module.read_language_model(parts.language_model)))
    changes = {name: np.zeros(grid.dequantise().shape, np.int8) for name, grid in grids.items()}
    name = min(changes)
    row = grids[name].q[1].ravel()
    changes[name][1] = np.where(row < 15, 1, -1)
    (folder / CODES_FILE).write_bytes(pack_changes(changes))
    settled = Release.load(folder)
    assert settled.fingerprint != release.fingerprint
    bundle = assemble(parts, settled, tmp_path / "bundle", silent)
    decoder = onnx.load(bundle.path("decoder.onnx"))
    assert not any(node.op_type == "MatMul" for node in decoder.graph.node)
    packed = {
        array.tobytes()
        for array in map(numpy_helper.to_array, decoder.graph.initializer)
        if array.dtype == np.uint8
    }
    moved = dataclasses.replace(
        grids[name], q=grids[name].q + changes[name].reshape(grids[name].q.shape).astype(np.uint8)
    )
    assert any(moved.packed().tobytes() in one for one in packed)
    assert not any(grids[name].packed().tobytes() in one for one in packed)


def test_the_table_of_drafts_is_taken_along(parts, release, tmp_path: Path) -> None:
    folder = shutil.copytree(release.folder, tmp_path / "release")
    save_drafts(folder)
    with_table = Release.load(folder)
    assert with_table.fingerprint != release.fingerprint
    bundle = assemble(parts, with_table, tmp_path / "bundle", silent)
    assert bundle.files.keys() == NEEDED_FILES | {DRAFTS_FILE}
    assert bundle.path(DRAFTS_FILE).read_bytes() == (folder / DRAFTS_FILE).read_bytes()


def test_peaks_bring_the_form_for_long_runs(parts, release, tmp_path: Path) -> None:
    folder = shutil.copytree(release.folder, tmp_path / "release")
    inner = {"down": SHAPE.intermediate_size}
    peaks = {
        f"{layer}.{part}": np.ones(inner.get(part, SHAPE.hidden_size), np.float16)
        for layer in range(SHAPE.layers)
        for part in PARTS
    }
    save_file(peaks, folder / PEAKS_FILE)
    bundle = assemble(parts, Release.load(folder), tmp_path / "bundle", silent)
    assert bundle.files.keys() == NEEDED_FILES | {LONG_GRAPH, LONG_TABLE, CHECK_GRAPH}
    bundle.verify()


def test_an_interrupted_assembly_leaves_no_bundle_and_the_next_one_succeeds(
    parts, release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*arguments: object) -> None:
        raise KeyboardInterrupt

    folder = tmp_path / "bundle"
    with monkeypatch.context() as patch:
        patch.setattr(module, "_encoders", interrupted)
        with pytest.raises(KeyboardInterrupt):
            assemble(parts, release, folder, silent)
    assert not folder.exists()
    assert not (tmp_path / "bundle.building").exists()  # 70 MB
    assemble(parts, release, folder, silent).verify()
    assert not (tmp_path / "bundle.building").exists()


def test_an_earlier_bundle_stays_until_the_new_one_is_whole(
    parts, release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "bundle"
    folder.mkdir()
    (folder / "bundle.json").write_text("the old one")

    def full(*arguments: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(module, "_language_model", full)
    with pytest.raises(BundleError, match="no space left") as error:
        assemble(parts, release, folder, silent)
    assert "180 MB" in str(error.value)
    assert (folder / "bundle.json").read_text() == "the old one"


def test_without_room_for_all_of_it_nothing_is_begun(
    parts, release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=module.NEEDED_BYTES)
    monkeypatch.setattr("model.weights.download.shutil.disk_usage", lambda folder: usage)
    told: list[str] = []
    with pytest.raises(BundleError, match="180 MB"):
        assemble(parts, release, tmp_path / "bundle", told.append)
    assert told == []
    assert not list(tmp_path.glob("bundle*"))


def test_only_a_bundle_is_replaced(parts, release, tmp_path: Path) -> None:
    folder, neighbour = tmp_path / "bundles" / "one", tmp_path / "bundles" / "thesis.txt"
    assert free_folder(folder) == folder
    assemble(parts, release, free_folder(folder), silent)
    neighbour.write_text("years of work")
    (folder / "left over").write_text("of the old bundle")
    newer = dataclasses.replace(release, version="newer")
    assemble(parts, newer, free_folder(folder), silent).verify()
    assert Bundle.load(folder).model_version == "newer"
    assert not (folder / "left over").exists()
    assert neighbour.read_text() == "years of work"
    assert {path.name for path in folder.parent.iterdir()} == {"one", "thesis.txt"}


def test_what_is_no_bundle_is_never_written_over(release, tmp_path: Path) -> None:
    full, file = tmp_path / "full", tmp_path / "file"
    full.mkdir()
    (full / "thesis.txt").write_text("years of work")
    file.write_text("years of work")
    stage = shutil.copytree(release.folder, tmp_path / "stage")
    for taken in (stage, full, file, tmp_path):
        with pytest.raises(ConfigError, match="other than a bundle") as error:
            free_folder(taken)
        assert str(taken) in str(error.value)


def test_where_we_are_is_known_by_its_whole_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`assemble` builds beside the folder, which "." alone does not tell."""
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    assert free_folder(Path(".")) == here
    assert free_folder(Path("new")) == here / "new"
    (here / "thesis.txt").write_text("years of work")
    with pytest.raises(ConfigError, match="other than a bundle"):
        free_folder(Path("."))
    (here / MANIFEST).write_text("{}")
    assert free_folder(Path(".")) == here


def test_a_folder_that_cannot_be_written_is_told(parts, release, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(BundleError, match="cannot be written") as error:
        assemble(parts, release, tmp_path / "file" / "bundle", silent)
    assert "R1_OMNI_CACHE" in str(error.value)


@pytest.mark.parametrize("name", [*(name for name in FILES if name != "stage.json"), DRAFTS_FILE])
def test_damaged_trained_parts_are_told(parts, release, tmp_path: Path, name: str) -> None:
    folder = shutil.copytree(release.folder, tmp_path / "release")
    save_drafts(folder)
    path = folder / name
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    damaged = Release.load(folder)
    with pytest.raises(BundleError, match=rf"{name}: missing or damaged; name a folder"):
        assemble(parts, damaged, tmp_path / "bundle", silent)
    assert not (tmp_path / "bundle").exists()


@pytest.fixture
def nothing_assembled(parts, release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with the public parts and an empty cache, before the first start."""
    monkeypatch.setenv("R1_OMNI_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(module, "RELEASE_FOLDER", release.folder)
    monkeypatch.setattr(module, "public_parts", lambda progress: parts)


@pytest.mark.usefixtures("nothing_assembled")
def test_the_default_bundle_is_assembled_once(release) -> None:
    told: list[str] = []
    first = default_bundle(say=told.append)
    assert first.folder == bundle_folder(release)
    assert default_bundle(say=told.append) == first
    assert len(told) == 2
    default_bundle(say=told.append, again=True).verify()
    assert len(told) == 4


@pytest.mark.usefixtures("nothing_assembled")
@pytest.mark.parametrize("name", ["norms.json", MANIFEST])
def test_a_damaged_bundle_in_the_cache_is_assembled_anew(name: str) -> None:
    default_bundle().path(name).write_text("{}")
    told: list[str] = []
    default_bundle(say=told.append).verify()
    assert "damaged" in told[0]
    assert told[1:] == ["language model", "encoders"]


@pytest.mark.usefixtures("nothing_assembled")
def test_of_two_first_starts_one_waits_and_takes_what_the_other_has_assembled() -> None:
    waiting = Event()
    heard: list[str] = []

    def second_says(stage: str) -> None:
        heard.append(stage)
        waiting.set()

    def first_says(stage: str) -> None:
        if stage == "encoders":
            second.start()
            assert waiting.wait(10)

    found: list[Bundle] = []
    second = Thread(target=lambda: found.append(default_bundle(say=second_says)))
    first = default_bundle(say=first_says)
    second.join(10)
    assert found == [first]
    assert heard == ["waiting for another r1-omni"]
    first.verify()
    assert [path.name for path in first.folder.parent.iterdir()] == [first.folder.name]


def test_a_bundle_of_ones_own_is_taken_instead(
    parts, release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "RELEASE_FOLDER", tmp_path)  # where nothing is
    own = assemble(parts, release, tmp_path / "own", silent)
    monkeypatch.setenv("R1_OMNI_BUNDLE", str(own.folder))
    assert default_bundle() == own
    with pytest.raises(BundleError, match="no complete stage"):
        default_bundle(again=True)  # that one is no business of the user's own
    own.path("norms.json").write_text("{}")
    with pytest.raises(BundleError, match=r"own, which R1_OMNI_BUNDLE .* is no bundle"):
        default_bundle()


def test_a_tree_without_trained_parts_tells_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "RELEASE_FOLDER", tmp_path)
    with pytest.raises(BundleError, match="no complete stage"):
        default_bundle()


def test_lora_pairs_go_by_their_linear() -> None:
    a, b = np.ones((4, 8), np.float16), np.zeros((16, 4), np.float16)
    name = "model.language_model.layers.0.self_attn.q_proj"
    pairs = lora_pairs(
        {f"{name}.lora_A.weight": a, f"{name}.lora_B.weight": b, "model.absent.weight": a}, 2.0
    )
    assert pairs.keys() == {"layers.0.self_attn.q_proj"}
    got_a, got_b, scale = pairs["layers.0.self_attn.q_proj"]
    assert (got_a.shape, got_b.shape, scale) == ((4, 8), (16, 4), 2.0)
    assert got_a.dtype == got_b.dtype == np.float32


def test_tensors_under_a_prefix() -> None:
    tensors = {"model.absent.weight": np.ones(2, np.float16), "model.other": np.ones(3)}
    found = under(tensors, "model.absent.")
    assert found.keys() == {"weight"}
    assert found["weight"].dtype == np.float32
    with pytest.raises(BundleError, match=r"lacks model\.projectors\.face"):
        under(tensors, "model.projectors.face.")
