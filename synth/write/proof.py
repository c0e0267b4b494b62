"""Every sentence of a draft through every check: findings and verdicts attached, what a source does not bear struck out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache

from evidence.checks import CHECKS, CheckContext, check_sentence, context_of, verdict, whole_ground
from evidence.names import people
from evidence.quotation import outside_quotes, quoted_spans
from evidence.replaced import replaced_figures
from evidence.score import Calibration
from groundwire.log import event
from groundwire.records import Citation, Draft, Figure, Finding, OutletKind, Question, Section, Sentence, SentenceKind, Severity, Target
from synth.find.kinds import MOVED_FIGURE
from synth.write.sources import Sources
from synth.write.verdicts import ENTAILMENT, lowered

LANGUAGES = {
    "de": "German", "fr": "French", "es": "Spanish", "it": "Italian", "pt": "Portuguese", "nl": "Dutch", "sv": "Swedish", "no": "Norwegian", "nb": "Norwegian",
    "da": "Danish", "fi": "Finnish", "pl": "Polish", "cs": "Czech", "ja": "Japanese", "zh": "Chinese", "ko": "Korean", "ru": "Russian", "uk": "Ukrainian",
    "tr": "Turkish", "ar": "Arabic", "he": "Hebrew", "hi": "Hindi", "el": "Greek", "hu": "Hungarian", "ro": "Romanian",
}  # fmt: skip
LANGUAGE_CHECK = "language"


def findings(sentence: Sentence, sources: Sources) -> tuple[Finding, ...]:
    """What the checks find on a sentence, given these sources and no others."""
    return (*check_sentence(sentence, _context(sentence, sources)), *_foreign(sentence, sources))


def _context(sentence: Sentence, sources: Sources) -> CheckContext:
    cited = {i for c in sentence.citations for i in _records_of(c)}
    return context_of(
        sentence.citations,
        sources.version,
        reference_of=sources.lens.reference_of,
        known_names=_known_names(sources),
        independent=sources.spread(cited),
        primary=any(sources.outlet(r.outlet).official for r in sources.citable if r.id in cited),
        people=_people(tuple(r.text for r in sources.citable if r.id in cited)),
        outlets=tuple(dict.fromkeys(r.outlet for r in (*sources.records, *sources.archive))),
        others=tuple(whole_ground(r) for r in sources.citable if r.id not in cited),
        kind_of=lambda i: next((sources.kind(r) for r in (*sources.citable, *sources.archive) if r.id == i), OutletKind.REPORT),
        origin_of=lambda i: str(sources.group(i)),
        superseded=tuple(dict.fromkeys(_superseded(sentence, sources))),
        calibration=Calibration(*sources.settings.gate.calibration),
    )


def _superseded(sentence: Sentence, sources: Sources) -> Iterator[tuple[str, str]]:
    """The figures of the cited passages that have moved since, with what they are now: by a signal of the theme, or by a later version of the page."""
    figures = {f.id: f for f in (*sources.figures, *sources.counted)}
    for signal in sources.theme.signals if sentence.citations else ():
        was, now = (figures.get(signal.measured.get(name, "")) for name in ("was_figure", "figure"))
        if signal.kind == MOVED_FIGURE and was and now and any(_holds(c, was) and not _holds(c, now) for c in sentence.citations):
            yield was.quote, now.quote
    for citation in sentence.citations:
        cited = sources.version(citation.record_id or "", citation.record_version or 0)
        later = [r for r in sources.citable if cited and r.page_id == cited.page_id and r.version > cited.version]
        if later:
            yield from replaced_figures(citation.quote or "", max(later, key=lambda r: r.version).text)


def _holds(citation: Citation, figure: Figure) -> bool:
    """Whether a cited passage holds a figure."""
    same = (citation.record_id, citation.record_version) == (figure.record_id, figure.record_version)
    return same and (citation.start or 0) <= figure.start < (citation.end or 0)


def _records_of(citation: Citation) -> Iterator[str]:
    if citation.record_id:
        yield citation.record_id
    yield from (i.record_id for i in citation.inputs if i.record_id)


def _known_names(sources: Sources) -> tuple[str, ...]:
    """Names that need no source: the outlets, the publication, the lens and its layers, languages."""
    outlets = dict.fromkeys(r.outlet for r in (*sources.records, *sources.archive))
    layers = (layer.label for layer in sources.lens.layers)
    return (*outlets, sources.settings.site.title, sources.lens.label, *layers, *LANGUAGES.values())


@lru_cache(maxsize=256)
def _people(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(n.text for text in texts for n in people(text)))


def _foreign(sentence: Sentence, sources: Sources) -> tuple[Finding, ...]:
    """A text whose language the checks do not know is cited only by its own words, with the language named."""
    for citation in sentence.citations:
        record = (
            sources.version(citation.record_id, citation.record_version or 0)
            if citation.record_id and citation.target is Target.PASSAGE
            else None
        )
        language = foreign(record.language) if record else None
        if language and (not quoted_spans(sentence.text) or language not in outside_quotes(sentence.text)):
            why = f"a text in {language} is cited only word for word and with its language named"
            return (Finding(LANGUAGE_CHECK, Severity.CUT, why),)
    return ()


def foreign(language: str | None) -> str | None:
    """The name of a record's language where it is not the one that articles are written in."""
    code = (language or "en").lower().split("-")[0]
    return None if code == "en" else LANGUAGES.get(code, code)


