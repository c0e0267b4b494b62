"""Source sentences that can be restated: which ones stand on their own, what their pronouns mean, and which are never used."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from evidence.names import is_opening_word, is_person, names
from evidence.passages import passages
from evidence.quotation import outside_quotes
from evidence.safety import misconduct_of
from evidence.text import listed
from groundwire.records import Figure, Record
from synth.write.grammar import finite
from synth.write.houses import PUBLIC, Span, company, dominant, house_of, houses_in, main_house, name_ending, subject_before, undated
from synth.write.wording import capital, day, possessive


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of a record with its offsets, its place in the record and the figures that it holds."""

    record: Record
    n: int
    start: int
    end: int
    figures: tuple[Figure, ...]

    @property
    def text(self) -> str:
        return self.record.text[self.start : self.end]


def statements(record: Record, figures: tuple[Figure, ...]) -> tuple[Statement, ...]:
    """Every sentence of a record in reading order, usable or not."""
    mine = [f for f in figures if f.record_id == record.id]
    spans = passages(record.text, record.language or "en")
    return tuple(Statement(record, n, a, b, tuple(f for f in mine if a <= f.start and f.end <= b)) for n, (a, b) in enumerate(spans))


_PERSONAL = re.compile(r"\b(?:I|we|We|our|Our|us|my|My|you|You|your|Your|me|ours|yours|let’s|Let’s)\b")
_ADDRESSED = re.compile(
    r"\b(?:ignore|disregard|instruction\w*|prompts?|system message|assistants|assistant[,:]|as an ai|language models? (?:must|should|are asked)|newsrooms?|summari[sz]\w+|"
    r"click|subscribe|subscribing|sign up|newsletters?|cookies?|read more|advertis\w+|sponsored|copyright|all rights reserved|passwords?|wallets?|editors? (?:must|should|are asked)|"
    r"note to|attention|do not (?:mention|report|publish)|publish (?:this|without)|must be (?:included|published|printed|mentioned)|correction|clarification|"
    r"updated (?:with|to)|this (?:article|story|page|post|report)|photo|image|caption|https?|www)\b|[@#<>{}\[\]|\\`*_=]|\b\w+\.(?:com|net|org|io|example)\b|\d{3}[ -]\d{3}[ -]\d{3,4}|\+\d{2,}",
    re.IGNORECASE,
)
"""Words of furniture, appeals and orders: a sentence with one is about the page or addressed to someone, not about the event."""
_RELATIVE_DAYS = re.compile(r"\b(?:today|yesterday|tomorrow|tonight|this morning|this afternoon|this evening|last night)\b", re.IGNORECASE)
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_WEEKDAY = re.compile(rf"\b(?:{'|'.join(_WEEKDAYS)})\b")
_THIS_WEEK = re.compile(r"\b(?:this|last|next) (?:week|weekend)\b", re.IGNORECASE)
_THIS_MONTH = re.compile(r"\b(?:this|last|next) (?:month|quarter)\b", re.IGNORECASE)
_THIS_YEAR = re.compile(r"\b(?:this|last|next) (?:year|spring|summer|autumn|winter)\b", re.IGNORECASE)
_FRESH = timedelta(days=6)
"""A weekday names one day as long as it is nearer than a week."""


MOST_WORDS = 48
"""Words of a sentence that can be restated; a longer one says too much for one sentence."""


def usable(text: str) -> bool:
    """Whether a sentence reports something in the third person, to no one in particular, as a whole sentence."""
    outside = outside_quotes(text)
    if not text.endswith((".", ".”", '."')) or not 6 <= len(text.split()) <= MOST_WORDS or ":" in outside or "…" in text or "..." in text:
        return False
    if re.search(r", they said,", outside):
        return False
    if _PERSONAL.search(outside.replace("US", "")) or _ADDRESSED.search(text) or not any(finite(w) for w in outside.split()):
        return False
    return misconduct_of(text) is None


