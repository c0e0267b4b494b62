"""Measures that an author may use and never make: what signals and figures come to, computed, each with the calculation behind it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from evidence.scale import comparison
from groundwire.records import Citation, Sentence, Target
from synth.write.accounts import Dispute, accounts, disputes, is_commitment
from synth.write.measures import Measured, best_told, gap, owned, stated, weighed
from synth.write.phrases import hedged
from synth.write.proof import stands
from synth.write.sources import Sources
from synth.write.thesis import findings
from synth.write.wording import capital

MOST = 14
MOST_COMPARED = 4
MOST_WEIGHED = 3


@dataclass(frozen=True, slots=True)
class Offer:
    """A measure by its id, as a sentence with what it rests on."""

    id: str
    sentence: Sentence

    @property
    def line(self) -> str:
        """As a writer is given it, with a passage that it was computed from."""
        quote = next((c.quote for c in self.cites if c.target is Target.PASSAGE and c.quote), None)
        return f"[{self.id}] {self.sentence.text}" + (f' (from: "{" ".join(quote.split())}")' if quote else "")

    @property
    def cites(self) -> tuple[Citation, ...]:
        return self.sentence.citations


def offered(sources: Sources) -> tuple[Offer, ...]:
    """The measures of a theme that pass every check, the thesis' first, with ids m1, m2 and so on."""
    passes = stands(sources)
    found: dict[str, Sentence] = {}
    for measured in _measured(sources):
        sentence = measured.sentence
        if len(found) < MOST and sentence.text not in found and passes(sentence):
            found[sentence.text] = sentence
    return tuple(Offer(f"m{n}", s) for n, s in enumerate(found.values(), 1))


def _measured(sources: Sources) -> Iterator[Measured]:
    every = [a for story in sources.stories for a in accounts(sources, story)]
    disputed = [d for story in sources.stories for d in disputes(sources, accounts(sources, story))]
    for finding in findings(sources, every, disputed):
        yield from (*finding.clauses[:1], *(finding.headlines[:1] if not finding.clauses else ()))
    weighty = sorted((a for a in every if is_commitment(a)), key=lambda a: (-a.weight, a.figure.id))
    compared = 0
    for account in weighty:
        figure = best_told(sources, account)
        scale, phrase = comparison(figure, sources.lens.references), owned(sources, figure)
        if scale and compared < MOST_COMPARED:
            compared += 1
            yield Measured(f"{capital(phrase or hedged(figure))} is {scale.words}", (*scale.citations, stated(sources, figure)))
    yield from weighed(sources, every)[:MOST_WEIGHED]
    yield from (_apart(sources, dispute) for dispute in disputed if len(dispute.accounts) == 2)


def _apart(sources: Sources, dispute: Dispute) -> Measured:
    """How far apart two accounts of one thing are."""
    one, other = (best_told(sources, a) for a in dispute.accounts)
    apart, cited = gap(one, other)
    text = f"The two figures, {hedged(one)} and {hedged(other)}, are {apart} apart"
    return Measured(text, (cited, stated(sources, one), stated(sources, other)))
