"""Logging with named events, as text or JSON lines.

`event("feed stored", url=...)` marks a moment that operators, progress bars and the kill proofs rely on; the
names are listed in EVENTS. Nothing is printed below WARNING unless asked for.
"""

from __future__ import annotations

import json
import logging
import sys
from typing import Protocol

logger = logging.getLogger("groundwire")

EVENTS = (
    "lock taken",
    "response read",  # an answer is in memory, nothing of it is stored
    "items committing",  # inside the transaction that stores a feed's items, before its commit
    "feed stored",
    "page fetched",  # a page's answer is in memory, no record yet
    "page stored",
    "stories stored",
    "call sent",  # a model call is noted and about to be sent
    "call answered",  # its answer is in memory, not stored
    "grouping by rules alone",  # a model was to be asked and gave no answer
    "page divided",  # a page is given to a model in several parts
    "prompt fitted",  # not all material fitted a call; how much was left out
    "article shortened",
    "sentence checked",
    "article stored",
    "decision kept",  # an editor decided at the desk; no page of it is built yet
    "page written",  # one file of the new tree
    "feeds written",  # feeds and sitemap are there, the index is not
    "tree complete",  # built and checked, not switched
    "tree switched",  # live, old trees not yet removed
    "database backed up",  # before a migration, nothing of it is done
    "migration step",  # one statement of a migration was run, inside its transaction
    "database migrated",
    "log written",
)


class Progress(Protocol):
    """What a stage tells about how far it is; a terminal draws it, cron sees nothing."""

    def __call__(self, stage: str, done: int, total: int) -> None: ...


def silent(stage: str, done: int, total: int) -> None:
    """A Progress that says nothing."""


def event(name: str, **fields: object) -> None:
    """Mark a named moment of EVENTS at level DEBUG."""
    if logger.isEnabledFor(logging.DEBUG):
        logger.debug(name, extra={"event": name, "fields": fields})


def one_line(text: str) -> str:
    """A text that stays one line and sends no control character to a terminal."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


class TextFormatter(logging.Formatter):
    """`level: message`, one line whatever the message holds."""

    def format(self, record: logging.LogRecord) -> str:
        fields = getattr(record, "fields", {})
        rest = "".join(f" {k}={v}" for k, v in fields.items())
        return one_line(f"{record.levelname.lower()}: {record.getMessage()}{rest}")


class JsonFormatter(logging.Formatter):
    """One JSON object a line with time, level, message and the event's fields."""

    def __init__(self, run_id: str | None = None) -> None:
        super().__init__()
        self.run_id = run_id

    def format(self, record: logging.LogRecord) -> str:
        entry = {"time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"), "level": record.levelname.lower(), "message": record.getMessage()}
        if self.run_id:
            entry["run"] = self.run_id
        entry |= {k: str(v) for k, v in getattr(record, "fields", {}).items()}
        return json.dumps(entry, ensure_ascii=True)


def configure(style: str = "text", *, verbose: bool = False, run_id: str | None = None) -> None:
    """Send the log to standard error in the given style ("text" or "json")."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter(run_id) if style == "json" else TextFormatter())
    logger.handlers = [handler]
    logger.setLevel(logging.INFO if verbose else logging.WARNING)
    logger.propagate = False
