"""The checks that need no model: each a pure function of a sentence and what it stands on, with findings an editor understands.

`cut` is for hard faults (a figure, name, date, quotation, citation or link that the sources do not bear), `hold` for what a person
must decide, `note` for what an editor should see.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from evidence import accounts, causes, comparisons, derived, extent, firmness, polarity, readings, safety, wording
from evidence.date_checks import check_dates
from evidence.dates import dates
from evidence.figure_checks import Contradiction, check_bounds, check_figures, check_role
from evidence.figures import Quantity
from evidence.grounds import CheckContext, Ground, context_of, ground_of, passage_ground, quantities_of, stated_quantities, whole_ground
from evidence.matching import best_passages, content, overlap
from evidence.name_checks import check_names
from evidence.names import CALENDAR, Name, is_opening_word, names, unknown_names
from evidence.parts import uncovered
from evidence.passages import Span, passage_at, passages
from evidence.quantities import supports
from evidence.quotation import (
    attribution_of,
    find_quote,
    find_title,
    is_title,
    longest_common_run,
    outside_quotes,
    quoted_spans,
    same_person,
)
from evidence.reckoned import follows_from
from evidence.score import Score, score
from evidence.text import fold, word_keys
from groundwire.records import Finding, Sentence, SentenceKind, Severity, Target, Verdict

__all__ = [
    "CHECKS",
    "CheckContext",
    "Ground",
    "best_passages",
    "check_sentence",
    "context_of",
    "decided_by",
    "ground_of",
    "passage_ground",
    "support",
    "verdict",
    "whole_ground",
]

QUOTE_WORDS = 25
COPIED_WORDS = 12
DOUBTED = 0.22
"""Below this a report sentence is partly supported at most."""
COVERAGE_CUT = 0.2
"""A report sentence whose support by what it cites is less probable is unsupported. Swept 0.1 to 0.5 on dev, cited passages with what stands around them:
0.2 finds 28 % of the bad sentences of ragtruth_sent for 2 % of the good, 46 and 7 on wice (0.3: 38 and 3, 49 and 8; 0.12: 14 and 1, 35 and 3); of the
clean sentences over the sample wire, free paraphrases, 0.3 flags three in forty and 0.2 none."""
RECKONED_CUT = 0.05
"""As COVERAGE_CUT, for a sentence with a figure that was reckoned from the cited ones: the words by which it says so are the writer's."""
LITTLE = 0.15
"""Whatever stands around it: a cited passage that holds less than this share of a sentence's content words does not bear it. The least among clean free
paraphrases over the sample wire is 0.17."""
SHORT = ((3, 0.35), (5, 0.3))
"""A sentence of at most so many content words gives less to go by, and needs more. Swept 0.2 to 0.4 on sentences of the sample wire cited to another text:
these find 97 % of them, COVERAGE_CUT alone 96 %."""

Check = Callable[[Sentence, CheckContext], tuple[Finding, ...]]
_CLAIMS = frozenset({SentenceKind.REPORT, SentenceKind.INFERENCE, SentenceKind.MEASURE})


def check_citation(sentence: Sentence, context: CheckContext) -> tuple[Finding, ...]:
    """Every citation resolves, and whatever claims something has one; a measure has a calculation or a reference row."""
    found = [Finding("citation", Severity.CUT, f"a citation does not resolve: {fault}") for fault in context.faults]
    if sentence.kind in _CLAIMS and not context.grounds:
        found.append(Finding("citation", Severity.CUT, f"{sentence.kind.value} sentence without a citation"))
    elif sentence.kind is SentenceKind.MEASURE and not any(ground.target is not Target.PASSAGE for ground in context.grounds):
        found.append(Finding("citation", Severity.CUT, "measure without a calculation or a reference row"))
    return tuple(found)


