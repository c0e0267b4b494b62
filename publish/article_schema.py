"""The schema of article.json (JSON Schema 2020-12), published as article.schema.json."""

from __future__ import annotations

from typing import Any

from groundwire.records import ArticleStatus, SentenceKind, Target, Verdict

_TEXT: dict[str, Any] = {"type": "string"}
_SOME: dict[str, Any] = {"type": ["string", "null"]}
_WHOLE: dict[str, Any] = {"type": "integer", "minimum": 0}
_OFFSET: dict[str, Any] = {"type": ["integer", "null"], "minimum": 0}
_MOMENT: dict[str, Any] = {"type": "string", "format": "date-time"}
_SLUG: dict[str, Any] = {"type": "string", "pattern": "^[a-z0-9-]{1,80}$"}


def article_schema(url: str) -> dict[str, Any]:
    """The schema, with its address on the site at `url`; offsets count characters of a record’s text, end exclusive, `lead` those at a sentence’s head that are in bold."""
    sentences = _list({"$ref": "#/$defs/sentence"})
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{url}article.schema.json",
        "title": "An article with every sentence and what it rests on",
        **_object(
            {
                "id": _TEXT,
                "slug": _SLUG,
                "url": {"type": "string", "format": "uri"},
                "version": {"type": "integer", "minimum": 1},
                "status": {"enum": [s.value for s in ArticleStatus]},
                "writer": _TEXT,
                "form": _TEXT,
                "headline": _TEXT,
                "dek": _TEXT,
                "layers": _list(_TEXT),
                "thread": _SOME,
                "published": _MOMENT,
                "modified": _MOMENT,
                "disclosure": _TEXT,
                "sections": _list(_object({"heading": _SOME, "sentences": sentences})),
                "figures": _list(_figure()),
                "questions": _list(_object({"question": _TEXT, "sentences": sentences})),
                "so_far": sentences,
                "related": _list(_object({"relation": _TEXT, "slug": _SLUG, "why": _TEXT})),
                "forecasts": _list(
                    _object({"statement": _TEXT, "made": _MOMENT, "due": _MOMENT, "wrong_if": _TEXT, "outcome": _TEXT, "evidence": _SOME})
                ),
                "corrections": _list(
                    _object({"at": _MOMENT, "kind": {"enum": ["correction", "notice"]}, "text": _TEXT, "was": _SOME, "now_is": _SOME})
                ),
                "method": _method(),
            }
        ),
        "$defs": {"sentence": _sentence(), "citation": _citation()},
    }


def _object(members: dict[str, Any], more: dict[str, Any] | None = None) -> dict[str, Any]:
    """An object with all of these members, and it may have `more`; later versions may add others."""
    return {"type": "object", "required": list(members), "properties": members | (more or {})}


def _list(of: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": of}


def _sentence() -> dict[str, Any]:
    return _object(
        {
            "n": {"type": "integer", "minimum": 1},
            "kind": {"enum": [k.value for k in SentenceKind]},
            "text": _TEXT,
            "verdict": {"enum": [*(v.value for v in Verdict), None]},
            "citations": _list({"$ref": "#/$defs/citation"}),
        },
        {"lead": {"type": "integer", "minimum": 1}},
    )


def _citation() -> dict[str, Any]:
    place = {"record": _SOME, "record_version": _OFFSET, "start": _OFFSET, "end": _OFFSET, "quote": _SOME}
    return _object(
        {
            "target": {"enum": [t.value for t in Target]},
            **place,
            "outlet": _SOME,
            "url": _SOME,
            "published": {"type": ["string", "null"], "format": "date-time"},
            "independent": _WHOLE,
            "rule": _SOME,
            "inputs": _list(_object({"id": _TEXT, "value": _TEXT, **place})),
        }
    )


def _figure() -> dict[str, Any]:
    said = dict.fromkeys(("unit", "currency", "entity", "measure", "period", "as_of", "hedge"), _SOME)
    return _object({"value": {"type": "number"}, **said, "outlets": _list(_TEXT), "conflict": _list(_TEXT)})


def _method() -> dict[str, Any]:
    return _object(
        {
            "records": _WHOLE,
            "independent": _WHOLE,
            "first": _MOMENT,
            "last": _MOMENT,
            "copies": _WHOLE,
            "writer": _TEXT,
            "models": {"type": "object", "additionalProperties": _TEXT},
            "checks": {"type": "object", "additionalProperties": _WHOLE},
            "removed": _WHOLE,
            "reviewed_by": _SOME,
        }
    )
