"""The latest messages of an organisation's own clinics."""

from __future__ import annotations

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.reminders.states import MessageStatus
from pne_tracker.models import OutboxMessage

LATEST = 50


def latest_messages(session: Session, viewer: Viewer) -> list[OutboxMessage]:
    """Messages that went out by mail or text, newest first."""
    rows = session.scalars(
        select(OutboxMessage)
        .where(
            OutboxMessage.status == MessageStatus.SENT,
            OutboxMessage.channel.in_(("email", "sms")),
            or_(OutboxMessage.clinic_id.is_(None), OutboxMessage.clinic_id.in_(viewer.clinic_ids)),
        )
        .order_by(OutboxMessage.settled_at.desc())
        .limit(LATEST)
    )
    found = list(rows)
    session.expunge_all()
    return found
