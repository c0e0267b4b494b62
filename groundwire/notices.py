"""Notices to editors: drafts wait, or the gate has refused everything for a day. By webhook, by mail, or through apprise.

Each is sent once by each channel that is configured; a channel that fails is tried again by the next run.
"""

from __future__ import annotations

import asyncio
import ipaddress
import json
import smtplib
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from groundwire.config import Notify, Publication
from groundwire.errors import FetchError, NoticeError
from groundwire.log import one_line
from groundwire.records import Article, ArticleStatus
from groundwire.store import articles
from groundwire.store import notices as store
from groundwire.store.database import Database
from groundwire.store.notices import REFUSING, WAITING

REFUSED_HOURS = 24
"""So long without a publication, although the gate had something to decide on, and editors are told."""

SECONDS = 20.0
"""How long one channel may take."""

SHOWN = 20
"""Most drafts that one notice names."""

_PORTS = {"smtp": 25, "smtps": 465}


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to tell: `subjects` are what is noted as told, `value` is the same for programs."""

    kind: str
    subjects: tuple[str, ...]
    title: str
    text: str
    value: dict[str, Any]


Channel = Callable[[Notice], None]
"""What carries a notice; raises NoticeError."""


def send(db: Database, publication: Publication, now: datetime) -> Iterator[tuple[str, str | None]]:
    """Tell by every channel what it has not carried yet; yields each channel that was used and why it failed, or None."""
    for name, channel in channels(publication.settings.notify):
        trouble = None
        used = False
        for notice in due(db, publication, name, now):
            used = True
            try:
                channel(notice)
            except NoticeError as error:
                trouble = str(error)
                break
            store.tell(db, notice.kind, name, notice.subjects, now)
        if used:
            yield name, trouble


def due(db: Database, publication: Publication, channel: str, now: datetime) -> Iterator[Notice]:
    """What a channel has to carry."""
    title = publication.settings.site.title
    known = store.told(db, WAITING, channel)
    new = [a for a in articles.with_status(db, ArticleStatus.DRAFT, ArticleStatus.HELD) if _subject(a) not in known]
    if new:
        yield _waiting(title, new)
    since = store.refusing_since(db, now, timedelta(hours=REFUSED_HOURS))
    if since and since not in store.told(db, REFUSING, channel):
        yield _refusing(title, since)


def _subject(article: Article) -> str:
    return f"{article.id}-{article.version}"


def _waiting(publication: str, new: list[Article]) -> Notice:
    title = f"{publication}: {len(new)} {'draft waits' if len(new) == 1 else 'drafts wait'} for an editor"
    lines = [f"{one_line(a.headline.text)}\n  {a.slug} version {a.version}, {a.status.value}: {'; '.join(a.reasons)}" for a in new[:SHOWN]]
    rest = [f"and {len(new) - SHOWN} more"] if len(new) > SHOWN else []
    text = "\n\n".join([*lines, *rest, "`groundwire status` lists what waits; `groundwire drafts export DIR` writes it for review."])
    rows = [
        {"slug": a.slug, "version": a.version, "status": a.status.value, "headline": a.headline.text, "reasons": list(a.reasons)}
        for a in new
    ]
    return Notice(WAITING, tuple(map(_subject, new)), title, text, {"publication": publication, "articles": rows})


def _refusing(publication: str, since: str) -> Notice:
    title = f"{publication}: the gate has refused everything since {since}"
    text = f"Nothing was published since {since}, and whatever was written was refused.\n\n`groundwire status` says why for each."
    return Notice(REFUSING, (since,), title, text, {"publication": publication, "since": since})


def channels(notify: Notify) -> Iterator[tuple[str, Channel]]:
    """The channels that are configured, by name."""
    webhook, smtp, addresses = notify.webhook, notify.smtp, notify.apprise
    if webhook:
        yield "webhook", lambda notice: by_webhook(notice, webhook)
    if smtp:
        yield "smtp", lambda notice: by_mail(notice, smtp)
    if addresses:
        yield "apprise", lambda notice: by_apprise(notice, addresses)


def by_webhook(notice: Notice, url: str) -> None:
    """Send a notice as a JSON object; `text` is what chat programs show. Raises NoticeError."""
    from groundwire.http import post_as_written

    body = {"kind": notice.kind, "title": notice.title, "text": f"{notice.title}\n\n{notice.text}", **notice.value}
    try:
        status = asyncio.run(post_as_written(url, json.dumps(body).encode(), deadline_seconds=SECONDS))
    except FetchError as error:
        raise NoticeError(error.reason) from error
    if not 200 <= status < 300:
        raise NoticeError(f"answered {status}")


def by_mail(notice: Notice, target: str) -> None:
    """Send a notice as a mail; a password is sent to this machine, or over TLS, only. Raises NoticeError."""
    parts = urlsplit(target)
    host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
    try:
        with _connected(parts.scheme, host, port) as server:
            if parts.scheme == "smtp" and server.has_extn("starttls"):
                server.starttls(context=ssl.create_default_context())
                server.ehlo()
            elif parts.scheme == "smtp" and parts.password and not _is_local(host):
                raise NoticeError(f"{host} offers no TLS, and the password is not sent without; use smtps:// or another port")
            if parts.username and parts.password:
                server.login(unquote(parts.username), unquote(parts.password))
            server.send_message(_mail(notice, parse_qs(parts.query.replace("+", "%2B"))))
    except (smtplib.SMTPException, OSError) as error:
        raise NoticeError(f"{host}:{port}: {one_line(str(error))}") from error


def _connected(scheme: str, host: str, port: int) -> smtplib.SMTP:
    if scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=SECONDS, context=ssl.create_default_context())
    else:
        server = smtplib.SMTP(host, port, timeout=SECONDS)
    server.ehlo()
    return server


def _is_local(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _mail(notice: Notice, query: dict[str, list[str]]) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"] = query["from"][0], query["to"][0]
    mail["Subject"] = one_line(notice.title)
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(notice.text)
    return mail


def by_apprise(notice: Notice, addresses: tuple[str, ...]) -> None:
    """Send a notice through apprise, an extra of its own. Raises NoticeError."""
    try:
        import apprise
    except ImportError:
        raise NoticeError("apprise is not installed; `pip install 'groundwire[notify]'`, or take notify.apprise out") from None
    sender = apprise.Apprise()
    unknown = [n for n, address in enumerate(addresses, 1) if not sender.add(address)]
    if unknown:
        raise NoticeError(f"apprise cannot read address {unknown[0]} of notify.apprise")
    if not sender.notify(title=notice.title, body=notice.text):
        raise NoticeError("apprise could not deliver it; its own log says why")
