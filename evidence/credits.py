"""Whose account a text is: the agencies, wires and outlets that it credits, in English, German, French and Spanish.

A credit stands at a text's edge or beside its author. A text follows another outlet when its opening says that it does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from evidence.passages import passages
from evidence.text import fold

_AGENCIES = (
    ("Associated Press", "ap", "theassociatedpress", "apnews"),
    ("Agence France-Presse", "afp", "agencefrancepresse"),
    ("Deutsche Presse-Agentur", "dpa", "dpaafx", "deutschepresseagentur", "agenturdpa"),
    ("Reuters", "reuters", "thomsonreuters", "reutersstaff"),
    ("Agencia EFE", "efe", "agenciaefe"),
    ("Agence télégraphique suisse", "ats", "keystonesda", "sda", "keystoneats"),
    ("Austria Presse Agentur", "apa", "austriapresseagentur"),
    ("PA Media", "pamedia", "pressassociation", "panews"),
    ("Europa Press", "europapress"),
    ("Evangelischer Pressedienst", "epd"),
    ("Sport-Informations-Dienst", "sid"),
    ("United Press International", "upi"),
    ("Interfax", "interfax"),
    ("ANSA", "ansa"),
    ("Kyodo News", "kyodo", "kyodonews"),
    ("Xinhua", "xinhua", "xinhuanewsagency"),
    ("Bloomberg", "bloomberg", "bloombergnews"),
    ("Dow Jones", "dowjones", "dowjonesnewswires", "djn"),
    ("PR Newswire", "prnewswire", "newswire", "prnewswireeuropean"),
    ("Business Wire", "businesswire", "bw"),
    ("GlobeNewswire", "globenewswire"),
    ("ACCESS Newswire", "accesswire", "accessnewswire"),
    ("EQS News", "eqsnews", "dgap"),
)
"""Agencies and release wires with the folded forms in which bylines, datelines and credit lines write them."""

_CANON = {form: _fold_name for _fold_name, *forms in _AGENCIES for form in (re.sub(r"\W", "", _fold_name.casefold()), *forms)}

_NAME = r"(?:the\s+|der\s+|die\s+|das\s+|le\s+|la\s+|les\s+|el\s+|l['’])?((?:[A-ZÀ-Ý][\w&’'-]*\.?[ ]?){1,5})"
_NAME_OR_DPA = rf"(?:{_NAME.replace('((?:[A', '(?P<name>(?:[A', 1)}|(?P<short>dpa|afp|epd|sid|ots)\b)"
_MONTH = (
    r"(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec|Januar|März|Mai|Juni|Juli|Okt|Dez|janv|févr|mars|avril|juin|juil|août|déc"
    r"|enero|abril|mayo|agosto|dic)"
)
_DATELINE = re.compile(
    rf"^\W*(?:[A-ZÀ-Ý][A-ZÀ-Ý .'’/-]{{2,}}[^\n()]{{0,40}}|[^\n()]{{2,50}}\b(?i:{_MONTH})[^\n()]{{0,16}}|(?P<plain>[A-ZÀ-Ý][\wÀ-ÿ/ .-]{{2,30}}))?"
    rf"\({_NAME_OR_DPA}(?:/[\w ]+)?\)\s*[-–—:.]{{1,2}}\s"
)
_SLASHED = re.compile(r"(?:^|\s)/([A-Z][\w ]{2,30})/(?:\s|$)")
_CLOSING = re.compile(r"^\s*[-–—(\[]+\s*(?:[a-z]{2,4}/)*([A-Z][\w .&’'-]{1,40}|dpa|afp|epd|sid)(?:/[\w .]+)?\s*[)\]]?\s*$")
_LINE = re.compile(
    rf"^\W*(?i:via|source|sources|quelle|quellen|source\s*:|fuente|crédit|credit|agentur|agence|agencia|mit material (?:von|der|des)"
    rf"|with (?:files|material|reporting) (?:from|by)|additional reporting by|con información de|avec)\s*:?\s+{_NAME_OR_DPA}"
)
_VIA = re.compile(rf"(?:[(|–—]\s*)(?i:via)\s+{_NAME}")
_CARRIED = re.compile(
    r"\b(?i:this (?:story|article|report) (?:was )?(?:first |originally )?(?:appeared|published|reported) (?:in|on|by)"
    r"|originally (?:appeared|published) (?:in|on|by)|first (?:appeared|published) (?:in|on|by)|syndicated from|distributed by|content from"
    r"|republished (?:from|with permission of)|dieser (?:artikel|beitrag|text) (?:erschien|ist) zuerst (?:in|bei|auf)(?: der| dem)?"
    r"|zuerst erschienen (?:in|bei|auf)(?: der| dem)?|cet article (?:est|a été) (?:d['’]abord )?(?:paru|publié) (?:dans|sur|par)"
    r"|este artículo (?:se publicó|apareció|fue publicado) (?:originalmente |primero )?(?:en|por))\s+" + _NAME
)

_PAPER = r"(?:(?:news)?paper|magazine|news agency|news site|website|broadcaster|outlet|daily|weekly|Zeitung|Magazin|Nachrichtenagentur|Agentur|Sender|journal|quotidien|hebdomadaire|agence|magazine|diario|periódico|agencia|revista)"
_DAY = r"(?:\s+(?:on|late|last|early|am|vom|ce|el|le)?\s*\w+day|\s+earlier|\s+first|\s+exclusively|\s+previously|\s+zuerst|\s+zuvor)?"
_FIRST = re.compile(rf"\b(?i:(?:as )?(?:was |were )?first reported (?:\w+day )?by|first broken by|first disclosed by)\s+{_NAME}")
_ANY_OUTLET = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b(?i:according to|citing|quoting|based on)\s+(?i:an?|the)?\s*(?i:exclusive |earlier |new )?(?i:report|article|story|scoop|investigation)s?\s+(?:published\s+)?(?i:in|by|from|on)\s+(?i:{_PAPER}\s+)?{_NAME}",
        rf"\b(?i:according to|citing|quoting)\s+(?i:the\s+)?(?i:{_PAPER}\s+)?{_NAME}",
        rf"(?m:^|[,.;]\s+|\b(?i:as|that)\s+)(?i:the\s+)?(?i:{_PAPER}\s+)?{_NAME}{_DAY}\s*(?:has\s+|had\s+)?(?:reported|reports|first reported|revealed)\b",
        rf"\b(?i:wie|berichtet|berichtete|meldet|meldete)\s+(?i:die|der|das|den)?\s*(?i:{_PAPER}\s+)?[„“\"»]?{_NAME}[“”\"«]?(?:\s+\w+)?(?:\s+(?:berichtet|berichtete|meldet|meldete|schreibt)\b)?",
        rf"\b(?i:laut|nach angaben|unter berufung auf|nach informationen|einem bericht)\s+(?i:eines berichts |einem bericht )?(?i:des |der |von |in |im |die |das |den )*(?i:{_PAPER}\s+)?[„“\"»]?{_NAME}",
        rf"\b(?i:selon|d['’]après|révèle|rapporte|citant)\s+(?i:un article |une enquête |une information |les informations )?(?i:du |de |de la |des |dans |le |la |l['’])*(?i:{_PAPER}\s+)?{_NAME}",
        rf"\b(?i:según|informó|publicó|reveló|adelantó|citando)\s+(?i:a |una información |un artículo |una investigación )?(?i:de |del |en |el |la )*(?i:{_PAPER}\s+)?{_NAME}",
    )
)
"""Ways to say that another outlet reported it; they also fit a company or a study, so only the name of an outlet counts."""

_OWN = re.compile(
    r"\b(?:told|spoke to|in an interview with|seen by|reviewed by|obtained by|shared with)\s+(?:us\b|this (?:newspaper|site)|OWN)"
    r"|\bconfirmed (?:independently|separately)|\bindependently (?:confirmed|verified)",
)
"""A text that says this has an account of its own."""

_OUTLET_WORD = re.compile(
    r"\b(?:times|post|herald|tribune|news|journal|gazette|courier|chronicle|examiner|observer|telegraph|guardian|mail|express|star|sun|globe|record"
    r"|standard|independent|daily|weekly|wire|press|agency|broadcasting|radio|television|magazine|review|ledger|dispatch|bulletin|monitor|sentinel"
    r"|zeitung|blatt|tageblatt|anzeiger|nachrichten|presse|rundschau|allgemeine|spiegel|kurier|handelsblatt|stromblatt|agentur|rundfunk|monde|figaro"
    r"|libération|échos|tribune|dépêche|parisien|país|mundo|vanguardia|razón|diario|periódico|correo|noticias|bbc|cnn|cnbc|nbc|abc|cbs|npr|ard|zdf|orf|srf)\b",
    re.IGNORECASE,
)
_AGENCY_WORD = re.compile(r"wire\b|\b(?:agency|press association|press release|nachrichtenagentur|agentur)\b", re.IGNORECASE)

EDGE = 400
"""A credit stands within this many characters of a text's start or end; in the middle, a name is only mentioned."""