_PAST = re.compile(
    r"\b(?:earlier|previous(?:ly)?|prior|original(?:ly)?|initial(?:ly)?|first|once|had|was|were|from|then|no\s+longer|instead|in\s+place\s+of|corrected|until|before)\b",
    re.IGNORECASE,
)


def check_quotes(sentence: Sentence, context: CheckContext) -> tuple[Finding, ...]:
    """Every quotation stands verbatim in a cited passage and has at most 25 words."""
    found: list[Finding] = []
    for start, end in quoted_spans(sentence.text):
        quote = sentence.text[start:end]
        if len(word_keys(quote)) > QUOTE_WORDS:
            found.append(Finding("quote", Severity.CUT, f"a quotation of {len(word_keys(quote))} words; at most {QUOTE_WORDS}"))
        if any(find_quote(quote, text) for text in context.cited) or (
            is_title(quote) and any(find_title(quote, text) for text in context.whole)
        ):
            continue
        elsewhere = any(find_quote(quote, text) for text in context.whole)
        reason = "stands in the record, but not in the cited passage" if elsewhere else "is not verbatim in the cited record"
        found.append(Finding("quote", Severity.HOLD if elsewhere else Severity.CUT, f"“{quote[:80]}” {reason}"))
    return tuple(found)


def check_speaker(sentence: Sentence, context: CheckContext) -> tuple[Finding, ...]:
    """A quotation is attributed to the speaker whom the source names, or to the outlet."""
    found: list[Finding] = []
    for span in quoted_spans(sentence.text):
        claimed = attribution_of(sentence.text, span)
        if not claimed:
            continue
        for ground in context.grounds:
            text = ground.record or ground.around or ground.passage
            place = find_quote(sentence.text[span[0] : span[1]], text)
            if not place or same_person(claimed[0], ground.outlet):
                continue
            actual = attribution_of(text, place)
            if actual and not same_person(claimed[0], actual[0]) and not _may_be(claimed[0], actual, place, text):
                found.append(Finding("speaker", Severity.CUT, f"the source has these words from {actual[0]}, not from {claimed[0]}"))
                break
    return tuple(found)


def _may_be(claimed: str, actual: tuple[str, int, int], place: tuple[int, int], text: str) -> bool:
    """Whether the speaker whom a text names elsewhere than beside the quotation may be a wrong guess: the one claimed stands just before."""
    start, _ = passage_at(text, *place)
    return actual[1] < start and claimed in text[max(0, start - NEARBY) : start]


NEARBY = 300


def _sources(context: CheckContext) -> tuple[str, ...]:
    """The cited sentences, those that open with a pronoun led by what it means."""
    led = [one for ground in context.grounds if ground.passage for one in wording.with_antecedents(ground.passage, ground.around)]
    return tuple(dict.fromkeys((*led, *wording.source_sentences(text for ground in context.grounds for text in ground.inputs))))


def check_hedges(sentence: Sentence, context: CheckContext) -> tuple[Finding, ...]:
    """A report, a plan, a possibility, a condition or an allegation is not turned into a fact or a commitment."""
    if sentence.kind is not SentenceKind.REPORT or readings.asks(sentence.text):
        return ()
    messages = [one.message for one in firmness.dropped(sentence.text, _sources(context))]
    messages = messages or list(firmness.hardened(sentence.text, _sources(context), context.near))
    return tuple(Finding("hedge", Severity.CUT, message) for message in messages)


def _stated(sentence: Sentence) -> str:
    """What a sentence states as a fact: nothing of a question, of an inference what it takes as given."""
    if readings.asks(sentence.text):
        return ""
    return readings.given(sentence.text) if sentence.kind is SentenceKind.INFERENCE else sentence.text


def check_negation(sentence: Sentence, context: CheckContext) -> tuple[Finding, ...]:
    """What the source denies is not affirmed, and the other way round."""
    known, said = _sources(context), _stated(sentence)
    found = wording.flipped_negation(said, known) or polarity.reversed_stance(said, known)
    return tuple(Finding("negation", Severity.CUT, message) for message in found)


