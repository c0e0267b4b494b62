"""Slugs: the names of articles in addresses and on disk, fixed once they are published."""

from __future__ import annotations

import re
from collections.abc import Container

MAX_LENGTH = 80
NAMELESS = "article"

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_READ = 2_000
"""Characters of a title that are looked at; far more than a slug can hold."""

_RESERVED = frozenset(
    {
        "index",
        "con",
        "prn",
        "aux",
        "nul",
        "conin",
        "conout",
        "clock",
        "robots",
        "sitemap",
        "feed",
        "rss",
        "atom",
        "404",
        "static",
        "search",
        "archive",
    }
    | {f"{device}{n}" for device in ("com", "lpt") for n in range(10)}
)
"""Names that a file system (Windows devices) or the site itself has taken."""


def slug(title: str, taken: Container[str] = ()) -> str:
    """A slug for a title that is not in `taken`: ^[a-z0-9]+(-[a-z0-9]+)*$, 1 to 80 characters, never a reserved name.

    Other scripts are transliterated; a second article of the same title gets "-2".
    """
    from slugify import slugify

    name = slugify(title[:_READ], max_length=MAX_LENGTH, word_boundary=True) or slugify(title[:_READ], max_length=MAX_LENGTH)
    name = name if _SLUG.fullmatch(name) else NAMELESS
    name = f"{NAMELESS}-{name}" if name in _RESERVED else name
    number, candidate = 1, name
    while candidate in taken:
        number += 1
        candidate = f"{name[: MAX_LENGTH - len(str(number)) - 1].rstrip('-')}-{number}"
    return candidate
