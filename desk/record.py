"""The record of a review: who looked at what, decided what and why, and the hash of the text that was approved; checked against what is out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from desk.answers import Editor
from desk.working import Working
from groundwire.clock import to_text
from groundwire.records import Article, ArticleStatus
from groundwire.store.articles import reader_text
from groundwire.store.database import Row

KIND = "groundwire review record, version 1"
OPENED = "opened"
EDITOR_CHANGES = ("edited by ", "corrected: ")
"""How the changes of a version begin that an editor made, and no writer."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a record still holds for an article, and why."""

    holds: bool
    why: str


def made(
    working: Working, target: Article, editor: Editor, events: Sequence[Row], unsupported: Iterable[int], reason: str, now: datetime
) -> dict[str, Any]:
    """The record of a review that ends with an approval of `target`."""
    done = [e for e in events if e["action"] != OPENED]
    return {
        "kind": KIND,
        "article": target.id,
        "slug": target.slug,
        "version": target.version,
        "reviewed_version": working.article.version,
        "approved_by": {"name": editor.name, "role": editor.role},
        "editors": sorted({f"{e['by']}, {e['role']}" for e in events} | {f"{editor.name}, {editor.role}"}),
        "began": events[0]["at"] if events else to_text(now),
        "ended": to_text(now),
        "sentences": [_sentence(n, place, s, working.decision(n)) for n, place, s in working.sentences() if s.text],
        "actions": [{k: e[k] for k in ("n", "at", "by", "role", "action", "sentence", "before", "after")} for e in done],
        "sources_opened": [{"at": e["at"], "by": e["by"], "record": e["after"]} for e in events if e["action"] == OPENED],
        "unsupported": list(unsupported),
        "reason": reason,
        "writer": target.writer,
        "models": dict(target.method.models),
        "prompts": dict(target.method.prompts),
        "text_sha256": sha256(reader_text(target)),
        "text": "the sentences that readers see, headline and dek first, one a line, in UTF-8",
        "headings_sha256": _headings(s.heading for s in target.sections),
        "questions_sha256": _headings(_asked(target)),
    }


def _sentence(n: int, place: str, sentence: Any, decision: str | None) -> dict[str, Any]:
    verdict = sentence.verdict.value if sentence.verdict else None
    return {
        "n": n,
        "place": place,
        "kind": sentence.kind.value,
        "verdict": verdict,
        "cut": sentence.cut,
        "decision": decision or "read",
        "text_sha256": sha256(sentence.text),
    }


def dumped(record: dict[str, Any]) -> str:
    """A record as it is kept, hashed and exported: the same bytes for the same review."""
    return json.dumps(record, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def standing(record: dict[str, Any], out: Article | None) -> Standing:
    """Whether a record holds for the version that is out: for its very text, or for one that editors alone changed since."""
    if out is None:
        return Standing(False, "void: no version of the article is out")
    if out.status is ArticleStatus.RETRACTED:
        return Standing(False, f"void: version {out.version} was retracted")
    if sha256(reader_text(out)) != record["text_sha256"]:
        return Standing(
            False, f"void: version {out.version}{_by(out)} has another text than version {record['version']}, which was approved"
        )
    if other := _renamed(record, [s.heading for s in out.sections], _asked(out)):
        return Standing(
            False, f"void: version {out.version}{_by(out)} has other {other} than version {record['version']}, which was approved"
        )
    return Standing(True, f"holds: version {out.version} has the text that was approved")


def _asked(article: Article) -> list[str]:
    """The questions that readers see: those of which an answer stands."""
    return [q.question for q in article.questions if any(not s.cut for s in q.answer)]


def _headings(said: Iterable[str | None]) -> str:
    return sha256("\n".join(text or "" for text in said))


def _renamed(record: dict[str, Any], headings: Iterable[str | None], questions: Iterable[str | None]) -> str | None:
    """What of headings and questions is not as it was approved, in a word; None when they are."""
    for what, said in (("headings", headings), ("questions", questions)):
        if record.get(f"{what}_sha256", now := _headings(said)) != now:
            return what
    return None


def _by(out: Article) -> str:
    changes = out.method.changes
    if changes and changes[-1].startswith(EDITOR_CHANGES):
        return ", changed by an editor,"
    return f", written by {out.writer},"


def verify(text: str, provenance: str, article: str) -> Standing:
    """Whether an exported record holds for published bytes: a site's provenance.json and article.json, and the record as it was exported."""
    record, stated, published = json.loads(text), json.loads(provenance), json.loads(article)
    version = published.get("version")
    if not record.get("article") == stated.get("article") == published.get("id"):
        return Standing(False, "void: the record is of another article")
    if record.get("text_sha256") != stated.get("text_sha256") or _approved(record) != list(_published(published)):
        return Standing(False, f"void: version {version} on the site has another text than the one that was approved")
    if other := _renamed(
        record, [s["heading"] for s in published["sections"]], [q["question"] for q in published["questions"] if q["sentences"]]
    ):
        return Standing(False, f"void: version {version} on the site has other {other} than those that were approved")
    return Standing(True, f"holds: version {version} on the site has the text that was approved")


def _approved(record: dict[str, Any]) -> list[str]:
    """The hashes of the sentences that were approved, in reading order."""
    return [s["text_sha256"] for s in record["sentences"] if not s["cut"]]


def _published(article: dict[str, Any]) -> Iterator[str]:
    """The hashes of the sentences of a published article.json, in reading order."""
    parts = (*article["sections"], {"sentences": article["so_far"]}, *article["questions"])
    texts = (article["headline"], article["dek"], *(s["text"] for part in parts for s in part["sentences"]))
    return (sha256(text) for text in texts if text)