def stands(sources: Sources) -> Callable[[Sentence], bool]:
    """A test of single sentences against the sources: whether nothing but notes is found."""

    def passes(sentence: Sentence) -> bool:
        return all(f.severity is Severity.NOTE for f in findings(sentence, sources))

    return passes


def prove_draft(draft: Draft, sources: Sources) -> Draft:
    """The draft with findings and verdict on every sentence; a sentence with a finding that cuts is struck out, unless an editor looks first."""
    strike = sources.settings.gate.policy != "review"

    def proved(sentence: Sentence) -> Sentence:
        return _proved(sentence, sources, strike)

    return replace(
        draft,
        headline=replace(proved(draft.headline), cut=False),
        dek=proved(draft.dek),
        sections=tuple(Section(s.heading, tuple(tuple(map(proved, p)) for p in s.paragraphs)) for s in draft.sections),
        so_far=tuple(map(proved, draft.so_far)),
        questions=tuple(Question(q.question, tuple(map(proved, q.answer))) for q in draft.questions),
    )


def _proved(sentence: Sentence, sources: Sources, strike: bool) -> Sentence:
    if not sentence.text:
        return sentence
    found = (*sentence.findings, *findings(sentence, sources))
    said = (
        None
        if sentence.kind is SentenceKind.FRAME
        else lowered(verdict([f for f in found if f.check != ENTAILMENT], bool(sentence.citations)), found)
    )
    event("sentence checked", kind=sentence.kind.value, verdict=said.value if said else "", findings=len(found))
    return replace(sentence, findings=found, verdict=said, cut=sentence.cut or (strike and any(f.severity is Severity.CUT for f in found)))


def sentences(draft: Draft) -> Iterator[Sentence]:
    """Every sentence of a draft in reading order."""
    yield draft.headline
    yield draft.dek
    yield from (s for section in draft.sections for p in section.paragraphs for s in p)
    yield from draft.so_far
    yield from (s for q in draft.questions for s in q.answer)


def applied(draft: Draft) -> tuple[tuple[str, int], ...]:
    """How often each check was applied to a draft, by name, in the order of the checks."""
    kinds = Counter(s.kind is SentenceKind.FRAME for s in sentences(draft) if s.text)
    whole = [(name, kinds[False] + (kinds[True] if name in {"matter", "frame"} else 0)) for name, _ in CHECKS if name != "frame"]
    if draft.writer.startswith("author"):
        whole.append((ENTAILMENT, sum(kinds.values())))
    return (*whole, ("frame", kinds[True])) if kinds[True] else tuple(whole)


def removed(draft: Draft) -> tuple[tuple[str, int], ...]:
    """How many sentences each check struck out, by name, most first; a sentence counts for the first check that struck it."""
    struck = Counter(next((f.check for f in s.findings if f.severity is Severity.CUT), "editor") for s in sentences(draft) if s.cut)
    return tuple(sorted(struck.items(), key=lambda item: (-item[1], item[0])))
