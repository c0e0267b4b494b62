"""Asking a model where the rules are in doubt: closed questions whose answers are kept before they are used.

The rules propose and decide alone where there is no model, where it fails, and where the budget does not carry it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from evidence.extent import unearned_superlatives
from evidence.names import unknown_names
from evidence.numbers import numbers
from evidence.safety import foreign_matter
from groundwire.clock import to_text
from groundwire.errors import ModelError
from groundwire.llm import Model
from groundwire.llm.asking import Answer
from groundwire.log import event
from groundwire.records import Record, Story, Theme, short_id
from groundwire.store import judgements
from groundwire.store.database import Database
from groundwire.store.judgements import SAME, SPLIT, THEME, TITLE, Judgement
from groundwire.templating import environment
from synth.find import doubts
from synth.find.doubts import Judged, Proposal
from synth.fitting import Step, asked, batched, filled, line, marked, room

SHOWN_WORDS = 120
"""Words of a page that a question on grouping shows, its first."""
MOST_SHOWN = 8
"""Records of a group that a question shows."""
MOST_CANDIDATES = 5
"""The strongest themes among which one is chosen."""
MOST_TITLES = 12
TITLE_WORDS = (4, 14)
MAX_REASON = 200


class SamePair(BaseModel):
    number: int
    same: bool
    reason: str


class SamePairs(BaseModel):
    pairs: list[SamePair]


class SplitGroup(BaseModel):
    parts: list[list[int]]
    reason: str


class StoryTitle(BaseModel):
    number: int
    title: str


class StoryTitles(BaseModel):
    stories: list[StoryTitle]


class ChosenTheme(BaseModel):
    theme: int
    reason: str


PAIRS = Step("same.txt", "check", SamePairs, most_prompt=6_000, most_answer=1_000)
GROUP = Step("split.txt", "check", SplitGroup, most_prompt=4_000, most_answer=600)
TITLES = Step("titles.txt", "check", StoryTitles, most_prompt=6_000, most_answer=1_000)
CHOICE = Step("choose.txt", "check", ChosenTheme, most_prompt=3_000, most_answer=400)


class Disposer:
    """Asks on behalf of one moment; `notes` says in words what came of it."""

    def __init__(self, model: Model, own_templates: Path | None, db: Database, now: datetime) -> None:
        self._model, self._db, self._now = model, db, now
        self._prompts = environment("prompts", own_templates, autoescape=False)
        self._failed = False
        self.notes: list[str] = []

    def group(self, proposal: Proposal, judged: Judged) -> None:
        """Ask on the pairs and groups in doubt, and keep what is said."""
        by_id = {r.id: r for r in proposal.heads}
        self._pairs([(by_id[a], by_id[b]) for a, b in doubts.pairs(proposal, judged)])
        for ids in doubts.mixtures(proposal, judged):
            self._group([by_id[i] for i in ids[:MOST_SHOWN]])

    def choose(self, themes: Sequence[Theme], stories: Sequence[Story]) -> None:
        """Ask which of the strongest themes a thesis can carry, where several are ready, and keep what is said."""
        candidates = [t for t in themes if t.ready][:MOST_CANDIDATES]
        if len(candidates) < 2:
            return
        titles = {s.id: s.title for s in stories}
        told = [_theme_line(n, t, titles) for n, t in enumerate(candidates, 1)]
        answer = self._asked(CHOICE, "\n\n".join(told))
        if answer and 1 <= answer.theme <= len(candidates):
            self._keep([Judgement(THEME, _subject(candidates), candidates[answer.theme - 1].id, _reason(answer.reason))])

    def title(self, stories: Sequence[Story], records: Mapping[str, Record], known: Iterable[Judgement]) -> None:
        """Ask for neutral titles of stories that have none, and keep those that hold nothing which their records do not."""
        titled = {j.subject for j in known if j.kind == TITLE}
        wanted = [s for s in stories if s.id not in titled][:MOST_TITLES]
        mine = {s.id: [records[r] for r in s.record_ids if r in records] for s in wanted}
        wanted, _ = filled(TITLES, "stories", wanted, lambda s: _story_block(0, mine[s.id]), self._room(TITLES)) if wanted else ([], 0)
        answer = self._asked(TITLES, "\n".join(_story_block(n, mine[s.id]) for n, s in enumerate(wanted, 1))) if wanted else None
        said = {t.number: line(t.title).rstrip(".") for t in reversed(answer.stories)} if answer else {}
        given = ((s, said[n]) for n, s in enumerate(wanted, 1) if n in said)
        self._keep([Judgement(TITLE, s.id, title) for s, title in given if is_neutral(title, mine[s.id])])

    def _pairs(self, pairs: Sequence[tuple[Record, Record]]) -> None:
        batches = batched(pairs, lambda pair: _pair_block(0, *pair), self._room(PAIRS)) if pairs else []
        for run in batches[:1]:
            answer = self._asked(PAIRS, "\n".join(_pair_block(n, *pair) for n, pair in enumerate(run, 1)))
            said = {p.number: p for p in reversed(answer.pairs)} if answer else {}
            self._keep(
                [
                    Judgement(SAME, " ".join(sorted((a.id, b.id))), "yes" if said[n].same else "no", _reason(said[n].reason))
                    for n, (a, b) in enumerate(run, 1)
                    if n in said
                ]
            )

    def _group(self, records: Sequence[Record]) -> None:
        answer = self._asked(GROUP, "\n".join(marked(n, r, _shown(r)) for n, r in enumerate(records, 1)))
        if not answer:
            return
        parts = [[n for n in dict.fromkeys(part) if 1 <= n <= len(records)] for part in answer.parts]
        if sorted(n for part in parts for n in part) == list(range(1, len(records) + 1)):
            verdict = "|".join(" ".join(records[n - 1].id for n in part) for part in parts if part)
            self._keep([Judgement(SPLIT, " ".join(r.id for r in records), verdict, _reason(answer.reason))])

    def _room(self, step: Step[Any]) -> int:
        try:
            return room(step, self._model, self._told(step))
        except ModelError:
            return 0

    def _told(self, step: Step[Any]) -> str:
        told: str = self._prompts.get_template(step.prompt).render()
        return told

    def _asked(self, step: Step[Answer], material: str) -> Answer | None:
        """The answer to a question, or None where the model or the budget gives none: then the rules decide, and nothing more is asked."""
        if self._failed:
            return None
        about = f"{step.prompt}:{to_text(self._now)}:{short_id(material)}"
        try:
            with self._model.reserve([step.planned(self._model.context_tokens(step.role))], about):
                return asked(step, self._model, self._told(step), material)
        except ModelError as error:
            self._failed = error.kind not in ("schema", "not recorded")
            event("grouping by rules alone", prompt=step.prompt, reason=str(error))
            self.notes.append(f"the rules alone decided ({step.prompt.removesuffix('.txt')}): {error}")
            return None

    def _keep(self, found: Sequence[Judgement]) -> None:
        judgements.add(self._db, found, self._now)
        self.notes.extend(
            _IN_WORDS[j.kind].format(verdict=j.verdict, reason=j.reason) for j in found if j.kind != SPLIT or "|" in j.verdict
        )


_IN_WORDS = {
    SAME: "two stories near the threshold: one event? {verdict}, says the model: {reason}",
    SPLIT: "a story was divided by the model: {reason}",
    TITLE: "a story is called “{verdict}” by the model",
    THEME: "the theme that the model put first: {reason}",
}


def ordered(themes: Sequence[Theme], known: Iterable[Judgement]) -> tuple[Theme, ...]:
    """The themes, the one that was chosen among the strongest first."""
    candidates = [t for t in themes if t.ready][:MOST_CANDIDATES]
    chosen = next((j.verdict for j in known if j.kind == THEME and j.subject == _subject(candidates)), None)
    return tuple(sorted(themes, key=lambda t: t.id != chosen))


def titled(stories: Sequence[Story], known: Iterable[Judgement]) -> tuple[Story, ...]:
    """The stories with the titles that they were given."""
    titles = {j.subject: j.verdict for j in known if j.kind == TITLE}
    return tuple(replace(s, title=titles[s.id]) if s.id in titles else s for s in stories)


def is_neutral(title: str, records: Sequence[Record]) -> bool:
    """Whether a title is one line of words with no name, number or superlative that its records have not, and no link or order."""
    texts = [f"{r.title}\n{r.text}" for r in records]
    low, high = TITLE_WORDS
    known = {n.value for text in texts for n in numbers(text)}
    return (
        low <= len(title.split()) <= high
        and not foreign_matter(title)
        and not unknown_names(title, texts)
        and all(n.value in known for n in numbers(title))
        and not unearned_superlatives(title, texts)
    )


def _subject(themes: Sequence[Theme]) -> str:
    """What identifies a choice: the candidates with the records that they rest on."""
    return short_id(*(part for t in themes for part in (t.id, *t.record_ids)))


def _reason(text: str) -> str:
    return "" if foreign_matter(line(text)) else line(text)[:MAX_REASON]


def _shown(record: Record) -> str:
    return f"{line(record.title)}\n{' '.join(record.text.split()[:SHOWN_WORDS])}"


def _pair_block(number: int, one: Record, other: Record) -> str:
    return f"Pair {number}:\n{marked(1, one, _shown(one))}{marked(2, other, _shown(other))}"


def _story_block(number: int, records: Sequence[Record]) -> str:
    shown = "".join(marked(n, r, line(r.title)) for n, r in enumerate(records[:MOST_SHOWN], 1))
    return f"Story {number}:\n{shown}{' '.join(records[0].text.split()[:SHOWN_WORDS]) if not shown else ''}"


def _theme_line(number: int, theme: Theme, titles: Mapping[str, str]) -> str:
    stories = "; ".join(f"“{line(titles[i])}”" for i in theme.story_ids if i in titles)
    signals = [f"- {s.kind}: {line(s.statement)}" for s in theme.signals[:MOST_CANDIDATES]]
    return "\n".join([f"Theme {number}: {theme.independent} independent sources; stories: {stories}", *signals])
