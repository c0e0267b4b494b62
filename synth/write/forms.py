"""Forms: the parts that an article has and its limits, read from templates/forms/NAME.toml."""

from __future__ import annotations

import tomllib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from groundwire.errors import ConfigError
from groundwire.templating import template_path

Range = tuple[int, int]


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


def load(name: str, own: Path | None) -> Form:
    """The form with this name, the publication's own before the packaged one; raises ConfigError."""
    path = template_path(f"forms/{name}.toml", own)
    try:
        return Form.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise ConfigError(f"write.form '{name}': there is no templates/forms/{name}.toml") from None
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise ConfigError(f"{path.name}: {str(error).splitlines()[0]}") from error
