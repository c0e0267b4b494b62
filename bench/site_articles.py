"""Invented articles of the shape that real ones have: about 900 words, 40 citations of 8 records, a chart, figures, questions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random

from evidence.citations import calculate
from groundwire.records import (
    Article,
    ArticleStatus,
    CalculationInput,
    Citation,
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
from groundwire.store import articles, pages
from groundwire.store import records as store
from groundwire.store.database import Database
from groundwire.store.pages import page_id

FIRST = datetime(2019, 1, 7, 6, 0, tzinfo=UTC)
A_DAY = 4
NEW_RECORDS = 2
"""Records that come with each article; it cites them and the six before, as the articles of a thread do."""

CITED = 8
RECORD_SENTENCES = 30
LAYERS = ("application", "model", "infrastructure", "chip", "energy")
IN_THREAD = 10

_SYLLABLES = (
    "ba",
    "cor",
    "den",
    "el",
    "fur",
    "gan",
    "hol",
    "in",
    "ker",
    "lan",
    "mor",
    "nor",
    "os",
    "per",
    "quil",
    "ran",
    "sel",
    "tor",
    "ul",
    "ven",
)
WORDS = [a + b for a in _SYLLABLES for b in _SYLLABLES]
OUTLETS = [f"The {w.capitalize()} {kind}" for w in WORDS[:12] for kind in ("Ledger", "Weekly", "Wire")]
SENTENCE_WORDS = 14


def record_of(n: int) -> Record:
    """The n-th record; its sentences name a company, a figure and a year, so that passages and marks have something to find."""
    random = Random(n)
    outlet = random.choice(OUTLETS)
    text = " ".join(_sentence(random) for _ in range(RECORD_SENTENCES))
    published = FIRST + timedelta(hours=24 * n / NEW_RECORDS / A_DAY) - timedelta(days=2)
    address = f"https://{outlet.lower().replace(' ', '-')}.example/{published:%Y/%m}/{n}"
    page = page_id(address)
    return Record(
        id=short_id(page, "1"), page_id=page, version=1, url=address, canonical_url=address, outlet=outlet, title=_sentence(random)[:-1], author=None,
        language="en", published=published, fetched=published + timedelta(hours=1), text=text, text_sha256=text_sha256(text), state=RecordState.READ,
    )  # fmt: skip


def _sentence(random: Random) -> str:
    words = random.choices(WORDS, k=SENTENCE_WORDS)
    words[0] = words[0].capitalize()
    words[5] = f"${random.randint(2, 99)}.{random.randint(1, 9)} billion"
    return f"{' '.join(words)}."


class _Desk:
    """Writes one article from the sentences of its records."""

    def __init__(self, n: int, records: list[Record]) -> None:
        self.random = Random(-n - 1)
        self.spans = [(r, i * 1, s) for r in records for i, s in enumerate(_spans(r.text))]
        self.records = records

    def cite(self) -> Citation:
        record, _, (start, end) = self.random.choice(self.spans)
        return Citation(Target.PASSAGE, record.id, 1, start, end, record.text[start:end])

    def report(self) -> Sentence:
        citation = self.cite()
        words = (citation.quote or "").rstrip(".").split()
        text = f"{' '.join(words[:12])} {' '.join(self.random.choices(WORDS, k=10))}."
        return Sentence(text, SentenceKind.REPORT, (citation,), Verdict.SUPPORTED)

    def infer(self) -> Sentence:
        return Sentence(f"That {' '.join(self.random.choices(WORDS, k=16))}.", SentenceKind.INFERENCE, (self.cite(),))

    def figure(self) -> Figure:
        record, _, (start, end) = self.random.choice(self.spans)
        at = record.text.index("$", start)
        quote = record.text[at : record.text.index("billion", at) + len("billion")]
        value = Decimal(quote[1:].split()[0]) * 10**9
        return Figure(
            id=short_id("bench figure", record.id, str(at)), record_id=record.id, record_version=1, start=at, end=at + len(quote), quote=quote, value=value,
            unit="money", currency="USD", entity=record.text[start:end].split()[0], measure="order", period=None, as_of=record.published, hedge=None,
            sentence_start=start, sentence_end=end,
        )  # fmt: skip

    def measure(self) -> Sentence:
        pair = sorted((self.figure(), self.figure()), key=lambda f: f.value, reverse=True)
        inputs = tuple(CalculationInput(f.id, str(f.value), f.record_id, 1, f.start, f.end, f.quote) for f in pair)
        cited = Citation(Target.CALCULATION, rule="difference", value=calculate("difference", inputs), inputs=inputs)
        return Sentence(
            f"The accounts lie {' '.join(self.random.choices(WORDS, k=12))} apart.", SentenceKind.MEASURE, (cited,), Verdict.SUPPORTED
        )

    def paragraph(self, reports: int, *others: Sentence) -> tuple[Sentence, ...]:
        return (*(self.report() for _ in range(reports)), *others)


def _spans(text: str) -> list[tuple[int, int]]:
    found, at = [], 0
    for part in text.split(". "):
        end = at + len(part) + (0 if part.endswith(".") else 1)
        found.append((at, end))
        at = end + 1
    return found


def article_of(n: int, cited: list[Record]) -> Article:
    """The n-th article: its thread's story so far leads to the two before it."""
    desk, published = _Desk(n, cited), FIRST + timedelta(hours=24 * n / A_DAY)
    figures = tuple(FigureRow(desk.figure(), (cited[i].outlet, cited[i + 1].outlet), ()) for i in range(6))
    frame = Sentence("Two accounts of one contract remain.", SentenceKind.FRAME)
    sections = (
        Section(None, (desk.paragraph(4, desk.infer()), desk.paragraph(3))),
        *(
            Section(f"The {' '.join(desk.random.choices(WORDS, k=6))}", (desk.paragraph(4, desk.measure()), desk.paragraph(2, frame)))
            for _ in range(3)
        ),
    )
    before = [m for m in (n - 1, n - 2) if m >= 0 and m // IN_THREAD == n // IN_THREAD]
    method = Method(
        records=CITED, independent=6, first=cited[0].published, last=cited[-1].published, copies=1, writer="ledger", models=(),
        checks=(("citation_resolves", 40), ("figures", 30), ("names", 30)), removed=(("figures", 1),), reviewed_by=None,
        outlets=tuple((name, "report", 1, 4, 0.8) for name in sorted({r.outlet for r in cited})),
    )  # fmt: skip
    return Article(
        id=short_id("bench article", str(n)), slug=slug_of(n), version=1, status=ArticleStatus.PUBLISHED, writer="ledger", form="ledger",
        thread_id=f"bench-{n // IN_THREAD}", published=published, modified=published, headline=desk.report(), dek=desk.report(), sections=sections,
        so_far=(desk.report(), desk.report()),
        questions=tuple(Question(f"Why {' '.join(desk.random.choices(WORDS, k=9))}?", desk.paragraph(2, desk.infer())) for _ in range(3)),
        figures=figures, picture=tuple(LayerShare(name, 0.2, 0.05 + 0.1 * i) for i, name in enumerate(LAYERS)),
        layers=(LAYERS[n % 5], LAYERS[(n + 2) % 5]), theme=Theme(f"t{n}", (f"s{n}",), tuple(r.id for r in cited), (), LAYERS[:2], 6, True, "two signals"),
        method=method, steps=tuple((FIRST + timedelta(hours=24 * m / A_DAY), f"Step {m} of the thread.", slug_of(m)) for m in reversed([*before, n])),
        related=tuple(Related("earlier", slug_of(m), f"The one before, {m}", "Earlier in the thread.") for m in before),
    )  # fmt: skip


def slug_of(n: int) -> str:
    return f"{WORDS[n % 400]}-{WORDS[n // 400 % 400]}-{n}"


def fill(db: Database, first: int, count: int) -> None:
    """Store articles first .. first+count with what they cite."""
    for n in range(first, first + count):
        fresh = range(n * NEW_RECORDS, (n + 1) * NEW_RECORDS) if n else range(CITED)
        with db.transaction():
            for m in (m + CITED - NEW_RECORDS for m in fresh) if n else fresh:
                record = record_of(m)
                pages.add(db, record.canonical_url, record.url, record.outlet, record.published, queued=False)
                store.add(db, record)
            cited = [record_of(n * NEW_RECORDS + i) for i in range(CITED)]
            article = article_of(n, cited)
            articles.open_thread(
                db, article.thread_id, article.thread_id, f"Thread {n // IN_THREAD} of {WORDS[n // IN_THREAD % 400]}", article.published
            )
            articles.add(db, article, None)


def each(count: int) -> Iterator[tuple[Article, dict[str, Record]]]:
    """The same articles as values, for peers."""
    for n in range(count):
        cited = [record_of(n * NEW_RECORDS + i) for i in range(CITED)]
        yield article_of(n, cited), {r.id: r for r in cited}
