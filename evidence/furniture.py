"""What a machine's answer carries besides its claims: openings, list marks, step numbers, pointers to passages, words to the reader."""

from __future__ import annotations

import html
import re

_CONVERSION = re.compile(
    r"\s*\(\s*(?:about |approx\w*\.? |around |~)?[\d.,/\s–-]+\s*°?\s*(?:C|F|km|kilomet\w+|miles?|mi|kg|kilograms?|cm|mm|g|grams?|ml|lbs?|pounds?|inches|in|feet|ft|m|"
    r"met(?:er|re)s?|ounces?|oz)\b[^)]*\)"
)
_POINTER = re.compile(
    r"\*\*|\[\d+\]|\(?\b(?:as )?(?:stated|mentioned|noted|described|seen|per|see)?\s*(?:in |from )?passages?\s*#?\d+(?:\s*(?:,|&|and|-|/)\s*(?:passages?\s*)?\d+)*\)?"
    r"|\b(?:based on|according to|as (?:stated|mentioned|noted|described) in|from) (?:the |these |this )?(?:above |given |provided |following )?"
    r"(?:passages?|texts?|information|context|articles?)(?: (?:provided|given|above))?,?",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"^\W*(?:step\s*\d+\s*[:.)-]|\d+[.)]\s|[*•+-]+\s|note:|answer:|(?:therefore|overall|thus|hence|so|however|additionally|furthermore|moreover|meanwhile|also|"
    r"in (?:summary|conclusion|short|addition|other words)|to summarize|ultimately|finally|for (?:example|instance))\b,?|here(?:'s| is| are)\b[^:]{0,80}:|sure[,!]|"
    r"(?:it is|it's) (?:important|worth|essential) (?:to note|noting|to remember) that)\s*",
    re.IGNORECASE,
)
_TO_READER = re.compile(
    r"\b(?:let me know|(?:i )?hope (?:this|that|it) helps|feel free to|(?:i(?:'m| am) )?happy to help|i can help|unable to (?:answer|provide|determine)|"
    r"i (?:can(?:not|'t)|could not) (?:provide|answer|find)|stay tuned|thank you|any (?:further|other|more) questions|have fun|good luck|enjoy\b.{0,30}!|"
    r"(?:by|if you) follow(?:ing)? (?:these|the|this) (?:simple |above )?(?:steps|instructions|guidelines|tips))\b"
    r"|(?:following|these|steps|follows|below|here (?:are|is)|tips|points)[^.]{0,60}:\s*$|^\W*(?:sure|certainly|of course)\b"
    r"|^\W*(?:\(?\s*ref\b\W*)?(?:passages?)?\W*\d{0,3}\W*$"
    r"|\b(?:passages?|texts?)\b[^.]{0,60}\b(?:to answer|the question)\b|\b(?:can|cannot|can't|confidently) (?:be )?(?:answer(?:ed)?|provided?) (?:the|this|your|based|solely)\b"
    r"|\b(?:the|correct|complete|accurate) answer (?:is|cannot|to (?:the|this|your) question)\b|\btune in\b",
    re.IGNORECASE,
)
_LEADS = 3
_LOOSE = re.compile(r"\s+([.,;:!?])")


def without_furniture(sentence: str) -> str:
    """A sentence without what is no claim: list marks, step numbers, connectives, pointers to passages, converted units in brackets.

    Empty when the whole sentence speaks to the reader ("Let me know", "Here are the steps:").
    """
    if _TO_READER.search(sentence):
        return ""
    text = _POINTER.sub(" ", _CONVERSION.sub(" ", html.unescape(sentence)))
    for _ in range(_LEADS):
        text = _LEAD.sub("", text, count=1)
    return _LOOSE.sub(r"\1", text).strip()
