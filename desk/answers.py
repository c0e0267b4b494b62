"""What pages of the desk are given and what they answer; nothing here knows the web framework."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from groundwire.clock import Clock
from groundwire.config import Publication
from groundwire.store.database import Database

MOST_DIGITS = 9
"""Digits of a number in a form or an address; longer ones are no number of anything here, and would not fit a column."""


@dataclass(frozen=True, slots=True)
class Editor:
    """Who sits at the desk: the name goes on every row, the role into the record of a review."""

    name: str
    role: str = "editor"


def editor_of(text: str) -> Editor:
    """The editor that an entry of desk.editors names: "Name" or "Name, role"."""
    name, _, role = text.partition(",")
    return Editor(" ".join(name.split()), " ".join(role.split()) or "editor")


@dataclass(frozen=True, slots=True)
class Asked:
    """One request of an editor who is signed in; a request that changes something has passed the guard."""

    editor: Editor
    token: str
    """What every form of the session carries."""
    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] = field(default_factory=dict)
    part: bool = False
    """The script of the page asks for a part of it."""
    url: str = "/"
    opened: set[tuple[str, str]] = field(default_factory=set)
    """Article and record of each source that was opened in this session, and is in no log yet."""

    def number(self, name: str) -> int | None:
        """A whole number of the form, else of the address, or None."""
        return number(self.form.get(name) or self.query.get(name) or self.path.get(name))

    def text(self, name: str) -> str:
        """A text of the form, without white space around it."""
        return self.form.get(name, "").strip()


def number(text: str | None) -> int | None:
    """The whole number that a text is, or None."""
    return int(text) if text and len(text) <= MOST_DIGITS and text.isascii() and text.isdigit() else None


@dataclass(slots=True)
class Desk:
    """What every page works with; its database belongs to the one thread in which pages are made."""

    publication: Publication
    clock: Clock
    db: Database

    @property
    def now(self) -> datetime:
        return self.clock.now()


@dataclass(frozen=True, slots=True)
class Shown:
    """A page: a template of templates/desk with its values."""

    template: str
    values: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200


@dataclass(frozen=True, slots=True)
class Sent:
    """Done: the browser is sent to another page of the desk, which says what was done."""

    to: str
    said: str = ""


@dataclass(frozen=True, slots=True)
class File:
    """Bytes that are no page of the desk: a download, or a page of the site."""

    content: bytes
    kind: str
    name: str | None = None
    """The name under which a browser stores it; None when it is shown."""
    policy: str | None = None
    """Its own content security policy, or None for that of the desk."""
    status: int = 200


Answer = Shown | Sent | File
Do = Callable[[Desk, Asked], Answer]


@dataclass(frozen=True, slots=True)
class Page:
    """One address of the desk and what answers it. `path` is a pattern of Starlette; POST alone may change something."""

    path: str
    do: Do
    method: str = "GET"


@dataclass(frozen=True, slots=True)
class Link:
    """A place in the desk's navigation."""

    text: str
    href: str
