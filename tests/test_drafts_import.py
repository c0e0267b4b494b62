"""Review in files: what was exported comes back without loss, and what does not hold is refused with file and line."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import newsrooms
import pytest
from calling import NOW, call
from hypothesis import given
from hypothesis import strategies as st
from publish_sample import RECORDS, earlier, fill, sample, says

from groundwire import draft_files, drafts
from groundwire.records import Article, ArticleStatus, Section, Sentence, SentenceKind
from groundwire.store import articles
from groundwire.store.database import Database, open_database

SLUG = sample().slug
FILE = f"{SLUG}-v1.md"


@pytest.fixture
def stored(tmp_path: Path) -> Iterator[Database]:
    """A publication with a draft whose every sentence was checked, exported into review/."""
    held = replace(sample(), status=ArticleStatus.HELD, reasons=("two accounts differ",))
    with closing(open_database(tmp_path / "groundwire.db")) as db:
        fill(db, earlier(), held)
        assert call(tmp_path, "drafts", "export", str(tmp_path / "review")).exit_code == 0
        yield db


def edit(root: Path, change: Callable[[str], str], name: str = FILE) -> str:
    path = root / "review" / name
    text = path.read_text("utf-8")
    after = change(text)
    assert after != text
    path.write_text(after, "utf-8")
    return after


def signed(text: str, status: str = "held") -> str:
    """The file with a name, a reason and a status in it."""
    text = text.replace('by = ""', 'by = "R. Editor"').replace('reason = ""', 'reason = "read against its sources"')
    return re.sub(r'^status = "\w+"', f'status = "{status}"', text, flags=re.MULTILINE)


def taken(root: Path, *more: str):  # type: ignore[no-untyped-def]
    return call(root, "drafts", "import", str(root / "review"), *more)


def line_of(text: str, words: str) -> int:
    return next(n for n, line in enumerate(text.splitlines(), 1) if words in line)


def test_every_article_of_the_sample_wire_comes_back_without_loss(demo_days: Database) -> None:
    found = articles.with_status(demo_days, *ArticleStatus)
    assert len(found) > 8
    for article in found:
        written = draft_files.read(drafts.as_markdown(article, drafts.sources(demo_days, article)))
        lines = list(draft_files.every(written))
        sentences = [s for _, _, s in articles.numbered(article)]
        assert [(x.text, x.kind, x.cut) for x in lines] == [(" ".join(s.text.split()), s.kind, s.cut) for s in sentences]
        assert [len(x.marks) for x in lines] == [len(s.citations) for s in sentences]
        assert [p.heading for p in written.parts if p.what == "section"] == [s.heading for s in article.sections]
        assert [[len(x) for x in p.paragraphs] for p in written.parts if p.what == "section"] == [
            [len(x) for x in s.paragraphs] for s in article.sections
        ]
        assert [p.heading for p in written.parts if p.what == "question"] == [q.question for q in article.questions]


def test_every_draft_of_the_sample_wire_is_exported_and_taken_back_unchanged(demo_days: Database, tmp_path: Path) -> None:
    root = tmp_path / "news"
    shutil.copytree(Path(demo_days.rows("PRAGMA database_list")[0]["file"]).parent, root, symlinks=True)
    with closing(open_database(root / "groundwire.db")) as db:
        with db.transaction():  # as policy review leaves them: everything waits
            db.execute("UPDATE articles SET status = 'held' WHERE status != 'held'")
        waiting = articles.with_status(db, ArticleStatus.HELD)
        before = list(db.connection.iterdump())
        call(root, "drafts", "export", str(root / "review"))
        assert len(list((root / "review").glob("*.md"))) == len(waiting)
        done = taken(root)
        assert (done.exit_code, done.stdout, done.stderr) == (0, "", "")
        assert list(db.connection.iterdump()) == before
        struck = waiting[0]
        name = f"{struck.slug}-v{struck.version}.md"
        text = (root / "review" / name).read_text("utf-8").splitlines()
        at = next(i for i, line in enumerate(text) if draft_files.read("\n".join(text)).parts[0].paragraphs[0][0].n == i + 1)
        edit(root, lambda t: signed(t).replace(text[at], re.sub(r"^(.*?)((\[\^\d+\])*( \{\w+\})?)$", r"~~\1~~\2", text[at])), name)
        done = taken(root)
        assert (done.exit_code, done.stderr) == (0, "")
        after = articles.find(db, struck.slug)
        assert (after.version, after.status) == (struck.version + 1, ArticleStatus.HELD)
        first = struck.sections[0].paragraphs[0][0]
        assert after.sections[0].paragraphs[0][0] == replace(first, cut=True)
        assert after.sections[0].paragraphs[0][1:] == struck.sections[0].paragraphs[0][1:]
        assert (after.headline, after.dek, after.sections[1:], after.so_far, after.questions) == (
            struck.headline, struck.dek, struck.sections[1:], struck.so_far, struck.questions,
        )  # fmt: skip
        assert (after.figures, after.theme, after.steps) == (struck.figures, struck.theme, struck.steps)


WORDS = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=60).filter(lambda t: t.split())


@given(WORDS, st.sampled_from(SentenceKind), st.booleans())
def test_any_text_comes_back_as_it_was(text: str, kind: SentenceKind, cut: bool) -> None:
    sentence = replace(says(text), kind=kind, cut=cut)
    article = replace(sample(), sections=(Section(text, ((sentence, sentence),)), Section(None, ())), headline=replace(sentence, cut=False))
    written = draft_files.read(drafts.as_markdown(article, {}))
    line = written.parts[0].paragraphs[0][1]
    assert (line.text, line.kind, line.cut) == (" ".join(text.split()), kind, cut)
    assert [p.heading for p in written.parts[:2]] == [" ".join(text.split()), None]
    assert written.headline.text == " ".join(text.split())


@given(WORDS, WORDS, st.booleans())
def test_any_lead_comes_back_as_it_was(lead: str, rest: str, cut: bool) -> None:
    lead = " ".join(lead.split())
    sentence = replace(says(f"{lead} {' '.join(rest.split())}"), lead=len(lead), cut=cut)
    article = replace(sample(), sections=(Section(None, ((sentence,),)),))
    ((line,),) = draft_files.read(drafts.as_markdown(article, {})).parts[0].paragraphs
    assert (line.text, line.lead, line.cut) == (sentence.text, len(lead), cut)


def test_a_lead_in_bold_is_read_as_text() -> None:
    line = draft_files.sentence(7, "**Power first.** The contract runs for \\*15\\* years.[^1][^b] {inference}")
    assert (line.n, line.text, line.kind, line.marks) == (
        7,
        "Power first. The contract runs for *15* years.",
        SentenceKind.INFERENCE,
        ("1", "b"),
    )
    assert line.text[: line.lead] == "Power first."


def test_a_lead_is_set_and_taken_away_without_a_new_check(tmp_path: Path, stored: Database) -> None:
    first = articles.find(stored, SLUG).sections[0].paragraphs[0][0]
    head, _, rest = first.text.partition(" ")
    edit(tmp_path, lambda t: signed(t).replace(f"\n{first.text}", f"\n**{head}** {rest}", 1))
    assert taken(tmp_path).exit_code == 0
    led = articles.find(stored, SLUG)
    assert led.sections[0].paragraphs[0][0] == replace(first, lead=len(head))
    (tmp_path / "review" / FILE).unlink()
    assert call(tmp_path, "drafts", "export", str(tmp_path / "review")).exit_code == 0
    edit(tmp_path, lambda t: signed(t).replace(f"\n**{head}** ", f"\n{head} ", 1), f"{SLUG}-v2.md")
    done = taken(tmp_path)
    assert (done.exit_code, done.stderr) == (0, "")
    assert articles.find(stored, SLUG).sections[0].paragraphs[0][0] == first


def test_empty_sentences_come_back() -> None:
    empty = (Sentence("", SentenceKind.REPORT), Sentence("", SentenceKind.FRAME, cut=True))
    written = draft_files.read(drafts.as_markdown(replace(sample(), headline=empty[0], dek=empty[1]), {}))
    assert [(x.text, x.kind, x.cut) for x in (written.headline, written.dek)] == [(s.text, s.kind, s.cut) for s in empty]


def test_a_file_that_was_not_edited_changes_nothing(tmp_path: Path, stored: Database) -> None:
    before = list(stored.connection.iterdump())
    edit(tmp_path, lambda t: signed(t) + "\n> a note of my own\n")
    done = taken(tmp_path)
    assert (done.exit_code, done.stdout) == (0, "")
    assert list(stored.connection.iterdump()) == before


def test_an_approval_in_a_file_publishes_and_is_kept_with_its_name(tmp_path: Path, stored: Database) -> None:
    edit(tmp_path, lambda t: signed(t, "approved"))
    done = taken(tmp_path)
    assert (done.exit_code, done.stdout) == (0, f"{SLUG}: version 1 is approved by R. Editor\n")
    assert articles.find(stored, SLUG).status is ArticleStatus.PUBLISHED
    (row,) = articles.reviews(stored, sample().id)
    assert (row["action"], row["by"], row["reason"]) == ("approve", "R. Editor", "read against its sources")
    page = (tmp_path / "output" / "site" / "articles" / SLUG / "index.html").read_text("utf-8")
    assert "Reviewed before publication by R. Editor." in page
    assert taken(tmp_path).stdout == ""


def test_a_rejection_in_a_file(tmp_path: Path, stored: Database) -> None:
    edit(tmp_path, lambda t: signed(t, "rejected"))
    assert taken(tmp_path).stdout == f"{SLUG}: version 1 is rejected by R. Editor\n"
    assert articles.find(stored, SLUG).status is ArticleStatus.REJECTED


def test_an_edited_sentence_is_checked_again_and_only_that(tmp_path: Path, stored: Database) -> None:
    better = "The contract runs for 15 years and starts in 2028."
    edit(tmp_path, lambda t: signed(t, "approved").replace("The contract runs for 15 years.", better))
    done = taken(tmp_path)
    assert (done.exit_code, done.stdout) == (0, f"{SLUG}: version 1 is edited (1 change); the new version is approved by R. Editor\n")
    old, new = articles.find(stored, SLUG, 1), articles.find(stored, SLUG)
    assert (old.status, new.version, new.status) == (ArticleStatus.REJECTED, 2, ArticleStatus.PUBLISHED)
    pairs = [(a, b) for (_, _, a), (_, _, b) in zip(articles.numbered(old), articles.numbered(new), strict=True) if a != b]
    ((before, after),) = pairs
    assert (after.text, after.citations) == (better, before.citations)
    assert after.findings != before.findings or after.verdict is not None
    assert new.method.changes == ("edited by R. Editor: 1 change",)
    assert [r["action"] for r in articles.reviews(stored, sample().id)] == ["edit", "approve"]
    assert call(tmp_path, "status").exit_code == 0


def test_a_passage_can_be_cited_by_its_words(tmp_path: Path, stored: Database) -> None:
    record = RECORDS["Model Times"]
    new = f"\n[^new]: `passage {record.id}` “40 percent of its inference now runs on rented capacity” - Model Times\n"
    sentence = "Lumen Labs said that 40 percent of its inference now runs on rented capacity.[^new]"
    edit(tmp_path, lambda t: signed(t).replace("## The memory was paid for first", f"{sentence}\n\n## The memory was paid for first") + new)
    done = taken(tmp_path)
    assert (done.exit_code, done.stderr) == (0, "")
    added = articles.find(stored, SLUG).sections[0].paragraphs[-1][0]
    (cited,) = added.citations
    assert record.text[cited.start : cited.end] == cited.quote == "40 percent of its inference now runs on rented capacity"


FAULTS: tuple[tuple[str, Callable[[str], str], str, str], ...] = (
    ("an altered figure", lambda t: t.replace("The contract runs for 15 years.", "The contract runs for 25 years."), "25 years", "figure: "),
    (
        "an invented name",
        lambda t: t.replace("Halden Compute has signed for 900 megawatts at the", "Grommet Compute has signed for 900 megawatts at the"),
        "Grommet",
        "name: ",
    ),
    (
        "an invented quotation in a footnote",
        lambda t: t.replace("“$4.2 billion” - Wafer", "“$9.9 billion” - Wafer"),
        "$9.9 billion",
        "does not say that at",
    ),
    (
        "offsets that lead elsewhere",
        lambda t: re.sub(rf"({RECORDS['Wafer Weekly'].id} v1 )\d+:\d+", r"\g<1>0:9999", t, count=1),
        "0:9999",
        "has no characters 0 to 9999",
    ),
    (
        "a record that is not there",
        lambda t: t.replace(f"passage {RECORDS['Wafer Weekly'].id}", "passage 0123456789ab", 1),
        "0123456789ab",
        "there is no record 0123456789ab",
    ),
    ("a footnote that is not there", lambda t: t.replace("contract runs for 15 years.[^", "contract runs for 15 years.[^99][^"),
     "[^99]", "there is no footnote [^99]"),
    ("a calculation of one's own", lambda t: re.sub(r"`calculation \w+`", "`calculation 0123456789ab`", t, count=1), "0123456789ab",
     "is no calculation"),
    ("a sentence without a citation", lambda t: re.sub(r"(The contract runs for 15 years\.)(\[\^\d+\])+", r"\1", t),
     "The contract runs for 15 years.", "without a citation"),
    ("a heading with a figure of its own", lambda t: t.replace("## The memory was paid for first", "## The memory cost $9 billion"), "$9 billion",
     "is not borne by the passages under it: figure: "),
    ("a question with a name of its own", lambda t: t.replace("What do the sources dispute?", "What does Elon Zork dispute?"), "Zork", "name: "),
    ("an unknown kind", lambda t: t.replace("{inference}", "{guess}"), "{guess}", "names no kind"),
    ("a second headline", lambda t: t.replace("## The memory", "# The memory"), "# The memory", "second headline"),
    ("front matter that is no TOML", lambda t: t.replace('form = "ledger"', "form = ledger"), "form = ledger", "no TOML"),
    ("front matter without its end", lambda t: t.replace("\n+++\n", "\n", 1), "+++", "does not end"),
    ("no front matter", lambda t: t.removeprefix("+++\n"), 'id = "', "has no front matter"),
    ("another version", lambda t: t.replace("version = 1", "version = 7"), "version = 7", "there is no version 7"),
    ("another slug", lambda t: t.replace(f'slug = "{SLUG}"', 'slug = "mine"'), 'slug = "mine"', "cannot be changed"),
    ("a key that is none", lambda t: t.replace("version = 1", "version = 1\nurgent = true"), "urgent", "no key of a draft"),
    ("a status that is none", lambda t: t.replace('status = "held"', 'status = "published"'), "status = ", "cannot be given in a file"),
    ("nobody's decision", lambda t: t.replace('status = "held"', 'status = "approved"').replace("R. Editor", ""), "by = ", "says nobody"),
    ("a decision without a reason", lambda t: t.replace('status = "held"', 'status = "approved"').replace("read against its sources", ""),
     "reason = ", "gives no reason"),
)  # fmt: skip


@pytest.mark.parametrize(("change", "words", "reason"), [f[1:] for f in FAULTS], ids=[f[0] for f in FAULTS])
@pytest.mark.parametrize("dry", [(), ("--dry-run",)], ids=["import", "dry run"])
def test_what_does_not_hold_is_refused_with_file_and_line_and_nothing_changes(
    tmp_path: Path, stored: Database, change: Callable[[str], str], words: str, reason: str, dry: tuple[str, ...]
) -> None:
    articles.add(stored, replace(earlier(), version=2, status=ArticleStatus.HELD), None)
    call(tmp_path, "drafts", "export", str(tmp_path / "review"))
    edit(tmp_path, lambda t: signed(t, "rejected"), f"{earlier().slug}-v2.md")
    text = edit(tmp_path, lambda t: change(signed(t)))
    before = list(stored.connection.iterdump())
    refused = taken(tmp_path, *dry)
    assert (refused.exit_code, refused.stdout) == (2, "")
    (line,) = refused.stderr.splitlines()
    assert line.startswith(f"{tmp_path}/review/{FILE}:{line_of(text, words)}: ")
    assert reason in line
    assert list(stored.connection.iterdump()) == before


def test_an_unsupported_sentence_keeps_a_draft_from_being_approved(tmp_path: Path) -> None:
    first = sample().sections[0].paragraphs[0][0]
    wrong: Article = replace(
        sample(), status=ArticleStatus.HELD, sections=(Section(None, ((replace(first, text="It is 950 MW.", verdict=None),),)),)
    )
    with closing(open_database(tmp_path / "groundwire.db")) as db:
        fill(db, wrong)
        call(tmp_path, "drafts", "export", str(tmp_path / "review"))
        text = edit(tmp_path, lambda t: signed(t, "approved"))
        refused = taken(tmp_path)
        assert f":{line_of(text, 'It is 950 MW.')}: cannot be approved with this sentence" in refused.stderr
        edit(tmp_path, lambda t: t.replace("It is 950 MW.", "~~It is 950 MW.~~"))
        assert taken(tmp_path).exit_code == 0
        assert articles.find(db, SLUG).status is ArticleStatus.PUBLISHED


def test_what_was_decided_meanwhile_is_not_edited(tmp_path: Path, stored: Database) -> None:
    call(tmp_path, "reject", SLUG, "--by", "A. Other", "--reason", "no")
    assert taken(tmp_path).exit_code == 0
    text = edit(tmp_path, lambda t: signed(t).replace("The contract runs for 15 years.", "The contract starts in 2028."))
    refused = taken(tmp_path)
    assert (
        refused.stderr
        == f"{tmp_path}/review/{FILE}:{line_of(text, 'version = 1')}: version 1 is rejected by now; export again and edit that\n"
    )


def test_a_version_that_was_followed_by_another_is_not_edited_and_can_be_rejected(tmp_path: Path, stored: Database) -> None:
    call(tmp_path, "drafts", "export", str(tmp_path / "review"))
    articles.add(stored, replace(articles.find(stored, SLUG), version=2), None)
    text = edit(tmp_path, lambda t: signed(t).replace("The contract runs for 15 years.", "The contract runs 15 years."))
    refused = taken(tmp_path)
    assert refused.exit_code == 2
    assert refused.stderr.startswith(f"{tmp_path}/review/{FILE}:{line_of(text, 'version = 1')}: there is a version 2 by now (held)")
    edit(tmp_path, lambda t: signed(t.replace("The contract runs 15 years.", "The contract runs for 15 years."), "rejected"))
    assert taken(tmp_path).exit_code == 0
    assert [(n, s) for n, s, _ in articles.versions(stored, articles.find(stored, SLUG).id)] == [
        (1, ArticleStatus.REJECTED),
        (2, ArticleStatus.HELD),
    ]


def test_a_dry_run_says_what_would_be_done(tmp_path: Path, stored: Database) -> None:
    edit(tmp_path, lambda t: signed(t, "approved"))
    before = list(stored.connection.iterdump())
    assert taken(tmp_path, "--dry-run").stdout == f"{SLUG}: version 1 is approved by R. Editor\n"
    assert list(stored.connection.iterdump()) == before


def test_a_folder_that_is_not_there_and_files_that_are_no_drafts(tmp_path: Path, stored: Database) -> None:
    assert call(tmp_path, "drafts", "import", str(tmp_path / "nowhere")).exit_code == 2
    (tmp_path / "review" / "README.md").write_text("# About these drafts\n", "utf-8")
    assert taken(tmp_path).exit_code == 0


def test_the_lines_of_the_workflow_run(tmp_path: Path, stored: Database) -> None:
    text = (newsrooms.ROOT / "docs" / "operations.md").read_text("utf-8")
    lines = re.findall(r"run: (groundwire drafts .*)$", text, re.MULTILINE)
    assert [line.split()[2] for line in lines] == ["import", "import", "export"]
    shim = tmp_path / "bin" / "groundwire"
    shim.parent.mkdir()
    shim.write_text(f'#!/bin/sh\nexec {sys.executable} -m groundwire --now {NOW} "$@"\n', "utf-8")
    shim.chmod(0o755)
    check, take, offer = lines

    def run(line: str) -> subprocess.CompletedProcess[str]:
        found = newsrooms.environment(PATH=f"{shim.parent}:{os.environ['PATH']}")
        return subprocess.run(["bash", "-c", line], cwd=tmp_path, env=found, capture_output=True, text=True, timeout=60)

    shutil.rmtree(tmp_path / "review")
    assert run(offer).stdout == f"review/{FILE}\n"
    text = edit(tmp_path, lambda t: signed(t, "approved").replace("The contract runs for 15 years.", "The contract runs for 25 years."))
    refused = run(check)
    assert refused.returncode == 1
    assert refused.stdout.startswith(f"::error file=review/{FILE},line={line_of(text, '25 years')}::figure: ")
    edit(tmp_path, lambda t: t.replace("25 years", "15 years"))
    assert (run(check).returncode, articles.find(stored, SLUG).status) == (0, ArticleStatus.HELD)
    assert (run(take).returncode, articles.find(stored, SLUG).status) == (0, ArticleStatus.PUBLISHED)