_AGO = re.compile(r"\b(?:hours?|days?|weeks?) (?:ago|earlier|later)\b", re.IGNORECASE)


def in_time(text: str, published: datetime, now: datetime) -> bool:
    """Whether the times that a sentence counts from its own day still mean the same on the day of the article."""
    outside = outside_quotes(text)
    if _AGO.search(outside):
        return False
    if _RELATIVE_DAYS.search(_TODAY.sub("", outside)) or (_WEEKDAY.search(outside) and now - published >= _FRESH):
        return False
    if _THIS_WEEK.search(outside) and published.isocalendar()[:2] != now.isocalendar()[:2]:
        return False
    if _THIS_MONTH.search(outside) and (published.year, published.month) != (now.year, now.month):
        return False
    return not (_THIS_YEAR.search(outside) and published.year != now.year)


_ON_WEEKDAY = re.compile(rf"\b(?P<on>(?:late |early )?(?:on )?)(?P<day>{'|'.join(_WEEKDAYS)})\b(?! (?:morning|afternoon|evening|night)s?)")
_AHEAD = re.compile(r"\b(?:will|next|coming|due|until|by|before|from|expected|is to|are to|to be|scheduled|meets?)(?: \w+){0,3}? (?:on )?$")
_TODAY = re.compile(r"\b(?P<before>[Tt]oday )(?P<verb>[a-z]+ed)\b|(?<=ed) today\b")
"""The "today" that a release says of itself."""


def dated(text: str, published: datetime) -> str:
    """The sentence with the weekday on which something happened as a date; one that may lie ahead stays."""

    def date(match: re.Match[str]) -> str:
        back = (published.weekday() - _WEEKDAYS.index(match["day"])) % 7
        return f"on {day(published - timedelta(days=back))}"

    text = _TODAY.sub(lambda m: f"{m['verb']} on {day(published)}" if m["verb"] else f" on {day(published)}", text)
    found = _ON_WEEKDAY.search(text)
    if (
        not found
        or _AHEAD.search(text[: found.start()])
        or len(_ON_WEEKDAY.findall(text)) != 1
        or _WEEKDAY.search(outside_quotes(text)) is None
    ):
        return text
    return _ON_WEEKDAY.sub(date, text, count=1)


_COMPANY_WORDS = listed(
    "company firm group manufacturer operator developer supplier maker designer start-up startup utility lab laboratory vendor "
    "owner builder bank agency business buyer seller foundry carmaker retailer provider producer"
)
_BACKWARD = re.compile(
    r"^(?:The one|A (?:subsidiary|third|second|further|similar|spokes\w+)|An (?:alternative|example)|This|That|These|Those|Such|Both|Another|Others?|Most|Many|Some|Several|Each(?! [A-Z])|Neither|None|Either|All|Half|There|Then|Here|What|How|Why|Who|Whether|If|"
    r"When|While|Until|So|Only|Even|Not|Nor|Or|(?:One|Two|Three|Four|Five)(?! (?:of [A-Z]|(?:[a-z-]+ )?[a-z-]+s (?:that|who|of|in|from)\b|[a-z-]+ [a-z-]+s (?:said|have|are|were|will|had|would|told)\b))|His|Her|He|She|They|Their|Instead|Then|Now|Nothing|Nobody|No one|"
    r"(?:The|At the|In the|On the|Of the) (?:first|second|third|latter|former|others?|same|two|three|rest|remaining|remainder|difference|change|move|result|answer|reason|"
    r"question|word|point|idea|trouble|problem|aim|effect|alternative|former|new|sum|money|figures?|numbers?|statement|report|article|letter|document|decision|order|notice)\b)"
    r"|\b(?:the (?:latter|former|same|others?)|such an?|these|those(?! who| that| of)|this(?! (?:week|month|year|quarter|spring|summer|autumn|winter))|that (?:figure|number|sum|amount|report|statement|plan|price|view|way|day|time|point|money|share))\b"
)
"""Openings and phrases that lean on a sentence before; they cannot be taken out of their place."""
_LEANING = re.compile(
    r"^(?:For|In|At|On|With|By|Under|Of)\b[^,]*,? that (?:is|was|would|will)\b|^Its (?:largest|smallest|first|second|third|latest|newest|biggest|only|main|last|next|other|older|present)(?:,| (?:is|was|will|has|draws))|"
    r"\b(?:on|for|of|in|at|to|with|by|from) that [a-z]+\b(?! (?:is|was|will|has|had|would|are|were|have|can|could|may|[a-z]+s|[a-z]+ed)\b)|\bis (?:in|out|up|down|over),|\bthat work\b|\b(?:all|most|some|half|part|much|any) of it\b|\b(?:would|could|will|can|might) then\b|\b(?:no comment|declined to (?:comment|say)|did not (?:say|name|answer|respond|reply|comment|give|disclose))\b|\bname one\b|\bof them\b|\b(?:of|than|for|with|to|by|after|before|like) that(?=[ ,.]+(?!(?:is|was|has|had|will|would|can|could|may|might|the|are|were|a|an|it|they|he|she|do|does|did|have)\b))(?! [a-z]+ed\b)"
)
"""The same in the middle of a sentence, and what says only that nothing was said."""
_CLEFT = re.compile(
    r"^It (?:is|was|would be|will be|has been) (?:the|an?|not|in|also|now|still|expected|unclear|clear|hard|difficult|too|about|possible|likely|only)\b|^It (?:remains|seems|appears)\b|^It takes\b"
)


