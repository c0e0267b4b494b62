"""Derived rows as they are written and read back."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from find_sample import CHIPS, NOW, PLANT, put, record

from groundwire.records import Copy, Figure, Signal, Story, Theme
from groundwire.store import derived
from groundwire.store.database import Database
from groundwire.store.derived import Found, Reading

A, B = record(PLANT, "A", 5), record(CHIPS, "B", 3)
LATER = NOW + timedelta(days=1)


def figure(record_id: str, start: int) -> Figure:
    quote = "$2.4 billion"
    return Figure(
        f"{record_id}-{start}",
        record_id,
        1,
        start,
        start + 12,
        quote,
        Decimal("2400000000.0"),
        "money",
        "USD",
        "Velmora",
        None,
        None,
        NOW,
        "up to",
        0,
        90,
    )


def story(story_id: str, *records: str) -> Story:
    return Story(story_id, f"On {story_id}", records, A.published, B.published)


def found(
    *stories: Story, before: dict[str, str] | None = None, merged: dict[str, str] | None = None, closed: tuple[str, ...] = (), now=NOW
) -> Found:  # type: ignore[no-untyped-def]
    return Found(now, "1", (A.id, B.id), (), stories, closed, merged or {}, before or {}, (), ())


def test_a_reading_comes_back(db: Database) -> None:
    put(db, A, B)
    reading = Reading(A.id, ((0, 10), (11, 20)), (figure(A.id, 30), figure(A.id, 4)), (("energy", 0.7), ("chip", 0.3)))
    derived.add_reading(db, reading, "1")
    assert derived.passages(db, A.id) == reading.passages
    assert derived.figures(db, [B.id, A.id]) == (figure(A.id, 4), figure(A.id, 30))
    assert derived.layers(db, [A.id, B.id]) == {A.id: reading.layers}
    assert derived.not_read(db, [A.id, B.id], "1") == (B.id,) and derived.not_read(db, [A.id], "2") == (A.id,)


def test_a_newer_rule_replaces_what_an_older_one_found(db: Database) -> None:
    put(db, A)
    derived.add_reading(db, Reading(A.id, ((0, 10), (11, 20)), (figure(A.id, 4),), (("chip", 1.0),)), "1")
    derived.add_reading(db, Reading(A.id, ((0, 20),), (), ()), "2")
    assert derived.passages(db, A.id) == ((0, 20),)
    assert derived.figures(db, [A.id]) == () and derived.layers(db, [A.id]) == {}


def test_copies_and_quarantine(db: Database) -> None:
    copies = (Copy(A.id, B.id, 0.9), Copy(B.id, "gone", 0.8, "says 9 where the origin says 7"))
    derived.replace(db, Found(NOW, "1", (A.id, B.id), copies, (), (), {}, {}, (), ()))
    assert derived.copies(db, [A.id, B.id, "other"]) == {c.record_id: c for c in copies}
    assert derived.quarantined(db, [A.id, B.id]) == {B.id: "says 9 where the origin says 7"}
    derived.replace(db, found())
    assert derived.copies(db, [A.id, B.id]) == {}


def test_stories_follow_merges(db: Database) -> None:
    put(db, A, B)
    derived.replace(db, found(story("one", A.id), story("two", B.id)))
    assert derived.story_of(db, [A.id, B.id]) == {A.id: "one", B.id: "two"}
    before = derived.open_story_of(db, LATER)
    derived.replace(db, found(story("one", A.id, B.id), before=before, merged={"two": "one"}, now=LATER))
    assert derived.stories(db, ["two", "one"]) == (story("one", A.id, B.id),)
    assert derived.current_id(db, "two") == "one"
    assert derived.open_story_of(db, LATER) == before, "as it stood before that moment"
    assert derived.open_story_of(db, LATER + timedelta(hours=1)) == {A.id: "one", B.id: "one"}


def test_a_closed_story_is_no_longer_open_and_still_there(db: Database) -> None:
    put(db, A, B)
    derived.replace(db, found(story("one", A.id), story("two", B.id)))
    derived.replace(db, found(story("two", B.id), closed=("one",), before={A.id: "one", B.id: "two"}, now=LATER))
    assert derived.open_story_of(db, LATER + timedelta(hours=1)) == {B.id: "two"}
    assert derived.stories(db, ["one"]) == (story("one", A.id),)


def test_themes_and_signals_come_back_in_their_order(db: Database) -> None:
    weak, strong = (Signal(i, "volume", s, f"“{i}” é", ("a",), ("b",), (("layer", "chip"),)) for i, s in (("x", 0.3), ("a", 0.9)))
    themes = tuple(Theme(i, ("b",), ("a",), (strong, weak), ("chip",), 2, i == "t2", "why") for i in ("t2", "t1"))
    derived.replace(db, Found(NOW, "1", (), (), (), (), {}, {}, (weak, strong), themes))
    assert derived.signals(db) == (strong, weak)
    assert derived.themes(db) == themes
    derived.clear(db)
    assert derived.themes(db) == () and derived.signals(db) == ()
