"""Lists of feeds in and out, and finding the feeds of a site."""

from __future__ import annotations

from datetime import datetime
from xml.etree import ElementTree as ET

import pytest

from groundwire.config import Publication
from groundwire.store import feeds
from groundwire.store.database import Database
from ingest.discover import MAX_CANDIDATES, feed_links, guesses
from ingest.opml import ListedFeed, export, read_opml, write_opml

LIST = """<?xml version="1.0" encoding="%s"?>
<!DOCTYPE opml [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<opml version="2.0"><head><title>x</title></head><body>
<outline text="Grüße"><outline text="Zeitung é &amp; Co" xmlUrl="https://a.example/feed" htmlUrl="https://a.example/"/>
<outline title="again" xmlUrl="https://a.example/feed"/><outline text="j" xmlUrl="javascript:alert(1)"/></outline>
<outline text="" type="rss" XMLURL=" http://b.example/x?a=1&b=2 "/></body></opml>"""


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-1", "utf-16"])
def test_nested_doubled_and_sloppy_lists_are_read(encoding: str) -> None:
    found = read_opml((LIST % encoding).encode(encoding), "mine.opml")
    assert found.feeds == (
        ListedFeed("https://a.example/feed", "Zeitung é & Co", "https://a.example/"),
        ListedFeed("http://b.example/x?a=1&b=2", None, None),
    )
    assert found.trouble == ("mine.opml: 'javascript:alert(1)' is no web address; nothing was added for it",)


@pytest.mark.parametrize("body", [b"", b"<html></html>", b"{}", b"\xff\xfe", b"<opml>" * 5_000])
def test_what_is_no_list_is_reported(body: bytes) -> None:
    found = read_opml(body, "x")
    assert not found.feeds
    assert found.trouble == ("x: holds no feeds; an OPML file with outlines that have xmlUrl is expected",)


def test_what_is_written_is_well_formed_sorted_and_reads_back() -> None:
    listed = [
        ListedFeed("https://b.example/?a=1&b=2", 'B <b> "q" \'s', None),
        ListedFeed("https://a.example/f", None, "https://a.example/"),
    ]
    text = write_opml(listed, "T & <co>")
    assert text == write_opml(reversed(listed), "T & <co>")
    assert ET.fromstring(text).findtext("head/title") == "T & <co>"
    assert read_opml(text.encode(), "x").feeds == (
        ListedFeed("https://a.example/f", "https://a.example/f", "https://a.example/"),
        ListedFeed("https://b.example/?a=1&b=2", 'B <b> "q" \'s', None),
    )


def test_export_holds_every_feed_under_its_outlets_name(db: Database, publication: Publication, now: datetime) -> None:
    with db.transaction():
        feeds.add(db, "https://a.example/feed", now, outlet="The A", html_url="https://a.example/")
    assert read_opml(export(db, publication).encode(), "x").feeds == (ListedFeed("https://a.example/feed", "The A", "https://a.example/"),)


PAGE = """<html><head><base href="/x/"><link rel="alternate" type="application/rss+xml" href="/comments/feed/">
<link rel="alternate" type="application/rss+xml; charset=utf-8" href="rss"><link rel="alternate" type="application/feed+json" href="/f.json">
<link rel="alternate" hreflang="de" href="/de/"><link rel="stylesheet alternate" type="text/xml" href="/s.xml"></head>
<body><a href="/about-us">About</a><a href="/here">Our RSS</a><a href="javascript:x">rss</a><a href="/atom.xml">x</a><a href="/feedback">mail us</a></body></html>"""


def test_declared_feeds_come_first_and_comments_last() -> None:
    assert feed_links(PAGE.encode(), "https://n.example/a") == (
        "https://n.example/x/rss",
        "https://n.example/f.json",
        "https://n.example/here",
        "https://n.example/atom.xml",
        "https://n.example/comments/feed/",
    )


@pytest.mark.parametrize("body", [b"", b"\0" * 50, b"{}", b"<div>" * 50_000, b"<a href='/rss'>" * 20_000])
def test_any_bytes_give_few_links(body: bytes) -> None:
    assert len(feed_links(body, "https://n.example/")) <= MAX_CANDIDATES


def test_guesses_lie_below_the_page_then_at_the_root() -> None:
    found = guesses("https://n.example/blog/")
    assert found[0] == "https://n.example/blog/feed"
    assert "https://n.example/feed" in found
    assert guesses("https://n.example")[0] == "https://n.example/feed"
