"""What pages say beyond the articles: what was read, what was forecast, and the layers of the lens."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Any

from groundwire.config import Publication
from groundwire.store import site as counts
from groundwire.store.database import Database
from groundwire.templating import template_path
from publish.edition import Known
from publish.stack import DAYS, by_day
from publish.views import Site


def known(db: Database, owners: Mapping[str, str], site: Site) -> Known:
    """What list pages say beyond the articles that are out; `owners` are those of outlets.toml by outlet."""
    return Known(
        statuses=counts.article_counts(db),
        read=counts.outlets_read(db),
        owners=owners,
        accounts=by_day(counts.layer_hours(db, DAYS), site.zone),
        forecasts=counts.forecasts(db),
    )


def lens(publication: Publication) -> dict[str, Any]:
    """The lens as its file has it; raises OSError or ValueError when it cannot be read."""
    path = template_path(f"lenses/{publication.settings.write.lens}.toml", publication.templates)
    return tomllib.loads(path.read_text(encoding="utf-8"))


def layer_labels(publication: Publication) -> list[tuple[str, str]]:
    """Name and label of each layer of the lens, from surface to bedrock; none when there is no such lens or it is wrong."""
    try:
        return [(str(layer["name"]), str(layer.get("label") or layer["name"])) for layer in lens(publication).get("layer", [])]
    except (FileNotFoundError, ValueError, KeyError, TypeError, AttributeError):
        return []
