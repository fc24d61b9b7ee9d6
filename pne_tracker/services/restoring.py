"""A backup brought back: into empty tables, compared with what it says of itself, with nothing left open."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from pne_tracker.domain.backups import ChainHead, Manifest, differences
from pne_tracker.domain.errors import RefusedError
from pne_tracker.models import AccountSession, ApiToken, Organisation, SignInLink
from pne_tracker.services import audit, backups
from pne_tracker.services.backups import lost_heads


def fill(session: Session, manifest: Manifest, lines_of: Callable[[str], Iterable[bytes]]) -> None:
    """Write every row of a backup and compare the rows of each table and their digest.

    Raises RefusedError for tables that hold something already, and for anything that is not as in the backup;
    the caller's transaction then keeps nothing. The session is unscoped.
    """
    filled = backups.first_filled(session, manifest.tables)
    if filled:
        raise RefusedError(
            f"This database is not empty: {filled} has rows. A backup is restored into an empty database alone."
        )
    backups.rest_references(session)
    for name, facts in manifest.tables.items():
        backups.lines_in(session, name, facts.columns, lines_of(name))
    found = {
        name: backups.facts(backups.lines_out(session, name, facts.columns), facts.columns)
        for name, facts in manifest.tables.items()
    }
    wrong = differences(manifest.tables, found)
    if wrong:
        raise RefusedError(f"Nothing was restored. {'; '.join(wrong[:5])}.")


def chain_faults(session: Session, heads: Iterable[ChainHead]) -> list[str]:
    """What does not hold in the audit chain, by itself and against the heads of a backup."""
    return [f"event {position}: {what}" for position, what in audit.broken_links(session)] + [
        f"event {one.position}: the backup holds it, the chain does not" for one in lost_heads(session, heads)
    ]


def end_what_was_open(session: Session, *, now: dt.datetime) -> None:
    """End sessions, links and API tokens of the backup: they may have been ended or used since it was made."""
    session.execute(update(AccountSession).where(AccountSession.ended_at.is_(None)).values(ended_at=now))
    session.execute(update(SignInLink).where(SignInLink.used_at.is_(None)).values(used_at=now))
    session.execute(update(ApiToken).where(ApiToken.revoked_at.is_(None)).values(revoked_at=now))


def note(session: Session, what: str, *, now: dt.datetime) -> None:
    """An audit event in every organisation, for all of them are in the file."""
    for organisation_id in session.scalars(select(Organisation.id)).all():
        audit.record_by_itself(session, organisation_id, what, "installation", now=now)