def check_direction(sentence: Sentence, context: CheckContext) -> tuple[Finding, ...]:
    """A rise is not turned into a fall, nor any such word into its opposite."""
    known, said = _sources(context), _stated(sentence)
    found = wording.turned_direction(said, known) or polarity.reversed_figure(said, known)
    return tuple(Finding("direction", Severity.CUT, message) for message in found)


def check_superlatives(sentence: Sentence, context: CheckContext) -> tuple[Finding, ...]:
    """Superlatives, records and firsts are the source's."""
    if not context.cited:
        return ()
    found = extent.unearned_superlatives(sentence.text, context.near, context.cited)
    return tuple(Finding("superlative", Severity.CUT, f"no cited passage says “{word}”") for word in found)


def check_scope(sentence: Sentence, context: CheckContext) -> tuple[Finding, ...]:
    """A sentence reaches no further than its sources: not from one to all, from one company to the industry, from some to every."""
    if not context.cited or sentence.kind is not SentenceKind.REPORT:
        return ()
    return tuple(Finding("scope", Severity.CUT, message) for message in extent.widened(sentence.text, _sources(context), context.near))


def check_cause(sentence: Sentence, context: CheckContext) -> tuple[Finding, ...]:
    """A cause is the source's, between the same things."""
    if not context.cited or sentence.kind is not SentenceKind.REPORT:
        return ()
    return tuple(Finding("cause", Severity.CUT, message) for message in causes.invented(sentence.text, context.cited, context.near))


def check_comparison(sentence: Sentence, context: CheckContext) -> tuple[Finding, ...]:
    """A comparison is the source's, or two figures of the cited passages bear it; an inference may rank things, but bring no multiple of its own."""
    if not context.cited:
        return ()
    return tuple(Finding("comparison", Severity.CUT, message) for message in comparisons.unborne(sentence.text, context, _stated(sentence)))


def check_accounts(sentence: Sentence, context: CheckContext) -> tuple[Finding, ...]:
    """Who is said to tell something apart from others does so: copies of one text are one account."""
    found = accounts.shared_accounts(sentence.text, sentence.kind, context)
    return tuple(Finding("accounts", Severity.CUT, message) for message in found)


def check_attribution(sentence: Sentence, context: CheckContext) -> tuple[Finding, ...]:
    """What is said is given to whom the source gives it."""
    if not context.cited:
        return ()
    return tuple(Finding("attribution", Severity.CUT, message) for message in accounts.misattributed(sentence.text, context))


def check_opinion(sentence: Sentence, context: CheckContext) -> tuple[Finding, ...]:
    """A view that only a commentator or a discussion holds is given as theirs, and bears no figure when it is a discussion's."""
    return tuple(Finding("opinion", Severity.CUT, message) for message in readings.borrowed_opinion(sentence.text, context))


def check_inference(sentence: Sentence, context: CheckContext) -> tuple[Finding, ...]:
    """An inference says that it is a reading, and a cited text holds what it takes as given."""
    if sentence.kind is not SentenceKind.INFERENCE or readings.asks(sentence.text):
        return ()
    found = [
        Finding("premise", Severity.CUT, f"no cited passage holds the premise “{text[:120]}”") for text in _premises(sentence, context)
    ]
    if context.cited and readings.is_of_something_else(sentence.text, context):
        found.append(Finding("premise", Severity.CUT, "nothing that is cited speaks of what the inference is about"))
    if not readings.says_it_reads(sentence.text):
        found.append(Finding("inference", Severity.CUT, "an inference that does not say it is a reading"))
    return tuple(found)


def _premises(sentence: Sentence, context: CheckContext) -> tuple[str, ...]:
    return readings.baseless_premises(sentence.text, context) if context.grounds else ()


