"""What the signals of a theme come to, as computed clauses: one way of saying it for each kind, in several wordings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from evidence.passages import passages
from evidence.quantities import same_quantity
from groundwire.records import CalculationInput, Citation, Figure, Signal
from synth.write.accounts import COUNTED_APART, Account, Dispute
from synth.write.coverage import attention, thread, volume
from synth.write.due import due
from synth.write.finding import Finding, turned
from synth.write.measures import (
    Measured,
    as_adjective,
    best_told,
    calculation,
    change,
    gap,
    house_of,
    independent,
    noun_of,
    of_figures,
    owned,
    owned_noun,
    percent,
    stated,
    value_of,
    weighed,
)
from synth.write.page import passage
from synth.write.phrases import hedged
from synth.write.sources import Sources
from synth.write.wording import capital, count, day, iso_day, joined, possessive

AGREEING = 2
"""Independent sources from which a figure counts as agreed on."""


OF_LAYERS = frozenset({"volume", "thread-volume", "attention-commitment"})
"""What these find is of a whole layer; it is told only where it is the thesis."""


def findings(sources: Sources, found: Sequence[Account], disputed: Sequence[Dispute]) -> list[Finding]:
    """What each signal comes to, the thesis first; a signal that cannot be said cleanly has none."""
    made = []
    for signal in sources.theme.signals:
        finding = _finding(sources, signal, found, disputed)
        if finding and (finding.headlines or finding.plainer or finding.clauses):
            made.append(finding)
    return made


def _finding(sources: Sources, signal: Signal, found: Sequence[Account], disputed: Sequence[Dispute]) -> Finding | None:
    values = dict(signal.values)
    if signal.kind == "moved-figure":
        return _moved(sources, signal, values)
    if signal.kind == "contradiction":
        return _contradiction(sources, signal, values, disputed)
    if signal.kind == "new-figure":
        return _new(sources, signal, values, found, disputed)
    if signal.kind == "attention-commitment":
        return attention(sources, signal, values)
    if signal.kind == "convergence":
        return _convergence(sources, signal, values, found)
    if signal.kind == "forecast-due":
        return due(sources, signal, values)
    if signal.kind == "volume":
        return volume(sources, signal, values)
    if signal.kind == "thread-volume":
        return thread(sources, signal, values)
    return None


def _figure(sources: Sources, figure_id: str | None) -> Figure | None:
    return next((f for f in sources.figures if f.id == figure_id), None)


def _moved(sources: Sources, signal: Signal, values: dict[str, str]) -> Finding | None:
    now = _figure(sources, values.get("figure"))
    was = _figure(sources, values.get("was_figure")) or next(
        (f for f in sources.figures if f.quote == values.get("was") and f.record_id in signal.record_ids and f.unit == values.get("unit")),
        None,
    )
    moved = change(sources, now, was) if now and was else None
    if not (now and was and moved):
        return None
    by, cited = moved
    house = house_of(sources, now) or _written(now.entity)
    noun = noun_of(sources, now) or noun_of(sources, was)
    if not house or not noun or not by:
        return None
    rests = (cited, stated(sources, now), stated(sources, was))
    up, size = by > 0, percent(by)
    way, side, change_of = ("rises", "above", "a rise") if up else ("falls", "below", "a fall")
    whose = f"{possessive(house)} {noun}"
    new, old = hedged(now), hedged(was)
    planned = OPEN.search(said_of(sources, now))
    paper = _PAPER.search(said_of(sources, now))
    if planned:
        way = f"would {'rise' if up else 'fall'}"
    heads = (
        (
            *((f"{capital(paper[0])} puts {whose} at {new}, up from {old}",) if paper and up else ()),
            f"{whose} {way} {size}, from {old} to {new}",
            f"{capital(noun)} at {house} {way} {size}, from {old} to {new}",
        )
        if planned
        else (
            f"{whose} {way} to {new}, {size} {side} the earlier {old}",
            f"{whose} is put at {new}, {size} {side} the earlier {old}",
            f"{capital(noun)} at {house} {way} {size}, from {old} to {new}",
        )
    )
    outlets = [sources.record(f.record_id).outlet for f in (now, was)]
    told = (f"{outlets[0]} gives {new} where {outlets[1]} had {old}, {change_of} of {size}",) if outlets[0] != outlets[1] else ()
    told = (*told, f"From {old} to {new} is {change_of} of {size} in what is reported of {whose}")
    return Finding(
        signal.kind,
        tuple(Measured(h, rests) for h in heads) if planned else turned([Measured(h, rests) for h in heads], signal.id),
        tuple(Measured(t, rests) for t in told),
        deks=_then_and_now(sources, now, was, whose, f"{change_of} of {size}", rests),
        record_ids=signal.record_ids,
    )


def _then_and_now(
    sources: Sources, now: Figure, was: Figure, whose: str, change_of: str, rests: tuple[Citation, ...]
) -> tuple[Measured, ...]:
    """Who gave which value on which day, and by how much it changed."""
    zone = sources.settings.site.timezone
    new, old = (sources.record(f.record_id) for f in (now, was))
    days = tuple(calculation("latest-date", [CalculationInput(r.id, iso_day(r.published, zone))]) for r in (new, old))
    told, before = day(new.published, zone), day(old.published, zone)
    by = f"by {new.outlet}" if new.outlet != old.outlet else "in its report"
    whole = f"{capital(whose)}, which {old.outlet} gave as {hedged(was)} on {before}, was put at {hedged(now)} {by} {'on' if new.outlet != old.outlet else 'of'} {told}, {change_of}"
    once = f"{capital(whose)}, now put at {hedged(now)} by {new.outlet}, had been {hedged(was)} before, according to the report of {told}, {change_of}"
    return (Measured(whole, (*rests, *days)) if told != before else Measured(once, (*rests, *days[:1])),)


OPEN = re.compile(
    r"\b(?:appli(?:es|cations?|ed)\b|request(?:s|ed)?|asks?|asked|seeks|would|may|might|could|should|wants?|plans?|planned|propos\w+|draft|intends?|expects?|expected|forecasts?|"
    r"estimates?|if|unless|provided|case)\b",
    re.IGNORECASE,
)
"""Words that make a figure a wish, a plan or an expectation: a headline keeps it one."""


_PAPER = re.compile(r"\b(?:application|request|proposal|draft|forecast|estimate|plan)\b")
"""What a wish or an expectation stands in."""


def said_of(sources: Sources, figure: Figure) -> str:
    """The sentence that states a figure."""
    return sources.record(figure.record_id).text[figure.sentence_start : figure.sentence_end]


def _written(entity: str | None) -> str | None:
    """A name that a source sets in capitals, as it is written."""
    return entity.title() if entity and entity.isupper() and len(entity) > 5 else entity


def _contradiction(sources: Sources, signal: Signal, values: dict[str, str], disputed: Sequence[Dispute]) -> Finding | None:
    dispute = next((d for d in disputed if any(f.id == values.get("figure") for a in d.accounts for f in a.figures)), None)
    return _differing(sources, signal, dispute, values.get("entity", "")) if dispute and len(dispute.accounts) == 2 else None


def _differing(sources: Sources, signal: Signal, dispute: Dispute, entity: str) -> Finding | None:
    one, other = (best_told(sources, a) for a in dispute.accounts)
    whose = owned_noun(sources, one) or owned_noun(sources, other)
    named = () if whose else named_near(sources, (one, other), entity)
    noun = noun_of(sources, one) or noun_of(sources, other)
    thing = project_of(sources, (one, other)) if noun in _COSTLY else None
    if thing and (named := named or named_near(sources, (one, other), entity)):
        whose = f"{possessive(entity)} {thing}"
    whose = whose or (f"{possessive(entity)} {noun}" if named and noun else None)
    if not whose or not one.value or not other.value:
        return None
    apart, cited = gap(one, other)
    rests = (cited, stated(sources, one), stated(sources, other), *named)
    a, b = hedged(one), hedged(other)
    by_count = (
        f"{capital(whose)} {'costs' if thing else 'is'} {a} by one count and {b} by another",
        f"{capital(whose)}: {a} by one count, {b} by another",
    )
    if any(COUNTED_APART.search(said_of(sources, f)) for f in (one, other)):
        return Finding(
            signal.kind,
            turned([Measured(h, rests) for h in by_count], signal.id),
            _each_gives(dispute, one, other, rests),
            deks=_side_by_side(sources, dispute, whose, one, other, rests),
            record_ids=signal.record_ids,
        )
    heads = (
        f"Accounts of {whose} are {apart} apart: {a} or {b}",
        f"{whose} is {a} or {b}, depending on the source",
        f"Sources differ by {apart} on {whose}",
    )
    told = tuple(f"{m.text}, a difference of {apart}" for m in _each_gives(dispute, one, other, rests))
    return Finding(
        signal.kind,
        turned([Measured(h, rests) for h in heads], signal.id),
        tuple(Measured(t, rests) for t in told),
        deks=_side_by_side(sources, dispute, whose, one, other, rests),
        record_ids=signal.record_ids,
    )


_COSTLY = frozenset({"cost", "price", "spending", "investment", "plan"})
_PROJECT = re.compile(
    r"\b(?:[Aa]n?|[Tt]he|[Ii]ts|their)(?: [$€£][\d.]+ [a-z]+)?(?: (?!of|for|to|in)[a-z-]+){0,2}? (?P<what>plant|campus|factory|mine|line|station|substation|reactor|works|cable|pipeline|port|hospital|mill|refinery|fab)\b"
)


def project_of(sources: Sources, figures: Sequence[Figure]) -> str | None:
    """What costs so much, where both sentences, or one of them and no other word in the other, say what it is."""
    said = [{m["what"] for m in _PROJECT.finditer(said_of(sources, f))} for f in figures]
    both = set.intersection(*said) or set.union(*said)
    return both.pop() if len(both) == 1 else None


def _side_by_side(
    sources: Sources, dispute: Dispute, whose: str, one: Figure, other: Figure, rests: tuple[Citation, ...]
) -> tuple[Measured, ...]:
    """Whose two values stand against each other, each with who gives it, and by how much they differ."""
    apart, _ = gap(one, other)
    mine, theirs = (joined(a.outlets) for a in dispute.accounts)
    by = (of_figures("percent-change", one, other),) if other.value > one.value else ()
    far = f"{apart} or {percent(value_of(by[0]))} more" if by else f"{apart} less"
    counted = any(COUNTED_APART.search(said_of(sources, f)) for f in (one, other))
    so = f"which counts differently and arrives at {far}" if counted and len(dispute.accounts[1].outlets) == 1 else f"which is {far}"
    return (Measured(f"{capital(whose)} is put at {hedged(one)} by {mine} but at {hedged(other)} by {theirs}, {so}", (*rests, *by)),)


def _each_gives(dispute: Dispute, one: Figure, other: Figure, rests: tuple[Citation, ...]) -> tuple[Measured, ...]:
    given = (
        f"{joined(x.outlets)} {'give' if len(x.outlets) > 1 else 'gives'} {hedged(f)}"
        for x, f in zip(dispute.accounts, (one, other), strict=True)
    )
    return (Measured(" and ".join(given), rests),)


def named_near(sources: Sources, figures: Sequence[Figure], entity: str) -> tuple[Citation, ...]:
    """The sentence nearest before a figure in its record that names a house, or nothing: what lets a headline name it."""
    for figure in figures if entity else ():
        text = sources.record(figure.record_id).text
        spans = [s for s in passages(text) if s[0] <= figure.sentence_start and re.search(rf"\b{re.escape(entity)}\b", text[s[0] : s[1]])]
        if spans:
            return (passage(sources.record(figure.record_id), spans[-1]),)
    return ()


def _new(sources: Sources, signal: Signal, values: dict[str, str], found: Sequence[Account], disputed: Sequence[Dispute]) -> Finding | None:
    account = next((a for a in found if any(f.id == values.get("figure") for f in a.figures)), None)
    if account is None:
        return None
    figure = best_told(sources, account)
    house = house_of(sources, figure)
    value = hedged(figure)
    cited = independent(sources, account)
    n = int(value_of(cited))
    rests: tuple[Citation, ...] = (cited, stated(sources, figure))
    other = _other_dispute(account, disputed)
    heads: list[Measured] = []
    told: list[Measured] = []
    if house and n >= AGREEING and other and (noun := _disputed_noun(sources, other)):
        both = (*rests, *(stated(sources, a.figure) for a in other.accounts))
        heads += turned(
            [
                Measured(f"Sources agree on {house}’s {value} but differ on {noun}", both),
                Measured(f"{capital(count(n))} sources agree on {house}’s {value}, not on {noun}", both),
            ],
            signal.id,
        )
    whose = owned_noun(sources, figure)
    named: tuple[Citation, ...] = ()
    entity = values.get("entity") or figure.entity or ""
    noun = figure.measure if (figure.measure or "") in _SAYABLE and not OF_OTHERS.search(said_of(sources, figure)) else None
    if not whose and noun and (named := named_near(sources, (figure,), entity)):
        whose = f"{possessive(entity)} {noun}"
    rests = (*rests, *named)
    plainer: tuple[Measured, ...] = ()
    if whose and n >= AGREEING:
        plainer = turned(
            [
                Measured(f"{capital(count(n))} independent sources put {whose} at {value}", rests),
                Measured(f"{capital(whose)} is put at {value} by {count(n)} independent sources", rests),
                Measured(f"{capital(whose)}, {value}, has {count(n)} independent sources behind it", rests),
            ],
            signal.id,
        )
    elif whose:
        plainer = turned(
            [
                Measured(f"{capital(whose)} of {value} rests on a single source", rests),
                Measured(f"One source alone puts {whose} at {value}", rests),
            ],
            signal.id,
        )
    deks: list[Measured] = []
    if phrase := owned(sources, figure):
        told += _counted(sources, account, phrase, n, rests, signal.id)
        deks += _set_against(weighed(sources, found), phrase, n, account, rests)
    return Finding(signal.kind, tuple(heads), tuple(told), plainer, tuple(deks), signal.record_ids)


def _set_against(ratios: Sequence[Measured], phrase: str, n: int, account: Account, rests: tuple[Citation, ...]) -> Iterator[Measured]:
    """A commitment, how many carry it, and what it compares with."""
    behind = (
        f"reported by {count(n)} independent sources"
        if n >= AGREEING
        else f"which {account.outlets[0]} alone reports"
        if account.outlets
        else ""
    )
    for ratio in ratios:
        if behind and ratio.text.startswith(f"{phrase} is "):
            yield Measured(f"{phrase}, {behind},{ratio.text[len(phrase) :]}", tuple(dict.fromkeys((*ratio.cites, *rests))))


_SAYABLE = frozenset({"investment", "contract", "spending"})
"""Measures that are a word of the language, and that are of the house that a text is about."""
OF_OTHERS = re.compile(r"\b(?:of it|of that|of which|share|part|each|per|a year|move|chips|customers|suppliers)\b")


def _counted(sources: Sources, account: Account, phrase: str, n: int, rests: tuple[Citation, ...], seed: str) -> list[Measured]:
    if n >= AGREEING:
        texts = [f"{capital(count(n))} independent sources report {phrase}", f"{phrase} is reported by {count(n)} independent sources"]
    else:
        texts = (
            [f"{phrase} rests on one source, {account.outlets[0]}", f"Only {account.outlets[0]} has {phrase}"] if account.outlets else []
        )
    return list(turned([Measured(t, rests) for t in texts], seed))


def _other_dispute(account: Account, disputed: Sequence[Dispute]) -> Dispute | None:
    """A dispute in the story of a quantity that is not about the quantity itself."""
    mine = [d for d in disputed if d.accounts[0].story_id == account.story_id]
    return None if any(account.figure.id == a.figure.id for d in mine for a in d.accounts) else next(iter(mine), None)


def _disputed_noun(sources: Sources, dispute: Dispute) -> str | None:
    figure = dispute.accounts[0].figure
    if figure.unit.startswith("count:"):
        said = sources.record(figure.record_id).text[figure.sentence_start : figure.sentence_end]
        if figure.unit in {"count:people", "count:workers", "count:staff"} and re.search(r"\b(?:jobs?|employ\w*|hir\w+|staff)\b", said):
            return "jobs"
        return figure.measure if figure.measure and figure.measure in figure.quote else figure.unit.partition(":")[2]
    noun = next((n for a in dispute.accounts for f in a.figures if (n := noun_of(sources, f))), None)
    return f"the {noun}" if noun else None


def _convergence(sources: Sources, signal: Signal, values: dict[str, str], found: Sequence[Account]) -> Finding | None:
    """Two stories that share a name: the sums in either, set against each other or side by side."""
    pools = [[a for a in found if a.story_id == s] for s in signal.story_ids]
    if len(pools) != 2:
        return None
    heads: list[Measured] = []
    told: list[Measured] = []
    shared = values.get("entity") or values.get("shared", "").partition(" with ")[0]
    sums = [
        next(
            (
                (f, w)
                for a in sorted(p, key=lambda a: (-a.weight, a.figure.id))
                if (f := best_told(sources, a)) and (w := as_adjective(sources, f))
            ),
            None,
        )
        for p in pools
    ]
    if sums[0] and sums[1] and shared and not same_quantity(sums[0][0], sums[1][0]):
        (one, a), (other, b) = sums[0], sums[1]
        rests = (
            calculation("count-records", [CalculationInput(r, shared) for r in signal.record_ids]),
            stated(sources, one),
            stated(sources, other),
        )
        heads += [Measured(f"{shared} links {a} and {b}", rests), Measured(f"Two stories, one name: {shared} links {a} and {b}", rests)]
    heads += _one_figure(sources, signal, shared, values)
    ratios = [m for m in weighed(sources, [a for p in pools for a in p]) if m]
    told += ratios[:1]
    deks = _both_stories(sources, signal, pools, shared)
    return Finding(signal.kind, tuple(heads), tuple(told), deks=deks, record_ids=signal.record_ids)


def _both_stories(sources: Sources, signal: Signal, pools: Sequence[Sequence[Account]], shared: str) -> tuple[Measured, ...]:
    """Which two stories meet, each by the weightiest sum that somebody owns in it, and what they share."""
    sides = [
        [(f, phrase) for a in sorted(p, key=lambda a: (-a.weight, a.figure.id)) if (phrase := owned(sources, f := best_told(sources, a)))]
        for p in pools
    ]
    named = named_near(sources, [f for f in sources.figures if f.record_id in signal.record_ids], shared)
    if not named or len(signal.story_ids) != 2:
        return ()
    firsts = [next((r for r in sources.citable if r.id in set(s.record_ids)), None) for s in sources.stories if s.id in signal.story_ids]
    counted = calculation("count-records", [CalculationInput(r.id, shared) for r in firsts if r])
    labels = _labels(sources, dict(signal.values))
    return tuple(
        Measured(
            f"{a} and {b} {told}",
            (counted, stated(sources, one), stated(sources, other), *named),
        )
        for one, a in sides[0][:3]
        for other, b in sides[1][:3]
        if not same_quantity(one, other)
        for told in (
            *(
                (f"are told in two stories, of {labels[0]} and of {labels[1]}, and what the two have in common is {shared}",)
                if len(labels) == 2
                else ()
            ),
            f"belong to two stories, and what the two share is {shared}",
        )
    )


def _one_figure(sources: Sources, signal: Signal, shared: str, values: dict[str, str]) -> tuple[Measured, ...]:
    """What two stories of different layers have in common, as a headline: a name, and the figure that stands in both."""
    labels = _labels(sources, values)
    both = [f for i in values.get("figures", "").split() if (f := _figure(sources, i))]
    if len(labels) != 2 or not shared:
        return ()
    told = [next((r for r in sources.citable if r.id in set(s.record_ids)), None) for s in sources.stories if s.id in signal.story_ids]
    firsts = [r for r in told if r][:2]
    if len(firsts) != len(labels):
        return ()
    counted = calculation("count-records", [CalculationInput(r.id, shared) for r in firsts])
    one, other = labels
    alike = len(both) == 2 and both[0].measure and (both[0].measure == both[1].measure or both[0].unit == "W")
    if alike and (named := named_near(sources, both, shared)):
        value = hedged(both[0])
        texts = (
            f"One figure, {value}, ties {one} to {other} at {shared}",
            f"{shared}’s {value} stands in two stories, of {one} and {other}",
            f"The same {value} at {shared} runs through {one} and {other}",
        )
        return turned([Measured(t, (counted, stated(sources, both[0]), stated(sources, both[1]), *named)) for t in texts], signal.id)
    named = named_near(sources, [f for f in sources.figures if f.record_id in signal.record_ids], shared)
    names_only = (
        f"One name, {shared}, ties stories of {one} and {other} together",
        f"Two stories, of {one} and of {other}, meet at {shared}",
    )
    return turned([Measured(t, (counted, *named)) for t in names_only], signal.id) if named else ()


def _labels(sources: Sources, values: dict[str, str]) -> list[str]:
    """The layers of two stories that meet, in words."""
    return [layer.label.lower() for name in values.get("layers", "").split(", ") for layer in sources.lens.layers if layer.name == name]
