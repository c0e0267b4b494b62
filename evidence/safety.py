"""What must never stand in published prose: links, contacts, codes, markup, orders to the reader; and what needs an editor."""

from __future__ import annotations

import re

from evidence.names import HOUSES, Name, names, people

_LINK = re.compile(
    r"\b(?:https?|ftp|javascript|vbscript|mailto|ipfs|magnet)\s?:\s?\S|\b(?:file|data|tel):\S|\bwww\.\S|\bhxxps?\b", re.IGNORECASE
)
_DOMAIN = re.compile(
    r"(?<![\w@.])(?:[\w-]+\.)+(?:com|org|net|io|ai|co|dev|app|info|biz|xyz|ru|cn|de|uk|eu|gov|edu|me|tv|shop|site|online|top|link|click|example|test|invalid|onion|ly|gg|to)"
    r"(?:/\S*)?(?![\w.]*\w)",
    re.IGNORECASE,
)
_MAIL = re.compile(r"[\w.+-]+\s?(?:@|\[at\]|\(at\))\s?[\w-]+\s?(?:\.|\[dot\])\s?\w+|(?<!\w)@\w{3,}", re.IGNORECASE)
_PHONE = re.compile(
    r"(?<![\w.,$€£])(?:\+\d{1,3}[\s().-]*)?(?:\(?\d{2,4}\)?[\s.-]){2,}\d{2,4}(?![\w%,]|\s*(?:million|billion|MW|GW|percent))|(?<!\w)\+\d[\d\s().-]{7,}\d|\b0800[\s-]?\d{3,}|"
    r"\b\d{3}-\d{4}\b|\b1-8\d\d-[A-Z\d-]{5,}"
)
_COIN = re.compile(
    r"\b(?:0x[0-9a-fA-F]{16,}|bc1[0-9a-z]{10,}|[13][a-km-zA-HJ-NP-Z1-9]{25,34}|[48][1-9A-HJ-NP-Za-km-z]{90,}|[A-Z]{2}\d{2}(?:\s?\d{4}){3,})\b"
)
_MARKUP = re.compile(
    r"</?[a-zA-Z!][^>]{0,200}>?|&(?:#\d+|#x[0-9a-fA-F]+|lt|gt|amp|quot);|\{\{|\}\}|\{%|!?\[[^\]]*\]\([^)]*\)|```|\*\*\S|^\s*#{1,6}\s|\bon\w+\s*=\s*[\"']|\$\{"
)
_CODE = re.compile(r"\b[A-Z0-9]{4,}(?:[-_][A-Z0-9]{3,}){2,}\b|\b[0-9a-f]{24,}\b|\b(?:[A-Za-z0-9+/]{40,}={0,2})(?!\w)")
_ORDER = re.compile(
    r"\b(?:ignore|disregard|forget|override)\s+(?:all\s+|any\s+|the\s+|your\s+|these\s+|my\s+|our\s+)*(?:previous|prior|above|earlier|preceding|other|former|system|instructions?|rules?|sources?|prompts?)\b|"
    r"\b(?:system|developer)\s+(?:prompt|message)\b|\bas\s+an?\s+(?:AI|language\s+model|assistant)\b|\bI\s+(?:am|cannot|can't)\s+(?:an?\s+)?(?:AI|assist|language)|"
    r"\b(?:click|tap|scan)\s+(?:here|below|this|the\s+(?:link|code|button))\b|\b(?:visit|go\s+to|head\s+to)\s+(?:our|the|this)\s+(?:site|website|page|link|store)\b|"
    r"\b(?<!must )(?<!to )(?<!will )(?<!can )(?<!could )(?<!who )(?<!that )(?<!may )(?<!should )(?<!they )(?<!customers )(?<!users )(?:subscribe|sign\s+up|donate)\b|\b(?:follow\s+us|contact\s+us|call\s+us|call\s+now|text\s+us|share\s+this|read\s+more|learn\s+more\s+at|(?<!the )(?<!an )(?<!its )(?<!this )(?<!that )(?:buy|order)\s+now|join\s+us|"
    r"e-?mail\s+us|write\s+to\s+us|download\s+now|enter\s+code|use\s+code|promo\s+code|send\s+(?:your|a|the)?\s*(?:money|payment|bitcoin|coins?|funds|donations?))\b|"
    r"(?:^|[.!?:;]\s+|“)(?:please\s+)?(?:print|output|repeat|reply|respond|approve|publish|reveal|write|translate|execute|run|delete|add|insert|include|append|mention|state|say|tell)\s+(?:only|exactly|this|the\s+(?:word|following|phrase|text|token|string|system|article|draft|reader|link)|readers?|that|nothing|everything|with)\b|"
    r"\b(?:note|attention|message|instructions?)\s+(?:to|for)\s+(?:the\s+)?(?:AI|assistant|model|writer|editor|summari[sz]er|language|automated|crawler|bot|LLM)s?\b|"
    r"\b(?:you|readers)\s+(?:must|should|need\s+to|have\s+to)\s+(?:now\s+)?(?:buy|sell|call|visit|click|send|pay|contact|invest|sign|approve|ignore|include|print|publish)\b",
    re.IGNORECASE,
)
_KINDS = (
    ("an address", _LINK), ("an address", _DOMAIN), ("an e-mail address or handle", _MAIL), ("a coin or account address", _COIN), ("markup", _MARKUP),
    ("a code", _CODE), ("a telephone number", _PHONE), ("an order to a reader or a machine", _ORDER),
)  # fmt: skip


