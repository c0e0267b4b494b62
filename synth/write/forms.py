"""Forms: the parts that an article has and its limits, read from templates/forms/NAME.toml."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from groundwire.errors import ConfigError
from groundwire.records import Signal, Theme
from groundwire.templating import data_path, template_path

Range = tuple[int, int]


class Part(BaseModel):
    """One part that the author writes: what it is for, how long it is, whether it has a heading, leads or the forecast."""

    model_config = ConfigDict(frozen=True)

    name: str
    brief: str
    heading: Literal["claim", "none"] = "claim"
    words: Range = (80, 140)
    optional: bool = False
    forecast: bool = False
    leads: Range | None = None


class When(BaseModel):
    """When a form is written without being named; what is absent asks nothing."""

    model_config = ConfigDict(frozen=True)

    rank: int = 9
    signals: tuple[str, ...] = ()
    """One of these kinds is among the theme's signals, between two of its stories."""
    commitments: int = 0
    """So many signals of a figure that is new or moved."""
    stories: int = 1
    """So many stories."""
    ahead: bool = False
    """A record speaks of a year still to come."""


class Form(BaseModel):
    """The limits of one form; words are counted as readers count them."""

    model_config = ConfigDict(extra="allow", frozen=True)

    name: str
    words: Range = (250, 600)
    least: int = 150
    """Fewer words than this wait for an editor."""
    headline_words: Range = (7, 12)
    dek_words: Range = (25, 35)
    stories: int = 5
    clauses: int = 4
    reports: int = 14
    differ: int = 4
    single: int = 3
    questions: Range = (2, 4)
    answer_words: Range = (50, 80)
    quotation_words: int = 25
    quoted_share: float = 0.15
    record_quoted_words: int = 75
    copied_run: int = 12
    overlap: float = 0.05
    passage_words: int = 200
    supported: int = 4
    headings: dict[str, str] = Field(default_factory=dict)
    about: str = ""
    """What the form is, for the author."""
    heading_words: Range = (6, 8)
    part: tuple[Part, ...] = ()
    """What the author writes, in order; the ledger writer has parts of its own."""
    when: When | None = None
    audiences: tuple[str, ...] = ()
    """Who is spoken to where write.audiences names nobody."""

    @property
    def forecast(self) -> bool:
        """Whether a part gives a dated view."""
        return any(part.forecast for part in self.part)


def load(name: str, own: Path | None) -> Form:
    """The form with this name, the publication's own before the packaged one; raises ConfigError."""
    path = template_path(f"forms/{name}.toml", own)
    try:
        return Form.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise ConfigError(f"write.form '{name}': there is no templates/forms/{name}.toml") from None
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise ConfigError(f"{path.name}: {str(error).splitlines()[0]}") from error


def named(own: Path | None) -> tuple[str, ...]:
    """The names of all forms, packaged and the publication's own."""
    folders = [data_path("templates") / "forms", *([own / "forms"] if own else [])]
    return tuple(sorted({p.stem for folder in folders if folder.is_dir() for p in folder.glob("*.toml")}))


def fitting(theme: Theme, ahead: bool, own: Path | None, otherwise: str) -> str:
    """The form that a theme's signals ask for: the first by rank whose conditions hold; `ahead` says whether a record speaks of a year to come.

    Raises ConfigError.
    """
    found = [(form.when.rank, name) for name in named(own) if (form := load(name, own)).when and _holds(form.when, theme, ahead)]
    return min(found)[1] if found else otherwise


def _holds(when: When, theme: Theme, ahead: bool) -> bool:
    mine = set(theme.story_ids)
    kinds = {s.kind for s in theme.signals if len(mine & set(s.story_ids)) > 1}
    return (
        (not when.signals or bool(kinds & set(when.signals)))
        and sum(map(_commits, theme.signals)) >= when.commitments
        and len(mine) >= when.stories
        and (ahead or not when.ahead)
    )


def _commits(signal: Signal) -> bool:
    return signal.kind in {"new-figure", "moved-figure"}
