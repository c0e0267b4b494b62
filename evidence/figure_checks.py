"""The checks on figures: that they occur, of whom, with which bound."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from evidence import hedges
from evidence.comparisons import comparing, unborne
from evidence.dates import DateMention, dates
from evidence.derived import Claim, claim_of, follows, is_share_of_two, terms
from evidence.figures import Quantity
from evidence.fit import misplaced, of_another, of_before, other_subject, swapped
from evidence.grounds import CheckContext, Ground, StatedIn, stated_dates, stated_quantities
from evidence.matching import holds, overlap, vocabulary
from evidence.measures import clause_at, measure_near
from evidence.names import names
from evidence.numbers import numbers
from evidence.passages import Span, passages
from evidence.quantities import comparable, supports
from evidence.quotation import outside_quotes
from evidence.reckoned import bare_follows, follows_from, in_two_units
from evidence.restated import ORDINALS, SMALL_COUNT, as_ratio, bare_numbers, in_other_words, is_part, is_ratio, says_more
from evidence.synonyms import GROUPS_OF
from evidence.text import stem, words
from evidence.units import DURATIONS
from evidence.wording import SAME_FROM, aligned, source_sentences
from groundwire.records import Finding, Sentence, SentenceKind, Severity

_BARE_DIGITS = re.compile(r"(?<![\w.,])\d[\d.,]*\d(?!\w)|(?<![\w.,])\d(?![\w.,]\w)")


_Rival = TypeVar("_Rival")


@dataclass(frozen=True, slots=True)
class Contradiction(Finding):
    """A finding that the sources do not merely lack what a sentence says: they say something else."""


def check_figures(sentence: Sentence, context: CheckContext) -> tuple[Finding, ...]:
    """Every quantity occurs, normalised, in a cited passage, or follows from one or from a cited calculation."""
    if not context.grounds:
        return ()
    found: list[Finding] = []
    plain = outside_quotes(sentence.text)
    spans: list[tuple[int, int]] = [(mention.start, mention.end) for mention in dates(plain)] + [
        (name.start, name.end) for name in names(plain)
    ]
    whole = [match.span() for match in _JOINED.finditer(plain) if _is_written(match[0], context.cited)]
    for stated in stated_quantities(plain):
        spans.append((stated.quantity.start, stated.quantity.end))
        if any(name.start < stated.quantity.start < name.end for name in names(stated.sentence)):
            continue
        if any(a <= stated.quantity.start < b for a, b in whole) and len(passages(plain)) == 1:
            continue
        fault = _figure_fault(stated, context)
        if fault:
            found.append(fault)
    known = {digits for text in (*context.cited, *context.values) for digits in re.findall(r"\d[\d.,]*\d|\d", text)}
    spans += whole
    bare = [match for match in _BARE_DIGITS.finditer(plain) if match[0] not in known and not any(a <= match.start() < b for a, b in spans)]
    found.extend(
        Finding("figure", Severity.CUT, f"“{match[0]}” is in no cited passage")
        for match in bare
        if not _bare_digits_follow(match, plain, context)
    )
    return (*found, *_loose_words(plain, spans, context))


def _bare_digits_follow(match: re.Match[str], plain: str, context: CheckContext) -> bool:
    value = next((one.value for one in numbers(match[0])), None)
    return value is not None and bare_follows(value, match.span(), plain, context.cited)


def _loose_words(plain: str, spans: list[Span], context: CheckContext) -> Iterator[Finding]:
    """The numbers in words that count nothing by name ("in nine of ten", "instead of four") and that no cited passage has."""
    known = {value for text in context.cited for value in bare_numbers(text)}
    known |= {Decimal(ORDINALS[word.key]) for text in context.cited for word in words(_PERIOD.sub(" ", text)) if word.key in ORDINALS}
    known |= {stated.quantity.value for text in context.cited for stated in stated_quantities(text)}
    known |= {value for text in context.cited for value in _in_fractions(text)}
    plainly = {stated.quantity.value / scale for text in context.cited for stated in stated_quantities(text) for scale in _SCALES}
    known |= {abs(one - other) for one in plainly for other in plainly} if says_more(plain) else set()
    cited = terms(context.cited)
    for number in numbers(plain):
        if not number.in_words or number.value < 2 or any(a < number.end and number.start < b for a, b in spans):
            continue
        claim = Claim(number.value, "count", None, (number.start, number.end), plain)
        if (
            number.value not in known
            and not any(str(number.value) in value for value in context.values)
            and not follows(claim, cited)
            and not bare_follows(number.value, (number.start, number.end), plain, context.cited)
        ):
            yield Finding("figure", Severity.CUT, f"“{plain[number.start : number.end]}” is in no cited passage")


def _in_fractions(text: str) -> Iterator[Decimal]:
    """The numbers of a text's shares in words: one and nine of "one sentence in nine"."""
    for stated in stated_quantities(text):
        written = stated.sentence[stated.quantity.start : stated.quantity.end]
        if stated.quantity.unit == "%":
            yield from (number.value for number in numbers(written) if number.in_words)


