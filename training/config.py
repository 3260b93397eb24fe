"""Recipes: one YAML file → one frozen dataclass; overrides win, unknown keys are errors.

A field's type says what it may be: `Literal` words and numbers in a range (`Positive`, `Share`, …),
each by itself or in a list.
"""

from __future__ import annotations

import dataclasses
import difflib
import os
import typing
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, TypeVar

import yaml

from model.errors import ConfigError

Recipe = TypeVar("Recipe")


@dataclass(frozen=True)
class Rule:
    """What a value of the right type must be, too: `wanted` completes "should be …"."""

    wanted: str
    holds: Callable[[Any], bool]


LARGEST = 2**31 - 1
"""Of what is counted or seeds something: torch and numpy take no larger ones everywhere."""
NOT_TOO_LARGE = Rule(f"at most {LARGEST}", lambda number: number <= LARGEST)
Positive = Annotated[int, Rule("at least 1", lambda number: number >= 1), NOT_TOO_LARGE]
NotNegative = Annotated[int, Rule("at least 0", lambda number: number >= 0), NOT_TOO_LARGE]
Several = Annotated[int, Rule("at least 2", lambda number: number >= 2), NOT_TOO_LARGE]
Amount = Annotated[float, Rule("at least 0", lambda number: 0 <= number < float("inf"))]
Share = Annotated[float, Rule("between 0 and 1", lambda number: 0 <= number <= 1)]
FOLDERS = ("output", "results")
"""Keys that name, in whatever recipe, a folder to be written."""
ABOVE_ZERO = Rule("above 0", lambda number: 0 < number < float("inf"))
FILLED = Rule("at least one value", bool)


def load_recipe(kind: type[Recipe], path: Path, overrides: list[str] | None = None) -> Recipe:
    """Read `path` as a `kind` and apply overrides written `key=value` (values in YAML).

    Raises:
        ConfigError: the file is missing or not YAML, a key is unknown or there twice, a value has
            the wrong type or breaks a `Rule`, or where a folder is to be written there is a file,
            or nothing may be written.
    """
    try:
        values = _read(path.read_text(encoding="utf-8"), str(path)) or {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ConfigError(f"{path}: cannot be read as a recipe ({error}).") from error
    if not isinstance(values, dict):
        raise ConfigError(f"{path}: a recipe is a list of `key: value` lines.")
    for override in overrides or []:
        key, separator, value = override.partition("=")
        if not separator:
            raise ConfigError(f"override `{override}`: write it as key=value.")
        try:
            values[key] = _read(value, f"override `{override}`")
        except yaml.YAMLError as error:
            raise ConfigError(
                f"override `{override}`: its value is not YAML; blanks and brackets want to be "
                f"within quotes ('{key}=…')."
            ) from error
    recipe = _build(kind, values, str(path))
    for key in FOLDERS:
        if key in vars(recipe):
            _check_folder(Path(vars(recipe)[key]), key)
    return recipe


def _read(text: str, where: str) -> Any:
    """What a YAML text says; of a key that is there twice nobody would know which holds."""
    root = yaml.compose(text, yaml.SafeLoader)
    nodes: list[Any] = [root]
    if isinstance(root, yaml.MappingNode):
        nodes += [value for _, value in root.value]
    for node in nodes:
        if isinstance(node, yaml.MappingNode):
            keys = [key.value for key, _ in node.value]
            if twice := [key for key in keys if keys.count(key) > 1]:
                raise ConfigError(f"{where}: `{twice[0]}` is there twice; leave one out.")
    return yaml.safe_load(text)


def _check_folder(folder: Path, key: str) -> None:
    """Before hours of work, not after them."""
    for path in (folder, *folder.parents):
        if path.is_file():
            raise ConfigError(f"{path}: is a file; name a folder with {key}=….")
    there = next((path for path in (folder, *folder.parents) if path.is_dir()), Path())
    if not os.access(there, os.W_OK):
        raise ConfigError(f"{there}: may not be written to; name another folder with {key}=….")


def _build(kind: type[Recipe], values: dict[str, Any], where: str) -> Recipe:
    types = typing.get_type_hints(kind, include_extras=True)
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
        raise ConfigError(f"{where}: `{missing[0]}` is required; give it, as in {missing[0]}=….")
    return kind(**{key: _convert(types[key], value, where, key) for key, value in values.items()})


def _convert(expected: Any, value: Any, where: str, key: str) -> Any:
    """`value` as an `expected`; `where` and `key` name it in errors."""
    origin, arguments = typing.get_origin(expected), typing.get_args(expected)
    if origin is Annotated:
        found = _convert(arguments[0], value, where, key)
        for rule in arguments[1:]:
            if not rule.holds(found):
                raise ConfigError(f"{where}: `{key}` should be {rule.wanted}, not {value!r}.")
        return found
    if origin is tuple and isinstance(value, list):
        return tuple(_convert(arguments[0], item, where, key) for item in value)
    if origin is dict and isinstance(value, dict):
        return _converted(arguments, value, where, key)
    if origin is typing.Literal and value in arguments:
        return value
    if type(None) in arguments:
        return None if value is None else _convert(arguments[0], value, where, key)
    if expected is float and isinstance(value, (int, str)) and not isinstance(value, bool):
        # YAML 1.1 reads 1e-4 as text
        try:
            return float(value)
        except ValueError:
            pass
    if expected is str and isinstance(value, str) and value.startswith(("~/", "~\\")):
        return os.path.expanduser(value)  # within quotes no shell has done so
    if (isinstance(expected, type) and isinstance(value, expected) and type(value) is not bool) or (
        expected is bool and isinstance(value, bool)
    ):
        return value
    raise ConfigError(f"{where}: `{key}` should be {_wanted(expected, value, key)}, not {value!r}.")


def _converted(
    arguments: tuple[Any, ...], values: dict[Any, Any], where: str, key: str
) -> dict[Any, Any]:
    """Names and values of the types in `arguments`."""
    for name, value in values.items():
        if value is None and ":" in str(name):
            right = str(name).replace(":", ": ", 1)
            raise ConfigError(
                f"{where}: `{key}`: `{name}` wants a blank behind its colon (`{right}`)."
            )
    return {
        _convert(arguments[0], name, where, key): _convert(
            arguments[1], value, f"{where}: `{key}`", name
        )
        for name, value in values.items()
    }


def _wanted(expected: Any, value: Any, key: str) -> str:
    """What should have been written, for an error about `value`."""
    origin = typing.get_origin(expected)
    if origin is typing.Literal:
        return " or ".join(typing.get_args(expected))
    if origin is tuple:
        item = value if isinstance(value, (str, int, float)) else "…"
        return f"a list (`{key}=[{item}]`)"
    if expected is str and isinstance(value, (int, float)) and not isinstance(value, bool):
        return f"text, which a number is within quotes (`{key}='\"{value}\"'`)"
    if origin is dict:
        return f"names with a value each (`{key}={{name: value}}`)"
    return str(getattr(expected, "__name__", expected))
