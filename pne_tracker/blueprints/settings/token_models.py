"""API tokens as their pages show them."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from pne_tracker.domain.scopes import ApiScope
from pne_tracker.queries.api_tokens import TokenLine

SCOPE_WORDS = {
    ApiScope.PATIENTS: "Read patients, episodes and the state of their sections",
    ApiScope.PLAN: "Read what to teach next",
    ApiScope.HOMEWORK: "Read homework and how it went",
    ApiScope.VISITS: "Read signed visits",
    ApiScope.BILLING: "Read signed visits with billing lines, and claims",
    ApiScope.COMPLETION: "Read completion figures",
    ApiScope.RULES: "Count units and plan from facts it sends; nothing of ours is read",
}


@dataclass(frozen=True, slots=True)
class TokenRow:
    """One token."""

    id: uuid.UUID
    name: str
    owner: str
    prefix: str
    scopes: str
    made: str
    until: str
    used: str
    state: str
    level: str
    ended: bool


def token_rows(tokens: Iterable[TokenLine], timezone: str) -> list[TokenRow]:
    """Tokens with their days written out in the clinic's time."""
    zone = ZoneInfo(timezone)
    return [
        TokenRow(
            id=one.id,
            name=one.name,
            owner=one.owner,
            prefix=f"{one.prefix}…",
            scopes=", ".join(one.scopes),
            made=_day(one.created_at.astimezone(zone)),
            until=_day(one.expires_at.astimezone(zone)),
            used=_day(one.last_used_on) if one.last_used_on else "not yet",
            state="revoked" if one.revoked else "expired" if one.ended else "works",
            level="" if one.ended else "good",
            ended=one.ended,
        )
        for one in tokens
    ]


def _day(day: dt.date) -> str:
    return f"{day.day} {day:%b %Y}"
