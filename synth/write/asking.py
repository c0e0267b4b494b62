"""Kinds of question that statements of records answer: by which words a statement answers one, and how it is asked."""

from __future__ import annotations

import re
from dataclasses import dataclass

_DATED = (
    r"(?:20\d\d|January|February|March|April|May|June|July|August|September|October|November|December|quarter|Q[1-4]|spring|summer|autumn|"
    r"winter|weeks|months|days|years)"
)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of question; `asked` has a place for whom or what it is about, `plain` is asked of the article as a whole."""

    name: str
    wanted: re.Pattern[str]
    asked: tuple[str, ...]
    plain: tuple[str, ...]
    objects: bool = False
    """Whether what answers comes from others than the one asked about."""


AHEAD = Kind(
    "ahead",
    re.compile(
        r"\b(?:will|is due|are due|expected to|expects to|plans to|intends to|wants to|scheduled|planned|until|deadline|decide|decides|decision|"
        rf"hearing|vote|apply|may begin|to begin|to open|to start|to be)\b.*\b{_DATED}\b|\bby (?:early |late |the end of )?{_DATED}\b"
    ),
    (
        "What is still ahead for {}, and by when do the reports expect it?",
        "What comes next in the matter of {}, and when?",
        "Which steps come next for {}, and which dates are attached to them?",
        "What comes next for {}, as far as the reports can say?",
    ),
    ("Which dates lie ahead, by these reports?", "What happens next, and when?"),
)
AGAINST = Kind(
    "against",
    re.compile(
        r"\b(?:object(?:s|ed|ion|ions)?|oppos(?:e|es|ed|ition)|(?:vote[ds]?|votes|arguments?|protest\w*) against|critic(?:s|al|ise[sd]?)?|"
        r"warn(?:s|ed|ing)?|fears?|feared|petition\w*|challeng(?:e|es|ed)|reject(?:s|ed)?|doubts?|doubted|sceptic\w*|dissent\w*|complain\w*)\b"
    ),
    (
        "What is the strongest objection in the matter of {}, and who makes it?",
        "Who doubts or opposes what is reported of {}, and for what reason?",
        "What do the doubters say about {}, and what do they point to?",
        "Which arguments against {} do the reports give room to?",
    ),
    ("Who objects, and what do they say?", "What is said against it, and by whom?"),
    objects=True,
)
PAYS = Kind(
    "pays",
    re.compile(
        r"\b(?:pay|pays|paid|bear|bears|owe|owes|borrow(?:s|ed)?|lend|lends|lent|finance[sd]|funds|funded|refund(?:s|ed)?|charges|charged|deposit|"
        r"collateral|compensat\w+)\b(?=.*[$€£\d])"
    ),
    (
        "Who pays in the case of {}, and for what exactly?",
        "Which payments do the reports name in the case of {}?",
        "What does it cost, and whom, in the matter of {}?",
    ),
    ("Who pays, and how much?", "Which payments do the records name?"),
)
OPEN = Kind(
    "open",
    re.compile(
        r"\b(?:(?:has|have|had) (?:still |yet |so far )?not\b(?! only)|not yet|(?:is|are) (?:still |yet )?not (?:yet )?(?:decided|known|settled|clear|included|approved|final|signed)|"
        r"still (?:has|have|need|needs|must|to be|not)|unclear|undisclosed|undecided|without (?:giving|naming|saying|disclosing)|"
        r"no (?:decision|date|price|contract|agreement|permit|figure|customer|site) (?:has|have|is|was)|whether|remains? (?:open|to be)|did not (?:say|give|name|publish|disclose))\b"
    ),
    (
        "What is not settled yet in the matter of {}?",
        "What do the records leave open about {}?",
        "What has not happened, or not been said, in the case of {}?",
    ),
    ("What is not settled yet?", "What do the records leave open?"),
)
TERMS = Kind(
    "terms",
    re.compile(
        r"\b(?:must|may not|may only|shall|unless|provided|on condition|conditions?|limit(?:s|ed)? (?:to|of)|capped|cap of|only if|subject to|requires?|required|obliged|"
        r"allow(?:s|ed)? (?:it|only|up)|permission|permit|licence|entitled|not exceed)\b"
    ),
    (
        "Which conditions are attached in the case of {}?",
        "What are the terms for {}, as the records give them?",
        "Which limits and duties does {} face in these reports?",
    ),
    ("Which limits and conditions apply?", "What has to be kept to, and by whom?"),
)
MARKET = Kind(
    "market",
    re.compile(r"\b(?:shares|investors?|shareholders|analysts?|bonds|rating|rate[sd]? the|stock|prices? (?:rose|fell)|margin|valued)\b"),
    (
        "What do investors and analysts make of {}?",
        "How has the money market taken the news of {}?",
    ),
    ("How have investors and analysts taken it?", "What do investors and analysts make of it?"),
)
BEFORE = Kind(
    "before",
    re.compile(
        r"\b(?:compared with|up from|down from|from \d|than (?:a year|last|in|it|the (?:earlier|previous))|a year (?:ago|earlier|before)|earlier (?:version|year|this)|previously|last year|"
        r"in 20[012]\d|since 20[012]\d|twice|tripled|doubled|years? ago|before (?:that|then)|so far)\b"
    ),
    (
        "How does this compare with what went before for {}?",
        "What do the records give for {} to compare this with?",
        "What came before this in the case of {}?",
    ),
    ("What do the records give to compare this with?", "How does this compare with what went before?"),
)

KINDS = (AGAINST, AHEAD, OPEN, PAYS, TERMS, BEFORE, MARKET)
"""In the order in which they are worth asking: who objects and what comes next before what moved."""

FURTHER = (
    "Which further figures do the reports give for {}, beside those above?",
    "What else do the reports put a number on in the case of {}?",
    "What other numbers about {} stand in the records behind this article?",
)
FURTHER_PLAIN = (
    "Which other figures stand in the records behind this article?",
    "What else do these records put a number on?",
)
SINGLE = (
    "Which of these figures rest on the word of one outlet alone?",
    "What in this account has only one outlet behind it?",
    "For which figures is there no second account, and who gives them?",
)
