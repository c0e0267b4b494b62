"""List pages and the look: the stack, threads, forecasts, sources, versions word by word, and what `site.look` changes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import edition_sample
import pytest
from lxml import html
from pydantic import ValidationError

from groundwire import config
from groundwire.errors import BuildError
from publish.look import minified


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return edition_sample.built(tmp_path_factory.mktemp("lists"))


def page(site: Path, path: str) -> Any:
    return html.fromstring((site / path).read_text(encoding="utf-8"))


def text(element: Any) -> str:
    return " ".join(element.text_content().split())


def test_the_stack_has_a_gauge_for_each_layer_week_by_week(site: Path) -> None:
    root = page(site, "stack/index.html")
    assert "12% of commitments" not in text(
        root
    ) and "30% of commitments, 12% of coverage: commitments are ahead of attention by 18 points." in text(root)
    gauges = [d.text for d in root.iter("desc")][1:]
    assert (
        gauges[4]
        == "Energy, in the week to 8 June 2026: 12% of coverage, 30% of commitments; in the week to 3 June 2026 it was 8% and 30%."
    )
    assert [a.get("href") for a in root.xpath("//h3/a")] == [f"../stack/{name}/index.html" for name in edition_sample.LAYERS]


def test_a_layer_has_its_articles_and_its_volume(site: Path) -> None:
    root = page(site, "stack/energy/index.html")
    assert [text(h) for h in root.iter("h3")] == [
        "Power was signed for before the model was named",
        "The queue for power is longer than the lease",
    ]
    assert "1 account in" in text(root)
    assert "No article of this layer is out yet." in text(page(site, "stack/model/index.html"))


def test_a_copy_is_no_account(site: Path) -> None:
    assert "Nothing" not in text(page(site, "stack/application/index.html"))
    counted = [text(page(site, f"stack/{name}/index.html")) for name in edition_sample.LAYERS]
    assert sum(int(m[1]) for t in counted if (m := re.search(r"(\d+) accounts? in", t))) == 5


def test_a_thread_tells_every_step_and_links_each_article(site: Path) -> None:
    root = page(site, "threads/osterby-and-the-grid/index.html")
    steps = root.find_class("timeline")[0].findall("li")
    assert [text(s) for s in steps] == [
        "24 April 2026Nordlinje opens the queue at Osterby.",
        "3 June 2026Halden Compute signs for 900 megawatts.",
    ]
    assert steps[1].find("a").get("href").endswith("power-was-signed-for-before-the-model-was-named/index.html")
    assert next(root.iter("desc")).text == "2 steps between 24 April 2026 and 3 June 2026; the numbers are those of the list."


def test_forecasts_stand_with_their_record(site: Path) -> None:
    root = page(site, "forecasts/index.html")
    assert "4 forecasts in all, 1 open; 1 of 3 decided came true, 1 in part." in text(root)
    assert [text(k.find("span")) for k in root.find_class("kicker")] == ["Open", "Came true in part", "Did not come true", "Came true"]
    assert "What was seen: A filing." in text(root) and "Wrong if: none is delivered" in text(root)


def test_sources_say_who_is_read_and_what_of_it_is_copied(site: Path) -> None:
    rows = {text(r[0]).partition("last")[0]: [text(c) for c in r[1:]] for r in page(site, "sources/index.html").iter("tr")}
    assert rows["Wire Copy"] == ["–", "–", "–", "1", "1", "0", "0", "0"]
    assert rows["Grid Ledger"][:5] == ["report", "–", "0.80", "1", "0"]


def test_a_version_is_shown_word_by_word_against_the_one_before(site: Path) -> None:
    second = page(site, edition_sample.ARTICLE.replace("index", "history/index")).find_class("versions")[0][0]
    kinds = [li.get("class") for li in second.find_class("diff")[0]]
    assert sorted(kinds) == ["gone", "new", "rewritten"]
    rewritten = second.find_class("rewritten")[0]
    told = "".join({"del": "[-%s]", "ins": "[+%s]"}.get(p.tag, "") % p.text + (p.tail or "") for p in rewritten if p.tag != "span")
    assert told == "[+Osterby, ]the [-Osterby substation][+operator said]."
    assert "Sentences: 1 rewritten, 1 removed, 1 added" in text(second)


def look_of(tmp_path: Path, **look: str) -> Path:
    return edition_sample.built(tmp_path, look=look)


def test_phrases_are_said_in_other_words_on_every_page(tmp_path: Path) -> None:
    site = look_of(
        tmp_path, **{"word.The stack": "Die Schichten", "word.Close": "Schließen", "word.Sources differ:": "Quellen weichen ab:"}
    )
    assert all("Die Schichten" in p.read_text() for p in site.rglob("*.html"))
    article = (site / edition_sample.ARTICLE).read_text()
    assert ">Schließen<" in article and "Quellen weichen ab:" in article and ">Close<" not in article


def test_a_phrase_that_no_page_says_is_named_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match=r"word\.The stacks': no page says this \(did you mean 'The stack'\?\)"):
        look_of(tmp_path, **{"word.The stacks": "x"})


def test_colours_stand_at_the_end_of_the_style_sheet_each_for_its_scheme(tmp_path: Path) -> None:
    css = (look_of(tmp_path, link="#123456", **{"dark.link": "#abcdef"}) / "static/style.css").read_text()
    assert css.endswith(
        "@media screen and (prefers-color-scheme:light){:root{--link:#123456}}@media screen and (prefers-color-scheme:dark){:root{--link:#abcdef}}\n"
    )


def test_a_logo_is_the_sign_and_the_icon(tmp_path: Path) -> None:
    static = tmp_path / "templates/site/static"
    static.mkdir(parents=True)
    (static / "mark.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    site = look_of(tmp_path, logo="mark.svg")
    assert (site / "static/mark.svg").is_file() and "url(mark.svg)" in (site / "static/style.css").read_text()
    assert page(site, "index.html").xpath("//link[@rel='icon']/@href") == ["static/mark.svg"]


def test_a_logo_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match=r"templates/site/static/mark\.svg"):
        look_of(tmp_path, logo="mark.svg")


@pytest.mark.parametrize(
    ("look", "said"),
    [
        ({"link": "red; } body { display: none"}, "should be a colour like #0a4a94"),
        ({"dark.lnk": "#000000"}, "no part of the look"),
        ({"papre": "#ffffff"}, "did you mean 'paper'"),
        ({"logo": "../secret.svg"}, "name of a picture"),
        ({"word.Close": ""}, "no part of the look"),
    ],
)
def test_a_look_is_checked(look: dict[str, str], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        config.Site(look=look)


def test_one_template_can_be_the_publications_own(tmp_path: Path) -> None:
    own = tmp_path / "templates/site"
    own.mkdir(parents=True)
    (own / "thread.html").write_text("{% extends 'base.html' %}{% block content %}<h1>Ours: {{ thread.title }}</h1>{% endblock %}")
    site = edition_sample.built(tmp_path)
    assert "<h1>Ours: Osterby and the grid</h1>" in (site / "threads/osterby-and-the-grid/index.html").read_text()


def test_a_style_sheet_says_the_same_in_fewer_letters() -> None:
    css = "/* why */\na:hover , b > i { color: red ;\n  margin: 0 calc(1px + 2px) ; }\n@media (max-width: 60rem) { .x :focus { top: 1px; } }\n"
    assert minified(css) == "a:hover,b>i{color:red;margin:0 calc(1px + 2px)}@media (max-width: 60rem){.x :focus{top:1px}}"
