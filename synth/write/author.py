"""The author: a language model that writes an article in steps, each of which sees only what it needs.

Facts from the pages of each story; a plan; the parts, from facts alone; questions, headline and dek. Then the checks that
need no model, the checking role, one round of repair, and what a cut leaves without sense. What comes back is a Draft like
any other; `synth.write.proof` and the gate decide what of it stands.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, Protocol

from groundwire.budget import model_of
from groundwire.errors import ConfigError
from groundwire.llm import Message, Model, PlannedCall, prompt_tokens
from groundwire.records import Draft, Question, Section, Sentence, SentenceKind, Severity, short_id
from groundwire.templating import environment
from synth.fitting import SPARE_TOKENS
from synth.write import compose, entail, facts, forecasts, house, memory, outcomes, plan, repair, shorten
from synth.write.accounts import accounts, disputes, picture, rows
from synth.write.facts import Fact
from synth.write.lines import ANSWER, ASKED, BODY, DEK, HEADING, HEADLINE, SO_FAR, Desk, Judged, Line, of_area
from synth.write.offered import offered
from synth.write.page import Page
from synth.write.proof import stands
from synth.write.so_far import so_far
from synth.write.sources import Sources, Writer
from synth.write.verdicts import ENTAILMENT

PROMPTS = (
    facts.PROMPT,
    outcomes.PROMPT,
    plan.PROMPT,
    compose.SECTION_PROMPT,
    compose.QUESTIONS_PROMPT,
    compose.OPENING_PROMPT,
    entail.PROMPT,
    repair.PROMPT,
    "sentences.txt",
)
"""The prompt files that an article is made with."""
ROLES = ("extract", "write", "check")
MOST_SO_FAR = 3
USUAL_STORIES, USUAL_PARTS = 4, 6
USUAL_RECORD_TOKENS = 1_500
USUAL_INSTRUCTIONS = 900


class Contexts(Protocol):
    """Whoever knows how long prompt and answer together may be for a role."""

    def context_tokens(self, role: str) -> int: ...


def author(model: Model, own_templates: Path | None) -> Writer:
    """The writer that asks `model`; what it raises is a ModelError, or a ConfigError where form or house style cannot be read."""

    def write(sources: Sources) -> Draft:
        if not sources.form.part:
            raise ConfigError(f"templates/forms/{sources.form.name}.toml has no [[part]]: the author writes a form part by part")
        with model.reserve(planned(sources, model, own_templates), about=about(sources)):
            return _Article(sources, model, own_templates).draft()

    return write


def about(sources: Sources) -> str:
    """What an article's calls are for: its theme, and the very records, for their answers hold for no others."""
    return f"{sources.theme.id}:{short_id(*(r.id for r in sources.citable))}"


def planned(sources: Sources, contexts: Contexts, own_templates: Path | None) -> tuple[PlannedCall, ...]:
    """The questions that an article asks at most, each with the longest prompt that it may have."""
    context = contexts.context_tokens(facts.STEP.role)
    told = prompt_tokens((Message("system", instructions(sources, own_templates, house.load(own_templates))[facts.PROMPT]),))
    left = facts.STEP.prompt_room(context) - told - SPARE_TOKENS
    reading = [facts.STEP.planned(context, told + SPARE_TOKENS + size) for size in facts.call_sizes(sources, max(left, 1))]
    judging = [outcomes.STEP.planned(contexts.context_tokens(outcomes.STEP.role))] if outcomes.due(sources) else []
    return (*reading, *judging, *_writing(contexts, len(sources.form.part), len(sources.stories)))


@dataclass(frozen=True, slots=True)
class _Same:
    """One context for every role."""

    tokens: int

    def context_tokens(self, role: str) -> int:
        return self.tokens


