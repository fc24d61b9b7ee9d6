"""Rows of a report added up by the database, by each of the columns that they are told apart by."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

from sqlalchemy import CTE, Select, union_all
from sqlalchemy.orm import Session

ALL: Final = "all"
"""The column that is the same in every row."""
Key = TypeVar("Key")
Tally = TypeVar("Tally")


def tallied(
    session: Session,
    one: CTE,
    by: Callable[[CTE, str], Select[Any]],
    keys: Mapping[str, Callable[[str], Key]],
    tally: Callable[..., Tally],
) -> tuple[dict[str, dict[Key, Tally]], Tally]:
    """A tally for each group by each column, and of all rows together. One query.

    `by` adds up the rows of `one` by a column, as its name, the group's key as text, and the amounts of a tally in
    order; `keys` name the columns, and how the key of a group is read.
    """
    found: dict[str, dict[Key, Tally]] = {name: {} for name in keys}
    whole = tally()
    for name, key, *amounts in session.execute(union_all(*(by(one, name) for name in (*keys, ALL)))):
        counted = tally(*(int(amount) for amount in amounts))
        if name == ALL:
            whole = counted
        else:
            found[name][keys[name](key)] = counted
    return found, whole
