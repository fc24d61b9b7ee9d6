"""How programs come in: a bearer token with each request, and nothing that a browser would send by itself."""

from __future__ import annotations

from typing import NoReturn

from flask import abort, request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import TooManyRequests, Unauthorized

from pne_tracker.adapters import clock
from pne_tracker.db import UNSCOPED, reading, transaction
from pne_tracker.domain.access import Viewer
from pne_tracker.domain.door import TRY_WINDOW, hash_of
from pne_tracker.domain.errors import NotAllowedError
from pne_tracker.domain.scopes import TOKEN, ApiScope, allows
from pne_tracker.queries.api_tokens import TokenRecord, token_record
from pne_tracker.services import api_tokens
from pne_tracker.web.identity import viewer_of
from pne_tracker.web.sign_in import take_address_try


def come_in(scope: ApiScope | None) -> Viewer:
    """In whose name a program reads that has the right token for `scope`; aborts with 401, 403 or 429 otherwise."""
    if scope is None:
        abort(404)
    given = _given()
    now = clock.now()
    with reading(UNSCOPED) as session:
        token = token_record(session, hash_of(given), now=now) if TOKEN.fullmatch(given) else None
    if token is None:
        _refuse(counted=bool(given))
    viewer = viewer_of(token.account, token=token.prefix)
    if not allows(viewer, token.scopes, scope):
        raise NotAllowedError(f"This token, or its account, does not reach {scope}.", code="scope")
    _note_use(token, viewer)
    return viewer


def _given() -> str:
    """The token of the request, "" for none."""
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    return value.strip() if scheme.lower() == "bearer" else ""


def _refuse(*, counted: bool) -> NoReturn:
    """Bad tokens are counted by address; good ones from there go on working."""
    if counted and not take_address_try("token"):
        raise TooManyRequests(retry_after=int(TRY_WINDOW.total_seconds()))
    raise Unauthorized(www_authenticate=WWWAuthenticate("bearer", {"realm": "PNE Tracker"}))


def _note_use(token: TokenRecord, viewer: Viewer) -> None:
    today = clock.now().date()
    if token.last_used_on is None or token.last_used_on < today:
        with transaction(viewer) as session:
            api_tokens.note_use(session, token.id, today=today)
