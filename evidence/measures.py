"""What a figure measures and which way it moved, read from its own sentence.

A construction that ties a noun or verb to the figure decides first ("a 900-megawatt plant", "a deposit of", "worth"); then the head
of the same clause that suits the unit and stands nearest, then of the sentence; then what the unit alone means.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from evidence.text import listed

_CLAUSE = re.compile(r"[;:—–]|,\s+(?:and|but|while|which|who|after|when|where|although|though|from|up|down)\b|\bbut\b|\bwhile\b")
_HEDGES = (
    r"(?:(?:about|around|roughly|approximately|some|nearly|almost|up\s+to|at\s+least|at\s+most|more\s+than|less\s+than|fewer\s+than|over|under|just|well|an?|the|"
    r"only|another|as\s+much\s+as|close\s+to|between|an\s+estimated|rund|etwa|knapp|bis\s+zu|mehr\s+als|près\s+d[e'’]|environ|jusqu['’]à|unos|casi|hasta|un|"
    r"further|additional|extra|average\s+of|perhaps|somewhat)\s*)*"
)

_MONEY = ("money",)
_POWER = ("W", "VA")
_SHARE = ("%", "pp", "x")
_TIME = ("years", "months", "weeks", "days", "quarters", "hours", "minutes", "s")
_LONG = ("years", "months", "weeks", "days", "quarters")
_WATER = ("L", "gal", "acre-foot", "m³")

_NOUNS = {
    "deposit": r"(?:down[\s-])?deposits?|Anzahlung(?:en)?|acomptes?|depósitos?",
    "collateral": r"collateral|Sicherheit(?:en)?|garanties?",
    "debt": r"debt|bonds?|loans?|notes|(?<!tax )credits?(?:\s+facility)?|borrowings?|Schulden|Anleihen?|dettes?|deuda",
    "round": r"(?:funding|financing|investment|seed|series\s[a-z])?\s?\bround|financing|Finanzierungsrunde|levée\s+de\s+fonds",
    "contract": r"contracts?|deals?|agreements?|orders?|tenders?|Auftr[aä]ge?s?|Auftragsbestand|commandes?|contrats?|pedidos?|contratos?",
    "order book": r"backlog|order\s+books?|firm\s+orders",
    "revenue": r"revenues?|sales|turnover|Umsatz|chiffre\s+d['’]affaires|ingresos|ventas|ventes",
    "profit": r"(?:net\s+|operating\s+)?(?:profits?|earnings|income)|Gewinn|bénéfices?|beneficios?",
    "margin": r"(?:operating\s+|gross\s+|reserve\s+)?margins?|Marge|margen",
    "tax": r"(?:property[\s-])?tax(?:es)?(?!\s+(?:credit|break))|Steuern?|impôts?|impuestos?",
    "inventory": r"inventor(?:y|ies)|Lagerbest[aä]nde?",
    "interest": r"interest(?:\s+rates?)?|yields?|coupons?|Zins(?:en|satz)?|Rendite|intérêts?|interés",
    "reservations": r"reserv(?:ations?|ed)|Reservierungen",
    "grant": r"grants?|subsid(?:y|ies)|tax\s+(?:break|credit)s?|incentives?|public\s+support|Förderung|subventions?|subvenci(?:ón|ones)",
    "fine": r"fines?|penalt(?:y|ies)|settlement|Strafe|amende|multa",
    "investment": r"investments?(?!-)|Investition(?:en)?|investissements?|inversi(?:ón|ones)",
    "spending": r"spending|outlays?|budget|Ausgaben|dépenses|gastos?",
    "cost": r"costs?|coûts?|Kosten|costes?|bills?|Rechnung|facture|factura",
    "price": r"pric(?:e|es|ing)|charges?|fees?|tariffs?|Preise?|prix|tarifs?|precios?|tarifas?",
    "wages": r"wages?|salar(?:y|ies)|Löhne|salaires?|salarios?",
    "valuation": r"valuations?|market\s+(?:value|capitali[sz]ation)|Bewertung|valorisation|valoración",
    "share price": r"shares|stock|Aktien?|actions?|acciones",
    "stake": r"stakes?|shareholding|Beteiligung|participation|participación",
    "demand": r"(?:peak\s+)?demand|loads?|peak|Bedarf|Strombedarf|demande|demanda",
    "requests": r"applications?|requests?|petitions?|Anträge|demandes|solicitudes",
    "permits": r"permits?|licen[cs]es?",
    "capacity": r"capacity|Leistung|Anschlussleistung|capacité|capacidad|Kapazität",
    "consumption": r"consumption|Verbrauch|consommation|consumo|electricity|use(?=\s+of\s+(?:electricity|power|energy|water))",
    "generation": r"generation|output|production|Produktion|Fertigung|Erzeugung|producción",
    "supply": r"suppl(?:y|ies)|deliver(?:y|ies)|shipments?",
    "water use": r"water(?:\s+use)?|Wasser|eau|agua",
    "emissions": r"emissions?|carbon|CO2|Emissionen|émissions|emisiones",
    "memory": r"memory|HBM|storage|Speicher",
    "bandwidth": r"bandwidth|throughput",
    "efficiency": r"efficien(?:cy|t)",
    "complaints": r"complaints?",
    "lead time": r"lead[\s-]times?|waiting\s+times?|wait(?:ing|s)?|queue|Lieferzeit|Wartezeit|délai|plazo",
    "delay": r"delays?|slippage|Verzögerung|Verspätung|retards?|retraso",
    "term": r"terms?|contracts?|agreements?|leases?|deals?|permits?|licen[cs]es?|Vertrag|Laufzeit|contrat|contrato|bail",
    "outage": r"outages?|downtime|failures?|Ausfall|pannes?|apag(?:ón|ones)",
    "latency": r"latency|response|answers?|repl(?:y|ies)",
    "distance": r"distance|length|line|Leitung|ligne|línea",
    "site": r"site|campus|land|plot",
    "spending forecast": r"(?:capital\s+)?spending\s+(?:forecast|plan|guidance)|capex\s+(?:forecast|guidance)",
    "capital spending": r"capital\s+(?:spending|expenditures?|outlays?)|capex",
}
_VERBS = {
    "investment": r"invest(?:s|ed|ing)?(?!-)|beteiligt|investiert(?:e)?|invertirá|investit|investira|approved",
    "spending": r"spend(?:s|ing)?|spent|steckt|dépense",
    "cost": r"cost(?:s|ing)?|kostet(?:e)?|coûte(?:ra)?|cuesta|costará",
    "payment": r"pa(?:y|ys|id|ying)|zahl(?:t|te|en|ten)|paie(?:ra)?|verse|paga(?:rá)?",
    "round": r"rais(?:ed|es|ing)(?=\s+(?:an?\s+)?(?:more|about|up|nearly|over|[$€£\d]))|closed",
    "debt": r"borrow(?:s|ed|ing)?|lent|lends?|sold\s+bonds",
    "acquisition": r"acqui(?:re[sd]?|ring)|takeover|bought|buy(?:s|ing)?|purchase[sd]?",
    "valuation": r"valu(?:ed|es|ing)",
    "fine": r"fined",
    "savings": r"sav(?:es?|ed|ings?)",
    "price": r"pric(?:ed|es)|charg(?:e|es|ed|ing)",
    "wages": r"earn(?:s|ed)?",
    "consumption": r"consum(?:e[sd]?|ing|era|irá|en)|draw(?:s|ing)?|drew|verbrauch(?:t|en)|consommera?",
    "generation": r"generat(?:e[sd]?|ing)|produc(?:e[sd]?|ing)|produit|erzeug(?:t|en)",
    "supply": r"suppl(?:ied|ying)|deliver(?:s|ed|ing)?",
    "term": r"sign(?:ed|s)|läuft|dure|dura|runs?\s+for",
    "delay": r"delay(?:s|ed)|slip(?:s|ped)|late",
    "distance": r"long|away|deep|passes",
    "plan": r"plan(?:s|ned)?|pledge[ds]?|commit(?:ted|ments?|s)?",
    "loss": r"loss(?:es)?|losing",
}  # fmt: skip
_UNITS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("deposit", "collateral", "debt", "round", "contract", "profit", "tax", "grant", "fine", "investment", "spending", "valuation", "acquisition", "plan", "loss"), _MONEY),
    "inventory": (*_MONEY, "%", "days"), "interest": ("%", "pp", "bp"), "reservations": (*_POWER, "%"),
    "payment": (*_MONEY, "%"), "spending": (*_MONEY, *_SHARE), "investment": (*_MONEY, *_SHARE), "valuation": (*_MONEY, "%"), "tax": (*_MONEY, "%"),
    "spending forecast": _MONEY, "capital spending": (*_MONEY, *_SHARE), "revenue": (*_MONEY, *_SHARE), "margin": ("%", "pp"), "share price": _SHARE,
    "cost": (*_MONEY, *_SHARE), "price": (*_MONEY, *_SHARE), "wages": (*_MONEY, *_SHARE), "stake": (*_MONEY, "%"), "complaints": _SHARE, "profit": (*_MONEY, *_SHARE),
    "debt": (*_MONEY, "x"), "order book": (*_MONEY, *_POWER, *_SHARE), "contract": (*_MONEY, *_POWER),
    "demand": (*_POWER, "Wh", *_SHARE), "requests": (*_POWER, "%"), "permits": _POWER, "capacity": (*_POWER, "Wh", "t", "%", "x", "B"),
    "consumption": (*_POWER, "Wh", *_WATER, *_SHARE), "generation": (*_POWER, "Wh", "t", *_SHARE, "bbl"), "supply": (*_POWER, "Wh"), "water use": _WATER,
    "emissions": ("t", "ton", "%"), "memory": ("B",), "bandwidth": ("B/s", "bit/s"), "efficiency": ("%", "x"), "lead time": (*_LONG, "%", "hours", "minutes"), "savings": (*_MONEY, "%"), "delay": _LONG, "term": _LONG,
    "outage": ("hours", "minutes", "days"), "latency": ("s",), "distance": ("m", "mi", "ft", "yd"), "site": ("acre", "ha", "m²", "sq ft", "km²"),
}  # fmt: skip
_HEADS = tuple(
    (name, re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE), _UNITS.get(name, ()))
    for source in (_NOUNS, _VERBS)
    for name, pattern in source.items()
)
_DEFAULTS = {
    "W": "capacity", "VA": "capacity", "V": "voltage", "m": "distance", "mi": "distance", "yd": "distance", "ft": "distance", "acre": "site", "ha": "site",
    "t": "weight", "ton": "weight", "g": "weight", "L": "water use", "gal": "water use", "m³": "water use", "acre-foot": "water use", "dB": "noise",
    "s": "latency", "B": "memory", "B/s": "bandwidth", "bit/s": "bandwidth",
}  # fmt: skip

_PLANT = r"(?:battery|batteries|plant|plants|campus|reactors?|turbines?|engines?|station|units?|farm|building|site|centre|center|halls?|cluster|data[\s-]cent(?:re|er)s?)"


@dataclass(frozen=True, slots=True)
class _Tie:
    """A construction: the units it is for, what stands before and after the figure, and what it then measures."""

    units: tuple[str, ...]
    before: re.Pattern[str] | None
    after: re.Pattern[str] | None
    measure: str


def _tie(units: tuple[str, ...], measure: str, before: str = "", after: str = "") -> _Tie:
    return _Tie(
        units,
        re.compile(rf"(?:{before})\s+{_HEDGES}$", re.IGNORECASE) if before else None,
        re.compile(rf"\s*(?:{after})", re.IGNORECASE) if after else None,
        measure,
    )


_TIES = (
    _tie(_MONEY, "cost", before=r"(?:would|could|will|may|might)\s+add", after=r"(?!\s*(?:[a-z]+\s+){0,3}to\s)"),
    _tie(_MONEY, "investment", before=r"puts?\s+in|putting\s+in|contribut(?:es|ed|ing)"),
    _tie(_POWER, "capacity", after=r"(?:is\s+|are\s+)?(?:in\s+(?:operation|service)|installed)\b"),
    _tie(_POWER, "demand", before=r"(?:customers?|users?|loads?)\s+(?:above|over|below|under|of|with)"),
    _tie(_POWER, "requests", before=r"(?:applications?|studies|requests?)\s+(?:above|over|below|under)"),
    _tie(("price",), "collateral", after=r",\s+collateral\b"),
    _tie(("x",), "size", after=r"(?:the\s+size|its\s+size|as\s+(?:large|big)|larger|bigger)\b"),
    _tie(("hours", "minutes", "days"), "outage", before=r"(?:failed|down|offline|unavailable|interrupted)\s+for"),
    _tie(_MONEY, "cost", before=r"(?:trained|developed|made)\s+(?:[\w-]+\s+){0,3}for"),
    _tie((*_POWER,), "demand", before=r"needs?|requires?|needed|required|braucht|benötigt"),
    _tie(_LONG, "term", before=r"(?:falls?\s+due|matur(?:es?|ing)|due)\s+in"),
    _tie(("s", "minutes"), "latency", after=r"to\s+(?:answer|respond|reply)\b"),
    _tie(("s", "minutes"), "latency", before=r"(?:answers?|answered|responds?|responded|replies|replied)\s+(?:in|within|after)"),
    _tie(("%", "x"), "consumption", after=r"(?:as\s+much\s+|more\s+|less\s+)(?:energy|power|electricity)\b"),
    _tie(("%",), "margin", before=r"reserves?\s+of"),
    _tie(("%",), "interest", before=r"(?:notes|bonds?|rest|part|tranche|loans?|debt)\b[^;]{0,60}\s(?:pays?|paid|paying|carr(?:y|ies))"),
    _tie(("%",), "interest", before=r"(?:years|months)\s+at"),
    _tie((*_MONEY, *_POWER), "order book", before=r"(?:order\s+books?|backlogs?|Auftragsbestand)\s+(?:(?:now|has|had|is|was|sei|stands?|stood|comes?|came|grew|grown|rose|fell|reached|reaches)\s+){0,3}(?:of|at|is|to|reached|auf)"),
    _tie(_MONEY, "orders", before=r"orders\s+(?:had\s+)?(?:came\s+to|come\s+to|passed|reached|exceeded|totall?ed)|orders\s+for"),
    _tie(_MONEY, "debt", after=r",?\s*(?:falls?\s+due|matur(?:es|ing))\b"),
    _tie(_MONEY, "grant", before=r"(?:support|aid|subsid(?:y|ies)|incentives)\s+(?:(?:amounts?|comes?|came|adds?\s+up|is\s+worth)(?:\s+to)?|of|worth)"),
    _tie(_MONEY, "revenue", before=r"(?:sales|revenues?)\s+of\s+[^.;$€]{3,70}\s(?:came\s+to|reached|were|was)"),
    _tie(_MONEY, "cost", before=r"(?:puts?|estimates?d?|reckons?)\s+(?:the\s+)?(?:that\s+)?(?:work|cost|bill|job|project|it|them)\s+at"),
    _tie(_MONEY, "investment", after=r"(?:is|are)\s+planned\b"),
    _tie(_MONEY, "cost", after=rf"(?:[\w-]+\s)?(?:{_PLANT}|projects?|programmes?)\b"),
    _tie(_POWER, "requests", before=r"(?:applicants?|customers?|developers?)\s+(?:[a-z]+\s+){0,3}wants?|ask(?:s|ed|ing)\s+for|appl(?:y|ies|ied)\s+for"),
    _tie((*_POWER,), "requests", after=r"(?:in|of)\s+(?:applications?|requests?|petitions?)\b"),
    _tie(_LONG, "", after=r"(?:ago|earlier|before|old)\b"),
    _tie(_LONG, "delay", after=r"(?:later|late|behind|after\s+(?:the\s+campus|the\s+date|schedule))\b"),
    _tie(_LONG, "delay", before=r"(?:late|delayed|slip(?:ped|s)|moved|gap),?\s*(?:by|of)"),
    _tie(_LONG, "lead time", before=r"takes?|took|wait(?:ing|ed|s)?(?:\s+(?:of|for))?|full\s+for|enough\s+for|delivered\s+in|lengthened\s+to|queue\s+of"),
    _tie(_LONG, "term", after=r"-?\s?(?:agreement|contract|lease|deal|licen[cs]e|permit|loan)\b"),
    _tie(_LONG, "term", before=r"(?:runs?|holds?|lasts?|sign(?:ed|s)?|lease[ds]?|permits?|valid|extended|term|service|commit\s+to\s+volumes|lines)\s+(?:for|of|over)|läuft(?:\s+über)?|dure|dura|not\s+less\s+than"),
    _tie(_POWER, "requests", before=r"(?:applications?|requests?)\s+(?:for|of|to)|applications?\s+(?:for\s+)?total(?:ling)?"),
    _tie((*_POWER, "Wh"), "capacity", after=rf"[-‑]?\s?(?:of\s+)?(?:[\w-]+\s)?{_PLANT}\b"),
    _tie((*_POWER, "Wh"), "capacity", before=rf"{_PLANT}\s+of|batter(?:y|ies)\s+of"),
    _tie((*_POWER,), "demand", before=r"(?:load|demand|peak)\s+(?:of|to|by|from|at)|sized\s+for\s+a\s+load\s+of|peaks?\s+at"),
    _tie(_POWER, "consumption", before=r"draws?|drawing|consumes?|uses?|using"),
    _tie(_MONEY, "price", after=r"for\s+(?:an?|each|every)\s+(?:million|thousand|call|token|unit|chip)\b"),
    _tie(_MONEY, "wages", before=r"(?:jobs?|posts?|positions?|workers|employees)\s+(?:would\s+|will\s+)?(?:pay|pays|paid|earn|earns)"),
    _tie(("%",), "deposit", before=r"(?:down\s+payments?|deposits?)\s+of"),
    _tie(_MONEY, "revenue", before=r"sold\s+(?!bonds|debt|shares)(?:\w+\s+){1,4}(?:worth|for)"),
    _tie(_MONEY, "deposit", before=r"deposits?\s+(?:of|worth|totalling)"),
    _tie(_MONEY, "collateral", before=r"collateral\s+(?:of|for\s+[\w. ]+\s+(?:comes\s+to|of|is))|post|put\s+down|that\s+would\s+be"),
    _tie(_MONEY, "debt", after=r"(?:of\s+(?:bonds|debt|notes)|(?:(?!tax)[\w-]+\s+)?(?:loan|bond|credit)s?)\b"),
    _tie(_MONEY, "debt", before=r"(?:bonds?|loans?|debt|facility)\s+(?:for|of|worth)|lent\s+\w+(?:\s+\w+)?|borrow(?:ed)?"),
    _tie(_MONEY, "round", before=r"(?:raised?|closed|raises)(?:\s+an?)?|round\s+of", after=""),
    _tie(_MONEY, "round", after=r"(?:[\w-]+\s+)?(?:round|financing)\b"),
    _tie(_MONEY, "valuation", before=r"(?:valued|values?\s+(?:it|[\w. ]{2,30})|put\s+the\s+company|valuation)\s+(?:at|of)"),
    _tie(_MONEY, "revenue", before=r"(?:revenue|sales|turnover)(?:\s+(?:is|was|has|had|in|of|reached|reaches|came\s+to|to|at|about|worth))*(?:\s+the\s+[\w ]+)?\s*(?:of|reached|about|was|to)?"),
    _tie(_MONEY, "revenue", after=r"(?:in\s+)?(?:yearly|annual|quarterly)?\s*(?:revenue|sales)\b|of\s+(?:revenue|sales)\b"),
    _tie(_MONEY, "investment", before=r"invest(?:s|ed|ing|ment\s+(?:of|at|is\s+planned\s+at))?|investment\s+(?:in\s+[\w ]+\s+)?(?:is\s+)?(?:planned\s+)?(?:of|at)|approved|puts?\s+(?:its\s+)?investment\s+at"),
    _tie(_MONEY, "spending", before=r"spend(?:s|ing)?|spent|set\s+aside"),
    _tie(_MONEY, "spending", after=r"(?:is|are|was)\s+set\s+aside"),
    _tie(_MONEY, "cost", before=r"cost(?:s|ing|ed)?(?:\s+(?:of|at|is|about|in\s+\w+))*|would\s+cost|estimates?\s+(?:the\s+cost|them|it)\s+at"),
    _tie(_MONEY, "price", before=r"(?:price|charge|fee|tariff)s?\s+(?:is|was|of|at|to)"),
    _tie(_MONEY, "acquisition", after=r"for\s+(?:[A-Z][\w’']+\s?)+,?\s+(?:a|an|the)\s+(?:developer|maker|laboratory|company|firm|start-?up)\b"),
    _tie(_MONEY, "acquisition", before=r"(?:buy|buys|bought|acquires?|acquired)\s+(?:[\w’'-]+\s+){1,4}for"),
    _tie(_MONEY, "contract", before=r"(?:orders?|contracts?|package|order\s+book)\s+(?:\w+\s+){0,4}(?:of|worth|for|at|is|are)|(?:orders?|awards?|contracts?)\s+(?:worth|of)|switchgear\s+for|its\s+value\s+is"),
    _tie(_MONEY, "profit", before=r"(?:profit|income|earnings)\s+(?:\w+\s+){0,3}(?:of|reach|was|to)"),
    _tie(_MONEY, "payment", before=r"payments?\s+(?:of|at)|pa(?:y|ys|id)(?:\s+(?:suppliers|them|it))?"),
    _tie(_MONEY, "payment", after=r"(?:of\s+that\s+)?in\s+advance"),
    _tie(("%",), "stake", before=r"owns?|holds?|owned|stake\s+of"),
    _tie(("%",), "payment", before=r"pa(?:y|ys|id|ying)\s+for"),
    _tie(("price",), "collateral", before=r"collateral(?:\s+of|,\s+at)?|put\s+down|posts?"),
    _tie(_MONEY, "investment", before=r"(?:builds?|building|built|baut|errichtet)\s+(?:[\w'’-]+\s+){1,10}(?:for|für)"),
    _tie(("%",), "share", after=r"of\s+(?!(?:its|their|the)\s+(?:\w+\s+)?(?:cost|price|capacity|demand|load|revenue|sales|electricity|orders|market\s+value|value|spending|debt)\b)"),
    _tie(("x",), "debt", after=r"(?:its\s+|their\s+)?(?:operating\s+)?(?:profit|earnings|EBITDA)"),
)  # fmt: skip


def clause_at(sentence: str, start: int, end: int) -> tuple[int, int]:
    """The clause around a span."""
    before = [match.end() for match in _CLAUSE.finditer(sentence, 0, start)]
    after = _CLAUSE.search(sentence, end)
    return (before[-1] if before else 0), (after.start() if after else len(sentence))


def measure_near(sentence: str, start: int, end: int, unit: str, before: str | None = None) -> str | None:
    """What a figure measures by the words around it ("investment", "capacity", "lead time"), or None.

    Where its sentence does not say it: `before`, the measure of the last figure of its unit, then what the unit alone means.
    """
    family = "price" if unit.startswith("money/") else unit
    tie = _tied(sentence, start, end, family)
    if tie is not None:
        return tie or None
    low, high = clause_at(sentence, start, end)
    near = _head(sentence, low, start if family == "price" else high, start, end, unit.partition("/")[0])
    if near or family == "price":
        return near or "price"
    if unit in _LONG and _FOR.search(sentence[:start]) and _BOUND.search(sentence):
        return "term"
    if unit == "Wh":
        return "capacity" if re.search(r"\bbatter(?:y|ies)\b|\bstorage\b|\bSpeicher\b", sentence, re.IGNORECASE) else "consumption"
    wider = _head(sentence, 0, len(sentence), start, end, unit) if unit in {"money", "%", "pp", "W"} else None
    return wider or (before if _inherits(unit) else None) or _DEFAULTS.get(unit) or _motion_name(sentence, start, end, unit)


def _inherits(unit: str) -> bool:
    return unit in {"money", "W", "hours", "minutes"}


_FOR = re.compile(rf"\b(?:for|für|pour|durante|por)\s+{_HEDGES}$", re.IGNORECASE)
_BOUND = re.compile(
    r"\b(?:pay|pays|paid|buys?|sign(?:s|ed)?|contract\w*|agree\w*|lease\w*|licen[cs]e\w*|permits?|reserve[sd]?|claim|Vertrag\w*)\b",
    re.IGNORECASE,
)
"""Words of a bond that lasts for a time."""


def _tied(sentence: str, start: int, end: int, unit: str) -> str | None:
    lead, tail = sentence[max(0, start - 90) : start], sentence[end : end + 60]
    for tie in _TIES:
        if unit in tie.units and (not tie.before or tie.before.search(lead)) and (not tie.after or tie.after.match(tail)):
            return tie.measure
    return None


def _head(sentence: str, low: int, high: int, start: int, end: int, unit: str) -> str | None:
    """The head that suits the unit and stands nearest; one after the figure counts as eight characters further off."""
    best: tuple[int, str] | None = None
    for name, pattern, units in _HEADS:
        if unit not in units:
            continue
        for match in pattern.finditer(sentence, low, high):
            if match.start() < end and start < match.end():
                continue
            distance = start - match.end() if match.end() <= start else (match.start() - end) + 8
            if best is None or distance < best[0]:
                best = (distance, name)
    return best[1] if best else None


_RISE = (
    r"(?:ris(?:e[ns]?|ing)|rose|gr(?:ew|own?|owth|ows|owing)|increas(?:e[ds]?|ing)|climb(?:s|ed|ing)?|jump(?:s|ed)?|surg(?:e[ds]?|ing)|gain(?:s|ed)?|rais(?:e[ds]?|ing)|"
    r"add(?:s|ed|ing)?|expand(?:s|ed|ing)?|enlarg(?:e[ds]?|ing)|lengthen(?:s|ed)?|swell(?:s|ed)?|recover(?:s|ed)?|lift(?:s|ed|ing)?|step(?:s|ped)?\s+up|bring|"
    r"steig(?:t|en|ert|erte)|stieg(?:en)?|gestiegen|erhöh(?:t|te|en)|wächst|wuchs|gewachsen|wachsen|zulegen|"
    r"augment(?:e|é|er|era|ation)|hausse|grimp(?:e|é)|progress(?:e|é)|pass(?:e|era|é|ant)|pas(?:a|ará|ó)|sub(?:e|ió|irá)|aument(?:a|ó|ará|o)|crec(?:e|ió|erá))"
)
_FALL = (
    r"(?:fell|fall(?:s|en|ing)?|drop(?:s|ped|ping)?|declin(?:e[ds]?|ing)|cut(?:s|ting)?|reduc(?:e[ds]?|ing|tion)|slump(?:s|ed)?|shr[aiu]nk|los(?:t|es?|ing)|slip(?:s|ped)?|"
    r"lower(?:s|ed|ing)?|ease[ds]?|save[sd]?|savings|s[aiu]nk(?:en|t)?|fiel(?:en)?|fällt|gefallen|gesunken|reduziert|senk(?:t|te|en)|"
    r"baiss(?:e|é|er|era)|recul(?:e|é|er)|chut(?:e|é)|diminu(?:e|é|er)|baj(?:a|ó|ará)|ca(?:e|yó|erá)|descend(?:ió|erá)|reduc(?:e|irá)|réduit)"
)
_UP, _DOWN = (re.compile(rf"\b{verbs}\b", re.IGNORECASE) for verbs in (_RISE, _FALL))
_CHANGE = rf"(?:{_RISE}|{_FALL})"
_BY = re.compile(
    rf"\b(?:by|um|de|en|un|(?:increase|rise|growth|gain|jump|surge|drop|decline|fall|cut|reduction|decrease)\s+of)\s+{_HEDGES}$",
    re.IGNORECASE,
)
_GERMAN_BY_OR_TO = re.compile(rf"\b(?P<word>um|auf)\s+{_HEDGES}$", re.IGNORECASE)
_OF_THE_RISE = re.compile(r"\s+of\s+(?:the|this|that)\s+(?:increase|rise|growth)\b|[^,;.]{0,40}\b(?:is|are|be|were)\s+added\b")
_ADD_AND = re.compile(r"\badd(?:s|ed|ing)?\s+[^,.;]{0,40}\band\s+$")
_MORE_A = re.compile(r"\s+(?P<way>more|less)\s+(?:a|per|than)\b")
_RIGHT_AFTER = re.compile(rf"\b(?P<verb>{_CHANGE})\s+{_HEDGES}$", re.IGNORECASE)
_TO = re.compile(rf"\b(?:to|auf|à|hasta)\s+{_HEDGES}$", re.IGNORECASE)
_REACHES = re.compile(rf"\b(?:reach(?:es|ed|ing)?|hits?|atteint|erreicht|alcanz(?:a|ó|ará))\s+{_HEDGES}$", re.IGNORECASE)
_FALLS_BELOW = re.compile(rf"\b{_CHANGE}\s+(?:below|above|past|over|under)\s+{_HEDGES}$", re.IGNORECASE)
_UP_FROM = re.compile(r",?\s+(?:[^\W\d][\w.,’'-]*\s+){0,7}?(?:up|down)\s+from\b")
_UP_BY = re.compile(rf"[,(–—-]\s?(?P<way>up|down)\s+{_HEDGES}$", re.IGNORECASE)
_TO_BETWEEN = re.compile(r"\bto\s+(?:a\s+)?between\s+\S{0,3}$", re.IGNORECASE)
_SLIPS = re.compile(r"\b(?:slip(?:s|ped)?|late|delayed)\b", re.IGNORECASE)
_FROM_BEFORE = re.compile(rf"\b(?:from|von(?:\s+(?:heute|bisher|derzeit))?|depuis|desde)\s+{_HEDGES}$", re.IGNORECASE)
_MORE = re.compile(
    r"\s+(?:[a-z-]+\s+){0,2}?(?:(?P<up>more|higher|larger|longer|faster|bigger|dearer|mehr|höher|plus|de\s+plus|más)|"
    r"(?P<down>less|fewer|lower|cheaper|smaller|shorter|slower|weniger|niedriger|de\s+moins|moins|menos))\b",
    re.IGNORECASE,
)
_AS_MUCH = re.compile(r"\s+(?:as|so)\s+(?:much|many|large|high|viel|viele)\s+as\s+(?:a|one|the|last|before|in)\b", re.IGNORECASE)
_CHANGE_UNITS = frozenset({"%", "pp", "x", "bp"})
_DOUBLE = listed("doubled doubles doubling tripled triples tripling trebled quadrupled quintupled verdoppelt verdoppelte verdoppelten verdreifacht doublé doublée doublés "
                 "triplé duplicado duplicó duplicaron duplica triplicado triplicó triplicaron")  # fmt: skip
_HALVED = listed("halved halving halbiert halbierte halbierten")


def direction_of(sentence: str, start: int, end: int, unit: str) -> str | None:
    """ "up" or "down" when the figure is the size of a change, "to" when it is the level that a change reached, else None."""
    low, high = clause_at(sentence, start, end)
    lead, tail = sentence[low:start], sentence[end:high]
    quote = sentence[start:end].casefold()
    if unit == "x" and quote in _DOUBLE | _HALVED:
        return "up" if quote in _DOUBLE else "down"
    verb = _last_change(lead)
    if (verb and _TO_BETWEEN.search(lead)) or (unit in _LONG and _SLIPS.search(lead)):
        return "to" if unit not in _LONG else None
    if unit in _CHANGE_UNITS and (by := _UP_BY.search(sentence[:start])):
        return by["way"].lower()
    if _FROM_BEFORE.search(lead) or re.search(r"\b(?:between|zwischen|entre)\s+\S{0,3}$", lead, re.IGNORECASE):
        return None
    if not verb and (german := _GERMAN_BY_OR_TO.search(lead)) and (way := _last_change(tail)):
        return way if german["word"].lower() == "um" else "to"
    if (_TO.search(lead) and verb) or _REACHES.search(lead) or _FALLS_BELOW.search(lead) or _up_from(sentence, end):
        return "to" if unit != "x" or verb else None
    if unit in _CHANGE_UNITS and (more := _MORE.match(tail)) and (unit != "x" or more["up"]):
        return "up" if more["up"] else "down"
    if unit in {"x"} and _AS_MUCH.match(tail):
        return "up"
    return _size(lead, tail, unit, verb)


def _up_from(sentence: str, end: int) -> bool:
    return bool(_UP_FROM.match(sentence[end : end + 80]))


def _size(lead: str, tail: str, unit: str, verb: str | None) -> str | None:
    right = _RIGHT_AFTER.search(lead)
    if right and (unit in _CHANGE_UNITS or re.match(r"add", right["verb"], re.IGNORECASE)):
        return "up" if _UP.fullmatch(right["verb"]) else "down"
    if verb and _BY.search(lead):
        return verb
    if _OF_THE_RISE.match(tail) or _ADD_AND.search(lead):
        return "up"
    if unit == "money" and (more := _MORE_A.match(tail)):
        return "up" if more["way"] == "more" else "down"
    if unit in _CHANGE_UNITS and re.match(r"\s+(?:off|unter)\b", tail):
        return "down"
    return None


def _last_change(lead: str) -> str | None:
    ups, downs = list(_UP.finditer(lead)), list(_DOWN.finditer(lead))
    last_up, last_down = (found[-1].end() if found else -1 for found in (ups, downs))
    return None if max(last_up, last_down) < 0 else "up" if last_up > last_down else "down"


def _motion_name(sentence: str, start: int, end: int, unit: str) -> str | None:
    """ "Growth" or "decline" for a change of what no head names."""
    if unit not in _CHANGE_UNITS:
        return None
    return {"up": "growth", "down": "decline"}.get(direction_of(sentence, start, end, unit) or "")
