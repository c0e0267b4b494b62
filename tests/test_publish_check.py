"""The checks of a tree: what they let through and what they refuse, by name."""

from __future__ import annotations

import pytest

from groundwire.errors import BuildError
from publish.check import Anatomy, inspect, resolve

FRAME = '<!DOCTYPE html>\n<html lang="en"><head><title>t</title></head><body><h1 id="a">h</h1>{}</body></html>'


def anatomy(body: str, path: str = "x/index.html") -> Anatomy:
    return inspect(path, FRAME.format(body).encode(), "/pub/")


@pytest.mark.parametrize(
    ("body", "cause"),
    [
        ("<p>open", "not well formed"),
        ("<p>&nbsp;</p>", "not well formed"),
        ("<p>\x01</p>", "not well formed"),
        ('<p style="color:red">x</p>', "attribute 'style'"),
        ('<p onclick="x()">x</p>', "attribute 'onclick'"),
        ("<style>p{}</style>", "<style>"),
        ("<script>x()</script>", "not JSON-LD"),
        ('<script type="application/ld+json">{</script>', "no JSON"),
        ('<script type="application/ld+json">{}</script><script type="application/ld+json">{}</script>', "2 scripts"),
        ('<iframe src="x"></iframe>', "<iframe>"),
        ('<form action="x"></form>', "<form>"),
        ('<p id="a">x</p>', "id a is there twice"),
        ("<h1>two</h1>", "2 first headings"),
        ('<a href="javascript:x">x</a>', "scheme that is not allowed"),
        ('<a href="//other.example/x">x</a>', "scheme that is not allowed"),
        ('<a href="/other/x">x</a>', "outside the site"),
        ('<span class="s report" id="s-3">x</span>', "reported sentence s-3 has no citation"),
    ],
)
def test_what_no_page_may_hold(body: str, cause: str) -> None:
    with pytest.raises(BuildError, match=r"x/index\.html") as caught:
        anatomy(body)
    assert cause in str(caught.value)


def test_links_are_found_from_the_page_and_from_the_root() -> None:
    found = anatomy(
        '<a href="../y.html#b">x</a><a href="#a">x</a><a href="/pub/z.html">x</a><a href="https://o.example/#:~:text=x">x</a><a href="mailto:a@b.example">x</a>'
    )
    assert found.links == ("y.html#b", "x/index.html#a", "z.html")


def test_links_inside_a_unit_must_lead_somewhere_and_the_others_are_named() -> None:
    page = anatomy('<a href="y.html#gone">x</a>', "x.html")
    with pytest.raises(BuildError, match="no such id"):
        resolve({"x.html": page, "y.html": anatomy("", "y.html")})
    assert resolve({"x.html": page}) == ("y.html#gone",)


@pytest.mark.parametrize(
    ("path", "content"), [("feed.xml", b"<feed>"), ("feed.xml", b"<rss/>"), ("a/article.json", b"{"), ("sitemap.xml", b"<a/>")]
)
def test_feeds_and_data_are_parsed(path: str, content: bytes) -> None:
    with pytest.raises(BuildError, match=path):
        inspect(path, content)


def test_entities_are_never_expanded() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'
    assert inspect("other.xml", bomb) == Anatomy()
