"""Recipes: one YAML file → one frozen dataclass; overrides win, unknown keys are errors."""

from __future__ import annotations

import dataclasses
import difflib
import typing
from pathlib import Path
from typing import Any, TypeVar

import yaml

from model.errors import ConfigError

Recipe = TypeVar("Recipe")


def load_recipe(kind: type[Recipe], path: Path, overrides: list[str] | None = None) -> Recipe:
    """Read `path` as a `kind` and apply overrides written `key=value` (values in YAML).

    Raises:
        ConfigError: the file is missing or not YAML, a key is unknown, a value has the wrong type.
    """
    try:
        values = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ConfigError(f"{path}: cannot be read as a recipe ({error}).") from error
    if not isinstance(values, dict):
        raise ConfigError(f"{path}: a recipe is a list of `key: value` lines.")
    for override in overrides or []:
        key, separator, value = override.partition("=")
        if not separator:
            raise ConfigError(f"override `{override}`: write it as key=value.")
        try:
            values[key] = yaml.safe_load(value)
        except yaml.YAMLError as error:
            raise ConfigError(f"override `{override}`: its value is not YAML.") from error
    return _build(kind, values, str(path))


def _build(kind: type[Recipe], values: dict[str, Any], where: str) -> Recipe:
    types = typing.get_type_hints(kind)
    for key in values:
        if key not in types:
            near = difflib.get_close_matches(str(key), types, n=1)
            hint = f"; did you mean `{near[0]}`" if near else ""
            raise ConfigError(f"{where}: unknown key `{key}`{hint}.")
    missing = [
        field.name
        for field in dataclasses.fields(kind)  # type: ignore[arg-type]
        if field.default is dataclasses.MISSING
        and field.default_factory is dataclasses.MISSING
        and field.name not in values
    ]
    if missing:
        raise ConfigError(f"{where}: `{missing[0]}` is required.")
    return kind(
        **{key: _convert(types[key], value, f"{where}: `{key}`") for key, value in values.items()}
    )


def _convert(expected: Any, value: Any, where: str) -> Any:
    origin, arguments = typing.get_origin(expected), typing.get_args(expected)
    if origin is tuple and isinstance(value, list):
        return tuple(_convert(arguments[0], item, where) for item in value)
    if origin is dict and isinstance(value, dict):
        return {
            _convert(arguments[0], key, where): _convert(arguments[1], item, f"{where}: `{key}`")
            for key, item in value.items()
        }
    if origin is typing.Literal and value in arguments:
        return value
    if type(None) in arguments:
        return None if value is None else _convert(arguments[0], value, where)
    if expected is float and isinstance(value, (int, str)) and not isinstance(value, bool):
        # YAML 1.1 reads 1e-4 as text
        try:
            return float(value)
        except ValueError:
            pass
    if (isinstance(expected, type) and isinstance(value, expected) and type(value) is not bool) or (
        expected is bool and isinstance(value, bool)
    ):
        return value
    wanted = getattr(expected, "__name__", expected)
    if origin is typing.Literal:
        wanted = " or ".join(arguments)
    raise ConfigError(f"{where} should be {wanted}, not {value!r}.")
