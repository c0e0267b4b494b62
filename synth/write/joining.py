"""Why a further story stands in an article, and how large a figure is: sentences that lead a reader on, each a measure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from evidence.passages import passages
from evidence.scale import comparison
from groundwire.records import CalculationInput, Citation, Figure, Record, Sentence, Story
from synth.write.accounts import Account
from synth.write.houses import PUBLIC, house_of
from synth.write.measures import Measured, best_told, calculation, owned, stated
from synth.write.page import Page, passage
from synth.write.paragraphs import Passes
from synth.write.sources import Sources
from synth.write.wording import capital, count, counted, pick, possessive

_BY_LAYERS = re.compile(r"^(?P<what>.+?)(?: with [^,]+)? is in both, in different layers$")
_BY_NAME = re.compile(r"^both are about (?P<what>.+?)(?: and .+)?$")
_BY_COUNT = re.compile(r"^its commitments are among those counted for (?P<layer>.+)$")


def reason(sources: Sources, story: Story, page: Page, passes: Passes) -> Sentence | None:
    """Why a story stands beside the lead story, as far as its records show it; None when it cannot be said cleanly."""
    why = dict(sources.theme.joins).get(story.id, "")
    offered = [m.sentence for m in _reasons(sources, story, why)]
    start = (
        offered.index(next(s for s in offered if s.text == pick([o.text for o in offered], story.id, sources.theme.id))) if offered else 0
    )
    said = {_frame(s.text) for s in page.taken}
    turned = (s for s in (*offered[start:], *offered[:start]) if _frame(s.text) not in said)
    return next((page.take(s) for s in turned if page.fits(s) and passes(s)), None)


_FILLED = re.compile(r"\b(?:[A-Z][\w-]*|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\d+|records?|names?)\b")


def _frame(text: str) -> str:
    """A sentence without its names and counts: what would read the same twice."""
    return re.sub(r"_(?:\s+_)+", "_", _FILLED.sub("_", text))


def _reasons(sources: Sources, story: Story, why: str) -> Iterator[Measured]:
    if found := _BY_LAYERS.match(why):
        yield from _of_layer(sources, story, found["what"])
    elif found := _BY_NAME.match(why):
        yield from _of_name(sources, story, found["what"])
    elif found := _BY_COUNT.match(why):
        yield from _of_commitments(sources, story, found["layer"])


def _of_layer(sources: Sources, story: Story, name: str) -> Iterator[Measured]:
    """That a name is found in a story of another layer, in several wordings."""
    label = _label(sources, _layer(sources, story))
    if label:
        yield from _naming_it(
            sources,
            story,
            name,
            f"{{name}} has a part in {label} as well, in {{n}}",
            f"In {label}, too, {{name}} is at issue, in {{n}}",
            f"From {{name}} the trail leads to {label}, where {{n}} {{verb}} it",
            f"A story of {label} brings in {{name}} as well, in {{n}}",
        )


def _of_name(sources: Sources, story: Story, name: str) -> Iterator[Measured]:
    """That a name is found in another story, in several wordings."""
    yield from _naming_it(
        sources,
        story,
        name,
        "{name} has a part in another story as well, in {n}",
        "Elsewhere, {n} of another story {verb} {name}",
        "A second story of these days leads back to {name}, in {n}",
        "What is reported elsewhere, in {n}, concerns {name} too",
    )


def _naming_it(sources: Sources, story: Story, name: str, *wordings: str) -> Iterator[Measured]:
    """Wordings with the name and how many records of a story have it."""
    naming = _naming(sources, story, name)
    if not naming:
        return
    rests = _rests(naming, name)
    n = counted(len(naming), "record")
    for wording in wordings:
        yield Measured(capital(wording.format(name=name, n=n, verb=_name(naming))), rests)


def _of_commitments(sources: Sources, story: Story, layer: str) -> Iterator[Measured]:
    label = _label(sources, layer)
    mine = [f for f in sources.counted if f.record_id in set(story.record_ids)]
    if not label or not mine:
        return
    inputs = [CalculationInput(f.id, f.quote, f.record_id, f.record_version, f.start, f.end, f.quote) for f in mine]
    rests = (calculation("count-figures", inputs), stated(sources, mine[0]))
    n = count(len(mine))
    about = _about(sources, story, mine)
    if about is None:
        return
    whose, named = about
    for text in (
        f"{whose} hold {n} of the commitments counted for {label}",
        f"Of the commitments counted for {label}, {n} {'is' if len(mine) == 1 else 'are'} in {whose}",
        f"To what was counted for {label} {whose} add {n}",
    ):
        yield Measured(text, (*rests, named))


def _about(sources: Sources, story: Story, counted_here: Sequence[Figure]) -> tuple[str, Citation] | None:
    """Whose plans a story is about: the house that most of its counted figures belong to, with a passage that opens with it."""
    owners = Counter(f.entity for f in counted_here if f.entity and f.entity[:1].isupper() and not f.entity.isupper())
    for owner in sorted(owners, key=lambda name: (-owners[name], name)):
        for record in sources.of_story(story):
            for span in passages(record.text):
                if house_of(record.text[span[0] : span[1]], record.text) == owner and owner.split()[-1].lower() not in PUBLIC:
                    return f"{possessive(owner)} plans", passage(record, span)
    return None


def _name(naming: Sequence[Record]) -> str:
    return "names" if len(naming) == 1 else "name"


def _naming(sources: Sources, story: Story, name: str) -> list[Record]:
    return [r for r in sources.of_story(story) if re.search(rf"\b{re.escape(name)}\b", r.text)]


def _rests(naming: Sequence[Record], name: str) -> tuple[Citation, ...]:
    inputs = [_where(r, name) for r in naming]
    first = naming[0]
    span = next(s for s in passages(first.text) if re.search(rf"\b{re.escape(name)}\b", first.text[s[0] : s[1]]))
    return (calculation("count-records", inputs), passage(first, span))


def _where(record: Record, name: str) -> CalculationInput:
    found = re.search(rf"\b{re.escape(name)}\b", record.text)
    start, end = found.span() if found else (0, 0)
    return CalculationInput(record.id, name, record.id, record.version, start, end, record.text[start:end])


def _layer(sources: Sources, story: Story) -> str:
    counted_layers = Counter(layer for r in sources.of_story(story) if (layer := sources.layer_of(r.id)))
    return min(counted_layers, key=lambda name: (-counted_layers[name], name)) if counted_layers else ""


def _label(sources: Sources, name: str) -> str | None:
    return next((layer.label.lower() for layer in sources.lens.layers if name in (layer.name, layer.label)), None)


_PICTURED = frozenset({"W", "Wh", "m³"})
"""Units that few readers can picture."""


def scaled(sources: Sources, found: Sequence[Account], page: Page, passes: Passes) -> Sentence | None:
    """The first of some quantities that a row of the reference table gives scale to, as a measure with the row as its source."""
    for account in found:
        figure = best_told(sources, account)
        compared = comparison(figure, sources.lens.references) if figure.unit in _PICTURED else None
        whose = owned(sources, figure)
        if compared and whose:
            sentence = Measured(f"{whose} is {compared.words}", (*compared.citations, stated(sources, figure))).sentence
            if page.fits(sentence) and passes(sentence):
                return page.take(sentence)
    return None
