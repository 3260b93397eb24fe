"""Who may import whom, asserted from the sources and from what really ends up in memory.

The import contracts in pyproject.toml say the same of whole chains of imports (`make lint`).
"""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("model", "training", "desktop")
TORCH_HALF = ("model.network", "training")

# Library -> the only modules (with everything below them) that may import it.
ALLOWED = {
    **dict.fromkeys(
        ("torch", "transformers", "trl", "peft", "accelerate", "datasets", "bitsandbytes"),
        TORCH_HALF,
    ),
    **dict.fromkeys(("pandas", "pyarrow", "sklearn", "matplotlib", "yaml", "soundfile"),
                    ("training",)),
    # `model` switches onnxruntime's usage events off before the first import of it.
    "onnxruntime": ("model",),
    **dict.fromkeys(("PySide6", "sounddevice"), ("desktop",)),
    "training": ("training",),
    "desktop": ("desktop",),
    "pickle": (),
}  # fmt: skip

RUNTIME_PROBE = """
import importlib, json, pkgutil, sys
blocked = json.loads(sys.argv[1])
for name in blocked:
    sys.modules[name] = None  # importing it raises ImportError
found = []
for package in ("model", "desktop"):
    found.append(package)
    for module in pkgutil.walk_packages(importlib.import_module(package).__path__, package + "."):
        if not (module.name + ".").startswith("model.network.") and ".__main__" not in module.name:
            importlib.import_module(module.name)
            found.append(module.name)
loaded = [name for name in blocked if sys.modules[name] is not None]
print(json.dumps({"modules": found, "loaded": loaded}))
"""


def module_name(path: Path) -> str:
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    return name.removesuffix(".__init__")


def sources() -> list[Path]:
    return sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


def imported_libraries(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: write the import from the package's root"
            yield str(node.module).partition(".")[0]


def is_within(module: str, parents: tuple[str, ...]) -> bool:
    return any((module + ".").startswith(parent + ".") for parent in parents)


@pytest.mark.parametrize("path", sources(), ids=module_name)
def test_every_module_imports_only_what_it_may(path: Path) -> None:
    module = module_name(path)
    forbidden = {
        library
        for library in imported_libraries(path)
        if library in ALLOWED and not is_within(module, ALLOWED[library])
    }
    assert not forbidden


def test_the_runtime_half_and_the_desktop_import_without_torch() -> None:
    torch_libraries = [name for name, where in ALLOWED.items() if where == TORCH_HALF]
    result = subprocess.run(
        [sys.executable, "-c", RUNTIME_PROBE, json.dumps([*torch_libraries, "training"])],
        capture_output=True, text=True, cwd=ROOT, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    answer = json.loads(result.stdout)
    assert answer["loaded"] == []
    assert {"model.media", "model.perception.face", "desktop.cli"} <= set(answer["modules"])


def connecting_classes() -> Iterator[tuple[str, list[str]]]:
    """Classes that connect methods of their own to signals, with their bases."""
    for path in [*(ROOT / "desktop" / "window").glob("*.py"), *(ROOT / "tests").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and ".connect(self." in ast.unparse(node):
                yield f"{path.name}: {node.name}", [ast.unparse(base) for base in node.bases]


def test_only_qobjects_connect_their_methods_to_signals() -> None:
    # A bound method of a plain object is freed once too often by PySide 6.11 when both die.
    qobjects = ("Panel", "Preview", "Q")
    plain = [name for name, bases in connecting_classes()
             if not any(base.startswith(qobjects) for base in bases)]  # fmt: skip
    assert plain == []


def test_help_needs_neither_onnxruntime_nor_media_libraries() -> None:
    heavy = ("onnxruntime", "cv2", "av", "ai_edge_litert", "torch")
    code = f"import sys, desktop.cli; print([n for n in {heavy} if n in sys.modules])"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert result.stdout.strip() == "[]"


def test_usage_events_of_onnxruntime_are_off_before_it_is_imported() -> None:
    code = (
        "import model, os, sys;"
        "assert 'onnxruntime' not in sys.modules;"
        "assert os.environ['ORT_DISABLE_TELEMETRY'] == '1'"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


@pytest.mark.parametrize("first", ["model", "training"])
def test_usage_events_of_trl_are_off_before_it_is_imported(first: str) -> None:
    code = (
        f"import {first}, sys;"
        "assert 'huggingface_hub' not in sys.modules;"
        "from huggingface_hub import constants;"
        "assert constants.HF_HUB_DISABLE_TELEMETRY"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


def test_the_packaging_folder_does_not_shadow_the_library() -> None:
    assert not (ROOT / "packaging" / "__init__.py").exists()


def test_run_time_requirements_hold_nothing_of_training() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = " ".join(project["dependencies"]).lower()
    for library in ("torch", "transformers", "pandas", "scipy", "pyside6"):
        assert library not in needed


def test_every_runtime_import_is_a_declared_requirement() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = " ".join(project["dependencies"] + project["optional-dependencies"]["desktop"])
    distributions = {"cv2": "opencv-python-headless", "ai_edge_litert": "ai-edge-litert"}
    own = {*PACKAGES, "__future__"} | sys.stdlib_module_names
    for path in sources():
        if is_within(module_name(path), TORCH_HALF):
            continue
        for library in set(imported_libraries(path)) - own:
            assert distributions.get(library, library) in declared, path