def leans_back(text: str) -> bool:
    """Whether a sentence cannot be understood away from its place."""
    return bool(_BACKWARD.search(text) or _CLEFT.match(text) or _LEANING.search(text))


@dataclass(frozen=True, slots=True)
class Resolved:
    """A sentence whose pronoun or "the company" was replaced by the name it stands for, and where that name was found."""

    text: str
    antecedent: Span | None = None
    house: str | None = None
    """The name that was put in, or None."""


_HEAD = re.compile(r"^(?P<head>It|Its|The (?P<noun>[a-z-]+))(?: (?P<next>\S+))")
_HOUSE_PHRASE = re.compile(rf"\b[Tt]he (?P<noun>{'|'.join(sorted(_COMPANY_WORDS))})(?P<s>’s|'s)?(?![\w-]| (?:of|that|which|[A-Z])|, [A-Z])")
_STRAY = re.compile(r"\b(?:it|they|them|he|she|him|her|there)\b")


_OWNED = re.compile(r"The (?:shares|stock|order book) (?=[a-z]+ )")
"""What belongs to the house that a record is about."""


_THING = re.compile(
    r"It (?:(?:is|was|will be|would be|has been) (?!(?:\w+ )?(?:building|planning|selling|buying|seeking|hiring|asking|considering|negotiating|working)\b)|"
    r"(?:closes|takes|runs|covers|costs|comes|lets|allows|applies|starts|begins|ends|lasts|shows|contains|falls|rises|names|says|puts|finds|will (?:close|take|run|cover|cost|start|begin|end|last))\b)"
)
"""What is said of a deal, a paper or a plan as readily as of a house: "it" is left alone."""


