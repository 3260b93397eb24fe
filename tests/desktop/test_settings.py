"""Settings survive a restart, and a damaged file costs no more than its damaged parts."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from desktop.settings import NO_DEVICE, Settings, load_settings, save_settings
from model.labels import LABEL_SETS

CHOSEN = Settings(
    consented=1, camera="Front “HD”", microphone=NO_DEVICE, label_set="mafw", baseline="none",
    box=False, mirrored=False, threads=2, language="de", geometry="AdnQ",
    page="files", dividers={"live/top": "AAAA"}, folder="/media",
)  # fmt: skip


def test_what_was_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "new folder" / "settings.json"
    save_settings(CHOSEN, path)
    assert load_settings(path) == CHOSEN
    assert CHOSEN.labels == LABEL_SETS["mafw"]
    assert [file.name for file in path.parent.iterdir()] == ["settings.json"]


@pytest.mark.parametrize(
    "text", [b"", b"{", b"[1]", b"null", b'"words"', b"\xff\xfe", b'{"box": nope}']
)
def test_a_damaged_file_gives_the_defaults(tmp_path: Path, text: bytes) -> None:
    path = tmp_path / "settings.json"
    path.write_bytes(text)
    assert load_settings(path) == Settings()


@pytest.mark.parametrize(
    ("baseline", "live", "file"),
    [
        ("none", "none", "none"),
        ("running", "running", "running"),
        ("recording", "running", "recording"),
    ],
)
def test_live_nothing_can_be_compared_with_what_is_to_come(
    baseline: str, live: str, file: str
) -> None:
    settings = Settings(baseline=baseline, label_set="mafw")
    assert (settings.options.baseline, settings.file_options.baseline) == (live, file)
    assert settings.options.labels == settings.file_options.labels == LABEL_SETS["mafw"]


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps files of a user from others")
def test_nobody_else_may_read_the_settings(tmp_path: Path) -> None:
    path = tmp_path / "r1-omni" / "settings.json"
    save_settings(Settings(microphone="Ann's phone"), path)
    path.with_suffix(".tmp").write_text("half of it")  # of a run that was killed
    path.with_suffix(".tmp").chmod(0o644)
    save_settings(Settings(microphone="Ann's phone"), path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_a_missing_file_gives_the_defaults(tmp_path: Path) -> None:
    assert load_settings(tmp_path / "settings.json") == Settings()
    assert load_settings(tmp_path) == Settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("consented", True), ("consented", "1"), ("box", 1), ("box", None), ("camera", 0),
        ("threads", 1.5), ("label_set", "no such set"), ("baseline", "neutral"), ("colour", "red"),
        ("dividers", {"live/top": 3}), ("dividers", "live"), ("threads", -1), ("threads", 10_000),
    ],
)  # fmt: skip
def test_a_value_that_makes_no_sense_has_its_default(
    tmp_path: Path, name: str, value: object
) -> None:
    path = tmp_path / "settings.json"
    path.write_text(json.dumps({"language": "fr", name: value}))
    assert load_settings(path) == Settings(language="fr")


def test_what_cannot_be_written_leaves_the_file_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "settings.json"
    save_settings(CHOSEN, path)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        save_settings(Settings(), path)
    assert load_settings(path) == CHOSEN
