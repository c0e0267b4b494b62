"""The words that soften a figure or a claim: bounds, approximations and modality."""

from __future__ import annotations

import re

BOUNDS: dict[str, str] = {
    **dict.fromkeys(("up to", "as much as", "as many as", "at most", "no more than", "not more than", "a maximum of", "maximum of", "less than", "fewer than",
                     "may not exceed", "must not exceed", "cannot exceed", "not to exceed", "not exceed", "under", "below", "just under", "as high as", "bis zu", "höchstens", "weniger als", "jusqu'à", "jusqu’à", "moins de",
                     "au plus", "hasta", "menos de", "como máximo"), "at most"),
    **dict.fromkeys(("at least", "no less than", "not less than", "no fewer than", "more than", "over", "above", "a minimum of", "minimum of", "just over",
                     "upwards of", "in excess of", "exceeding", "exceeds", "mindestens", "mehr als", "über", "plus de", "au moins", "más de", "al menos",
                     "well over", "well above", "as little as", "greater than"), "at least"),
    **dict.fromkeys(("nearly", "almost", "close to", "fast", "knapp", "près de", "près d'", "près d’", "presque", "casi", "approaching"), "nearly"),
    **dict.fromkeys(("about", "around", "roughly", "approximately", "some", "an estimated", "estimated", "circa", "or so", "on the order of", "in the order of", "rund", "etwa", "ungefähr",
                     "environ", "quelque", "alrededor de", "unos", "unas", "aproximadamente", "cerca de"), "about"),
}  # fmt: skip
"""Each hedge of a number with what it says: "at most", "at least", "nearly" or "about"."""

OPPOSED = {("at least", "at most"), ("at most", "at least")}

_MODALITY = {
    "plan": r"plan(?:s|ned|ning)?(?:\s+(?:to|for|on))?|planen|prévoit|planea|intend(?:s|ed)?\s+to|aim(?:s|ed|ing)?\s+(?:to|for)|hope(?:s|d)?\s+(?:to|for)|"
    r"seek(?:s|ing)?\s+(?:to|approval)|propos(?:e|es|ed|al)|targets?(?=\s+(?:of|for|a)\b)|want(?:s|ed)?\s+to|wish(?:es)?\s+to|pledg(?:e|es|ed)|commit(?:s|ted)?\s+to",
    "possible": r"could|may(?=\s+(?:be|have|not|also|\w+))|might|possibl[ye]|potential(?:ly)?|perhaps|likely|consider(?:s|ing)|in\s+talks|explor(?:es|ing)|könnte|pourrait|podría",
    "future": r"expect(?:s|ed|ing)?(?:\s+to)?|will|would|is\s+to|are\s+to|due\s+to\s+(?=\w+\b(?<!the))|set\s+to|slated|scheduled|forecasts?|forecasted|project(?:s|ed)\s+|"
    r"anticipat(?:es|ed)|depends?\s+on|subject\s+to|pending|if\s+approved|conditional|awaits?|awaiting|wird|soll",
    "report": r"report(?:ed)?ly|a\s+reported|said\s+to\s+(?:be|have)|people\s+familiar|rumou?red|rumou?rs?|believed\s+to|thought\s+to|appears?\s+to|seems?\s+to|"
    r"suggests?\s+that|angeblich|selon\s+des\s+sources|al\s+parecer|according\s+to\s+people|unconfirmed|preliminary",
    "allege": r"alleg(?:ed|edly|es|ations?)|accus(?:ed|es|ing|ations?)|charg(?:ed|es)\s+(?:[\w’\'-]+\s+){0,6}with|suspect(?:ed|s)?|claim(?:s|ed)?|purported(?:ly)?|indicted|denied|denies|under\s+investigation|charged(?!\s+(?:a|for|\$))",
    "estimate": r"estimat(?:ed|es?)|analysts?\s+(?:say|said|expect)",
}
MODALITY = {kind: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for kind, words in _MODALITY.items()}
"""What keeps a claim from being a plain fact, by kind."""

