"""Facts: what a model read in pages, each with a quote that is proved to be there the moment it arrives.

Page text reaches a model here and nowhere else, as marked data, the pages of one story in a call, and nothing comes back
but quotes with what they are about.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator

from evidence.passages import passages
from evidence.quotation import find_quote
from evidence.safety import foreign_matter
from evidence.text import normalise
from groundwire.llm import Model, estimate_tokens
from groundwire.log import event
from groundwire.records import OutletKind, Record
from synth.fitting import Step, asked, batched, line, marked, plain, room
from synth.write.proof import foreign
from synth.write.sources import Sources

PROMPT = "facts.txt"
MAX_FACTS = 60
"""Facts of an article."""
CALL_FACTS = 24
"""Most facts that one call is asked for."""
FACTS_TOKENS = 160
"""About what an offered fact takes in an answer."""
PAGE_FACTS = 8
MAX_QUOTE_WORDS = 60
MAX_QUOTE_SENTENCES = 2
PAGE_TOKENS = 70
"""What stands around a page."""
MAX_ABOUT = 120
MAX_NAME = 80


def _stance(value: Any) -> Any:
    return value if value in ("for", "against") else "neutral"


class OfferedFact(BaseModel):
    page: int
    quote: str
    about: str
    entities: list[str]
    figures: list[str]
    stance: Annotated[Literal["for", "against", "neutral"], BeforeValidator(_stance)]
    said_by: str


class OfferedFacts(BaseModel):
    facts: list[OfferedFact]


STEP = Step(PROMPT, "extract", OfferedFacts, most_prompt=16_000, most_answer=4_000)


@dataclass(frozen=True, slots=True)
class Page:
    """A page, or a part of one, as a model is given it: text[start:end] of its record."""

    record: Record
    start: int
    end: int
    part: int = 1
    parts: int = 1

    @property
    def text(self) -> str:
        return self.record.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Fact:
    """A statement of a record: text[start:end] of it is `quote`."""

    number: int
    record: Record
    start: int
    end: int
    quote: str
    about: str
    entities: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()
    stance: str = "neutral"
    said_by: str = ""
    """Who says so, in the page's own words; empty when the page states it itself."""
    kind: OutletKind = OutletKind.REPORT
    told: datetime | None = None
    """When an earlier article of the thread reported it; None for what was read for this one."""


@dataclass(frozen=True, slots=True)
class FactsFound:
    facts: tuple[Fact, ...]
    dropped: tuple[tuple[str, int], ...]
    """What was left out or refused, counted by reason."""


def extract_facts(sources: Sources, model: Model, instructions: str) -> FactsFound:
    """The facts that a model finds in a theme's pages, story by story; a quote that its page does not hold is refused and counted.

    Every page is read whole, in parts where it is longer than a call holds. Raises ModelError.
    """
    lost: Counter[str] = Counter(_copies(sources))
    taken: list[list[Fact]] = []
    for n, call in _calls(sources, room(STEP, model, instructions)):
        answer = asked(STEP, model, instructions, material(call, _limit(call, model)))
        while len(taken) <= n:
            taken.append([])
        found = _proved(answer.facts[: _limit(call, model)], call, lost)
        taken[n] += [replace(f, kind=sources.kind(f.record)) for f in found]
        if len(answer.facts) > _limit(call, model):
            lost["more facts than asked for"] += len(answer.facts) - _limit(call, model)
    kept = _chosen(_shown(taken, sources.form.passage_words, lost), lost)
    return FactsFound(tuple(replace(f, number=i) for i, f in enumerate(kept, 1)), tuple(sorted(lost.items())))


def call_sizes(sources: Sources, left: int) -> Iterator[int]:
    """How many tokens of pages each call will hold."""
    return (sum(page_tokens(p) for p in call) for _, call in _calls(sources, left))


def _calls(sources: Sources, left: int) -> Iterator[tuple[int, list[Page]]]:
    """The pages of each call with the number of their story."""
    for n, story in enumerate(stories(sources)):
        pages = [page for record in story for page in divided(record, left - PAGE_TOKENS)]
        for call in batched(pages, page_block_of, left):
            yield n, call


