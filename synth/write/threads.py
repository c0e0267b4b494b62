"""Threads: whether a theme is a new article, a new version of one that is there, or nothing new; and what an article connects to."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from evidence.names import Name, is_opening_word, is_person, names
from groundwire.records import Article, ArticleStatus, OutletKind, Related, Theme, short_id
from synth.find.lens import Lens
from synth.write.gate import standing
from synth.write.houses import PUBLIC

NEW_SOURCES = 1
"""So many independent sources that an article has not cited make it worth a new version."""
UPDATE_DAYS = 14
"""An article that was last written so long ago is not continued; its thread is."""
THREAD_DAYS = 60
"""A thread with nothing new for so long is not picked up again by its names alone."""
SHARED_NAMES = 2
"""So many names in common put two articles on one thread."""
MOST_RELATED = 4


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done with a theme: `article` is the version before, None for a new article; `skip` says why nothing is written."""

    article: Article | None = None
    skip: str | None = None
    done: bool = False
    """Whether the version for this moment is already stored."""


Current = Callable[[str], str]
"""A story's id after merges."""


def plan(theme: Theme, known: Sequence[Article], group_of: Callable[[str], str], current: Current, now: datetime) -> Plan:
    """What a theme asks for, given the newest version of every article; `group_of` names the independent source of a record."""
    same = _same(theme, known, current, now)
    if same is None:
        return Plan()
    if same.modified == now:
        return Plan(same, "written at this moment", done=True)
    news = _news(theme, same, group_of)
    if news is None:
        return Plan(same, f"nothing new since version {same.version} of {same.slug}")
    return Plan(same)


def _same(theme: Theme, known: Sequence[Article], current: Current, now: datetime) -> Article | None:
    """The article that a theme continues: the one with the same lead story, or one where each tells the other's lead."""
    mine = [current(s) for s in theme.story_ids]
    recent = [a for a in known if now - a.modified <= timedelta(days=UPDATE_DAYS) and a.status is not ArticleStatus.RETRACTED]
    ranked = sorted(recent, key=lambda a: (a.modified, a.slug), reverse=True)
    theirs = {a.id: [current(s) for s in a.theme.story_ids] for a in ranked}
    leads = next((a for a in ranked if theirs[a.id][:1] == mine[:1]), None)
    return leads or next((a for a in ranked if mine[0] in theirs[a.id] and theirs[a.id][0] in mine), None)


def _news(theme: Theme, before: Article, group_of: Callable[[str], str]) -> str | None:
    """What a theme has that a version had not: a further independent source, or a figure that moved."""
    known = set(before.theme.record_ids)
    new = [r for r in theme.record_ids if r not in known]
    if not new:
        return None
    groups = {group_of(r) for r in known}
    if len({group_of(r) for r in new} - groups) >= NEW_SOURCES:
        return "a new independent source"
    moved = [s for s in theme.signals if s.kind in {"moved-figure", "new-figure", "contradiction"} and set(s.record_ids) & set(new)]
    return moved[0].statement if moved else None


def article_id(theme: Theme, current: Current) -> str:
    """The identity of a new article: that of the story that it leads with."""
    return short_id("article", current(theme.story_ids[0]))


@dataclass(frozen=True, slots=True)
class Place:
    """The thread of an article: its identity and title; `known` when it was open before."""

    id: str
    title: str
    known: bool


def place(theme: Theme, title: str, text: str, before: Article | None, live: Sequence[Article], current: Current, now: datetime) -> Place:
    """The thread that a new article belongs to: that of an article on the same matter, else its own.

    One matter is one lead story, or lead stories that each tells of the other, or what an article is named after with another
    name of it, or with a lead story that the other tells as well; a name that articles of many threads share is no other name.
    """
    if before:
        return Place(before.thread_id, "", True)
    mine = [current(s) for s in theme.story_ids]
    recent = [a for a in live if now - a.modified <= timedelta(days=THREAD_DAYS)]
    common = _everybodys(recent)
    for article in sorted(recent, key=lambda a: (a.modified, a.slug), reverse=True):
        theirs = [current(s) for s in article.theme.story_ids]
        told = sum((mine[0] in theirs, bool(theirs) and theirs[0] in mine))
        if mine[:1] == theirs[:1] or told == 2 or _of_one_matter(text, _text(article), common, SHARED_NAMES - told):
            return Place(article.thread_id, "", True)
    return Place(short_id("thread", mine[0]), title, False)


def _of_one_matter(text: str, other: str, common: frozenset[str], least: int) -> bool:
    """Whether what either text is named after stands in the other, with so many names in common and one that is not everybody's."""
    shared = _shared(text, other)
    subjects = {s for t in (text, other) for s in _subjects(t)[:1]}
    return (
        len(shared) >= least
        and any(_alike(s, name) for s in subjects for name in shared)
        and (least < SHARED_NAMES or bool(shared - common))
    )


def _shared(text: str, other: str) -> frozenset[str]:
    """The names of a text that another has too, in whole or shortened; of two forms of one name the longer."""
    theirs = _named(other)
    found = {name for name in _named(text) if any(_alike(name, t) for t in theirs)}
    return frozenset(n for n in found if not any(n != o and _alike(n, o) and len(n) < len(o) for o in found))


