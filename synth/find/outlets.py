"""Outlets and independence: who published a record, and how many sources a set of records really is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set

from groundwire.outlets_file import WEIGHTS
from groundwire.records import Copy, Outlet, OutletKind, Record

_GUESSES = (
    (
        OutletKind.DISCUSSION,
        re.compile(r"\b(?:forums?|discussions?|message board|community|subreddit|comments?|foro|diskussion\w*)\b", re.IGNORECASE),
    ),
    (
        OutletKind.COMMENTARY,
        re.compile(
            r"\b(?:opinions?|commentary|columns?|blog|weblog|op-?eds?|essays?|newsletter|meinung|opinión|tribune libre)\b", re.IGNORECASE
        ),
    ),
    (
        OutletKind.PRIMARY,
        re.compile(
            r"(?:\b(?:pr\s?wire|pr\s?newswire|press[- ]?releases?|business\s?wire|release wire|newsroom|press (?:office|room)|investor relations"
            r"|commission|ministry|regulator|authority|regulatory|parliament|official journal|gazette of|department of|court|statistics office"
            r"|grid operator|stock exchange|filings?|bundesnetzagentur|ministerium|ministère|ministerio)\b|\.gov\b|prwire)",
            re.IGNORECASE,
        ),
    ),
)
"""What an outlet's name says about its kind, first match first; without any, it reports."""

_NAME = r"(?:the\s+)?((?:[A-Z][\w&’'-]*\.?[ ]?){1,5})"
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)"
_DATELINE = re.compile(
    rf"^\W*(?:[A-Z][A-Z .'’-]{{2,}}[^\n()]{{0,40}}|[^\n()]{{2,50}}\b{_MONTH}[^\n()]{{0,16}})?\({_NAME}\)\s*[-–—:]{{1,2}}\s"
)
_SLASHED = re.compile(r"(?:^|\s)/([A-Z][\w ]{2,30})/(?:\s|$)")
_VIA = re.compile(rf"(?:^|[\n(|–—]\s*)(?i:via)\s+{_NAME}")
_FIRST = re.compile(
    r"\b(?i:(?:as )?first reported by|this (?:story|article|report) (?:was )?(?:first |originally )?(?:appeared|published|reported) (?:in|on|by)"
    rf"|originally published (?:in|on|by)|syndicated from|distributed by|content from)\s+{_NAME}"
)
_AGENCY = re.compile(r"wire\b|\b(?:agency|press association|press release)\b", re.IGNORECASE)
_EDGE = 400
"""A credit stands within this many characters of a text's start or end; in the middle, a name is only mentioned."""


def outlet_of(name: str, known: Mapping[str, Outlet]) -> Outlet:
    """The outlet of this name: as the operator says, else guessed from its name and marked as guessed."""
    if name in known:
        return known[name]
    for entry in known.values():
        if entry.name.casefold() == name.casefold():
            return entry
    kind = next((kind for kind, pattern in _GUESSES if pattern.search(name)), OutletKind.REPORT)
    return Outlet(name, kind, None, WEIGHTS[kind], guessed=True)


def independent_groups(records: Sequence[Record], copies: Mapping[str, Copy], outlets: Mapping[str, Outlet]) -> tuple[tuple[str, ...], ...]:
    """Record ids by independent source, groups and members in canonical order; altered copies are in none.

    Records count together when one text came from the other, when outlet or owner are the same, and when they credit
    the same agency, wire or outlet.
    """
    counted = sorted((r for r in records if not (r.id in copies and copies[r.id].altered)), key=lambda r: r.order)
    present = {_folded(r.outlet) for r in counted}
    leader: dict[str, str] = {}
    groups: dict[str, list[str]] = {}
    for record in counted:
        keys = _source_keys(record, copies, outlets, present)
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


def _source_keys(record: Record, copies: Mapping[str, Copy], outlets: Mapping[str, Outlet], present: Set[str]) -> frozenset[str]:
    """Every name under which a record could be counted with another; an author's only when it is an agency's or a present outlet's."""
    origin = copies[record.id].origin_id if record.id in copies else record.id
    names = {record.outlet, *credits(record)}
    if owner := outlet_of(record.outlet, outlets).owner:
        names.add(owner)
    names.update(a for a in re.split(r"[;,|]", record.author or "") if _AGENCY.search(a) or _folded(a) in present - {""})
    return frozenset({f"text:{origin}", *(f"name:{_folded(name)}" for name in names)})


def _folded(name: str) -> str:
    return re.sub(r"^the\s+|[^\w]", "", name.casefold())


def credits(record: Record) -> tuple[str, ...]:
    """The agencies, wires and outlets that a record says it was carried from, by how they say it, then in the order of the text."""
    text, author = record.text, record.author or ""
    edges = text if len(text) <= 2 * _EDGE else f"{text[:_EDGE]}\n{text[-_EDGE:]}"
    found = [m[1] for line in edges.split("\n") if (m := _DATELINE.match(line))]
    found += [m[1] for m in _SLASHED.finditer(edges)]
    found += [m[1] for pattern in (_VIA, _FIRST) for m in pattern.finditer(f"{edges}\n{author}")]
    return tuple(dict.fromkeys(name.strip(" .") for name in found))
