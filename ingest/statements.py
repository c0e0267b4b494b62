"""What a page declares about itself for machines: linked data, reservations of rights, paywalls."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_ARTICLE = re.compile(r"article|report|blogposting|posting|webpage|review", re.IGNORECASE)
_MAX_NODES = 2_000
_AGENT = "groundwire"
_WORDS = ("noai", "nosnippet", "max-snippet:0")
"""Directives that reserve the text; noimageai, noarchive and noindex do not."""

_MARKER = re.compile(
    r"(?:subscribe|sign in|sign up|log in|register|join)(?: now| today)? (?:to|and) (?:continue|keep|finish|read|unlock|access|view) (?:reading|the (?:full|rest|whole)|this|full|more)?"
    r"|to (?:continue|keep) reading|to read the (?:full|rest of the) (?:story|article)|already a subscriber|(?:for|exclusive to) (?:paid |our )?(?:subscribers|members)(?: only)?"
    r"|(?:subscriber|member|premium)[- ](?:only|exclusive)|this (?:article|content|story) is (?:for|reserved for|available to|only available to) "
    r"|weiterlesen mit|jetzt (?:abonnieren|abo abschließen|weiterlesen)|nur für abonnent|für abonnenten|exklusiv für abonnent|bereits abonnent"
    r"|réservée? aux abonnés|pour lire la suite|il vous reste [\d.,]+ ?% |déjà abonné|abonnez-vous pour"
    r"|suscríbete para (?:seguir|continuar|leer)|para seguir leyendo|(?:exclusivo|solo|contenido) para suscriptores|ya eres suscriptor",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Statements:
    """What the JSON-LD of a page says of its article; empty where it says nothing that can be read."""

    headline: str = ""
    authors: tuple[str, ...] = ()
    publisher: str = ""
    published: str = ""
    paid: bool = False


def linked_data(scripts: Iterable[str]) -> Statements:
    """The statements of a page's JSON-LD scripts on its article; scripts that are not JSON are passed over."""
    nodes = [node for script in scripts for node in _nodes(_loaded(script))]
    articles = [node for node in nodes if _ARTICLE.search(_kind(node))]
    return Statements(
        headline=_first(articles, "headline"),
        authors=tuple(name for node in articles[:3] for name in _authors(node.get("author"))),
        publisher=next((name for node in articles if (name := _name(node.get("publisher")))), ""),
        published=_first(articles, "datePublished"),
        paid=any(str(node.get("isAccessibleForFree", "")).strip().lower() in ("false", "no", "0") for node in articles),
    )


def _loaded(script: str) -> Any:
    text = script.strip().removeprefix("<![CDATA[").removesuffix("]]>").strip().rstrip(";")
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None


def _nodes(data: Any) -> Iterator[dict[str, Any]]:
    """Every object at the top, in lists, in @graph and as a page's main entity."""
    waiting, count = [data], 0
    while waiting and count < _MAX_NODES:
        value = waiting.pop(0)
        count += 1
        if isinstance(value, list):
            waiting.extend(value)
        elif isinstance(value, dict):
            yield value
            waiting.extend(value[key] for key in ("@graph", "mainEntity", "mainEntityOfPage") if key in value)


def _kind(node: dict[str, Any]) -> str:
    kind = node.get("@type", "")
    return " ".join(map(str, kind)) if isinstance(kind, list) else str(kind)


def _first(nodes: Iterable[dict[str, Any]], key: str) -> str:
    return next((value for node in nodes if isinstance(value := node.get(key), str) and value.strip()), "")


def _authors(value: Any) -> Iterator[str]:
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, dict) and "organization" in _kind(one).lower():
            continue
        if name := _name(one):
            yield name


def _name(value: Any) -> str:
    if isinstance(value, list):
        value = value[0] if value else ""
    if isinstance(value, dict):
        value = value.get("name", "")
    return value.strip() if isinstance(value, str) else ""


def reservation(metas: Iterable[tuple[str, str]], headers: Mapping[str, str]) -> str | None:
    """The words with which a page or its headers reserve the use of its text, or None."""
    found: list[str] = []
    for name, content in (*metas, *((k.lower(), v) for k, v in headers.items())):
        if name in ("robots", _AGENT, "x-robots-tag"):
            found += _directives(content)
        elif name in ("tdm-reservation", "tdmrep") and content.strip() == "1":
            found.append("tdm-reservation: 1")
    return ", ".join(dict.fromkeys(found)) or None


def _directives(content: str) -> Iterator[str]:
    """Those of our words that stand for every robot or for us; "otherbot: noai" is meant for another."""
    agent = ""
    for part in content.lower().split(","):
        directive = re.sub(r"\s*:\s*", ":", part.strip())
        named = re.match(r"([a-z][\w.-]*):(?=[a-z])(.*)", directive)
        if named and named[1] not in ("max-snippet", "unavailable_after", "max-image-preview"):
            agent, directive = named[1], named[2].strip()
        if agent in ("", "*", _AGENT) and directive in _WORDS:
            yield directive


def paywall_marker(lines: Iterable[str]) -> bool:
    """Whether a line of a page says that the rest is for those who pay or register."""
    return any(len(line) <= 400 and _MARKER.search(line) for line in lines)