_PERIOD = re.compile(r"\b(?:second|third|fourth)\s+(?:quarter|half)\b", re.IGNORECASE)
_SCALES = tuple(map(Decimal, (1, 10**3, 10**6, 10**9)))

_JOINED = re.compile(r"(?<![\w.,])\d[\d.,]*(?:[-‑–—/:]\d[\d.,]*)+(?!\w)")
_DASH = re.compile(r"[-‑–—]")


def _is_written(joined: str, texts: Iterable[str]) -> bool:
    """Whether numbers joined by dashes, strokes or colons (a range, a score) stand so in a text, whatever the dash."""
    wanted = re.compile(rf"(?<![\w.,]){re.escape(_DASH.sub('-', joined))}(?!\w)")
    return any(wanted.search(_DASH.sub("-", text)) for text in texts)


def _figure_fault(stated: StatedIn, context: CheckContext) -> Finding | None:
    claim = _hedged(stated)
    written = stated.sentence[claim.start : claim.end]
    sources = [
        other
        for ground in context.grounds
        for text in (ground.passage, *ground.inputs)
        if text
        for other in stated_quantities(text, ground.language)
    ]
    joined = [one for text in context.cited for one in _joined(text)]
    if any(supports(one, one.step, claim, claim.step) for one in joined):
        return None
    if any(supports(_hedged(other), other.quantity.step, claim, claim.step) for other in sources):
        return _displaced(stated, written, context)
    known = terms(context.cited)
    if (_may_follow(claim) and follows(claim_of(stated), known)) or is_share_of_two(stated, known):
        return None
    if _is_value(claim, context.values, sources) or in_other_words(stated, sources, context):
        return None
    if _is_span(claim, context):
        return None
    if follows_from(replace(stated, quantity=claim), context.cited):
        return None
    compared = (comparing(stated.sentence) or "").casefold()
    if claim.unit in {"x", "%"} and (written.casefold() in compared or is_part(stated)) and is_ratio(as_ratio(stated, claim), sources):
        return None
    if claim.unit in {"x", "%"} and written.casefold() in compared and not unborne(stated.sentence, context):
        return None
    if not any(char.isdigit() for char in written) and any(_in_words(written, text) for text in context.cited):
        return None
    if claim.unit.startswith("count:") and claim.value <= SMALL_COUNT and claim.value == int(claim.value) and _stands_near(claim, context):
        return None
    if _is_pair(claim, written, context) and not any(
        other.quantity.unit == claim.unit for text in context.near for other in stated_quantities(text)
    ):
        return Finding("figure", Severity.NOTE, f"“{written}” is the writer's own count")
    same_kind = [other for other in sources if comparable(other.quantity, claim)]
    if same_kind:
        near = same_kind[0]
        said = near.sentence[near.quantity.start : near.quantity.end]
        return Contradiction("figure", Severity.CUT, f"“{written}” is in no cited passage; it says “{said}”")
    return Finding("figure", Severity.CUT, f"“{written}” is in no cited passage")


def _joined(text: str) -> Iterator[Quantity]:
    """The lengths of time that a text gives in two units."""
    for start, end in passages(text):
        sentence = text[start:end]
        yield from in_two_units([one.quantity for one in stated_quantities(sentence)], sentence)


def _may_follow(claim: Quantity) -> bool:
    """Whether a figure may be reckoned from two of its kind: a share of something is not the difference of two shares, points are."""
    return claim.unit not in {"%", "x"}


