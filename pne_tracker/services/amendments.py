"""Asking for a correction of the record, and answering. Nothing that was signed is changed: an addendum corrects it."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Access, Viewer
from pne_tracker.domain.amendments import answer_due, check_answer
from pne_tracker.domain.errors import BadInputError, NotFoundError, RefusedError
from pne_tracker.models import Addendum, Amendment, Visit, new_id
from pne_tracker.queries import amendments as wishes
from pne_tracker.queries.access import load
from pne_tracker.queries.amendments import AmendmentLine
from pne_tracker.queries.portal_place import place_of
from pne_tracker.services import audit


def ask(session: Session, viewer: Viewer, what: str, why: str, *, now: dt.datetime) -> Amendment:
    """The viewing patient asks for a correction; the caller has checked that both are there."""
    if viewer.patient_id is None:
        raise NotFoundError
    wish = Amendment(
        id=new_id(),
        patient_id=viewer.patient_id,
        what=what,
        why=why,
        words="",
        asked_at=now,
        asked_by=viewer.account_id,
        due_on=answer_due(place_of(session, viewer).today(now)),
    )
    session.add(wish)
    _record(session, viewer, "ask", wish, now)
    session.flush()
    return wish


def answer(
    session: Session,
    viewer: Viewer,
    amendment_id: uuid.UUID,
    *,
    said: str,
    words: str,
    addendum_id: uuid.UUID | None,
    now: dt.datetime,
) -> Amendment:
    """Accept, with the addendum that corrects if there is one, or decline with the reason. Once.

    Raises NotFoundError, BadInputError, and RefusedError for one that was answered.
    """
    wish = load(session, viewer, Amendment, amendment_id, Access.EDIT)
    if wish.answer is not None:
        raise RefusedError("This was answered already. The patient has read the answer.")
    decided, told = check_answer(said, words)
    if addendum_id is not None and not _is_theirs(session, addendum_id, wish.patient_id):
        raise BadInputError("Choose an addendum of this patient.", at="addendum")
    wish.answer, wish.words = decided, told
    wish.addendum_id, wish.answered_at, wish.answered_by = addendum_id, now, viewer.account_id
    _record(session, viewer, "answer", wish, now, answer=wish.answer.value)
    session.flush()
    return wish


def _is_theirs(session: Session, addendum_id: uuid.UUID, patient_id: uuid.UUID) -> bool:
    theirs = select(Addendum.id).join(Visit, Visit.id == Addendum.visit_id)
    return (
        session.scalar(theirs.where(Addendum.id == addendum_id, Visit.patient_id == patient_id)) is not None
    )


def open_amendments(session: Session, viewer: Viewer, *, now: dt.datetime) -> tuple[AmendmentLine, ...]:
    """What the patients in reach asked for; each is told who looked."""
    found = wishes.amendments(session, viewer)
    audit.record_list(session, viewer, "amendments", (one.patient_id for one in found), now=now)
    return found


def _record(
    session: Session, viewer: Viewer, action: str, wish: Amendment, now: dt.datetime, **details: str
) -> None:
    audit.record(
        session,
        viewer,
        action,
        "amendment",
        subject_id=wish.id,
        patient_id=wish.patient_id,
        now=now,
        **details,
    )
