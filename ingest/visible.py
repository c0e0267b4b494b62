"""What a reader of a page sees of its article: hidden text and readers' comments are taken out of the tree."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lxml.html import HtmlElement

from ingest.clean import HIDDEN_STYLE

_UNSEEN_TAGS = (
    *("script", "style", "noscript", "template", "iframe", "object", "embed", "canvas"),
    *("textarea", "select", "datalist", "del", "s", "strike", "rp"),
)
"""Elements whose text is never article text; struck-out text is what the publisher took back."""
_SHEET_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_SHEET_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_AT_BLOCK = re.compile(
    r"@(?:media|supports|keyframes|-webkit-keyframes|container|layer)[^{}]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", re.IGNORECASE
)
_SIMPLE_SELECTOR = re.compile(r"(?:\w+)?([.#])([\w-]+)")
_COLOUR = re.compile(r"(?<![\w-])color\s*:\s*([^;!]+)", re.IGNORECASE)
_BACKGROUND = re.compile(r"(?<![\w-])background(?:-color)?\s*:\s*([^;!]+)", re.IGNORECASE)
_CHANNELS = re.compile(r"rgba?\(\s*([\d.]+)[\s,]+([\d.]+)[\s,]+([\d.]+)(?:[\s,/]+([\d.]+%?))?\s*\)")
_NAMED = {"white": (255, 255, 255), "snow": (255, 250, 250), "ivory": (255, 255, 240), "whitesmoke": (245, 245, 245), "black": (0, 0, 0)}
# Colours nearer than this in each channel cannot be told apart on a page.
_NEAR = 24

_SPACED_OUT = re.compile("(?:[^\\W_][\u200b\u2060\ufeff]+){4}")

_COMMENT_WORD = r"(?:comments?|commenting|replies|responses|kommentare?|leserkommentare|commentaires?|comentarios?|reacties|commenti)"
_COMMENT_TOKEN = re.compile(
    rf"(?:(?:user|reader|readers|article|post|page|site|single|blog|story|all|wp|fb|js|c|the)[-_]*)*{_COMMENT_WORD}"
    r"(?:[-_]*(?:list|section|area|threads?|wrap|wrapper|container|box|form|body|feed|block|content|text|item|stream|widget|holder|tree|root|app|embed|module|panel|page|\d+))*"
    r"|(?:disqus|coral|hyvor|commento|isso|remark42|giscus|utterances|livefyre|viafoura|spot-?im|openweb|talk-?stream)[\w-]*|respond",
    re.IGNORECASE,
)
_COMMENT_LABEL = re.compile(
    r"(?:(?:\d[\d.,]*|all|reader|readers['’]?|user|your|latest|top|join the|view|alle|leser-?|les)\s*)*"
    r"(?:comments?|discussion|conversation|responses?|replies|kommentare?|leserkommentare|diskussion|commentaires?|réactions|comentarios|reacties)"
    r"(?:\s*(?:section|area|on this (?:article|story)|below|[(\[]?\s*\d[\d.,]*\s*[)\]]?))*\s*[:.]?",
    re.IGNORECASE,
)
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_NEVER = frozenset({"html", "body", "main", "head"})


def remove_unseen(tree: HtmlElement, sheets: Iterable[str] = ()) -> None:
    """Take out of the tree what a reader cannot see: by element, attribute, inline style, or a simple rule of a style sheet."""
    classes, ids = _hidden_names(sheets)
    for element in list(tree.iter(*_UNSEEN_TAGS)):
        _drop(element)
    for element in list(tree.iter()):
        if isinstance(element.tag, str) and element.tag not in _NEVER and _is_unseen(element, classes, ids):
            _drop(element)
    _blank_spaced_out(tree)


def _blank_spaced_out(tree: HtmlElement) -> None:
    """Blank texts with an invisible character after every letter: nobody writes so but to get past a filter."""
    for element in tree.iter():
        if element.text and _SPACED_OUT.search(element.text):
            element.text = " "
        if element.tail and _SPACED_OUT.search(element.tail):
            element.tail = " "


def _drop(element: HtmlElement) -> None:
    if element.getparent() is not None:
        element.drop_tree()


def _is_unseen(element: HtmlElement, classes: frozenset[str], ids: frozenset[str]) -> bool:
    attributes = element.attrib
    if not attributes:
        return bool(element.tag == "dialog")
    if "hidden" in attributes or attributes.get("aria-hidden", "").strip().lower() == "true":
        return bool(attributes.get("hidden", "").lower() != "until-found")
    if element.tag == "dialog" and "open" not in attributes:
        return True
    style = attributes.get("style")
    if style and (HIDDEN_STYLE.search(style) or _same_colours(element, style)):
        return True
    if element.tag == "font" and _is_white(_rgb(attributes.get("color", ""))) and not _backed(element):
        return True
    return bool((classes and classes.intersection(attributes.get("class", "").split())) or (ids and attributes.get("id") in ids))


def _hidden_names(sheets: Iterable[str]) -> tuple[frozenset[str], frozenset[str]]:
    """Classes and ids that a rule for every medium hides by itself; rules of pages fade things in by opacity, so that is not one."""
    found: dict[str, set[str]] = {".": set(), "#": set()}
    for sheet in sheets:
        for selectors, rule in _SHEET_RULE.findall(_AT_BLOCK.sub("", _SHEET_COMMENT.sub("", sheet[:200_000]))):
            if "opacity" in rule or not (HIDDEN_STYLE.search(rule) or _white_rule(rule)):
                continue
            if re.search(r"(?<![\w-])(?:max-)?(?:height|width)\s*:", rule):
                continue
            for selector in selectors.split(","):
                simple = _SIMPLE_SELECTOR.fullmatch(selector.strip())
                if simple:
                    found[simple[1]].add(simple[2])
    return frozenset(found["."]), frozenset(found["#"])


def _white_rule(rule: str) -> bool:
    text, ground = _COLOUR.search(rule), _BACKGROUND.search(rule)
    return bool(text and ground and _near(_rgb(text[1]), _rgb(ground[1])))


def _same_colours(element: HtmlElement, style: str) -> bool:
    """Whether the text is transparent, of its own background's colour, or white on a ground nobody coloured."""
    found = _COLOUR.search(style)
    if not found:
        return False
    if found[1].strip().lower() == "transparent" or _is_clear(found[1]):
        return "background-clip" not in style
    colour, ground = _rgb(found[1]), _BACKGROUND.search(style)
    if ground:
        return _near(colour, _rgb(ground[1]))
    return _is_white(colour) and not _backed(element)


