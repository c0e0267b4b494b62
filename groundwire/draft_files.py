"""A draft's Markdown file read back: front matter, sentences with their lines, kinds and footnotes. Nothing is judged here.

One sentence is one line, a blank line ends a paragraph. `~~sentence~~` is struck out, `[^1]` names what it rests on, and
`{inference}`, `{measure}` or `{frame}` behind it says what kind it is; a reported sentence needs no word. `## Heading`
starts a section, `## {so_far}` the story so far, `## Question? {question}` a question. Lines that start with `>` are notes
for editors and are not read back.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from groundwire.errors import GroundwireError
from groundwire.records import SentenceKind

FENCE = "+++"
SO_FAR, QUESTION, UNTITLED, EMPTY, STRUCK = "so_far", "question", "untitled", "empty", "struck"
"""Words in braces that say what a heading or a line is."""

SPECIAL = re.compile(r"([\\`*_\[\]<>#~|{}]|^[-+=]|(?<=^\d)[.)]|(?<=^\d\d)[.)])")
_TAGS = re.compile(r"(?:^|(?<=\s))\{([a-z_]+(?: [a-z_]+)*)\}\s*$")
_MARK = re.compile(r"(?<!\\)\[\^([^\]\s]+)\]\s*$")
_LEAD = re.compile(r"^\*\*(.+?)\*\*(?=\s|$)")
"""Words set in bold at the head of a sentence: they are its lead, and text like any other."""
_NOTE = re.compile(r"\[\^([^\]\s]+)\]:\s?(.*)$")
_AT = re.compile(r"at line (\d+)")


def escaped(text: str) -> str:
    """A text that Markdown shows as it is, on one line."""
    return SPECIAL.sub(r"\\\1", " ".join(text.split()))


def unescaped(text: str) -> str:
    """The text that was escaped."""
    return re.sub(r"\\(.)", r"\1", text)


class FileError(GroundwireError):
    """A file cannot be read as a draft; `line` is where, from 1."""

    exit_code = 2

    def __init__(self, line: int, reason: str) -> None:
        self.line = line
        self.reason = reason
        super().__init__(f"line {line}: {reason}")


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence as a file has it: `n` is its line, `marks` are its footnotes' names, `lead` is how much of it is in bold."""

    n: int
    text: str
    kind: SentenceKind
    cut: bool
    marks: tuple[str, ...]
    lead: int = 0


