"""Taking what was decided to the site: by the desk itself, or by the run that holds the publication."""

from __future__ import annotations

from desk.answers import Desk
from groundwire import newsroom
from groundwire.errors import LockedError


def built(desk: Desk, said: str) -> str:
    """Build the site, or leave it to the run under way; `said` and what came of it, in words. Not inside a transaction."""
    try:
        with newsroom.work(desk.publication, desk.clock, "desk") as doing:
            newsroom.build(doing)
            troubles = "; ".join(failure.reason for failure in doing.failures)
    except LockedError:
        return f"{said}; the run under way, or the next one, takes it to the site."
    return f"{said}; the site was not built: {troubles}." if troubles else f"{said}; the site is built."
