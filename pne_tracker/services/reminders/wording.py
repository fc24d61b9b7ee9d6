"""A clinic's own words for the messages that remind: read, kept as a new version, and taken back."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from pne_tracker.domain.access import Access, Viewer
from pne_tracker.domain.errors import ConflictError, NotFoundError
from pne_tracker.domain.messages.own_words import (
    REWORDED,
    Key,
    checked,
    from_dict,
    texts_of,
    to_dict,
    with_words,
)
from pne_tracker.domain.messages.templates import Template
from pne_tracker.domain.messages.wordings import NEWEST
from pne_tracker.models import Clinic, MessageWording, new_id
from pne_tracker.queries.access import load
from pne_tracker.queries.reminders.wording import wording_history
from pne_tracker.services import audit


@dataclass(frozen=True, slots=True)
class MessageWords:
    """A message of a clinic: in our words, as it goes out now, and its changes (instant, name, own), newest first."""

    clinic: str
    zone: str
    ours: Template
    now: Template
    based_on: uuid.UUID | None
    history: Sequence[tuple[dt.datetime, str, bool]]

    @property
    def own(self) -> bool:
        """Whether the clinic wrote the words that go out now."""
        return self.now != self.ours


def read_words(session: Session, viewer: Viewer, clinic_id: uuid.UUID, name: str) -> MessageWords:
    """The words of one message of a clinic of the viewer's. Raises NotFoundError out of reach."""
    return _words(session, load(session, viewer, Clinic, clinic_id), name)


def _words(session: Session, clinic: Clinic, name: str) -> MessageWords:
    if name not in REWORDED:
        raise NotFoundError
    history = wording_history(session, clinic.id, name)
    newest = history[0][0] if history else None
    return MessageWords(
        clinic=clinic.name,
        zone=clinic.timezone,
        ours=NEWEST[name],
        now=with_words(NEWEST[name], from_dict(newest.texts)) if newest else NEWEST[name],
        based_on=newest.id if newest else None,
        history=[(row.changed_at, by, bool(row.texts)) for row, by in history],
    )


def keep_words(
    session: Session,
    viewer: Viewer,
    clinic_id: uuid.UUID,
    name: str,
    texts: Mapping[Key, str],
    *,
    based_on: uuid.UUID | None,
    now: dt.datetime,
) -> bool:
    """Keep the texts of one message as the clinic's newest words; False when nothing differs.

    They hold for messages written from now on; one on its way keeps its own. Our words again are kept as none.
    Raises BadInputError beside a text that cannot be sent, ConflictError when somebody else changed the words
    since `based_on`, NotFoundError for a message that cannot be reworded.
    """
    clinic = load(session, viewer, Clinic, clinic_id, Access.EDIT)
    page = _words(session, clinic, name)
    good = checked(page.ours, texts)
    if (good or texts_of(page.ours)) == texts_of(page.now):
        return False
    if page.based_on != based_on:
        raise ConflictError("Somebody else changed these words since you opened them. Look again first.")
    session.add(
        MessageWording(
            id=new_id(),
            organisation_id=clinic.organisation_id,
            clinic_id=clinic.id,
            template=name,
            texts=to_dict(good),
            changed_at=now,
            changed_by=viewer.account_id,
        )
    )
    audit.record(session, viewer, "change", "message_wording", subject_id=clinic.id, now=now, template=name)
    session.flush()
    return True