def stories(sources: Sources) -> tuple[tuple[Record, ...], ...]:
    """The records to be read by story, each once; a copy is read in its origin where that is there."""
    ids = {r.id for r in sources.citable}
    seen = {c.record_id for c in sources.copies if c.origin_id in ids and c.origin_id != c.record_id}
    found: list[tuple[Record, ...]] = []
    for records in (*map(sources.of_story, sources.stories), sources.citable):
        mine = tuple(r for r in records if r.id not in seen)
        seen |= {r.id for r in mine}
        if mine:
            found.append(mine)
    return tuple(found)


def _copies(sources: Sources) -> dict[str, int]:
    n = len(sources.citable) - sum(map(len, stories(sources)))
    return {"copy that was read in its origin": n} if n else {}


def divided(record: Record, most_tokens: int) -> list[Page]:
    """A record in as few parts of whole sentences as fit into so many tokens; a longer sentence is a part alone, cut where it must be."""
    if estimate_tokens(record.text) <= most_tokens:
        return [Page(record, 0, len(record.text))]
    spans: list[tuple[int, int]] = []
    for start, end in _pieces(record.text, most_tokens):
        if spans and estimate_tokens(record.text[spans[-1][0] : end]) <= most_tokens:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    event("page divided", record=record.id, parts=len(spans))
    return [Page(record, a, b, n, len(spans)) for n, (a, b) in enumerate(spans, 1)]


def _pieces(text: str, most_tokens: int) -> Iterator[tuple[int, int]]:
    """The sentences of a text, one that is too long in pieces."""
    for start, end in passages(text):
        size = end - start
        while estimate_tokens(text[start : start + size]) > most_tokens:
            size //= 2
        yield from ((a, min(a + size, end)) for a in range(start, end, max(size, 1)))


def page_tokens(page: Page) -> int:
    """About how many tokens a page takes in a prompt."""
    return estimate_tokens(page_block_of(page)) + 1


def page_block_of(page: Page, number: int = 99) -> str:
    """A page as marked data."""
    return marked(number, page.record, page.text, f"{page.part} of {page.parts}" if page.parts > 1 else "")


def material(pages: Sequence[Page], limit: int) -> str:
    """What a call for facts is given."""
    return "\n".join(page_block_of(p, n) for n, p in enumerate(pages, 1)) + f"\nWrite down at most {limit} facts, the most important first."


