"""Questions that calculations answer: what is new, how many records stand on their own, which layer is ahead, how large a figure is, what no record gives."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from evidence.scale import comparison
from groundwire.records import CalculationInput, Citation, Record
from synth.write.accounts import Account, is_commitment
from synth.write.measures import Measured, best_told, calculation, owned, stated, weighed
from synth.write.phrases import hedged
from synth.write.shared import named
from synth.write.sources import Sources
from synth.write.wording import capital, count, counted, day, joined, pick


@dataclass(frozen=True, slots=True)
class Reckoned:
    """A question with the measures that open its answer and the records whose statements may follow."""

    question: str
    measured: tuple[Measured, ...]
    record_ids: frozenset[str] = frozenset()


def reckoned(sources: Sources, found: Sequence[Account]) -> Iterator[Reckoned]:
    """The questions that the stored rows answer, those that say most first; `found` are the quantities that the stories state."""
    yield from _since(sources)
    yield from _sized(sources, found)
    yield from _copied(sources)
    yield from _ahead(sources, found)


def _since(sources: Sources) -> Iterator[Reckoned]:
    """What was reported since the publication last wrote on the thread."""
    if not sources.earlier:
        return
    last = max(sources.earlier, key=lambda a: (a.modified, a.slug))
    known = {r for a in sources.earlier for r in a.theme.record_ids}
    new = [r for r in sources.citable if r.id not in known and r.published > last.modified]
    if not new:
        return
    when = day(last.modified, sources.settings.site.timezone)
    rests = (
        calculation("count-records", [CalculationInput(r.id, r.outlet) for r in new]),
        calculation("count-outlets", [CalculationInput(r.id, r.outlet) for r in new]),
    )
    outlets = list(dict.fromkeys(r.outlet for r in new))
    by = joined(outlets) if len(outlets) <= MOST_NAMED else counted(len(outlets), "outlet")
    n = counted(len(new), "record")
    texts = (
        f"{capital(n)} {'has' if len(new) == 1 else 'have'} come in since then, by {by}",
        f"Since then {by} {'has' if len(outlets) == 1 else 'have'} published {n} on it",
    )
    asked = (
        f"What is new since this publication last wrote about it, on {when}?",
        f"What has been reported since the article of {when}?",
    )
    yield Reckoned(pick(asked, sources.theme.id), (Measured(pick(texts, sources.theme.id, when), rests),), frozenset(r.id for r in new))


MOST_NAMED = 3


def _copied(sources: Sources) -> Iterator[Reckoned]:
    """How many of the records say what another said first."""
    groups: dict[int, list[Record]] = {}
    for record in sources.citable:
        if (group := sources.group(record.id)) >= 0:
            groups.setdefault(group, []).append(record)
    largest = max(groups.values(), key=len, default=[])
    outlets = list(dict.fromkeys(r.outlet for r in largest))
    if len(outlets) < FEWEST_COPIES:
        return
    whole = [r for group in groups.values() for r in group]
    first = {r.id: groups[g][0].outlet for g in groups for r in groups[g]}
    n = calculation("count-independent", [CalculationInput(r.id, first[r.id]) for r in whole])
    same = calculation("count-records", [CalculationInput(r.id, r.outlet) for r in largest])
    all_of = calculation("count-records", [CalculationInput(r.id, r.outlet) for r in whole])
    k, total = count(len(largest)), count(len(whole))
    yield Reckoned(
        f"How many of these {total} records say the same because they come from one source?",
        (
            Measured(
                f"{capital(k)} of the {total}, those of {_list(outlets)}, go back to one text, which {outlets[0]} was first to carry",
                (same, all_of),
            ),
            Measured(f"Each of those counts once here, so that {counted(len(groups), 'independent source')} remain", (n,)),
        ),
    )


FEWEST_COPIES = 3


def _list(outlets: list[str]) -> str:
    return (
        joined(outlets) if len(outlets) <= MOST_NAMED + 1 else joined([*outlets[:MOST_NAMED], counted(len(outlets) - MOST_NAMED, "other")])
    )


def _sized(sources: Sources, found: Sequence[Account]) -> Iterator[Reckoned]:
    """How large a quantity is: beside a row of the reference table, and beside another quantity of the records."""
    for account in sorted(found, key=lambda a: (-a.weight, a.figure.id))[:MOST_SIZED]:
        figure = best_told(sources, account)
        compared = comparison(figure, sources.lens.references)
        what = owned(sources, figure) or named(sources, account)
        if not compared or not what:
            continue
        sized = Measured(f"{capital(what)} is {compared.words}", (*compared.citations, stated(sources, figure)))
        beside = [m for m in weighed(sources, found) if owned(sources, figure) and (owned(sources, figure) or "") in m.text]
        mine = frozenset(f.record_id for f in account.figures)
        yield Reckoned(f"How much is {hedged(figure)}?", (sized, *beside[:1]), mine)


MOST_SIZED = 6


def _ahead(sources: Sources, found: Sequence[Account]) -> Iterator[Reckoned]:
    """Which layer most of the records are of, and which most of the commitments: asked where they are not the same."""
    of_records: dict[str, list[Record]] = {}
    for record in sources.citable:
        if (layer := sources.layer_of(record.id)) and sources.group(record.id) >= 0:
            of_records.setdefault(layer, []).append(record)
    of_sums: dict[str, list[Account]] = {}
    for account in found:
        if is_commitment(account) and (layer := sources.layer_of(account.figure.record_id)):
            of_sums.setdefault(layer, []).append(account)
    if len(of_records) < 2 or not of_sums:
        return
    talked = min(of_records, key=lambda name: (-len(of_records[name]), name))
    bound = min(of_sums, key=lambda name: (-len(of_sums[name]), name))
    if talked == bound or len(of_sums[bound]) < FEWEST_BOUND:
        return
    records, sums = of_records[talked], of_sums[bound]
    every = [a for mine in of_sums.values() for a in mine]
    told = (
        Measured(
            f"{capital(count(len(records)))} of the {count(sum(map(len, of_records.values())))} records here are of {_label(sources, talked)}, more than of any other layer",
            (calculation("count-records", [CalculationInput(r.id, r.outlet) for r in records]), _all(of_records)),
        ),
        Measured(
            f"Of the {counted(len(every), 'commitment')} of money or power that they report, however, {count(len(sums))} are in {_label(sources, bound)}",
            (figures(every), figures(sums), *(stated(sources, a.figure) for a in sums[:1])),
        ),
    )
    yield Reckoned(
        f"Is {_label(sources, talked)}, which most of these records are about, also where most is committed?",
        told,
    )


FEWEST_BOUND = 2


def _all(of_records: dict[str, list[Record]]) -> Citation:
    return calculation("count-records", [CalculationInput(r.id, r.outlet) for name in sorted(of_records) for r in of_records[name]])


def _label(sources: Sources, name: str) -> str:
    return next((layer.label.lower() for layer in sources.lens.layers if layer.name == name), name)


def figures(found: Sequence[Account]) -> Citation:
    """How many quantities there are, each by the figure that is shown of it."""
    inputs = [
        CalculationInput(f.id, f.quote, f.record_id, f.record_version, f.start, f.end, f.quote)
        for f in (account.figure for account in found)
    ]
    return calculation("count-figures", inputs)


def independence(sources: Sources, found: Sequence[Account]) -> Reckoned | None:
    """From how many independent sources the records come, and how many of their figures more than one of these gives."""
    firsts: dict[int, str] = {}
    counting = [r for r in sources.citable if sources.group(r.id) >= 0]
    for record in counting:
        firsts.setdefault(sources.group(record.id), record.outlet)
    telling = [a for a in found if a.weight >= LEAST_WEIGHT and a.figure.unit != "count"]
    shared = [a for a in telling if a.spread > 1]
    if len(firsts) < 2 or len(telling) < FEWEST_FIGURES:
        return None
    seed = sources.theme.id
    n, houses = count(len(firsts)), joined(tuple(dict.fromkeys(firsts.values())))
    named_all = len(set(firsts.values())) == len(firsts) <= MOST_NAMED
    origins = calculation("count-independent", [CalculationInput(r.id, firsts[sources.group(r.id)]) for r in counting])
    every = calculation("count-records", [CalculationInput(r.id, r.outlet) for r in counting])
    whose = f", {houses}" if named_all else ""
    records = count(len(counting))
    come = pick(
        (
            f"The {records} records come from as many independent sources{f': {houses}' if named_all else ''}",
            f"{houses if named_all else f'The {n} outlets'} are {n} independent sources, with one record each",
        )
        if len(firsts) == len(counting)
        else (
            f"The {records} records come from {n} independent sources{whose}",
            f"Behind the {records} records stand {n} independent sources{whose}",
        ),
        seed,
    )
    total = count(len(telling))
    agreed = (
        pick(
            (
                f"Of the {total} amounts that they give, {count(len(shared))} {'has' if len(shared) == 1 else 'have'} more than one source behind {'it' if len(shared) == 1 else 'them'}",
                f"More than one source gives {count(len(shared))} of the {total} amounts that stand in them",
            ),
            seed,
        )
        if shared
        else f"None of the {total} amounts that they give has a second source behind it"
    )
    rests = (figures(telling), *((figures(shared),) if shared else ()))
    asked = (
        "How many independent sources is this drawn from, and how far do they agree?",
        "How well are these figures backed?",
        "On how many independent sources does this account rest?",
    )
    return Reckoned(pick(asked, seed), (Measured(come, (origins, every)), Measured(agreed, rests)))


LEAST_WEIGHT = 1.5
"""A quantity that weighs less is a small count or a span of time."""
FEWEST_FIGURES = 3
