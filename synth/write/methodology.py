"""The computed note on method: what this run really did for one article."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from evidence.quantities import render
from groundwire.records import Article, Draft, Method, Outlet, Record, Sentence, SentenceKind
from synth.write.proof import applied, removed, sentences
from synth.write.sources import Sources
from synth.write.wording import counted, joined


def method(
    draft: Draft,
    sources: Sources,
    before: Article | None,
    *,
    models: tuple[tuple[str, str], ...] = (),
    prompts: tuple[tuple[str, str], ...] = (),
) -> Method:
    """When, from what, by how many independent sources, with which writer and checks; nobody has reviewed it yet."""
    records = sources.citable
    return Method(
        records=len(records),
        independent=sources.spread(r.id for r in records),
        first=min((r.published for r in records), default=sources.now),
        last=max((r.published for r in records), default=sources.now),
        copies=len({c.record_id for c in sources.copies} & {r.id for r in records}),
        writer=draft.writer,
        models=models,
        checks=applied(draft),
        removed=removed(draft) + draft.dropped,
        reviewed_by=None,
        outlets=_outlets(draft, sources),
        prompts=prompts,
        changes=changes(draft, sources, before) if before else (),
    )


def _outlets(draft: Draft, sources: Sources) -> tuple[tuple[str, str, int, int, float], ...]:
    """Each outlet with its kind, how many records and claims rest on it, and its weight; the most claims first."""
    names = {r.id: r.outlet for r in (*sources.citable, *sources.archive)}
    read = Counter(r.outlet for r in sources.citable)
    claims = Counter(outlet for s in _claims(draft) for outlet in _outlets_of(s, names))
    found = [(n, _kind(sources.outlet(n)), read[n], claims[n], sources.outlet(n).weight) for n in read]
    return tuple(sorted(found, key=lambda row: (-row[3], -row[2], row[0])))


def _kind(outlet: Outlet) -> str:
    return f"{outlet.kind.value}, guessed" if outlet.guessed else outlet.kind.value


def _claims(draft: Draft) -> Iterator[Sentence]:
    return (s for s in sentences(draft) if s.kind is SentenceKind.REPORT and not s.cut)


def _outlets_of(sentence: Sentence, names: Mapping[str, str]) -> set[str]:
    return {names[c.record_id] for c in sentence.citations if c.record_id and c.record_id in names}


def changes(draft: Draft, sources: Sources, before: Article) -> tuple[str, ...]:
    """What is different from the version before, in words."""
    known = set(before.theme.record_ids)
    new = [r for r in sources.citable if r.id not in known]
    found = [_added(new)] if new else []
    newer = [r for r in new if r.version > 1]
    found += [f"the page of {r.outlet} of {r.published:%d %B} changed and was read again" for r in newer]
    old = {(row.figure.unit, row.figure.currency, row.figure.value) for row in before.figures}
    fresh = [row for row in draft.figures if (row.figure.unit, row.figure.currency, row.figure.value) not in old]
    if fresh:
        found.append(f"figures that were not in it: {joined([render(row.figure) for row in fresh[:5]])}")
    if before.headline.text != draft.headline.text:
        found.append("a new headline")
    return tuple(found)


def _added(new: list[Record]) -> str:
    outlets = tuple(dict.fromkeys(r.outlet for r in new))
    return f"{counted(len(new), 'record')} more, from {joined(outlets)}"
