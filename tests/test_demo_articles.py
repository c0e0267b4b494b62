"""What the demo's articles must be to be printed: long enough, about their thesis, and none of them interchangeable."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from datetime import date
from itertools import combinations

import pytest

from evidence.names import names
from groundwire.records import Article, Record
from groundwire.store import articles, records
from groundwire.store.database import Database
from synth.write.gate import length, standing
from synth.write.questions import FEWEST_SENTENCES

QUIET = {date(2026, 11, 8), date(2026, 11, 9)}
"""Days of the demo's first nine on which one story alone is told, by one source each."""
HEADLINES = {
    "attention-commitment": r"coverage",
    "moved-figure": r"\d.*\b(?:from|above|below|up)\b.*\d",
    "convergence": r"\b(?:ties|stands|runs|meet|links|times)\b",
}
"""What the headline of a thesis of a kind says."""


@pytest.fixture(scope="module")
def live(demo_days: Database) -> tuple[Article, ...]:
    found = articles.live(demo_days)
    assert len(found) >= 7
    return found


SHORTEST = 12
"""Words of a dek where no longer sentence says one thing."""


def told(article: Article) -> list[str]:
    """What an article says of its day; the story so far may repeat an earlier one."""
    return [s.text for s in standing(article) if s.text and s not in article.so_far]


def test_articles_have_the_length_of_their_form(live: tuple[Article, ...]) -> None:
    assert {a.slug: n for a in live if not 250 <= (n := length(a)) <= 600} == {}
    assert {a.headline.text for a in live if not 7 <= len(a.headline.text.split()) <= 12} == set()


def test_a_dek_is_one_sentence_with_one_thought(live: tuple[Article, ...]) -> None:
    deks = [a.dek.text for a in live]
    assert [d for d in deks if not SHORTEST <= len(d.split()) <= 35 or ";" in d or not d.endswith((".", ".”"))] == []
    assert sum(len(d.split()) >= 25 for d in deks) * 3 >= len(deks) * 2


def test_most_articles_ask_two_to_four_questions(live: tuple[Article, ...]) -> None:
    asked = {a.slug: len(a.questions) for a in live}
    assert {slug: n for slug, n in asked.items() if not 1 <= n <= 4} == {}
    assert sum(n >= 2 for n in asked.values()) * 4 >= len(asked) * 3


def test_an_answer_repeats_no_sentence_of_the_body(live: tuple[Article, ...]) -> None:
    for article in live:
        body = {s.text for section in article.sections for p in section.paragraphs for s in p if not s.cut}
        assert [s.text for q in article.questions for s in q.answer if s.text in body] == []


def test_no_two_paragraphs_of_an_article_open_alike(live: tuple[Article, ...]) -> None:
    for article in live:
        opens = [" ".join(p[0].text.split()[:4]) for p in article.sections[0].paragraphs if p]
        assert len(set(opens)) == len(opens), opens


def test_the_strongest_contradiction_leads(live: tuple[Article, ...]) -> None:
    led = [a for a in live if a.theme.thesis and a.theme.thesis.kind == "contradiction" and any(f.conflict for f in a.figures)]
    assert led
    assert [a.headline.text for a in led if not re.search(r"differ|apart|depending|by another", a.headline.text)] == []


def test_a_thread_is_one_matter(demo_days: Database, live: tuple[Article, ...]) -> None:
    threads = Counter(a.thread_id for a in live)
    assert max(threads.values()) * 2 <= len(live)
    titles = [row["title"] for row in articles.threads(demo_days)]
    assert [t for t in titles if re.search(r"\b(?:Office|Commission|Department)\b", t)] == []


def test_no_sentence_stands_in_two_articles(live: tuple[Article, ...]) -> None:
    where: defaultdict[str, set[str]] = defaultdict(set)
    for article in live:
        for text in told(article):
            where[text].add(article.slug)
    assert {text: slugs for text, slugs in where.items() if len(slugs) > 1} == {}


def test_no_article_says_a_sentence_twice(live: tuple[Article, ...]) -> None:
    assert [text for a in live for text, n in Counter(s.text for s in standing(a)).items() if n > 1] == []


def test_each_headline_is_of_its_thesis(live: tuple[Article, ...]) -> None:
    seen = [(a.theme.thesis.kind, a.headline.text) for a in live if a.theme.thesis]
    assert len({kind for kind, _ in seen}) >= 3
    assert [(kind, text) for kind, text in seen if kind in HEADLINES and not re.search(HEADLINES[kind], text)] == []
    assert len({text for _, text in seen}) == len(seen)


def test_an_answer_is_more_than_a_sentence_and_no_question_is_asked_twice_in_an_article(live: tuple[Article, ...]) -> None:
    asked = [q for a in live for q in a.questions]
    assert all(q.question.endswith("?") and len(q.question.split()) <= 20 for q in asked)
    short = [
        q.question for q in asked if len(q.answer) < FEWEST_SENTENCES and not q.question.startswith("Why") and "outlet" not in q.question
    ]
    assert [q for q in short if "second account" not in q] == []


def test_quiet_days_stay_quiet(live: tuple[Article, ...]) -> None:
    assert {a.slug for a in live if a.published.date() in QUIET} == set()


def blanked(db: Database, article: Article) -> list[str]:
    """The sentences with every name, figure and date taken out."""
    cited = [r for i in article.theme.record_ids if (r := records.get(db, i))]
    known = sorted({n.text for r in cited for n in names(r.text)} | {w for r in cited for w in _words(r)}, key=lambda n: (-len(n), n))
    found = []
    for text in told(article):
        for name in known:
            text = text.replace(name, "_")
        text = re.sub(r"[$€]?\d[\d.,]*(?: (?:million|billion|trillion|[GMk]Wh?))?%?", "_", text)
        found.append(re.sub(r"\b(?:one|two|three|four|five|six|seven|eight|nine|ten|November)\b", "_", text, flags=re.IGNORECASE))
    return found


def _words(record: Record) -> set[str]:
    return {record.outlet}


def test_sentences_are_not_interchangeable(demo_days: Database, live: tuple[Article, ...]) -> None:
    blanks = {a.slug: blanked(demo_days, a) for a in live}
    equal = {(a, b): sum((Counter(blanks[a]) & Counter(blanks[b])).values()) for a, b in combinations(sorted(blanks), 2)}
    assert len(equal) >= 20
    assert {pair: n for pair, n in equal.items() if n * 3 > min(len(blanks[p]) for p in pair)} == {}
