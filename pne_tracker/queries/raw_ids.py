"""Identifiers as the driver gives them: making a UUID of each would be most of the work of reading many rows."""

from __future__ import annotations

import uuid
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, String, type_coerce
from sqlalchemy.orm import InstrumentedAttribute


def raw(column: InstrumentedAttribute[uuid.UUID]) -> ColumnElement[Any]:
    """The column without its type: text on SQLite, a UUID on PostgreSQL."""
    return type_coerce(column, String)


@lru_cache(maxsize=100_000)
def id_of(given: str | uuid.UUID) -> uuid.UUID:
    """The UUID of what the driver gave; the same few come again and again."""
    return given if isinstance(given, uuid.UUID) else uuid.UUID(given)