OPENING = 2
"""A text whose first so many sentences rest on another outlet's report follows it; further down it is one voice among others."""


@lru_cache(maxsize=4096)
def name_key(name: str) -> str:
    """A name as it is compared: an agency by its full name, any other without article, case and punctuation."""
    folded = re.sub(r"^(?:the|der|die|das|le|la|les|el|l'|agentur|agence|agencia)[\s']+|[^\w]", "", fold(name).text.casefold().strip())
    return re.sub(r"\W", "", _CANON[folded].casefold()) if folded in _CANON else folded


def is_agency(name: str) -> bool:
    """Whether a name is a known agency's or wire's, or says that it is one."""
    return name_key(name) in _AGENCY_KEYS or bool(_AGENCY_WORD.search(name))


_AGENCY_KEYS = frozenset(re.sub(r"\W", "", name.casefold()) for name, *_ in _AGENCIES)


def names_outlet(name: str) -> bool:
    """Whether a name reads like an outlet's."""
    return is_agency(name) or bool(_OUTLET_WORD.search(name))


def credits(text: str) -> tuple[str, ...]:
    """The agencies, wires and outlets that a text says it was carried from, by how it says it, then in the order of the text."""
    edges = text if len(text) <= 2 * EDGE else f"{text[:EDGE]}\n{text[-EDGE:]}"
    lines = edges.split("\n")
    found = [_named(m) for line in lines if (m := _DATELINE.match(line)) and not (m["plain"] and not is_agency(_named(m)))]
    found += [m[1] for m in _SLASHED.finditer(edges)]
    found += [_named(m) for line in lines if len(line) < 120 and (m := _LINE.match(line))]
    found += [m[1] for m in (_CLOSING.match(line) for line in lines[-3:]) if m]
    found += [m[1] for pattern in (_VIA, _CARRIED) for m in pattern.finditer(edges)]
    return tuple(dict.fromkeys(name.strip(" .") for name in found))


