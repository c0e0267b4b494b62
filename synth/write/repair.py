"""Repair: one round for each line with its findings; what still fails stays as it was, with what was tried. Then what a cut leaves behind."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import groupby

from pydantic import BaseModel

from groundwire.llm import Model
from groundwire.log import event
from groundwire.records import Finding, SentenceKind, Severity
from synth.fitting import Step, asked, batched, room
from synth.write.entail import read_before
from synth.write.facts import Fact, fact_line
from synth.write.lines import (
    ANSWER,
    BODY,
    DEK,
    HEADING,
    HEADLINE,
    LABELS,
    SO_FAR,
    Desk,
    Judged,
    Line,
    WrittenSentence,
    made,
    of_area,
)
from synth.write.verdicts import ENTAILMENT

PROMPT = "repair.txt"
REPAIR, SENSE = "repair", "sense"
MOST_CALLS = 2
MOST_FACTS = 14
"""Facts that one line to be mended is offered."""
NO_MENDING = frozenset({"person", "person-sources"})
"""What no other wording mends: an editor decides."""


class Mended(WrittenSentence):
    number: int


class MendedSentences(BaseModel):
    sentences: list[Mended]


STEP = Step(PROMPT, "write", MendedSentences, most_prompt=9_000, most_answer=4_000)

Judge = Callable[[list[Line], list[str]], list[Judged]]
"""All checks over lines, the checking model's included, with what is read before each."""


def repaired(judged: Sequence[Judged], desk: Desk, model: Model, instructions: str, judge: Judge) -> list[Judged]:
    """The lines after one round of mending those that do not stand; raises ModelError."""
    failing = [n for n, j in enumerate(judged) if _to_mend(j, judged)]
    mended: dict[int, Line] = {}
    size = room(STEP, model, instructions)
    runs = batched(failing, lambda n: _item(n, judged[n], desk, judged), size)
    if len(runs) > MOST_CALLS:
        event("prompt fitted", prompt=PROMPT, what="calls", kept=MOST_CALLS, left_out=len(runs) - MOST_CALLS)
    for run in runs[:MOST_CALLS]:
        answer = asked(STEP, model, instructions, "\n\n".join(_item(n, judged[n], desk, judged) for n in run))
        mended |= {m.number: _line(m, judged[m.number].line) for m in reversed(answer.sentences) if m.number in run}
    tried = {n: one for n, one in sorted(mended.items()) if one.text and one != judged[n].line}
    before = read_before([tried.get(n, j.line) for n, j in enumerate(judged)])
    again = dict(zip(tried, judge(list(tried.values()), [before[n] for n in tried]), strict=True))
    return [_better(j, again.get(n)) for n, j in enumerate(judged)]


def _to_mend(judged: Judged, every: Sequence[Judged]) -> bool:
    """Whether a line is worth another try; a candidate only where none of its kind stands."""
    if _doubted(judged):
        return judged.line.area not in (HEADLINE, DEK)
    if judged.stands or all(f.check in NO_MENDING for f in judged.findings if f.severity is not Severity.NOTE):
        return False
    area = judged.line.area
    return area not in (HEADLINE, DEK) or not any(j.stands for j in of_area(every, area))


def _doubted(judged: Judged) -> bool:
    """Whether a line stands, and the checking model misses a detail of it."""
    return judged.stands and any(f.check == ENTAILMENT for f in judged.findings)


def _line(mended: Mended, old: Line) -> Line:
    lead = old.text[: old.lead]
    kept = mended.model_copy(update={"text": mended.text.removeprefix(lead).strip()})
    found = made(kept, old.area, old.part, old.paragraph, lead=lead, opens=old.opens, view=old.view)
    return (
        replace(found, kind=old.kind, text=found.text.rstrip(".") if old.area == HEADING else found.text) if old.area in LABELS else found
    )


def _item(number: int, judged: Judged, desk: Desk, every: Sequence[Judged]) -> str:
    """A line to be mended: what was found, and the facts that it and its neighbours rest on."""
    one = judged.line
    kind = one.area if one.area in LABELS or one.area in (HEADLINE, DEK) else one.kind.value
    wrong = "; ".join(f"{f.check}: {f.message}" for f in judged.findings)
    offers = [o.line for o in desk.offers_of(one)]
    given = [*map(fact_line, _offered(one, desk, every)), *offers]
    return "\n".join([f"Sentence {number} ({kind}): {one.text}", f"  Found: {wrong}", *(f"  {text}" for text in given)])


