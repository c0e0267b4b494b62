"""What is altered in true sentences is stopped: numbers, names, dates, quotations, citations (T11)."""

import re

from bench.mutations import FLOORS, below, labelled, measure, quoted
from groundwire.records import Sentence, SentenceKind
from tests.mutations import mutations
from tests.wire_sentences import citation_of, sources

STOPPED = 0.99


def test_altered_sentences_are_stopped() -> None:
    figures, missed = measure(*labelled(("dev",)))
    kinds = set(figures["by_kind"])  # type: ignore[call-overload]
    assert all(any(kind.startswith(name) for kind in kinds) for name in FLOORS)
    assert not below(figures), (figures, missed)


def test_altered_words_of_people_are_stopped() -> None:
    figures, missed = measure(*quoted())
    assert figures["standing"] >= 50 and figures["stopped"] >= STOPPED, (figures, missed)  # type: ignore[operator]


def test_each_kind_of_alteration_changes_one_thing_and_is_always_the_same() -> None:
    told = "Hollinmere sold $5.2 billion of bonds on Friday, a day after the county approved the site"
    record = next(r for r in sources().citable if "Hollinmere Cloud sold bonds for $5.2 billion" in r.text)
    sentence = Sentence(told, SentenceKind.REPORT, (citation_of(record, record.text.split("\n")[0]),))
    found = list(mutations(sentence, sources().citable))
    assert {m.kind for m in found} == {
        "date", "name", "number: digit", "number: scale", "number: unit", "citation: same record", "citation: other record",
    }  # fmt: skip
    assert all(m.sentence != sentence and m.was != m.now for m in found)
    assert found == list(mutations(sentence, sources().citable))


def test_an_alteration_that_a_cited_passage_holds_is_left_out() -> None:
    given, told = labelled()
    found = [(m, c.quote or "") for s in told for m in mutations(s, given.citable) for c in s.citations]
    altered = [(m, quote) for m, quote in found if not m.kind.startswith(("quote", "citation"))]
    assert len(altered) > 300
    assert not [m for m, quote in altered if re.search(rf"(?<![\w.,]){re.escape(m.now)}(?!\w)", quote)]
    assert not [m for m, quote in found if m.kind.startswith("citation") and quote == m.now]
