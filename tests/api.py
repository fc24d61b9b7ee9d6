"""API tokens for tests."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable

from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.door import hash_of
from pne_tracker.domain.scopes import SHOWN
from pne_tracker.models import ApiToken

AGELESS = dt.datetime(2100, 1, 1, tzinfo=dt.UTC)


def give_token(session: Session, viewer: Viewer, scopes: Iterable[str]) -> str:
    """A token that never grows old and bears any scope, whoever it is for: the door has to see to the rest."""
    secret = f"pne_{secrets.token_urlsafe(32)}"
    session.add(
        ApiToken(
            organisation_id=viewer.organisation_id,
            account_id=viewer.account_id,
            name="A test",
            prefix=secret[:SHOWN],
            token_hash=hash_of(secret),
            scopes=[str(scope) for scope in scopes],
            created_at=AGELESS,
            expires_at=AGELESS,
            last_used_on=AGELESS.date(),
        )
    )
    session.flush()
    return secret
