"""Loading, reading and changing settings: groundwire.toml under GROUNDWIRE_SECTION_KEY variables.

Every mistake is named at once, with its file, key and nearest match. `change` keeps the file's comments.
"""

from __future__ import annotations

import difflib
import json
import os
import re
import tomllib
import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, SecretStr, ValidationError

from groundwire.config import CONFIG_NAME, Publication, Settings
from groundwire.errors import ConfigError

PREFIX = "GROUNDWIRE_"
NAME = "NAME"
"""Stands in an option's key for a name that the operator chooses, as in llm.prices.NAME.input."""

_SECRET = re.compile(r"password|api_key|smtp")
_PROXIES = ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy")


@dataclass(frozen=True, slots=True)
class Option:
    """One setting: `kind` is its type in words, `variable` the environment variable that overrides it."""

    key: str
    kind: str
    default: Any
    description: str
    variable: str | None


@cache
def options() -> tuple[Option, ...]:
    """Every setting there is, in the order of declaration."""
    return tuple(_options(Settings, ""))


def _options(model: type[BaseModel], prefix: str) -> Iterator[Option]:
    for name, field in model.model_fields.items():
        key = f"{prefix}{name}"
        if inner := _model(field.annotation):
            yield from _options(inner, f"{key}.")
        elif priced := _model_of_values(field.annotation):
            yield from _options(priced, f"{key}.{NAME}.")
        else:
            variable = None if NAME in key else PREFIX + key.upper().replace(".", "_")
            default = None if field.is_required() else field.get_default(call_default_factory=True)
            yield Option(key, _words(field.annotation), default, field.description or "", variable)


def _model(annotation: Any) -> type[BaseModel] | None:
    return annotation if isinstance(annotation, type) and issubclass(annotation, BaseModel) else None


def _model_of_values(annotation: Any) -> type[BaseModel] | None:
    return _model(get_args(annotation)[1]) if get_origin(annotation) is dict else None


_WORDS = {str: "text", int: "whole number", float: "number", bool: "true or false"}


def _words(annotation: Any) -> str:
    """A type as the reference names it: "text or nothing", "list of whole numbers"."""
    origin, inside = get_origin(annotation), get_args(annotation)
    if hasattr(annotation, "__metadata__"):
        return _words(inside[0])
    if origin in (Union, types.UnionType):
        return " or ".join("nothing" if a is type(None) else _words(a) for a in inside)
    if origin is Literal:
        return " or ".join(f'"{a}"' for a in inside)
    if origin is tuple:
        return f"list of {_words(inside[0])}s".replace("texts", "text")
    if origin is dict:
        return "table of text"
    return _WORDS[annotation]


def load(root: Path, environ: Mapping[str, str]) -> Publication:
    """The publication at `root` with its settings; raises ConfigError naming everything that is wrong."""
    file, names = root / CONFIG_NAME, {}
    data = _read(file)
    for option in options():
        if option.variable and option.variable in environ:
            _put(data, option.key.split("."), _typed(option, environ[option.variable]))
            names[option.key] = option.variable
    problems = list(_unknown_variables(environ))
    settings = _validated(data, names, problems)
    key = environ.get(settings.llm.api_key_env)
    roles = {name: environ.get(role.api_key_env or "") for name, role in settings.llm.roles}
    role_keys = {name: SecretStr(found) for name, found in roles.items() if found}
    proxy = next((environ[name] for name in _PROXIES if environ.get(name)), None)
    found = SecretStr(key) if key else None
    return Publication(root=root, settings=settings, api_key=found, role_keys=role_keys, environment_proxy=proxy)


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{file.name}: is not valid TOML: {error}") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{file.name}: is not UTF-8 text; save it as UTF-8") from None


def _put(data: dict[str, Any], path: list[str], value: Any) -> None:
    for part in path[:-1]:
        inner = data.setdefault(part, {})
        if not isinstance(inner, dict):
            return
        data = inner
    data[path[-1]] = value


