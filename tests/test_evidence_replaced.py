"""Figures that have moved since: what a run knows of them reaches the check, by a later version of a page and by a signal of the theme."""

from dataclasses import replace

from evidence.figures import figures
from evidence.replaced import replaced_figures
from groundwire.records import Figure, Record, Sentence, SentenceKind, Severity, Signal
from synth.find.kinds import MOVED_FIGURE
from synth.write import proof
from synth.write.sources import Sources
from tests.wire_sentences import citation_of, of_records, record_of, sources, texts

CORRECTED = next(key for key, text in texts().items() if text.correction and "$9.4 billion" in record_of(text, 1).text)
OLD = "1105-transmission-calverra-transmission-places-order-for-lowfield"
NEW = "1117-transmission-addition-to-the-lowfield-order-six"


def told_by(record: Record) -> tuple[Figure, ...]:
    return figures(record.text, record_id=record.id, record_version=record.version, published=record.published)


def as_of(sentence: Sentence, given: Sources) -> list[tuple[Severity, str]]:
    return [(f.severity, f.message) for f in proof.findings(sentence, given) if f.check == "as-of"]


def test_a_figure_of_a_passage_that_was_corrected_is_not_given_as_the_present_one() -> None:
    before, after = record_of(texts()[CORRECTED], 1), record_of(texts()[CORRECTED])
    quote = next(line for line in before.text.split("\n") if "$9.4 billion" in line).split(", in Merrow")[0]
    given = of_records((after,), (before,))
    told = Sentence("Hollinmere Cloud will invest $9.4 billion at Lowfield.", SentenceKind.REPORT, (citation_of(before, quote),))
    assert [severity for severity, _ in as_of(told, given)] == [Severity.HOLD]
    assert not as_of(replace(told, text="Hollinmere Cloud was first said to invest $9.4 billion at Lowfield."), given)


def test_a_figure_that_a_signal_of_the_theme_found_moved_is_held_where_its_passage_alone_is_cited() -> None:
    old, new = record_of(texts()[OLD]), record_of(texts()[NEW])
    was = next(f for f in told_by(old) if f.quote == "$610 million")
    now = next(f for f in told_by(new) if f.quote == "$880 million")
    signal = Signal("s", MOVED_FIGURE, 0.5, "", (old.id, new.id), (), (("figure", now.id), ("was_figure", was.id)))
    given = replace(sources(), theme=replace(sources().theme, signals=(signal,)), figures=(was, now))
    order = citation_of(old, "Its value is $610 million.")
    told = Sentence("The order for Lowfield is worth $610 million.", SentenceKind.REPORT, (order,))
    assert [severity for severity, _ in as_of(told, given)] == [Severity.HOLD]
    assert not as_of(told, sources())
    enlarged = citation_of(new, "The value of the order rises from $610 million to $880 million.")
    assert not as_of(Sentence("The order, worth $610 million, now stands at $880 million.", SentenceKind.REPORT, (order, enlarged)), given)


def test_only_a_sentence_that_tells_the_same_replaces_a_figure() -> None:
    told = "The plant would employ 2,100 people at the harbour."
    assert list(replaced_figures(told, "The plant would employ 1,200 people at the harbour.")) == [("2,100 people", "1,200 people")]
    assert not list(replaced_figures(told, f"{told} It would employ 1,200 people in winter."))
    assert not list(replaced_figures(told, "A school in the hills has 1,200 pupils."))
