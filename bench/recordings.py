"""What an article costs in calls and tokens, from the recordings, beside one question with every record at once.

python -m bench.recordings              a line for each recorded article and each plain one, as JSON
python -m bench.recordings plain DIR    ask a publication's model the plain question about each recorded theme
python -m bench.recordings keep DIR     keep what the model of a publication answered as the recordings of the sample wire
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import plain
from groundwire import newsroom, recordings
from groundwire.clock import Clock
from groundwire.config import Publication
from groundwire.recordings import Recordings
from groundwire.records import ArticleStatus
from groundwire.settings_file import load
from groundwire.store import articles, calls, derived
from groundwire.store.database import open_database
from groundwire.templating import data_path
from synth import pipeline


def figures(kept: Recordings) -> list[dict[str, Any]]:
    """Calls and tokens of each recorded article, those of grouping and the plain questions apart."""
    grouping = kept.of(recordings.GROUPING)
    about = {f"{plain.PROMPT}:{theme}": form for form, theme in kept.themes.items()}
    found = [counted(form, kept.of(form)) for form in kept.themes]
    plainly = [counted(f"{about[r['about']]}, one question with every record", [r]) for r in grouping if r["about"] in about]
    return [*found, *plainly, counted("grouping", [r for r in grouping if r["about"] not in about])]


def counted(name: str, rows: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """How many calls by prompt, and their tokens in and out."""
    mine = list(rows)
    prompts = Counter(str(r["prompt"]) for r in mine)
    tokens = {name: sum(int(r[f"{name}_tokens"] or 0) for r in mine) for name in ("input", "output")}
    return {"article": name, "calls": len(mine), **tokens, "by_prompt": dict(sorted(prompts.items()))}


def ask_plainly(publication: Publication, kept: Recordings) -> None:
    """Put the plain question about every recorded theme to the model of a publication that holds them."""
    with newsroom.work(publication, Clock(kept.now), "write") as doing:
        model = newsroom.connect(publication, doing.db, doing.run_id, kept.now)
        assert model is not None, "the publication names no model"
        room = pipeline.newsroom(publication, kept.now)
        for theme in derived.themes(doing.db):
            form = next((f for f, t in kept.themes.items() if t == theme.id), None)
            if form:
                plain.ask(pipeline.sources_of(doing.db, room, theme, None, form), model)


def keep(publication: Publication, folder: Path) -> None:
    """Keep the calls of a publication whose author wrote one article in each form, in the order in which they were written."""
    with closing(open_database(publication.database)) as db:
        rows = [dict(r) for r in calls.every_row(db)]
        form_of = {a.theme.id: a.form for a in articles.with_status(db, *ArticleStatus) if a.writer.startswith("author")}
        asked = dict.fromkeys(str(r["about"]).split(":")[0] for r in rows)
        themes = {form_of[theme]: theme for theme in asked if theme in form_of}
        now = max(a.modified for a in articles.with_status(db, *ArticleStatus))
        recordings.write(folder, datetime.now(UTC).date(), now, themes, rows)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="?", choices=["check", "plain", "keep"])
    parser.add_argument("publication", nargs="?", type=Path)
    asked = parser.parse_args()
    if asked.what == "check":
        if warning := Recordings.load().warning:
            print(f"warning: {warning}", file=sys.stderr)
        return 0
    if asked.what and not asked.publication:
        parser.error("give the publication's directory")
    if asked.what == "plain":
        ask_plainly(load(asked.publication, {}), Recordings.load())
    elif asked.what == "keep":
        keep(load(asked.publication, {}), data_path("examples/wire") / "recordings")
    else:
        print(json.dumps(figures(Recordings.load()), indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
