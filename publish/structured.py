"""JSON-LD and OpenGraph: what pages state to machines, in the words of schema.org and ogp.me."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from groundwire.records import Article, Record
from publish.edition import Card
from publish.views import ArticleView, Site
from publish.wording import clean, contact_address, date_view, web_address

LEDGER_SOURCE = "https://schema.org/AlgorithmicMediaDigitalSource"
MODEL_SOURCE = "https://schema.org/TrainedAlgorithmicMediaDigitalSource"

CONTEXT = "https://schema.org"

CARD = "card.png"
CARD_SIZE = (1200, 630)

MOST_KEYWORDS = 12

_POLICIES = {
    "publishingPrinciples": "methodology/",
    "ethicsPolicy": "ai-policy/",
    "correctionsPolicy": "corrections/",
    "verificationFactCheckingPolicy": "methodology/",
    "unnamedSourcesPolicy": "methodology/",
    "noBylinesPolicy": "ai-policy/",
    "diversityPolicy": "sources/",
    "missionCoveragePrioritiesPolicy": "about/",
    "ownershipFundingInfo": "about/",
    "masthead": "about/",
}
"""The page on which each policy stands."""


def article_graph(view: ArticleView, article: Article, records: Mapping[str, Record], site: Site) -> dict[str, Any]:
    """The one JSON-LD object of an article page."""
    address = site.url + view.path
    graph = [_organisation(site), _article(view, article, records, site, address), _crumbs(view, site, address), _website(site)]
    if view.questions:
        graph.append(_questions(view, address))
    return {"@context": CONTEXT, "@graph": graph}


def site_graph(site: Site, cards: Sequence[Card] = ()) -> dict[str, Any]:
    """The JSON-LD object of the front page."""
    return {"@context": CONTEXT, "@graph": [_organisation(site), _website(site), *list_of(site, site.url, site.title, cards)]}


def list_graph(site: Site, address: str, title: str, cards: Sequence[Card]) -> dict[str, Any]:
    """The JSON-LD object of a page that lists articles."""
    crumbs = {"@type": "BreadcrumbList", "itemListElement": _steps([(site.title, site.url), (title, address)])}
    return {"@context": CONTEXT, "@graph": [_organisation(site), _website(site), crumbs, *list_of(site, address, title, cards)]}


def list_of(site: Site, address: str, title: str, cards: Sequence[Card]) -> list[dict[str, Any]]:
    """The articles of a page as an ItemList; none when it lists none."""
    steps = [
        {"@type": "ListItem", "position": i, "url": site.url + c.href.removesuffix("index.html"), "name": c.title}
        for i, c in enumerate(cards, 1)
    ]
    return [{"@type": "ItemList", "@id": f"{address}#articles", "name": title, "itemListElement": steps}] if steps else []


def _organisation(site: Site) -> dict[str, Any]:
    found: dict[str, Any] = {
        "@type": "NewsMediaOrganization",
        "@id": f"{site.url}#organisation",
        "name": site.responsible or site.title,
        "url": site.url,
        "logo": {"@type": "ImageObject", "url": site.url + site.icon},
        **{name: site.url + page for name, page in _POLICIES.items()},
    }
    if site.founded:
        found["foundingDate"] = site.founded
    if contact := contact_address(site.contact):
        found["actionableFeedbackPolicy"] = f"{site.url}corrections/"
        where = {"email": contact.removeprefix("mailto:")} if contact.startswith("mailto:") else {"url": contact}
        found["contactPoint"] = {"@type": "ContactPoint", "contactType": "corrections", **where}
    return found


def _website(site: Site) -> dict[str, Any]:
    return {
        "@type": "WebSite",
        "@id": f"{site.url}#website",
        "url": site.url,
        "name": site.title,
        "inLanguage": site.language,
        "publisher": {"@id": f"{site.url}#organisation"},
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
        "description": view.dek.text or view.title,
        "abstract": " ".join(s.text for s in view.so_far) or view.dek.text,
        "datePublished": view.published.iso,
        "dateModified": view.modified.iso,
        "author": {"@type": "Organization", "@id": f"{site.url}#organisation", "name": site.responsible or site.title, "url": site.url},
        "publisher": organisation,
        "copyrightHolder": organisation,
        "copyrightYear": int(view.published.iso[:4]),
        "publishingPrinciples": f"{site.url}methodology/",
        "isPartOf": {"@id": f"{site.url}#website"},
        "inLanguage": site.language,
        "isAccessibleForFree": True,
        "articleSection": [layer.name for layer in view.layers],
        "keywords": keywords(view, article),
        "wordCount": view.words,
        "version": view.version,
        "archivedAt": f"{address}history/",
        "digitalSourceType": LEDGER_SOURCE if view.ledger else MODEL_SOURCE,
        "creditText": view.disclosure.text,
        "backstory": view.method.text,
        "isBasedOn": works,
        "citation": works,
    }
    if site.cards:
        width, height = CARD_SIZE
        found["image"] = [{"@type": "ImageObject", "url": f"{address}{CARD}", "width": width, "height": height}]
    if site.license:
        found["license"] = site.license
    if article.method.reviewed_by:
        found["editor"] = {"@type": "Person", "name": clean(article.method.reviewed_by)}
    if view.notes_on_top:
        found["correction"] = [{"@type": "CorrectionComment", "text": n.text, "datePublished": n.date.iso} for n in view.notes_on_top]
    if view.retracted:
        found["creativeWorkStatus"] = "Retracted"
    return found


def keywords(view: ArticleView, article: Article) -> list[str]:
    """Layers, the thread, and whom the figures are about."""
    named = [layer.name for layer in view.layers] + ([view.thread.title] if view.thread else [])
    about = [clean(row.figure.entity) for row in article.figures if row.figure.entity]
    return list(dict.fromkeys([*named, *about]))[:MOST_KEYWORDS]


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
    return {"@type": "BreadcrumbList", "itemListElement": _steps([*steps, (view.title, address)])}


def _steps(steps: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
    return [{"@type": "ListItem", "position": i, "name": name, "item": item} for i, (name, item) in enumerate(steps, 1)]


def _questions(view: ArticleView, address: str) -> dict[str, Any]:
    questions = [{"@type": "Question", "name": q.question, "acceptedAnswer": {"@type": "Answer", "text": q.text}} for q in view.questions]
    return {"@type": "FAQPage", "@id": f"{address}#questions", "isPartOf": {"@id": f"{address}#article"}, "mainEntity": questions}


def open_graph(view: ArticleView, article: Article, site: Site) -> tuple[tuple[str, str], ...]:
    """What an article shows where its link is shared; the description begins with who wrote it."""
    found = [
        *page_graph("article", view.title, f"{view.disclosure.lead} {view.dek.text}", site.url + view.path, site),
        ("article:published_time", view.published.iso),
        ("article:modified_time", view.modified.iso),
        ("article:author", site.responsible or site.title),
        *(("article:section", layer.name) for layer in view.layers[:1]),
        *(("article:tag", word) for word in keywords(view, article)),
    ]
    if site.cards:
        width, height = CARD_SIZE
        found += [("og:image", f"{site.url}{view.path}{CARD}"), ("og:image:type", "image/png"), ("og:image:width", str(width))]
        found += [("og:image:height", str(height)), ("og:image:alt", view.title)]
    return tuple(found)


def page_graph(kind: str, title: str, description: str, address: str, site: Site) -> Iterator[tuple[str, str]]:
    """The members that every page has."""
    yield from (("og:type", kind), ("og:title", title), ("og:description", description), ("og:url", address))
    yield from (("og:site_name", site.title), ("og:locale", site.language.replace("-", "_")))