NEAR_SPAN = Decimal("0.1")
"""How far a span of time may lie from that between two dates, as a share of it; a hedged one twice as far."""


def _in_words(written: str, text: str) -> bool:
    """Whether a number in words stands so in a text."""
    return bool(re.search(rf"(?<!\w){re.escape(written)}(?!\w)", text, re.IGNORECASE))


def _stands_near(claim: Quantity, context: CheckContext) -> bool:
    """Whether what stands around the citations counts as many of the same things."""
    near = [other.quantity for text in context.near for other in stated_quantities(text) if _same_thing(claim.unit, other.quantity.unit)]
    cited = [stated.quantity for text in context.cited for stated in stated_quantities(text)]
    if any(other.value != claim.value and (other.unit == claim.unit or _same_thing(claim.unit, other.unit)) for other in cited):
        return False
    whole = [other.quantity for text in context.whole for other in stated_quantities(text) if other.quantity.unit != "count"]
    return any(other.value == claim.value for other in near) or any(comparable(o, claim) and o.value == claim.value for o in whole)


def _same_thing(one: str, other: str) -> bool:
    """Whether two nouns that are counted mean much the same: "locations" and "sites"; a source's bare number counts anything."""
    mine, theirs = stem(one.partition(":")[2]), stem(other.partition(":")[2])
    return bool(GROUPS_OF.get(mine, frozenset()) & GROUPS_OF.get(theirs, frozenset())) or holds(*vocabulary(theirs), mine)


def _is_span(claim: Quantity, context: CheckContext) -> bool:
    """Whether a span of time is that of a half-year or quarter of a passage, or lies between two of its dates."""
    if claim.unit in {"days", "weeks"} and any(
        supports(Quantity(0, 0, Decimal(apart), "days"), Decimal(0), claim, claim.step) for apart in _days_apart(context)
    ):
        return True
    months = {"days": Decimal(12) / 365, "weeks": Decimal(12) / 52, "months": Decimal(1), "quarters": Decimal(3), "years": Decimal(12)}.get(
        claim.unit
    )
    if months is None:
        return False
    said = claim.value * months
    mentions = [mention for text in context.near for mention in stated_dates(text)]
    if any((mention.half and said == 6) or (mention.quarter and said == 3) for mention in mentions):
        return True
    moments = {moment for mention in mentions if (moment := _month_number(mention)) is not None}
    allowed = NEAR_SPAN * said * (2 if claim.hedge else 1) + 1
    return any(abs(abs(one - other) - said) <= allowed for one in moments for other in moments if one != other)


def _days_apart(context: CheckContext) -> set[int]:
    """How many days lie between two days that the cited passages name, a weekday being the one next to the day of publication."""
    days = {day for ground in context.grounds for mention in stated_dates(ground.passage) for day in _days_of(mention, ground)}
    return {abs((one - other).days) for one in days for other in days if one != other}


def _days_of(mention: DateMention, ground: Ground) -> Iterator[date]:
    if ground.published is None:
        return
    told = ground.published.date()
    if mention.month and mention.day:
        with suppress(ValueError):
            yield date(mention.year or told.year, mention.month, mention.day)
    elif mention.weekday is not None:
        ahead = (mention.weekday - told.weekday()) % 7
        yield from (told + timedelta(days=ahead), told + timedelta(days=ahead - 7))


def _month_number(mention: DateMention) -> Decimal | None:
    """The middle of what a date means, in months; None without a year."""
    if mention.year is None:
        return None
    if mention.month:
        return Decimal(mention.year * 12 + mention.month)
    part = Decimal(mention.quarter * 3 - 1) if mention.quarter else Decimal(mention.half * 6 - 2) if mention.half else None
    return None if part is None else mention.year * 12 + part


