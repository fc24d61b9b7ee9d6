"""The outbox: a message is a row of the change that causes it; the beat hands it to its channel."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Mapping
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from pne_tracker.domain.messages.templates import ADDRESSES, Channel, check_values
from pne_tracker.domain.messages.wordings import NEWEST
from pne_tracker.models import MessageStatus, OutboxMessage, new_id, seal_into, unsealed

KEPT: Final = dt.timedelta(days=1)
"""How long a message is tried when the caller names no end."""


def enqueue(
    session: Session,
    *,
    organisation_id: uuid.UUID,
    key: str,
    channel: str,
    recipient: str,
    template: str,
    variables: Mapping[str, str],
    now: dt.datetime,
    language: str = "en",
    clinic_id: uuid.UUID | None = None,
    patient_id: uuid.UUID | None = None,
    expires_at: dt.datetime | None = None,
) -> OutboxMessage:
    """Write a message in the caller's transaction; it leaves within a beat of the commit.

    `key` names the effect: the same key again gives the message that is there and sends nothing more.
    `recipient` is a mail address, a telephone number in E.164, or the id of a push subscription or patient.
    `expires_at`: after it the message is dropped instead of sent (a day from `now` unless given); give a link's
    own end. Raises ValueError for a template, channel or variable that does not exist, or a value that does
    not fit.
    """
    way, words = Channel(channel), NEWEST.get(template)
    if words is None:
        raise ValueError(f"there is no message template {template!r}")
    check_values(words, variables, way)
    if not recipient or len(recipient) > 254 or not recipient.isprintable():
        raise ValueError("a recipient is one line of at most 254 characters")
    there = session.scalars(
        select(OutboxMessage).where(
            OutboxMessage.organisation_id == organisation_id, OutboxMessage.idempotency_key == key
        )
    ).one_or_none()
    if there is not None:
        return there
    row = OutboxMessage(
        id=new_id(),
        organisation_id=organisation_id,
        clinic_id=clinic_id,
        patient_id=patient_id,
        idempotency_key=key,
        channel=way.value,
        recipient=recipient,
        template=words.name,
        template_version=words.version,
        language=language[:10],
        variables={name: value for name, value in variables.items() if name not in ADDRESSES},
        status=MessageStatus.WAITING,
        attempts=0,
        not_before=now,
        expires_at=expires_at or now + KEPT,
        created_at=now,
    )
    addresses = {name: value for name, value in variables.items() if name in ADDRESSES}
    seal_into(session, row, "addresses", json.dumps(addresses) if addresses else None)
    session.add(row)
    session.flush()
    return row


def variables_of(row: OutboxMessage) -> dict[str, str]:
    """All variables of a message that is not settled yet, its sealed links included."""
    return {**row.variables, **json.loads(unsealed(row, "addresses") or "{}")}
