"""Which statements are run, and how SQLite reads for each."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event
from sqlalchemy.orm import Session

from pne_tracker.db import db


@contextmanager
def statements(*kinds: str) -> Iterator[list[tuple[str, object]]]:
    """The statements of these kinds (reading unless said) that are run, with their values."""
    seen: list[tuple[str, object]] = []

    def note(_connection: object, _cursor: object, statement: str, given: object, *_rest: object) -> None:
        if statement.startswith(kinds or ("SELECT", "WITH")):
            seen.append((statement, given))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def plan_of(session: Session, statement: str, given: object) -> list[str]:
    """The steps of a statement on SQLite."""
    rows = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given)  # type: ignore[arg-type]
    return [row[3] for row in rows]
