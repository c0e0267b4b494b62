"""A publication with every kind of page: the hand-made articles, one of them updated, with measured weeks, forecasts and a correction."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import publish_sample as sample

from groundwire import log
from groundwire.clock import to_text
from groundwire.config import Publication, Settings, Site
from groundwire.records import Article, ArticleStatus, LayerShare, SentenceKind, Signal
from groundwire.serve import serving
from groundwire.store import articles
from groundwire.store.database import Database, open_database
from publish.pipeline import build

WEEKS = ((0.12, 0.0, 0.5, 0.1, 0.14, 0.3, 0.16, 0.3, 0.08, 0.3), (0.1, 0.02, 0.42, 0.08, 0.18, 0.36, 0.18, 0.24, 0.12, 0.3))
LAYERS = ("application", "model", "infrastructure", "chip", "energy")

PAGES = (
    "index.html", "stack/index.html", "stack/energy/index.html", "threads/index.html", "threads/osterby-and-the-grid/index.html",
    "forecasts/index.html", "corrections/index.html", "sources/index.html", "methodology/index.html", "about/index.html", "ai-policy/index.html",
    "archive/2026-06/index.html", "404.html", *(f"articles/{sample.sample().slug}/{name}index.html" for name in ("", "evidence/", "history/")),
)  # fmt: skip
"""One page of every kind."""

ARTICLE = f"articles/{sample.sample().slug}/index.html"


def measured(values: tuple[float, ...]) -> Signal:
    shares = " ".join(f"{layer}={values[2 * i]}/{values[2 * i + 1]}" for i, layer in enumerate(LAYERS))
    return Signal(
        "g1", "attention-commitment", 0.6, "Commitments run ahead of coverage in energy.", (), (), (("layer", "energy"), ("shares", shares))
    )


def updated() -> tuple[Article, Article]:
    """The sample's article and its second version, with a sentence rewritten, one gone and one new, a dispute and an inference."""
    plain = sample.sample()
    first = replace(plain, theme=replace(plain.theme, signals=(measured(WEEKS[0]),)))
    opening, *rest = plain.sections[0].paragraphs
    moved = replace(opening[0], text="Halden Compute has signed for 900 megawatts at Osterby, the operator said.")
    added = sample.says("Where the transformers go first will show who is served.", *opening[0].citations, kind=SentenceKind.INFERENCE)
    body = (replace(plain.sections[0], paragraphs=((moved, *opening[2:], added), *rest)), *plain.sections[1:])
    second = replace(
        first, version=2, modified=sample.DAY + timedelta(days=5), sections=body, picture=tuple(LayerShare(n, WEEKS[1][2 * i], WEEKS[1][2 * i + 1]) for i, n in enumerate(LAYERS)),
        theme=replace(plain.theme, signals=(measured(WEEKS[1]),)), method=replace(plain.method, changes=("one sentence more",)),
    )  # fmt: skip
    return first, second


def fill(db: Database) -> None:
    first, second = updated()
    sample.fill(db, sample.earlier(), first, second)
    draft = replace(
        sample.earlier(), id="d1d2d3d4d5d6", slug="a-draft-that-waits", status=ArticleStatus.HELD, reasons=("waits for an editor",)
    )
    articles.add(db, draft, None)
    with db.transaction():
        articles.correct(db, second.id, 2, sample.note("correction"))
        for i, record in enumerate(sample.RECORDS.values()):
            db.insert("layers", {"record_id": record.id, "layer": LAYERS[i % 5], "score": 0.9, "rule": "test"})
        for i, outcome in enumerate(("open", "held", "failed", "partly")):
            made, due = (to_text(sample.DAY + timedelta(days=n)) for n in (0, 30 * (i + 1)))
            row = {
                "id": f"f{i}",
                "article_id": second.id,
                "statement": f"Osterby gets its transformer number {i + 1} by then.",
                "made": made,
                "due": due,
            }
            db.insert(
                "forecasts",
                row | {"wrong_if": "none is delivered", "outcome": outcome, "evidence": None if outcome == "open" else "A filing."},
            )


def publication(root: Path, **site: Any) -> Publication:
    known = {
        "title": "The Ground Wire",
        "url": "https://wire.example/pub/",
        "contact": "desk@wire.example",
        "responsible": "Wire Press",
    } | site
    return Publication(root=root, settings=Settings(site=Site(**known)))


def built(root: Path, **site: Any) -> Path:
    """The built site of the sample under `root`."""
    with closing(open_database(None)) as db:
        fill(db)
        made = publication(root, **site)
        assert build(db, made, sample.DAY, progress=log.silent).failures == ()
    return made.output / "site"


@contextmanager
def served(root: Path) -> Iterator[str]:
    """The address of the built sample on this machine, which is also the one that its pages name."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}/"
    with serving(built(root, url=address), port) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield address
        server.shutdown()
        thread.join()
