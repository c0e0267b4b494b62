"""The parts of a sentence that could each be true or false alone, and which of them a source speaks of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from evidence.matching import content, holds, vocabulary
from evidence.passages import Span
from evidence.quotation import outside_quotes
from evidence.score import score

LEAST = 3
"""Content words that a part needs to be judged alone; a shorter one goes with the part before it."""
COVERED = 0.5
"""A part that its sources bear with this probability is covered."""
BORNE = 0.6
GAIN = 0.3
"""Another record bears a part that the cited ones do not when it does so with BORNE and GAIN more than they. Swept on sentences against the sample wire."""
NOWHERE = 0.12
"""Below this a part stands in no cited passage, whatever else is known. Swept 0.05 to 0.3 on dev of wice and ragtruth_sent: 0.12 costs under 2 % of good
sentences."""
TRIED = 3
_TELLS_OF = re.compile(
    r"\b(?:(?:dis)?agree\w*|differ\w*|divided|split|accounts?|reports?|outlets?|speaking|asked|questions?|answers?|said|says|told|put|puts|according|views?|versions?|sides?)\b",
    re.IGNORECASE,
)
"""A part that only says who speaks of what, or that accounts differ, adds nothing of its own."""

_BREAK = re.compile(
    r"\s*[;:—]\s+|\s+[–-]\s+|,\s+(?=(?:and|but|while|whereas|which|who|where|with|although|though|as|so|because|after|before|when|since|even|leaving|making|"
    r"giving|raising|adding|putting|turning|\w+ing)\b)|\s+(?=(?:while|whereas|although|though|because|but|even\s+as|just\s+as|yet)\s)|"
    r"\s+(?=and\s+(?:\w+(?:s|ed)|will|would|has|have|is|are|was|were|the|its|it|they|a|an|[A-Z]\w+)\s)",
)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a sentence that no cited passage covers; `elsewhere` is the place, among the other texts, of one that does."""

    text: str
    probability: float
    elsewhere: int | None = None


def parts(sentence: str) -> tuple[Span, ...]:
    """The spans of a sentence's clauses, each with enough words to be judged; quotations are never broken."""
    plain = outside_quotes(sentence)
    edges = [0, *(match.end() for match in _BREAK.finditer(plain)), len(plain)]
    found: list[Span] = []
    for start, end in pairwise(edges):
        if found and (len(content(sentence[start:end])) < LEAST or len(content(sentence[found[-1][0] : found[-1][1]])) < LEAST):
            found[-1] = (found[-1][0], end)
        elif sentence[start:end].strip():
            found.append((start, end))
    return tuple(found)


def uncovered(sentence: str, cited: Sequence[str], others: Sequence[str], plain: str, reckoned: Sequence[Span] = ()) -> tuple[Part, ...]:
    """The parts of a sentence that the cited texts do not bear though another text does, or that nothing bears.

    `plain` is the sentence without proved words; a part with a `reckoned` figure is the writer's own calculation.
    """
    found: list[Part] = []
    spans = parts(sentence)
    source = "\n".join(cited)
    for start, end in spans:
        text = plain[start:end].strip(" ,;:—–-")
        if len(content(text)) < LEAST or any(start <= at < end for at, _ in reckoned):
            continue
        probability = score(text, source).probability
        if probability >= COVERED:
            continue
        elsewhere = _borne_by(text, others, probability)
        if elsewhere is not None or (probability < NOWHERE and len(spans) > 1 and not _TELLS_OF.search(text)):
            found.append(Part(sentence[start:end].strip(" ,;:—–-"), probability, elsewhere))
    return tuple(found)


def _borne_by(text: str, others: Sequence[str], probability: float) -> int | None:
    """Which of the other texts bears a part clearly better than the cited ones do, among those that hold most of its words."""
    ranked = sorted(range(len(others)), key=lambda index: (-_share(text, others[index]), index))[:TRIED]
    tried = [(score(text, others[index]).probability, -index) for index in ranked]
    best = max(tried, default=(0.0, 0))
    return -best[1] if best[0] >= max(BORNE, probability + GAIN) else None


def _share(text: str, other: str) -> float:
    wanted = content(text)
    known = vocabulary(other)
    return sum(holds(*known, one) for one in wanted) / len(wanted) if wanted else 0.0
