"""What robots.txt and reservations of rights allow, decided without I/O (RFC 9309, TDMRep, Content Signals, AIPREF).

protego decides about paths; lines that it does not know (Content-Signal, Content-Usage) are read here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from protego import Protego

AGENT = "groundwire"
MAX_BYTES = 500 * 1024
"""How much of a robots.txt is read (RFC 9309, 2.5 asks for at least 500 KiB); what follows is as if it were not there."""
MAX_DELAY_SECONDS = 60.0
FRESH = timedelta(hours=24)
RETRY = timedelta(hours=1)
"""After a robots.txt could not be read."""
SHORTEST = timedelta(hours=1)

_TOKEN = re.compile(r"[a-z_-]+")
_OTHER_AGENT = "some.other.agent"
_GROUP_FIELDS = frozenset({"allow", "disallow", "crawl-delay", "content-signal", "content-usage"})
_PREFERENCE = re.compile(r"\s*([a-z][a-z0-9-]*)\s*=\s*([a-z]+)\s*$", re.IGNORECASE)
_OUR_USES = frozenset({"ai-input", "ai-use", "ai", "tdm", "bots", "genai"})
"""Uses that reading a page for an article falls under; training and search do not."""
_REFUSED = frozenset({"n", "no"})
_DIRECTIVES = frozenset({"noai", "nosnippet", "max-snippet:0"})
_OTHER_DIRECTIVES = frozenset(
    {"all", "none", "noindex", "nofollow", "noarchive", "nocache", "notranslate", "noimageindex", "noimageai", "indexifembedded"}
    | {"max-snippet", "max-image-preview", "max-video-preview", "unavailable_after", "noodp", "noydir"}
)


def read(body: bytes) -> str:
    """The text of a robots.txt, cut at 500 KiB after its last whole line."""
    if len(body) > MAX_BYTES:
        body = body[: body.rfind(b"\n", 0, MAX_BYTES) + 1]
    return body.decode("utf-8", "replace").removeprefix("\ufeff").replace("\x00", "")


def expires(now: datetime, status: int | None, max_age_seconds: int | None = None) -> datetime:
    """Until when an answer serves: as long as it says, between one hour and 24; one hour when it could not be read."""
    if status is None or status >= 500:
        return now + RETRY
    wanted = FRESH if max_age_seconds is None else timedelta(seconds=min(max(max_age_seconds, 0), int(FRESH.total_seconds())))
    return now + max(wanted, SHORTEST)


def allowed(body: str | None, status: int | None, target: str, agent: str = AGENT, good_body: str | None = None) -> bool:
    """Whether a path or address may be asked: 2xx by its rules, 4xx (and endless redirects) yes, 5xx and unreachable no.

    For an unreachable one the last good copy decides when there is one. Longest rule wins, Allow wins ties.
    """
    rules = _in_force(body, status, good_body)
    if rules is None:
        return status is not None and 300 <= status < 500
    url = f"http://host.invalid{target}" if target.startswith("/") else target
    return bool(_parsed(rules, agent.lower()).can_fetch(url, agent.lower()))


def crawl_delay(body: str | None, status: int | None, agent: str = AGENT, good_body: str | None = None) -> float:
    """Seconds to wait between two requests, 0 to 60; 0 when nothing is asked for."""
    rules = _in_force(body, status, good_body)
    if rules is None:
        return 0.0
    delay = _parsed(rules, agent.lower()).crawl_delay(agent.lower())
    return min(max(float(delay), 0.0), MAX_DELAY_SECONDS) if delay is not None and delay == delay else 0.0


def signal(body: str | None, status: int | None, target: str = "/", agent: str = AGENT, good_body: str | None = None) -> str | None:
    """The reservation that Content-Signal or Content-Usage lines make for a path, in their own words, or None."""
    rules = _in_force(body, status, good_body)
    if rules is None or "content-" not in rules.lower():
        return None
    lines = [(agents, field, value) for agents, field, value in _groups(rules) if field.startswith("content-")]
    path = target if target.startswith("/") else urlsplit(target).path or "/"
    own = agent.lower() if any(agent.lower() in agents for agents, _, _ in _groups(rules)) else "*"
    for agents, field, value in lines:
        if (not agents or own in agents) and (words := _refusal(value, path)):
            return f"{field.title()}: {words}"
    return None


def reservation(headers: Mapping[str, str], metas: Iterable[tuple[str, str]] = (), agent: str = AGENT) -> str | None:
    """The reservation of rights that an answer's headers or its page's meta elements state, in their own words, or None.

    Read are X-Robots-Tag and <meta name="robots"> (or our name) with noai, nosnippet or max-snippet:0; tdm-reservation;
    Content-Usage and Content-Signal. `headers` must find names in any case.
    """
    for field in ("X-Robots-Tag", "tdm-reservation", "Content-Usage", "Content-Signal"):
        value = headers.get(field)
        if value and (words := _stated(field.lower(), value, agent)):
            return f"{field}: {words}"
    for name, content in metas:
        if words := _stated("x-robots-tag" if name.lower() in ("robots", agent) else name.lower(), content, agent):
            return f"{name.lower()}: {words}"
    return None


def _in_force(body: str | None, status: int | None, good_body: str | None) -> str | None:
    if status is not None and 200 <= status < 300:
        return body or ""
    return good_body if status is None or status >= 500 else None


@lru_cache(maxsize=512)
def _parsed(body: str, agent: str) -> Protego:
    from protego import Protego

    return Protego.parse("\n".join(_named_exactly(line, agent) for line in body.splitlines()))


def _named_exactly(line: str, agent: str) -> str:
    """A User-agent line reduced to its product token: protego also takes "ground" for us, and "groundwire/2" not (RFC 9309, 2.2.1)."""
    field, colon, value = line.partition(":")
    if not colon or field.strip().lower() not in ("user-agent", "useragent", "user agent"):
        return line
    token = _agent_of(value)
    return f"User-agent: {token if token in ('*', agent) else _OTHER_AGENT}"


def _agent_of(value: str) -> str:
    text = value.partition("#")[0].strip().lower()
    found = _TOKEN.match(text)
    return "*" if text.startswith("*") else found[0] if found else ""


def _groups(body: str) -> Iterator[tuple[frozenset[str], str, str]]:
    """Every rule as (agents of its group, field, value); lines before the first group have no agents."""
    agents: set[str] = set()
    open_group = False
    for line in body.splitlines():
        field, colon, value = line.partition("#")[0].partition(":")
        name = field.strip().lower()
        if not colon:
            continue
        if name == "user-agent":
            agents = agents if open_group else set()
            agents.add(_agent_of(value))
            open_group = True
        elif name in _GROUP_FIELDS:
            open_group = False
            yield frozenset(agents), name, value.strip()


def _refusal(value: str, target: str = "/") -> str | None:
    """The preferences of a line that refuse our use, when the line is for the target's path."""
    path, _, rest = value.partition(" ")
    if path.startswith("/"):
        if not target.startswith(path.rstrip("*")):
            return None
        value = rest
    found = (_PREFERENCE.match(part) for part in re.split(r"[,;]", value))
    refused = [m[0].strip() for m in found if m and m[1].lower() in _OUR_USES and m[2].lower() in _REFUSED]
    return ", ".join(refused) or None


def _stated(field: str, value: str, agent: str) -> str | None:
    if field == "tdm-reservation":
        return "1" if value.strip() == "1" else None
    if field in ("content-usage", "content-signal"):
        return _refusal(value)
    return _robots_tag(value, agent) if field == "x-robots-tag" else None


def _robots_tag(value: str, agent: str) -> str | None:
    """Directives that reserve, of those that are for everyone or for us; "otherbot: noai" holds until the next name."""
    ours, words = True, []
    for part in value.lower().split(","):
        name, colon, rest = part.strip().partition(":")
        if colon and name.strip() not in _OTHER_DIRECTIVES:
            ours, part = name.strip() in (agent, "*"), rest
        directive = part.strip().replace(" ", "")
        if ours and directive in _DIRECTIVES:
            words.append(directive)
    return ", ".join(words) or None
