"""Outside text made safe to keep: no markup, no invisible or direction-changing characters, one normal form."""

from __future__ import annotations

import html
import re
import unicodedata

import nh3

TITLE_LIMIT = 500
SUMMARY_LIMIT = 5_000
AUTHOR_LIMIT = 200
# Markup is read up to here; a summary of 5,000 characters is found long before.
_RAW_LIMIT = 65_536
# nh3 is quadratic in depth (measured: 40,000 nested elements 2.7 s); no summary that people wrote nests deeper.
_DEPTH_LIMIT = 400

_JOINED = "\u0600-\u08ff\u0900-\u0dff\u1000-\u109f\u1780-\u18af\ufb50-\ufdff\ufe70-\ufefc"
"""Arabic, Syriac, Indic, Myanmar, Khmer, Mongolian: scripts whose spelling needs the joiners U+200C and U+200D."""
_JOINER = re.compile(f"(?<![{_JOINED}])[\u200c\u200d]+|[\u200c\u200d]+(?![{_JOINED}])")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\ud800-\udfff"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_LINE_ENDS = re.compile("\r\n?|[\u2028\u2029\x0b\x0c\x85]")
_WINDOWS = re.compile("[\x80-\x9f]")
_MARKS = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc"
    "\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
)
_MARK_RUN = re.compile(f"([{_MARKS}]{{4}})[{_MARKS}]+")
_SPACES = re.compile(r"[^\S\n]{2,}|[^\S\n ]")
_BREAKS = re.compile(r" ?\n\s*")

_TAGS = re.compile(r"<(?=[a-zA-Z/!?])")
_ANY_TAG = re.compile(r"<[^<>]*>")
_BLOCK = re.compile(
    r"<(?=/?(?:p|div|br|hr|li|ul|ol|dl|dt|dd|h[1-6]|tr|td|th|table|blockquote|pre|section|article|figure|figcaption)\b)", re.IGNORECASE
)
_SILENT = frozenset({"script", "style", "template", "noscript", "iframe", "svg", "math", "textarea", "select", "title", "head"})
_TEXT_ONLY = nh3.Cleaner(tags=set(), clean_content_tags=set(_SILENT))

HIDDEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|(?<![\w-])opacity\s*:\s*0*\.?0*\s*(?:[;!]|$)"
    r"|font-size\s*:\s*(?:0*\.?0+|[01](?:\.\d+)?px|0?\.\d+\w*)\s*(?:px|pt|em|rem|%|vw)?\s*(?:[;!]|$)"
    r"|(?<![\w-])(?:max-)?(?:height|width)\s*:\s*[01]?(?:\.0+)?(?:px)?\s*(?:[;!]|$)"
    r"|(?:text-indent|left|top|right|bottom|margin-left|margin-top)\s*:\s*-\s*\d{3,}"
    r"|clip\s*:\s*rect\(\s*[01](?:px)?[\s,]|clip-path\s*:\s*(?:inset\(\s*(?:50|100)%|circle\(\s*0)"
    r"|transform\s*:\s*(?:scale\(\s*0\s*[,)]|translate\w*\(\s*-\s*\d{3,})|content-visibility\s*:\s*hidden",
    re.IGNORECASE,
)
"""Inline styles that take text out of a reader's sight."""


def clean_text(text: str) -> str:
    """The text in NFC with lines kept, without control, bidirectional, tag and zero-width characters, runs of marks capped at four."""
    if text.isascii() and text.replace("\n", "").isprintable():
        return text
    text = _LINE_ENDS.sub("\n", text)
    if text.isascii():
        return _INVISIBLE.sub("", text)
    text = _WINDOWS.sub(_from_windows, text)
    text = _JOINER.sub("", _INVISIBLE.sub("", text))
    return _MARK_RUN.sub(r"\1", unicodedata.normalize("NFC", text))


def _from_windows(match: re.Match[str]) -> str:
    return match[0].encode("latin-1").decode("cp1252", "ignore")


def one_line(text: str, limit: int = TITLE_LIMIT) -> str:
    """A plain text on one line of at most `limit` characters, cut with an ellipsis."""
    return shortened(" ".join(clean_text(text[: 40 * limit]).split()), limit)


def lines(text: str, limit: int | None = None) -> str:
    """A plain text whose paragraphs are separated by a single line end, of at most `limit` characters."""
    folded = _BREAKS.sub("\n", _SPACES.sub(" ", clean_text(text))).strip()
    return folded if limit is None else shortened(folded, limit)


def shortened(text: str, limit: int) -> str:
    """The text, cut with an ellipsis when it is longer than `limit` characters."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def html_text(markup: str) -> str:
    """The visible text of a piece of HTML: tags stripped by an allow-list that allows none, entities decoded, blocks on their own lines."""
    markup = markup[:_RAW_LIMIT]
    if _TAGS.search(markup):
        markup = _stripped(markup)
    return html.unescape(markup) if "&" in markup else markup


def _stripped(markup: str) -> str:
    if markup.count("<") - 2 * markup.count("</") > _DEPTH_LIMIT:
        return _ANY_TAG.sub(" ", markup)
    if ("style" in markup.lower() and HIDDEN_STYLE.search(markup)) or " hidden" in markup:
        markup = without_hidden(markup)
    return _TEXT_ONLY.clean(_BLOCK.sub("\n<", markup))


def without_hidden(markup: str) -> str:
    """The markup without the elements that its inline styles or the hidden attribute take out of sight."""
    from lxml import etree
    from lxml import html as lxml_html

    try:
        tree = lxml_html.fragment_fromstring(markup, create_parent="div")
    except (etree.ParserError, ValueError):
        return _ANY_TAG.sub(" ", markup)
    for element in list(tree.iter(etree.Element)):
        if element is not tree and (HIDDEN_STYLE.search(element.get("style", "")) or "hidden" in element.attrib):
            element.drop_tree()
    return str(lxml_html.tostring(tree, encoding="unicode"))


_LANGUAGE = re.compile(r"([A-Za-z]{2,3})(?:[-_]([A-Za-z]{4}))?(?:[-_]([A-Za-z]{2}|\d{3}))?(?:[-_][A-Za-z0-9]+)*")


def language_tag(value: str | None) -> str | None:
    """A short BCP 47 tag (language, script, region) out of what a feed or page declares, or None."""
    found = _LANGUAGE.fullmatch((value or "").split(",")[0].strip())
    if not found or found[1].lower() in {"und", "zxx", "mul", "mis"}:
        return None
    language, script, region = found.groups()
    return "-".join(part for part in (language.lower(), script and script.title(), region and region.upper()) if part)
