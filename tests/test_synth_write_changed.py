"""After publication: pages that changed, decisions of editors, and the proof that every citation still resolves."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from test_synth_write_gate import article
from write_sample import NOW, PLANT, plant_and_chips, put, record

from groundwire.clock import to_text
from groundwire.errors import MoveError, NotFoundError
from groundwire.records import Article, ArticleStatus, Citation, Target
from groundwire.store import articles
from groundwire.store.database import Database
from synth.write import ledger, sources_changed
from synth.write.decisions import decide, publish_approved
from synth.write.explain import explain, failing
from synth.write.proof import prove_draft


@pytest.fixture
def published(db: Database) -> Article:
    sources = plant_and_chips()
    put(db, *sources.records)
    made = replace(article(prove_draft(ledger.write(sources), sources), sources), status=ArticleStatus.PUBLISHED)
    with db.transaction():
        articles.open_thread(db, made.thread_id, "plant", "Plant", NOW)
        articles.add(db, made, None)
    return made


def changed(text: str, version: int = 2):  # type: ignore[no-untyped-def]
    first = record(PLANT, "Gridpost", 20)
    return record(text, "Gridpost", 20, version=version, page=first.page_id)


def test_a_cited_figure_that_changed_gets_one_dated_notice(db: Database, published: Article) -> None:
    put(db, changed(PLANT.replace("$2.4 billion", "$2.6 billion")))
    said = sources_changed.notice(db, NOW)
    assert len(said) == 1
    note = articles.corrections(db, published.id)[0]
    assert (note.kind, note.at, note.was, note.now_is) == ("notice", NOW, "$2.4 billion", "$2.6 billion")
    assert "Gridpost" in note.text
    assert sources_changed.notice(db, NOW) == ()
    assert sources_changed.waiting(db) == (published.slug,)
    assert articles.live(db)[0].status is ArticleStatus.PUBLISHED


def test_a_change_beside_the_cited_passage_is_none(db: Database, published: Article) -> None:
    put(db, changed(PLANT + "\nThe plant was named after a lighthouse."))
    assert sources_changed.notice(db, NOW) == ()
    assert sources_changed.waiting(db) == ()


def test_white_space_is_no_change(db: Database, published: Article) -> None:
    put(db, changed(PLANT.replace("\n", "\n\n")))
    assert sources_changed.notice(db, NOW) == ()


def test_a_cited_page_that_went_gets_one_dated_notice(db: Database, published: Article) -> None:
    db.execute("UPDATE pages SET gone = ? WHERE id = ?", (to_text(NOW), record(PLANT, "Gridpost", 20).page_id))
    assert len(sources_changed.notice(db, NOW)) == 1
    note = articles.corrections(db, published.id)[0]
    assert "no longer at its address" in note.text and "Gridpost" in note.text
    assert sources_changed.notice(db, NOW + timedelta(days=2)) == ()
    assert explain(db, None, True, {}) == ()


def test_every_citation_resolves(db: Database, published: Article) -> None:
    assert explain(db, None, True, {}) == ()
    told = "\n".join(explain(db, published.slug, False, {}))
    assert published.headline.text in told
    assert "count-outlets" in told
    with pytest.raises(NotFoundError):
        explain(db, "nowhere", False, {})


@pytest.mark.parametrize("at", [12, 60, -3])
def test_one_changed_character_anywhere_in_a_cited_text_is_found(db: Database, published: Article, at: int) -> None:
    target = record(PLANT, "Gridpost", 20)
    spot = at % len(PLANT)
    altered = PLANT[:spot] + ("x" if PLANT[spot] != "x" else "y") + PLANT[spot + 1 :]
    db.execute("UPDATE records SET text = ? WHERE id = ?", (altered, target.id))
    lines = explain(db, None, True, {})
    assert lines
    assert all(published.slug in line and target.id in line and "sentence " in line for line in lines)


def test_an_editor_s_way_through_the_moves(db: Database, published: Article) -> None:
    held = decide(db, "a", "hold", None, "Edda", "look again", NOW, {})
    assert held.status is ArticleStatus.HELD
    with pytest.raises(MoveError, match="names a version"):
        decide(db, "a", "approve", None, "Edda", "fine", NOW, {})
    assert decide(db, "a", "approve", 1, "Edda", "fine", NOW, {}).status is ArticleStatus.APPROVED
    assert [a.slug for a in publish_approved(db, NOW, {})] == ["a"]
    assert articles.live(db)[0].status is ArticleStatus.PUBLISHED
    assert [(r["action"], r["by"]) for r in articles.reviews(db, "a")] == [("hold", "Edda"), ("approve", "Edda")]
    with pytest.raises(MoveError):
        decide(db, "a", "reject", None, "Edda", "no", NOW, {})


def test_an_approval_whose_citation_no_longer_resolves_is_refused(db: Database, published: Article) -> None:
    decide(db, "a", "hold", None, "Edda", "look again", NOW, {})
    db.execute("UPDATE records SET text = 'gone' WHERE outlet = 'Gridpost'")
    with pytest.raises(MoveError, match="cannot be approved"):
        decide(db, "a", "approve", 1, "Edda", "fine", NOW, {})
    assert articles.find(db, "a").status is ArticleStatus.HELD
    assert len(articles.reviews(db, "a")) == 1


def test_a_calculation_that_gives_another_value_is_found(db: Database, published: Article) -> None:
    assert any(c.target is Target.CALCULATION for _, _, s in articles.numbered(published) for c in s.citations)
    db.execute("UPDATE citations SET value = '9' WHERE target = 'calculation'")
    assert any("gives" in line for line in explain(db, "a", True, {}))


@pytest.mark.parametrize(("table", "resolves"), [({"plant": "27"}, True), ({"plant": "31"}, False), ({}, False)])
def test_a_row_of_the_reference_table_is_proved_against_the_table(
    db: Database, published: Article, table: dict[str, str], resolves: bool
) -> None:
    cited = Citation(Target.REFERENCE, rule="plant", value="27")
    made = replace(published, headline=replace(published.headline, citations=(cited,)))
    assert any("plant" in line for line in failing(db, made, table)) != resolves
