"""outlets.toml: what the operator says about outlets, one table for each by name.

["Grid News"]
kind = "report"        # primary | report | commentary | discussion
owner = "Example Media"
weight = 0.8           # 0 to 1; by kind unless set
official = false       # a public body's own record; primary outlets whose name says so, unless set
muted = false          # true: it is read and kept, and no article is built on it
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from groundwire.errors import ConfigError
from groundwire.records import Outlet, OutletKind
from groundwire.settings_file import replace_text

WEIGHTS = {OutletKind.PRIMARY: 1.0, OutletKind.REPORT: 0.8, OutletKind.COMMENTARY: 0.5, OutletKind.DISCUSSION: 0.2}
"""The weight of an outlet's word by its kind, unless the operator sets one."""

_KEYS = ("kind", "owner", "weight", "official", "muted")

_PUBLIC_BODY = re.compile(
    r"\b(?:commission|ministry|regulator|authority|parliament|congress|senate|court|tribunal|gazette|official journal|department of|registry"
    r"|prosecutor\w*|police|council|county|city of|state of|statistics office|bundes\w*|ministerium|gericht|ministère|ministerio|tribunal)\b|\.gov\b",
    re.IGNORECASE,
)
"""What the name of a public body says; a company's newsroom, a release wire or a network operator is none."""


def read_outlets(path: Path) -> dict[str, Outlet]:
    """The outlets of outlets.toml by name, none when there is no such file; raises ConfigError that names file, outlet and key."""
    if not path.exists():
        return {}
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror})") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: is not TOML ({error}); mend the line") from error
    return {name: _outlet(path, name, entry) for name, entry in table.items()}


def _outlet(path: Path, name: str, entry: Any) -> Outlet:
    if not isinstance(entry, dict):
        raise ConfigError(f"{path}: '{name}' is not a table; write [\"{name}\"] and its keys below")
    for key in entry:
        if key not in _KEYS:
            near = get_close_matches(key, _KEYS, n=1)
            raise ConfigError(
                f"{path}: {name}.{key}: no such key" + (f" (did you mean '{near[0]}'?)" if near else f"; there are {', '.join(_KEYS)}")
            )
    kind = _kind(path, name, entry.get("kind", OutletKind.REPORT.value))
    weight = _weight(path, name, entry.get("weight", WEIGHTS[kind]))
    official = _official(path, name, entry.get("official", kind is OutletKind.PRIMARY and bool(_PUBLIC_BODY.search(name))), kind)
    muted = _muted(path, name, entry.get("muted", False))
    return Outlet(name, kind, _owner(path, name, entry.get("owner")), weight, guessed=False, official=official, muted=muted)


def change(path: Path, name: str, kind: OutletKind, weight: float, owner: str | None, *, muted: bool) -> None:
    """Say of one outlet what it is, in outlets.toml, comments and the other outlets kept; what goes without saying is not written.

    The file stays as it was when the result could not be read; raises ConfigError.
    """
    document = _document(path)
    entry = document.setdefault(_named(document, name), {})
    said = {"kind": kind.value, "owner": owner, "weight": None if weight == WEIGHTS[kind] else weight, "muted": muted or None}
    if kind is not OutletKind.PRIMARY:
        said["official"] = None
    for key, value in said.items():
        if value is None:
            entry.pop(key, None)
        else:
            entry[key] = value
    _write(path, document)


def forget(path: Path, name: str) -> None:
    """Take an outlet out of outlets.toml: what it is, is guessed again. Raises ConfigError."""
    document = _document(path)
    document.pop(_named(document, name), None)
    _write(path, document)


def _document(path: Path) -> Any:
    import tomlkit

    read_outlets(path)
    return tomlkit.parse(path.read_text(encoding="utf-8") if path.exists() else "")


def _named(document: Mapping[str, Any], name: str) -> str:
    """The name under which the file has an outlet: case does not matter."""
    return next((known for known in document if known == name), next((k for k in document if k.casefold() == name.casefold()), name))


def _write(path: Path, document: Any) -> None:
    import tomlkit

    text = tomlkit.dumps(document)
    for name, entry in tomllib.loads(text).items():
        _outlet(path, name, entry)
    try:
        replace_text(path, text)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be written ({error.strerror})") from error


def _kind(path: Path, name: str, value: Any) -> OutletKind:
    if value not in list(OutletKind):
        raise ConfigError(f"{path}: {name}.kind: '{value}' is no kind of outlet; there are {', '.join(OutletKind)}")
    return OutletKind(value)


def _owner(path: Path, name: str, value: Any) -> str | None:
    if value is not None and not isinstance(value, str):
        raise ConfigError(f"{path}: {name}.owner: '{value}' is not a name; put it in quotation marks")
    return value or None


def _weight(path: Path, name: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise ConfigError(f"{path}: {name}.weight: '{value}' is not a number from 0 to 1")
    return float(value)


def _muted(path: Path, name: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise ConfigError(f"{path}: {name}.muted: '{value}' is neither true nor false")
    return value


def _official(path: Path, name: str, value: Any, kind: OutletKind) -> bool:
    if not isinstance(value, bool):
        raise ConfigError(f"{path}: {name}.official: '{value}' is neither true nor false")
    if value and kind is not OutletKind.PRIMARY:
        raise ConfigError(f"{path}: {name}.official: only a primary outlet can be official; its kind is {kind}")
    return value
