"""The expected entries that items keep as lists, one row for each, in the words of either database."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Date, Integer, cast, func
from sqlalchemy.orm import Session

from pne_tracker.models import HomeworkStanding


def each_entry(session: Session) -> tuple[Any, list[ColumnElement[Any]]]:
    """What to join an item's list by (on true), and day, done (0 or 1) and late (0 or 1) of each of its entries."""
    if session.get_bind().dialect.name == "sqlite":
        each = func.json_each(HomeworkStanding.days).table_valued("value", name="each_day")
        return each, [func.json_extract(each.c.value, f"$[{place}]") for place in range(3)]
    each = func.jsonb_array_elements(HomeworkStanding.days).table_valued("value", name="each_day")
    day, done, late = (each.c.value.op("->>")(place) for place in range(3))
    return each, [cast(day, Date), cast(done, Integer), cast(late, Integer)]
