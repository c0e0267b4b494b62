"""A small reader of JSON Schema: the words that article.schema.json uses, and no other."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

TYPES: dict[str, Any] = {"object": dict, "array": list, "string": str, "integer": int, "number": (int, float), "null": type(None)}
KNOWN = frozenset(
    [
        "$schema",
        "$id",
        "$defs",
        "title",
        "type",
        "required",
        "properties",
        "items",
        "enum",
        "pattern",
        "format",
        "minimum",
        "additionalProperties",
        "$ref",
    ]
)


def complaints(value: Any, schema: dict[str, Any], root: dict[str, Any] | None = None, at: str = "") -> list[str]:
    """Where a value is not as a schema wants it."""
    root = root or schema
    assert set(schema) <= KNOWN, f"{set(schema) - KNOWN} is not read here"
    if "$ref" in schema:
        return complaints(value, root["$defs"][schema["$ref"].rsplit("/", 1)[1]], root, at)
    found = [f"{at}: {value!r} is none of {schema['enum']}"] if "enum" in schema and value not in schema["enum"] else []
    kinds = schema.get("type", list(TYPES))
    if not isinstance(value, tuple(TYPES[k] for k in ([kinds] if isinstance(kinds, str) else kinds))) or isinstance(value, bool):
        return [f"{at}: {value!r} is no {kinds}"]
    if isinstance(value, str):
        found += [f"{at}: {value!r} does not match"] if not re.search(schema.get("pattern", ""), value) else []
        if schema.get("format") == "date-time":
            assert datetime.fromisoformat(value).tzinfo
    if isinstance(value, (int, float)) and value < schema.get("minimum", value):
        found.append(f"{at}: {value} is too small")
    if isinstance(value, dict):
        found += [f"{at}: {name} is not there" for name in schema.get("required", ()) if name not in value]
        for name, inner in value.items():
            known = schema.get("properties", {}).get(name, schema.get("additionalProperties"))
            found += (
                complaints(inner, known, root, f"{at}/{name}")
                if known is not None
                else [f"{at}: {name} is not in the schema"]
                if "properties" in schema
                else []
            )
    if isinstance(value, list):
        found += [c for n, inner in enumerate(value) for c in complaints(inner, schema["items"], root, f"{at}/{n}")]
    return found
