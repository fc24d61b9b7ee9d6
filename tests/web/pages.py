"""Reading and sending pages in tests the way a browser does: with the CSRF token of the page's own form."""

from __future__ import annotations

import re
import uuid
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
ANY_TOKEN = re.compile(rb'(name="csrf_token" value=|"X-CSRFToken": |data-left=)"[^"]+"')


def token(client: FlaskClient, page: str = "/settings/account") -> str:
    """The CSRF token of the session, from any page that has a form."""
    found = TOKEN.search(client.get(page).get_data(as_text=True))
    assert found, f"no form on {page}"
    return found[1]


def post(client: FlaskClient, url: str, data: dict[str, Any] | None = None, **options: Any) -> TestResponse:
    """Send a form with the session's token."""
    return client.post(url, data={**(data or {}), "csrf_token": token(client)}, **options)


def bytes_of(answer: TestResponse) -> bytes:
    """The page without what changes by the second: its CSRF tokens and the time left of the session."""
    return ANY_TOKEN.sub(rb"\1", answer.data)


PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")


def fill(rule: str, ids: dict[str, Any]) -> str:
    """The address of a rule with these ids in it, and random ones for the others."""

    def value(match: re.Match[str]) -> str:
        kind, name = match[1], match[2]
        if name in ids:
            return str(ids[name])
        return str(uuid.uuid4()) if kind == "uuid" else "1" if kind == "int" else "nothing"

    return PARAMETER.sub(value, rule)


def plain(text: str) -> str:
    """A figure of a page as a spreadsheet reads it: "1165", "85%"."""
    plain = text.replace("\N{NO-BREAK SPACE}", "").replace("\N{NARROW NO-BREAK SPACE}", "")
    return plain.replace(",", "") if re.fullmatch(r"[\d,]+", plain) else plain if "%" in plain else text
