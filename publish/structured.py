"""JSON-LD: what an article page states to machines, in the words of schema.org."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from groundwire.records import Article, Record
from publish.views import ArticleView, Site
from publish.wording import clean, date_view, web_address

LEDGER_SOURCE = "https://schema.org/AlgorithmicMediaDigitalSource"
MODEL_SOURCE = "https://schema.org/TrainedAlgorithmicMediaDigitalSource"

CONTEXT = "https://schema.org"


def article_graph(view: ArticleView, article: Article, records: Mapping[str, Record], site: Site) -> dict[str, Any]:
    """The one JSON-LD object of an article page."""
    address = site.url + view.path
    graph = [_organisation(site), _article(view, article, records, site, address), _crumbs(view, site, address)]
    if view.questions:
        graph.append(_questions(view, address))
    return {"@context": CONTEXT, "@graph": graph}


def site_graph(site: Site) -> dict[str, Any]:
    """The JSON-LD object of the front page."""
    website = {
        "@type": "WebSite",
        "@id": f"{site.url}#website",
        "url": site.url,
        "name": site.title,
        "inLanguage": site.language,
        "publisher": {"@id": f"{site.url}#organisation"},
    }
    return {"@context": CONTEXT, "@graph": [_organisation(site), website]}


def _organisation(site: Site) -> dict[str, Any]:
    return {
        "@type": "NewsMediaOrganization",
        "@id": f"{site.url}#organisation",
        "name": site.responsible or site.title,
        "url": site.url,
        "publishingPrinciples": f"{site.url}methodology/",
        "verificationFactCheckingPolicy": f"{site.url}methodology/",
        "correctionsPolicy": f"{site.url}corrections/",
        "unnamedSourcesPolicy": f"{site.url}methodology/",
        "noBylinesPolicy": f"{site.url}ai-policy/",
    }


def _article(view: ArticleView, article: Article, records: Mapping[str, Record], site: Site, address: str) -> dict[str, Any]:
    works = [work for r in sorted(records.values(), key=lambda r: r.order) if (work := _work(r, site))]
    organisation = {"@id": f"{site.url}#organisation"}
    found = {
        "@type": ["NewsArticle", "AnalysisNewsArticle"] if view.analysis else "NewsArticle",
        "@id": f"{address}#article",
        "mainEntityOfPage": address,
        "url": address,
        "headline": view.title,
        "description": view.dek.text,
        "datePublished": view.published.iso,
        "dateModified": view.modified.iso,
        "author": {"@type": "Organization", "@id": f"{site.url}#organisation", "name": site.responsible or site.title, "url": site.url},
        "publisher": organisation,
        "publishingPrinciples": f"{site.url}methodology/",
        "inLanguage": site.language,
        "isAccessibleForFree": True,
        "articleSection": [layer.name for layer in view.layers],
        "wordCount": view.words,
        "version": view.version,
        "digitalSourceType": LEDGER_SOURCE if view.ledger else MODEL_SOURCE,
        "creditText": view.disclosure.text,
        "backstory": view.method.text,
        "isBasedOn": works,
        "citation": works,
    }
    if article.method.reviewed_by:
        found["editor"] = {"@type": "Person", "name": clean(article.method.reviewed_by)}
    if view.notes_on_top:
        found["correction"] = [{"@type": "CorrectionComment", "text": n.text, "datePublished": n.date.iso} for n in view.notes_on_top]
    if view.retracted:
        found["creativeWorkStatus"] = "Retracted"
    return found


def _work(record: Record, site: Site) -> dict[str, Any] | None:
    address = web_address(record.canonical_url) or web_address(record.url)
    if address is None:
        return None
    published = date_view(record.published, site.zone).iso
    publisher = {"@type": "Organization", "name": clean(record.outlet)}
    return {"@type": "CreativeWork", "url": address, "name": clean(record.title), "publisher": publisher, "datePublished": published}


def _crumbs(view: ArticleView, site: Site, address: str) -> dict[str, Any]:
    steps = [(site.title, site.url)]
    if view.thread:
        steps.append((view.thread.title, site.url + view.thread.href.removesuffix("index.html")))
    steps.append((view.title, address))
    items = [{"@type": "ListItem", "position": i, "name": name, "item": item} for i, (name, item) in enumerate(steps, 1)]
    return {"@type": "BreadcrumbList", "itemListElement": items}


def _questions(view: ArticleView, address: str) -> dict[str, Any]:
    questions = [{"@type": "Question", "name": q.question, "acceptedAnswer": {"@type": "Answer", "text": q.text}} for q in view.questions]
    return {"@type": "FAQPage", "@id": f"{address}#questions", "isPartOf": {"@id": f"{address}#article"}, "mainEntity": questions}