def _limit(pages: Sequence[Page], model: Model) -> int:
    answer = STEP.answer_tokens(model.context_tokens(STEP.role))
    return max(4, min(CALL_FACTS, answer // FACTS_TOKENS, PAGE_FACTS * len(pages)))


def _proved(offered: Iterable[OfferedFact], pages: Sequence[Page], lost: Counter[str]) -> list[Fact]:
    """The offered facts whose quotes stand in the pages that they name."""
    found = []
    for fact in offered:
        reason, span = _locate(fact, pages)
        if span is None:
            lost[reason] += 1
        else:
            found.append(_made(fact, pages[fact.page - 1].record, span))
    return found


def _locate(fact: OfferedFact, pages: Sequence[Page]) -> tuple[str, tuple[int, int] | None]:
    if not 1 <= fact.page <= len(pages):
        return "fact of a page that was not given", None
    page = pages[fact.page - 1]
    if not fact.quote.strip() or len(fact.quote.split()) > MAX_QUOTE_WORDS:
        return "quote empty or too long", None
    at = find_quote(fact.quote, page.text)
    if at is None:
        return "quote that the page does not hold", None
    span = _with_marks(page.record.text, (page.start + at[0], page.start + at[1]))
    touched = [page.record.text[a:b] for a, b in passages(page.record.text) if a < span[1] and span[0] < b]
    if any(foreign_matter(normalise(text)) for text in (fact.quote, *touched)):
        return "quote from a sentence that holds an address, a code or an order", None
    return ("quote of more than two sentences", None) if len(touched) > MAX_QUOTE_SENTENCES else ("", span)


_OPENING_MARKS, _CLOSING_MARKS = '“„«"‘', '.”“»"’!?'


def _with_marks(text: str, span: tuple[int, int]) -> tuple[int, int]:
    """A span with the quotation marks and the stop that belong to it."""
    start, end = span
    while start and text[start - 1] in _OPENING_MARKS:
        start -= 1
    while end < len(text) and text[end] in _CLOSING_MARKS and (text[end] != "." or not text[end + 1 : end + 2].isalnum()):
        end += 1
    return start, end


def _made(fact: OfferedFact, record: Record, span: tuple[int, int]) -> Fact:
    quote = record.text[slice(*span)]

    def held(names: Iterable[str], text: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(n[:MAX_NAME] for name in names if (n := line(name)) and find_quote(n, text)))

    said_by = next(iter(held([fact.said_by], record.text)), "")
    about = "" if foreign_matter(line(fact.about)) else line(fact.about)[:MAX_ABOUT]
    return Fact(0, record, *span, quote, about, held(fact.entities, quote), held(fact.figures, quote), fact.stance, said_by)


def _shown(stories: Sequence[Sequence[Fact]], most_words: int, lost: Counter[str]) -> list[list[Fact]]:
    """Each fact once, and of no record more words than one page may show as evidence."""
    shown: defaultdict[str, int] = defaultdict(int)
    seen: set[tuple[str, int, int]] = set()
    kept: list[list[Fact]] = []
    for story in stories:
        kept.append([])
        for fact in story:
            words, key = len(fact.quote.split()), (fact.record.id, fact.start, fact.end)
            if key in seen:
                continue
            if shown[fact.record.id] + words > most_words:
                lost["fact beyond what a page may show of one record"] += 1
                continue
            shown[fact.record.id] += words
            seen.add(key)
            kept[-1].append(fact)
    return kept


def _chosen(stories: Sequence[Sequence[Fact]], lost: Counter[str]) -> list[Fact]:
    """The most important facts of every story, in the order of the stories."""
    ranked = sorted((rank, n) for n, story in enumerate(stories) for rank in range(len(story)))
    if len(ranked) > MAX_FACTS:
        lost["fact beyond what an article can hold"] += len(ranked) - MAX_FACTS
    kept = sorted((n, rank) for rank, n in ranked[:MAX_FACTS])
    return [stories[n][rank] for n, rank in kept]


def fact_line(fact: Fact) -> str:
    """A fact as a writer is given it: number, publisher and its kind where that is no report, date, when it was told, who says so, quote."""
    said = f", said by {plain(fact.said_by)}" if fact.said_by else ""
    kind = f" ({fact.kind.value})" if fact.kind is not OutletKind.REPORT else ""
    told = f", told here on {fact.told:%-d %B %Y}" if fact.told else ""
    foreign = _foreign(fact.record.language)
    return (
        f'[{fact.number}] {plain(fact.record.outlet)}{kind}, {fact.record.published:%-d %B %Y}{told}{said}{foreign}: "{line(fact.quote)}"'
    )


def _foreign(language: str | None) -> str:
    """What a writer has to know of a quote in another language than an article's."""
    name = foreign(language)
    return f", in {name} (only as a quotation that names the language, not in other words)" if name else ""


def summary_line(fact: Fact) -> str:
    """A fact in a few words, for a plan where quotes do not fit."""
    figures = f" ({'; '.join(fact.figures)})" if fact.figures else ""
    return f"[{fact.number}] {plain(fact.record.outlet)}, {fact.record.published:%-d %B}, {fact.stance}: {fact.about or line(fact.quote)[:MAX_ABOUT]}{figures}"


def plan_line(fact: Fact) -> str:
    """A fact as a planner is given it: with its stance and what it is about before the quote."""
    return f"{fact_line(fact)} ({fact.stance}; {fact.about})"