def _named(match: re.Match[str]) -> str:
    return match["name"] or match["short"]


def followed(text: str, title: str, language: str, known: frozenset[str], outlet: str) -> tuple[str, ...]:
    """The outlets on whose report a text's opening rests; `known` are keys of outlets that are known by name.

    None when the text says that it has an account of its own.
    """
    return of_known(*leads(text, title, language, outlet), known, outlet)


def leads(text: str, title: str, language: str, outlet: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names on whose report a text's opening may rest: those that surely are an outlet's, and those that may be anybody's."""
    if re.search(_OWN.pattern.replace("OWN", re.escape(outlet) or "OWN"), text):
        return (), ()
    opening = "\n".join([title, *(text[a:b] for a, b in passages(text, language)[:OPENING])])
    return tuple(m[1].strip(" .") for m in _FIRST.finditer(opening)), tuple(_reported(opening))


def of_known(sure: tuple[str, ...], possible: tuple[str, ...], known: frozenset[str], outlet: str) -> tuple[str, ...]:
    """The `leads` of a text that are other outlets, when these are known."""
    found = [*sure, *(name for name in possible if name_key(name) in known or names_outlet(name))]
    own = name_key(outlet) if found else ""
    return tuple(dict.fromkeys(name for name in found if name_key(name) != own))


def _reported(opening: str) -> Iterator[str]:
    for pattern in _ANY_OUTLET:
        for match in pattern.finditer(opening):
            yield re.sub(r"\s+(?:berichtet|berichtete|reported|reports)$", "", match[1].strip(" ."))
