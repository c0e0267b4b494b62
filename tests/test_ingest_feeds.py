"""Feeds into items: identity, links, dates, texts, schedules, encodings, and what is refused."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from groundwire.errors import FeedError
from groundwire.records import FeedItem, ParsedFeed
from ingest.clean import SUMMARY_LIMIT, TITLE_LIMIT, clean_text, html_text, language_tag, one_line
from ingest.encodings import decode
from ingest.feeds import MAX_BYTES, parse_feed, usable_date

URL = "https://news.example/blog/feed"
RSS = '<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"><channel><title>Site</title>%s</channel></rss>'


def parse(text: str | bytes, content_type: str | None = None, url: str = URL) -> ParsedFeed:
    body = text if isinstance(text, bytes) else text.encode("utf-8")
    return parse_feed(body, url=url, content_type=content_type, headers={})


def rss(*items: str, channel: str = "") -> ParsedFeed:
    return parse(RSS % (channel + "".join(f"<item>{item}</item>" for item in items)))


def only(*items: str) -> FeedItem:
    (item,) = rss(*items).items
    return item


def reason(text: str | bytes) -> str:
    with pytest.raises(FeedError) as caught:
        parse(text)
    return caught.value.reason


def test_an_item_has_every_field_the_feed_gives() -> None:
    item = only(
        '<title>A &amp; B</title><link>/a</link><guid isPermaLink="false"> g </guid><author>jo@news.example (Jo Roe)</author>'
        "<pubDate>Tue, 17 Nov 2026 09:00:00 EST</pubDate><description>&lt;p&gt;One&lt;/p&gt;&lt;p&gt;Two &amp;amp; three&lt;/p&gt;</description>"
    )
    moment = datetime(2026, 11, 17, 14, 0, tzinfo=UTC)
    assert item == FeedItem("g", "https://news.example/a", "A & B", "One\nTwo & three", "Jo Roe", moment)


@pytest.mark.parametrize("body", [b"", b" \n\t"])
def test_an_empty_body_is_refused(body: bytes) -> None:
    assert reason(body) == "empty body"


@pytest.mark.parametrize(
    "body",
    [
        "<!doctype html><html><body>rss feed</body></html>",
        "plain words",
        '{"a": 1}',
        "[1, 2]",
        "{broken",
        "<catalog><title>t</title></catalog>",
        "[" * 200_000,
    ],
)
def test_what_is_no_feed_is_refused(body: str) -> None:
    assert reason(body).startswith("not a feed")


def test_a_feed_over_the_limit_is_refused() -> None:
    assert "larger than" in reason(b"<rss>" + b" " * MAX_BYTES)


BOMBS = [
    '<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>',
    "<!DOCTYPE r [<!ENTITY a '" + "A" * 50_000 + "'>]>",
    "<!DOCTYPE r [" + "".join(f'<!ENTITY e{n} "x">' for n in range(400)) + "]>",
]


@pytest.mark.parametrize("doctype", BOMBS, ids=["nested", "long", "many"])
def test_entity_bombs_are_refused_before_parsing(doctype: str) -> None:
    assert reason(f'<?xml version="1.0"?>{doctype}<rss version="2.0"><channel><title>&b;</title></channel></rss>') == "entity expansion"


def test_outside_entities_are_dropped_and_plain_ones_put_in() -> None:
    doctype = (
        '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY y PUBLIC "p" "http://e.example/"><!ENTITY co "Baltica &#38; Co">]>'
    )
    feed = parse(
        f'<?xml version="1.0"?>{doctype}<rss version="2.0"><channel><title>t</title><item><title>a&x;b&y;c &co;</title></item></channel></rss>'
    )
    assert [item.title for item in feed.items] == ["abc Baltica & Co"]


def test_one_guid_with_two_links_is_two_items_whatever_the_order() -> None:
    items = [f"<guid>same</guid><link>https://n.example/{n}</link><title>t</title>" for n in (1, 2, 2)]
    feed = rss(*items)
    assert {item.key for item in feed.items} == {item.key for item in rss(*reversed(items)).items}
    assert {item.url for item in feed.items} == {"https://n.example/1", "https://n.example/2"}
    assert len(feed.items) == 2


def test_without_guid_and_link_the_content_is_the_identity_and_nothing_is_dropped_and_counted() -> None:
    feed = rss("<title>one</title>", "<description>two</description>", "")
    assert len({item.key for item in feed.items}) == 2
    assert feed.dropped == 1
    assert feed == rss("<title>one</title>", "<description>two</description>", "")


def test_an_identity_does_not_depend_on_the_feeds_address() -> None:
    body = '<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title><entry><id>7</id><title>x</title></entry></feed>'
    assert [item.key for url in (URL, "https://moved.example/f") for item in parse(body, url=url).items] == ["7", "7"]


def test_an_identity_that_no_database_takes_is_hashed() -> None:
    feed = parse(
        json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "t", "items": [{"id": "a\u0000\ud800", "title": "x"}]})
    )
    assert feed.items[0].key.startswith("hash:")


@pytest.mark.parametrize("link", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "mailto:a@b.example", "vbscript:x"])
def test_forbidden_links_leave_the_item_without_one_and_say_so(link: str) -> None:
    item = only(f"<title>t</title><link>{link}</link><guid isPermaLink='false'>g</guid>")
    assert item.url is None
    assert item.trouble is not None
    assert item.trouble.startswith("link dropped")


def test_links_are_resolved_against_nested_bases() -> None:
    feed = parse(
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://o.example/blog/"><title>t</title><link href=".."/>'
        '<entry xml:base="2026/"><id>1</id><title>x</title><link href="../post"/></entry></feed>'
    )
    assert feed.items[0].url == "https://o.example/blog/post"
    assert feed.html_url == "https://o.example/"


def test_a_guid_is_a_link_only_when_it_is_a_web_address() -> None:
    assert only("<title>t</title><guid>12345</guid>").url is None
    assert only("<title>t</title><guid>https://n.example/p</guid>").url == "https://n.example/p"


def test_newest_first_and_at_most_a_thousand() -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    dates = [(start + timedelta(hours=n)).strftime("%a, %d %b %Y %H:%M:%S GMT") for n in range(1_100)]
    feed = rss(*(f"<title>{n}</title><guid>{n}</guid><pubDate>{date}</pubDate>" for n, date in enumerate(dates)))
    assert [item.title for item in feed.items] == [str(n) for n in range(1_099, 99, -1)]


def test_of_a_very_long_archive_the_newest_end_is_read() -> None:
    days = ["Tue, 17 Nov 2020 09:00:00 GMT", *["Tue, 17 Nov 2026 09:00:00 GMT"] * 4_999]
    feed = rss(*(f"<title>{n}</title><guid>{n}</guid><pubDate>{day}</pubDate>" for n, day in enumerate(days)))
    assert len(feed.items) == 1_000
    assert "0" not in {item.title for item in feed.items}


@pytest.mark.parametrize("date", ["yesterday-ish", "", "Tue, 99 Nov 2026 99:00:00 GMT", "0000-00-00", "99999999999999999999"])
def test_a_date_that_cannot_be_read_is_none(date: str) -> None:
    assert only(f"<title>t</title><pubDate>{date}</pubDate>").published is None


@pytest.mark.parametrize(
    ("ahead", "used"),
    [
        (timedelta(hours=-3), timedelta(hours=-3)),
        (timedelta(hours=23), timedelta()),
        (timedelta(hours=25), None),
        (timedelta(days=-15_000), None),
    ],
)
def test_usable_dates_are_neither_ancient_nor_ahead(now: datetime, ahead: timedelta, used: timedelta | None) -> None:
    assert usable_date(now + ahead, now) == (None if used is None else now + used)
    assert usable_date(None, now) is None


def test_texts_are_capped_and_on_one_line() -> None:
    item = only(f"<title>a\nb {'x' * 200_000}</title><description>{'word ' * 20_000}</description>")
    assert len(item.title) == TITLE_LIMIT
    assert item.title.startswith("a b x")
    assert item.title.endswith("…")
    assert len(item.summary) <= SUMMARY_LIMIT


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("Nv\u200bid\u2060ia\ufeff", "Nvidia"),
        ("Profit \u202e%05 fell\u202c", "Profit %05 fell"),
        ("cafe\u0301", "café"),
        ("a" + "\u0301" * 90, "á\u0301\u0301\u0301"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("so\u200dft\u00ad", "soft"),
        ("tag\U000e0041\U000e0042", "tag"),
        ("don\x92t", "don’t"),
        ("esc\x1b[31m", "esc[31m"),
    ],
)
def test_characters_that_hide_or_turn_text_are_removed(raw: str, clean: str) -> None:
    assert clean_text(raw)[: len(clean)] == clean
    assert len(clean_text(raw)) <= len(clean) + 1


def test_titles_that_look_like_code_stay_text_and_markup_goes() -> None:
    assert only("<title>&lt;script&gt;alert(1)&lt;/script&gt;</title>").title == "<script>alert(1)</script>"
    assert only("<title>&lt;b&gt;Bold&lt;/b&gt; AT&amp;amp;T</title>").title == "Bold AT&T"
    assert only("<title>{{7*7}} &lt; 50</title>").title == "{{7*7}} < 50"


def test_summaries_lose_scripts_hidden_parts_and_markup() -> None:
    text = "<p>Ok.</p><script>alert(1)</script><div style='display: none'>secret</div><p hidden>gone</p><img src=x onerror=alert(1)><p>After.</p>"
    assert html_text(text).split() == ["Ok.", "After."]


def test_a_million_nested_elements_are_stripped_at_once() -> None:
    assert html_text("<div>" * 10_000 + "text").strip() == "text"


def test_bare_ampersands_and_html_entities_are_repaired_and_flagged() -> None:
    feed = rss(
        "<title>AT&T & Oracle caf&eacute;</title><link>https://n.example/?a=1&b=2</link><description><![CDATA[x &nbsp; y]]></description>"
    )
    assert feed.items[0].title == "AT&T & Oracle café"
    assert feed.items[0].url == "https://n.example/?a=1&b=2"
    assert feed.malformed


def test_a_truncated_feed_gives_what_came_and_is_marked() -> None:
    body = (RSS % "<item><title>first</title><guid>1</guid></item><item><title>sec").split("</channel>")[0]
    feed = parse(body)
    assert "first" in [item.title for item in feed.items]
    assert feed.malformed


def test_a_pause_is_the_longer_of_ttl_and_update_period() -> None:
    assert rss(channel="<ttl>180</ttl>").ttl_seconds == 10_800
    both = "<ttl>60</ttl><sy:updatePeriod> daily </sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>"
    assert rss(channel=both).ttl_seconds == 43_200
    assert rss(channel="<ttl>soon</ttl>").ttl_seconds is None


def test_hours_and_days_to_skip() -> None:
    feed = rss(
        channel="<skipHours><hour>0</hour><hour>24</hour><hour> 5 </hour><hour>77</hour></skipHours><skipDays><day>Sunday</day><day>x</day></skipDays>"
    )
    assert feed.skip_hours == {0, 5}
    assert feed.skip_days == {6}


def test_json_feed_is_known_by_its_content_and_read_leniently() -> None:
    feed = parse(
        json.dumps(
            {
                "version": "https://jsonfeed.org/version/1.1",
                "title": "J",
                "home_page_url": "https://n.example/",
                "language": "en-us",
                "authors": [{"name": "Desk"}],
                "items": [
                    {"id": 7, "url": "/seven", "title": "t", "content_html": "<p>Text</p>", "date_published": "2026-11-17T09:00:00+01:00"},
                    {"id": "8", "content_text": "a < b", "authors": [{"name": "Jo"}, {"name": "Al"}]},
                    "no object",
                ],
            }
        ),
        "application/rss+xml",
    )
    first, second = feed.items
    assert (first.key, first.url, first.summary, first.author) == ("7", "https://news.example/seven", "Text", "Desk")
    assert first.published == datetime(2026, 11, 17, 8, 0, tzinfo=UTC)
    assert (second.summary, second.author) == ("a < b", "Jo, Al")
    assert (feed.language, feed.html_url, feed.dropped, feed.malformed) == ("en-US", "https://n.example/", 1, "1 items are not objects")


@pytest.mark.parametrize(
    ("codec", "text"),
    [
        ("cp1251", "Правительство объявило о строительстве новой электростанции"),
        ("euc_jp", "電力不足でデータセンター建設が遅れる"),
        ("cp932", "電力不足でデータセンター建設が遅れる"),
        ("gb18030", "政府宣布建设新的数据中心和发电厂，电力不足"),
        ("cp1252", "“Zürich” — café, €9bn"),
    ],
)
def test_an_undeclared_encoding_is_found_and_flagged(codec: str, text: str) -> None:
    feed = parse(f"<rss version='2.0'><channel><title>t</title><item><title>{text}</title></item></channel></rss>".encode(codec))
    assert feed.items[0].title == text
    assert feed.malformed
    assert "encoding" in feed.malformed


@pytest.mark.parametrize(
    "header", [None, "text/xml; charset=utf-8", "text/xml; charset=us-ascii", "text/xml; charset=utf-7", "text/xml; charset=zip"]
)
def test_the_bytes_decide_over_headers_that_lie(header: str | None) -> None:
    declared = '<?xml version="1.0" encoding="iso-8859-1"?><a>Café £20m</a>'
    assert "Café £20m" in decode(declared.encode("cp1252"), content_type=header).text
    assert "Café £20m" in decode(declared.encode("utf-8"), content_type=header).text


def test_utf7_is_never_decoded() -> None:
    assert (
        "<script>"
        not in decode(b'<?xml version="1.0" encoding="utf-7"?><t>+ADw-script+AD4-</t>', content_type="text/xml; charset=utf-7").text
    )


def test_stray_bytes_and_a_cut_end_do_not_spoil_utf8() -> None:
    body = ("Ünïcödé " * 20).encode() + b"\x93quoted\x94"
    assert decode(body, content_type=None).text.endswith("“quoted”")
    assert decode("é".encode() * 9 + b"\xc3", content_type=None).text == "é" * 9


@pytest.mark.parametrize(
    ("given_tag", "tag"),
    [("en_us", "en-US"), ("de", "de"), ("zh-hant-tw", "zh-Hant-TW"), ("english please", None), ("und", None), (None, None)],
)
def test_language_tags_are_short_and_in_one_form(given_tag: str | None, tag: str | None) -> None:
    assert language_tag(given_tag) == tag


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_bytes_give_a_feed_or_a_feed_error(body: bytes) -> None:
    for wrapped in (
        body,
        b"<rss version='2.0'><channel><item><title>" + body,
        b"<?xml version='1.0'?><feed><entry>" + body + b"</entry></feed>",
    ):
        try:
            feed = parse(wrapped)
        except FeedError:
            continue
        assert all(item.key and item.title == one_line(item.title) for item in feed.items)