def _alike(one: str, other: str) -> bool:
    """Whether one name is the other or its beginning: "Hollin" and "Hollin Cloud" are one house."""
    short, long = sorted((one.split(), other.split()), key=len)
    return long[: len(short)] == short


COMMON_THREADS = 3
"""In so many threads and more a name is everybody's: a state, an agency, a customer of all."""


def _everybodys(live: Sequence[Article]) -> frozenset[str]:
    """The names that articles of many threads share."""
    where: dict[str, set[str]] = {}
    for article in live:
        for name in _named(_text(article)):
            where.setdefault(name, set()).add(article.thread_id)
    return frozenset(name for name, found in where.items() if len(found) >= COMMON_THREADS)


def _text(article: Article) -> str:
    """What an article is about, without the outlets that report it."""
    text = "\n".join(s.text for s in list(standing(article))[:6])
    return without(text, (name for name, kind, *_ in article.method.outlets if not kind.startswith(OutletKind.PRIMARY.value)))


def without(text: str, outlets: Iterable[str]) -> str:
    """A text without the names of outlets."""
    for outlet in sorted(outlets, key=lambda o: (-len(o), o)):
        text = text.replace(outlet, "")
    return text


def houses(text: str) -> frozenset[str]:
    """The first words of the names of organisations and places in a text; one plain word at the head of a sentence is no name."""
    return frozenset(n.text.split()[0] for n in names(text) if not is_person(text, n) and len(n.text) > 3 and not is_opening_word(text, n))


def subject(text: str) -> str | None:
    """What a new thread is called: what its first line names and its text names most, and a second such name that tells the matter apart."""
    found = _subjects(text)
    first = next(iter(found), None)
    headline = text.split("\n", 1)[0]
    others = (n for n in found[1:] if n in headline and not _is_office(n))
    second = next((n for n in others if first and not _alike(n, first)), None)
    return f"{first}, {second}" if first and second else first


def _subjects(text: str) -> list[str]:
    """The names of a text by how well they say what it is about: those of its first line, then those named most; offices come last."""
    headline = text.split("\n", 1)[0]
    every = [n.text for n in names(text) if _is_matter(text, n)]
    in_first = [n.text for n in names(text) if n.end <= len(headline) and _is_matter(text, n)]
    ranked = {n: (_is_office(n), not any(_alike(n, h) for h in in_first), -every.count(n)) for n in dict.fromkeys([*every, *in_first])}
    longest = [n for n in ranked if not any(n != o and _alike(n, o) and len(n) < len(o) for o in ranked)]
    return sorted(longest, key=lambda n: (ranked[n], text.find(n), n))


def _is_office(name: str) -> bool:
    """Whether a name opens or ends with a word for an office: "Office of Fair Trade", "Merrow County"."""
    parts = name.lower().split()
    return parts[0] in PUBLIC or parts[-1] in PUBLIC


def _named(text: str) -> frozenset[str]:
    return frozenset(n.text for n in names(text) if _is_matter(text, n))


def _is_matter(text: str, name: Name) -> bool:
    """Whether a name is an organisation's, a place's or a product's, and no plain word at the head of a sentence."""
    first = name.text.split()[0]
    again = len(re.findall(rf"\b{re.escape(first)}\b", text)) > 1 and not re.search(rf"\b{re.escape(first.lower())}\b", text)
    known = not is_opening_word(text, name) or again
    return len(name.text) > 3 and known and not is_person(text, name)


def related(
    article_text: str, layers: Sequence[str], thread_id: str, own_id: str, live: Sequence[Article], lens: Lens
) -> tuple[Related, ...]:
    """Up to four articles that are out and connect to one: its thread's earlier ones, one layer below or above, the same names."""
    order = [layer.name for layer in lens.layers]
    found: list[tuple[int, Article, str, str]] = []
    for other in (a for a in live if a.id != own_id and a.status is ArticleStatus.PUBLISHED):
        shared = sorted(houses(article_text) & houses(_text(other)))
        step = _step(layers, other.layers, order)
        if other.thread_id == thread_id:
            found.append((0, other, "earlier in this thread", f"How this thread stood on {other.modified:%-d %B}."))
        elif step and shared:
            found.append((1, other, f"one layer {step}", f"{lens.label_of(other.layers[0])}, one layer {step}: {shared[0]} is in both."))
        elif len(shared) >= 1 and set(layers) & set(other.layers):
            found.append((2, other, "similar", f"{shared[0]} is in both."))
    found.sort(key=lambda f: (f[0], -f[1].modified.timestamp(), f[1].slug))
    return tuple(Related(relation, a.slug, a.headline.text, why) for _, a, relation, why in found[:MOST_RELATED])


def _step(mine: Sequence[str], theirs: Sequence[str], order: Sequence[str]) -> str | None:
    """Whether another article's first layer lies one below or above one's own."""
    if not mine or not theirs or mine[0] not in order or theirs[0] not in order:
        return None
    step = order.index(theirs[0]) - order.index(mine[0])
    return "below" if step == 1 else "above" if step == -1 else None