def resolved(statement: Statement) -> Resolved | None:
    """The sentence with "It", "Its" or "the company" replaced, or None when what they mean is not plain."""
    text = undated(statement.text.strip())
    person = _PRONOUN.match(text)
    if person:
        return _of_person(statement, text[person.end() :])
    if leans_back(text) and not (statement.n == 0 and re.match(r"(?:The|At the|In the) ", text)):
        return None
    if _OWNED.match(text):
        house = _antecedent(statement, "company")
        if house is None:
            return None
        return Resolved(possessive(house[0]) + text[len("The") :], house[1], house[0])
    if _THING.match(text):
        return None
    head = _HEAD.match(text)
    if head and re.match(r"The [a-z-]+,", text):
        head = None
    if head and head["noun"] and not (finite(head["next"]) or head["next"] == "of"):
        head = None
    found = None
    if head and (not head["noun"] or _needs_name(head["noun"])):
        found = _antecedent(statement, head["noun"]) or (_owner_of_figures(statement) if head["noun"] else None)
        if found is None and head["noun"] not in _PLACES:
            return None
        if found:
            instead = possessive(found[0]) if head["head"] == "Its" else found[0]
            text = capital(instead) + text[head.end("head") :]
    elif (phrase := _HOUSE_PHRASE.search(text)) and not houses_in(text[: phrase.start()]):
        found = _antecedent(statement, phrase["noun"]) or _owner_of_figures(statement)
        if found is None:
            return None
        text = text[: phrase.start()] + (possessive(found[0]) if phrase["s"] else found[0]) + text[phrase.end() :]
    if _strays(outside_quotes(text), statement.n, statement.record.text):
        return None
    return Resolved(text, found[1] if found else None, found[0] if found else None)


def following(statement: Statement) -> Resolved | None:
    """The sentence as it stands, for where the one before it in its record has just been told; None for a first sentence."""
    before = passages(statement.record.text, statement.record.language or "en")[: statement.n]
    text = undated(statement.text.strip())
    if not before or _OTHER_PLACE.search(text):
        return None
    return Resolved(text, before[-1])


_OTHER_PLACE = re.compile(
    r"^(?:The (?:second|third|other|latter|former)\b|Neither|Either|Both|There|Here|Then|So|Or|Nor|What|How|Why|Who|Whether)\b"
    r"|\b(?:the (?:latter|former|same|others?)|the two|both sides|that (?:week|day|month|year))\b"
)
"""What leans on more than the one sentence before."""
_PRONOUN = re.compile(r"(?:He|She) (?=[a-z])")
MOST_BACK = 3
"""Sentences back to which "he" or "she" is followed."""


def _of_person(statement: Statement, rest: str) -> Resolved | None:
    """A sentence about "he" or "she" with the one person whom the sentences before it name."""
    found = person_before(statement)
    whole = f"{found[0]} {rest}" if found else ""
    if (
        not found
        or leans_back(whole)
        or re.search(r"\b(?:he|she|him|her|his|they|them|its?|their|this|that (?:is|was|would))\b", outside_quotes(rest))
    ):
        return None
    if phrase := _HOUSE_PHRASE.search(whole):
        house = _antecedent(statement, phrase["noun"])
        if house is None:
            return None
        whole = whole[: phrase.start()] + (possessive(house[0]) if phrase["s"] else house[0]) + whole[phrase.end() :]
    return Resolved(whole, found[1])


def person_before(statement: Statement) -> tuple[str, Span] | None:
    """The one person whom the sentence before names, or the one before that where that says only "he" or "she"; with that sentence."""
    text = statement.record.text
    before = passages(text, statement.record.language or "en")[: statement.n]
    for a, b in reversed(before[-MOST_BACK:]):
        people = {n.text for n in names(outside_quotes(text[a:b])) if is_person(text[a:b], n)}
        if len(people) == 1:
            return _full_name(text, people.pop()), (a, b)
        if people or not re.search(r"\b(?:[Hh]e|[Ss]he)\b", text[a:b]):
            return None
    return None


def _full_name(text: str, name: str) -> str:
    """The first form in which a text gives a person's name; a surname alone is not how a reader meets somebody."""
    if " " in name:
        return name
    whole = [n.text for n in names(text) if n.text.split()[-1] == name and " " in n.text and is_person(text, n)]
    return whole[0] if whole else name


