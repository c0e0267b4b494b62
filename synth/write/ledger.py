"""The ledger writer: no model, no network, the same draft from the same sources.

It restates what sources say, sentence by sentence, sets beside it how many carry each figure and where they differ,
and leaves out what it cannot restate cleanly.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from groundwire.records import Draft, FigureRow, Section, Sentence, SentenceKind
from synth.write.accounts import Account, Dispute, accounts, disputes, picture, rows, signalled
from synth.write.dek import dek
from synth.write.finding import Finding
from synth.write.joining import reason, scaled
from synth.write.measures import best_told, house_of, noun_of, weighed
from synth.write.opening import headline
from synth.write.page import Page
from synth.write.paragraphs import Candidate, Paragraph, Passes, Told, body, candidates, paragraph
from synth.write.proof import stands
from synth.write.questions import Place, on_single, questions
from synth.write.shared import differing, resting
from synth.write.so_far import so_far
from synth.write.sources import Sources
from synth.write.thesis import OF_LAYERS, findings
from synth.write.trim import length, trimmed

NAME = "ledger"


def write(sources: Sources) -> Draft:
    """A draft in the form *ledger*; its sentences have passed the checks once, and are checked again like anybody's.

    Where that is too short, every sentence names its outlet, and what can be told so may be more.
    """
    draft = _written(sources, terse=True)
    if length(draft) >= sources.form.least:
        return draft
    return max(draft, _written(sources, terse=False), key=length)


def _written(sources: Sources, *, terse: bool) -> Draft:
    passes = stands(sources)
    known = frozenset(sources.said | {s.text for a in sources.earlier for s in body(a)})
    page = Page(sources.form, sources.citable, before=known, terse=terse)
    stories = sources.stories[: sources.form.stories]
    found = [accounts(sources, story) for story in stories]
    pools = [candidates(sources, story, mine) for story, mine in zip(stories, found, strict=True)]
    every = [a for mine in found for a in mine]
    disputed = [d for mine in found for d in disputes(sources, mine) if _plain_dispute(sources, d)]
    differ = {a.figure.id for d in disputed for a in d.accounts}
    disputed += [d for d in signalled(sources, every) if not differ & {a.figure.id for a in d.accounts}]
    agreed = _agreed(every, disputed)
    found_out = findings(sources, agreed, disputed)
    head = page.take(headline(sources, pools, found_out, page, passes))
    settled = [[c for c in pool if not c.accounts or any(a in agreed for a in c.accounts[:1])] for pool in pools]
    below = page.take(dek(sources, settled, head, found_out, page, passes) or Sentence("", SentenceKind.FRAME))
    opened = _opened(sources, found_out, page, passes)
    told = _told(sources, pools, disputed, page, passes)
    if opened and told:
        told[0] = Paragraph(told[0].story, (Told(opened, None), *told[0].told))
    asked_pools = [pools[stories.index(p.story)] for p in told]
    argued, sections = _argument(sources, told, every, disputed, found_out, page, passes)
    past = so_far(sources, page, passes)
    own = [d for d in disputed if d.accounts[0].story_id == sources.stories[0].id]
    found_asked = questions(sources, asked_pools, told, own, page, passes)
    asked = found_asked.questions
    single = next((s for s in sections if s.heading == sources.form.headings.get("single")), None)
    if single and len(asked) < sources.form.questions[0]:
        asked = (*asked, on_single(sources, single))
        sections = tuple(s for s in sections if s is not single)
    body_left = [_left_of(p, found_asked.moved) for p in told]
    text = tuple(piece for p in body_left for piece in _broken(p.told))
    sections = (Section(None, (*text, *argued)), *sections)
    draft = Draft(
        form=sources.form.name,
        writer=NAME,
        headline=head,
        dek=below,
        sections=sections,
        so_far=past,
        questions=asked,
        figures=_rows(every, disputed, page),
        picture=picture(sources, every),
        layers=sources.theme.layers,
        theme=sources.theme,
    )
    return trimmed(draft, sources)


OF_SEVERAL = OF_LAYERS | {"convergence", "forecast-due"}
"""Kinds of thesis that no single statement states."""


def _opened(sources: Sources, found: Sequence[Finding], page: Page, passes: Passes) -> Sentence | None:
    """The evidence of a thesis that is measured over several stories, as the first sentence of the body."""
    thesis = sources.theme.thesis
    mine = [m for f in found[:1] if thesis and f.kind == thesis.kind and f.kind in OF_SEVERAL for m in f.clauses]
    known = {c for s in page.taken for c in s.citations}
    mine = [m for m in mine if not known.issuperset(m.cites)]
    return next((page.take(m.sentence) for m in mine if page.fits(m.sentence) and passes(m.sentence)), None)


def _agreed(every: Sequence[Account], disputed: Sequence[Dispute]) -> list[Account]:
    """The quantities without those that stand against one that more sources give."""
    against = {a.figure.id for d in disputed for a in d.accounts[1:]}
    return [a for a in every if a.figure.id not in against]


def _plain_dispute(sources: Sources, dispute: Dispute) -> bool:
    """Whether each side says whose its value is or what it measures: two numbers alone are no dispute."""
    sides = [best_told(sources, a) for a in dispute.accounts]
    return all(f.unit.startswith("count:") or noun_of(sources, f) or house_of(sources, f) for f in sides)


def _told(
    sources: Sources,
    pools: Sequence[Sequence[Candidate]],
    disputed: Sequence[Dispute],
    page: Page,
    passes: Passes,
) -> list[Paragraph]:
    """The paragraphs of the stories, in the theme's order; a story of which nothing can be told has none."""
    made: list[Paragraph] = []
    thesis = sources.theme.thesis
    wanted = frozenset(v for k, v in thesis.values if k.endswith("figure")) if thesis else frozenset()
    for n, (story, pool) in enumerate(zip(sources.stories, pools, strict=False)):
        told = paragraph(sources, story, pool, disputed, page, passes, _most(sources, n, len(pools)), wanted)
        why = reason(sources, story, page, passes) if told.told and any(p.told for p in made) else None
        made.append(Paragraph(story, (Told(why, None), *told.told)) if why else told)
    return [p for p in made if p.told]


