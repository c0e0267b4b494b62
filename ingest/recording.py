"""What becomes a source record, decided without I/O: from a page as read, and the feed item that led to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from evidence.language import language_by_words
from groundwire.records import ExtractedPage, Record, RecordState, short_id, text_sha256
from ingest.entries import usable_date

VARIANT_LABELS = frozenset({"www", "amp", "m", "mobile"})


@dataclass(frozen=True, slots=True)
class Lead:
    """What the feeds say about a page: the item that speaks for it, and the outlet it came by."""

    title: str
    summary: str
    author: str | None
    language: str | None
    published: datetime
    estimated: bool
    outlet: str | None
    """The operator's name for the outlet, when the feed is the outlet's own."""
    feed_title: str | None
    own_feed: bool
    """Whether the feed is on the page's own site; a feed that collects others' pages names none of them."""


@dataclass(frozen=True, slots=True)
class PageIdentity:
    id: str
    identity: str
    url: str
    host: str


def site_of(host: str) -> str:
    """A host without the labels that name a variant of the same site (www, amp, m, mobile)."""
    labels = host.lower().split(".")
    while len(labels) > 2 and labels[0] in VARIANT_LABELS:
        labels = labels[1:]
    return ".".join(labels)


def canonical_elsewhere(page: PageIdentity, canonical_identity: str | None) -> str | None:
    """The identity of the page that this one says it is a variant of; only its own site may say so."""
    if canonical_identity is None or canonical_identity == page.identity:
        return None
    host = urlsplit(canonical_identity).hostname or ""
    return canonical_identity if site_of(host) == site_of(page.host) else None


def outlet_name(lead: Lead | None, site_name: str | None, host: str) -> str:
    """Who published the page: the operator's name for it, else the page's, else the feed's, else the host."""
    if lead and lead.own_feed and lead.outlet:
        return lead.outlet
    if site_name:
        return site_name
    if lead and lead.own_feed and lead.feed_title:
        return lead.feed_title
    return site_of(host)


def read_record(page: PageIdentity, extracted: ExtractedPage, lead: Lead | None, version: int, now: datetime) -> Record:
    """The record of a page that was read; a reservation or a paywall leaves title and feed summary only."""
    state, reason, text = RecordState.READ, None, extracted.text
    if extracted.reserved:
        state, reason = RecordState.RESERVED, f"the publisher reserves its rights: {extracted.reserved}"
    elif extracted.paywalled:
        state, reason = RecordState.PAYWALLED, "behind a paywall"
    if state is not RecordState.READ:
        text = summary_text(lead, extracted.title)
    title = extracted.title or (lead.title if lead else "") or page.identity
    return _record(page, lead, version, now, title=title, text=text, state=state, reason=reason, extracted=extracted)


def unread_record(page: PageIdentity, lead: Lead | None, version: int, now: datetime, state: RecordState, reason: str) -> Record:
    """The record of a page that could not be read: its feed summary, and why."""
    title = (lead.title if lead else "") or page.identity
    return _record(page, lead, version, now, title=title, text=summary_text(lead, None), state=state, reason=reason, extracted=None)


def summary_text(lead: Lead | None, title: str | None) -> str:
    """Title and feed summary, the only text kept where the page itself may not be used."""
    parts = [(lead.title if lead else None) or title or "", lead.summary if lead else ""]
    return "\n".join(p for p in parts if p)


def published_of(lead: Lead | None, extracted: ExtractedPage | None, now: datetime) -> datetime:
    """When a page was published: the feed's date, else the page's, else when it was first seen."""
    if lead and not lead.estimated:
        return lead.published
    stated = usable_date(extracted.published, now) if extracted else None
    return stated or (lead.published if lead else now)


def _record(
    page: PageIdentity,
    lead: Lead | None,
    version: int,
    now: datetime,
    *,
    title: str,
    text: str,
    state: RecordState,
    reason: str | None,
    extracted: ExtractedPage | None,
) -> Record:
    return Record(
        id=short_id("record", page.identity, str(version)),
        page_id=page.id,
        version=version,
        url=page.url,
        canonical_url=page.identity,
        outlet=outlet_name(lead, extracted.site_name if extracted else None, page.host),
        title=title,
        author=(extracted.author if extracted else None) or (lead.author if lead else None),
        language=(extracted.language if extracted else None) or (lead.language if lead else None) or language_by_words(f"{title}\n{text}"),
        published=published_of(lead, extracted, now),
        fetched=now,
        text=text,
        text_sha256=text_sha256(text),
        state=state,
        reason=reason,
    )