def _displaced(stated: StatedIn, written: str, context: CheckContext) -> Finding | None:
    """The fault of a figure that a passage has, when the passage that says the same as the sentence has another one among the same words."""
    own = (stated.quantity.start, stated.quantity.end)
    rivals = [
        (likeness(stated.sentence, own, source, (other.quantity.start, other.quantity.end)), other)
        for source in same_sentence(stated.sentence, context)
        for other in stated_quantities(source)
        if comparable(other.quantity, stated.quantity)
    ]
    nearest = most_alike(rivals)
    if not nearest or any(supports(_hedged(other), other.quantity.step, _hedged(stated), stated.quantity.step) for other in nearest):
        return None
    mine = [other.quantity for other in stated_quantities(stated.sentence)]
    if any(supports(near.quantity, near.quantity.step, one, one.step) for near in nearest for one in mine):
        return None
    apart = [one.value for one in numbers(stated.sentence) if one.end <= own[0] or one.start >= own[1]]
    if any(_number_of(near) in apart for near in nearest):
        return None
    said = nearest[0].sentence[nearest[0].quantity.start : nearest[0].quantity.end]
    return Contradiction("figure", Severity.CUT, f"“{written}” stands elsewhere in the cited passages; here it says “{said}”")


def _number_of(stated: StatedIn) -> Decimal | None:
    """The number of a figure as it is written, without its unit."""
    read = numbers(stated.sentence[stated.quantity.start : stated.quantity.end])
    return read[0].value if read else None


def same_sentence(plain: str, context: CheckContext) -> tuple[str, ...]:
    """The cited sentence that says the same as a sentence, if one does."""
    return tuple(source for source in aligned(plain, source_sentences(context.cited))[:1] if overlap(plain, source) >= SAME_FROM)


SETTING = 4
"""Words on either side of a figure or date that are its setting."""
SAME_SETTING = 0.6


def likeness(sentence: str, own: Span, source: str, other: Span) -> float:
    """How alike the words next to two spans are, 0 to 1; 0 when most of those next to the one are not next to the other."""
    mine, theirs = _setting(sentence, own), _setting(source, other)
    shared = len(mine & theirs)
    return shared / len(mine | theirs) if len(mine) >= 2 and shared >= SAME_SETTING * len(mine) else 0.0


def most_alike(rivals: Iterable[tuple[float, _Rival]]) -> list[_Rival]:
    """What stands among the words that are most alike; nothing when none are."""
    ranked = list(rivals)
    best = max((likeness for likeness, _ in ranked), default=0.0)
    return [rival for likeness, rival in ranked if likeness == best > 0]


def _setting(sentence: str, span: Span) -> frozenset[str]:
    before, after = words(sentence[: span[0]])[-SETTING:], words(sentence[span[1] :])[:SETTING]
    return frozenset(stem(word.text) for word in (*before, *after))


def _is_pair(claim: Quantity, written: str, context: CheckContext) -> bool:
    """Whether a quantity only says that things which a passage names are two, or that as many are as records are cited."""
    if not claim.unit.startswith("count:") or any(map(str.isdigit, written)):
        return False
    records = {ground.record_id for ground in context.grounds if ground.record_id}
    return claim.value == 2 or (claim.value == len(records) and not any(supports_any(claim, text) for text in context.cited))


def supports_any(claim: Quantity, text: str) -> bool:
    """Whether a text counts anything of the same name."""
    return any(comparable(other.quantity, claim) for other in stated_quantities(text))


def _hedged(stated: StatedIn) -> Quantity:
    return replace(stated.quantity, hedge=stated.hedge)


def _is_value(claim: Quantity, values: Iterable[str], sources: Sequence[StatedIn]) -> bool:
    """Whether a quantity is a cited calculation's value, in a currency of what it was made from, or rounds it to the precision that it shows."""
    currencies = {other.quantity.currency for other in sources} - {None}
    if claim.currency and currencies and claim.currency not in currencies:
        return False
    for text in values:
        try:
            value = Decimal(text)
        except InvalidOperation:
            continue
        if value == claim.value or abs(value - claim.value) <= claim.step / 2:
            return True
        source = Quantity(0, 0, value, claim.unit, claim.currency)
        if supports(source, Decimal(0), claim, claim.step):
            return True
    return False


_SUPERSEDED = re.compile(
    r"\b(?:before|until|used\s+to|earlier|previous(?:ly)?|prior|original(?:ly)?|initial(?:ly)?|formerly|former|once|had|instead\s+of|rather\s+than|down\s+from|up\s+from|"
    r"compared\s+(?:with|to)|from|not|no\s+longer|versus|last\s+year|a\s+year\s+(?:earlier|ago|before))\b",
    re.IGNORECASE,
)
_PRESENTLY = re.compile(
    r"\b(?:(?:not|had\s+been)(?=(?:\s+(?:the|a|an|at|by|in|to|for|as|set|put|\w+ly))*\s*\W*$)|(?:no\s+longer|instead\s+of|rather\s+than|down\s+from|up\s+from|from|earlier|previous(?:ly)?|original(?:ly)?|initial(?:ly)?|had\s+(?:shown|said|planned|expected|listed|put|forecast))\b[^.;]{0,40}$)",
    re.IGNORECASE,
)