def _strays(text: str, n: int, record: str) -> bool:
    """Whether a pronoun stands before anything that it could mean."""
    stray = _STRAY.search(text)
    if stray is None:
        return False
    before = text[: stray.start()]
    if stray[0] in {"they", "them"}:
        if stray[0] == "they" and len(before.split()) <= 6:
            return True
        return not any(w.endswith("s") and len(w) > 3 and not finite(w) for w in re.findall(r"[A-Za-z-]+", before))
    opening = re.match(r"([A-Z][\w-]+) (\S+)", before)
    if opening and finite(opening[2]) and not opening[1].endswith("s"):
        return False
    if stray[0] == "it" and re.search(
        r"\b(?:the|an?) [a-z-]+ (?:once|when|until|before|after|if|because|since|so that|in order that) $", before
    ):
        return False
    named = [
        x for x in names(before) if not is_opening_word(before, x) or re.search(rf"(?<![\w-])[a-z][\w-]*,? {re.escape(x.text)}\b", record)
    ]
    return not named and not (n == 0 and stray.start() > 30)


_PLACES = frozenset({"state", "city", "county"})
"""What a sentence may go on calling by its kind."""


def _needs_name(noun: str) -> bool:
    return noun in _COMPANY_WORDS or noun in {
        "office",
        "county",
        "commission",
        "ministry",
        "council",
        "authority",
        "board",
        "court",
        "state",
        "city",
        "union",
        "university",
    }


def _antecedent(statement: Statement, noun: str | None) -> tuple[str, Span] | None:
    """The one house that a pronoun or "the company" can mean, with the sentence that names it."""
    before = passages(statement.record.text, statement.record.language or "en")[: statement.n]
    if noun and noun not in _COMPANY_WORDS:
        return name_ending(statement.record.text, before, noun)
    if noun:
        text = statement.record.text
        if noun in _ANY_HOUSE:
            return main_house(text, before) or company(subject_before(text, before)) or company(dominant(text, before))
        found = main_house(text, before)
        return found if found and _is_called(found[0], noun, text) else None
    return _subject_just_before(statement, before)


def _subject_just_before(statement: Statement, before: tuple[Span, ...]) -> tuple[str, Span] | None:
    """The house that the previous sentence has as its subject, for a pronoun of which something is said that only a house does."""
    if not _HOUSE_DOES.match(undated(statement.text.strip())):
        return None
    return subject_before(statement.record.text, before[-1:])


_DOES = (
    r"(?:plans?|expects?|expected|wants?|wanted|intends?|hopes?|bought|buys|sold|sells|owns?|owned|employs?|employed|hired|hires|raised|borrowed|paid|pays|"
    r"signed|agreed|asked|asks|sued|appealed|applied|announced|reported|posted|earned|lost|invested|invests|spent|spends|spending|acquired|leases|leased|supplies|"
    r"operates|operated|makes|made|builds|built|ordered|won|denied|rejected|declined|refused|promised|forecasts?|leads|serves|has (?:asked|agreed|signed|bought|sold|"
    r"hired|raised|borrowed|ordered|applied|won|promised|invested|spent|committed|said)|will (?:pay|build|buy|sell|hire|spend|invest|borrow|own|operate|decide|apply|appeal|publish|"
    r"ask|employ|lease|offer)|would (?:pay|build|buy|sell|hire|spend|invest|borrow)|is (?:building|planning|selling|buying|seeking|hiring|asking|considering|negotiating|spending|raising))"
)
_OWNS = (
    r"(?:shares?|stock|board|chief|chairman|founders?|lawyers?|shareholders|investors|revenues?|sales|profits?|loss(?:es)?|order book|margin|debt|bonds?|customers|rivals?|"
    r"suppliers|employees|staff|workforce|headquarters|subsidiary|valuation|capital spending|spending|finance)"
)
_HOUSE_DOES = re.compile(
    rf"It (?:also |already |now |then |later )?{_DOES}\b|Its (?:own |gross |net |operating |annual )?{_OWNS}\b|The [a-z-]+\b"
)
"""What is said of a house and hardly of a product, a plan or a deal; a pronoun in front of anything else stays what it is."""