_FIGURE_MODALITY = (
    *(MODALITY[kind] for kind in ("plan", "possible", "report", "allege")),
    re.compile(r"\b(?:would|expect(?:s|ed)?(?:\s+to)?|projected|slated|scheduled\s+to|set\s+to|if\s+approved|estimated)\b", re.IGNORECASE),
)

_LEAD = re.compile(
    rf"(?:^|(?<=[\s(“\"—–,]))(?P<bound>{'|'.join(sorted((re.escape(b) for b in BOUNDS), key=len, reverse=True))})"
    r"(?:\s+(?:the\s+equivalent\s+of|a\s+total\s+of|a|an|the))?\s*$",
    re.IGNORECASE,
)
_TRAIL = re.compile(r"\s+(?P<bound>or more|or so|or less|or fewer|or higher|or above|at least|at most)\b", re.IGNORECASE)
_TRAILING_MEANING = {"or more": "at least", "or higher": "at least", "or above": "at least", "at least": "at least", "or less": "at most", "or fewer": "at most",
                     "at most": "at most", "or so": "about"}  # fmt: skip
_CLAUSE_END = re.compile(r"[;:—–]|,\s+(?:and|but|while|which|who|after|when|where|although|though)\b|\.\s|\b(?:and|but)\s+(?=\w+s\b)")


OVER_A_TIME = frozenset({"over", "under", "above", "below", "around"})
"""Before a time these say when rather than how long: "over four years"."""
ADDS_UP = re.compile(r"\b(?:add(?:s|ed|ing)?|live[sd]?|set|point(?:s|ed)?|open(?:s|ed)?)\s+up\s+to\s+$", re.IGNORECASE)


def bound_before(text: str, at: int) -> tuple[str, int] | None:
    """The bound or approximation right before a number at an offset, with where it starts."""
    match = _LEAD.search(text, max(0, at - 40), at)
    if match and match["bound"].lower() == "over" and _SPREAD.search(text[: match.start("bound")]):
        return None
    if not match or (match["bound"].lower() in _OVER_A_THING and match[0].rstrip().lower().endswith(_ARTICLES)):
        return None
    return match["bound"], match.start("bound")


_SPREAD = re.compile(
    r"\b(?:spread|distributed|divided|shared|split|stretched|scattered|spanning|across|extends?|extended)\s+(?:out\s+)?$", re.IGNORECASE
)
"""Before "over" these say where, not how many."""
_OVER_A_THING = frozenset(
    {
        "more than",
        "less than",
        "fewer than",
        "over",
        "under",
        "above",
        "below",
        "well above",
        "well over",
        "exceeding",
        "exceeds",
        "greater than",
    }
)
_ARTICLES = (" a", " an", " the")
"""After a comparison or a preposition an article speaks of a thing that has the figure: "more than the 1.2 gigawatts announced", "under a 20-year agreement"."""


def bound_after(text: str, at: int) -> str | None:
    """The bound right after a number: "or more", "or so"."""
    match = _TRAIL.match(text, at)
    return match["bound"] if match else None


def modality_before(text: str, start: int, at: int) -> str | None:
    """The nearest word of planning, possibility or report in the clause that leads to an offset."""
    lead = text[start:at]
    clause = lead[max((end.end() for end in _CLAUSE_END.finditer(lead)), default=0) :]
    found = [match for pattern in _FIGURE_MODALITY for match in pattern.finditer(clause)]
    return max(found, key=lambda match: match.start())[0].strip().lower() if found else None


def meaning(hedge: str | None) -> str | None:
    """What a figure's hedge says of its number: "at most", "at least", "nearly", "about" or None."""
    if not hedge:
        return None
    bound = hedge.rpartition(", ")[2].lower()
    return BOUNDS.get(bound) or _TRAILING_MEANING.get(bound)


def split_hedge(hedge: str | None) -> tuple[str | None, str | None]:
    """A figure's hedge as (modality, bound): "plans to, up to" is ("plans to", "up to")."""
    if not hedge:
        return None, None
    modality, _, bound = hedge.rpartition(", ")
    return (modality or None, bound) if meaning(bound) else (hedge, None)


def kinds(text: str) -> frozenset[str]:
    """The kinds of modality that a text has."""
    return frozenset(kind for kind, pattern in MODALITY.items() if pattern.search(text))