def check_parts(sentence: Sentence, context: CheckContext) -> tuple[Finding, ...]:
    """Every part of a sentence that joins several is borne by a cited passage; a part that another record bears lacks its citation."""
    if sentence.kind is not SentenceKind.REPORT or not context.cited:
        return ()
    plain = _plain(sentence, context)
    found = uncovered(sentence.text, context.near, [ground.passage for ground in context.others], plain, _reckoned(sentence, context))
    return tuple(Finding("merged", Severity.CUT, _lacking(part.text, part.elsewhere, context)) for part in found)


def _lacking(text: str, elsewhere: int | None, context: CheckContext) -> str:
    if elsewhere is None:
        return f"no cited passage covers “{text[:120]}”"
    other = context.others[elsewhere]
    return f"no cited passage covers “{text[:120]}”; the record {other.record_id} of {other.outlet} does and is not cited"


def check_current(sentence: Sentence, context: CheckContext) -> tuple[Finding, ...]:
    """A figure that a later record replaced is not given as the present one."""
    plain = outside_quotes(sentence.text)
    if _PAST.search(plain):
        return ()
    said = quantities_of(plain)
    return tuple(
        Finding("as-of", Severity.HOLD, f"“{old}” is an earlier figure; a later record says “{new}”")
        for old, new in context.superseded
        if _is_among(old, said) and not _is_among(new, said)
    )


def _is_among(written: str, said: Sequence[Quantity]) -> bool:
    return any(supports(one, one.step, other, other.step) for one in quantities_of(written) for other in said)


def check_coverage(sentence: Sentence, context: CheckContext) -> tuple[Finding, ...]:
    """What a report sentence says is probably borne by what it cites: the calibrated score of the whole sentence."""
    if sentence.kind is not SentenceKind.REPORT or not context.cited:
        return ()
    plain = outside_quotes(sentence.text)
    if _tells_of_copies(plain, context):
        return ()
    if content(plain) and overlap(plain, "\n".join(context.cited)) < LITTLE and not _is_foreign(context):
        return (Finding("coverage", Severity.CUT, "the cited passage speaks of nothing that the sentence says"),)
    found = support(sentence, context)
    least = next((cut for words, cut in SHORT if len(content(sentence.text)) <= words), COVERAGE_CUT)
    if _reckoned(sentence, context):
        least = RECKONED_CUT
    if found.probability >= (max(DOUBTED, least) if least > RECKONED_CUT else least):
        return ()
    severity = Severity.CUT if found.probability < least else Severity.NOTE
    return (Finding("coverage", severity, f"support is doubtful ({found.probability:.0%}): {'; '.join(found.decided[:2])}"),)


_ALIKE = re.compile(
    r"\b(?:same|identical\w*|word\s+for\s+word|verbatim|copies|copied|copy|reprint\w*|letter\s+for\s+letter)\b", re.IGNORECASE
)


def _tells_of_copies(plain: str, context: CheckContext) -> bool:
    """Whether a sentence says of two records that they have the same words, and the passages that it cites of them are the same."""
    passages_of = {(ground.record_id, ground.passage) for ground in context.grounds if ground.passage}
    return bool(_ALIKE.search(plain)) and len(passages_of) > 1 and len({passage for _, passage in passages_of}) == 1


def _is_foreign(context: CheckContext) -> bool:
    """Whether the cited texts are in other languages, whose words a sentence in English cannot share."""
    return all(ground.language != "en" for ground in context.grounds)


def support(sentence: Sentence, context: CheckContext) -> Score:
    """How probable it is that what a sentence cites, with what stands around it, bears it: dates and names apart, which their own checks prove."""
    return score(_plain(sentence, context), "\n".join(context.near), context.calibration)


