"""Bytes into text: which encoding a feed or page is really in, whatever its header and declaration say."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable
from dataclasses import dataclass

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WIDE = ((b"<\0\0\0", "utf-32-le"), (b"\0\0\0<", "utf-32-be"), (b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))
_EBCDIC_XML = b"\x4c\x6f\xa7\x94"

# What browsers read under these names (WHATWG Encoding Standard), because that is what publishers tested with.
_REALLY = {
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
}
# Python also offers codecs that are no encodings of text (zip, rot13, unicode_escape) and UTF-7, which is never decoded.
_READABLE = re.compile(
    r"cp(125\d|874|866|85\d|437|932|949|950)|iso8859-\d+|koi8-[rut]|mac-\w+|gb18030|hz|big5hkscs|euc_\w+|shift_jisx?\w*|iso2022_\w+|johab"
)
_STATEFUL = re.compile(r"iso2022_\w+|hz")

_XML_DECLARED = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._:\-]{1,40})["']""")
_HTML_DECLARED = re.compile(rb"""<meta[^>]{0,300}?charset\s*=\s*["']?\s*([A-Za-z0-9._:\-]{1,40})""", re.IGNORECASE)
_HEADER_DECLARED = re.compile(r"""charset\s*=\s*["']?\s*([A-Za-z0-9._:\-]{1,40})""", re.IGNORECASE)
_KANA = re.compile(r"[\u3041-\u3096\u30a1-\u30fa]")
_TAG = re.compile(rb"<[^<>]{0,2000}>")
_SAMPLE_BYTES = 65_536
# A text with this many good sequences for each stray byte is UTF-8 with damage, not another encoding.
_GOOD_PER_STRAY = 4


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text with the encoding it was read in; `trouble` says what was wrong or guessed, or is None."""

    text: str
    encoding: str
    trouble: str | None = None


def decode(body: bytes, *, content_type: str | None, html: bool = False) -> Decoded:
    """The text of a feed or page: byte order mark, then valid UTF-8, then what is declared, then detection; never UTF-7, never an error."""
    wide = _wide(body)
    if wide is not None:
        return wide
    labels = tuple(_declarations(body, content_type, html))
    declared = tuple(_codecs(labels))
    if body.isascii():
        return _ascii(body, declared, next((f"unknown encoding {label!r}" for label in labels if not _is_known(label)), None))
    try:
        return Decoded(body.decode("utf-8"), "utf-8")
    except UnicodeDecodeError as error:
        return _not_utf8(body, declared, error)


def _wide(body: bytes) -> Decoded | None:
    for mark, name in _BOMS:
        if body.startswith(mark):
            return _strictly(body, name) or Decoded(body.decode(name, "replace"), name, f"damaged {name}")
    for start, name in _WIDE:
        if body.startswith(start):
            return _strictly(body, name) or Decoded(body.decode(name, "replace"), name, f"damaged {name}")
    if body.startswith(_EBCDIC_XML):
        return _strictly(body, "cp037")
    return None


def _declarations(body: bytes, content_type: str | None, html: bool) -> Iterable[str]:
    """What the document says comes first: whoever wrote the text wrote it, while headers are often a server's default."""
    pattern = _HTML_DECLARED if html else _XML_DECLARED
    found = pattern.search(body[:4096]) or (_XML_DECLARED.search(body[:400]) if html else None)
    if found:
        yield found[1].decode("ascii")
    header = _HEADER_DECLARED.search(content_type or "")
    if header:
        yield header[1]


def _codecs(labels: Iterable[str]) -> Iterable[str]:
    for label in labels:
        try:
            name = codecs.lookup(label).name
        except LookupError:
            continue
        name = _REALLY.get(name, name)
        if _READABLE.fullmatch(name):
            yield name


def _is_known(label: str) -> bool:
    try:
        return codecs.lookup(label).name != "utf-7"
    except LookupError:
        return False


def _ascii(body: bytes, declared: tuple[str, ...], trouble: str | None) -> Decoded:
    for name in declared:
        if _STATEFUL.fullmatch(name) and (decoded := _strictly(body, name)):
            return decoded
    return Decoded(body.decode("ascii"), "ascii", trouble)


def _strictly(body: bytes, name: str, trouble: str | None = None) -> Decoded | None:
    try:
        return Decoded(body.decode(name), name, trouble)
    except (UnicodeDecodeError, ValueError):
        return None


def _not_utf8(body: bytes, declared: tuple[str, ...], error: UnicodeDecodeError) -> Decoded:
    if error.start >= len(body) - 3 and error.reason == "unexpected end of data":
        return Decoded(body[: error.start].decode("utf-8"), "utf-8", "cut off inside a character")
    good, stray = _utf8_share(body)
    if good > _GOOD_PER_STRAY * stray:
        return Decoded(body.decode("utf-8", "groundwire-stray"), "utf-8", "stray bytes in UTF-8")
    for name in declared:
        if decoded := _strictly(body, name):
            return decoded
    return _guessed(body)


def _utf8_share(body: bytes) -> tuple[int, int]:
    text = body.decode("utf-8", "replace")
    stray = text.count("\ufffd") - body.count(b"\xef\xbf\xbd")
    return sum(1 for c in text if c > "\x7f") - stray, stray


def _guessed(body: bytes) -> Decoded:
    name = _detected(_TAG.sub(b" ", body[: 4 * _SAMPLE_BYTES])[:_SAMPLE_BYTES])
    trouble = f"encoding not as declared, read as {name}"
    return _strictly(body, name, trouble) or Decoded(body.decode(name, "groundwire-stray"), name, f"{trouble}, with stray bytes")


def _detected(sample: bytes) -> str:
    for name in ("euc_jp", "cp932"):
        decoded = sample.decode(name, "ignore")
        strange = sum(1 for c in decoded if c > "\x7f")
        if strange and len(_KANA.findall(decoded)) > 0.2 * strange and _strictly(sample, name):
            return name
    from charset_normalizer import from_bytes

    best = from_bytes(sample).best()
    if best is None or _is_latin(str(best)):
        return "cp1252"
    name = codecs.lookup(best.encoding).name
    name = _REALLY.get(name, name)
    return name if _READABLE.fullmatch(name) else "cp1252"


def _is_latin(text: str) -> bool:
    """Whether the letters beyond ASCII are Latin ones: then windows-1252, which detectors confuse with its neighbours, is the best reading."""
    strange = [c for c in text if c > "\x7f" and c.isalpha()]
    return sum(1 for c in strange if c < "\u0250") >= 0.5 * len(strange)


def _stray(error: UnicodeError) -> tuple[str, int]:
    """Reads bytes that are not valid UTF-8 as windows-1252, where nearly all of them come from."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error("groundwire-stray", _stray)