def _offered(one: Line, desk: Desk, every: Sequence[Judged]) -> list[Fact]:
    near = (j.line for j in every if (j.line.area, j.line.part) == (one.area, one.part))
    numbers = dict.fromkeys((*one.facts, *(n for other in near for n in other.facts)))
    return [desk.facts[n] for n in numbers if n in desk.facts][:MOST_FACTS]


def _better(old: Judged, new: Judged | None) -> Judged:
    """The mended line where it stands, or is struck out no more; else the old one with what was tried."""
    if new is None or (old.stands and not (new.stands and not _doubted(new))):
        return old
    if new.stands or (old.cut and not new.cut):
        return new.with_finding(Finding(REPAIR, Severity.NOTE, f"mended; it was “{old.line.text[:160]}”"))
    worst = next((f for f in new.findings if f.severity is not Severity.NOTE), None)
    return old.with_finding(Finding(REPAIR, Severity.NOTE, f"mending failed ({worst.check if worst else ''}): “{new.line.text[:160]}”"))


def undoubted(judged: Sequence[Judged]) -> list[Judged]:
    """The lines, with the reports struck out of which the checking model misses a detail even as they were mended."""
    return [j.with_finding(MISSED) if _doubted(j) and _reports(j.line) else j for j in judged]


MISSED = Finding(ENTAILMENT, Severity.CUT, "a detail is stated nowhere, and mending did not help")


def _reports(one: Line) -> bool:
    return one.kind in (SentenceKind.REPORT, SentenceKind.MEASURE) and one.area in (BODY, ANSWER, SO_FAR)


_NEEDS = re.compile(
    r"(?:It|Its|They|Their|He|His|She|Her|This|That|These|Those|Both|Neither|Such|The (?:two|latter|former|same|other|second|rest))\b"
)
_LEADS_ON = re.compile(r"[:;—–]$|\b(?:two things|three things|as follows|the following|here is|consider|look at)\b", re.IGNORECASE)


def sensible(judged: Sequence[Judged]) -> list[Judged]:
    """The lines, with those struck out that a cut left without sense: a pronoun without what it stands for, a frame that leads nowhere.

    Sections and answers are read again until nothing more falls.
    """
    found = list(judged)
    while fallen := list(_senseless(found)):
        for n, why in fallen:
            found[n] = found[n].with_finding(Finding(SENSE, Severity.CUT, why))
    return found


def _senseless(judged: Sequence[Judged]) -> Iterable[tuple[int, str]]:
    places = [(n, j) for n, j in enumerate(judged) if j.line.area in (BODY, ANSWER, SO_FAR)]
    for _, group in groupby(places, key=lambda item: (item[1].line.area, item[1].line.part if item[1].line.area != SO_FAR else 0)):
        run = list(group)
        if not any(j.cut for _, j in run):
            continue
        yield from _orphans(run)
        yield from _leaderless(run)
        yield from _idle_frames(run)


def _orphans(run: Sequence[tuple[int, Judged]]) -> Iterable[tuple[int, str]]:
    """Sentences that open with a word that points back, right after a sentence that was cut."""
    before: Judged | None = None
    for n, judged in run:
        if judged.cut:
            before = judged
            continue
        if before is not None and before.cut and _NEEDS.match(_after_lead(judged.line.text)):
            yield n, "what its first words point back to was cut"
        before = judged


def _leaderless(run: Sequence[tuple[int, Judged]]) -> Iterable[tuple[int, str]]:
    """What is left of a paragraph whose lead was cut with the sentence that it began."""
    led = {j.line.paragraph for _, j in run if j.line.lead and j.cut}
    yield from ((n, "the lead of its paragraph was cut") for n, j in run if not j.cut and j.line.paragraph in led)


def _idle_frames(run: Sequence[tuple[int, Judged]]) -> Iterable[tuple[int, str]]:
    """Frames that lead on to what was cut, and frames with nothing left beside them."""
    standing = [(n, j) for n, j in run if not j.cut]
    frames = [n for n, j in standing if j.line.kind is SentenceKind.FRAME]
    if len(frames) == len(standing):
        yield from ((n, "nothing is left that it connects") for n in frames)
        return
    order = [n for n, _ in run]
    for n in frames:
        judged = dict(run)[n]
        follows = next((j for _, j in run[order.index(n) + 1 :]), None)
        last = standing[-1][0] == n
        if follows is not None and follows.cut and (last or _LEADS_ON.search(judged.line.text)):
            yield n, "what it leads to was cut"


def _after_lead(text: str) -> str:
    """A sentence without its lead."""
    head, colon, rest = text.partition(": ")
    return rest if colon and len(head.split()) <= 10 else text
