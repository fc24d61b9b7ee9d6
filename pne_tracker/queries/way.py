"""Where episodes stand on their way and how long they waited between sections, in the words of either database."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Date, Integer, case, cast, func, literal, type_coerce
from sqlalchemy.orm import Session

from pne_tracker.domain.standing import Way
from pne_tracker.models import NO_DAY, EpisodeStanding

Columns = dict[str, ColumnElement[Any]]


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


def way_cell(session: Session) -> Columns:
    """Letter (`Way`), days and day of the cell of an episode that has begun (domain.standing.Cell)."""
    one = EpisodeStanding
    end = func.coalesce(one.completed_on, one.closed_on)
    days: ColumnElement[int] = type_coerce(end.op("-")(one.first_taught_on), Integer)
    if _is_sqlite(session):
        days = cast(func.julianday(end) - func.julianday(one.first_taught_on), Integer)
    letter = case(
        (one.completed_on.is_not(None), Way.FINISHED.value),
        (one.closed_on.is_not(None), Way.LEFT.value),
        else_=Way.OPEN.value,
    )
    day = case((end.is_(None), one.first_taught_on), else_=literal(NO_DAY, Date))
    return {"letter": letter, "days": case((days > 0, days), else_=0), "day": day}


def each_wait(session: Session) -> tuple[Any, Columns]:
    """What to join an episode's waits by (on true), with section and days of each."""
    if _is_sqlite(session):
        each = func.json_each(EpisodeStanding.waits).table_valued("value", name="each_wait")
        parts: list[ColumnElement[Any]] = [func.json_extract(each.c.value, f"$[{nth}]") for nth in range(2)]
    else:
        each = func.jsonb_array_elements(EpisodeStanding.waits).table_valued("value", name="each_wait")
        parts = [cast(each.c.value.op("->>")(nth), Integer) for nth in range(2)]
    return each, dict(zip(("section", "days"), parts, strict=True))


def has_waited(session: Session) -> ColumnElement[bool]:
    """Whether an episode waited for any section: at least two were taught."""
    length = func.json_array_length if _is_sqlite(session) else func.jsonb_array_length
    return length(EpisodeStanding.waits) > 0
