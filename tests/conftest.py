"""What every test shares: the same draws on every run, and the places of real media."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

from model.export import assemble
from model.release_info import RELEASE_FOLDER, Release
from model.weights.fetch import cache_dir
from model.weights.sources import COMPONENTS

settings.register_profile("reproducible", derandomize=True, deadline=None, max_examples=50)
settings.load_profile("reproducible")


def pytest_collection_finish() -> None:
    """Collections pass over what was imported, which took most of the time of a window's test."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def data_root() -> Path:
    """Folder of real faces and voices; tests that need it are skipped where it is absent."""
    root = os.environ.get("R1_OMNI_DATA")
    if not root:
        pytest.skip("needs real data: set R1_OMNI_DATA to its folder")
    return Path(root)


@pytest.fixture(scope="session")
def samples() -> list[Path]:
    """The clips that the repository ships."""
    folder = Path(__file__).parent / "samples"
    return sorted(path for path in folder.iterdir() if path.suffix in {".mp4", ".wav"})


@pytest.fixture(scope="session")
def bundle_folder() -> Path:
    """The assembled default model; tests that need it are skipped where it is absent."""
    folder = assemble.bundle_folder(Release.load(RELEASE_FOLDER))
    if not (folder / "bundle.json").is_file():
        pytest.skip("the default model is not assembled here: `python -m model assemble`")
    return folder


@pytest.fixture(scope="session")
def real_component() -> Callable[[str], Path]:
    """Path of a fetched component; skips the test where it is absent."""

    def find(file_name: str) -> Path:
        assert file_name in {part.file_name for part in COMPONENTS}
        folders = [cache_dir() / "components"]
        if os.environ.get("R1_OMNI_COMPONENTS"):
            folders.insert(0, Path(os.environ["R1_OMNI_COMPONENTS"]))
        for folder in folders:
            if (folder / file_name).is_file():
                return folder / file_name
        pytest.skip(f"needs {file_name}: run `r1-omni analyze` once, or set R1_OMNI_COMPONENTS")

    return find