def _most(sources: Sources, n: int, stories: int) -> int:
    """How many statements a story is told in: the lead most of them, another fewer, and one that earlier articles told fewest."""
    form = sources.form
    known = {r for a in sources.earlier for r in a.theme.record_ids}
    if n and known.issuperset(sources.stories[n].record_ids):
        return OLD_STORY
    each = form.clauses if stories <= FEW_STORIES else form.clauses - 1
    others = min(stories - 1, 2) * each
    return max(form.clauses + 1, form.reports - others) if n == 0 else each


FEW_STORIES = 3
"""Stories up to which each is told in full; among more, each is told shorter."""
OLD_STORY = 2
"""Statements of a story that earlier articles of the thread have told."""
LONGEST_PARAGRAPH = 4


def _broken(told: Sequence[Told]) -> Iterator[tuple[Sentence, ...]]:
    """A story in paragraphs that a reader can take in, none of a single sentence where it can be helped."""
    found = tuple(t.sentence for t in told)
    pieces = -(-len(found) // LONGEST_PARAGRAPH)
    size = -(-len(found) // pieces) if pieces else 0
    ends = [size * n for n in range(1, pieces)]
    starts = [0, *(_unbroken(told, end) for end in ends), len(found)]
    yield from (found[a:b] for a, b in pairwise(sorted(set(starts))))


def _unbroken(told: Sequence[Told], at: int) -> int:
    """The first place from here on where a paragraph can end: what follows a sentence stays with it."""
    while at < len(told) and (candidate := told[at].candidate) and candidate.follows:
        at += 1
    return at


def _left_of(paragraph: Paragraph, moved: frozenset[Place]) -> Paragraph:
    """A story without what its questions tell; "added" becomes "reported" where nobody is left to whom it adds."""
    left: list[Told] = []
    for told in (t for t in paragraph.told if not (t.candidate and t.candidate.place in moved)):
        outlet = told.candidate.statement.record.outlet if told.candidate else ""
        alone = outlet and f"{outlet} added" in told.sentence.text and not (left and outlet in left[-1].sentence.text)
        left.append(replace(told, sentence=_reporting(told.sentence, outlet)) if alone else told)
    return Paragraph(paragraph.story, tuple(left))


def _reporting(sentence: Sentence, outlet: str) -> Sentence:
    return replace(sentence, text=sentence.text.replace(f"{outlet} added", f"{outlet} reported"))


def _argument(
    sources: Sources,
    told: Sequence[Paragraph],
    every: Sequence[Account],
    disputed: Sequence[Dispute],
    found: Sequence[Finding],
    page: Page,
    passes: Passes,
) -> tuple[tuple[tuple[Sentence, ...], ...], tuple[Section, ...]]:
    """What the figures come to, as the last paragraph of the body, and the sections behind it: where accounts differ, what rests on one."""
    mentioned = {a.figure.id: a for p in told for t in p.told if t.candidate for a in t.candidate.accounts}
    pictured = sorted(mentioned.values(), key=lambda a: (a.story_id != sources.stories[0].id, -a.weight, a.figure.id))
    scale = scaled(sources, pictured, page, passes)
    argued = ((scale,) if scale else ()) + _argued(sources, every, disputed, found, page, passes)
    parts = (differing(sources, disputed, page, passes), resting(sources, tuple(mentioned.values()), page, passes))
    return ((argued,) if argued else ()), tuple(p for p in parts if p)


MOST_ARGUED = 2


def _argued(
    sources: Sources,
    every: Sequence[Account],
    disputed: Sequence[Dispute],
    found: Sequence[Finding],
    page: Page,
    passes: Passes,
) -> tuple[Sentence, ...]:
    """What the figures come to together, in the words of the calculations; what the headline has said is not said again."""
    agreed = _agreed(every, disputed)
    told = {i.id for s in page.taken for c in s.citations for i in c.inputs}
    lead = [a for a in agreed if a.story_id in {s.id for s in sources.stories[:3]}]
    thesis = sources.theme.signals[0].kind if sources.theme.signals else ""
    offered = [*weighed(sources, lead), *(m for f in found if f.kind == thesis or f.kind not in OF_LAYERS for m in f.clauses)]
    made: list[Sentence] = []
    for measured in offered:
        new = {i.id for c in measured.cites for i in c.inputs} - told
        sentence = measured.sentence
        said = any(measured.text in s.text for s in page.taken)
        if new and not said and len(made) < MOST_ARGUED and page.fits(sentence) and passes(sentence):
            made.append(page.take(sentence))
            told |= new
    return tuple(made)


def _rows(every: Sequence[Account], disputed: Sequence[Dispute], page: Page) -> tuple[FigureRow, ...]:
    """The ledger of the figures whose passages the article cites."""
    cited = {(c.record_id, c.start, c.end) for s in page.taken for c in s.citations}
    shown = [f.id for a in every for f in a.figures if (f.record_id, f.sentence_start, f.sentence_end) in cited]
    return rows(every, disputed, shown)
