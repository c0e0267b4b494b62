"""The reference table of a publication's lens, as proofs look it up."""

from __future__ import annotations

import tomllib

from evidence.citations import reference_values
from groundwire.config import Publication
from groundwire.templating import template_path


def reference_table(publication: Publication) -> dict[str, str]:
    """The values and lines of the rows by key; none when there is no such lens or it is wrong: what cites a row is then not proved."""
    path = template_path(f"lenses/{publication.settings.write.lens}.toml", publication.templates)
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8")).get("reference", [])
        return reference_values({name: str(value) for name, value in row.items()} for row in rows)
    except (FileNotFoundError, ValueError, KeyError, TypeError, AttributeError):
        return {}
