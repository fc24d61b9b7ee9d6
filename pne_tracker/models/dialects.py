"""Conditions written the way each database plans them best."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, ColumnElement
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class _Common(FunctionElement[bool]):
    """A condition that most rows meet, told to SQLite's planner.

    It would else take an index on the organisation for a short way to a few rows, and read the whole of a table
    to show one patient: most installations hold one organisation. PostgreSQL counts for itself.
    """

    type = Boolean()
    inherit_cache = True


def common(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """A condition that most rows meet, and for which no index is a short way."""
    return _Common(condition)


@compiles(_Common)
def _as_it_is(element: _Common, compiler: SQLCompiler, **options: Any) -> str:
    return compiler.process(element.clauses, **options)


@compiles(_Common, "sqlite")
def _likely(element: _Common, compiler: SQLCompiler, **options: Any) -> str:
    return f"likely({compiler.process(element.clauses, **options)})"


class InEither(FunctionElement[bool]):
    """One condition on a row in two forms that mean the same: SQLite is asked the first, PostgreSQL the second.

    Row by row, and as membership of a set. SQLite would collect the whole set to judge one row. PostgreSQL counts a
    set, and begins with it where it is small; of two questions joined by OR it takes three quarters of the rows to
    pass, and begins elsewhere.
    """

    type = Boolean()
    inherit_cache = True


@compiles(InEither)
def _asked_row_by_row(element: InEither, compiler: SQLCompiler, **options: Any) -> str:
    row_by_row, _of_a_set = element.clauses
    return f"({compiler.process(row_by_row, **options)})"


@compiles(InEither, "postgresql")
def _asked_of_a_set(element: InEither, compiler: SQLCompiler, **options: Any) -> str:
    _row_by_row, of_a_set = element.clauses
    return f"({compiler.process(of_a_set, **options)})"
