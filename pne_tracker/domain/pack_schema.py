"""JSON Schema (2020-12) of a curriculum pack, for editors that check while one writes.

It says the shape that `pack_from_dict` reads; the rules between parts (`pack_rules.py`) go beyond a schema.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from pne_tracker.domain.curriculum import LANGUAGES, HomeworkKind, QuestionKind, Rhythm
from pne_tracker.domain.pack_reader import MAX_ID, MAX_ITEMS, MAX_TEXT, SLUG
from pne_tracker.domain.pack_rules import PARALLEL_SETS, PENALTIES, PROMPT_FIELDS, REWARDS
from pne_tracker.domain.packs import MAX_DAYS, MAX_MINUTES, MAX_TITLE, MAX_VERSION

Schema = dict[str, object]

_STRING: Final[Schema] = {"type": "string", "minLength": 1, "maxLength": MAX_TEXT}
_LOOSE: Final[Schema] = {"type": ["string", "null"], "maxLength": MAX_TEXT}
_SLUG: Final[Schema] = {"type": "string", "pattern": f"^{SLUG.pattern}$", "maxLength": MAX_ID}
_TEXT: Final[Schema] = {"$ref": "#/$defs/text"}


def pack_schema() -> Schema:
    """The schema as plain data."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Curriculum pack",
        **_object(
            {
                "id": _SLUG,
                "version": {**_STRING, "maxLength": MAX_VERSION},
                "title": _TEXT,
                "pass_mark": {"type": "number", "exclusiveMinimum": 0, "maximum": 1},
                "weights": _weights(),
                "flags": _list(_ref("flag")),
                "concepts": _list(_ref("concept")),
                "sections": _list(_ref("section")),
                "baseline": _list(_ref("question")),
            },
            optional=("baseline",),
        ),
        "$defs": {
            "text": _object(dict.fromkeys(LANGUAGES, _STRING)),
            "options": {"type": ["object", "null"], "additionalProperties": _TEXT},
            "flag": _flag(),
            "concept": _concept(),
            "section": _section(),
            "homework": _homework(),
            "prompt": _prompt(),
            "question": _question(),
        },
    }


def _object(properties: Schema, optional: Sequence[str] = ()) -> Schema:
    required = [name for name in properties if name not in optional]
    return {
        "type": "object",
        "additionalProperties": False,
        "required": required,
        "properties": properties,
    }


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _list(items: Schema) -> Schema:
    return {"type": ["array", "null"], "maxItems": MAX_ITEMS, "items": items}


def _integer(low: int, high: int) -> Schema:
    return {"type": "integer", "minimum": low, "maximum": high}


def _one_of(kind: type[StrEnum]) -> Schema:
    return {"enum": [member.value for member in kind]}


def _weights() -> Schema:
    weights: Schema = {name: _integer(0, 1000) for name in sorted(REWARDS)}
    weights.update({name: _integer(-1000, 0) for name in sorted(PENALTIES)})
    return _object(weights, optional=tuple(weights))


def _flag() -> Schema:
    return _object(
        {
            "id": _SLUG,
            "label": {**_STRING, "maxLength": MAX_TITLE},
            "question": _TEXT,
            "sections": _list(_integer(1, MAX_ITEMS)),
            "weight": _integer(0, 1000),
            "also": _LOOSE,
        },
        optional=("also",),
    )


def _concept() -> Schema:
    return _object(
        {"id": _SLUG, "idea": _TEXT, "instead": _TEXT, "why": _LOOSE, "evidence": _LOOSE},
        optional=("why", "evidence"),
    )


def _section() -> Schema:
    needed: Schema = {
        "number": _integer(1, MAX_ITEMS),
        "slug": _SLUG,
        "title": {**_STRING, "maxLength": MAX_TITLE},
        "patient_title": _TEXT,
        "minutes": _object({name: _integer(1, MAX_MINUTES) for name in ("low", "typical", "high")}),
        "education": _STRING,
        "summary": _TEXT,
        "primary": _list(_SLUG),
    }
    teach_back = _object({"ask": _TEXT, "listen_for": _STRING})
    free: Schema = {
        "secondary": _list(_SLUG),
        "hard": _list(_integer(1, MAX_ITEMS)),
        "soft": _list(_integer(1, MAX_ITEMS)),
        "teach_back": {"anyOf": [teach_back, {"type": "null"}]},
        "images": _list(_STRING),
        "talking_points": _list(_STRING),
        "handout": {"anyOf": [_TEXT, {"type": "null"}]},
        "homework": _list(_ref("homework")),
        "questions": _list(_ref("question")),
    }
    return _object({**needed, **free}, optional=tuple(free))


def _homework() -> Schema:
    schedule = _object(
        {
            "rhythm": _one_of(Rhythm),
            "entries": _integer(1, MAX_DAYS),
            "days": _integer(1, MAX_DAYS),
            "done_at": _integer(1, MAX_DAYS),
            "per_week": {"type": ["integer", "null"], "minimum": 1, "maximum": 7},
        },
        optional=("per_week",),
    )
    needed: Schema = {
        "key": _SLUG,
        "kind": _one_of(HomeworkKind),
        "title": _TEXT,
        "instructions": _TEXT,
        "schedule": schedule,
    }
    free: Schema = {
        "required": {"type": "boolean"},
        "minutes": _integer(1, MAX_MINUTES),
        "prompts": _list(_ref("prompt")),
        "unlocked_by_therapist": {"type": "boolean"},
        "look_for": _LOOSE,
        "barrier": _LOOSE,
    }
    return _object({**needed, **free}, optional=tuple(free))


def _prompt() -> Schema:
    return _object(
        {
            "id": _SLUG,
            "label": _TEXT,
            "field": {"enum": list(PROMPT_FIELDS)},
            "options": _ref("options"),
            "required": {"type": "boolean"},
        },
        optional=("field", "options", "required"),
    )


def _question() -> Schema:
    return _object(
        {
            "id": _SLUG,
            "concept": _SLUG,
            "kind": _one_of(QuestionKind),
            "question": _TEXT,
            "answer": {"type": ["string", "boolean"]},
            "explanation": _TEXT,
            "options": _ref("options"),
            "set": {"enum": list(PARALLEL_SETS)},
        },
        optional=("options", "set"),
    )
