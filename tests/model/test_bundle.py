"""A bundle is what its manifest says, or a sentence tells what is wrong with it."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from model import bundle as bundle_module
from model.bundle import FORMAT, MANIFEST, NEEDED_FILES, Bundle, BundleFile, label_sets
from model.errors import BundleError
from model.labels import LABEL_SETS
from model.weights.download import sha256_of


@pytest.fixture
def bundle(tmp_path: Path) -> Bundle:
    """A bundle of small files, its manifest written."""
    files = {}
    contents = dict.fromkeys(NEEDED_FILES, b"") | {
        "decoder.onnx": b"graph",
        "tokenizer.json": b"{}",
    }
    for name, content in contents.items():
        path = tmp_path / name
        path.write_bytes(content)
        files[name] = BundleFile(sha256_of(path), len(content), "Apache-2.0", "here")
    made = Bundle(
        folder=tmp_path, files=files, model_version="nano", classes=["happy", "sad"],
        label_sets=label_sets(), temperature=1.5, unsure_below=0.4, levels=[1, 2],
        versions={"numpy": "2"},
    )  # fmt: skip
    made.save()
    return made


def told(error: pytest.ExceptionInfo[BundleError]) -> str:
    """The message, which is one sentence."""
    text = str(error.value)
    assert "\n" not in text
    assert text.endswith(".")
    return text


def test_a_saved_bundle_is_the_same_and_whole(bundle: Bundle) -> None:
    again = Bundle.load(bundle.folder)
    assert again == bundle
    again.verify()
    assert again.size_bytes == 7
    assert again.path("decoder.onnx").read_bytes() == b"graph"
    assert [path.name for path in sorted(bundle.folder.iterdir())] == [
        *sorted({MANIFEST, *NEEDED_FILES})
    ]


def test_the_manifest_holds_every_label_set() -> None:
    assert {name: tuple(labels) for name, labels in label_sets().items()} == LABEL_SETS


def test_the_manifest_names_no_folder_of_this_machine(bundle: Bundle) -> None:
    assert str(bundle.folder) not in bundle.path(MANIFEST).read_text()


@pytest.mark.parametrize("content", [b"grapH", b"graph and more", b""])
def test_a_changed_file_is_noticed(bundle: Bundle, content: bytes) -> None:
    bundle.path("decoder.onnx").write_bytes(content)
    with pytest.raises(BundleError) as error:
        Bundle.load(bundle.folder).verify()
    assert "decoder.onnx: changed" in told(error)


def test_a_missing_file_is_noticed(bundle: Bundle) -> None:
    bundle.path("tokenizer.json").unlink()
    with pytest.raises(BundleError) as error:
        bundle.verify()
    assert "tokenizer.json: missing" in told(error)
    assert "python -m model export" in told(error)


def test_a_file_that_nobody_may_read_is_told(
    bundle: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(path: Path) -> str:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(bundle_module, "sha256_of", denied)
    with pytest.raises(BundleError, match=r"cannot be read \(Permission denied\); name another"):
        bundle.verify()


def test_another_format_is_refused(bundle: Bundle) -> None:
    path = bundle.path(MANIFEST)
    path.write_text(json.dumps({**json.loads(path.read_text()), "format": 99}))
    with pytest.raises(BundleError) as error:
        Bundle.load(bundle.folder)
    assert "another version" in told(error)


def test_no_bundle_at_all(tmp_path: Path) -> None:
    with pytest.raises(BundleError) as error:
        Bundle.load(tmp_path / "nowhere")
    assert "no usable model" in told(error)


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '"text"', "{}", '{"format": N}', '{"format": N, "files": []}',
     '{"format": N, "files": {"a": 1}}', '{"format": N, "files": {}, "colour": 1}', "[" * 100_000],
    ids=lambda text: text[:40],
)  # fmt: skip
def test_a_damaged_manifest_is_told_in_a_sentence(tmp_path: Path, text: str) -> None:
    (tmp_path / MANIFEST).write_text(text.replace("N", str(FORMAT)))
    with pytest.raises(BundleError) as error:
        Bundle.load(tmp_path)
    assert "no usable model" in told(error)


@pytest.mark.parametrize(
    "change",
    [{"temperature": None}, {"temperature": "1.5"}, {"temperature": 0}, {"unsure_below": "half"},
     {"levels": "12"}, {"levels": [1.5]}, {"levels": None}, {"classes": [1]}, {"files": {}},
     {"versions": []}, {"label_sets": {"all": None}}, {"model_version": 1}],
    ids=str,
)  # fmt: skip
def test_a_manifest_with_a_value_that_cannot_be_is_damaged(
    bundle: Bundle, change: dict[str, object]
) -> None:
    path = bundle.path(MANIFEST)
    path.write_text(json.dumps({**json.loads(path.read_text()), **change}))
    with pytest.raises(BundleError, match="no usable model"):
        Bundle.load(bundle.folder)


def test_a_file_that_nothing_runs_without_is_listed(bundle: Bundle) -> None:
    files = {name: file for name, file in bundle.files.items() if name != "whisper.onnx"}
    dataclasses.replace(bundle, files=files).save()
    with pytest.raises(BundleError, match="no usable model"):
        Bundle.load(bundle.folder)


@pytest.mark.parametrize("name", ["../norms.json", "/etc/hostname", "..\\norms.json", "D:norms"])
def test_a_manifest_names_nothing_outside_its_folder(bundle: Bundle, name: str) -> None:
    one = bundle.files["norms.json"]
    dataclasses.replace(bundle, files={**bundle.files, name: one}).save()
    with pytest.raises(BundleError, match="no usable model"):
        Bundle.load(bundle.folder)


@pytest.mark.parametrize("fault", [RuntimeError("[Fail] : bad graph.\nmore"), MemoryError()])
def test_what_a_library_has_against_a_file_is_told_in_a_sentence(
    bundle: Bundle, fault: Exception
) -> None:
    with pytest.raises(BundleError) as error, bundle.loading():
        raise fault
    assert "cannot be loaded (" in told(error)
    assert "python -m model export" in told(error)
