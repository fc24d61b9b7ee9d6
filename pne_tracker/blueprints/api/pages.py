"""Pages of a list: the address of the one that follows."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlencode

from flask import request

from pne_tracker.web.shapes import plain


def next_address(more: bool, last: uuid.UUID | None, **chosen: Any) -> str | None:
    """This address with the same parameters, after the last row; None when nothing follows."""
    if not more or last is None:
        return None
    kept = {name: plain(value) for name, value in chosen.items() if value is not None}
    return f"{request.path}?{urlencode({**kept, 'after': str(last)})}"
