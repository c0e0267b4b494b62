"""What signals of how much is reported come to: shares of coverage and of commitments, and coverage beside what it was."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from evidence.names import names
from evidence.passages import passages
from groundwire.records import CalculationInput, Citation, Figure, Record, Signal
from synth.write.finding import Finding, turned
from synth.write.measures import Measured, calculation, owned, percent, stated, times, value_of
from synth.write.page import passage
from synth.write.sources import Sources
from synth.write.wording import capital


def attention(sources: Sources, signal: Signal, values: dict[str, str]) -> Finding | None:
    """How much of the coverage and how much of the commitments a layer has."""
    label = next((layer.label for layer in sources.lens.layers if layer.name == values.get("layer")), None)
    shares = [_share_of(f"{name} in seven days", values.get(name, "")) for name in ("accounts", "commitments")]
    if not label or not shares[0] or not shares[1]:
        return None
    coverage, commitment = (percent(value_of(s)) for s in shares if s)
    rests = (*(s for s in shares if s), *_commitments(sources))
    ahead = value_of(rests[1]) >= value_of(rests[0])
    low = label.lower()
    heads = (
        f"{label}: {coverage} of the coverage, {commitment} of the reported commitments",
        f"{label} {'has only' if ahead else 'has'} {coverage} of coverage {'but' if ahead else 'and'} {commitment} of reported commitments",
        f"Commitments run {'ahead of' if ahead else 'behind'} coverage in {low}: {commitment} against {coverage}",
    )
    told = (
        f"Over the past week {low} had {coverage} of the independent coverage and {commitment} of the commitments reported",
        f"Of the commitments reported over the past week {commitment} are in {low}, of the independent coverage {coverage}",
    )
    return Finding(
        signal.kind,
        turned([Measured(h, rests) for h in heads], signal.id),
        turned([Measured(t, rests) for t in told], signal.id),
        deks=_among(
            sources,
            f"{label} had {coverage} of the week’s independent coverage {'but' if ahead else 'and'} {commitment} of the commitments reported",
            "so that the money runs ahead of the attention that it gets" if ahead else "so that attention runs ahead of the money",
            rests,
        ),
        record_ids=signal.record_ids,
    )


def _among(sources: Sources, shares: str, so: str, rests: tuple[Citation, ...]) -> tuple[Measured, ...]:
    """The shares with the largest of the commitments counted that can be named, and without."""
    citable = {r.id for r in sources.citable}
    sums = sorted((f for f in sources.counted if f.record_id in citable and f.value), key=lambda f: (f.unit != "money", -f.value, f.id))
    named_sums = [(f, phrase) for f in sums if (phrase := owned(sources, f))]
    whole = (
        Measured(f"{shares}, among them, according to {_outlet(sources, f)}, {phrase}", (*rests, stated(sources, f)))
        for f, phrase in named_sums
    )
    return (*whole, Measured(f"{shares} in money and power, {so}", rests))


def _commitments(sources: Sources) -> tuple[Citation, ...]:
    """The records that report the commitments counted, each with the words of one of them, so that a reader can open what a share rests on."""
    first = {f.record_id: f for f in reversed(sources.counted) if sources.version(f.record_id, f.record_version)}
    inputs = [
        CalculationInput(f.record_id, _outlet(sources, f), f.record_id, f.record_version, f.start, f.end, f.quote)
        for f in sorted(first.values(), key=lambda f: (f.record_id, f.start))
    ]
    return (calculation("count-records", inputs),) if inputs else ()


def _outlet(sources: Sources, figure: Figure) -> str:
    record = sources.version(figure.record_id, figure.record_version)
    return record.outlet if record else ""


def _share_of(name: str, counts: str) -> Citation | None:
    part, _, whole = counts.partition("/")
    if not (part.isdigit() and whole.isdigit() and int(whole)):
        return None
    return calculation("share-of", (CalculationInput(f"{name}, of the layer", part), CalculationInput(f"{name}, of all layers", whole)))


def thread(sources: Sources, signal: Signal, values: dict[str, str]) -> Finding | None:
    """An older thread that is reported on more than it was, by the name that its title opens with."""
    said = [f.text for f in names(values.get("title", "")) if any(re.search(rf"\b{re.escape(f.text)}\b", r.text) for r in sources.citable)]
    named = next((c for name in said[:1] for r in sources.citable[:1] for c in _names_it(r, name)), None)
    return _more(signal, values, said[0], "what it was", (named,)) if named else None


def volume(sources: Sources, signal: Signal, values: dict[str, str]) -> Finding | None:
    """A layer that is reported on more than it was."""
    label = next((layer.label.lower() for layer in sources.lens.layers if layer.name == values.get("layer")), None)
    return _more(signal, values, label, "that of the week before", ()) if label else None


def _more(signal: Signal, values: dict[str, str], what: str, usual_is: str, named: tuple[Citation, ...]) -> Finding | None:
    """How many times its usual coverage something has."""
    try:
        accounts, usual = Decimal(values["accounts"]), Decimal(values["baseline"])
        more = calculation(
            "ratio", (CalculationInput("accounts in two days", f"{accounts}"), CalculationInput("usual in two days", f"{usual}"))
        )
    except (KeyError, ArithmeticError, ValueError):
        return None
    if usual < 1:
        return None
    rests, multiple = (more, *named), times(value_of(more))
    heads = (
        f"Coverage of {what} runs at {multiple} times its usual level",
        f"{capital(what)} draws {multiple} times its usual independent coverage",
    )
    return Finding(
        signal.kind,
        turned([Measured(h, rests) for h in heads], signal.id),
        (Measured(f"Independent coverage of {what} is {multiple} times {usual_is}", rests),),
        record_ids=signal.record_ids,
    )


def _names_it(record: Record, name: str) -> Iterator[Citation]:
    for span in passages(record.text):
        if re.search(rf"\b{re.escape(name)}\b", record.text[span[0] : span[1]]):
            yield passage(record, span)
