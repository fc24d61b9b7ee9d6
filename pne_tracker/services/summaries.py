"""The monthly summary by mail: asked for, sent once a month, stopped with one click."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Permission, Viewer
from pne_tracker.domain.errors import NotAllowedError
from pne_tracker.domain.messages.templates import Channel, sender_name
from pne_tracker.domain.summaries import DAYS, TEMPLATE, key_of, month_due, month_text
from pne_tracker.models import Account, OutboxMessage, SummaryWish, new_id
from pne_tracker.queries.summaries import readers
from pne_tracker.services import audit
from pne_tracker.services.outbox import enqueue

LEADS_ONLY = "The summary is for clinic leads."


def choose(session: Session, viewer: Viewer, *, wanted: bool, now: dt.datetime) -> None:
    """The viewer asks for the summary, or no more. Raises NotAllowedError for those who lead no clinic."""
    if not viewer.may(Permission.STEER_CARE):
        raise NotAllowedError(LEADS_ONLY)
    if _keep(session, viewer.account_id, viewer.organisation_id, wanted=wanted, now=now):
        action = "opt_in" if wanted else "opt_out"
        audit.record(session, viewer, action, "summary", subject_id=viewer.account_id, now=now)


def stop_by_link(session: Session, account_id: uuid.UUID, *, now: dt.datetime) -> None:
    """Somebody clicked "stop" in the mail. Nothing happens for an account that is no more. Unscoped."""
    account = session.scalars(select(Account).where(Account.id == account_id)).one_or_none()
    if account is not None and _keep(session, account.id, account.organisation_id, wanted=False, now=now):
        audit.record_by_itself(
            session, account.organisation_id, "opt_out", "summary", subject_id=account.id, now=now
        )


def _keep(
    session: Session, account_id: uuid.UUID, organisation_id: uuid.UUID, *, wanted: bool, now: dt.datetime
) -> bool:
    row = session.scalars(
        select(SummaryWish).where(SummaryWish.account_id == account_id).with_for_update()
    ).one_or_none()
    if row is None:
        row = SummaryWish(
            id=new_id(), organisation_id=organisation_id, account_id=account_id, wanted=False, changed_at=now
        )
        session.add(row)
    changed = row.wanted is not wanted
    row.wanted, row.changed_at = wanted, now if changed else row.changed_at
    session.flush()
    return changed


def queue_due(session: Session, *, home: str, stop_link: Callable[[uuid.UUID], str], now: dt.datetime) -> int:
    """Put the summaries that are due into the outbox, each once; returns how many. The session is unscoped.

    `home` is where the application is reached, with a slash at its end.
    """
    due = {}
    for reader in readers(session):
        month = month_due(now.astimezone(ZoneInfo(reader.zone)))
        if month is not None:
            due[key_of(reader.account_id, month)] = (reader, month)
    there = set(
        session.scalars(
            select(OutboxMessage.idempotency_key).where(OutboxMessage.idempotency_key.in_(list(due)))
        )
    )
    fresh = {key: one for key, one in due.items() if key not in there}
    for key, (reader, month) in fresh.items():
        enqueue(
            session,
            organisation_id=reader.organisation_id,
            key=key,
            channel=Channel.EMAIL,
            recipient=reader.email,
            template=TEMPLATE,
            variables={
                "sender": sender_name(reader.clinic),
                "link": f"{home}completion/month/{month_text(month)}",
                "stop": stop_link(reader.account_id),
            },
            language=reader.language,
            now=now,
            expires_at=now + dt.timedelta(days=DAYS),
        )
    return len(fresh)
