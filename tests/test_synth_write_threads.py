"""Threads: new article, new version or nothing; and what an article connects to."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from test_synth_write_gate import article
from write_sample import NOW, lens, plant_and_chips

from groundwire.records import Article, ArticleStatus, Signal, Theme
from synth.write import ledger
from synth.write.methodology import changes
from synth.write.page import Page
from synth.write.proof import prove_draft
from synth.write.so_far import so_far, steps
from synth.write.threads import Plan, article_id, place, plan, related, subject

SOURCES = plant_and_chips()
BEFORE = replace(
    article(prove_draft(ledger.write(SOURCES), SOURCES), SOURCES),
    status=ArticleStatus.PUBLISHED,
    modified=NOW - timedelta(days=1),
    thread_id="plant",
)


def asked(theme: Theme, *known: Article, group_of: dict[str, str] | None = None) -> Plan:
    return plan(theme, known, lambda r: (group_of or {}).get(r, r), lambda s: s, NOW)


def test_a_theme_that_nothing_was_written_on_is_a_new_article() -> None:
    assert asked(SOURCES.theme) == Plan()


def test_without_new_evidence_nothing_is_written() -> None:
    found = asked(SOURCES.theme, BEFORE)
    assert found.article is BEFORE
    assert found.skip and "nothing new" in found.skip


def test_a_new_independent_source_makes_a_new_version() -> None:
    found = asked(replace(SOURCES.theme, record_ids=(*SOURCES.theme.record_ids, "new")), BEFORE)
    assert found.article is BEFORE
    assert found.skip is None


def test_another_record_of_a_known_source_alone_makes_none() -> None:
    known = SOURCES.theme.record_ids[0]
    grown = replace(SOURCES.theme, record_ids=(*SOURCES.theme.record_ids, "new"))
    assert asked(grown, BEFORE, group_of={"new": known}).skip


def test_a_figure_that_moved_makes_a_new_version() -> None:
    known = SOURCES.theme.record_ids[0]
    moved = Signal("s", "moved-figure", 0.8, "now $3 billion", ("new",), SOURCES.theme.story_ids[:1])
    grown = replace(SOURCES.theme, record_ids=(*SOURCES.theme.record_ids, "new"), signals=(moved,))
    assert asked(grown, BEFORE, group_of={"new": known}).skip is None


def test_what_was_written_at_this_moment_is_done() -> None:
    assert asked(SOURCES.theme, replace(BEFORE, modified=NOW)).done


def test_another_lead_story_is_another_article() -> None:
    other = replace(SOURCES.theme, story_ids=("elsewhere",))
    assert asked(other, BEFORE) == Plan()
    assert article_id(other, lambda s: s) != article_id(SOURCES.theme, lambda s: s)


def test_a_story_that_was_merged_is_still_the_same() -> None:
    merged = replace(SOURCES.theme, story_ids=("merged",))
    found = plan(merged, (BEFORE,), lambda r: r, lambda s: "merged" if s == SOURCES.theme.story_ids[0] else s, NOW)
    assert found.article is BEFORE


TURBINES = replace(BEFORE, dek=replace(BEFORE.dek, text="The turbines of Velmora Grid come from Castrel Works."))
"""An earlier article with two names that do not hang on what the writer chooses."""


def test_a_thread_is_continued_by_a_common_story_or_common_names_only() -> None:
    alone = replace(SOURCES.theme, story_ids=("elsewhere",))
    assert place(SOURCES.theme, "h", "", None, (TURBINES,), lambda s: s, NOW).id == "plant"
    assert place(alone, "h", "Talks between Velmora Grid and Castrel Works went on.", None, (TURBINES,), lambda s: s, NOW).id == "plant"
    assert place(alone, "h", "Talks between Orin Steel and Calder Mills went on.", None, (TURBINES,), lambda s: s, NOW).id != "plant"


def test_a_name_that_many_threads_share_ties_no_article_to_one() -> None:
    text = "Talks between Velmora Grid and Castrel Works went on."
    others = tuple(
        replace(TURBINES, id=f"a{n}", slug=f"s{n}", thread_id=f"t{n}", theme=replace(SOURCES.theme, story_ids=(f"story{n}",)))
        for n in range(3)
    )
    alone = replace(SOURCES.theme, story_ids=("elsewhere",))
    assert place(alone, "h", text, None, others, lambda s: s, NOW).id not in {"t0", "t1", "t2"}


def test_a_thread_is_called_by_what_its_headline_names() -> None:
    text = "Orin Steel will buy Calder Mills\nOrin Steel pays. The Office of Trade said that Orin Steel may buy Calder Mills."
    assert subject(text) == "Orin Steel, Calder Mills"
    assert subject("Orders rise by a third\nThe Office of Trade counts them. Prices of Orin Steel rose.") == "Orin Steel"


def test_related_articles_name_how_they_connect() -> None:
    text = "The works of Castrel Works need power."
    found = related(text, ("energy",), "plant", "other", (replace(TURBINES, layers=("energy",)),), lens())
    assert [(r.relation, r.slug) for r in found] == [("earlier in this thread", "a")]
    below = related(text, ("chip",), "chips", "other", (replace(TURBINES, layers=("energy",)),), lens())
    assert below[0].relation == "one layer below"
    assert related("Nothing in common.", ("model",), "x", "other", (TURBINES,), lens()) == ()
    assert related(text, ("energy",), "plant", "a", (TURBINES,), lens()) == ()


def test_changes_are_said_in_words() -> None:
    draft = prove_draft(ledger.write(SOURCES), SOURCES)
    before = replace(BEFORE, theme=replace(SOURCES.theme, record_ids=SOURCES.theme.record_ids[:3]), figures=BEFORE.figures[1:])
    said = changes(draft, SOURCES, before)
    assert any(s.startswith("one record more, from") for s in said)
    assert any(s.startswith("figures that were not in it") for s in said)
    assert changes(draft, SOURCES, BEFORE) == ()


def test_the_story_so_far_comes_from_the_thread_s_own_sentences() -> None:
    given = replace(SOURCES, earlier=(replace(BEFORE, slug="earlier"),))
    page = Page(given.form, given.citable, taken=[replace(BEFORE.headline, citations=())])
    told = so_far(given, page, lambda s: True)
    body = [s.text for section in BEFORE.sections for p in section.paragraphs for s in p]
    assert told[0].text in body
    assert told[0].citations
    assert [slug for _, _, slug in steps(given, "headline", "mine")] == ["earlier", "mine"]
