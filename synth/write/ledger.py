"""The ledger writer: no model, no network, the same draft from the same sources.

It restates what sources say, sentence by sentence, sets beside it how many carry each figure and where they differ,
and leaves out what it cannot restate cleanly.
"""

from __future__ import annotations

from collections.abc import Sequence

from groundwire.records import Draft, FigureRow, Section, Sentence, SentenceKind
from synth.write.accounts import Account, Dispute, accounts, disputes, picture, rows
from synth.write.opening import dek, headline
from synth.write.page import Page
from synth.write.paragraphs import Candidate, Paragraph, Passes, candidates, paragraph
from synth.write.proof import stands
from synth.write.questions import questions
from synth.write.shared import differing, resting
from synth.write.so_far import so_far
from synth.write.sources import Sources
from synth.write.trim import trimmed

NAME = "ledger"


def write(sources: Sources) -> Draft:
    """A draft in the form *ledger*; its sentences have passed the checks once, and are checked again like anybody's."""
    passes = stands(sources)
    page = Page(sources.form, sources.citable)
    stories = sources.stories[: sources.form.stories]
    found = [accounts(sources, story) for story in stories]
    pools = [candidates(sources, story, mine) for story, mine in zip(stories, found, strict=True)]
    every = [a for mine in found for a in mine]
    disputed = [d for mine in found for d in disputes(sources, mine)]
    head = page.take(headline(sources, pools, disputed, passes))
    told = _told(sources, pools, disputed, page, passes)
    sections = _sections(sources, told, every, disputed, page, passes)
    asked_pools = [pools[stories.index(p.story)] for p in told]
    below = dek(sources, asked_pools, head, passes) or Sentence("", SentenceKind.FRAME)
    past = so_far(sources, page, passes)
    asked = questions(sources, asked_pools, disputed, page, passes)
    draft = Draft(
        form=sources.form.name,
        writer=NAME,
        headline=head,
        dek=page.take(below),
        sections=sections,
        so_far=past,
        questions=asked,
        figures=_rows(every, disputed, page),
        picture=picture(sources, every),
        layers=sources.theme.layers,
        theme=sources.theme,
    )
    return trimmed(draft, sources)


def _told(
    sources: Sources, pools: Sequence[Sequence[Candidate]], disputed: Sequence[Dispute], page: Page, passes: Passes
) -> list[Paragraph]:
    """The paragraphs of the stories, in the theme's order; a story of which nothing can be told has none."""
    made = []
    for n, (story, pool) in enumerate(zip(sources.stories, pools, strict=False)):
        most = max(sources.form.clauses + (n == 0), sources.form.reports // len(pools))
        made.append(paragraph(sources, story, pool, disputed, page, passes, most))
    return [p for p in made if p.told]


def _sections(
    sources: Sources, told: Sequence[Paragraph], every: Sequence[Account], disputed: Sequence[Dispute], page: Page, passes: Passes
) -> tuple[Section, ...]:
    body = Section(None, tuple(tuple(t.sentence for t in p.told) for p in told))
    mentioned = {a.figure.id: a for p in told for t in p.told if t.candidate for a in t.candidate.accounts}
    parts = (differing(sources, disputed, page, passes), resting(sources, tuple(mentioned.values()), page, passes))
    return (body, *(p for p in parts if p))


def _rows(every: Sequence[Account], disputed: Sequence[Dispute], page: Page) -> tuple[FigureRow, ...]:
    """The ledger of the figures whose passages the article cites."""
    cited = {(c.record_id, c.start, c.end) for s in page.taken for c in s.citations}
    shown = [f.id for a in every for f in a.figures if (f.record_id, f.sentence_start, f.sentence_end) in cited]
    return rows(every, disputed, shown)
