"""Records for the tests of synth.find: short invented texts with outlets, moments and identities."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from evidence.figures import figures
from groundwire.clock import to_text
from groundwire.records import Copy, Outlet, Record, RecordState, short_id, text_sha256
from groundwire.store import records as store
from groundwire.store.database import Database
from groundwire.templating import data_path
from synth.find.copies import find_copies
from synth.find.group import group
from synth.find.lens import Lens, load_lens
from synth.find.scene import Scene
from synth.find.stage import read

NOW = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)

PLANT = (
    "Velmora Grid will spend $2.4 billion on a 700-megawatt gas plant at Harrow Point, the company said on Thursday. "
    "The plant is to open in 2030 and will employ 320 people. "
    "“We cannot wait for the transmission line any longer,” said Ida Kvarn, who runs Velmora Grid."
)
PLANT_AGAIN = (
    "A gas plant of 700 megawatts will be built at Harrow Point by Velmora Grid for $2.4 billion, a filing with the state shows. "
    "Neighbours of Harrow Point fear the noise of its turbines. The council of Osmere has planned two hearings on the gas plant in December."
)
CHIPS = (
    "Quillon Semiconductor has sold every wafer of its next accelerator, the chipmaker said. "
    "Orders for the accelerator are worth $5.6 billion, and the foundry in Tarn adds a second clean room. "
    "Quillon Semiconductor raised its prices twice this year."
)
CHIPS_AGAIN = (
    "Customers have ordered $5.6 billion of accelerators from Quillon Semiconductor, more than the foundry in Tarn can make. "
    "The chipmaker wants to open a second clean room for wafers there. Analysts had expected fewer orders from Quillon Semiconductor."
)
MUSEUM = (
    "The museum of rope in Osmere opens its doors on Sunday. Visitors can watch how a rope is made, and children may ring the old bell."
)


def lens() -> Lens:
    return load_lens(Path(data_path("templates")) / "lenses" / "ai-stack.toml")


def record(
    text: str, outlet: str, hours_ago: float = 2.0, *, title: str | None = None, now: datetime = NOW, author: str | None = None
) -> Record:
    """A record published so many hours before `now` and fetched at once; its identity follows from text and outlet."""
    published = now - timedelta(hours=hours_ago)
    page = short_id("page", outlet, text)
    url = f"https://{page}.example/"
    heading = title or text.split(".")[0]
    return Record(
        short_id(page, "1"),
        page,
        1,
        url,
        url,
        outlet,
        heading,
        author,
        "en",
        published,
        published,
        text,
        text_sha256(text),
        RecordState.READ,
    )


def put(db: Database, *records: Record) -> None:
    """Store records with the pages they belong to."""
    with db.transaction():
        for r in records:
            page = {"id": r.page_id, "identity": r.url, "url": r.url, "host": "example", "state": "read", "published": to_text(r.published)}
            db.insert("pages", page, or_ignore=True)
            store.add(db, r)


def scene(
    *records: Record,
    outlets: dict[str, Outlet] | None = None,
    now: datetime = NOW,
    previous: datetime | None = None,
    by: Lens | None = None,
) -> Scene:
    """What is there when these are the open records and no story was there before."""
    copies: dict[str, Copy] = {c.record_id: c for c in find_copies(records, outlets or {})}
    by = by or lens()
    readings = {r.id: read(r, by) for r in records}
    stories = group(records, copies, {}).stories
    found = {i: reading.figures for i, reading in readings.items()}
    layers = {i: reading.layers for i, reading in readings.items()}
    numbered = (
        (i, reading.passages[n - 1][0], layer) for i, reading in readings.items() for n, layer, _ in reversed(reading.passage_layers)
    )
    passage_layers = {(i, start): layer for i, start, layer in numbered}
    return Scene(now, previous, {r.id: r for r in records}, copies, stories, found, layers, outlets or {}, by, passage_layers)


DAY = 24.0


def history(days: int = 9, per_day: int = 1) -> list[Record]:
    """Quiet reports of other things, one outlet a day, so that there is a baseline."""
    towns = ("Tarn", "Osmere", "Velde", "Quarrick", "Brandsund", "Lethe", "Morrow", "Salt Bay", "Wendle", "Kestrel")
    things = ("bridge", "school roof", "library", "market hall", "fountain", "tram stop", "orchard", "bathhouse", "theatre", "pier")
    return [
        record(
            f"{towns[d]} repairs its {things[d]} after the {things[-d - 1]} was closed. Work number {n} there is slow.",
            f"Paper {d}{n}",
            DAY * (d + 1.5),
        )
        for d in range(days)
        for n in range(per_day)
    ]


def energy_history(days: int = 9) -> list[Record]:
    """One report on energy a day, each on its own thing."""
    towns = ("Ardal", "Bexe", "Corvin", "Drum", "Eldwick", "Fosse", "Grell", "Hythe", "Ister")
    things = (
        "wind farm",
        "substation",
        "reactor",
        "solar farm",
        "grid connection",
        "power plant",
        "gas turbine",
        "transmission line",
        "battery storage",
    )
    return [record(f"{towns[d]} opens its {things[d]} late.", f"Paper {d}", DAY * (d + 2.2)) for d in range(days)]


__all__ = [
    "CHIPS",
    "CHIPS_AGAIN",
    "MUSEUM",
    "NOW",
    "PLANT",
    "PLANT_AGAIN",
    "energy_history",
    "figures",
    "history",
    "lens",
    "put",
    "record",
    "scene",
]
