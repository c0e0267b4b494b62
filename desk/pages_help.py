"""Help: what each page is for, and every key."""

from __future__ import annotations

from desk.answers import Asked, Desk, Link, Page, Shown

KEYS = (
    ("j, k", "the next and the previous sentence or entry"),
    ("o", "open the entry, or the stored text behind the first proof of a sentence"),
    ("a", "accept the sentence"),
    ("e", "edit the sentence"),
    ("x", "cut the sentence, or restore it"),
    ("i", "mark it as inference, or as report again"),
    ("c", "cite another passage"),
    ("r", "ask the author to write the section again"),
    ("u", "undo"),
    ("p", "publish: go to the button or, where one is needed, to the reason"),
    ("Control and Enter", "send the form that is being filled in"),
    ("Escape", "leave a field"),
    ("/", "search"),
    ("g, then q t c f s r", "go to the queue, threads, corrections, forecasts, sources, runs"),
    ("?", "this page"),
)
PLACES = (
    (
        "/",
        "Review",
        "What waits for a decision, most doubtful first: drafts, held articles, changed evidence, forecasts due, feeds in trouble.",
    ),
    ("/threads", "Threads", "Storylines across articles: told so far, still open, expected."),
    (
        "/corrections",
        "Corrections",
        "Every dated note, and the form for a new correction. It reaches the article, the public log and the feed.",
    ),
    ("/forecasts", "Forecasts", "What articles expected and what came of it, each outcome with a passage that shows it."),
    ("/sources", "Sources", "Outlets: kind, weight, owner, how much rests on them; muting one."),
    ("/feeds", "Feeds", "How each feed is doing and when it is asked next."),
    ("/runs", "Runs and costs", "What each run did, and what the models took."),
    ("/thresholds", "Thresholds", "What decides whether something is written and published, and what other values would have done."),
    ("/search", "Search", "Records and articles by their words."),
)


def page(desk: Desk, asked: Asked) -> Shown:
    """Every key and every page."""
    return Shown("help.html", {"keys": KEYS, "places": PLACES})


PAGES = (Page("/help", page),)
LINKS = (Link("Help", "/help"),)
