"""Recall: the patient's page, the answer to the question that waits, and the switch."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Access, Viewer
from pne_tracker.domain.errors import BadInputError, ConflictError
from pne_tracker.domain.quiz import answers_of
from pne_tracker.domain.recall import Scheduler, answered
from pne_tracker.models import Check, CheckKind, Episode, EpisodeStatus, Patient, RecallCard, new_id
from pne_tracker.queries.access import load
from pne_tracker.queries.portal_place import place_of
from pne_tracker.queries.recall import (
    AnsweredQuestion,
    DueQuestion,
    Switches,
    answered_question,
    card_of,
    due_question,
    own_card,
    switches,
)
from pne_tracker.services import audit, progress
from pne_tracker.services.recall_cards import write


@dataclass(frozen=True, slots=True)
class RecallPage:
    """The patient's page: what was answered today, else the question that waits, else neither."""

    switches: Switches
    answered: AnsweredQuestion | None
    due: DueQuestion | None


def open_page(session: Session, viewer: Viewer, *, now: dt.datetime) -> RecallPage:
    """The page of the viewing patient, with the audit event that says so."""
    place = place_of(session, viewer)
    today = place.today(now)
    audit.record(
        session, viewer, "read", "recall", subject_id=place.patient_id, patient_id=place.patient_id, now=now
    )
    return RecallPage(
        switches(session, viewer, place.patient_id),
        answered_question(session, viewer, today),
        due_question(session, viewer, today),
    )


def answer(
    session: Session,
    viewer: Viewer,
    card_id: uuid.UUID,
    question_id: str,
    picked: str,
    *,
    scheduler: Scheduler,
    now: dt.datetime,
) -> None:
    """Keep the viewing patient's answer to the question that waits; *not sure* counts as a miss.

    The answer is a check of the section, so a miss turns it to *revisit*. The same answer sent again has no
    second effect. Raises ConflictError `not_waiting` when another question waits or none, BadInputError when
    the question has no such answer, NotFoundError when the card is not the viewer's.
    """
    place = place_of(session, viewer)
    today = place.today(now)
    _lock(session, viewer)
    row = own_card(session, viewer, card_id)
    before = answered_question(session, viewer, today)
    if before is not None and (before.card_id, before.question.id) == (card_id, question_id):
        return
    due = due_question(session, viewer, today)
    if due is None or (due.card_id, due.question.id) != (card_id, question_id):
        raise ConflictError("This question does not wait any more. Load the page again.", code="not_waiting")
    if picked not in answers_of(due.question):
        raise BadInputError("Pick one of the answers.", at="answer")
    remembered = picked == due.question.answer
    write(row, answered(card_of(row), remembered, today, scheduler))
    row.question_id, row.answer = question_id, picked
    session.add(_check(row, due, remembered, today, now))
    progress.rebuild(session, [due.episode_id])
    audit.record(
        session,
        viewer,
        "answer",
        "recall",
        subject_id=row.id,
        patient_id=place.patient_id,
        now=now,
        section=due.section,
    )
    session.flush()


def switch(
    session: Session, viewer: Viewer, patient_id: uuid.UUID, *, enabled: bool, now: dt.datetime
) -> None:
    """Let questions be asked of a patient within reach, or none. The patient may, and who treats."""
    patient = load(session, viewer, Patient, patient_id, Access.EDIT)
    patient.recall_enabled = enabled
    audit.record(
        session,
        viewer,
        "switch_on" if enabled else "switch_off",
        "recall",
        subject_id=patient_id,
        patient_id=patient_id,
        now=now,
    )
    session.flush()


def _lock(session: Session, viewer: Viewer) -> None:
    """Hold the patient's open episodes, as `progress.rebuild` does: of two answers at once the later sees the first."""
    session.execute(
        select(Episode.id)
        .where(Episode.patient_id == viewer.patient_id, Episode.status == EpisodeStatus.OPEN)
        .order_by(Episode.id)
        .with_for_update()
    )


def _check(row: RecallCard, due: DueQuestion, remembered: bool, today: dt.date, now: dt.datetime) -> Check:
    score = 1.0 if remembered else 0.0
    return Check(
        id=new_id(),
        organisation_id=row.organisation_id,
        episode_id=due.episode_id,
        section=due.section,
        kind=CheckKind.RECALL,
        score=score,
        concepts={row.concept: score},
        on_date=today,
        at=now,
    )
