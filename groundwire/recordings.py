"""Recordings: a model's answers to everything that articles on the sample wire asked of it, served again without a model.

A recording is the rows of the table `calls`, one JSON object a line, in `examples/wire/recordings/`: `grouping.jsonl` for what was
asked about the wire as a whole, and one file for each form. `recordings.toml` says at what moment they were made, about which
themes, and what the prompts and forms were then.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from groundwire.store import calls
from groundwire.store.database import Database
from groundwire.templating import data_path

ABOUT = "recordings.toml"
GROUPING = "grouping"
"""The file of what was asked about no theme."""
PROMPTS = ("prompts/*.txt", "forms/*.toml", "house/*.toml")
"""What an author's requests are made of, below templates/."""


@dataclass(frozen=True, slots=True)
class Recordings:
    """The recordings of the sample wire: what each form's article was about, when, and of which prompts."""

    folder: Path
    made: date
    now: datetime
    """The moment of the run; the wire was read up to and with its day."""
    themes: Mapping[str, str]
    """Form to the id of the theme that was written in it, in the order in which the rules ranked them."""
    prompts: Mapping[str, str]
    """Path below templates/ to the SHA-256 of the file when the recordings were made."""

    @classmethod
    def load(cls, folder: Path | None = None) -> Recordings:
        """What the folder holds, by default the product's own. Raises FileNotFoundError and ValueError."""
        folder = folder or data_path("examples/wire") / "recordings"
        about = tomllib.loads((folder / ABOUT).read_text(encoding="utf-8"))
        return cls(folder, about["made"], about["now"], about["themes"], about["prompts"])

    def of(self, name: str) -> tuple[dict[str, Any], ...]:
        """The rows of `calls` behind the article in a form, or those of GROUPING, in the order in which they were asked."""
        lines = (self.folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
        return tuple(json.loads(line) for line in lines)

    def furnish(self, db: Database, forms: Iterable[str] | None = None) -> None:
        """Put the rows behind the articles in these forms, by default all, into a database, where `--replay` finds them."""
        with db.transaction():
            for name in (GROUPING, *(self.themes if forms is None else forms)):
                calls.restore(db, self.of(name))

    def changed(self) -> tuple[str, ...]:
        """The prompts and forms that are not what they were when the recordings were made, by path."""
        now = prompts()
        return tuple(sorted(n for n in {*now, *self.prompts} if now.get(n) != self.prompts.get(n)))

    @property
    def warning(self) -> str | None:
        """What to say when the recordings no longer show what the prompts of today would ask."""
        changed = self.changed()
        if not changed:
            return None
        return f"recordings of {self.made}: {', '.join(changed)} changed since; record them anew (docs/writing.md, “Recordings”)"


def prompts() -> dict[str, str]:
    """Path below templates/ to the SHA-256 of each file that an author's requests are made of."""
    templates = data_path("templates")
    found = sorted(path for pattern in PROMPTS for path in templates.glob(pattern) if path.stem != "ledger")
    return {path.relative_to(templates).as_posix(): sha256(path.read_bytes()).hexdigest() for path in found}


def write(folder: Path, made: date, now: datetime, themes: Mapping[str, str], rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep rows of `calls` as the recordings of a folder: what was answered about these themes (form to id), and about none."""
    folder.mkdir(parents=True, exist_ok=True)
    answered = [{**r, "run_id": None, "article_id": None, "base_url": ""} for r in rows if r["state"] == "answered"]
    form_of = {theme: form for form, theme in themes.items()}
    for form in (GROUPING, *themes):
        mine = [r for r in answered if form_of.get(str(r["about"]).split(":")[0], GROUPING) == form]
        lines = (json.dumps(r, ensure_ascii=False, sort_keys=True) + "\n" for r in mine)
        (folder / f"{form}.jsonl").write_text("".join(lines), encoding="utf-8")
    (folder / ABOUT).write_text(_about(made, now, themes), encoding="utf-8")


def _about(made: date, now: datetime, themes: Mapping[str, str]) -> str:
    head = "# Recorded answers of a model to the author's questions on the sample wire; groundwire/recordings.py says how they are read.\n"
    tables = {"themes": themes, "prompts": prompts()}
    told = [f"\n[{name}]\n" + "".join(f"{json.dumps(k)} = {json.dumps(v)}\n" for k, v in table.items()) for name, table in tables.items()]
    return f"{head}\nmade = {made.isoformat()}\nnow = {now.isoformat()}\n{''.join(told)}"
