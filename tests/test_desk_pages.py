"""The desk's pages beside the review of articles: each is read, and what its forms change is stored, logged and honoured."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from calling import call
from desk_browser import GRID, HOST, NOW, SLUG, SUB, Browser, Page, Sample, sample_desk
from publish_sample import DAY, RECORDS

from desk.pages_feeds import earliest
from groundwire.clock import parse_time, to_text
from groundwire.outlets_file import change, read_outlets
from groundwire.records import OutletKind
from groundwire.store import articles, decisions, feeds, runs, searching

PAGES = ("/threads", "/corrections", "/forecasts", "/sources", "/feeds", "/runs", "/thresholds", "/search?q=substation", "/help",
         f"/article/{SLUG}/history", f"/article/{SLUG}/diff", f"/record/{GRID.id}")  # fmt: skip


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Sample]:
    with sample_desk(tmp_path) as found:
        yield found


@pytest.fixture
def ada(desk: Sample) -> Browser:
    return desk.browser()


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_read_and_changes_nothing(desk: Sample, ada: Browser, path: str) -> None:
    before = desk.dump()
    page = ada.get(path)
    assert page.status == 200 and page.tree.find(".//h1") is not None
    assert desk.dump() == before


@pytest.mark.parametrize(
    "path",
    [
        "/article/nothing/history",
        "/article/nothing/diff",
        f"/article/{SLUG}/diff?from=7",
        "/forecasts/nothing",
        "/record/nothing",
        "/corrections?article=nothing",
    ],
)
def test_what_is_not_there_is_said_so(ada: Browser, path: str) -> None:
    assert ada.get(path).status == 404


FORMS = (("/sources", {"name": "Grid Ledger", "action": "set", "kind": "primary"}), ("/feeds", {"url": "https://a.example/feed", "action": "off"}),
         ("/forecasts/f1", {"outcome": "held"}), (f"/corrections/{SLUG}", {"was": "15", "now_is": "16", "origin": "editor"}))  # fmt: skip


@pytest.mark.parametrize(("path", "fields"), FORMS)
def test_nothing_is_changed_without_a_token_or_from_elsewhere(desk: Sample, ada: Browser, path: str, fields: dict[str, str]) -> None:
    before = desk.dump()
    assert ada.post(path, **fields).status == 403
    elsewhere = ada.client.post(
        path, data=fields | {"token": ada.session.token}, headers={"origin": "https://else.example", "sec-fetch-site": "cross-site"}
    )
    assert elsewhere.status_code == 403
    assert desk.dump() == before and not (desk.root / "outlets.toml").exists()


# versions


def test_two_versions_are_shown_with_the_words_that_differ(desk: Sample, ada: Browser) -> None:
    ada.send(ada.send(ada.open(4), "/edit", {"value": "The contract runs for 15 years."}), f"/approve/{SLUG}")
    page = ada.get(f"/article/{SLUG}/diff?from=1&to=2")
    changed = page.tree.find_class("rewritten")[0]
    assert [e.text for e in changed.iter("del")] == ["25"] and [e.text for e in changed.iter("ins")] == ["15"]
    assert "1 rewritten" in page.words
    back = ada.get(f"/article/{SLUG}/diff?from=2&to=1")
    assert [e.text for e in back.tree.find_class("rewritten")[0].iter("ins")] == ["25"]
    assert "The text is the same." in ada.get(f"/article/{SLUG}/diff?from=2&to=2").words
    history = ada.get(f"/article/{SLUG}/history").words
    assert "Version 2 , published" in history.replace(" ,", " ,") or "Version 2, published" in history
    assert "approve by Ada Lindt" in history and "edit of sentence 4" in history


def test_changes_that_are_not_published_are_compared_with_the_version(ada: Browser) -> None:
    ada.send(ada.open(4), "/edit", {"value": "The contract runs for 15 years."})
    page = ada.get(f"/article/{SLUG}/diff")
    assert "the changes that are not published yet" in page.words and [e.text for e in page.tree.iter("del")] == ["25"]


# threads, search, records


def test_a_thread_tells_what_it_has_told_and_links_its_articles(ada: Browser) -> None:
    published(ada)
    page = ada.get("/threads")
    assert "Osterby and the grid" in page.words and "2 articles" in page.words
    assert f"/article/{SLUG}" in page.tree.xpath("//@href")
    assert "Capacity at Osterby has been contested since spring." in page.words


def test_search_finds_records_and_articles_and_takes_nothing_for_an_expression(desk: Sample, ada: Browser) -> None:
    page = ada.get("/search?q=transformers")
    assert f"/record/{SUB.id}" in page.tree.xpath("//@href") and "transformers" in [m.text for m in page.tree.iter("mark")]
    assert any(f"/article/{SLUG}" in href for href in page.tree.xpath("//@href"))
    for wild in ('"', "a OR b", "NEAR(", "x*", "col:val", "-", "'", "%", "\x00", "é ß 漢", "^", "a" * 5000):
        assert ada.client.get("/search", params={"q": wild}).status_code == 200
    assert searching.records(desk.db, "transf", 5), "the last word may be a beginning"
    assert not searching.records(desk.db, "transformers nowhere", 5)


def test_a_record_says_what_rests_on_it_and_whose_copy_it_is(ada: Browser) -> None:
    page = ada.get(f"/record/{GRID.id}")
    assert f"/article/{SLUG}?version=1" in page.tree.xpath("//@href") and GRID.text.split(".")[0] in page.words
    assert "is a copy of Grid Ledger" in ada.get(f"/record/{RECORDS['Wire Copy'].id}").words


# corrections


def published(ada: Browser) -> None:
    ada.send(ada.send(ada.open(4), "/edit", {"value": "The contract runs for 15 years."}), f"/approve/{SLUG}")


def test_a_correction_from_a_readers_report_reaches_page_log_and_feed(desk: Sample, ada: Browser) -> None:
    published(ada)
    begun = ada.get(f"/corrections?article={SLUG}")
    done = ada.send(begun, f"/corrections/{SLUG}", {"was": "15 years", "now_is": "16 years", "origin": "reader", "note": "by post"})
    assert done.status == 200 and "A reader reported it: by post; corrected by Ada Lindt." in done.words
    assert "16 years" in desk.page().read_text() and "Correction" in desk.page().read_text()
    site = desk.root / "output/site"
    assert "16 years" in (site / "corrections/index.html").read_text() and "16 years" in (site / "feed.xml").read_text()
    assert "by post" not in (site / "corrections/index.html").read_text()


def test_two_corrections_of_one_article_both_stand(desk: Sample, ada: Browser) -> None:
    published(ada)
    for was, now_is in (("15 years", "16 years"), ("30 months", "31 months")):
        done = ada.send(ada.get(f"/corrections?article={SLUG}"), f"/corrections/{SLUG}", {"was": was, "now_is": now_is, "origin": "editor"})
        assert done.status == 200
    text = (desk.root / "output/site/corrections/index.html").read_text()
    assert "16 years" in text and "31 months" in text
    assert len(articles.find(desk.db, SLUG).corrections) == 2


def test_a_correction_that_lacks_something_is_told_and_keeps_what_was_typed(desk: Sample, ada: Browser) -> None:
    published(ada)
    begun = ada.get(f"/corrections?article={SLUG}")
    before = desk.dump()
    refused = ada.send(begun, f"/corrections/{SLUG}", {"was": "15 years", "now_is": "", "origin": "source", "note": "a filing"})
    assert refused.status == 422 and refused.fields(f"/corrections/{SLUG}")["note"] == "a filing"
    assert ada.send(begun, f"/corrections/{SLUG}", {"was": "a", "now_is": "b", "origin": "else"}).status == 422
    assert desk.dump() == before
    ben = desk.browser("Ben Oru")
    ben.send(ben.open(3), "/edit", {"value": "Halden Compute has signed for 900 megawatts."})
    late = ada.send(begun, f"/corrections/{SLUG}", {"was": "15 years", "now_is": "16 years", "origin": "editor"})
    assert late.status == 409 and "changed meanwhile" in late.words


# forecasts


@pytest.fixture
def expected(desk: Sample) -> Sample:
    """A forecast that is due, of the article that is out."""
    owner = articles.find(desk.db, "the-queue-opened-in-spring").id
    with desk.db.transaction():
        row = {"id": "f1", "article_id": owner, "statement": "Osterby will have ordered new transformers by summer.", "wrong_if": "none is ordered",
               "made": to_text(DAY - timedelta(days=40)), "due": to_text(DAY), "outcome": "open"}  # fmt: skip
        desk.db.insert("forecasts", row)
    return desk


def test_a_forecast_due_is_decided_with_a_passage_that_shows_it(expected: Sample, ada: Browser) -> None:
    assert "Due now (1)" in ada.get("/forecasts").words
    page = ada.get("/forecasts/f1")
    offered = page.tree.xpath("//input[@name='passage']/@value")
    assert any(o.startswith(SUB.id) for o in offered)
    best = next(o for o in offered if o.startswith(SUB.id))
    done = ada.send(page, "/forecasts/f1", {"outcome": "held", "passage": best})
    assert done.status == 200 and "Decided (1)" in done.words and "Came true" in done.words
    row = expected.db.one("SELECT * FROM forecasts WHERE id = 'f1'")
    assert row is not None and row["outcome"] == "held" and row["decided"] and SUB.id in row["evidence"]
    assert "transformers" in (expected.root / "output/site/forecasts/index.html").read_text()
    assert [d["by"] for d in decisions.recent(expected.db, "forecast")] == ["Ada Lindt"]
    again = ada.send(ada.get("/forecasts/f1"), "/forecasts/f1", {"outcome": "open"})
    assert again.status == 200 and "Due now (1)" in again.words
    assert len(decisions.recent(expected.db, "forecast")) == 2


def test_what_is_forgotten_is_in_no_decision_either(expected: Sample, ada: Browser) -> None:
    words = "Osterby will need two new transformers before 2028, the grid operator Nordlinje said"
    ada.send(ada.get("/forecasts/f1"), "/forecasts/f1", {"outcome": "held", "record": SUB.id, "words": words})
    assert words in "".join(expected.dump())
    assert call(expected.root, "forget", SUB.id, "--reason", "asked for").exit_code in (0, 1)
    assert words not in "".join(expected.dump())
    assert all(ada.get(path).status == 200 for path in ("/forecasts", "/sources", f"/record/{SUB.id}", "/search?q=transformers"))


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"outcome": ""}, "Say what came of it"),
        ({"outcome": "held"}, "needs evidence"),
        ({"outcome": "maybe"}, "Say what came of it"),
        ({"outcome": "held", "passage": "x:1:2"}, "needs evidence"),
        ({"outcome": "held", "passage": f"{SUB.id}:9:2"}, "no such passage"),
        ({"outcome": "held", "passage": f"{SUB.id}:0:999999"}, "no such passage"),
        ({"outcome": "held", "record": SUB.id, "words": "three transformers"}, "do not stand in that record"),
        ({"outcome": "held", "record": SUB.id, "words": "two new transformers", "was": "failed"}, "decided meanwhile"),
    ],
)
def test_an_outcome_without_evidence_is_refused(expected: Sample, ada: Browser, given: dict[str, str], why: str) -> None:
    before = expected.dump()
    refused = ada.send(ada.get("/forecasts/f1"), "/forecasts/f1", given)
    assert refused.status == 422 and why in refused.words
    assert expected.dump() == before


def test_words_of_a_record_are_evidence_too_and_an_older_record_is_none(expected: Sample, ada: Browser) -> None:
    with expected.db.transaction():
        expected.db.execute("UPDATE forecasts SET made = ?", (to_text(SUB.published + timedelta(hours=1)),))
    refused = ada.send(ada.get("/forecasts/f1"), "/forecasts/f1", {"outcome": "failed", "record": SUB.id, "words": "two new transformers"})
    assert refused.status == 422 and "published before the forecast" in refused.words
    with expected.db.transaction():
        expected.db.execute("UPDATE forecasts SET made = ?", (to_text(DAY - timedelta(days=40)),))
    done = ada.send(ada.get("/forecasts/f1"), "/forecasts/f1", {"outcome": "failed", "record": SUB.id, "words": "two new  transformers"})
    assert done.status == 200 and "“two new transformers”" in done.words


# sources


def test_what_is_said_of_an_outlet_is_written_where_runs_read_it(desk: Sample, ada: Browser) -> None:
    file = desk.root / "outlets.toml"
    file.write_text('# ours\n["The Substation"]\nkind = "primary" # a filing\nofficial = true\n', encoding="utf-8")
    page = ada.get("/sources")
    done = ada.send(
        page, "/sources", {"kind": "report", "weight": "0.6", "owner": "Ground Media", "muted": "1", "action": "set"}, name="Grid Ledger"
    )
    assert done.status == 200 and "“Grid Ledger” is report, weight 0.6, owner Ground Media, muted." in done.text
    found = read_outlets(file)
    assert (found["Grid Ledger"].weight, found["Grid Ledger"].owner, found["Grid Ledger"].muted) == (0.6, "Ground Media", True)
    assert found["The Substation"].official and "# ours" in file.read_text() and "# a filing" in file.read_text()
    assert decisions.recent(desk.db, "outlet")[0]["after"] == "report, weight 0.6, owner Ground Media, muted"
    back = ada.send(done, "/sources", {"action": "guess"}, name="Grid Ledger")
    assert back.status == 200 and "Grid Ledger" not in read_outlets(file)


def test_a_stale_or_wrong_word_on_an_outlet_changes_nothing(desk: Sample, ada: Browser) -> None:
    old = ada.get("/sources")
    ben = desk.browser("Ben Oru")
    ben.send(ben.get("/sources"), "/sources", {"kind": "commentary", "action": "set"}, name="Grid Ledger")
    kept, before = (desk.root / "outlets.toml").read_text(), desk.dump()
    late = ada.send(old, "/sources", {"kind": "primary", "action": "set"}, name="Grid Ledger")
    assert late.status == 422 and "changed meanwhile" in late.words
    for wrong in ({"kind": "gossip"}, {"weight": "2"}, {"weight": "nan"}, {"weight": "much"}, {"action": "burn"}):
        assert ada.send(ada.get("/sources"), "/sources", {"action": "set"} | wrong, name="Model Times").status == 422
    missing = ada.get("/sources").fields("/sources", name="Model Times") | {"name": "Nobody", "action": "set"}
    assert ada.post("/sources", **missing).status == 404
    assert (desk.root / "outlets.toml").read_text() == kept and desk.dump() == before


def test_a_file_that_cannot_be_read_is_told(desk: Sample, ada: Browser) -> None:
    page = ada.get("/sources")
    (desk.root / "outlets.toml").write_text("not toml [", encoding="utf-8")
    told = ada.get("/sources")
    assert told.status == 503 and "outlets.toml" in told.words
    assert ada.send(page, "/sources", {"action": "set"}, name="Grid Ledger").status == 503


def test_what_goes_without_saying_is_not_written(tmp_path: Path) -> None:
    file = tmp_path / "outlets.toml"
    change(file, "A b", OutletKind.REPORT, 0.8, None, muted=False)
    assert file.read_text() == '["A b"]\nkind = "report"\n'
    change(file, "a B", OutletKind.COMMENTARY, 0.5, "X", muted=True)
    assert list(read_outlets(file)) == ["A b"] and read_outlets(file)["A b"].muted


# feeds


@pytest.fixture
def fed(desk: Sample) -> Sample:
    """Three feeds: one well, one that failed, one turned off."""
    now = parse_time(NOW)
    for name, state in (("well", "ok"), ("ill", "failed"), ("gone", "off")):
        with desk.db.transaction():
            feeds.add(desk.db, f"https://{name}.example/feed", now, outlet=name.title())
            polled = {"last_polled": to_text(now - timedelta(minutes=20)), "next_poll": to_text(now + timedelta(hours=20))}
            desk.db.update(
                "feeds",
                {"url": f"https://{name}.example/feed"},
                polled | {"state": state, "reason": "answered 500" if state == "failed" else None},
            )
    return desk


def test_feeds_in_trouble_come_first(fed: Sample, ada: Browser) -> None:
    assert [h.text_content().split()[-1] for h in ada.get("/feeds").tree.xpath("//ol/li/h2")] == ["Ill", "Gone", "Well"]
    assert len(ada.get("/feeds?q=gone").tree.xpath("//ol/li/h2")) == 1


def test_a_feed_that_failed_is_asked_again_and_never_within_an_hour(fed: Sample, ada: Browser) -> None:
    done = ada.send(ada.get("/feeds"), "/feeds", {"action": "again"}, url="https://ill.example/feed")
    assert done.status == 200 and "an hour lies between" in done.text
    row = feeds.by_url(fed.db, "https://ill.example/feed")
    assert row["next_poll"] == to_text(parse_time(NOW) + timedelta(minutes=40))
    form = ada.get("/feeds").fields("/feeds", url="https://well.example/feed")
    assert ada.post("/feeds", **(form | {"action": "again"})).status == 422
    assert feeds.by_url(fed.db, "https://well.example/feed")["next_poll"] == to_text(parse_time(NOW) + timedelta(hours=20))
    assert earliest(None, parse_time(NOW)) == parse_time(NOW)


def test_a_feed_is_turned_off_and_on(fed: Sample, ada: Browser) -> None:
    ada.send(ada.get("/feeds"), "/feeds", {"action": "off"}, url="https://well.example/feed")
    assert feeds.by_url(fed.db, "https://well.example/feed")["state"] == "off"
    ada.send(ada.get("/feeds"), "/feeds", {"action": "on"}, url="https://gone.example/feed")
    assert feeds.by_url(fed.db, "https://gone.example/feed")["state"] == "ok"
    assert [d["action"] for d in decisions.recent(fed.db, "feed")] == ["on", "off"]
    form = ada.get("/feeds").fields("/feeds", url="https://well.example/feed")
    assert ada.post("/feeds", **(form | {"action": "burn"})).status == 422
    assert ada.post("/feeds", **(form | {"url": "https://none.example/"})).status == 404


# runs, help


def test_runs_say_what_they_did_and_cost(desk: Sample, ada: Browser) -> None:
    from groundwire.records import Failure, StageReport

    run = runs.start(desk.db, "run", parse_time(NOW), fixed_clock=True)
    runs.finish(desk.db, run, parse_time(NOW), 1, [StageReport("poll", (("feeds asked", 3),), (Failure("feed", "x", "answered 500"),))])
    with desk.db.transaction():
        call = {"id": "c1", "run_id": run, "role": "write", "model": "maker/one", "base_url": "http://m.example", "prompt": "p", "prompt_sha256": "0",
                "parameters": "{}", "request": "{}", "input_tokens": 900, "output_tokens": 100, "cost": 0.25, "state": "answered", "asked": NOW}  # fmt: skip
        desk.db.insert("calls", call)
    page = ada.get("/runs").words
    assert "3 feeds asked" in page and "feed x: answered 500" in page and "1 new failure" in page
    assert "1,000 tokens, 0.2500" in page and "maker/one" in page


def test_help_names_every_key_of_the_pages(ada: Browser) -> None:
    shown = " ".join(k.text_content() for k in ada.get("/help").tree.iter("kbd"))
    named = set(re.findall(r"\S", shown))
    for path in (f"/article/{SLUG}", "/sources"):
        keys = set(ada.get(path).tree.xpath("//@data-key"))
        assert keys <= named
    for href in ("/", "/threads", "/corrections", "/forecasts", "/sources", "/feeds", "/runs", "/thresholds", "/search"):
        assert href in ada.get("/help").tree.xpath("//dl//@href")


def test_every_page_is_reached_from_every_other(ada: Browser) -> None:
    linked = set(ada.get("/").tree.xpath("//header//nav//@href"))
    assert {"/", "/threads", "/corrections", "/forecasts", "/sources", "/feeds", "/runs", "/thresholds", "/help"} <= linked
    assert HOST and isinstance(ada.get("/search"), Page)
