"""What a number counts, and quantities that are said without a unit: shares, multiples, votes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from evidence.numbers import numbers
from evidence.text import listed

Reading = tuple[int, int, Decimal, Decimal, str, str | None]
"""Start, end, value, step, unit, counted words."""

_IRREGULAR = {
    "people": "people", "person": "people", "men": "men", "women": "women", "children": "children", "staff": "staff", "personnel": "personnel",
    "aircraft": "aircraft", "feet": "feet", "police": "police", "countries": "countries", "headcount": "headcount", "crew": "crew", "cattle": "cattle",
    "arbeitsplätze": "arbeitsplätze", "mitarbeiter": "mitarbeiter", "beschäftigte": "beschäftigte", "menschen": "menschen", "haushalte": "haushalte",
    "stellen": "stellen", "emplois": "emplois", "personnes": "personnes", "empleos": "empleos", "personas": "personas", "chips": "chips",
}  # fmt: skip
_STOP = listed(
    "a an the this that these those of in on at by for from to with without within after before during since until under over above below between "
    "among against about as if when while where because although though but and or so yet nor not is are was were be been being has have had will "
    "would can could may might must shall should do does did it its he his she her they their we our you your who which what whose than then there "
    "per each every all any some said says say told last next this ago more less fewer years months weeks days hours minutes year month week day "
    "hour across into onto off out up down via through toward towards plus versus vs also only just even still later earlier long tall wide high "
    "deep old whether including includes costs needs takes plans gets makes gives runs uses pays rises falls shows means adds calls owns holds "
    "sees wants works leads leaves starts ends begins times percent times' und oder der die das den dem ein eine in im auf mit für von zu des et "
    "ou de du la le les un une dans y o del el los las en con para por que"
)
_VERB_OR_NOUN = listed("calls plans needs works runs leads uses starts ends holds orders leaves costs")
"""Words of _STOP that are a noun right after a number ("1.9 million calls in October")."""
_NOT_PLURAL = listed(
    "this is was has its us plus gas less across previous various business process access congress progress loss class glass mass success press "
    "address always perhaps towards sometimes besides overseas analysis basis crisis campus status bus series various serious famous religious "
    "continuous ambitious tedious obvious precious yes thus versus"
)
_HYPHENED = listed(
    "parameter seat acre member person mile storey story bed rack member page part step room unit vote token core nanosecond point hall building turbine "
    "reactor megapixel employee chip gpu job home site tower lane qubit layer node day-a-week man woman family calorie patient pupil student passenger car truck vehicle axle engine unit panel nation country "
    "state county question task test word character user customer server wafer line tool machine robot bidder party"
)
_LABELS = re.compile(
    r"(?:\b(?:phase|section|article|page|chapter|version|level|tier|stage|building|hall|block|unit|room|gate|route|highway|interstate|figure|table|step|class|"
    r"model|number|no\.?|line|platform|pier|bay|generation|gen|type|category|part|volume|issue|rule|bill|act|proposition|measure|district|ward|zone|"
    r"apollo|series|season|week|day|grade|terminal|flight|channel|windows|chapter|title|age|aged|top|form|docket|case|paragraph|annex|scope|release|"
    r"quartal|absatz|artikel|platz)\s*$|[A-Z][\w’'-]*[A-Za-z]\s$|[A-Za-z][-‑]$)",
)
_TOKEN = re.compile(r"[\s\u00a0\u202f]+(?P<word>[^\W\d_][\w’'.‑/-]*)")
_SENTENCE_WORDS = listed(
    "the a an in on of by for to with at from and but or as than about over under nearly almost some around up after before within since only just when "
    "if that its these those all between until another every no most more both their within during while where because though although roughly "
    "approximately another exactly at up fully altogether nach etwa rund mehr über seit bis unter zwischen insgesamt wegen nur ein nun après environ plus "
    "depuis près pendant tras unos unas más desde casi selon según"
)


def is_label(sentence: str, at: int, language: str = "en", *, noun_follows: bool = False) -> bool:
    """Whether a number at an offset belongs to a label ("phase 2", "Boeing 747") rather than counts.

    A number in words is one only after a word for a part; a German noun before a number with a unit or noun of its own makes none.
    """
    lead = sentence[max(0, at - 24) : at]
    match = _LABELS.search(lead) or _LABELS.search(lead.lower() if not lead[-2:-1].isupper() else lead)
    if not match:
        return False
    word = match[0].strip()
    if not word[:1].isupper() or word.casefold() in {"phase", "section", "article", "page", "version"}:
        return True
    if word.casefold() in _SENTENCE_WORDS or not sentence[at : at + 1].isdigit() or (noun_follows and language == "de"):
        return False
    opens = re.search(r"[.!?“\"]\s*$|^$", sentence[: max(0, at - len(match[0]))])
    written = re.match(r"\d+(?![\d.,]*\d)|", sentence[at:])
    return not opens or bool(written and 0 < len(written[0]) <= 2)


_ONE_IN = re.compile(r"\b(?:in|of|by|to|until|since)\s+[\w.,]+$", re.IGNORECASE)
_LED_NOUN = re.compile(
    r"\s+(?:or\s+(?:more|fewer|less)\b|(?:earlier|later)(?=\s+[a-z-]+s\b)|more(?=\s+[a-z-]+)(?!\s+(?:than|or|and|to|of|in|on|for|from|per)\b)|\d[\d.,]*[-\s][a-z]+(?=\s+[a-z]+s\b))"
)
"""What may stand between a number and its noun: "two or more models", "four earlier grants", "three more buildings", "four 500-kilovolt transformers"."""


def counted_after(sentence: str, at: int, language: str = "en") -> tuple[str, str, int] | None:
    """The noun counted by a number that ends at an offset: (plural, words before and with it, end), or None."""
    hyphen = re.compile(r"[-‑](?P<word>[a-z]+)\b").match(sentence, at)
    if hyphen:
        noun = hyphen["word"].lower()
        return (_plural(noun), _plural(noun), hyphen.end()) if noun in _HYPHENED else None
    led = _LED_NOUN.match(sentence, at)
    end = led.end() if led else at
    phrase: list[str] = []
    for _ in range(5):
        token = _TOKEN.match(sentence, end)
        if not token:
            return None
        word = token["word"].rstrip(".")
        key = word.casefold()
        if (key in _STOP and not (key in _VERB_OR_NOUN and not phrase and not _ONE_IN.search(sentence[:at]))) or (
            key.endswith(("ed", "ly"))
            and key not in {"unskilled", "skilled", "united"}
            and not sentence[end:].lstrip()[:1].isupper()
            and phrase
        ):
            return None
        phrase.append(word)
        end = token.start("word") + len(word)
        if _is_plural(word, language) and not _noun_follows(sentence, end, key):
            return _IRREGULAR.get(key, key), " ".join(phrase), at if led and led[0].lstrip()[:1].isdigit() else end
        if sentence[end : end + 1] in {",", ".", ";", ":", ")"} and "." not in word:
            return None
        end += sentence[end : end + 1] == "."
    return None


def _plural(noun: str) -> str:
    irregular = {"man": "men", "woman": "women", "person": "people"}
    return irregular.get(noun) or (f"{noun[:-1]}ies" if re.search(r"[^aeiou]y$", noun) else f"{noun}s")


def _is_plural(word: str, language: str) -> bool:
    key = word.casefold()
    if key in _IRREGULAR:
        return True
    if language == "de":
        return word[:1].isupper() and key.endswith(("en", "er", "e", "s"))
    if word[:1].isupper() and not word.isupper() and word[1:].islower():
        return False
    if len(word) > 2 and word.endswith("s") and word[:-1].isupper():
        return True
    return len(key) > 3 and key.endswith("s") and not key.endswith(("ss", "'s", "’s", "us", "is")) and key not in _NOT_PLURAL


def _noun_follows(sentence: str, end: int, key: str) -> bool:
    """Whether a plural only qualifies the next noun ("sales jobs")."""
    after = re.match(r"\s(jobs|posts|roles|workers|people|staff|contracts|centers|centres|systems)\b", sentence[end:])
    return bool(after) and key in {"sales", "operations", "services", "electronics", "logistics", "data", "communications"}


_FRACTIONS = {"half": Decimal(50), "third": Decimal("33.3333"), "quarter": Decimal(25), "fifth": Decimal(20), "sixth": Decimal("16.6667"), "tenth": Decimal(10),
              "eighth": Decimal("12.5")}  # fmt: skip
_COUNTS = {"one": 1, "a": 1, "an": 1, "two": 2, "three": 3, "four": 4, "five": 5, "seven": 7, "nine": 9}
_FRACTION = re.compile(
    r"\b(?:(?P<count>one|two|three|four|five|seven|nine)[\s-](?P<name>thirds?|fifths?|sixths?|eighths?|tenths?|quarters?(?=[\s-]+(?:of|the)\b))\b(?=[\s-]+(?:of\b|the\b|majority)|[.,;]|$|\s+(?:more|less|higher|lower|voted|said|backed|will|would|are|is|were|was|have|has|had|can|may|in|to|from|by|down|up))"
    r"|(?P<hyphen>(?:one|two|three|four)-(?:third|quarter|fifth|half)s?)\b"
    r"|(?<!\bthe )\b(?P<art>a)\s(?P<name2>third|quarter|fifth|tenth)\b(?!\sof\s(?:delay|waiting|trading|losses|nothing)\b)(?=\s+(?:of|off|more|less|fewer|bigger|dearer|smaller|lighter|slower|quicker|higher|lower|cheaper|faster|larger|smaller|from|in|on|to|over|since|compared|last|this|year|will|would|are|is|were|was|have|had|has|as|after|below|above|within)\b|[.,;]|$)"
    r"|(?P<half>half)\b(?=\s+(?:of|the|its|their|all|that|those|to|in|from|as|his|her)\b|[.,;]|$))",
    re.IGNORECASE,
)
_OF_N = re.compile(
    r"\b(?P<part>one|two|three|four|five|six|seven|eight|nine|\d{1,3})\s+(?:in|out\s+of)(?:\s+every)?\s+(?P<whole>two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|twenty|thirty|fifty|100|10|20|1,000)\b(?!\s*(?:years?|months?|weeks?|days?|hours?|%))",
    re.IGNORECASE,
)


_MEASURED_HALF = re.compile(r"\b(?:by|to|than|over|about|nearly|almost|of|under|around|roughly|only|least|at|in|and|other)(?:\sa)?$")
_ONE_NOUN_IN = re.compile(
    r"\b(?P<part>one|two|three)\s+(?!in\b|out\b)[a-z][\w-]*\s+(?:in|out\s+of)(?:\s+every)?\s+"
    r"(?P<whole>two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|twenty|thirty|forty|fifty|\d{1,3})(?=\s+(?:[a-z]+(?:s|ed)|of|from|for|by|with|to|in|at|is|was|has|had|will|have|are|were)\b|[.,;]|$)"
    r"(?!\s+(?:\w+\s)?(?:years?|months?|weeks?|days?|hours?|minutes?|seconds?|states?|countries|counties|places|cities|sites|towns|regions|markets|cases))",
    re.IGNORECASE,
)


OF_N_STEP = Decimal(5)
"""How roughly "one in nine" is said, in percent of itself on either side: less than the next such share is away."""

_OTHER_FRACTION = re.compile(
    r"\b(?:(?P<count>eine?[mns]?|zwei|drei|vier|un|une|deux|trois|quatre|una|dos|tres|cuatro)\s(?:(?:gute[sn]?|knappe[sn]?|bon|buena?)\s)?"
    r"(?P<name>drittels?|viertels?|fünftels?|sechstels?|zehntels?|tiers|quarts?|cinquièmes?|sixièmes?|dixièmes?|tercios?|quintos?|décimos?|"
    r"tercera\sparte|cuarta\sparte|quinta\sparte|décima\sparte|(?:dos|tres)\s?terceras\spartes)"
    r"|(?P<half>(?:die|der|la|à|a)\s(?:hälfte|moitié|mitad)))\b(?!\sd['’]heure|\sjahr|stunde)",
    re.IGNORECASE,
)
_OTHER_PARTS = {
    "dri": 3,
    "tie": 3,
    "ter": 3,
    "vie": 4,
    "qua": 4,
    "cua": 4,
    "fün": 5,
    "cin": 5,
    "qui": 5,
    "sec": 6,
    "six": 6,
    "zeh": 10,
    "dix": 10,
    "déc": 10,
}
_OTHER_COUNTS = {"zwei": 2, "deux": 2, "dos": 2, "drei": 3, "trois": 3, "tres": 3, "vier": 4, "quatre": 4, "cuatro": 4}


def _other_share(match: re.Match[str]) -> Decimal:
    if match["half"]:
        return Decimal(50)
    share = Decimal(100 * _OTHER_COUNTS.get(match["count"].lower(), 1)) / _OTHER_PARTS[match["name"].lower()[:3]]
    return min(share, Decimal(100)).quantize(Decimal("0.0001")).normalize()


def fraction_at(sentence: str) -> Iterator[Reading]:
    """Shares in words ("two-thirds of", "by a third", "half the", "one in five") as percentages."""
    for match in (*_OF_N.finditer(sentence), *_ONE_NOUN_IN.finditer(sentence)):
        part, whole = _small(match["part"]), _small(match["whole"])
        if part and whole and part <= whole:
            yield (
                match.start(),
                match.end(),
                (Decimal(100) * part / whole).quantize(Decimal("0.0001")),
                Decimal(2) * part / whole * OF_N_STEP,
                "%",
                None,
            )
    for match in _OTHER_FRACTION.finditer(sentence):
        yield match.start(), match.end(), _other_share(match), Decimal(5), "%", None
    for match in _FRACTION.finditer(sentence):
        lead = sentence[: match.start()].rstrip().casefold()
        if match["half"] and re.match(r"[.,;]|$", sentence[match.end() :]) and not _MEASURED_HALF.search(lead):
            continue
        if match["half"] and lead.endswith(("first", "second", "other", "latter", "and a", "the", "last", "later", "better")):
            continue
        if (
            match["art"]
            and lead.endswith(("for", "after"))
            and match["name2"].lower() in {"third", "fifth", "tenth"}
            and not match.group(0).endswith(" of")
        ):
            continue
        yield match.start(), match.end(), _fraction_value(match), Decimal(5), "%", None


def _fraction_value(match: re.Match[str]) -> Decimal:
    if match["half"]:
        return Decimal(50)
    written = match["hyphen"] or f"{match['count'] or match['art']} {match['name'] or match['name2']}"
    count, _, name = written.lower().replace("-", " ").partition(" ")
    key = name.rstrip("s") if name not in _FRACTIONS else name
    return min(Decimal(_COUNTS[count]) * _FRACTIONS[key], Decimal(100)).quantize(Decimal("0.0001")).normalize()


def _small(word: str) -> Decimal | None:
    found = numbers(word)
    return found[0].value if found else None


_MULTIPLE = re.compile(
    r"\b(?P<verb>doubled|doubles|doubling|tripled|triples|trebled|tripling|quadrupled|quadrupling|quintupled|halved|halving|verdoppel(?:t|te|ten|n)|verdreifach(?:t|te|en)|halbier(?:t|te|en)|doublé(?:e?s?)?|triplé(?:e?s?)?|duplic(?:ado|ó|aron|a|an)|triplic(?:ado|ó|aron|a|an))\b"
    r"|\b(?P<adverb>twice|double|triple|treble|twofold|threefold|fourfold|fivefold|sixfold|tenfold)(?=(?P<tail>\s+(?:as|the|its|their|what|that|to|from|in|since|over)\b|[.,;]|$))"
    r"|\b(?P<words>two|three|four|five|six|seven|eight|nine|ten|\d+(?:\.\d+)?)\s+times\s+(?=(?:as|more|less|the|its|larger|higher|bigger|greater|faster|cheaper|what|that)\b)",
    re.IGNORECASE,
)
_TIMES = {"doubl": "2", "twice": "2", "twofo": "2", "tripl": "3", "trebl": "3", "three": "3", "quadr": "4", "fourf": "4", "quint": "5", "fivef": "5",
          "sixfo": "6", "tenfo": "10", "halve": "0.5", "halvi": "0.5", "verdo": "2", "verdr": "3", "halbi": "0.5", "dupli": "2"}  # fmt: skip


def multiples(sentence: str) -> Iterator[Reading]:
    """Multiples in words ("more than doubled", "threefold", "four times as many") with the unit "x"."""
    for match in _MULTIPLE.finditer(sentence):
        if match["words"]:
            value = _small(match["words"])
            if value:
                yield (
                    match.start(),
                    match.start() + len(match[0].rstrip()),
                    value,
                    Decimal(1) if value == value.to_integral() else Decimal("0.1"),
                    "x",
                    None,
                )
            continue
        word = (match["verb"] or match["adverb"]).lower()
        if word in {"twice", "double", "triple", "treble"} and not (match["tail"] or "").strip(" ").startswith(
            ("as", "the", "its", "their", "what", "that", "to")
        ):
            continue
        yield match.start(), match.end(), Decimal(_TIMES.get(word[:5].replace("é", "l"), "2")), Decimal("0.5"), "x", None


_VOTE = re.compile(
    r"\b(?:vot(?:ed|es?|ing)|approved|passed|rejected|ruled|split|backed|vote\s+was|vote\s+of|a)\s+(?P<for>\d[\d,]*|[a-z]+)(?:\s+to\s+|[-–])(?P<against>\d[\d,]*|[a-z]+)\b(?!\s*(?:%|per|percent|GW|MW|million|billion|years|months))",
    re.IGNORECASE,
)


_VOTES_TO = re.compile(
    r"\b(?P<for>\d[\d,]*|[a-z]+)\s+votes?\s+(?:to|against)\s+(?P<against>\d[\d,]*|[a-z]+)\b|\bmit\s+(?P<pro>\d+|[a-zäöüß]+)\s+(?:zu|gegen)\s+(?P<contra>\d+|[a-zäöüß]+)\s+Stimmen",
    re.IGNORECASE,
)


def votes(sentence: str) -> Iterator[Reading]:
    """The two counts of a vote ("voted 312 to 97", "five votes to two"), of the unit "count:votes"."""
    for match in _VOTES_TO.finditer(sentence):
        for side in ("for", "against", "pro", "contra"):
            found = numbers(match[side] or "", "de" if side in {"pro", "contra"} else "en")
            if found and found[0].end == len(match[side]):
                yield match.start(side), match.end(side), found[0].value, Decimal(1), "count:votes", "votes"
    if not re.search(r"\bvot", sentence, re.IGNORECASE):
        return
    for match in _VOTE.finditer(sentence):
        sides = {side: _small(match[side]) for side in ("for", "against")}
        if None in sides.values() or any(numbers(match[side])[0].end != len(match[side]) for side in sides):
            continue
        for side, value in sides.items():
            if value is not None:
                yield match.start(side), match.end(side), value, Decimal(1), "count:votes", "votes"