def usual_calls(records: int, context_tokens: int) -> tuple[PlannedCall, ...]:
    """The questions of an article over so many records of usual length."""
    step = facts.STEP
    story = USUAL_INSTRUCTIONS + USUAL_RECORD_TOKENS * -(-records // USUAL_STORIES)
    calls = -(-story // step.prompt_room(context_tokens)) * USUAL_STORIES
    reading = [step.planned(context_tokens, -(-story * USUAL_STORIES // calls)) for _ in range(calls)]
    return (*reading, *_writing(_Same(context_tokens), USUAL_PARTS, USUAL_STORIES))


def _writing(contexts: Contexts, parts: int, stories: int) -> tuple[PlannedCall, ...]:
    write, check = contexts.context_tokens("write"), contexts.context_tokens("check")
    checks = entail.most_calls(stories, parts) + entail.most_again(stories)
    return (
        plan.STEP.planned(write),
        *[compose.SECTION.planned(write)] * parts,
        compose.QUESTIONS.planned(write),
        compose.OPENING.planned(write),
        *[entail.STEP.planned(check)] * checks,
        *[repair.STEP.planned(write)] * repair.MOST_CALLS,
    )


def instructions(sources: Sources, own: Path | None, style: house.House) -> dict[str, str]:
    """What each step is told, by its prompt file."""
    prompts = environment("prompts", own, autoescape=False)
    values = told(sources, style)
    return {name: prompts.get_template(name).render(values) for name in PROMPTS}


def told(sources: Sources, style: house.House) -> dict[str, Any]:
    """What prompt files may name."""
    form = sources.form
    return form.model_dump() | {
        "title": sources.settings.site.title,
        "form": form.name,
        "parts": form.part,
        "house": style,
        "forecast": form.forecast,
        "thread": bool(sources.earlier),
        "audiences": sources.settings.write.audiences or form.audiences,
        "layers": [layer.label for layer in sources.lens.layers],
        "today": f"{sources.now:%Y-%m-%d}",
    }


class _Article:
    """One article on its way."""

    def __init__(self, sources: Sources, model: Model, own: Path | None) -> None:
        style = house.load(own)
        self._sources, self._model = sources, model
        self._told = instructions(sources, own, style)
        self._found = facts.extract_facts(sources, model, self._told[facts.PROMPT])
        offers = offered(sources)
        known = (*self._found.facts, *memory.facts(sources, len(self._found.facts) + 1))
        self._lost = Counter(dict(self._found.dropped))
        self._decided = outcomes.decided(sources, model, self._told[outcomes.PROMPT], self._found.facts, self._lost)
        self._plan = plan.make_plan(sources, model, self._told[plan.PROMPT], known, offers, self._decided)
        by_number: dict[int, Fact] = {f.number: f for f in known}
        self._desk = Desk(sources, by_number, {o.id: o for o in offers}, style, house.worn(sources.recent, style, sources.now))
        self._lost += Counter(dict(self._plan.dropped))

    def draft(self) -> Draft:
        """The draft, checked, mended and read again for sense."""
        stories = len(self._sources.stories)
        most, again = entail.most_calls(stories, len(self._sources.form.part)), entail.most_again(stories)
        written = self._written()
        judged = self._checked(written, entail.read_before(written), most)
        told = self._told[repair.PROMPT]
        judged = repair.repaired(judged, self._desk, self._model, told, lambda new, before: self._checked(new, before, again))
        if self._sources.settings.gate.policy != "review":
            judged = repair.sensible(repair.undoubted(judged))
            judged = repair.sensible(shorten.shortened(judged, self._sources.form, [p.part for p in self._plan.parts]))
        return self._assembled(judged)

    def _written(self) -> list[Line]:
        composer = compose.Composer(self._desk, self._plan, self._model)
        body: list[Line] = []
        for n in range(len(self._plan.parts)):
            body += composer.part(n, self._told[compose.SECTION_PROMPT], [one for one in body if one.area == BODY])
        asked = composer.questions(self._told[compose.QUESTIONS_PROMPT], [one for one in body if one.area == BODY])
        opening = composer.opening(self._told[compose.OPENING_PROMPT], self._desk.judge(body))
        self._lost += composer.lost
        return [*opening, *body, *asked]

    def _checked(self, written: list[Line], before: list[str], most: int) -> list[Judged]:
        return entail.entailed(self._desk.judge(written), before, self._desk, self._model, self._told[entail.PROMPT], most)

    def _assembled(self, judged: list[Judged]) -> Draft:
        made, why = forecasts.forecast(self._plan, judged, self._desk)
        if why:
            self._lost[why] += 1
        sources = self._sources
        every = [a for story in sources.stories for a in accounts(sources, story)]
        disputed = [d for story in sources.stories for d in disputes(sources, accounts(sources, story))]
        sections, questions = tuple(self._sections(judged)), tuple(self._questions(judged))
        left_open = tuple(self._left_open())
        return Draft(
            form=sources.form.name,
            writer=f"author ({model_of(sources.settings.llm, 'write')})",
            headline=best(of_area(judged, HEADLINE)),
            dek=best(of_area(judged, DEK)),
            sections=sections,
            so_far=_so_far(sources, judged),
            questions=questions,
            figures=rows(every, disputed, [f.id for a in every for f in a.figures if _cites(judged, f.record_id, f.start, f.end)]),
            picture=picture(sources, every),
            layers=sources.theme.layers,
            theme=sources.theme,
            dropped=tuple(sorted((+self._lost).items())),
            forecasts=made,
            open=left_open,
            decided=self._decided,
        )

    def _sections(self, judged: Sequence[Judged]) -> list[Section]:
        found = []
        for n in range(len(self._plan.parts)):
            mine = [j for j in of_area(judged, BODY) if j.line.part == n]
            heading = next((j for j in of_area(judged, HEADING) if j.line.part == n), None)
            if not mine:
                continue
            bare = all(j.cut for j in mine)
            paragraphs = tuple(tuple(j.sentence for j in group) for _, group in groupby(mine, key=lambda j: j.line.paragraph))
            found.append(Section(None if bare else self._label(heading, "heading that the facts do not bear"), paragraphs))
        return found

    def _questions(self, judged: Sequence[Judged]) -> list[Question]:
        """The questions whose own words stand; one that brings something of its own is left out with its answer."""
        found = []
        for asked in of_area(judged, ASKED):
            label = self._label(asked, "question that the facts do not bear")
            if label:
                found.append(Question(label, tuple(j.sentence for j in of_area(judged, ANSWER) if j.line.part == asked.line.part)))
        return found

    def _left_open(self) -> Iterator[str]:
        """The open questions of the plan that bring nothing of their own."""
        for n, left in enumerate(self._plan.open):
            asked = Line(ASKED, n, 0, SentenceKind.INFERENCE, left.text, tuple(f.number for f in left.facts), ())
            if left.text.endswith("?") and all(j.stands for j in self._desk.judge([asked])):
                yield left.text
            else:
                self._lost["open question that the facts do not bear"] += 1

    def _label(self, judged: Judged | None, reason: str) -> str | None:
        if judged is None or judged.stands:
            return judged.line.text if judged else None
        self._lost[reason] += 1
        return None


def _so_far(sources: Sources, judged: Sequence[Judged]) -> tuple[Sentence, ...]:
    """The story so far in at most three sentences that stand: what the thread's earlier articles said, in their words with the passages that
    they cited, where the author has room for it; what is struck out stays beside them."""
    mine = of_area(judged, SO_FAR)
    left = MOST_SO_FAR - sum(not j.cut for j in mine)
    page = Page(sources.form, (*sources.records, *sources.archive))
    for one in (j for j in judged if not j.cut and j.line.area in (BODY, SO_FAR)):
        page.take(one.sentence)
    before = so_far(sources, page, stands(sources)) if sources.earlier else ()
    return (*before[: max(left, 0)], *(j.sentence for j in mine))


def best(candidates: Sequence[Judged]) -> Sentence:
    """The first candidate that stands without a doubt, else the first that stands, that is not struck out, the first; for the gate to judge."""

    def faults(judged: Judged) -> tuple[bool, bool, int, bool]:
        graver = sum(f.severity is not Severity.NOTE for f in judged.findings)
        return not judged.stands, judged.cut, graver, any(f.check == ENTAILMENT for f in judged.findings)

    ranked = sorted(candidates, key=faults)
    return ranked[0].sentence if ranked else Sentence("", SentenceKind.FRAME)


def _cites(judged: Sequence[Judged], record_id: str, start: int, end: int) -> bool:
    """Whether a line that is not struck out cites the passage that holds a figure."""
    cited = (c for j in judged if not j.cut and j.line.area not in (HEADLINE, DEK) for c in j.sentence.citations)
    return any(c.record_id == record_id and (c.start or 0) <= start and end <= (c.end or 0) for c in cited)
