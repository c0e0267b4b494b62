"""The same words for other site generators: what each needs to build a site of the same articles.

Hugo writes for each article a page, the evidence page, JSON and Markdown, from Markdown with front matter; Pelican writes the page
alone, which is all that it does without plugins.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from groundwire.records import Article, Citation, Record
from groundwire.store.articles import numbered

HUGO = {
    "hugo.json": json.dumps({
        "baseURL": "https://wire.example/pub/", "title": "Bench", "languageCode": "en",
        "disableKinds": ["RSS", "taxonomy", "term"], "timeout": "600s",
        "mediaTypes": {"text/markdown": {"suffixes": ["md"]}},
        "outputFormats": {
            "evidence": {"mediaType": "text/html", "path": "evidence", "baseName": "index", "isHTML": True, "permalinkable": True},
            "data": {"mediaType": "application/json", "baseName": "article"},
            "words": {"mediaType": "text/markdown", "baseName": "article", "isPlainText": True},
        },
        "outputs": {"page": ["HTML", "evidence", "data", "words"], "home": ["HTML"], "section": ["HTML"]},
    }),
    "layouts/baseof.html": '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"/><title>{{ .Title }}</title>'
    '<meta name="description" content="{{ .Description }}"/><link rel="canonical" href="{{ .Permalink }}"/></head>'
    '<body><header><a href="{{ .Site.BaseURL }}">{{ .Site.Title }}</a></header><main>{{ block "main" . }}{{ end }}</main></body></html>\n',
    "layouts/single.html": '{{ define "main" }}<article><p><time datetime="{{ .Date.Format "2006-01-02T15:04:05Z07:00" }}">{{ .Date.Format "2 January 2006" }}</time></p>'
    '<h1>{{ .Title }}</h1><p>{{ .Description }}</p>'
    '<svg role="img" width="100%" height="264">{{ range $i, $b := .Params.bars }}<g><text x="50%" y="{{ add 34 (mul 46 $i) }}">{{ $b.layer }}</text>'
    '<rect x="{{ sub 50 (mul 37 $b.coverage) }}%" width="{{ mul 37 $b.coverage }}%" height="15"/><rect x="50%" width="{{ mul 37 $b.commitment }}%" height="15"/></g>{{ end }}</svg>'
    "{{ .Content }}<dl>{{ range .Params.figures }}<div><dt>{{ .value }}</dt><dd>{{ .what }}. {{ delimit .outlets \", \" }}</dd></div>{{ end }}</dl>"
    '<section>{{ range .Params.notes }}<div id="e-{{ .n }}" popover=""><p>Evidence {{ .n }}</p><blockquote><p>{{ .quote }}</p></blockquote>'
    '<p>{{ .outlet }}, <time datetime="{{ .published }}">{{ dateFormat "2 January 2006" .published }}</time> · <a href="{{ .url }}">open at this sentence</a></p></div>{{ end }}</section>'
    "</article>{{ end }}\n",
    "layouts/single.evidence.html": '{{ define "main" }}<h1>Evidence: {{ .Title }}</h1><ol>{{ range .Params.sentences }}<li id="s-{{ .n }}"><p>{{ .kind }} {{ .text }}</p></li>{{ end }}</ol>'
    '{{ range .Params.notes }}<div id="e-{{ .n }}"><blockquote><p>{{ .quote }}</p></blockquote><p>{{ .outlet }}, {{ .published }} · <a href="{{ .url }}">open</a> {{ .record }} {{ .start }} {{ .end }} <code>{{ .sha256 }}</code></p></div>{{ end }}{{ end }}\n',
    "layouts/single.data.json": '{{ dict "title" .Title "description" .Description "date" .Date "sentences" .Params.sentences "notes" .Params.notes "figures" .Params.figures | jsonify }}\n',
    "layouts/single.words.md": "# {{ .Title }}\n\n{{ .RawContent }}\n{{ range .Params.notes }}[^{{ .n }}]: {{ .quote }} {{ .outlet }} <{{ .url }}>\n{{ end }}",
    "layouts/list.html": '{{ define "main" }}<h1>{{ .Title }}</h1>{{ range first 50 .Pages }}<article><h2><a href="{{ .RelPermalink }}">{{ .Title }}</a></h2><p>{{ .Description }}</p></article>{{ end }}{{ end }}\n',
    "layouts/home.html": '{{ define "main" }}<h1>{{ .Title }}</h1>{{ range first 12 .Site.RegularPages }}<article><h2><a href="{{ .RelPermalink }}">{{ .Title }}</a></h2><p>{{ .Description }}</p></article>{{ end }}{{ end }}\n',
}  # fmt: skip
"""A site as somebody who uses Hugo would set it up for these articles: no theme, one template for each output."""

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
    numbers = _numbers(article)
    front = {
        "title": article.headline.text,
        "description": article.dek.text,
        "date": article.published.isoformat(),
        "notes": [_note(n, c, records) for c, n in numbers.items()],
        "sentences": [{"n": n, "kind": s.kind.value, "text": s.text} for n, _, s in numbered(article)],
        "figures": [{"value": f.figure.quote, "what": f.figure.measure, "outlets": list(f.outlets)} for f in article.figures],
        "bars": [{"layer": b.layer, "coverage": b.coverage, "commitment": b.commitment} for b in article.picture],
    }
    return f"{json.dumps(front)}\n\n{_body(article, numbers, lambda n: f'[{n}](#e-{n})')}\n"


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
