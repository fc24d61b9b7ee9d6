"""The only module that asks the system what time it is."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo


def now() -> dt.datetime:
    """This instant, in UTC."""
    return dt.datetime.now(dt.UTC)


def today(timezone: str) -> dt.date:
    """The day it is now in `timezone` (an IANA name)."""
    return now().astimezone(ZoneInfo(timezone)).date()