def _plain(sentence: Sentence, context: CheckContext) -> str:
    """A sentence without what other checks prove: its names and dates, and the figures that follow from cited ones."""
    text = _unproved(sentence.text, _proved_names(sentence.text, context))
    for start, end in _reckoned(sentence, context):
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def _reckoned(sentence: Sentence, context: CheckContext) -> tuple[Span, ...]:
    """Where a sentence gives figures that no cited passage has and that follow from those which they have."""
    known = derived.terms(context.cited)
    values = {term.value for term in known}
    found = []
    for stated in stated_quantities(sentence.text) if len(passages(sentence.text)) == 1 else ():
        if stated.quantity.value in values:
            continue
        if (
            derived.follows(derived.claim_of(stated), known)
            or derived.is_share_of_two(stated, known)
            or follows_from(stated, context.cited)
        ):
            found.append((stated.quantity.start, stated.quantity.end))
    return tuple(found)


def decided_by(sentence: Sentence, findings: Iterable[Finding], context: CheckContext) -> str:
    """What decided the verdict of a sentence, for an editor: its gravest finding, else what its score rests on."""
    grave = [one for one in findings if one.check not in _SAYS_NOTHING_OF_SUPPORT and one.severity is not Severity.NOTE]
    if grave:
        return f"{grave[0].check}: {grave[0].message}"
    if sentence.kind is not SentenceKind.REPORT or not context.cited:
        return "every check passed"
    found = support(sentence, context)
    return f"every check passed; support {found.probability:.0%}: {'; '.join(found.decided[:2])}"


def _proved_names(text: str, context: CheckContext) -> tuple[str, ...]:
    """The names that need no source here: those known, and those that stand anywhere in the cited records, which their own check proves."""
    lacking = {name.text for name in unknown_names(text, context.whole)}
    return (*context.known_names, *(name.text for name in names(text) if name.text not in lacking and not is_opening_word(text, name)))


def _unproved(text: str, known_names: tuple[str, ...]) -> str:
    """A sentence without its dates, which their own check proves, and without the names that need no source."""
    spans = [(mention.start, mention.end) for mention in dates(text)]
    spans += [
        (stated.quantity.start, stated.quantity.end)
        for stated in (stated_quantities(text) if len(passages(text)) == 1 else ())
        if stated.quantity.unit in {"%", "x"}
        and not any(char.isdigit() for char in stated.sentence[stated.quantity.start : stated.quantity.end])
    ]
    spans += [
        match.span()
        for name in known_names
        if name in text
        for match in re.finditer(rf"(?:[Tt]he\s+)?(?<!\w){re.escape(name)}(?!\w)", text)
    ]
    chars = list(text)
    for start, end in spans:
        chars[start:end] = " " * (end - start)
    return "".join(chars)


def check_copying(sentence: Sentence, context: CheckContext) -> tuple[Finding, ...]:
    """No run of more than 12 words outside quotation marks is copied from a record."""
    longest = max(
        (longest_common_run(sentence.text, text) for text in dict.fromkeys(ground.record or ground.passage for ground in context.grounds)),
        default=0,
    )
    return (Finding("copying", Severity.CUT, f"{longest} words in a row are the record's own"),) if longest > COPIED_WORDS else ()


def check_matter(sentence: Sentence, context: CheckContext) -> tuple[Finding, ...]:
    """No link, contact, code, markup or order to a reader stands in the sentence."""
    allowed = {fold(name).text.casefold() for name in (*context.known_names, *context.known_links)}
    found = safety.foreign_matter(sentence.text)
    return tuple(
        Finding("matter", Severity.CUT, f"{what}: “{text[:60]}”") for what, text in found if fold(text).text.casefold() not in allowed
    )


def check_person(sentence: Sentence, context: CheckContext) -> tuple[Finding, ...]:
    """A named person and crime, misconduct, illness, dishonesty or dismissal always wait for an editor."""
    found = safety.misconduct_of(sentence.text, context.people, "\n".join(context.whole))
    if not found:
        return ()
    enough = context.primary or context.independent >= 2
    lacking = "" if enough else "; it has neither two independent sources nor an official record"
    return (
        Finding(
            "person" if enough else "person-sources", Severity.HOLD, f"“{found[1]}” beside {found[0].text}: an editor decides{lacking}"
        ),
    )


