"""T11: altered numbers, names, dates, quotations and citations are held, and true sentences are not."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from outside import CORPUS, needs_corpus, rows

from bench.mutations import below, labelled, measure, published, quoted
from evidence.checks import CheckContext, best_passages, check_sentence, passage_ground, verdict
from evidence.figures import quantities
from evidence.passages import passages
from evidence.quotation import quoted_spans
from groundwire.demo import demo
from groundwire.records import Record, RecordState, Sentence, SentenceKind, Verdict

DAY = datetime(2026, 11, 20, tzinfo=UTC)
CASES = rows("own/verify-cases.json")
RIGHT = 0.85
TRUE_HELD = 0.10
ALTERED_HELD = 0.99
WHOLE_WIRE = 16
"""Days of the sample wire."""


@cache
def page(path: str) -> Record:
    from trafilatura import bare_extraction

    assert CORPUS is not None
    html = (CORPUS / "own" / path).read_text(encoding="utf-8")
    text = bare_extraction(html, include_comments=False).text
    return Record(path, path, 1, "", "", "Outlet", "", None, "en", DAY, DAY, text, "", RecordState.READ)


def judged(sentence: str, source: Record) -> Verdict:
    grounds = tuple(passage_ground(source, *span) for span in best_passages(sentence, source.text))
    found = check_sentence(Sentence(sentence, SentenceKind.REPORT), CheckContext(grounds))
    return verdict(found, True)


def passes(sentence: str, source: Record) -> bool:
    return judged(sentence, source) in {Verdict.SUPPORTED, Verdict.PARTLY}


def true_sentences() -> list[tuple[str, Record]]:
    """The sentences of every clean page, but its heading; each is true of its own page."""
    if CORPUS is None:
        return []
    pages = [page(f"injection/{path.name}") for path in sorted((CORPUS / "own" / "injection").glob("clean-*.html"))]
    return [(source.text[start:end], source) for source in pages for start, end in passages(source.text)[1:]]


@needs_corpus
def test_verdicts_on_the_cases_are_right() -> None:
    if not CASES:
        pytest.skip("no verify-cases.json in GROUNDWIRE_CORPUS")
    right = sum(passes(case["sentence"], page(case["source_page"])) == (case["verdict"] == "supported") for case in CASES)
    print(f"verify-cases: {right} of {len(CASES)} right")
    assert right / len(CASES) >= RIGHT


@needs_corpus
def test_true_sentences_are_rarely_held() -> None:
    cases = true_sentences()
    held = [sentence for sentence, source in cases if not passes(sentence, source)]
    print(f"true sentences held: {len(held)} of {len(cases)}")
    assert len(held) <= TRUE_HELD * len(cases), held


def altered_numbers(sentence: str) -> list[str]:
    """The sentence with one figure changed at a time: its first digit moved on, or one digit longer."""
    changed = []
    for quantity in quantities(sentence):
        written = sentence[quantity.start : quantity.end]
        digit = re.search(r"[1-9]", written)
        if not digit or any(a <= quantity.start < b for a, b in quoted_spans(sentence)):
            continue
        head, tail = sentence[: quantity.start + digit.start()], written[digit.end() :] + sentence[quantity.end :]
        changed += [f"{head}{int(digit[0]) % 9 + 1}{tail}", f"{head}{digit[0]}0{tail}"]
    return changed


def altered_quotes(sentence: str) -> list[str]:
    """The sentence with one word of a quotation dropped at a time."""
    changed = []
    for start, end in quoted_spans(sentence):
        inner = [start + match.start() for match in re.finditer(r"(?<=\s)\w+\s", sentence[start:end])]
        changed.extend(sentence[:at] + re.sub(r"^\w+\s", "", sentence[at:]) for at in inner)
    return changed


@needs_corpus
@pytest.mark.parametrize("mutate", [altered_numbers, altered_quotes])
def test_altered_numbers_and_quotes_are_held(mutate: object) -> None:
    assert callable(mutate)
    cases = [(other, source) for sentence, source in true_sentences() for other in mutate(sentence)]
    slipped = [sentence for sentence, source in cases if passes(sentence, source)]
    print(f"{getattr(mutate, '__name__', '')}: {len(cases) - len(slipped)} of {len(cases)} held")
    assert cases
    assert len(cases) - len(slipped) >= ALTERED_HELD * len(cases), slipped


@needs_corpus
def test_a_sentence_of_another_page_is_held() -> None:
    """A citation that leads to the wrong record bears nothing."""
    cases = true_sentences()
    stories = {source.id: source.id.partition("clean-")[2].rpartition("-")[0] for _, source in cases}
    others = [source for _, source in cases]
    swapped = [(sentence, other) for (sentence, source), other in zip(cases, others[len(others) // 2 :] + others[: len(others) // 2], strict=True)
               if stories[source.id] != stories[other.id]]  # fmt: skip
    slipped = [sentence for sentence, source in swapped if passes(sentence, source)]
    print(f"sentences cited to another story: {len(swapped) - len(slipped)} of {len(swapped)} held")
    assert len(swapped) - len(slipped) >= ALTERED_HELD * len(swapped), slipped


@pytest.mark.proof
def test_t11_alterations_of_true_sentences_proof(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every number, name, date, quotation and citation of what the demo publishes, of clean sentences and of people's words, altered."""
    demo(tmp_path / "newsroom", WHOLE_WIRE)
    told = {"labelled": labelled(), "quoted": quoted(), "published": published(tmp_path / "newsroom")}
    for name, given in told.items():
        figures, missed = measure(*given)
        with capsys.disabled():
            print(f"\nT11, {name}: {figures}")
        assert figures["standing"] >= (1 - TRUE_HELD) * figures["sentences"], figures  # type: ignore[operator]
        assert not below(figures), (figures, missed)
