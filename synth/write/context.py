"""What a sentence needs from the sentences around it: a connective, "the plan" or a bare share means nothing away from its place."""

from __future__ import annotations

import re
from collections.abc import Sequence

from evidence.quotation import outside_quotes
from evidence.text import stem

_CONNECTIVE = re.compile(
    r"\b(?:as well(?! as)|also|too(?=[.,]|$)|by contrast|in contrast|however|likewise|similarly|instead(?! of)|in addition|between them|among them|in return|"
    r"for (?:its|their) part|in turn|on the other hand|nevertheless|even so|either(?=[.,]|$)|such(?! as)|by then|at that|the rest(?! of)|the remainder|the others?|another(?! \d| [$€£]))\b",
    re.IGNORECASE,
)
"""Words that set a sentence against one before it."""
_BARE_SHARE = re.compile(r"\b\d[\d.,]*(?:%| percent| per cent)(?=[.,;]? *(?:$|,|;|and\b|or\b|but\b|instead\b))")
_OF_WHAT = re.compile(
    r"\b(?:ris(?:e|es|ing)|rose|risen|fell|falls?|fallen|gr[eo]w(?:s|n|th)?|climb\w*|gain\w*|lost|loses?|drop\w*|slip\w*|jump\w*|increase[sd]?|decrease[sd]?|declin\w+|cut|cuts|"
    r"raise[sd]?|up|down|share|shares|stake|margin|rate|discount|interest|tariff|prices?|capacity|vote|chance|likelihood|own(?:s|ed)?|yield|full)\b"
)
"""What a share is said of, or how something moved."""
_THING = (
    r"plans?|filings?|orders?|requests?|rules?|applications?|proposals?|agreements?|deals?|contracts?|projects?|plants?|sites?|campus|permits?|licences?|batter(?:y|ies)|rounds?|loans?|"
    r"bonds?|offers?|sales?|letters?|stud(?:y|ies)|reports?|methods?|talks|lines?|limits?|conditions?|terms?|permission|decision|petition|complaint|lawsuit|case|hearing|vote|tender|"
    r"package|prospectus|documents?|notices?|forecasts?|outlook|fund|bid|design|buildings?|reactors?|engines?|machines?|chips?|models?|systems?|tools?|features?|mode|service|sum|money|"
    r"figures?|numbers?|set|test|letter|delay|change|increase|difference|building|expansion|facility|hall|factory|works|location|calendar|schedule|milestones?"
)
_DEFINITE = re.compile(
    rf"\b[Tt]he (?P<how>(?:[a-z][\w-]* ){{0,2}}?)(?P<noun>{_THING})\b(?![’']s? [A-Z])(?! (?:of|for|to|at|in|by|that|which|with|between|on|from|near|under|behind|signed|published|filed|planned)\b)"
)
_COMPARED = re.compile(rf"\b[Tt]he (?:larger|smaller|bigger|older|newer|revised|original|additional|extra|previous) (?:{_THING})\b")
_OTHER_THAN = re.compile(
    r"\b(?:larger|smaller|bigger|older|newer|earlier|later|other|second|third|original|revised|extra|additional|same|previous|new)\b"
)


def leans_on(text: str, before: Sequence[str]) -> bool:
    """Whether a sentence cannot be understood after these sentences and no others."""
    outside = outside_quotes(text)
    if _CONNECTIVE.search(outside) or (_BARE_SHARE.search(outside) and not _OF_WHAT.search(outside)):
        return True
    if _COMPARED.search(outside):
        return True
    known = {_kind(w) for said in before for w in re.findall(r"[A-Za-z-]+", said)}
    for found in _DEFINITE.finditer(outside):
        here = {_kind(w) for w in re.findall(r"[A-Za-z-]+", outside[: found.start()])}
        if _kind(found["noun"]) not in known | here or (_OTHER_THAN.search(found["how"]) and not before):
            return True
    return False


def _kind(word: str) -> str:
    return stem(word.lower())