FEW = 3
"""Things that a frame may count: "two questions"."""


def check_frame(sentence: Sentence, context: CheckContext) -> tuple[Finding, ...]:
    """A frame contains nothing that could be checked."""
    if sentence.kind is not SentenceKind.FRAME:
        return ()
    held = [
        stated.sentence[stated.quantity.start : stated.quantity.end]
        for stated in stated_quantities(sentence.text)
        if not (stated.quantity.unit.startswith("count") and stated.quantity.value <= FEW)
    ]
    held += [mention.text for mention in dates(sentence.text)]
    named = any(not is_opening_word(sentence.text, name) for name in names(sentence.text))
    held += [
        name.text for name in names(sentence.text) if name.text not in context.known_names and not _common_opening(sentence.text, name)
    ]
    held += [sentence.text[a:b] for a, b in quoted_spans(sentence.text)]
    compared = comparisons.comparing(sentence.text) if named else comparisons.multiple(sentence.text)
    held += [said for said in (causes.causal(sentence.text), compared) if said]
    held += list(extent.unearned_superlatives(sentence.text, ()))
    return (Finding("frame", Severity.CUT, f"a frame sentence holds something to check: {', '.join(dict.fromkeys(held))}"),) if held else ()


def _common_opening(sentence: str, name: Name) -> bool:
    return is_opening_word(sentence, name) and name.text.casefold() not in CALENDAR


CHECKS: tuple[tuple[str, Check], ...] = (
    ("citation", check_citation),
    ("figure", check_figures),
    ("role", check_role),
    ("bound", check_bounds),
    ("date", check_dates),
    ("name", check_names),
    ("quote", check_quotes),
    ("speaker", check_speaker),
    ("hedge", check_hedges),
    ("negation", check_negation),
    ("direction", check_direction),
    ("scope", check_scope),
    ("superlative", check_superlatives),
    ("cause", check_cause),
    ("comparison", check_comparison),
    ("accounts", check_accounts),
    ("attribution", check_attribution),
    ("opinion", check_opinion),
    ("inference", check_inference),
    ("merged", check_parts),
    ("as-of", check_current),
    ("coverage", check_coverage),
    ("copying", check_copying),
    ("matter", check_matter),
    ("person", check_person),
    ("frame", check_frame),
)
"""Every check by the name under which it is counted, in the order in which it runs."""

_CONTRADICTS = frozenset({"role", "bound", "date", "speaker", "hedge", "negation", "direction", "scope", "superlative", "cause"})
_SAYS_NOTHING_OF_SUPPORT = frozenset({"copying", "matter", "person", "person-sources", "frame"})


def check_sentence(sentence: Sentence, context: CheckContext) -> tuple[Finding, ...]:
    """What all checks find on a sentence, in the order of CHECKS; a frame is asked only what a frame can fail."""
    if sentence.kind is SentenceKind.FRAME:
        return (*check_matter(sentence, context), *check_frame(sentence, context))
    return tuple(finding for _, check in CHECKS for finding in check(sentence, context))


def verdict(findings: Iterable[Finding], has_targets: bool) -> Verdict:
    """What the findings say of support: contradicted before unsupported before partly; findings on form alone say nothing."""
    grave = [finding for finding in findings if finding.check not in _SAYS_NOTHING_OF_SUPPORT]
    if not has_targets:
        return Verdict.UNSUPPORTED
    hard = [finding for finding in grave if finding.severity is not Severity.NOTE]
    if any(finding.check in _CONTRADICTS or isinstance(finding, Contradiction) for finding in hard):
        return Verdict.CONTRADICTED
    if hard:
        return Verdict.UNSUPPORTED
    return Verdict.PARTLY if any(finding.check == "coverage" for finding in grave) else Verdict.SUPPORTED
