"""What a writer is given: one theme with everything it may rest on, by value."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from groundwire.config import Settings
from groundwire.records import Article, Copy, Draft, Figure, Forecast, Outlet, OutletKind, Record, RecordState, Story, Theme
from synth.find.lens import Lens
from synth.write.forms import Form


@dataclass(frozen=True, slots=True)
class Sources:
    """One theme with its evidence, in canonical order; a writer needs nothing else and changes nothing."""

    theme: Theme
    records: tuple[Record, ...]
    """Every record of the theme that was read, copies included, quarantined ones left out."""
    stories: tuple[Story, ...]
    copies: tuple[Copy, ...]
    figures: tuple[Figure, ...]
    layers: tuple[tuple[str, tuple[tuple[str, float], ...]], ...]
    """Record id to its layers with scores, strongest first."""
    outlets: tuple[Outlet, ...]
    independent: tuple[tuple[str, ...], ...]
    """Groups of record ids; the records of one group count as one source."""
    lens: Lens
    form: Form
    settings: Settings
    earlier: tuple[Article, ...]
    """The thread's other articles that are out, oldest first, and the version of this one before, last."""
    now: datetime
    archive: tuple[Record, ...] = ()
    """Records that the thread's earlier articles cite or the thesis counts, and this theme does not hold."""
    said: frozenset[str] = frozenset()
    """Sentences of recent articles on some of these records: they are not said again in the same words."""
    counted: tuple[Figure, ...] = ()
    """The figures that the thesis counts, of whatever story."""
    recent: tuple[Article, ...] = ()
    """The articles that are out, of any thread, the version before of this one left out: what they say is not said alike again."""
    forecasts: tuple[Forecast, ...] = ()
    """What the thread's articles forecast and nobody has decided yet, the first due first."""

    @property
    def citable(self) -> tuple[Record, ...]:
        """The records whose text may be cited."""
        return tuple(r for r in self.records if r.state is RecordState.READ and r.text.strip())

    def record(self, record_id: str) -> Record:
        return next(r for r in self.records if r.id == record_id)

    def version(self, record_id: str, version: int) -> Record | None:
        """The version of a record that may be cited, or None."""
        known = (*self.citable, *self.archive)
        return next((r for r in known if r.id == record_id and r.version == version), None)

    def of_story(self, story: Story) -> tuple[Record, ...]:
        """The citable records of a story, origins before their copies."""
        copies = {c.record_id for c in self.copies}
        mine = [r for r in self.citable if r.id in set(story.record_ids)]
        return tuple(sorted(mine, key=lambda r: (r.id in copies, r.order)))

    def outlet(self, name: str) -> Outlet:
        """What is known about an outlet; one that nobody described reports."""
        return next((o for o in self.outlets if o.name == name), Outlet(name))

    def kind(self, record: Record) -> OutletKind:
        return self.outlet(record.outlet).kind

    def group(self, record_id: str) -> int:
        """The number of the independent source that a record belongs to, below 0 for one whose word does not count."""
        return next((i for i, ids in enumerate(self.independent) if record_id in ids), -1 - sum(map(ord, record_id)))

    def spread(self, record_ids: Iterable[str]) -> int:
        """How many independent sources records come from; commentary and discussion are none."""
        return len({group for i in record_ids if (group := self.group(i)) >= 0})

    def layer_of(self, record_id: str) -> str | None:
        """The strongest layer of a record."""
        found = dict(self.layers).get(record_id, ())
        return found[0][0] if found else None


Writer = Callable[[Sources], Draft]
"""What makes a Draft; the ledger writer and the author are two."""
