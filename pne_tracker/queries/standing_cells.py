"""Counts as rows that the database adds up: where they are kept, what they are of, how many."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement, Date, Integer, SQLColumnExpression, String, cast, func, literal, true
from sqlalchemy.orm import Session

from pne_tracker.domain.standing import Measured
from pne_tracker.models import NO_DAY, CompletionCount
from pne_tracker.models.tenancy import scope_of

PLACE = ("organisation_id", "clinic_id", "payer_id", "status")
CELL = ("measured", "section", "letter", "what", "day", "days")
AMOUNTS = ("n", "done", "late")
COLUMNS = (*PLACE, "therapist_id", *CELL, *AMOUNTS)
Columns = list[ColumnElement[Any]]


def in_scope(session: Session, kind: Any) -> ColumnElement[bool]:
    """The session's organisation, said aloud: its guards do not reach into an INSERT from a SELECT."""
    organisation_id = scope_of(session).organisation_id
    return true() if organisation_id is None else kind.organisation_id == organisation_id


def columns(kind: Any, names: tuple[str, ...]) -> Columns:
    """These columns of a table, by their own names."""
    return [getattr(kind, name).label(name) for name in names]


def cell_columns(measured: Measured, section: int = 0, letter: str = "", day: dt.date = NO_DAY) -> Columns:
    """What is counted, as constants."""
    return [
        literal(measured, CompletionCount.measured.type).label("measured"),
        literal(section, Integer).label("section"),
        literal(letter, String).label("letter"),
        literal("", String).label("what"),
        literal(day, Date).label("day"),
        literal(0, Integer).label("days"),
    ]


def put(cell: Columns, **given: SQLColumnExpression[Any]) -> Columns:
    """The cell with these columns in the place of its own."""
    return [given[one.key].label(one.key) if one.key in given else one for one in cell]


def counting(n: ColumnElement[int], done: ColumnElement[int] | None = None) -> Columns:
    """How many, and how many of these are done."""
    nothing = literal(0, Integer)
    return [n.label("n"), (nothing if done is None else done).label("done"), nothing.label("late")]


def hex_of(account_id: SQLColumnExpression[Any]) -> ColumnElement[str]:
    """An id as a cell names it (`what`), on either database."""
    return func.replace(cast(account_id, String), "-", "")
