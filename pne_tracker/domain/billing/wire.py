"""The JSON contract of `bill`: plain data in, plain data out. Strict: what is not understood is refused."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Any, NoReturn, TypeVar

from pne_tracker.domain.billing.money import cents, decimal_text
from pne_tracker.domain.billing.visit import (
    SEPARATE,
    Bill,
    BillableVisit,
    Discipline,
    Line,
    Treatment,
    UnitRule,
)
from pne_tracker.domain.errors import BadInputError
from pne_tracker.domain.json_text import parse, shown

__all__ = ["parse", "read", "write"]

_DISCIPLINES = {item.value: item for item in Discipline}
_UNIT_RULES = {item.value: item for item in UnitRule}
_T = TypeVar("_T")
_REQUIRED = ("discipline", "date", "unit_rule", "treatments")
_VISIT_KEYS = frozenset(_REQUIRED) | {
    "separate_pne_allowed",
    "max_timed_units_per_day",
    "ytd_allowed",
    "kx_attested",
    "fees",
    "tie_prefers",
}
_ROW_KEYS = frozenset({"activity", "minutes", "pne_minutes", "assistant_minutes", "decision", "impairment"})


def read(given: object) -> BillableVisit:
    """A visit from plain data of the contract's shape.

    Raises BadInputError with `at` such as `treatments[0].minutes` and a code such as `missing_key`,
    `unknown_key`, `bad_minutes`, `bad_date`, `bad_money`. What contradicts itself is left to the engine's
    check.
    """
    if not isinstance(given, dict):
        raise _bad("A visit is a JSON object.", "", "not_an_object")
    if not _VISIT_KEYS.issuperset(given):
        _refuse_key(given, _VISIT_KEYS, "")
    for key in _REQUIRED:
        if key not in given:
            raise _bad(f"{key} is missing. Add it.", key, "missing_key")
    rows = given["treatments"]
    if not isinstance(rows, list):
        raise _bad("treatments is a list, empty when nothing was done.", "treatments", "bad_treatments")
    ytd, fees = given.get("ytd_allowed"), given.get("fees")
    return BillableVisit(
        discipline=_choice(given, "discipline", _DISCIPLINES),
        day=_day(given["date"]),
        unit_rule=_choice(given, "unit_rule", _UNIT_RULES),
        treatments=tuple([_treatment(row, index) for index, row in enumerate(rows)]),
        separate_pne_allowed=_flag(given, "separate_pne_allowed", default=True),
        max_timed_units=_limit(given.get("max_timed_units_per_day")),
        ytd_allowed=None if ytd is None else cents(ytd, at="ytd_allowed"),
        kx_attested=_flag(given, "kx_attested", default=False),
        fees={} if fees is None else _fees(fees),
        tie_prefers=_optional_text(given, "tie_prefers", "tie_prefers"),
    )


def _treatment(row: object, index: int) -> Treatment:
    at = f"treatments[{index}]"
    if not isinstance(row, dict):
        raise _bad("A treatment is a JSON object.", at, "bad_treatment")
    if not _ROW_KEYS.issuperset(row):
        _refuse_key(row, _ROW_KEYS, f"{at}.")
    for key in ("activity", "minutes"):
        if key not in row:
            raise _bad(f"{key} is missing. Add it.", f"{at}.{key}", "missing_key")
    activity = row["activity"]
    if not isinstance(activity, str):
        raise _bad('An activity is text: "pne" or a code such as "97116".', f"{at}.activity", "bad_activity")
    minutes, pne, assistant = row["minutes"], row.get("pne_minutes", 0), row.get("assistant_minutes", 0)
    if not (type(minutes) is int and type(pne) is int and type(assistant) is int):
        _refuse_minutes(row, at)
    decision = row.get("decision")
    return Treatment(
        activity,
        minutes,
        pne,
        assistant,
        decision if decision is None else _decision(decision, f"{at}.decision"),
        _optional_text(row, "impairment", f"{at}.impairment"),
    )


def _refuse_minutes(row: dict[str, object], at: str) -> NoReturn:
    key = next(
        key for key in ("minutes", "pne_minutes", "assistant_minutes") if type(row.get(key, 0)) is not int
    )
    raise _bad(f"Minutes are a whole number, not {shown(row[key])}.", f"{at}.{key}", "bad_minutes")


def _decision(value: object, at: str) -> str:
    if value == SEPARATE:
        return SEPARATE
    if isinstance(value, dict):
        if not {"combined_with"}.issuperset(value):
            _refuse_key(value, frozenset({"combined_with"}), f"{at}.")
        code = value.get("combined_with")
        if isinstance(code, str) and code != SEPARATE:
            return code
    raise _bad('A decision is null, "separate", or {"combined_with": "97116"}.', at, "bad_decision")


def _optional_text(given: dict[str, object], key: str, at: str) -> str | None:
    value = given.get(key)
    if value is not None and not isinstance(value, str):
        raise _bad(f"{key} is text or null.", at, f"bad_{key}")
    return value


def _choice(given: dict[str, object], key: str, choices: dict[str, _T]) -> _T:
    value = given[key]
    if isinstance(value, str) and value in choices:
        return choices[value]
    raise _bad(f"{key} is one of {', '.join(choices)}, not {shown(value)}.", key, f"bad_{key}")


def _day(value: object) -> date:
    day = _parsed_day(value) if isinstance(value, str) and len(value) == 10 else None
    if day is None:
        raise _bad(f"A date is written YYYY-MM-DD and exists, not {shown(value)}.", "date", "bad_date")
    return day


@lru_cache(maxsize=512)
def _parsed_day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.isoformat() == text else None


def _flag(given: dict[str, object], key: str, *, default: bool) -> bool:
    value = given.get(key, default)
    if not isinstance(value, bool):
        raise _bad(f"{key} is true or false.", key, "bad_flag")
    return value


def _limit(value: object) -> int | None:
    if value is None or (type(value) is int and value >= 0):
        return value
    raise _bad(
        "The daily limit is a whole number of units, 0 or more, or null.",
        "max_timed_units_per_day",
        "bad_limit",
    )


def _fees(fees: object) -> dict[str, int]:
    if not isinstance(fees, dict):
        raise _bad('fees is an object such as {"97116": "38.50"}.', "fees", "bad_fees")
    return {code: cents(text, at=f"fees.{code[:20]}") for code, text in fees.items()}


def _refuse_key(given: dict[str, object], known: Iterable[str], prefix: str) -> NoReturn:
    key = min(set(given) - set(known))
    raise _bad(f"{shown(key)} is not a key here. Remove or correct it.", f"{prefix}{key[:40]}", "unknown_key")


def _bad(message: str, at: str, code: str) -> BadInputError:
    return BadInputError(message, at=at, code=code)


def write(bill: Bill) -> dict[str, Any]:
    """The bill as plain data of the contract's shape; money as text, null where a fee is missing."""
    return {
        "lines": [_line(line) for line in bill.lines],
        "unbilled": [
            {"activity": entry.activity, "minutes": entry.minutes, "reason": entry.reason}
            for entry in bill.unbilled
        ],
        "findings": [
            {"code": finding.code, "level": finding.level.value, "message": finding.message}
            for finding in bill.findings
        ],
        "timed_minutes": bill.timed_minutes,
        "total_minutes": bill.total_minutes,
        "total_timed_units": bill.total_timed_units,
        "total_charge": None if bill.total_charge is None else decimal_text(bill.total_charge),
    }


def _line(line: Line) -> dict[str, Any]:
    return {
        "code": line.code,
        "minutes": line.minutes,
        "units": line.units,
        "modifiers": list(line.modifiers),
        "charge": None if line.charge is None else decimal_text(line.charge),
        "source_minutes": dict(line.source_minutes),
        "pne_minutes": line.pne_minutes,
        "reasons": list(line.reasons),
    }
