"""The words and links that pages compute: dates, counts, the disclosure, safe addresses."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

from evidence.text import normalise
from groundwire.records import Article, Method, Sentence, SentenceKind, Verdict

MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_NAMED_TIME = re.compile(rf"\b(?:{'|'.join((*MONTHS, *_DAYS))}|q[1-4])\b", re.IGNORECASE)

SLUG = re.compile(r"[a-z0-9-]{1,80}")
"""What a slug may be; anything else never becomes a path."""

_NEEDS_NO_QUOTING = re.compile(r"[A-Za-z0-9_.~ ]*")

DIRECTIVE_WORDS = 5
"""Words at either end of a text directive; with five, no two sentences of the sample texts start and end alike."""


def period(text: str) -> str:
    """The period of a figure, which is kept in small letters, as pages print it: months, days and quarters with a capital."""
    return _NAMED_TIME.sub(lambda found: found[0].capitalize(), clean(text))


@dataclass(frozen=True, slots=True)
class DateView:
    """A moment as pages show it: ISO 8601 with offset, the day in words, and the time in the publication's zone."""

    iso: str
    day: str
    time: str


@dataclass(frozen=True, slots=True)
class Disclosure:
    """Who wrote an article and who looked, in numbers; `text` is the whole in one paragraph, `short` one line."""

    lead: str
    counts: str
    review: str
    policy: str
    text: str
    short: str


@lru_cache(maxsize=8192)
def clean(text: str) -> str:
    """A text as one line without control, bidirectional and tag characters."""
    plain = text if text.isascii() and text.isprintable() else normalise(text)
    return " ".join(plain.split())


@lru_cache(maxsize=8192)
def date_view(moment: datetime, zone: ZoneInfo) -> DateView:
    local = moment.astimezone(zone)
    return DateView(local.isoformat(timespec="seconds"), day_words(local), f"{local:%H:%M} {local.tzname()}")


def day_words(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def counted(n: int, one: str, many: str | None = None) -> str:
    """ "1 record", "2 records"."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def listed(words: list[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


@lru_cache(maxsize=8192)
def web_address(url: str | None) -> str | None:
    """The address when it is an http or https one without user and white space, else None."""
    if not url or any(c.isspace() or c in '<>"\\`{}' for c in url) or normalise(url) != url:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.hostname and "@" not in parts.netloc else None


def at_passage(url: str | None, passage: str) -> str | None:
    """The address with a text directive that opens it at the passage (WICG Text Fragments), or None."""
    address = web_address(url)
    words = passage.split()
    if address is None or not words:
        return address
    whole = len(words) <= 2 * DIRECTIVE_WORDS
    ends = [words] if whole else [words[:DIRECTIVE_WORDS], words[-DIRECTIVE_WORDS:]]
    directive = ",".join(_directive_text(" ".join(end)) for end in ends)
    return f"{address}{'' if '#' in address else '#'}:~:text={directive}"


def _directive_text(text: str) -> str:
    if _NEEDS_NO_QUOTING.fullmatch(text):
        return text.replace(" ", "%20")
    return quote(text.encode("utf-8", "replace"), safe="").replace("-", "%2D")


def is_ledger(article: Article) -> bool:
    return article.writer == "ledger"


def claims(sentences: list[Sentence]) -> tuple[int, int]:
    """How many sentences report, and how many of those cite evidence that no check refused."""
    reported = [s for s in sentences if s.kind is SentenceKind.REPORT]
    refused = (Verdict.UNSUPPORTED, Verdict.CONTRADICTED)
    return len(reported), sum(bool(s.citations) and s.verdict not in refused for s in reported)


def disclosure(article: Article, sentences: list[Sentence], policy: str) -> Disclosure:
    """What a reader must know first; the numbers are the article's own."""
    method = article.method
    total, carried = claims(sentences)
    by = "Written by software without a language model" if is_ledger(article) else f"Written by software with {_models(method)}"
    records = f"from {counted(method.records, 'source record')} ({method.independent:,} independent)."
    checked = f"{carried:,} of {counted(total, 'reported claim')} {'carries' if total == 1 else 'carry'} evidence that was checked."
    review = f"Reviewed before publication by {clean(method.reviewed_by)}." if method.reviewed_by else "No editor has reviewed it."
    rule = _policy(policy, reviewed=bool(method.reviewed_by))
    counts = f"{records} {checked}"
    short = (
        f"{counted(method.records, 'record')}, {method.independent:,} independent, {carried:,} of {counted(total, 'claim')} with evidence"
    )
    return Disclosure(by, counts, review, rule, " ".join(filter(None, (by, counts, review, rule))), short)


def _models(method: Method) -> str:
    names = [clean(name) for name in dict.fromkeys(model for _, model in method.models)]
    if not names:
        return "a language model"
    return f"{'a language model' if len(names) == 1 else 'language models'} ({', '.join(names)})"


def _policy(policy: str, *, reviewed: bool) -> str:
    if reviewed:
        return ""
    if policy == "autonomous":
        return "This publication is autonomous: what passes every check is published without an editor."
    return "An editor sees only what the publication's rules hold back." if policy == "mixed" else ""


def contact_link(contact: str | None, subject: str) -> str | None:
    """Where a reader reports an error: a mail address with the subject filled in, or a web address."""
    address = contact_address(contact)
    return f"{address}?subject={quote(subject, safe='')}" if address and address.startswith("mailto:") else address


def contact_address(contact: str | None) -> str | None:
    """A contact as an address: mailto: or web; None when it is neither."""
    if not contact:
        return None
    mail = re.fullmatch(r"(?:mailto:)?([A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+)", contact)
    return f"mailto:{mail[1]}" if mail else web_address(contact)
