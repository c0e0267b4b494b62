"""The same words for other site generators: what each needs to build a site of the same articles.

Hugo writes for each article a page, the evidence page, JSON and Markdown from templates (`bench/hugo`) that hold what ours hold, so that
both write about as many bytes; what our views compute it is given as front matter. Pelican writes the page alone, from Markdown, which is
all that it does without plugins.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, is_dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from bench.site_articles import IN_THREAD, slug_of
from groundwire.config import Publication, Settings, Site
from groundwire.records import Article, Citation, Record
from groundwire.store.articles import numbered
from publish import structured
from publish.notes import Lineage
from publish.printing import site_of
from publish.views import SentenceView, article_view

MOST = 100_000
"""Articles of which peers know that they exist, to link to them."""

SITE = replace(
    site_of(Publication(root=Path(), settings=Settings(site=Site(url="https://wire.example/pub/"))), [], []),
    articles=frozenset(slug_of(n) for n in range(MOST)),
    threads={f"bench-{n}": (f"bench-{n}", f"Thread {n}") for n in range(MOST // IN_THREAD)},
)
_LAYOUTS = Path(__file__).parent / "hugo"

HUGO = {
    "hugo.json": json.dumps({
        "baseURL": "https://wire.example/pub/", "title": "Bench", "locale": "en",
        "disableKinds": ["RSS", "taxonomy", "term"], "timeout": "600s",
        "mediaTypes": {"text/markdown": {"suffixes": ["md"]}},
        "outputFormats": {
            "evidence": {"mediaType": "text/html", "path": "evidence", "baseName": "index", "isHTML": True, "permalinkable": True},
            "data": {"mediaType": "application/json", "baseName": "article"},
            "words": {"mediaType": "text/markdown", "baseName": "article", "isPlainText": True},
        },
        "outputs": {"page": ["HTML", "evidence", "data", "words"], "home": ["HTML"], "section": ["HTML"]},
    }),
    **{f"layouts/{p.relative_to(_LAYOUTS).as_posix()}": p.read_text(encoding="utf-8") for p in sorted(_LAYOUTS.rglob("*")) if p.is_file()},
}  # fmt: skip
"""A site as somebody who uses Hugo would set it up for these articles: no theme, one template for each output. The templates hold what
ours hold, part by part; what is the same on every page is rendered once."""

PELICAN = {
    "pelicanconf.py": 'AUTHOR = SITENAME = "Bench"\nSITEURL = "https://wire.example/pub"\nPATH = "content"\nTIMEZONE = "UTC"\nDEFAULT_LANG = "en"\n'
    'FEED_ALL_ATOM = CATEGORY_FEED_ATOM = TRANSLATION_FEED_ATOM = AUTHOR_FEED_ATOM = AUTHOR_FEED_RSS = None\nDEFAULT_PAGINATION = 50\n'
    'MARKDOWN = {"extension_configs": {"markdown.extensions.footnotes": {}, "markdown.extensions.meta": {}}, "output_format": "html5"}\n',
}  # fmt: skip


def lay_out(kind: str, folder: Path, made: Iterable[tuple[Article, Mapping[str, Record]]]) -> None:
    """A whole source folder for one generator."""
    files, write = {"hugo": HUGO, "pelican": PELICAN}[kind], WRITERS[kind]
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    add_content(write, folder, made)


def add_content(write: Callable[..., str], folder: Path, made: Iterable[tuple[Article, Mapping[str, Record]]]) -> None:
    content = folder / "content" / "articles"
    content.mkdir(parents=True, exist_ok=True)
    for article, records in made:
        (content / f"{article.slug}.md").write_text(write(article, records), encoding="utf-8")


def hugo_content(article: Article, records: Mapping[str, Record]) -> str:
    """The article as front matter, with all that our views compute done beforehand: numbers, marked words, links, charts as geometry."""
    lineage = Lineage({r: r for r in records}, {r.id: r.outlet for r in records.values()})
    view = article_view(article, records, lineage, SITE)
    place = {s.n: i for i, s in enumerate(view.sentences)}
    shown: set[str] = set()
    front = {
        "title": view.title, "description": view.dek.text, "date": article.published.isoformat(), "version": view.version,
        **{name: _plain(getattr(view, name)) for name in ("disclosure", "thread", "layers", "legend", "figures")},
        "day": _plain(view.published), "changed": _plain(view.modified),
        **{name: _plain(getattr(view, name)) for name in ("picture", "timeline", "steps", "next", "method", "notes")},
        "og": structured.open_graph(view, article, SITE),
        "jsonld": structured.article_graph(view, article, records, SITE),
        "tally": [["report", len(view.sentences)], ["supported", len(view.notes)]],
        "sentences": [
            {"n": n, "kind": s.kind.value, "text": s.text, "verdict": s.verdict and s.verdict.value, "citations": _cited(s.citations, records)}
            for n, _, s in numbered(article)
        ],
        "shown": [_shown(s, shown) for s in view.sentences],
        "sections": [{"heading": s.heading, "paragraphs": [[place[x.n] for x in p] for p in s.paragraphs]} for s in view.sections],
        "so_far": [place[s.n] for s in view.so_far],
        "questions": [{"question": q.question, "answer": [place[s.n] for s in q.answer]} for q in view.questions],
    }  # fmt: skip
    return f"{json.dumps(front)}\n"


def _plain(value: object) -> Any:
    return (
        TypeAdapter(type(value)).dump_python(value, mode="json") if is_dataclass(value) else [asdict(v) for v in value] if value else None
    )  # type: ignore[call-overload,attr-defined]


def _shown(s: SentenceView, shown: set[str]) -> dict[str, Any]:
    """What a page adds to a sentence: its markers, and which notes the evidence page shows first with it."""
    new = [m.number for m in s.markers if m.target not in shown]
    shown |= {m.target for m in s.markers}
    said = {"id": s.id, "sign": s.sign, "word": s.word, "start": s.start, "tail": s.tail, "independent": s.independent}
    earlier = [m.number for m in s.markers if m.number not in new]
    return said | {"markers": [asdict(m) for m in s.markers], "new": [n - 1 for n in new], "earlier": earlier}


def _cited(citations: tuple[Citation, ...], records: Mapping[str, Record]) -> list[dict[str, Any]]:
    found = []
    for c in citations:
        record = records.get(c.record_id or "")
        said = {"outlet": record.outlet, "url": record.url, "published": record.published.isoformat()} if record else {}
        place = {"target": c.target.value, "record": c.record_id, "record_version": c.record_version, "start": c.start, "end": c.end}
        found.append(place | said | {"quote": c.quote, "rule": c.rule, "inputs": [asdict(i) for i in c.inputs]})
    return found


def pelican_content(article: Article, records: Mapping[str, Record]) -> str:
    numbers = _numbers(article)
    notes = "\n".join(
        f"[^{n}]: {note['quote']} {note['outlet']} <{note['url']}>" for n, note in ((n, _note(n, c, records)) for c, n in numbers.items())
    )
    head = f"Title: {article.headline.text}\nDate: {article.published:%Y-%m-%d %H:%M}\nSlug: {article.slug}\nSummary: {article.dek.text}\n"
    return f"{head}\n{_body(article, numbers, lambda n: f'[^{n}]')}\n\n{notes}\n"


WRITERS: dict[str, Callable[[Article, Mapping[str, Record]], str]] = {"hugo": hugo_content, "pelican": pelican_content}


def _numbers(article: Article) -> dict[Citation, int]:
    cited = dict.fromkeys(c for _, _, s in numbered(article) for c in s.citations)
    return {c: n for n, c in enumerate(cited, 1)}


def _note(n: int, citation: Citation, records: Mapping[str, Record]) -> dict[str, Any]:
    first = citation.inputs[0] if citation.inputs else citation
    record = records[first.record_id or ""]
    return {
        "n": n, "quote": first.quote, "outlet": record.outlet, "published": record.published.isoformat(), "url": record.url, "record": record.id,
        "start": first.start, "end": first.end, "sha256": record.text_sha256,
    }  # fmt: skip


def _body(article: Article, numbers: Mapping[Citation, int], mark: Callable[[int], str]) -> str:
    parts: list[str] = []
    for section in article.sections:
        parts += [f"## {section.heading}"] if section.heading else []
        parts += [" ".join(s.text + "".join(mark(numbers[c]) for c in s.citations) for s in p) for p in section.paragraphs]
    for question in article.questions:
        parts += [f"### {question.question}", " ".join(s.text + "".join(mark(numbers[c]) for c in s.citations) for s in question.answer)]
    return "\n\n".join(parts)
