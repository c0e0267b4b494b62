"""Review at the desk: reading a draft's proof, changing it sentence by sentence, publishing it; every step by plain forms."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from calling import call
from desk_browser import GRID, SLUG, SUB, WRONG, Browser, Page, Sample, draft, numbers, sample_desk
from publish_sample import record_of, store_record

from desk import record
from groundwire import lock
from groundwire.clock import parse_time
from groundwire.records import ArticleStatus, SentenceKind
from groundwire.store import articles
from groundwire.store import desk as store

UNSUPPORTED = 4
"""The number of the unsupported sentence: headline, dek, and one sentence before it."""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Sample]:
    with sample_desk(tmp_path) as found:
        yield found


@pytest.fixture
def ada(desk: Sample) -> Browser:
    return desk.browser()


def fixed(ada: Browser) -> Page:
    """The draft after its unsupported sentence was put right."""
    return ada.send(ada.open(UNSUPPORTED), "/edit", {"value": "The contract runs for 15 years."})


def test_the_queue_has_the_most_doubtful_first_and_leads_to_it(ada: Browser) -> None:
    front = ada.get("/")
    assert "Needs a decision (1)" in front.words and "1 unsupported" in front.words
    draft = ada.get(front.tree.find_class("queue")[0].xpath(".//a/@href")[0])
    assert draft.tree.findtext(".//h1") == "Power was signed for before the model was named"


def test_a_draft_opens_at_its_unsupported_sentence_with_the_passage_in_context(ada: Browser) -> None:
    page = ada.open()
    assert page.tree.xpath("//li[@aria-current]/@id") == [f"s-{UNSUPPORTED}"]
    assert page.line(UNSUPPORTED).startswith("✕unsupported " + WRONG) and "which says “15 years”" in page.line(UNSUPPORTED)
    shown = page.tree.find_class("passage")[0]
    assert [m.text for m in shown.xpath(".//mark[@class='off']")] == ["15 years"]
    assert any("contract runs" in m.text for m in shown.xpath(".//mark[not(@class)]"))
    assert "the operator said on Monday" in shown.find_class("ctx")[0].text, "the sentence before it"
    assert "Grid Ledger" in shown.text_content() and "unchanged" in shown.text_content()


def test_an_edited_sentence_is_checked_again_and_only_that_one(desk: Sample, ada: Browser) -> None:
    before = {n: ada.open().line(n) for n in numbers(ada.open())}
    page = fixed(ada)
    assert page.status == 200 and page.line(UNSUPPORTED).startswith("✓supported The contract runs for 15 years.")
    assert "Kept and checked again: supported." in page.text
    assert {n: page.line(n) for n in before if n != UNSUPPORTED} == {n: t for n, t in before.items() if n != UNSUPPORTED}
    assert articles.find(desk.db, SLUG).sections[0].paragraphs[0][1].text == WRONG, "the stored version is as it was"


def test_an_edit_that_fails_is_kept_with_its_findings(ada: Browser) -> None:
    page = ada.send(ada.open(UNSUPPORTED), "/edit", {"value": "The contract runs for 19 years."})
    assert "19 years" in page.line(UNSUPPORTED) and page.line(UNSUPPORTED).startswith("✕")
    assert page.tree.get_element_by_id(f"s-{UNSUPPORTED}").find_class("finding")


def test_publishing_is_blocked_while_an_unsupported_sentence_stands_unless_a_reason_is_typed(desk: Sample, ada: Browser) -> None:
    page = ada.open()
    refused = ada.send(page, f"/approve/{SLUG}")
    assert refused.status == 422 and "One sentence is unsupported" in refused.words
    assert articles.find(desk.db, SLUG).status is ArticleStatus.HELD
    done = ada.send(page, f"/approve/{SLUG}", {"reason": "the contract itself says 25"})
    assert done.status == 200 and "the site is built" in done.text
    assert articles.find(desk.db, SLUG).status is ArticleStatus.PUBLISHED
    text = desk.page().read_text()
    assert "although 1 sentence did not pass the checks: the contract itself says 25" in text and "Ada Lindt" in text


def test_publishing_what_was_edited_makes_the_next_version(desk: Sample, ada: Browser) -> None:
    done = ada.send(fixed(ada), f"/approve/{SLUG}")
    assert "Version 2 is approved; the site is built" in done.text
    assert [(n, s) for n, s, _ in articles.versions(desk.db, articles.find(desk.db, SLUG).id)] == [
        (1, ArticleStatus.REJECTED),
        (2, ArticleStatus.PUBLISHED),
    ]
    assert "The contract runs for 15 " in desk.page().read_text() and "25 " not in desk.page().read_text()
    assert not store.working(desk.db, articles.find(desk.db, SLUG).id, 1), "the working copy is gone"


def test_a_review_leaves_a_record_that_verifies_against_what_is_published(desk: Sample, ada: Browser) -> None:
    ada.get(f"/article/{SLUG}/source/{GRID.id}")
    page = ada.send(ada.send(fixed(ada), "/accept", n=str(UNSUPPORTED)), f"/approve/{SLUG}")
    exported = ada.get(f"/article/{SLUG}/record.json")
    kept = json.loads(exported.text)
    assert page.status == 200 and kept["approved_by"] == {"name": "Ada Lindt", "role": "managing editor"}
    assert [(a["action"], a["sentence"]) for a in kept["actions"]] == [("edit", UNSUPPORTED), ("accept", UNSUPPORTED), ("publish", None)]
    assert WRONG in kept["actions"][0]["before"] and "15 years" in kept["actions"][0]["after"]
    assert [s["record"] for s in kept["sources_opened"]] == [GRID.id]
    assert next(s for s in kept["sentences"] if s["n"] == UNSUPPORTED)["decision"] == "accepted"
    provenance, published = desk.published()
    assert record.verify(exported.text, provenance, published).holds
    assert json.loads(provenance)["text_sha256"] == kept["text_sha256"]
    row = articles.reviews(desk.db, kept["article"])[-1]
    assert row["record_sha256"] == record.sha256(exported.text)


def test_a_later_text_voids_the_record(desk: Sample, ada: Browser) -> None:
    ada.send(fixed(ada), f"/approve/{SLUG}")
    exported = ada.get(f"/article/{SLUG}/record.json").text
    ada.send(ada.open(), "/correct", {"was": "15 years", "now_is": "16 years"})
    standing = record.verify(exported, *desk.published())
    assert not standing.holds and standing.why.startswith("void")


def test_the_command_line_exports_the_record_and_says_whether_it_holds(desk: Sample, ada: Browser) -> None:
    none = call(desk.root, "explain", SLUG, "--review")
    assert none.exit_code == 2 and "no version of it was approved at the desk" in none.stderr
    ada.send(ada.send(fixed(ada), "/accept", n=str(UNSUPPORTED)), f"/approve/{SLUG}")
    told = call(desk.root, "explain", SLUG, "--review")
    assert told.exit_code == 0 and told.stdout.startswith(
        f"{SLUG} version 2: holds: version 2 has the text that was approved, and so has the site"
    )
    assert "approved by Ada Lindt, managing editor" in told.stdout and "1 accepted" in told.stdout
    exported = call(desk.root, "explain", SLUG, "--review", "--json")
    assert exported.exit_code == 0 and exported.stdout == ada.get(f"/article/{SLUG}/record.json").text
    file = desk.root / "record.json"
    file.write_text(exported.stdout, encoding="utf-8")
    assert call(desk.root, "explain", SLUG, "--review", "--record", str(file)).exit_code == 0
    ada.send(ada.open(), "/correct", {"was": "15 years", "now_is": "16 years"})
    void = call(desk.root, "explain", SLUG, "--review", "--record", str(file))
    assert (
        void.exit_code == 1 and "void: version 3, changed by an editor, has another text than version 2, which was approved" in void.stdout
    )


def test_a_record_that_was_changed_or_is_of_another_article_is_void(desk: Sample, ada: Browser, tmp_path: Path) -> None:
    ada.send(fixed(ada), f"/approve/{SLUG}")
    file = tmp_path / "other.json"
    exported = call(desk.root, "explain", SLUG, "--review", "--json").stdout
    file.write_text(exported.replace("Ada Lindt", "Ida Lundt"), encoding="utf-8")
    void = call(desk.root, "explain", SLUG, "--review", "--record", str(file))
    assert void.exit_code == 1 and "no approval of" in void.stdout
    for content in ("", "[]", "{}", '{"kind": "else"}', "\x00"):
        file.write_text(content, encoding="utf-8")
        assert call(desk.root, "explain", SLUG, "--review", "--record", str(file)).exit_code == 2
    for arguments in (("--review",), (SLUG, "--review", "--check"), ("--all", "--review"), (SLUG, "--record", str(file))):
        assert call(desk.root, "explain", *arguments).exit_code == 2


def test_bytes_of_the_site_that_somebody_changed_void_the_record(desk: Sample, ada: Browser) -> None:
    ada.send(fixed(ada), f"/approve/{SLUG}")
    page = desk.page().parent / "article.json"
    page.write_text(page.read_text().replace("15 years.", "25 years."))
    void = call(desk.root, "explain", SLUG, "--review")
    assert void.exit_code == 1 and "void: version 2 on the site has another text" in void.stdout


def test_other_headings_void_the_record_too(desk: Sample, ada: Browser) -> None:
    ada.send(fixed(ada), f"/approve/{SLUG}")
    article = articles.find(desk.db, SLUG)
    kept = json.loads(ada.get(f"/article/{SLUG}/record.json").text)
    assert record.standing(kept, article).holds
    renamed = replace(article, version=3, sections=(replace(article.sections[0], heading="Nobody read this"), *article.sections[1:]))
    assert "has other headings" in record.standing(kept, renamed).why
    asked = replace(article, version=3, questions=(replace(article.questions[0], question="Who read this?"), *article.questions[1:]))
    assert "has other questions" in record.standing(kept, asked).why


def test_cut_restore_and_undo(ada: Browser) -> None:
    cut = ada.send(ada.open(UNSUPPORTED), "/cut")
    assert cut.line(UNSUPPORTED).startswith("–cut") and cut.tree.xpath(f"//li[@id='s-{UNSUPPORTED}']//del")
    back = ada.send(cut, "/restore")
    assert back.line(UNSUPPORTED).startswith("✕")
    undone = ada.send(back, "/undo")
    assert undone.line(UNSUPPORTED).startswith("–cut")
    twice = ada.send(undone, "/undo")
    assert twice.line(UNSUPPORTED).startswith("✕unsupported " + WRONG)
    assert not [to for to, _ in twice.forms() if to.endswith("/undo")]


def test_a_headline_is_changed_and_never_cut(ada: Browser) -> None:
    page = ada.open(1)
    assert not [to for to, _ in page.forms() if to.endswith("/cut")]
    assert ada.send(page, "/accept").status == 200
    refused = ada.post(f"/article/{SLUG}/cut", **ada.open(1).fields("/edit"))
    assert refused.status == 422 and "cannot be cut" in refused.words
    done = ada.send(ada.open(1), "/edit", {"value": "Halden Compute has signed for 900 megawatts"})
    assert done.tree.findtext(".//h1") == "Halden Compute has signed for 900 megawatts"


def test_marking_as_inference_is_checked_too(desk: Sample, ada: Browser) -> None:
    page = ada.send(ada.open(UNSUPPORTED), "/inference")
    assert page.status == 200 and "Mark as report" in page.text


def test_passages_that_would_bear_a_sentence_are_offered_and_taken(desk: Sample, ada: Browser) -> None:
    n = next(n for n in numbers(ada.open()) if "Osterby needs two new" in ada.open().line(n))
    bare = ada.send(ada.open(n), "/uncite")
    assert "It cites nothing." in bare.words and bare.line(n).startswith("✕")
    offered = [fields for to, fields in bare.forms() if to.endswith("/cite")]
    assert any(f["passage"].startswith(SUB.id) for f in offered)
    best = next(f for f in offered if f["passage"].startswith(SUB.id))
    cited = ada.post(f"/article/{SLUG}/cite", **best)
    assert cited.status == 200 and "The Substation" in cited.tree.find_class("passage")[0].text_content()


def test_a_passage_from_whose_figures_one_could_be_reckoned_is_not_offered(tmp_path: Path) -> None:
    """12 less 7.6 is 4.4, and the campus is another matter."""
    more = record_of(
        "Tollgate Business",
        "Halden Compute told analysts that capital spending would reach about $12 billion in 2027, up from $7.6 billion this year.\n\n"
        "It will spend $4.4 billion on a campus at Osterby.",
    )
    wide = replace(draft(), theme=replace(draft().theme, record_ids=(*draft().theme.record_ids, more.id)))
    with sample_desk(tmp_path, wide) as desk:
        store_record(desk.db, more)
        ada = desk.browser()
        page = ada.send(
            ada.open(UNSUPPORTED), "/edit", {"value": "Halden Compute would spend $4.4 billion on a campus at Osterby, it said."}
        )
        offered = {fields["passage"] for to, fields in page.forms() if to.endswith("/cite")}
    second = more.text.index("It will")
    assert offered == {f"{more.id}:{second}:{len(more.text)}"}


@pytest.mark.parametrize("named", ["", "x", "nothing:0:9", f"{GRID.id}:9:2", f"{GRID.id}:0:999999", f"{GRID.id}:-1:5", f"{GRID.id}::"])
def test_a_passage_that_is_none_is_refused(desk: Sample, ada: Browser, named: str) -> None:
    before = desk.dump()
    refused = ada.post(f"/article/{SLUG}/cite", **(ada.open(UNSUPPORTED).fields("/edit") | {"passage": named}))
    assert refused.status == 422
    assert desk.dump() == before


def test_sections_change_places_and_sentences_keep_their_numbers(desk: Sample, ada: Browser) -> None:
    page = ada.open()
    before = {n: page.line(n) for n in numbers(page)}
    moved = ada.send(page, "/order", section="0", to="1")
    assert numbers(moved) != numbers(page) and sorted(numbers(moved)) == sorted(numbers(page))
    assert {n: moved.line(n) for n in before} == before
    ada.send(ada.send(ada.open(UNSUPPORTED), "/cut"), f"/approve/{SLUG}")
    out = articles.find(desk.db, SLUG)
    assert out.status is ArticleStatus.PUBLISHED and out.sections[0].heading == "The memory was paid for first"


def test_a_question_is_changed_and_left_out(desk: Sample, ada: Browser) -> None:
    page = ada.send(ada.open(UNSUPPORTED), "/cut")
    page = ada.send(page, "/question", {"value": "Why buy memory early?"}, question="0")
    page = ada.send(page, "/question", {"value": ""}, question="1")
    ada.send(page, f"/approve/{SLUG}")
    text = desk.page().read_text()
    assert "Why buy memory early?" in text and "What do the sources dispute?" not in text


@pytest.mark.parametrize(
    ("typed", "lacks"),
    [
        ("Power for Elon Zork", "“Elon Zork” is in no cited record"),
        ("Power for 950 megawatts", "“950 megawatts” is in no cited passage"),
        ("Read on at example.com", "an address: “example.com”"),
        ("Signed by 12 March 2031", "“12 March 2031” is in no cited passage"),
    ],
)
def test_what_is_typed_as_a_heading_or_question_is_checked_like_the_authors(desk: Sample, ada: Browser, typed: str, lacks: str) -> None:
    page = ada.send(fixed(ada), "/heading", {"value": typed}, section="0")
    assert page.status == 200 and lacks in page.text and "is not borne by the passages under it" in page.text
    assert lacks in page.tree.xpath("//li[@class='part']")[1].text_content(), "beside the heading, on every later page"
    asked = ada.send(page, "/question", {"value": f"{typed}?"}, question="0")
    assert asked.words.count(lacks) == 3, "told at once, and beside both"
    assert "2 headings or questions say what" in asked.words
    refused = ada.send(asked, f"/approve/{SLUG}", {"reason": "nevertheless"})
    assert refused.status == 422 and lacks in refused.words
    assert articles.find(desk.db, SLUG).status is ArticleStatus.HELD
    mended = ada.send(ada.open(), "/heading", {"value": "Power for 900 megawatts"}, section="0")
    mended = ada.send(mended, "/question", {"value": "What was signed for?"}, question="0")
    assert "not borne" not in mended.text
    assert "is approved" in ada.send(mended, f"/approve/{SLUG}").text


def test_a_word_that_opens_a_heading_and_may_be_a_name_is_shown(ada: Browser) -> None:
    page = ada.send(fixed(ada), "/heading", {"value": "Mars signs for power"}, section="0")
    assert "look at it: “Mars” is in no cited record" in page.text
    assert "is approved" in ada.send(page, f"/approve/{SLUG}").text


def test_a_heading_loses_what_bore_it_with_its_sentence(ada: Browser) -> None:
    page = ada.send(fixed(ada), "/heading", {"value": "Each takes 30 months"}, section="0")
    assert "not borne" not in page.text
    n = next(n for n in numbers(page) if "30 months" in page.line(n))
    assert "“30 months” is in no cited passage" in ada.send(ada.open(n), "/cut").text


def test_a_form_of_an_old_page_is_told_and_nothing_is_lost(desk: Sample, ada: Browser) -> None:
    old = ada.open(UNSUPPORTED)
    ben = desk.browser("Ben Oru")
    ben.send(ben.open(UNSUPPORTED), "/cut")
    before = desk.dump()
    late = ada.send(old, "/edit", {"value": "A text that took an hour."})
    assert late.status == 409 and "cut by Ben Oru" in late.words and "A text that took an hour." in late.text
    assert desk.dump() == before


def test_two_editors_approve_at_once_and_one_is_told(desk: Sample, ada: Browser) -> None:
    ben = desk.browser("Ben Oru")
    page = fixed(ada)
    other = ben.open()
    assert "Version 2 is approved" in ada.send(page, f"/approve/{SLUG}").text
    late = ben.send(other, f"/approve/{SLUG}")
    assert late.status == 409 and "approve by Ada Lindt" in late.words and "version 2 is published" in late.words
    assert len([r for r in articles.reviews(desk.db, articles.find(desk.db, SLUG).id) if r["action"] == "approve"]) == 1


def test_a_reader_sees_a_retraction_a_correction_and_nothing_of_what_was_taken_off(desk: Sample, ada: Browser) -> None:
    ada.send(fixed(ada), f"/approve/{SLUG}")
    corrected = ada.send(ada.open(), "/correct", {"was": "15 years", "now_is": "16 years"})
    assert corrected.status == 200
    assert "16 years" in desk.page().read_text() and "Correction" in desk.page().read_text()
    assert "16 years" in (desk.root / "output/site/corrections/index.html").read_text()
    off = ada.send(ada.open(), "/unpublish", {"reason": "a source has called"})
    assert "is off the site" in off.text and not desk.page().exists()
    ada.send(ada.open(), f"/approve/{SLUG}", {"reason": "the source was wrong"})
    assert desk.page().exists()
    ada.send(ada.open(), "/retract", {"reason": "the contract was forged"})
    assert "Withdrawn on 20 November 2026 by Ada Lindt: the contract was forged" in desk.page().read_text()


def test_a_decision_needs_its_reason(desk: Sample, ada: Browser) -> None:
    before = desk.dump()
    assert ada.send(ada.open(), "/reject", {"reason": "  "}).status == 422
    assert desk.dump() == before
    assert "is rejected" in ada.send(ada.open(), "/reject", {"reason": "not worth it"}).text
    assert articles.find(desk.db, SLUG).status is ArticleStatus.REJECTED


def test_while_a_run_works_an_approval_is_left_to_it(desk: Sample, ada: Browser) -> None:
    page = fixed(ada)
    with lock.held(desk.publication, "run", parse_time("2026-11-20T06:00:00+00:00")):
        done = ada.send(page, f"/approve/{SLUG}")
    assert "the run under way, or the next one, takes it to the site" in done.text
    assert articles.find(desk.db, SLUG).status is ArticleStatus.APPROVED and not desk.page().exists()


def test_what_is_out_is_edited_into_its_next_version(desk: Sample, ada: Browser) -> None:
    slug = "the-queue-opened-in-spring"
    page = ada.send(ada.open(3, slug), "/edit", {"value": "The queue for a connection in the region is longer than six years."})
    assert "edited, not published" in page.words
    ada.send(page, f"/approve/{slug}")
    assert [s for _, s, _ in articles.versions(desk.db, articles.find(desk.db, slug).id)] == [ArticleStatus.PUBLISHED] * 2
    assert "in the region is longer" in desk.page(slug).read_text()


def test_the_preview_is_the_page_and_says_that_it_is_a_draft(desk: Sample, ada: Browser) -> None:
    page = fixed(ada)
    preview = ada.get(page.tree.xpath("//a[text()='Preview']/@href")[0])
    assert preview.status == 200 and "The contract runs for 15 " in preview.text and "Draft" in preview.tree.findtext(".//title")
    assert "script-src 'none'" in preview.headers["content-security-policy"]
    assert ada.get("/static/style.css").status == 200


def test_kinds_of_sentences_are_told_in_words(ada: Browser) -> None:
    page = ada.open()
    kinds = {SentenceKind.INFERENCE: "inference", SentenceKind.FRAME: "connecting"}
    assert all(f">{word}<" in page.text or word in page.words for word in kinds.values())


def test_what_is_forgotten_is_in_no_working_copy_and_in_no_record(desk: Sample, ada: Browser) -> None:
    """Its text, an editor's copy of it, and what the log says of both."""
    words = "The queue for a connection in the region is now longer than six years."
    page = ada.send(fixed(ada), "/edit", {"value": words}, n="4")
    ada.send(page, f"/approve/{SLUG}", {"reason": "read"})
    ada.send(ada.open(UNSUPPORTED), "/edit", {"value": f"{words} The contract runs for 15 years."})
    assert words in "".join(desk.dump())
    ended = call(desk.root, "forget", GRID.id, "--reason", "asked for by its publisher")
    assert ended.exit_code in (0, 1), ended.stderr
    left = "".join(desk.dump())
    assert words.split(" is ")[0] not in left and "longer than six years" not in left
    assert ada.open().status == 200 and ada.get("/").status == 200
