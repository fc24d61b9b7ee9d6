"""Dataclasses as JSON, and the JSON Schema of what comes out: one declaration for the answer and for its document."""

from __future__ import annotations

import datetime as dt
import types
import uuid
from dataclasses import fields, is_dataclass
from enum import StrEnum
from typing import Any, Union, get_args, get_origin, get_type_hints

Json = Any
_TEXTS: dict[type, dict[str, Json]] = {
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    str: {"type": "string"},
    uuid.UUID: {"type": "string", "format": "uuid"},
    dt.datetime: {"type": "string", "format": "date-time"},
    dt.date: {"type": "string", "format": "date"},
}


def plain(value: Any) -> Json:
    """A value of dataclasses, tuples, mappings, days and ids as plain data for JSON."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    return [plain(one) for one in value]


def schema_of(kind: Any, components: dict[str, Json]) -> dict[str, Json]:
    """The JSON Schema of what `plain` makes of a value of that type; dataclasses go into `components`."""
    if is_dataclass(kind) and isinstance(kind, type):
        return _of_dataclass(kind, components)
    origin, inside = get_origin(kind), get_args(kind)
    if origin in {Union, types.UnionType}:
        return {"anyOf": [schema_of(one, components) for one in inside]}
    if origin is tuple or origin is list:
        return {"type": "array", "items": schema_of(inside[0], components)}
    if origin is dict:
        return {"type": "object", "additionalProperties": schema_of(inside[1], components)}
    if kind is type(None):
        return {"type": "null"}
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return {"type": "string", "enum": [one.value for one in kind]}
    return dict(_TEXTS[kind])


def _of_dataclass(kind: type, components: dict[str, Json]) -> dict[str, Json]:
    name = kind.__name__
    if name not in components:
        components[name] = {}
        hints = get_type_hints(kind)
        names = [field.name for field in fields(kind)]
        components[name].update(
            type="object",
            description=" ".join((kind.__doc__ or "").split()),
            properties={one: schema_of(hints[one], components) for one in names},
            required=names,
            additionalProperties=False,
        )
    return {"$ref": f"#/components/schemas/{name}"}
