"""Pruning by `run`: what no article cites loses its text when it is old, and says so; what is cited stays."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from calling import call
from publish_sample import DAY, RECORDS, earlier, fill, sample, store_record
from test_forget import ask, others_than

from groundwire.clock import to_text
from groundwire.config import Keep
from groundwire.keeping import LEAST_DAYS, prune
from groundwire.records import ArticleStatus
from groundwire.store import articles, pruning, records
from groundwire.store.database import Database, open_database
from synth.write import sources_changed

UNUSED = RECORDS["Wire Copy"]
"""The one record of the sample that no sentence cites."""
LATER = DAY + timedelta(days=200)


@pytest.fixture
def stored(tmp_path: Path) -> Iterator[Database]:
    with closing(open_database(tmp_path / "groundwire.db")) as db:
        fill(db)
        with db.transaction():
            db.execute("UPDATE pages SET state = 'done'")
            feed = {
                "id": "f",
                "url": "https://a.example/feed",
                "given_url": "https://a.example/feed",
                "added": "2026-01-01",
                "state": "off",
            }
            db.insert("feeds", feed)
            for n, page in enumerate((UNUSED.page_id, RECORDS["Grid Ledger"].page_id)):
                item = {"id": f"i{n}", "feed_id": "f", "key": str(n), "title": "T", "summary": "What the feed said.", "page_id": page}
                db.insert("items", item | {"published": to_text(DAY), "estimated": 0, "first_seen": to_text(DAY)})
        yield db


def texts(db: Database) -> dict[str, bool]:
    return {r["outlet"]: bool(r["text"]) for r in db.rows("SELECT outlet, text FROM records")}


def test_run_prunes_what_no_article_cites_and_reports_it(tmp_path: Path, stored: Database) -> None:
    ask(stored, "What was asked once.")
    ran = call(tmp_path, "-v", "run", now=LATER.isoformat())
    assert ran.exit_code == 0
    assert "keep: 1 texts pruned, 1 summaries pruned" in ran.stderr
    assert texts(stored) == {outlet: outlet != "Wire Copy" for outlet in RECORDS}
    kept = records.get(stored, UNUSED.id)
    assert kept == replace(UNUSED, text="", state=kept.state, reason=kept.reason)  # type: ignore[union-attr]
    assert (kept.state.value, kept.reason) == (
        "pruned",
        f"pruned on {LATER:%Y-%m-%d}: no article cites it and it is older than 180 days (keep.unused_days)",
    )
    assert [r["summary"] for r in stored.rows("SELECT summary FROM items ORDER BY id")] == ["", "What the feed said."]
    assert call(tmp_path, "explain", "--all", "--check").exit_code == 0
    assert call(tmp_path, "doctor", "--json").exit_code == 0
    again = call(tmp_path, "-v", "run", now=(LATER + timedelta(hours=1)).isoformat())
    assert "keep:" not in again.stderr


def test_calls_are_emptied_and_keep_their_price(stored: Database) -> None:
    ask(stored, "An old question.")
    assert prune(stored, Keep(), DAY + timedelta(days=20)) is None
    report = prune(stored, Keep(unused_days=0), parse("2027-03-01"))
    assert report is not None
    assert dict(report.counts)["calls pruned"] == 1
    (row,) = stored.rows("SELECT * FROM calls")
    assert (row["request"], row["answer"], row["state"], row["cost"], row["input_tokens"]) == ("", None, "pruned", 0.5, 900)


def parse(day: str):  # type: ignore[no-untyped-def]
    return DAY.fromisoformat(f"{day}T00:00:00+00:00")


@pytest.mark.parametrize("status", [s for s in ArticleStatus if s is not ArticleStatus.PUBLISHED])
def test_what_any_version_cites_is_kept(db: Database, status: ArticleStatus) -> None:
    fill(db, replace(sample(), status=status))
    with db.transaction():
        db.execute("UPDATE pages SET state = 'done'")
    prune(db, Keep(), LATER)
    assert [outlet for outlet, there in texts(db).items() if not there] == ["Wire Copy"]


def test_nothing_is_pruned_with_0_days_or_before_its_time(stored: Database) -> None:
    assert prune(stored, Keep(unused_days=0, calls_days=0), LATER) is None
    assert prune(stored, Keep(), DAY + timedelta(days=170)) is None
    assert prune(stored, Keep(unused_days=1), DAY + timedelta(days=LEAST_DAYS - 8)) is None
    assert all(texts(stored).values())


def test_a_page_that_is_asked_again_is_kept_for_comparison(stored: Database) -> None:
    with stored.transaction():
        stored.execute("UPDATE pages SET state = 'read', next_fetch = '2027-01-01T00:00:00Z' WHERE id = ?", (UNUSED.page_id,))
    prune(stored, Keep(), LATER)
    assert all(texts(stored).values())


def test_a_pruned_text_is_found_by_no_search_and_is_in_no_index(stored: Database) -> None:
    search = "SELECT count(*) AS n FROM records_fts WHERE records_fts MATCH 'transformers OR substation'"
    assert stored.rows(search)[0]["n"] == 3
    prune(stored, Keep(), LATER)
    assert stored.rows(search)[0]["n"] == 2
    assert UNUSED.text not in others_than(stored, RECORDS["Grid Ledger"])


def test_a_newer_version_that_was_pruned_is_no_change_of_what_is_cited(stored: Database) -> None:
    first = RECORDS["Grid Ledger"]
    store_record(stored, replace(first, id="newer0000000", version=2, text=first.text + " And more."))
    prune(stored, Keep(), LATER)
    assert records.get(stored, "newer0000000").state.value == "pruned"  # type: ignore[union-attr]
    assert sources_changed.notice(stored, LATER) == ()


def test_much_is_pruned_over_several_runs(stored: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "AT_ONCE", 2)
    for n in range(3):
        store_record(stored, replace(UNUSED, id=f"more{n}", page_id=f"more{n}", canonical_url=f"https://more{n}.example/"))
    stored.execute("UPDATE pages SET state = 'done'")
    done = [dict(report.counts)["texts pruned"] for _ in range(3) if (report := prune(stored, Keep(calls_days=0), LATER))]
    assert done == [2, 2]
    assert json.dumps(texts(stored)[UNUSED.outlet]) == "false"
    assert articles.find(stored, earlier().slug) == earlier()
