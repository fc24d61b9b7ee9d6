"""JSON Schemas of what `bill` and `plan` take and answer, from the words their readers know."""

from __future__ import annotations

from typing import Any

from pne_tracker.domain.billing.findings import Level
from pne_tracker.domain.billing.visit import Discipline, UnitRule
from pne_tracker.domain.curriculum import HomeworkKind
from pne_tracker.domain.homework import HomeworkStatus
from pne_tracker.domain.planner import Action
from pne_tracker.domain.progress import CheckKind, TeachBackResult

Schema = dict[str, Any]
TEXT: Schema = {"type": "string"}
FLAG: Schema = {"type": "boolean"}
DAY: Schema = {"type": "string", "format": "date"}
MONEY: Schema = {"type": "string", "pattern": r"^[0-9]+(\.[0-9]{1,2})?$", "examples": ["38.50"]}
WHOLE: Schema = {"type": "integer", "minimum": 0}


def _object(required: dict[str, Schema], optional: dict[str, Schema] | None = None) -> Schema:
    return {
        "type": "object",
        "properties": {**required, **(optional or {})},
        "required": list(required),
        "additionalProperties": False,
    }


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _words(*kinds: Any) -> Schema:
    return {"type": "string", "enum": sorted({one.value for kind in kinds for one in kind})}


def _or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def _by_key(values: Schema) -> Schema:
    return {"type": "object", "additionalProperties": values}


DECISION: Schema = {
    "anyOf": [{"type": "null"}, {"const": "separate"}, _object({"combined_with": TEXT})],
}
TREATMENT = _object(
    {"activity": TEXT | {"examples": ["97116", "pne"]}, "minutes": WHOLE},
    {
        "pne_minutes": WHOLE,
        "assistant_minutes": WHOLE,
        "decision": DECISION,
        "impairment": _or_null(TEXT),
    },
)
VISIT = _object(
    {
        "discipline": _words(Discipline),
        "date": DAY,
        "unit_rule": _words(UnitRule),
        "treatments": _list(TREATMENT),
    },
    {
        "separate_pne_allowed": FLAG,
        "max_timed_units_per_day": _or_null(WHOLE),
        "ytd_allowed": _or_null(MONEY),
        "kx_attested": FLAG,
        "fees": _or_null(_by_key(MONEY)),
        "tie_prefers": _or_null(TEXT),
    },
)
BILL = _object(
    {
        "lines": _list(
            _object(
                {
                    "code": TEXT,
                    "minutes": WHOLE,
                    "units": WHOLE,
                    "modifiers": _list(TEXT),
                    "charge": _or_null(MONEY),
                    "source_minutes": _by_key(WHOLE),
                    "pne_minutes": WHOLE,
                    "reasons": _list(TEXT),
                }
            )
        ),
        "unbilled": _list(_object({"activity": TEXT, "minutes": WHOLE, "reason": TEXT})),
        "findings": _list(_object({"code": TEXT, "level": _words(Level), "message": TEXT})),
        "timed_minutes": WHOLE,
        "total_minutes": WHOLE,
        "total_timed_units": WHOLE,
        "total_charge": _or_null(MONEY),
    }
)

SCORE: Schema = {"type": "number", "minimum": 0, "maximum": 1}
CHECK = _object(
    {"date": DAY, "kind": _words(CheckKind)},
    {
        "result": _or_null(_words(TeachBackResult)),
        "score": _or_null(SCORE),
        "concepts": _or_null(_by_key(SCORE)),
    },
)
HOMEWORK = _object(
    {
        "kind": {"type": "string", "enum": sorted({*(one.value for one in HomeworkKind), "log"})},
        "status": _words(HomeworkStatus),
        "due": DAY,
    },
    {"required": FLAG, "reviewed": _or_null(DAY)},
)
SECTION = _object(
    {},
    {
        "taught": _list(DAY),
        "checks": _list(CHECK),
        "homework": _list(HOMEWORK),
        "flagged": _list(DAY),
        "skipped": {
            "anyOf": [{"type": "null"}, FLAG, TEXT, _object({"reason": TEXT}, {"date": _or_null(DAY)})]
        },
    },
)
PLAN_INPUT = _object(
    {"pack": TEXT | {"examples": ["why-you-hurt"]}, "today": DAY, "minutes": WHOLE},
    {
        "visits_left": _or_null(WHOLE),
        "visits_per_week": _or_null(WHOLE),
        "sections": _by_key(SECTION),
        "flags": _list({"anyOf": [TEXT, _object({"id": TEXT}, {"date": _or_null(DAY)})]}),
        "allow_new_with_revisits": FLAG,
    },
)
REASON = _object({"code": TEXT, "weight": {"type": "integer"}, "text": TEXT})
PLAN = _object(
    {
        "ranked": _list(
            _object(
                {
                    "action": _words(Action),
                    "section": WHOLE,
                    "score": {"type": "integer"},
                    "reasons": _list(REASON),
                }
            )
        ),
        "today": _list(
            _object({"action": _words(Action), "section": WHOLE, "minutes": WHOLE, "homework": _list(TEXT)})
        ),
        "forecast": _object(
            {
                "sections_left": WHOLE,
                "per_visit": _or_null({"type": "number"}),
                "finish_on": _or_null(DAY),
            }
        ),
    }
)
