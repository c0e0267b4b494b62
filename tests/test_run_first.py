"""The first run of a new publication with thirty working feeds: it publishes, or says in one line what is missing."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from random import Random

import newsrooms
import pytest
from scripted_server import Asked, Reply, Scripted
from write_sample import CHIPS, CHIPS_AGAIN, PLANT, PLANT_AGAIN, PLANT_THIRD

NOW = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
FEEDS = 30
NEWS = (PLANT, PLANT_AGAIN, PLANT_THIRD, CHIPS, CHIPS_AGAIN)
SYLLABLES = ("ba", "ke", "li", "mo", "nu", "ra", "se", "ti", "vo", "zu", "dra", "fle", "gri", "plo", "stu", "wen")


def lone(n: int) -> str:
    """A report in words of its own, with a figure of its own: no other feed has it."""
    rng = Random(n)
    words = ["".join(rng.choices(SYLLABLES, k=rng.randint(4, 6))) for _ in range(60)]
    house = f"{words[0].title()} {words[1].title()}"
    told = [f"{' '.join(words[i : i + 9]).capitalize()}, {words[i]} {house}" for i in range(2, 50, 12)]
    return f"{house} pays ${n + 2}.{n % 9 + 1} million for {words[2]} {words[3]}.\n" + ".\n".join(told) + "."


def texts(news: tuple[str, ...]) -> dict[str, str]:
    return {f"paper{n}.example": news[n] if n < len(news) else lone(n) for n in range(FEEDS)}


def answers(of: dict[str, str], asked: Asked) -> Reply:
    text = of[asked.host]
    if asked.path == "/robots.txt":
        return Reply(404)
    title = text.splitlines()[0].rstrip(".").removeprefix("OSMERE - ")
    if asked.path == "/feed":
        item = f"<title>{title}</title><link>http://{asked.host}/text</link><pubDate>{format_datetime(NOW - timedelta(hours=3))}</pubDate>"
        return Reply(200, (), f"<rss version='2.0'><channel><title>{asked.host}</title><item>{item}</item></channel></rss>".encode())
    body = "".join(f"<p>{line}</p>" for line in text.splitlines())
    page = f"<html lang='en'><head><title>{title}</title></head><body><article><h1>{title}</h1>{body}</article></body></html>"
    return Reply(200, (("Content-Type", "text/html; charset=utf-8"),), page.encode())


def publication(directory: Path, server: Scripted, more: str = "", feeds: int = FEEDS) -> Path:
    names = [f"paper{n}.example" for n in range(feeds)]
    listed = newsrooms.opml({f"http://{name}/feed": f"Paper {n}" for n, name in enumerate(names)})
    return newsrooms.make(directory, server.hosts(names), listed, more)


def status(root: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads(newsrooms.groundwire(root, "status", "--json", now=NOW.isoformat()).stdout)
    return found


def test_with_two_outlets_and_a_figure_it_publishes_in_the_first_run(tmp_path: Path) -> None:
    told = texts(NEWS)
    with Scripted(lambda asked: answers(told, asked)) as server:
        root = publication(tmp_path / "p", server)
        done = newsrooms.groundwire(root, "run", now=NOW.isoformat())
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert list((root / "output" / "site" / "articles").glob("*/index.html"))
    found = status(root)
    assert found["records"] == {"read": FEEDS} and found["nothing_written"] is None and found["theses"]


def test_without_them_the_last_line_says_what_is_missing_once(tmp_path: Path) -> None:
    told = texts(())
    with Scripted(lambda asked: answers(told, asked)) as server:
        root = publication(tmp_path / "p", server)
        first = newsrooms.groundwire(root, "run", now=NOW.isoformat())
        second = newsrooms.groundwire(root, "run", now=(NOW + timedelta(minutes=75)).isoformat())
    (line,) = first.stderr.splitlines()
    assert line.startswith(f"nothing to write yet: {FEEDS} stories, none with 2 independent outlets and a figure; the nearest is “")
    assert line.endswith("1 independent source, 2 are needed")
    assert (first.returncode, second.returncode, second.stderr) == (0, 0, "")
    found = status(root)
    assert found["themes_ready"] == 0 and found["nothing_written"] == line
    assert line in newsrooms.groundwire(root, "status", now=NOW.isoformat()).stdout


def test_where_editors_decide_it_says_that_an_article_waits(tmp_path: Path) -> None:
    told = texts(NEWS)
    with Scripted(lambda asked: answers(told, asked)) as server:
        root = publication(tmp_path / "p", server, '[gate]\npolicy = "review"\n', feeds=len(NEWS))
        done = newsrooms.groundwire(root, "run", now=NOW.isoformat())
    assert (done.returncode, len(done.stderr.splitlines())) == (0, 1)
    assert done.stderr.startswith("nothing published yet: ") and "gate.policy" in done.stderr


RIVERS = """
label = "Rivers"
[[layer]]
name = "crossing"
label = "Crossings"
terms = { bridge = 3, ferry = 3 }
[[layer]]
name = "town"
label = "Towns"
terms = { theatre = 3, library = 3 }
"""


@pytest.mark.parametrize("lens", ["rivers", "absent"])
def test_a_publication_brings_a_lens_of_its_own(tmp_path: Path, lens: str) -> None:
    told = texts(())
    with Scripted(lambda asked: answers(told, asked)) as server:
        root = publication(tmp_path / "p", server, f'[write]\nlens = "{lens}"\n', feeds=3)
        (root / "templates" / "lenses").mkdir(parents=True)
        (root / "templates" / "lenses" / "rivers.toml").write_text(RIVERS, encoding="utf-8")
        done = newsrooms.groundwire(root, "run", now=NOW.isoformat())
    assert (done.returncode, "lenses/absent.toml" in done.stderr) == ((0, False) if lens == "rivers" else (2, True))
