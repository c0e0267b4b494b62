"""What one signal comes to, as computed clauses, and how their order is turned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from synth.write.measures import Measured
from synth.write.wording import pick


@dataclass(frozen=True, slots=True)
class Finding:
    """What one signal comes to: short enough for a headline, and as the first half of a dek."""

    kind: str
    headlines: tuple[Measured, ...] = ()
    clauses: tuple[Measured, ...] = ()
    plainer: tuple[Measured, ...] = ()
    """Headlines for where the source's own clause cannot be cut to one."""
    deks: tuple[Measured, ...] = ()
    """The finding as one whole sentence, with who and what it is about."""
    record_ids: tuple[str, ...] = field(default=())
    """The records that the finding rests on; what stands beside it is about the same."""


def turned(options: Sequence[Measured], *seed: str) -> tuple[Measured, ...]:
    """Wordings of one thing, begun at a place that follows from what they are about, so that neighbours differ."""
    if not options:
        return ()
    texts = [o.text for o in options]
    start = texts.index(pick(texts, *seed))
    return (*options[start:], *options[:start])