_OWNED_UNITS = frozenset({"money", "W", "Wh"})


def _owner_of_figures(statement: Statement) -> tuple[str, Span] | None:
    """The one house whose figures a sentence gives, with the last sentence before it that names the house."""
    owners = {f.entity for f in statement.figures if f.entity and f.measure and f.unit in _OWNED_UNITS}
    if len(owners) != 1:
        return None
    owner = owners.pop()
    if owner.split()[-1].lower() in PUBLIC or not owner[:1].isupper():
        return None
    before = passages(statement.record.text, statement.record.language or "en")[: statement.n]
    text = statement.record.text
    named = next((s for s in reversed(before) if re.search(rf"\b{re.escape(owner)}\b", text[s[0] : s[1]])), None)
    person = any(is_person(text, n) for n in names(text) if n.text == owner or owner in n.text.split()[1:])
    return (owner, named) if named and not person else None


_ANY_HOUSE = frozenset({"company", "firm", "group"})


def _is_called(house: str, noun: str, text: str) -> bool:
    """Whether "the maker" or "the operator" is this house: the record calls it so, in so many words."""
    first = re.escape(house.split()[0])
    called = rf"\b{noun} {first}\b|\b{first}[\w ]*, (?:an?|the|its|which) [^,.]*\b{noun}\b|\b[\w-]*{noun} [\w ]*{first}"
    return re.search(called, text) is not None


def speaker_name(who: str, statement: Statement) -> tuple[str, Span | None] | None:
    """A speaker as this publication names one, and where that name stands when it is not in the sentence itself.

    "He" and "she" name nobody, nor does "it" unless the sentence before does.
    """
    bare = who.strip()
    if (bare.lower() == "it" or re.fullmatch(r"[Tt]he (?:[a-z-]+ )?[a-z-]+", bare)) and (
        bare.lower() == "it" or _needs_name(bare.split()[-1])
    ):
        own = house_of(statement.text, statement.record.text)
        if own and _speaks(own, statement.record):
            return own, None
    before = passages(statement.record.text, statement.record.language or "en")[: statement.n]
    if bare.lower() in {"he", "she"}:
        return person_before(statement)
    if bare.lower() in {
        "they",
        "i",
        "we",
        "the two",
        "the three",
        "both",
        "the latter",
        "the former",
        "one",
        "others",
    } or re.search(r"\b(?:his|her|their|there)\b", bare):
        return None
    if bare.lower() == "it":
        return subject_before(statement.record.text, before)
    company = re.fullmatch(r"[Tt]he ([a-z-]+)", bare)
    if company and _needs_name(company[1]):
        return _antecedent(statement, company[1])
    return _introduced(bare, statement.record) or (bare, None)


def _introduced(surname: str, record: Record) -> tuple[str, Span] | None:
    """A speaker by the full name that the record gives, with the sentence that gives it; None where it gives no other."""
    if " " in surname or not surname[:1].isupper():
        return None
    for span in passages(record.text, record.language or "en"):
        sentence = record.text[span[0] : span[1]]
        for name in names(sentence):
            if name.text.endswith(f" {surname}") and is_person(sentence, name):
                return name.text, span
    return None


def _speaks(house: str, record: Record) -> bool:
    """Whether a house says or decides something in its own record, so that "it said" can be its; a product does not."""
    first = re.escape(house.split()[0])
    own = rf"\b{first}(?:[\w ]*?)(?:’s|'s) (?:chief|head|finance|spokes|founder|board)|\b{re.escape(house)}(?:,[^,.]{{3,60}},)? (?:said|says|announced|agreed|signed|expects|plans|wants|hired|reported|confirmed)\b"
    return not any(c.isdigit() for c in house) and (
        re.search(own, record.text) is not None or house_of(record.text.split("\n", 1)[0], record.text) == house
    )
