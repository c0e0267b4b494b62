"""Shortening what an author wrote to the length of its form: what adds least is struck out, and stays in the draft like every cut."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from groundwire.log import event
from groundwire.records import Finding, SentenceKind, Severity
from synth.write.forms import Form, Part
from synth.write.lines import ANSWER, ASKED, BODY, DEK, HEADLINE, SO_FAR, Judged, of_area

LENGTH = "length"


def shortened(judged: Sequence[Judged], form: Form, parts: Sequence[Part | None]) -> list[Judged]:
    """The lines with as many struck out as are too many for the form: questions beyond its fewest, then what the longest part can spare.

    `parts` are those of the plan, by the number that lines carry. Never a paragraph's first sentence, a part's last, or a dated view.
    """
    found = list(judged)
    while (words := length(found)) > form.words[1]:
        spare = next(_spare(found, form, parts), ())
        if not spare:
            break
        finding = Finding(LENGTH, Severity.CUT, f"the article has {words:,} words, the form {form.name} at most {form.words[1]:,}")
        for n in spare:
            found[n] = found[n].with_finding(finding)
    if gone := sum(j.cut for j in found) - sum(j.cut for j in judged):
        event("article shortened", form=form.name, words=length(found), left_out=gone)
    return found


def length(judged: Sequence[Judged]) -> int:
    """The words of an article as readers count them: one headline and one dek, questions with an answer."""
    answered = {j.line.part for j in of_area(judged, ANSWER) if not j.cut}
    opening = [one for area in (HEADLINE, DEK) for one in of_area(judged, area)[:1]]
    asked = [j for j in of_area(judged, ASKED) if j.line.part in answered]
    told = [j for j in judged if j.line.area in (BODY, SO_FAR, ANSWER) and not j.cut]
    return sum(len(j.line.text.split()) for j in (*opening, *asked, *told))


def _spare(judged: Sequence[Judged], form: Form, parts: Sequence[Part | None]) -> Iterator[tuple[int, ...]]:
    """What may go, the least missed first; each as the places of lines that go together."""
    answers = {n: j.line.part for n, j in enumerate(judged) if j.line.area == ANSWER and not j.cut}
    asked = sorted(set(answers.values()))
    if len(asked) > form.questions[0]:
        yield tuple(n for n, part in answers.items() if part == asked[-1])
    body = [(n, j) for n, j in enumerate(judged) if j.line.area == BODY and not j.cut]
    over = Counter[int]()
    for _, j in body:
        over[j.line.part] += len(j.line.text.split())
    for part in range(len(parts)):
        over[part] -= known.words[1] if (known := parts[part]) else 0
    rests = Counter(fact for _, j in body for fact in j.line.facts)
    loose = [(n, j) for k, (n, j) in enumerate(body) if _may_go(body, k)]
    for n, _ in sorted(loose, key=lambda item: (-over[item[1].line.part], *_worth(item[1], rests), -item[0])):
        yield (n,)
    yield from ((n,) for n in reversed([n for n, j in enumerate(judged) if j.line.area == SO_FAR and not j.cut][1:]))


def _may_go(body: Sequence[tuple[int, Judged]], k: int) -> bool:
    """Whether a sentence is neither a paragraph's first nor a part's last, and no frame leads up to it."""
    line = body[k][1].line
    before, after = (body[i][1].line if 0 <= i < len(body) else None for i in (k - 1, k + 1))
    first = before is None or (before.part, before.paragraph) != (line.part, line.paragraph)
    last = after is None or after.part != line.part
    announced = before is not None and not first and before.kind is SentenceKind.FRAME
    return not (first or last or announced or line.view or line.lead)


def _worth(judged: Judged, rests: Counter[int]) -> tuple[int, int]:
    """How little a sentence adds: doubts on it first, then a frame, then a report on facts that others state as well, a reading last."""
    doubts = sum(f.severity is not Severity.NOTE or f.check != "repair" for f in judged.findings)
    alone = sum(rests[fact] == 1 for fact in judged.line.facts)
    kind = {SentenceKind.FRAME: 0, SentenceKind.INFERENCE: 3}.get(judged.line.kind, 1)
    return (-doubts, kind + alone)
