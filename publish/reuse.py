"""What a page was made from, as a hash: equal hashes mean equal bytes, and nothing is made again.

The hash of a page holds the publication's settings, the templates, the program's own text, the article's row, its notes, its
thread, the articles that it links to, and where its records come from. Texts of records and versions of articles change only
when something is removed on demand, which makes every page anew, so their identities stand for them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from pathlib import Path

from groundwire import templating
from groundwire.config import Publication

_CODE = ("publish", "evidence", "groundwire", "groundwire/store")


def digest(*parts: object) -> str:
    """A hash of values that have one spelling each."""
    return hashlib.sha256("\x1f".join(map(str, parts)).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def fingerprint(publication: Publication, *rest: object) -> str:
    """The hash of all that every page depends on: settings of the site, the gate's policy, templates, the program."""
    settings = publication.settings
    templates = (folder / kind for folder in (templating.data_path("templates"), publication.templates) for kind in ("site", "cards"))
    return digest(
        settings.site.model_dump_json(), settings.gate.policy, settings.write.model_dump_json(), _program(), *map(_folder, templates), *rest
    )


@lru_cache(maxsize=1)
def _program() -> str:
    root = Path(__file__).parent.parent
    return digest(*(_contents(sorted((root / name).glob("*.py"))) for name in _CODE))


def _folder(folder: Path) -> str:
    return _contents(sorted(p for p in folder.rglob("*") if p.is_file()))


def _contents(files: Iterable[Path]) -> str:
    whole = hashlib.sha256()
    for file in files:
        whole.update(f"{file.name}\0".encode() + hashlib.sha256(file.read_bytes()).digest())
    return whole.hexdigest()


def sources_digest(records: Iterable[str], copies: Mapping[str, str], gone: Collection[str]) -> str:
    """What the records of an article are besides their text: which are copies of which, and which are no longer there."""
    return ",".join(f"{r}<{copies.get(r, '')}{'!' if r in gone else ''}" for r in records if r in copies or r in gone)
