"""The record as a file: JSON with its format, when it was made, and for whom."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from base64 import b64encode
from collections.abc import Mapping
from typing import Any, Final

FORMAT: Final = "pne-tracker-record"
VERSION: Final = 1


def record_json(
    tables: Mapping[str, Any],
    people: Mapping[str, str],
    withheld: Mapping[str, Any],
    *,
    made_at: dt.datetime,
    made_for: str,
) -> str:
    """The whole record as JSON text: instants with their zone, days as YYYY-MM-DD, bytes in base64."""
    content = {
        "format": FORMAT,
        "version": VERSION,
        "made_at": made_at,
        "made_for": made_for,
        "people": people,
        "withheld": withheld,
        "tables": tables,
    }
    return json.dumps(content, default=_plain, ensure_ascii=False, indent=1)


def _plain(value: object) -> str:
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, bytes):
        return b64encode(value).decode()
    raise TypeError(f"a record cannot hold {type(value).__name__} yet")
