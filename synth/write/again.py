"""One section written again by the author: from the facts that the article rests on already, as an editor asks, checked as everything else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

from groundwire.errors import ModelError
from groundwire.llm import Model
from groundwire.records import Article, Section, Sentence, SentenceKind, Target, short_id
from groundwire.templating import environment
from synth.fitting import Step, asked, filled, line, room
from synth.write import author, entail, house
from synth.write.compose import PART_SENTENCES, WrittenPart
from synth.write.facts import Fact, fact_line
from synth.write.gate import standing
from synth.write.lines import BODY, Desk, Line, several
from synth.write.offered import Offer
from synth.write.sources import Sources

PROMPT = "rewrite.txt"
STEP = Step(PROMPT, "write", WrittenPart, most_prompt=7_000, most_answer=3_000)
CHECKS = 2
"""Most calls that check what was written again."""
MOST_FACTS = 40
MOST_WISH = 1_000
"""Characters of what an editor asks for."""


def rewritten(article: Article, at: int, wish: str, sources: Sources, model: Model, own: Path | None) -> Section:
    """Another text for a section, each sentence with its findings; its heading stays. Raises ModelError, also when nothing came back."""
    section = article.sections[at]
    style = house.load(own)
    facts = tuple(_facts(article, section, sources))
    offers = {f"m{n}": Offer(f"m{n}", s) for n, s in enumerate((s for s in _sentences(section) if s.kind is SentenceKind.MEASURE), 1)}
    desk = Desk(sources, {f.number: f for f in facts}, offers, style, house.worn(sources.recent, style, sources.now))
    told = environment("prompts", own, autoescape=False).get_template(PROMPT).render(author.told(sources, style))
    checks = author.instructions(sources, own, style)[entail.PROMPT]
    contexts = (model.context_tokens(STEP.role), model.context_tokens(entail.STEP.role))
    planned = (STEP.planned(contexts[0]), *[entail.STEP.planned(contexts[1])] * CHECKS)
    with model.reserve(
        planned, about=f"{article.theme.id}:{short_id('again', article.id, str(article.version), section.heading or '', wish)}"
    ):
        answer = asked(STEP, model, told, _material(article, section, wish, facts, tuple(offers.values()), room(STEP, model, told)))
        lines = list(_lines(answer))[:PART_SENTENCES]
        judged = entail.entailed(desk.judge(lines), entail.read_before(lines), desk, model, checks, CHECKS)
    if not judged:
        raise ModelError("empty", "the author wrote nothing; the section stays as it is")
    return Section(section.heading, tuple(tuple(j.sentence for j in group) for _, group in groupby(judged, key=lambda j: j.line.paragraph)))


def _lines(answer: WrittenPart) -> Iterator[Line]:
    for p, paragraph in enumerate(answer.paragraphs):
        for k, written in enumerate(paragraph.sentences):
            yield from (one for one in several(written, BODY, 0, p, opens=k == 0) if one.text)


def _sentences(section: Section) -> Iterator[Sentence]:
    return (s for paragraph in section.paragraphs for s in paragraph)


def _facts(article: Article, section: Section, sources: Sources) -> Iterator[Fact]:
    """The passages that the section cites, then those of the rest of the article, numbered from 1."""
    seen: dict[tuple[str, int, int], Fact] = {}
    for sentence in (*_sentences(section), *standing(article)):
        for c in sentence.citations:
            record = sources.version(c.record_id or "", c.record_version or 0)
            if record and c.target is Target.PASSAGE and c.start is not None and c.end is not None and len(seen) < MOST_FACTS:
                key = (record.id, c.start, c.end)
                seen.setdefault(
                    key, Fact(len(seen) + 1, record, c.start, c.end, c.quote or "", line(sentence.text), kind=sources.kind(record))
                )
    return iter(seen.values())


def _material(article: Article, section: Section, wish: str, facts: Iterable[Fact], offers: Iterable[Offer], left: int) -> str:
    head = f"Headline: {line(article.headline.text)}\nThe heading of the section: {line(section.heading or '(none)')}\nThe editor asks: {line(wish)[:MOST_WISH] or 'write it better'}"
    old = [f"- {line(s.text)}" + "".join(f"\n  Found: {f.check}: {line(f.message)}" for f in s.findings) for s in _sentences(section)]
    blocks, left = filled(STEP, "task", [head], str, left)
    told, left = filled(STEP, "facts", list(facts), fact_line, left)
    blocks += ["Facts:\n" + "\n".join(map(fact_line, told))]
    measures, left = filled(STEP, "measures", list(offers), lambda o: o.line, left)
    blocks += ["Measures:\n" + "\n".join(o.line for o in measures)] if measures else []
    now, _ = filled(STEP, "the section", old, str, left)
    return "\n\n".join([*blocks, "The section as it is:\n" + "\n".join(now)])
