"""As much of JSON Schema as our own documents use: what of a value does not fit its schema."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}
FORMATS = {
    "date": r"\d{4}-\d\d-\d\d",
    "date-time": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z",
    "uuid": r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
}
KNOWN = {
    *("$ref", "anyOf", "const", "enum", "type", "format", "pattern", "minimum", "maximum", "default"),
    *("examples", "description", "properties", "required", "additionalProperties", "items"),
}


def resolve(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """The schema that a reference means."""
    while "$ref" in schema:
        found: Any = document
        for part in schema["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        schema = found
    return schema


def faults(document: dict[str, Any], schema: dict[str, Any], value: Any, at: str = "") -> Iterator[str]:
    """What does not fit, by place."""
    assert set(schema) <= KNOWN, set(schema) - KNOWN
    schema = resolve(document, schema)
    if "anyOf" in schema:
        if all(list(faults(document, one, value, at)) for one in schema["anyOf"]):
            yield f"{at}: {value!r} fits none"
        return
    if "const" in schema and value != schema["const"]:
        yield f"{at}: {value!r}"
    if "enum" in schema and value not in schema["enum"]:
        yield f"{at}: {value!r} is no choice"
    wanted = TYPES.get(schema.get("type", ""))
    if wanted and (not isinstance(value, wanted) or (isinstance(value, bool) and bool not in wanted)):
        yield f"{at}: {value!r} is no {schema['type']}"
        return
    if isinstance(value, str):
        pattern = schema.get("pattern") or FORMATS.get(schema.get("format", ""))
        if pattern and not re.fullmatch(pattern.strip("^$"), value):
            yield f"{at}: {value!r} is written otherwise"
    if isinstance(value, int | float) and not schema.get("minimum", value) <= value <= schema.get(
        "maximum", value
    ):
        yield f"{at}: {value!r} is out of bounds"
    if isinstance(value, list):
        for index, one in enumerate(value):
            yield from faults(document, schema.get("items", {}), one, f"{at}[{index}]")
    if isinstance(value, dict):
        yield from _of_object(document, schema, value, at)


def _of_object(document: dict[str, Any], schema: dict[str, Any], value: Any, at: str) -> Iterator[str]:
    inside = schema.get("properties", {})
    for name in schema.get("required", []):
        if name not in value:
            yield f"{at}.{name} is missing"
    for name, one in value.items():
        rest = schema.get("additionalProperties", {})
        if name not in inside and rest is False:
            yield f"{at}.{name} is not declared"
        elif name in inside or rest:
            yield from faults(document, inside.get(name) or rest, one, f"{at}.{name}")