def _typed(option: Option, text: str) -> Any:
    """A value given as text: TOML where the option is more than a text, with commas enough for a list of text."""
    if text == "" and "nothing" in option.kind:
        return None
    if option.kind.startswith(("text", '"')):
        return text
    bare_list = option.kind.startswith("list") and not text.lstrip().startswith("[")
    try:
        return tomllib.loads(f"value = [{text}]" if bare_list else f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return [part.strip() for part in text.split(",") if part.strip()] if bare_list else text


def _unknown_variables(environ: Mapping[str, str]) -> Iterator[str]:
    """Variables that look like a setting of a known section and are none."""
    known = [option.variable for option in options() if option.variable]
    sections = tuple(f"{PREFIX}{name.upper()}_" for name in Settings.model_fields)
    for name in sorted(environ):
        if name.startswith(sections) and name not in known:
            yield f"environment: {name}: no such option{_nearest(name, known)}"


def _nearest(name: str, known: list[str]) -> str:
    match = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    return f" (did you mean '{match[0]}'?)" if match else "; `groundwire config list` shows all"


def _validated(data: dict[str, Any], names: Mapping[str, str], problems: list[str]) -> Settings:
    settings = None
    try:
        settings = Settings.model_validate(data)
    except ValidationError as error:
        problems = [_problem(dict(e), names) for e in error.errors()] + problems
    if problems or settings is None:
        raise ConfigError("\n".join(problems))
    return settings


def _problem(error: dict[str, Any], names: Mapping[str, str]) -> str:
    key = ".".join(str(part) for part in error["loc"] if part != "[key]")
    variable = next((names[named] for named in names if key == named or key.startswith(f"{named}.")), None)
    where = f"environment: {variable}" if variable else f"{CONFIG_NAME}: {key}"
    if error["type"] == "extra_forbidden":
        return f"{where}: no such option{_nearest(key, [o.key for o in options()] + list(Settings.model_fields))}"
    reason = error["msg"].removeprefix("Value error, ")
    if error["type"] == "missing" or isinstance(error["input"], dict):
        return f"{where}: {reason[:1].lower()}{reason[1:]}"
    shown = "..." if _SECRET.search(key) else repr(error["input"])
    return f"{where}: {shown}: {reason[:1].lower()}{reason[1:].removeprefix('Input ')}".replace(": input should", ": should")


def path_of(key: str) -> list[str]:
    """A key's parts, where a chosen name may itself hold dots: fetch.hosts.gridnews.example has three."""
    return _located(key)[1]


def _located(key: str) -> tuple[Option, list[str]]:
    parts = key.split(".")
    for option in options():
        pattern = option.key.split(".")
        if option.key == key:
            return option, parts
        if option.kind == "table of text" and parts[: len(pattern)] == pattern:
            return replace(option, kind="text"), [*pattern, ".".join(parts[len(pattern) :])]
        if NAME in pattern and len(parts) >= len(pattern) and [*parts[: len(pattern) - 2], parts[-1]] == [*pattern[:-2], pattern[-1]]:
            return option, [*pattern[:-2], ".".join(parts[len(pattern) - 2 : -1]), parts[-1]]
    for option in options():
        pattern = option.key.split(".")
        if NAME in pattern and len(parts) >= len(pattern) - 1 and parts[: len(pattern) - 2] == pattern[:-2]:
            return replace(option, kind="table"), [*pattern[:-2], ".".join(parts[len(pattern) - 2 :])]
    raise ConfigError(f"{CONFIG_NAME}: {key}: no such option{_nearest(key, [o.key for o in options()])}")


def value_of(settings: Settings, key: str) -> Any:
    """The value in force of one setting; raises ConfigError when there is no such setting or name."""
    value: Any = settings.model_dump(mode="json")
    for part in path_of(key):
        if not isinstance(value, dict) or part not in value:
            raise ConfigError(f"{CONFIG_NAME}: {key}: is not set")
        value = value[part]
    return value


def listing(settings: Settings) -> dict[str, Any]:
    """Every setting in force by key; a password is shown as "set"."""
    listed: dict[str, Any] = {}
    dumped = settings.model_dump(mode="json")
    for option in options():
        for key, value in _found(dumped, option.key.split("."), ()):
            listed[key] = "set" if "password" in key and value else value
    return listed


def _found(value: Any, path: list[str], at: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    if not path:
        yield ".".join(at), value
    elif path[0] == NAME:
        for name in sorted(value):
            yield from _found(value[name], path[1:], (*at, name))
    else:
        yield from _found(value[path[0]], path[1:], (*at, path[0]))


def change(root: Path, key: str, text: str) -> None:
    """Set one key in groundwire.toml, comments kept; the file stays as it was when the result would not load."""
    import tomlkit

    option, path = _located(key)
    value = _typed(option, text)
    file = root / CONFIG_NAME
    _read(file)
    document = tomlkit.parse(file.read_text(encoding="utf-8") if file.exists() else "")
    table: Any = document
    for part in path[:-1]:
        table = table.setdefault(part, tomlkit.table())
    if value is None:
        table.pop(path[-1], None)
    else:
        table[path[-1]] = value
    written = tomlkit.dumps(document)
    _validated(tomllib.loads(written), {}, [])
    replace_text(file, written)


def shown(value: Any) -> str:
    """A value as groundwire.toml would have it; nothing at all where none is set."""
    if value is None:
        return ""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(k)} = {shown(v)}" for k, v in sorted(value.items())) + " }" if value else "{}"
    return json.dumps(value, ensure_ascii=False)


def plain(value: Any) -> str:
    """A value alone, for scripts: a text without quotation marks."""
    return value if isinstance(value, str) else shown(value)


def replace_text(file: Path, text: str) -> None:
    """Write a whole file or leave the old one: a new file beside it, synced, takes its name."""
    beside = file.with_name(f".{file.name}.new")
    with beside.open("w", encoding="utf-8") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    beside.replace(file)
