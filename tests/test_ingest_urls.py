"""T2: one identity for a page however it was linked; links out of feeds."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from urllib.parse import urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from outside import CORPUS, needs_corpus, rows

from ingest.urls import clean_link, host_of, identity, origin_of

BASE = "https://news.example/blog/feed.xml"


@needs_corpus
@pytest.mark.parametrize("row", rows("own/url-identity.json"), ids=lambda r: r["in"])
def test_t2_identity(row: dict[str, str]) -> None:
    assert identity(row["in"]) == row["identity"]
    assert identity(identity(row["in"])) == row["identity"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://news.example/a?utm_campaign=x&mc_cid=1&mc_eid=2&msclkid=3&dclid=4", "https://news.example/a"),
        ("https://news.example/a?smid=tw-share&at_medium=RSS&at_campaign=K", "https://news.example/a"),
        ("https://news.example/a?UTM_Source=x", "https://news.example/a"),
        ("https://news.example/a?", "https://news.example/a"),
        ("https://news.example/a?b=1&&a=2&", "https://news.example/a?a=2&b=1"),
        ("https://news.example./a", "https://news.example/a"),
        ("https://user:pw@news.example/a", "https://news.example/a"),
        ("https://b\u00fccher.example/\u00e9", "https://xn--bcher-kva.example/%C3%A9"),
        ("https://news.example/%c3%a9", "https://news.example/\u00e9"),
        ("https://news.example/a%2fb", "https://news.example/a%2Fb"),
        ("https://news.example/./a/b/../c/.", "https://news.example/a/c/"),
        ("https://news.example/%2e%2e/a", "https://news.example/a"),
        ("  https://news.example/a b ", "https://news.example/a%20b"),
        ("https://news.example/a?from=rss&partner=feedburner", "https://news.example/a"),
        ("HTTPS://NEWS.EXAMPLE/A", "https://news.example/A"),
    ],
)
def test_addresses_of_one_page_agree(one: str, other: str) -> None:
    assert identity(one) == identity(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://news.example/p?12345", "https://news.example/p?12346"),
        ("https://news.example/?p=1", "https://news.example/?p=2"),
        ("https://news.example/a", "https://news.example/a/"),
        ("https://news.example/a", "https://news.example/A"),
        ("https://news.example/a%2Fb", "https://news.example/a/b"),
        ("https://news.example/a?gallery=oslo", "https://news.example/a?gallery=bergen"),
        ("https://news.example/a?cid=77", "https://news.example/a?cid=78"),
        ("https://news.example/a?from=2026-11-01", "https://news.example/a?from=2026-11-02"),
        ("https://news.example/go?u=https://a.example/", "https://a.example/"),
        ("https://news.example/a?x=1&x=2", "https://news.example/a?x=1"),
        ("http://news.example/a", "https://news.example/a"),
        ("https://news.example:8443/a", "https://news.example/a"),
        ("https://news.example//a", "https://news.example/a"),
    ],
)
def test_addresses_of_different_pages_differ(one: str, other: str) -> None:
    assert identity(one) != identity(other)


@given(st.text(max_size=60))
@example("http://a/%")
@example("https://a/?%25=&%zz=%2")
@example("http://a/..")
def test_identity_is_total_and_stable(tail: str) -> None:
    for url in (tail, f"https://news.example/{tail}", f"https://news.example/a?{tail}"):
        assert identity(identity(url)) == identity(url)


@given(st.text(max_size=60))
def test_a_clean_link_is_plain_http(text: str) -> None:
    for link in (text, f"http://{text}", f"//{text}"):
        cleaned = clean_link(link, BASE)
        if cleaned is not None:
            parts = urlsplit(cleaned)
            assert parts.scheme in ("http", "https")
            assert cleaned.isascii() and cleaned.isprintable()
            assert parts.hostname and parts.username is None
            assert not set(cleaned) & set("\"<>' `\\") - {"'"}


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("../post?a=1#part", "https://news.example/post?a=1"),
        ("post", "https://news.example/blog/post"),
        ("//other.example/x", "https://other.example/x"),
        ("\n https://news.example/a \n", "https://news.example/a"),
        ("https://user:pw@news.example/", "https://news.example/"),
        ("https://news.example/a b", "https://news.example/a%20b"),
        ("java\tscript:alert(1)", None),
        ("JaVaScRiPt:alert(1)", None),
        ("data:text/html,x", None),
        ("mailto:a@b.example", None),
        ("blob:https://news.example/x", None),
        ("https://news\u200b.example/", None),
        ("https://news.example\r\nHost: x/", None),
        ("https://ne%77s.example/", None),
        ("https://0x7f000001/", None),
        ("https:///x", None),
        ("https://[::1/", None),
        ("https://news.example/" + "a" * 5_000, None),
    ],
)
def test_links(link: str, expected: str | None) -> None:
    assert clean_link(link, BASE) == expected


@needs_corpus
def test_t2_link_schemes_of_the_hostile_feed() -> None:
    assert CORPUS is not None
    for path in sorted((CORPUS / "own" / "feeds-hostile").glob("link-schemes*.xml")):
        for element in ElementTree.parse(path).iter("link"):
            link = element.text or ""
            cleaned = clean_link(link, BASE)
            scheme = link.strip().partition(":")[0].lower()
            assert (cleaned is None) == (":" in link and scheme not in ("http", "https")), link
            assert cleaned is None or "@" not in urlsplit(cleaned).netloc


def test_host_and_origin() -> None:
    assert host_of("https://News.Example.:8443/a") == "news.example"
    assert host_of("http://[::1]:80/") == "[::1]"
    assert host_of("mailto:x") == ""
    assert origin_of("https://news.example/a") == "https://news.example:443"