def check_role(sentence: Sentence, context: CheckContext) -> tuple[Finding, ...]:
    """A figure is said of what the source says it of: not of another subject of the record, and not as current when it was superseded."""
    plain = outside_quotes(sentence.text)
    found: list[Finding] = []
    known = terms(context.cited)
    for stated in stated_quantities(plain):
        homes = [(ground, other) for ground in context.grounds for other in stated_quantities(ground.passage, ground.language)
                 if supports(_hedged(other), other.quantity.step, _hedged(stated), stated.quantity.step) or _counts_alike(other, stated)]  # fmt: skip
        if not homes:
            continue
        written = stated.sentence[stated.quantity.start : stated.quantity.end]
        if all(_was_superseded(other) for _, other in homes) and not _SUPERSEDED.search(plain) and not _gives_newer(stated, homes):
            found.append(Finding("role", Severity.CUT, f"the source gives “{written}” as an earlier or a denied figure"))
            continue
        other_measure = [_other_measure(stated, other) for _, other in homes]
        if all(other_measure):
            found.append(Finding("role", Severity.CUT, f"the source says “{written}” of {other_measure[0]}"))
            continue
        if _may_follow(stated.quantity) and follows(claim_of(stated), known):
            continue
        if any(one is not stated and not _is_direct(one, context) and follows_from(one, context.cited) for one in stated_quantities(plain)):
            continue
        places = [other for _, other in homes]
        rival = misplaced(stated, places, context.cited) or swapped(stated, places) or of_another(stated, places, context.cited)
        rival = rival or of_before(stated, places, context.cited)
        if sentence.kind is SentenceKind.INFERENCE or (rival and any(_became(rival, written, home.sentence) for home in places)):
            continue
        if rival:
            found.append(Finding("role", Severity.CUT, f"the source says “{rival}” of this, and “{written}” of something else"))
            continue
        subject = other_subject(stated, [other for _, other in homes], context.near)
        if subject:
            found.append(Finding("role", Severity.CUT, f"the source does not say “{written}” of “{subject}”"))
    return tuple(dict.fromkeys(found))


def _became(old: str, new: str, sentence: str) -> bool:
    """Whether a source's sentence says that the one figure became the other: "from four to six transformers"."""
    return bool(re.search(rf"\bfrom\s+{re.escape(old)}\s+to\s+{re.escape(new)}", sentence, re.IGNORECASE))


def _counts_alike(one: StatedIn, other: StatedIn) -> bool:
    return (
        one.quantity.value == other.quantity.value and one.quantity.unit.startswith("count:") and other.quantity.unit.startswith("count:")
    )


_POLARITY_FREE = re.compile(
    r"\b(?:not|no)\s+(?:less|more|fewer|later|earlier|sooner|only)\s+than\b|\bnot\s+(?:only|before|until)\b", re.IGNORECASE
)


def _gives_newer(stated: StatedIn, homes: Sequence[tuple[Ground, StatedIn]]) -> bool:
    """Whether a sentence gives, beside a figure that the source sets against a newer one, the newer one as well."""
    mine = [one.quantity for one in stated_quantities(stated.sentence) if one.quantity != stated.quantity]
    newer = [
        other.quantity
        for _, home in homes
        for other in stated_quantities(home.sentence)
        if other.quantity.start != home.quantity.start and comparable(other.quantity, home.quantity)
    ]
    return any(supports(one, one.step, said, said.step) for one in newer for said in mine)


def _is_direct(stated: StatedIn, context: CheckContext) -> bool:
    """Whether a cited passage has a figure as it stands."""
    claim = _hedged(stated)
    return any(
        supports(_hedged(other), other.quantity.step, claim, claim.step) for text in context.cited for other in stated_quantities(text)
    )


