"""What `groundwire explain` says about one article, or about everything that is out."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from groundwire.clock import to_text
from groundwire.config import Publication
from groundwire.errors import ConfigError
from groundwire.records import ArticleStatus, Signal
from groundwire.references import reference_table
from groundwire.store import articles, records
from groundwire.store.database import Database


@dataclass(frozen=True, slots=True)
class Explained:
    """The answer as a value and as lines; `broken` when a check found a citation that does not resolve."""

    value: Any
    lines: tuple[str, ...]
    broken: bool


def explain(db: Database, publication: Publication, name: str | None, *, everything: bool, check: bool) -> Explained:
    """Each sentence with what it rests on, or with `check` what does not resolve; raises NotFoundError, ConfigError for neither."""
    from synth import pipeline

    if bool(name) == everything:
        raise ConfigError("explain: name one article by slug or id, or give --all")
    lines = pipeline.explain_lines(db, name, check, reference_table(publication))
    if check:
        said = lines or ("every citation resolves",)
        return Explained({"resolves": not lines, "faults": list(lines)}, said, bool(lines))
    return Explained(_value(db, name), lines or ("there is no article yet",), False)


def _value(db: Database, name: str | None) -> list[dict[str, Any]]:
    wanted = (articles.find(db, name),) if name else articles.with_status(db, *ArticleStatus)
    return [
        {
            "id": article.id,
            "slug": article.slug,
            "version": article.version,
            "status": article.status.value,
            "writer": article.writer,
            "reasons": article.reasons,
            "thesis": article.theme.lead,
            "signals": [asdict(signal) | {"records": _records(db, signal)} for signal in article.theme.signals],
            "joins": [{"story": story, "why": why} for story, why in article.theme.joins],
            "sentences": [{"n": n, "place": place, **asdict(sentence)} for n, place, sentence in articles.numbered(article)],
        }
        for article in wanted
    ]


def _records(db: Database, signal: Signal) -> list[dict[str, str]]:
    """The records behind a signal, in canonical order."""
    found = sorted(records.many(db, signal.record_ids), key=lambda r: r.order)
    return [{"id": r.id, "title": r.title, "outlet": r.outlet, "url": r.url, "published": to_text(r.published)} for r in found]
