"""What the checking model's word does to a verdict: it can only lower it."""

from __future__ import annotations

from collections.abc import Iterable

from groundwire.records import Finding, Verdict

ENTAILMENT = "entailment"
_ORDER = (Verdict.SUPPORTED, Verdict.PARTLY, Verdict.UNSUPPORTED, Verdict.CONTRADICTED)


def lowered(verdict: Verdict, findings: Iterable[Finding]) -> Verdict:
    """A verdict of the other checks after what the checking model said: never better."""
    said = [f.message.partition(":")[0] for f in findings if f.check == ENTAILMENT]
    return max([verdict, *(Verdict(word) for word in said if word in set(Verdict))], key=_ORDER.index)
