"""The words that messages are said with: ours, or those a clinic wrote."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from pne_tracker.domain.messages.own_words import REWORDED, from_dict, with_words
from pne_tracker.domain.messages.templates import Template
from pne_tracker.domain.messages.wordings import NEWEST, TEMPLATES
from pne_tracker.models import Account, MessageWording


def newest_wordings(
    session: Session, clinic_ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, dict[str, MessageWording]]:
    """The newest words of each clinic by template, where it ever wrote some. One query."""
    newer = aliased(MessageWording)
    replaced = select(newer.id).where(
        newer.clinic_id == MessageWording.clinic_id,
        newer.template == MessageWording.template,
        newer.id > MessageWording.id,
    )
    found: dict[uuid.UUID, dict[str, MessageWording]] = {one: {} for one in clinic_ids}
    for row in session.scalars(
        select(MessageWording).where(MessageWording.clinic_id.in_(list(clinic_ids)), ~exists(replaced))
    ):
        found[row.clinic_id][row.template] = row
    return found


def words_of(session: Session, name: str, version: int, wording_id: uuid.UUID | None) -> Template:
    """The template of a message in the words it was written with."""
    template = TEMPLATES[name, version]
    row = session.get_one(MessageWording, wording_id) if wording_id else None
    return with_words(template, from_dict(row.texts)) if row else template


def words_now(session: Session, clinic_id: uuid.UUID) -> dict[str, Template]:
    """The messages that can be reworded, in the words that the clinic's are written with now."""
    rows = newest_wordings(session, [clinic_id])[clinic_id]
    own = {name: from_dict(row.texts) for name, row in rows.items()}
    return {name: with_words(NEWEST[name], own.get(name, {})) for name in REWORDED}


def wording_history(
    session: Session, clinic_id: uuid.UUID, name: str, limit: int = 10
) -> list[tuple[MessageWording, str]]:
    """The latest words of a clinic for one message with who wrote them, newest first."""
    rows = session.execute(
        select(MessageWording, Account.name)
        .join(Account, Account.id == MessageWording.changed_by)
        .where(MessageWording.clinic_id == clinic_id, MessageWording.template == name)
        .order_by(MessageWording.id.desc())
        .limit(limit)
    )
    return [(row, by) for row, by in rows]
