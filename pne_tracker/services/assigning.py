"""Homework outside a visit: from the curriculum or written by hand, three at a time unless the therapist insists."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Access, Viewer
from pne_tracker.domain.curriculum import HomeworkTemplate, Section
from pne_tracker.domain.errors import BadInputError, RefusedError
from pne_tracker.domain.home_load import why_more
from pne_tracker.domain.homework import due_date
from pne_tracker.domain.own_homework import OwnItem, template_of
from pne_tracker.domain.visit_draft import MAX_MESSAGE, HomeworkDraft
from pne_tracker.models import Episode, EpisodeStatus, Homework, Patient, new_id
from pne_tracker.queries.access import load
from pne_tracker.queries.clinic_packs import pack_for
from pne_tracker.services import audit, progress
from pne_tracker.services.assignments import new_row
from pne_tracker.services.clinicians import refuse_outsiders
from pne_tracker.services.reminders.planning import plan_tasks


def assign(
    session: Session,
    viewer: Viewer,
    episode_id: uuid.UUID,
    template_key: str,
    *,
    today: dt.date,
    now: dt.datetime,
    due_on: dt.date | None = None,
    required: bool | None = None,
    message: str = "",
    insist: str = "",
) -> Homework:
    """Assign one item of the episode's pack outside a visit; `insist` is why a fourth one goes out.

    Raises BadInputError for an unknown item, a due date in the past or a fourth item without a reason,
    RefusedError when the episode is not open or the patient has died.
    """
    episode, patient = _open(session, viewer, episode_id)
    known = pack_for(session, episode.clinic_id, episode.pack_version_id).templates.get(template_key)
    if known is None or not known[1].offered:
        raise BadInputError("This curriculum has no such homework. Choose from the list.", at="template_key")
    section, item = known
    due = due_on or due_date(item.schedule, today)
    if due < today:
        raise BadInputError("Homework is due today or later.", at="due_on")
    draft = HomeworkDraft(template_key, due, item.required if required is None else required, message.strip())
    return _send(session, viewer, episode, patient, (section, item), draft, insist, today, now)


def assign_own(
    session: Session,
    viewer: Viewer,
    episode_id: uuid.UUID,
    own: OwnItem,
    *,
    today: dt.date,
    now: dt.datetime,
    message: str = "",
    insist: str = "",
) -> Homework:
    """Assign an item written by hand. Raises as `assign` does, and BadInputError for what is not filled in."""
    episode, patient = _open(session, viewer, episode_id)
    section = pack_for(session, episode.clinic_id, episode.pack_version_id).by_number.get(own.section)
    if section is None:
        raise BadInputError("Choose the section it belongs to.", at="section")
    item = template_of(own, f"own-{new_id().hex[-12:]}", today)
    draft = HomeworkDraft(item.key, own.due_on, own.required, message.strip())
    return _send(session, viewer, episode, patient, (section, item), draft, insist, today, now)


def active_count(session: Session, episode_id: uuid.UUID, today: dt.date) -> int:
    """How many items of an episode are open: neither done nor closed, and not past due."""
    statement = select(func.count()).where(
        Homework.episode_id == episode_id,
        Homework.done_on.is_(None),
        Homework.closed_as.is_(None),
        Homework.due_on >= today,
    )
    return session.scalar(statement) or 0


def _open(session: Session, viewer: Viewer, episode_id: uuid.UUID) -> tuple[Episode, Patient]:
    episode = load(session, viewer, Episode, episode_id, Access.EDIT)
    refuse_outsiders(session, viewer, episode)
    patient = load(session, viewer, Patient, episode.patient_id)
    if patient.deceased or episode.status is not EpisodeStatus.OPEN:
        raise RefusedError("Homework goes out only within an open episode of a living patient.")
    return episode, patient


def _send(
    session: Session,
    viewer: Viewer,
    episode: Episode,
    patient: Patient,
    chosen: tuple[Section, HomeworkTemplate],
    draft: HomeworkDraft,
    insist: str,
    today: dt.date,
    now: dt.datetime,
) -> Homework:
    if len(draft.message) > MAX_MESSAGE:
        raise BadInputError(f"Shorten the message to {MAX_MESSAGE} characters.", at="message")
    why = why_more(active_count(session, episode.id, today), 1, insist)
    row = new_row(viewer, episode, *chosen, draft, assigned_on=today, visit_id=None)
    row.insisted_because = why
    session.add(row)
    plan_tasks(session, patient, [row], now=now)
    audit.record(
        session,
        viewer,
        "assign",
        "homework",
        subject_id=row.id,
        patient_id=patient.id,
        now=now,
        insisted=why is not None,
    )
    progress.rebuild(session, [episode.id])
    return row