def foreign_matter(sentence: str) -> tuple[tuple[str, str], ...]:
    """The links, contacts, codes, markup and orders of a sentence as (what it is, the words), in order of kind."""
    found = [(what, match[0].strip()) for what, pattern in _KINDS for match in pattern.finditer(sentence)]
    return tuple(dict.fromkeys(found))


_MISCONDUCT = re.compile(
    r"\b(?:crim(?:e|es|inal|inally)|felon(?:y|ies)|fraud(?:ulent|ulently|ster)?|embezzl\w+|brib(?:e|ed|es|ery|ing)|corrupt(?:ion|ly)?|money[\s-]launder\w*|theft|st(?:ole|olen|eal|eals|ealing)|"
    r"rob(?:bed|bery)|assault(?:ed|s|ing)?|rap(?:e|ed|ist)|harass(?:ed|ment|ing|es)?|abus(?:e|ed|ive|ing)|murder(?:ed|er)?|kill(?:ed|ing)|manslaughter|arrest(?:ed|s)?|indict(?:ed|ment|ments)|"
    r"convict(?:ed|ion|ions)|guilty|jail(?:ed)?|prison|imprisoned|sentenced|charged\s+with|charges\s+of|prosecut\w+|su(?:ed|es|ing)\b|lawsuit|perjur\w+|forg(?:ed|ery)|extort\w+|"
    r"insider\s+trading|tax\s+evasion|smuggl\w+|traffick\w+|hack(?:ed|ing)|sabotag\w+|misconduct|malpractice|negligen\w+|misl(?:ed|ead|eading)|li(?:ed|ar|es)\s+(?:to|about)|lied|lying|"
    r"deceiv\w+|deceit\w*|dishonest\w*|cheat(?:ed|ing)?|falsif\w+|fabricat\w+|plagiari\w+|cover(?:ed)?[\s-]up|conceal\w+|scandal|fired|dismiss(?:ed|al)|sacked|ousted|"
    r"forced\s+out|suspended|resigned\s+(?:over|after|amid)|stepped\s+down\s+(?:over|after|amid)|removed\s+from|laid\s+off|disgraced|cancer|illness|ill\b|disease|depress(?:ed|ion)|"
    r"addict(?:ed|ion)|alcohol\w*|drunk\w*|overdose|suicid\w+|hospitali[sz]ed|dement\w+|diagnos\w+|mental\s+health|pregnan\w+|racis[mt]\w*|sexis[mt]\w*|sexual\w*|affair|violat\w+|"
    r"breach(?:ed)?|wrongdoing|kickbacks?|defraud\w*|scam\w*|swindl\w*|threaten(?:ed|ing)|blackmail\w*|stalk\w*|unlawful\w*|illegal\w*|allegations?|accus(?:ed|es|ing|ation)\b)",
    re.IGNORECASE,
)


def misconduct_of(sentence: str, known: tuple[str, ...] = (), source: str = "") -> tuple[Name, str] | None:
    """The person whom a sentence joins with crime, misconduct, illness, dishonesty or dismissal, and the word; None when it does not."""
    word = _MISCONDUCT.search(sentence)
    if not word:
        return None
    surnames = {part for name in (*known, *(person.text for person in people(source))) for part in (name, name.split()[-1])}
    named = [*people(sentence), *(name for name in names(sentence) if name.text in surnames)]
    likely = named or [name for name in names(sentence) if _personal(name)]
    return (likely[0], word[0]) if likely else None


def _personal(name: Name) -> bool:
    """Whether a bare name has the shape of a given name and a surname: two or three plain capitalised words with nothing of a house in them."""
    tokens = name.text.split()
    plain = all(
        (re.fullmatch(r"[A-Z]\.|[^\W\d_]+(?:[-’'][^\W\d_]+)*", token) and not token.isupper()) or len(token) == 2 for token in tokens
    )
    return 2 <= len(tokens) <= 3 and plain and not any(token.casefold().strip(".") in HOUSES for token in tokens)
