"""Facts: what a model read in pages, each with a quote that is proved to be there the moment it arrives.

Page text reaches a model here and nowhere else, as marked data, and nothing comes back but quotes.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from pydantic import BaseModel

from evidence.quotation import find_quote
from evidence.text import normalise
from groundwire.llm import Message, Model, estimate_tokens
from groundwire.records import Record
from synth.write.sources import Sources

PROMPT = "facts.txt"
MAX_FACTS = 40
MAX_QUOTE_WORDS = 60
ANSWER_SHARE = 0.5
"""Part of the context kept for instructions and the answer."""


class OfferedFact(BaseModel):
    page: int
    quote: str
    about: str


class OfferedFacts(BaseModel):
    facts: list[OfferedFact]


@dataclass(frozen=True, slots=True)
class Fact:
    """A statement of a record: text[start:end] of it is `quote`."""

    number: int
    record: Record
    start: int
    end: int
    quote: str
    about: str


@dataclass(frozen=True, slots=True)
class FactsFound:
    facts: tuple[Fact, ...]
    dropped: tuple[tuple[str, int], ...]
    """What was left out or refused, counted by reason."""


def extract_facts(sources: Sources, model: Model, instructions: str, context_tokens: int) -> FactsFound:
    """The facts that a model finds in a theme's pages; a quote that its page does not hold is refused and counted.

    Pages are given whole, in canonical order; those beyond the context are left out and counted. Raises ModelError.
    """
    pages, left_out = fitting(sources.citable, context_tokens)
    messages = (Message("system", instructions), Message("user", "\n\n".join(page_block(i, r) for i, r in enumerate(pages, 1))))
    offered = model.ask("extract", PROMPT, messages, OfferedFacts)
    return proved(offered.facts, pages, left_out)


def fitting(records: tuple[Record, ...], context_tokens: int) -> tuple[tuple[Record, ...], int]:
    """The records whose whole text fits together into a share of the context, and how many did not."""
    room = int(context_tokens * ANSWER_SHARE)
    kept: list[Record] = []
    for record in records:
        need = page_tokens(record)
        if need <= room:
            kept.append(record)
            room -= need
    return tuple(kept), len(records) - len(kept)


def page_tokens(record: Record) -> int:
    """About how many tokens a page takes in a prompt."""
    return estimate_tokens(record.text) + 80


def page_block(number: int, record: Record) -> str:
    """A page as marked data; marks that the page itself contains are taken out."""
    text = record.text.replace("<page", "‹page").replace("</page", "‹/page")
    return f'<page number="{number}" publisher="{_plain(record.outlet)}" date="{record.published:%Y-%m-%d}">\n{text}\n</page>'


def proved(offered: list[OfferedFact], pages: tuple[Record, ...], left_out: int = 0) -> FactsFound:
    """The offered facts whose quotes stand in the pages that they name, numbered from 1, each once."""
    dropped: Counter[str] = Counter()
    if left_out:
        dropped["page beyond the model's context"] = left_out
    found: dict[tuple[str, int, int], Fact] = {}
    for fact in offered[:MAX_FACTS]:
        reason, span = _locate(fact, pages)
        if span is None:
            dropped[reason] += 1
            continue
        record = pages[fact.page - 1]
        key = (record.id, *span)
        found.setdefault(key, Fact(len(found) + 1, record, *span, record.text[slice(*span)], normalise(fact.about)[:80]))
    if len(offered) > MAX_FACTS:
        dropped["more facts than asked for"] = len(offered) - MAX_FACTS
    return FactsFound(tuple(found.values()), tuple(sorted(dropped.items())))


def _locate(fact: OfferedFact, pages: tuple[Record, ...]) -> tuple[str, tuple[int, int] | None]:
    if not 1 <= fact.page <= len(pages):
        return "fact of a page that was not given", None
    if not fact.quote.strip() or len(fact.quote.split()) > MAX_QUOTE_WORDS:
        return "quote empty or too long", None
    return "quote that the page does not hold", find_quote(fact.quote, pages[fact.page - 1].text)


def _plain(text: str) -> str:
    return text.replace('"', "'").replace("<", "‹")
