"""Sources: what each outlet is held to be, what rests on it, and an editor's word on its kind, weight, owner, or muting it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from desk.actions import RefusedError, one_line
from desk.answers import Answer, Asked, Desk, Link, Page, Sent, Shown
from groundwire import outlets_file
from groundwire.errors import ConfigError, NotFoundError
from groundwire.records import Outlet, OutletKind
from groundwire.store import decisions, desk_pages, records
from groundwire.store import site as counts
from groundwire.store.site import Read
from synth import pipeline

SHOWN = 50
MOST_NAME = 200
KINDS = {
    OutletKind.PRIMARY: "speaks for itself: a company, an authority",
    OutletKind.REPORT: "reports",
    OutletKind.COMMENTARY: "argues; never counted as evidence",
    OutletKind.DISCUSSION: "readers’ talk; never counted as evidence",
}


@dataclass(frozen=True, slots=True)
class Source:
    """One outlet with what was read of it, what rests on it, and the others that count as one source with it."""

    outlet: Outlet
    read: Read
    citations: int
    cited: int
    articles: int
    together: tuple[str, ...]

    @property
    def state(self) -> str:
        """What is held of the outlet, as one text: a form that names another one is out of date."""
        return said_of(self.outlet)


def said_of(outlet: Outlet) -> str:
    """What is held of an outlet, in one line."""
    guessed = ", guessed" if outlet.guessed else ""
    return f"{outlet.kind}{guessed}, weight {outlet.weight:g}, owner {outlet.owner or 'not known'}{', muted' if outlet.muted else ''}"


def sources(desk: Desk, asked: Asked) -> Shown:
    """Every outlet that was read, the one with most records first."""
    return _page(desk, asked, "")


def _page(desk: Desk, asked: Asked, trouble: str, status: int = 200) -> Shown:
    number, wanted = max(asked.number("page") or 1, 1), asked.query.get("q", "").strip()[:MOST_NAME]
    every = [r for r in counts.outlets_read(desk.db) if wanted.casefold() in r.outlet.casefold()]
    shown = every[(number - 1) * SHOWN : number * SHOWN]
    return Shown(
        "sources.html",
        {
            "sources": _described(desk, shown),
            "kinds": KINDS,
            "weights": outlets_file.WEIGHTS,
            "q": wanted,
            "number": number,
            "more": len(every) > number * SHOWN,
            "log": decisions.recent(desk.db, "outlet"),
            "trouble": trouble,
        },
        status,
    )


def _described(desk: Desk, shown: list[Read]) -> list[Source]:
    known = _known(desk, [r.outlet for r in shown])
    cited = desk_pages.cited_outlets(desk.db)
    owners: dict[str, list[str]] = {}
    for outlet in outlets_file.read_outlets(desk.publication.outlets_file).values():
        if outlet.owner:
            owners.setdefault(outlet.owner.casefold(), []).append(outlet.name)
    return [_source(r, known[r.outlet], cited.get(r.outlet, (0, 0, 0)), owners) for r in shown if r.outlet in known]


def _known(desk: Desk, names: list[str]) -> dict[str, Outlet]:
    first = records.many(desk.db, desk_pages.first_records(desk.db, names))
    return pipeline.outlets(desk.publication, first)


def _source(read: Read, outlet: Outlet, cited: tuple[int, int, int], owners: Mapping[str, list[str]]) -> Source:
    others = owners.get((outlet.owner or "").casefold(), [])
    return Source(outlet, read, *cited, tuple(n for n in others if n != outlet.name))


def change(desk: Desk, asked: Asked) -> Answer:
    """Write an editor's word on one outlet into outlets.toml, where every run reads it, and into the log."""
    name = asked.form.get("name", "")
    try:
        with desk.db.transaction():
            before = _known(desk, [name]).get(name)
            if before is None:
                raise NotFoundError(f"outlet '{name[:MOST_NAME]}': nothing was read of one of that name")
            if asked.form.get("was") != said_of(before):
                raise RefusedError(f"“{name}” was changed meanwhile: it is {said_of(before)} now. Look again.")
            _write(desk, asked, name)
            after = _known(desk, [name])[name]
            who = asked.editor
            decisions.note(desk.db, desk.now, who.name, who.role, "outlet", name, asked.text("action"), said_of(before), said_of(after))
    except RefusedError as error:
        return _page(desk, asked, str(error), 422)
    except ConfigError as error:
        return _page(desk, asked, f"Nothing was changed: {error}", 409)
    return Sent("/sources", f"“{name}” is {said_of(after)}. The next run goes by it; what is out stays as it is.")


def _write(desk: Desk, asked: Asked, name: str) -> None:
    file = desk.publication.outlets_file
    if asked.text("action") == "guess":
        outlets_file.forget(file, name)
        return
    if asked.text("action") != "set":
        raise RefusedError("An outlet is described, or left to the rules.")
    kind = asked.text("kind")
    if kind not in list(OutletKind):
        raise RefusedError("Choose one of the four kinds.")
    outlets_file.change(
        file, name, OutletKind(kind), _weight(asked.text("weight"), OutletKind(kind)), one_line(asked.text("owner"))[:MOST_NAME] or None,
        muted=bool(asked.text("muted")),
    )  # fmt: skip


def _weight(text: str, kind: OutletKind) -> float:
    """A weight as typed, that of the kind when nothing is; raises RefusedError."""
    if not text:
        return outlets_file.WEIGHTS[kind]
    try:
        weight = float(text.replace(",", "."))
    except ValueError:
        weight = -1.0
    if not 0 <= weight <= 1:
        raise RefusedError("A weight is a number from 0 to 1.")
    return weight


PAGES = (Page("/sources", sources), Page("/sources", change, "POST"))
LINKS = (Link("Sources", "/sources"),)
