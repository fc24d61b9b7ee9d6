"""Programs that read in somebody's name: tokens as they stand in lists. Nobody has their secrets."""

from __future__ import annotations

import datetime as dt
import secrets

from pne_tracker.domain.scopes import PREFIX, ApiScope
from pne_tracker.services import api_tokens
from pne_tracker.services.demo.course import World

TOKENS = (
    ("ruth", "Monday figures for the board", (ApiScope.COMPLETION,), 365, 41, False),
    ("ruth", "Trial of a report", (ApiScope.PATIENTS, ApiScope.COMPLETION), 90, 63, True),
    ("priya", "Bookkeeping", (ApiScope.BILLING,), 180, 29, False),
    ("maya", "Exercise app", (ApiScope.PATIENTS, ApiScope.HOMEWORK), 90, 12, False),
)
"""Whose, for what, scopes, days it was made for, days ago, whether it was revoked since."""


def make_tokens(world: World) -> None:
    """Each token as it was made and, where a program uses it, as it was used today."""
    for who, name, scopes, days, ago, revoked in TOKENS:
        viewer = world.clinic.viewers[who]
        token = api_tokens.issue(
            world.session,
            viewer,
            name=name,
            scopes=scopes,
            days=days,
            secret=PREFIX + secrets.token_urlsafe(32),
            now=world.now - dt.timedelta(days=ago),
        )
        api_tokens.note_use(world.session, token.id, today=world.today - dt.timedelta(days=ago // 20))
        if revoked:
            api_tokens.revoke(world.session, viewer, token.id, now=world.now - dt.timedelta(days=ago - 9))
