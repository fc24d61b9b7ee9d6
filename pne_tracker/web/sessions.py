"""A session's life: opened at the door, kept alive by what a person does, over when it is idle or old."""

from __future__ import annotations

import datetime as dt
import secrets

from flask import request, session
from flask_security import current_user, login_user, logout_user

from pne_tracker.adapters import clock
from pne_tracker.db import transaction
from pne_tracker.domain.access import Role
from pne_tracker.domain.door import CONFIRMED_FOR, LONGEST_SESSION, PATIENT_IDLE, STAFF_IDLE, is_over
from pne_tracker.services import accounts, sessions
from pne_tracker.web.identity import SESSION_KEY, SignedIn
from pne_tracker.web.portal_context import SIZE_KEY

SEEN_KEY = "seen"
QUIET = "X-Background"
"""Requests with this header were made by a script, not a person: they keep no session alive."""
BROWSERS = ("Edg", "OPR", "Firefox", "Chrome", "Safari")
SYSTEMS = ("iPhone", "iPad", "Android", "Windows", "Mac OS", "Linux")
WORDS = {"Edg": "Edge", "OPR": "Opera", "Mac OS": "Mac"}


def admit(user: SignedIn, *, how: str) -> None:
    """Open a new session for this account; nothing of the old one stays but the text size."""
    size, now, token = session.get(SIZE_KEY, ""), clock.now(), secrets.token_urlsafe(32)
    session.clear()
    login_user(user, remember=False)
    session.permanent = True
    session[SESSION_KEY], session[SEEN_KEY] = token, now.timestamp()
    if size:
        session[SIZE_KEY] = size
    with transaction(user.viewer) as work:
        sessions.open_session(work, user.viewer, token=token, how=how, device=device_name(), now=now)
        accounts.signed_in(work, user.viewer, now=now)


def leave() -> None:
    """End this browser's session."""
    if current_user.is_authenticated:
        record = current_user.record
        with transaction(current_user.viewer) as work:
            sessions.end_session(work, current_user.viewer, record.session_id, now=clock.now())
    logout_user()
    session.clear()


def keep_or_end() -> None:
    """Before each request: end a session that is idle or too old; let one that a person uses go on."""
    if not current_user.is_authenticated:
        return
    now, record = clock.now(), current_user.record
    seen = dt.datetime.fromtimestamp(session.get(SEEN_KEY, 0), dt.UTC)
    if record.started_at is None or is_over(
        started=record.started_at, seen=seen, staff=_is_staff(record.role), now=now
    ):
        leave()
    elif QUIET not in request.headers and (now - seen).total_seconds() > 1:
        session[SEEN_KEY] = now.timestamp()


def seconds_left() -> int:
    """For how long this session stays open if nobody touches it; one that this very request opens begins now."""
    now, record = clock.now(), current_user.record
    seen = dt.datetime.fromtimestamp(session.get(SEEN_KEY, 0), dt.UTC)
    idle = seen + (STAFF_IDLE if _is_staff(record.role) else PATIENT_IDLE)
    end = (record.started_at or now) + LONGEST_SESSION
    return max(0, int((min(idle, end) - now).total_seconds()))


def _is_staff(role: Role) -> bool:
    return role.is_staff


def confirmed_lately(within: dt.timedelta = CONFIRMED_FOR) -> bool:
    """Whether the person at this browser has shown who it is within half an hour, or as lately as asked."""
    at: dt.datetime | None = current_user.record.confirmed_at if current_user.is_authenticated else None
    return at is not None and clock.now() - at < within


def device_name() -> str:
    """ "Firefox on Windows": enough to know one's own browsers by."""
    agent = request.user_agent.string
    browser = next((WORDS.get(one, one) for one in BROWSERS if one in agent), "A browser")
    system = next((WORDS.get(one, one) for one in SYSTEMS if one in agent), "")
    return f"{browser} on {system}" if system else browser