def _was_superseded(stated: StatedIn) -> bool:
    lead = stated.sentence[: stated.quantity.start]
    start, _ = clause_at(stated.sentence, stated.quantity.start, stated.quantity.end)
    clause = _POLARITY_FREE.sub(" ", lead[start:])
    if (stated.hedge and hedges.split_hedge(stated.hedge)[1] == "from") or stated.quantity.unit in DURATIONS:
        return False
    if _FROM_WHOM.search(clause) and stated.quantity.unit.startswith("count:"):
        return False
    return bool(_PRESENTLY.search(clause)) and not re.search(r"\bfrom\s+\w+\s+\w+", clause[-30:])


_FROM_WHOM = re.compile(r"(?<!up\s)(?<!down\s)(?<!away\s)\bfrom\s+(?:the\s+|its\s+|\w+\s+)?$", re.IGNORECASE)
"""Before a count of things: where something comes from, rather than what it was."""
_APART = frozenset({"revenue", "profit", "loss", "debt", "valuation", "fine", "round"})
"""Measures that are never two words for one sum."""


def _other_measure(stated: StatedIn, other: StatedIn) -> str | None:
    """The measure of which the source says a figure, when the sentence says it of one that cannot be the same."""
    mine = measure_near(stated.sentence, stated.quantity.start, stated.quantity.end, stated.quantity.unit)
    theirs = measure_near(other.sentence, other.quantity.start, other.quantity.end, other.quantity.unit)
    return theirs if mine in _APART and theirs in _APART and mine != theirs else None


_LIMIT = re.compile(
    r"\b(?:up\s+to|as\s+(?:much|many|high|low|little|few)\s+as|at\s+(?:least|most)|(?:more|less|\w{2,}er)\s+than|over|under|above|below|within|between|maximum|minimum|limit\w*|cap(?:s|ped)?|ceiling|floor|reach\w*|"
    r"exceed\w*|excess|upwards|upper|lower|or\s+(?:more|less|fewer|above)|no\s+(?:earlier|later|sooner)|nearly|almost|about|around|some|roughly|a\s+minimum|outside|top|threshold|just|short|beyond|once|any)\b",
    re.IGNORECASE,
)
"""Any word of a limit. A sentence or source that has one says the bound in its own way."""


def check_bounds(sentence: Sentence, context: CheckContext) -> tuple[Finding, ...]:
    """The bound of a figure survives: "at least" is not turned into "up to", nor dropped, nor brought in."""
    plain = outside_quotes(sentence.text)
    found: list[Finding] = []
    for stated in stated_quantities(plain):
        bare = replace(stated.quantity, hedge=None)
        homes = [other for ground in context.grounds for other in stated_quantities(ground.passage, ground.language)
                 if supports(replace(other.quantity, hedge=None), other.quantity.step, bare, bare.step)]  # fmt: skip
        if not homes:
            continue
        senses = {sense for other in homes for sense in _senses(other.hedge)}
        mine = hedges.meaning(stated.hedge)
        written = stated.sentence[stated.quantity.start : stated.quantity.end]
        if mine and senses and all((mine, sense) in hedges.OPPOSED for sense in senses):
            found.append(
                Finding("bound", Severity.CUT, f"the source says “{homes[0].hedge}” of “{written}”, the sentence “{stated.hedge}”")
            )
        elif mine is None and None not in senses:
            grave = senses & {"at most", "at least"} and not senses & {"about"} and not _LIMIT.search(plain)
            message = f"the source says “{homes[0].hedge}” of “{written}”; the sentence drops it"
            found.append(Finding("bound", Severity.CUT if grave else Severity.NOTE, message))
        elif mine in {"at most", "at least"} and senses == {None} and all(other.quantity.value == stated.quantity.value for other in homes):
            grave = not any(_LIMIT.search(other.sentence) for other in homes)
            message = f"the sentence says “{stated.hedge}” of “{written}”; the source does not"
            found.append(Finding("bound", Severity.CUT if grave else Severity.NOTE, message))
    return tuple(found)


def _senses(hedge: str | None) -> set[str | None]:
    """What a source's hedge allows a claim to say: either end of a range may be given bare or as a bound."""
    end = hedges.split_hedge(hedge)[0] if hedges.meaning(hedge) is None else None
    last = (end or "").rpartition(", ")[2]
    return {None, "at most"} if last == "to" else {None, "at least"} if last == "from" else {hedges.meaning(hedge)}