@dataclass(slots=True)
class Part:
    """What stands under one heading: `what` is section, so_far or question."""

    what: str
    heading: str | None
    n: int
    """The line of the heading."""
    paragraphs: list[list[Line]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Written:
    """A draft as its file has it."""

    front: dict[str, Any]
    key_lines: dict[str, int]
    headline: Line
    dek: Line
    parts: tuple[Part, ...]
    notes: dict[str, tuple[int, str]]
    """Footnotes by name: line, and text as it stands."""

    def line_of(self, key: str) -> int:
        """The line of a key of the front matter, or its first line."""
        return self.key_lines.get(key, 1)


def read(text: str) -> Written:
    """The draft in a file's text; raises FileError."""
    lines = text.removeprefix("\ufeff").splitlines()
    front, key_lines, start = _front(lines)
    reader = _Reader()
    for n, line in enumerate(lines[start:], start + 1):
        reader.take(n, line.rstrip())
    if reader.headline is None:
        raise FileError(start, "has no headline: a line that starts with '# '")
    if reader.dek is None:
        raise FileError(reader.headline.n, "has no dek: a line of its own under the headline")
    return Written(front, key_lines, reader.headline, reader.dek, tuple(reader.parts), reader.notes)


def _front(lines: list[str]) -> tuple[dict[str, Any], dict[str, int], int]:
    """The front matter, the lines of its keys, and how many lines it takes."""
    if not lines or lines[0].strip() != FENCE:
        raise FileError(1, f"has no front matter: the first line should be {FENCE}")
    end = next((i for i, line in enumerate(lines[1:], 1) if line.strip() == FENCE), None)
    if end is None:
        raise FileError(1, f"the front matter does not end: a second line {FENCE} is missing")
    try:
        front = tomllib.loads("\n".join(lines[1:end]))
    except tomllib.TOMLDecodeError as error:
        at = _AT.search(str(error))
        raise FileError(int(at[1]) + 1 if at else 1, f"the front matter is no TOML: {error}") from error
    keys = {key: i + 1 for i, line in enumerate(lines[:end]) if (key := line.partition("=")[0].strip()) and "=" in line}
    return front, keys, end + 1


class _Reader:
    """Takes the lines of a body one by one."""

    def __init__(self) -> None:
        self.headline: Line | None = None
        self.dek: Line | None = None
        self.parts: list[Part] = []
        self.notes: dict[str, tuple[int, str]] = {}
        self._open = False
        """Whether the last line belongs to a paragraph that may go on."""

    def take(self, n: int, line: str) -> None:
        if not line or line.startswith(">"):
            self._open = False
        elif note := _NOTE.match(line):
            self._note(n, note[1], note[2])
        elif line.startswith("## "):
            self._heading(n, line[3:])
        elif line.startswith("# "):
            if self.headline:
                raise FileError(n, "is a second headline; a section starts with '## '")
            self.headline = sentence(n, line[2:])
        else:
            self._sentence(sentence(n, line))

    def _note(self, n: int, name: str, text: str) -> None:
        if name in self.notes:
            raise FileError(n, f"the footnote [^{name}] is there twice, first in line {self.notes[name][0]}")
        self.notes[name] = (n, text)

    def _heading(self, n: int, text: str) -> None:
        rest, tags = _tagged(text)
        what = next((t for t in (SO_FAR, QUESTION) if t in tags), "section")
        unknown = set(tags) - {SO_FAR, QUESTION, UNTITLED}
        if unknown:
            raise FileError(n, f"{{{min(unknown)}}} is no word for a heading; they are {{so_far}}, {{question}} and {{untitled}}")
        self.parts.append(Part(what, None if UNTITLED in tags else unescaped(rest), n))
        self._open = False

    def _sentence(self, found: Line) -> None:
        if self.headline is None:
            raise FileError(found.n, "stands before the headline")
        if self.dek is None:
            self.dek = found
            return
        if not self.parts:
            self.parts.append(Part("section", None, found.n))
        if not self._open:
            self.parts[-1].paragraphs.append([])
        self.parts[-1].paragraphs[-1].append(found)
        self._open = True


def sentence(n: int, line: str) -> Line:
    """The sentence that a line holds; raises FileError for a word in braces that is none."""
    rest, tags = _tagged(line.strip())
    kinds = [tag for tag in tags if tag in set(SentenceKind)]
    unknown = set(tags) - set(SentenceKind) - {EMPTY, STRUCK}
    if unknown or len(kinds) > 1:
        raise FileError(n, f"{{{' '.join(tags)}}} names no kind; write {{inference}}, {{measure}} or {{frame}}, or nothing for a report")
    marks: list[str] = []
    while mark := _MARK.search(rest):
        marks.insert(0, mark[1])
        rest = rest[: mark.start()].rstrip()
    cut = len(rest) > 4 and rest.startswith("~~") and rest.endswith("~~")
    rest, cut = (rest[2:-2], True) if cut else (rest, STRUCK in tags)
    lead, text = ("", "") if EMPTY in tags else _led(rest)
    return Line(n, lead + text, SentenceKind(kinds[0]) if kinds else SentenceKind.REPORT, cut, tuple(marks), len(lead))


def _led(text: str) -> tuple[str, str]:
    """The lead of a sentence, and the rest of it."""
    found = _LEAD.match(text)
    return (unescaped(found[1]), unescaped(text[found.end() :])) if found else ("", unescaped(text))


def _tagged(text: str) -> tuple[str, list[str]]:
    found = _TAGS.search(text)
    return (text[: found.start()].rstrip(), found[1].split(" ")) if found else (text, [])


def every(written: Written) -> Iterator[Line]:
    """Every sentence of a file in reading order."""
    yield written.headline
    yield written.dek
    yield from (line for part in written.parts for paragraph in part.paragraphs for line in paragraph)
