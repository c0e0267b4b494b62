"""What is spent, and what is held back for articles under way, against the budgets of run, day and month."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from groundwire.budget import ROUNDING, Limit, Periods, Sum, Usage, limits, priced, refusal, starts, total
from groundwire.config import Llm
from groundwire.errors import ModelError
from groundwire.store import calls
from groundwire.store.database import Database


@dataclass(slots=True, eq=False)
class Reservation:
    """What is held back for an article and not yet taken; `about` names the article's theme."""

    about: str
    rest: Sum


class Spending:
    """The budgets of one run over the calls that are stored; nothing is spent that does not fit them."""

    def __init__(self, settings: Llm, db: Database, run_id: str | None, now: datetime, timezone: str) -> None:
        self._settings, self._db, self._run_id, self._now, self._timezone = settings, db, run_id, now, timezone
        self._open: list[Reservation] = []

    @property
    def about(self) -> str | None:
        """What the calls made now are for."""
        return self._open[-1].about if self._open else None

    @contextmanager
    def reserve(self, worst: Sequence[Usage], about: str) -> Iterator[None]:
        """Hold back so much while the block runs, less the stored answers about the same, which are not paid again.

        Raises ModelError of kind "budget" when it does not fit.
        """
        prices = self._settings.prices
        needed = total(worst, prices).less(total(calls.answered_about(self._db, about), prices))
        self._fits(needed)
        held = Reservation(about, needed)
        self._open.append(held)
        try:
            yield
        finally:
            self._open.remove(held)

    def draw(self, worst: Usage) -> None:
        """Take a call's worst case out of the reservation, beyond it out of what is left; raises ModelError of kind "budget"."""
        needed = self._price(worst)
        rest = self._open[-1].rest if self._open else Sum()
        beyond = needed.less(rest)
        if beyond.tokens or (beyond.money or 0.0) > ROUNDING:
            self._fits(beyond)
        if self._open:
            self._open[-1].rest = rest.less(needed)

    def settle(self, worst: Usage, took: Usage) -> None:
        """A call took more than its worst case: an endpoint that does not keep to limits; what is held back shrinks by it."""
        if self._open:
            self._open[-1].rest = self._open[-1].rest.less(self._price(took).less(self._price(worst)))

    def left(self, worst: Sum | None = None) -> tuple[Limit, ...]:
        """Every limit that is set, with what is neither spent nor held back."""
        held = sum((r.rest for r in self._open), Sum())
        return tuple(limits(self._settings.budget, self._spent(), held, worst or Sum()))

    def _price(self, usage: Usage) -> Sum:
        return priced(usage, self._settings.prices)

    def _fits(self, needed: Sum) -> None:
        why = refusal(self.left(needed))
        if why:
            raise ModelError("budget", why)

    def _spent(self) -> Periods:
        day, month = starts(self._now, self._timezone)
        run = calls.spent_in_run(self._db, self._run_id) if self._run_id else ()
        prices = self._settings.prices
        return Periods(
            total(run, prices), total(calls.spent_since(self._db, day), prices), total(calls.spent_since(self._db, month), prices)
        )
