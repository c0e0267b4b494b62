"""Outlets: who published a record, as the operator says or as a rule guesses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from groundwire.outlets_file import WEIGHTS
from groundwire.records import Outlet, OutletKind, Record

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

_HOSTS = re.compile(
    r"prnewswire|businesswire|globenewswire|accesswire|accessnewswire|prweb|newswire|presseportal|eqs-news|dgap|prwire|releases?\."
    r"|\.gov(?:\.|$)|\.gouv\.|\.gob\.|\.europa\.eu$|^(?:press|presse|newsroom|ir|investors?)\.",
    re.IGNORECASE,
)
"""Hosts of release wires, of governments and of companies' own news: their pages are first hand."""


def outlet_of(name: str, known: Mapping[str, Outlet]) -> Outlet:
    """The outlet of this name: as the operator says, else guessed from its name and marked as guessed."""
    if name in known:
        return known[name]
    for entry in known.values():
        if entry.name.casefold() == name.casefold():
            return entry
    kind = next((kind for kind, pattern in _GUESSES if pattern.search(name)), OutletKind.REPORT)
    return Outlet(name, kind, None, WEIGHTS[kind], guessed=True)


def outlets_of(records: Iterable[Record], known: Mapping[str, Outlet]) -> dict[str, Outlet]:
    """The outlet of each record by name; one whose name says nothing is guessed from the host of its first record's page."""
    found: dict[str, Outlet] = {}
    for record in sorted(records, key=lambda r: r.order):
        if record.outlet not in found:
            outlet = outlet_of(record.outlet, known)
            host = urlsplit(record.canonical_url or record.url).hostname or ""
            first_hand = outlet.guessed and outlet.kind is OutletKind.REPORT and _HOSTS.search(host)
            found[record.outlet] = (
                Outlet(record.outlet, OutletKind.PRIMARY, None, WEIGHTS[OutletKind.PRIMARY], guessed=True) if first_hand else outlet
            )
    return found
