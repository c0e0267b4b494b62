"""How many sources a set of records really is: the one way in which every step counts them.

Copies of one text, texts of one outlet or owner, and texts that credit or follow the same agency, wire or outlet are one source.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from evidence.credits import credits, is_agency, leads, name_key, of_known
from evidence.text import word_keys
from groundwire.records import Copy, Outlet, OutletKind, Record

COUNTED = frozenset({OutletKind.PRIMARY, OutletKind.REPORT})
"""Kinds of outlets whose word counts as evidence; commentary and discussion can only be quoted."""

Groups = tuple[tuple[str, ...], ...]
"""Record ids by independent source."""


def independent_groups(records: Sequence[Record], copies: Mapping[str, Copy], outlets: Mapping[str, Outlet]) -> Groups:
    """Record ids by independent source, groups and members in canonical order.

    Altered copies are in none, nor are records of an outlet that is given here as commentary or discussion.
    """
    counted = sorted((r for r in records if counts(r, copies, outlets)), key=lambda r: r.order)
    index = _Index.of((r.outlet for r in records), outlets)
    leader: dict[str, str] = {}
    groups: dict[str, list[str]] = {}
    for record in counted:
        keys = _keys(record, copies, outlets, index)
        joined = sorted({leader[key] for key in keys if key in leader}, key=list(groups).index)
        into = joined[0] if joined else record.id
        groups.setdefault(into, []).append(record.id)
        for other in joined[1:]:
            groups[into].extend(groups.pop(other))
        leader = {key: into if of in joined else of for key, of in leader.items()} | dict.fromkeys(keys, into)
    place = {record.id: n for n, record in enumerate(counted)}
    return tuple(sorted((tuple(sorted(g, key=place.__getitem__)) for g in groups.values()), key=lambda g: place[g[0]]))


def independent_count(records: Sequence[Record], copies: Mapping[str, Copy], outlets: Mapping[str, Outlet]) -> int:
    """How many independent sources these records are."""
    return len(independent_groups(records, copies, outlets))


def counts(record: Record, copies: Mapping[str, Copy], outlets: Mapping[str, Outlet]) -> bool:
    """Whether a record's word counts as evidence: it is no altered copy, and its outlet reports and is not muted."""
    outlet = outlets.get(record.outlet)
    return not (record.id in copies and copies[record.id].altered) and (outlet is None or (outlet.kind in COUNTED and not outlet.muted))


class _Index:
    """The outlets that a credit may mean, by the key of their name and by the first words of it."""

    def __init__(self, names: frozenset[str]) -> None:
        self.keys = frozenset(name_key(name) for name in names)
        self._whole = {name: tuple(word_keys(name)) for name in sorted(names)}

    @classmethod
    def of(cls, present: Iterable[str], outlets: Mapping[str, Outlet]) -> _Index:
        return _index(frozenset(present) | frozenset(outlets))

    def key(self, name: str) -> str:
        """The key of a name: of the one outlet that it is, or that it is the first words of ("Norwell"), else its own."""
        key = name_key(name)
        if key in self.keys or is_agency(name):
            return key
        words = tuple(w for w in word_keys(name) if w != "the")
        meant = [n for n, whole in self._whole.items() if words and tuple(w for w in whole if w != "the")[: len(words)] == words]
        return name_key(meant[0]) if len(meant) == 1 else key


@lru_cache(maxsize=64)
def _index(names: frozenset[str]) -> _Index:
    return _Index(names)


def _keys(record: Record, copies: Mapping[str, Copy], outlets: Mapping[str, Outlet], index: _Index) -> tuple[str, ...]:
    """Every name under which a record could be counted with another."""
    origin = copies[record.id].origin_id if record.id in copies else record.id
    owner = outlets[record.outlet].owner if record.outlet in outlets else None
    named = (record.outlet, *([owner] if owner else ()), *origins(record, index.keys))
    return tuple(dict.fromkeys((f"text:{origin}", *(f"name:{index.key(name)}" for name in named))))


def origins(record: Record, known: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """Whose account a record gives besides its own outlet's: what its byline, dateline and credits name, and whom it follows.

    `known` are `name_key`s of outlets that are known by name.
    """
    return _origins(record.text, record.title, record.author or "", record.language or "en", record.outlet, known)


def forget() -> None:
    """Drop what was read of texts, for who goes through very many of them."""
    _origins.cache_clear()
    _said.cache_clear()


@lru_cache(maxsize=20_000)
def _origins(text: str, title: str, author: str, language: str, outlet: str, known: frozenset[str]) -> tuple[str, ...]:
    beside = (
        part.strip() for part in re.split(r"[;,|/]|\band\b|\bund\b|\bet\b|\by\b|\bmit\b|\bwith\b|\bBy\b|\bVon\b|\bPar\b|\bPor\b", author)
    )
    authors = (a for a in beside if a and (is_agency(a) or name_key(a) in known))
    credited, sure, possible = _said(text, title, author, language[:2].lower(), outlet)
    return tuple(dict.fromkeys((*credited, *authors, *of_known(sure, possible, known, outlet))))


@lru_cache(maxsize=20_000)
def _said(text: str, title: str, author: str, language: str, outlet: str) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """What a text says of its origin, whichever outlets are known: whom it credits, whom it follows, and whom it may follow."""
    return (*credits(text), *credits(author)), *leads(text, title, language, outlet)