def _backed(element: HtmlElement) -> bool:
    for parent in (element, *element.iterancestors()):
        if parent.get("bgcolor") and not _is_white(_rgb(parent.get("bgcolor"))):
            return True
        ground = _BACKGROUND.search(parent.get("style", ""))
        if ground and not _is_white(_rgb(ground[1])):
            return True
    return False


def _is_clear(value: str) -> bool:
    found = _CHANNELS.search(value)
    return bool(found and found[4] and float(found[4].rstrip("%")) == 0)


def _rgb(value: str) -> tuple[int, int, int] | None:
    value = value.strip().lower()
    if value in _NAMED:
        return _NAMED[value]
    found = re.match(r"#([0-9a-f]{6}|[0-9a-f]{3})\b", value)
    if found:
        digits = found[1] if len(found[1]) == 6 else "".join(c * 2 for c in found[1])
        return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)
    channels = _CHANNELS.match(value)
    return (int(float(channels[1])), int(float(channels[2])), int(float(channels[3]))) if channels else None


def _near(one: tuple[int, int, int] | None, other: tuple[int, int, int] | None) -> bool:
    return one is not None and other is not None and all(abs(a - b) <= _NEAR for a, b in zip(one, other, strict=True))


def _is_white(colour: tuple[int, int, int] | None) -> bool:
    return _near(colour, (255, 255, 255))


def remove_comments(tree: HtmlElement) -> None:
    """Take readers' comments out of the tree: by class, id, microdata, label, or the heading above them."""
    for element in list(tree.iter()):
        if isinstance(element.tag, str) and element.attrib and _is_comments(element) and _may_go(element):
            _drop(element)
    for heading in list(tree.iter(*_HEADINGS)):
        if _COMMENT_LABEL.fullmatch(" ".join(heading.text_content().split())):
            _drop_below(heading)


def _may_go(element: HtmlElement) -> bool:
    """Not the page, nor what holds its headline: "comment" is also a kind of article."""
    return element.tag not in _NEVER and next(element.iter("h1", "main"), None) is None


def _is_comments(element: HtmlElement) -> bool:
    get = element.attrib.get
    if "comment" in get("itemprop", "").lower().split() or "schema.org/comment" in get("itemtype", "").lower():
        return True
    if _COMMENT_LABEL.fullmatch(get("aria-label", "").strip() or "-"):
        return element.tag not in ("a", "button")
    tokens = (*get("class", "").split(), *get("id", "").split())
    return any(_COMMENT_TOKEN.fullmatch(part) for token in tokens for part in (token, token.split("__")[0]))


def _drop_below(heading: HtmlElement) -> None:
    """Drop the heading with its section, or with what follows it up to the next heading of its rank."""
    parent = heading.getparent()
    if parent is not None and parent.tag in ("section", "aside", "div") and _may_go(parent) and parent.index(heading) == 0:
        _drop(parent)
        return
    for follower in list(heading.itersiblings()):
        if isinstance(follower.tag, str) and follower.tag in _HEADINGS and follower.tag <= heading.tag:
            break
        if not _may_go(follower):
            break
        _drop(follower)
    _drop(heading)
