"""Whether a text holds words of another: what must be found wherever it went, when it is removed on demand."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

RUN = 6
"""Words in a row that are a text's own; shorter runs ("at the end of the year") are anybody's."""
LEAST = 4
"""A title or a text of fewer words is nobody's."""

_WORD = re.compile(r"\w+")
Run = tuple[str, ...]


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _runs(words: list[str], length: int) -> Iterator[Run]:
    return (tuple(words[at : at + length]) for at in range(len(words) - length + 1))


class Traces:
    """The runs of words by which texts are known again; whole short texts and titles count as one run."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._by_length: dict[int, set[Run]] = {}
        for text in texts:
            words = _words(text)
            length = min(RUN, len(words))
            if length >= LEAST:
                self._by_length.setdefault(length, set()).update(_runs(words, length))

    def without(self, texts: Iterable[str]) -> Traces:
        """The same but for the runs that other texts hold too."""
        others = [_words(text) for text in texts]
        found = Traces(())
        for length, runs in self._by_length.items():
            found._by_length[length] = runs - {run for words in others for run in _runs(words, length)}
        return found

    def held_by(self, text: str) -> bool:
        """Whether a text, or any text inside it when it is JSON, holds one of the runs."""
        return any(self._held(part) for part in texts_in(text))

    def _held(self, text: str) -> bool:
        words = _words(text)
        return any(not runs.isdisjoint(_runs(words, length)) for length, runs in self._by_length.items())


def texts_in(text: str) -> Iterator[str]:
    """The texts that a JSON value holds, names included; a text that is no JSON is itself."""
    if text[:1] not in ("{", "["):
        yield text
        return
    try:
        yield from _strings(json.loads(text))
    except ValueError:
        yield text


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield from texts_in(value)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from _strings(item)


def emptied(value: Any, held: Callable[[str], bool]) -> Any:
    """A JSON value with every text that is `held` replaced by an empty one."""
    if isinstance(value, str):
        return "" if held(value) else value
    if isinstance(value, list):
        return [emptied(item, held) for item in value]
    return {key: emptied(item, held) for key, item in value.items()} if isinstance(value, dict) else value
