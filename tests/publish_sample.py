"""A small publication made by hand, about invented companies, for the tests of the publish stage."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from evidence.citations import calculate
from groundwire.records import (
    Article,
    ArticleStatus,
    CalculationInput,
    Citation,
    Correction,
    Figure,
    FigureRow,
    LayerShare,
    Method,
    Question,
    Record,
    RecordState,
    Related,
    Section,
    Sentence,
    SentenceKind,
    Target,
    Theme,
    Verdict,
    short_id,
    text_sha256,
)
from groundwire.store import articles, records
from groundwire.store.database import Database

DAY = datetime(2026, 6, 3, 6, 10, tzinfo=UTC)

TEXTS = {
    "Grid Ledger": "Halden Compute has signed for 900 megawatts of capacity at the Osterby substation, the operator said on Monday. "
    "The contract runs for 15 years and starts in 2028.\n\nThe queue for a connection in the region is now longer than six years.",
    "Wafer Weekly": "Memory maker Corvane will supply high-bandwidth memory worth $4.2 billion to Halden Compute - reportedly the largest order "
    'in its history. Corvane said deliveries begin next spring, "subject to packaging capacity".',
    "Northern Business": "Investors value the contract between Corvane and Halden Compute at $4.6 billion, two people familiar with it said. "
    "Neither company confirmed the sum. Corvane's shares rose by 7 percent.",
    "Model Times": "Lumen Labs released its third model on Tuesday, and most of the week's coverage followed it. "
    "The company said that 40 percent of its inference now runs on rented capacity.",
    "The Substation": "Osterby will need two new transformers before 2028, the grid operator Nordlinje said in a filing. "
    "Each takes 30 months to deliver.",
    "Wire Copy": "Halden Compute has signed for 900 megawatts of capacity at the Osterby substation, the operator said on Monday. "
    "The contract runs for 15 years and starts in 2028.",
}


def record_of(outlet: str, text: str, *, title: str | None = None, url: str | None = None, days: int = 1) -> Record:
    page = short_id("page", outlet, text)
    address = url or f"https://{outlet.lower().replace(' ', '-')}.example/2026/06/{page}"
    published = DAY - timedelta(days=days, hours=len(outlet))
    return Record(
        id=short_id(page, "1"),
        page_id=page,
        version=1,
        url=address,
        canonical_url=address,
        outlet=outlet,
        title=title or text.split(".")[0],
        author=None,
        language="en",
        published=published,
        fetched=published + timedelta(hours=1),
        text=text,
        text_sha256=text_sha256(text),
        state=RecordState.READ,
    )


RECORDS = {outlet: record_of(outlet, text, days=1 + i) for i, (outlet, text) in enumerate(TEXTS.items())}


def store_record(db: Database, record: Record) -> None:
    with db.transaction():
        db.insert("pages", {"id": record.page_id, "identity": record.canonical_url, "url": record.url, "host": "a.example", "state": "read",
                            "published": "2026-06-01T00:00:00Z"}, or_ignore=True)  # fmt: skip
        records.add(db, record)


def passage(record: Record, quote: str) -> Citation:
    start = record.text.index(quote)
    return Citation(Target.PASSAGE, record.id, record.version, start, start + len(quote), quote)


def says(text: str, *citations: Citation, kind: SentenceKind = SentenceKind.REPORT) -> Sentence:
    return Sentence(text, kind, citations, Verdict.SUPPORTED if citations else None)


def figure_of(record: Record, quote: str, value: str, **fields: object) -> Figure:
    start = record.text.index(quote)
    known = {"unit": "money", "currency": "USD", "entity": None, "measure": None, "period": None, "as_of": None, "hedge": None} | fields
    return Figure(
        id=short_id("figure", record.id, quote), record_id=record.id, record_version=1, start=start, end=start + len(quote), quote=quote,
        value=Decimal(value), sentence_start=start, sentence_end=start + len(quote), **known,  # type: ignore[arg-type]
    )  # fmt: skip


def share_of(first: str, second: str) -> Citation:
    inputs = (CalculationInput("part", first), CalculationInput("whole", second))
    return Citation(Target.CALCULATION, rule="share-of", value=calculate("share-of", inputs), inputs=inputs)


def difference(high: Figure, low: Figure) -> Citation:
    inputs = tuple(CalculationInput(f.id, str(f.value), f.record_id, 1, f.start, f.end, f.quote) for f in (high, low))
    return Citation(Target.CALCULATION, rule="difference", value=calculate("difference", inputs), inputs=inputs)


def sample() -> Article:
    """An article with every block that a page has."""
    grid, wafer, north, model, sub = (
        RECORDS[o] for o in ("Grid Ledger", "Wafer Weekly", "Northern Business", "Model Times", "The Substation")
    )
    signed = passage(
        grid, "Halden Compute has signed for 900 megawatts of capacity at the Osterby substation, the operator said on Monday."
    )
    order = passage(wafer, "$4.2 billion")
    dearer = passage(
        north, "Investors value the contract between Corvane and Halden Compute at $4.6 billion, two people familiar with it said."
    )
    low = figure_of(wafer, "$4.2 billion", "4200000000", entity="Corvane", measure="memory order", hedge="reportedly")
    high = figure_of(north, "$4.6 billion", "4600000000", entity="Corvane", measure="memory order")
    power = figure_of(
        grid,
        "900 megawatts",
        "900000000",
        unit="W",
        currency=None,
        entity="Halden Compute",
        measure="capacity signed for",
        period="from 2028",
    )
    gap = difference(high, low)
    body = (
        Section(None, ((
            says("Halden Compute has signed for 900 megawatts at the Osterby substation.", signed),
            says("The contract runs for 15 years.", passage(grid, "The contract runs for 15 years and starts in 2028.")),
            says("A model can be retrained next quarter; a substation cannot be moved.", signed, kind=SentenceKind.INFERENCE),
        ), (
            says("Osterby needs two new transformers before that, and each takes 30 months to deliver.",
                 passage(sub, "Osterby will need two new transformers before 2028, the grid operator Nordlinje said in a filing. Each takes 30 months to deliver.")),
        ))),
        Section("The memory was paid for first", ((
            says("Corvane will supply memory worth $4.2 billion, reportedly the largest order in its history.", order),
            says("Another account puts the contract at $4.6 billion.", dearer),
            says("Two accounts of one contract remain.", kind=SentenceKind.FRAME),
            says("The two accounts lie 400 million dollars apart.", gap, kind=SentenceKind.MEASURE),
        ),)),
        Section("Attention went elsewhere", ((
            says("Most of the week’s coverage followed the third model of Lumen Labs.", passage(model, "most of the week's coverage followed it")),
            says("Energy and chips drew 18 percent of it.", share_of("18", "100"), kind=SentenceKind.MEASURE),
        ),)),
    )  # fmt: skip
    theme = Theme("t1", ("s1",), tuple(r.id for r in RECORDS.values()), (), ("energy", "chip"), 5, True, "two signals")
    method = Method(
        records=6, independent=5, first=DAY - timedelta(days=6), last=DAY - timedelta(days=1), copies=1, writer="ledger", models=(),
        checks=(("citation_resolves", 12), ("figures", 9)), removed=(("figures", 1),), reviewed_by=None,
        outlets=(("Grid Ledger", "report", 1, 3, 0.8), ("Wafer Weekly", "report", 1, 2, 0.8), ("The Substation", "primary", 1, 1, 1.0)),
    )  # fmt: skip
    return Article(
        id="a1b2c3d4e5f6", slug="power-was-signed-for-before-the-model-was-named", version=1, status=ArticleStatus.PUBLISHED, writer="ledger",
        form="ledger", thread_id="th1", published=DAY, modified=DAY,
        headline=says("Power was signed for before the model was named", signed),
        dek=says("The model took the headlines of the week; the contracts beneath it were for power and memory, and they run for 15 years.",
                 passage(grid, "The contract runs for 15 years and starts in 2028."), kind=SentenceKind.REPORT),
        sections=body,
        so_far=(says("Capacity at Osterby has been contested since spring.", signed),),
        questions=(
            Question("Why buy memory years before it is needed?", (says("Because deliveries are subject to packaging capacity.",
                     passage(wafer, "Corvane said deliveries begin next spring, \"subject to packaging capacity\".")),)),
            Question("What do the sources dispute?", (says("The worth of the order: $4.2 billion or $4.6 billion.", order, dearer),)),
        ),
        figures=(FigureRow(power, ("Grid Ledger", "Wire Copy"), ()), FigureRow(low, ("Wafer Weekly",), ("$4.6 billion (Northern Business)",))),
        picture=(LayerShare("application", 0.12, 0.0), LayerShare("model", 0.58, 0.05), LayerShare("infrastructure", 0.12, 0.31),
                 LayerShare("chip", 0.11, 0.37), LayerShare("energy", 0.07, 0.27)),
        layers=("energy", "chip"), theme=theme, method=method,
        steps=((DAY - timedelta(days=40), "Nordlinje opens the queue at Osterby.", None), (DAY, "Halden Compute signs for 900 megawatts.", "power-was-signed-for-before-the-model-was-named")),
        related=(Related("earlier", "the-queue-opened-in-spring", "The queue opened in spring", "How the capacity came to be contested."),),
    )  # fmt: skip


def earlier() -> Article:
    """A second article of the same thread, smaller and older, written by a model and reviewed."""
    grid = RECORDS["Grid Ledger"]
    first = sample()
    queue = passage(grid, "The queue for a connection in the region is now longer than six years.")
    method = replace(
        first.method,
        writer="author",
        models=(("extract", "maker/one"), ("write", "maker/two")),
        reviewed_by="R. Editor",
        records=1,
        copies=0,
    )
    return replace(
        first, id="b1b2c3d4e5f6", slug="the-queue-opened-in-spring", writer="author", form="thesis", published=DAY - timedelta(days=40), modified=DAY - timedelta(days=40),
        headline=says("The queue for power is longer than the lease", queue), dek=says("A connection now takes longer than six years.", queue),
        sections=(Section(None, ((says("The queue for a connection is longer than six years.", queue),),)),), so_far=(), questions=(), figures=(), picture=(),
        layers=("energy",), method=method, steps=(), related=(Related("similar", "a-slug-that-is-not-there", "Not there", "Nothing."),),
    )  # fmt: skip


def fill(db: Database, *more: Article) -> None:
    """Store the sample's records, its thread, and its two articles (or those given)."""
    for record in RECORDS.values():
        store_record(db, record)
    with db.transaction():
        articles.open_thread(db, "th1", "osterby-and-the-grid", "Osterby and the grid", DAY)
        origin, copy = RECORDS["Grid Ledger"].id, RECORDS["Wire Copy"].id
        db.insert("copies", {"record_id": copy, "origin_id": origin, "similarity": 0.99, "altered": None, "rule": "test"})
    for article in more or (earlier(), sample()):
        articles.add(db, article, None)


def note(kind: str = "notice") -> Correction:
    return Correction(
        DAY + timedelta(days=2), kind, "A page that this article cites has changed since it was read.", "900 megawatts", "850 megawatts"
    )
