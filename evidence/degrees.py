"""What a source says in part, or of one speaker, and a sentence without that limit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from evidence.matching import content, holds, overlap, vocabulary
from evidence.quotation import SAID_WORDS, outside_quotes
from evidence.wording import source_sentences

SAME = 0.4
"""A source sentence says the same when it holds this share of a sentence's content words, a telling this share of another's."""

_IN_PART = re.compile(r"\b(?:in\s+part(?!icular)(?!s\b)|partly|partially|to\s+some\s+extent|up\s+to\s+a\s+point)\b", re.IGNORECASE)
_LIMITED = re.compile(
    r"\b(?:part|parts|partly|partial\w*|some|somewhat|half\w*|mixed|mostly|mainly|largely|chiefly|extent|point|not\s+all|not\s+fully|incomplete\w*|limited|among|one\s+of|other\w*|also|contribut\w+|as\s+well|helped|almost|nearly)\b",
    re.IGNORECASE,
)


def loosened(plain: str, sources: Sequence[str]) -> Iterator[str]:
    """The limits of degree and of who speaks that a sentence leaves out."""
    yield from _in_part(plain, sources)
    yield from _one_speaks(plain, sources)


def _in_part(plain: str, sources: Sequence[str]) -> Iterator[str]:
    if _LIMITED.search(plain):
        return
    known = vocabulary(plain)
    for source in (outside_quotes(one) for one in source_sentences(sources)):
        for match in _IN_PART.finditer(source):
            clause = next(piece for piece in _pieces(source) if match[0] in piece)
            wanted = content(clause.replace(match[0], " "))
            if len(wanted) > 1 and overlap(plain, source) >= SAME and sum(holds(*known, one) for one in wanted) >= SAME * len(wanted):
                yield f"the source says “{match[0]}”; the sentence leaves the limit out"
                return


def _pieces(text: str) -> list[str]:
    return re.split(r"[,;:—](?=\s)", text)


_MANY_SAY = re.compile(rf"(?:^|[;:]\s+)(?:[A-Z]?[a-z][\w-]*\s+){{0,2}}?(?P<who>[A-Za-z]?[a-z]{{3,}}s)\s+(?P<verb>{SAID_WORDS})\b")
_COUNTED = re.compile(
    r"\b(?:one|two|three|four|five|six|seven|eight|nine|ten|\d+|some|several|few|many|most|both|the|its|their|his|her|these|those)\b",
    re.IGNORECASE,
)
_ONE_SAYS = re.compile(rf"^(?:An?|One)\s+[a-z][\w-]*\b[^.;]{{0,90}}?\s(?P<verb>{SAID_WORDS})\b")


def _one_speaks(plain: str, sources: Sequence[str]) -> Iterator[str]:
    """What a single unnamed speaker says in every source sentence that has it, given to such speakers in general."""
    many = _MANY_SAY.search(plain)
    if many is None or _COUNTED.search(plain[: many.start("who")]):
        return
    told = plain[many.end() :]
    near = [outside_quotes(source) for source in source_sentences(sources) if overlap(told, source) >= SAME + 0.1]
    single = [_ONE_SAYS.search(source) for source in near]
    if near and all(single) and single[0]:
        yield f"the source says “{' '.join(single[0][0].split()[:2])}”; the sentence says “{many['who']}”"
