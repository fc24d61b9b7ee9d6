"""Homework outside a visit: from the curriculum or written by hand, three at a time unless the therapist insists."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Access, Viewer
from pne_tracker.domain.curriculum import HomeworkTemplate, Section
from pne_tracker.domain.errors import BadInputError, RefusedError
from pne_tracker.domain.home_load import why_more
from pne_tracker.domain.homework import due_date
from pne_tracker.domain.own_homework import OwnItem, template_of
from pne_tracker.domain.visit_draft import MAX_MESSAGE, HomeworkDraft
from pne_tracker.models import Episode, EpisodeStatus, Homework, Patient, built_once, new_id
from pne_tracker.queries.access import load
from pne_tracker.queries.appointments import next_visit_on
from pne_tracker.queries.clinic_packs import pack_for
from pne_tracker.queries.parameters import EPISODE
from pne_tracker.services import audit, progress
from pne_tracker.services.assignments import beyond, new_row
from pne_tracker.services.clinicians import refuse_outsiders
from pne_tracker.services.reminders.planning import plan_tasks


@dataclass(frozen=True, slots=True)
class Wanted:
    """An item of the curriculum that is to go out; what is None is as the curriculum has it."""

    template_key: str
    due_on: dt.date | None = None
    required: bool | None = None
    message: str = ""


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

    Raises as `assign_all` does.
    """
    wanted = Wanted(template_key, due_on, required, message)
    return assign_all(session, viewer, episode_id, [wanted], today=today, now=now, insist=insist)[0]


def assign_all(
    session: Session,
    viewer: Viewer,
    episode_id: uuid.UUID,
    wanted: Sequence[Wanted],
    *,
    today: dt.date,
    now: dt.datetime,
    insist: str = "",
) -> list[Homework]:
    """Assign several items at once, in their order: each as if alone, progress derived once for all.

    Raises BadInputError for an unknown item, a due date in the past or a fourth item without a reason,
    RefusedError when the episode is not open or the patient has died.
    """
    episode, patient = _open(session, viewer, episode_id)
    templates = pack_for(session, episode.clinic_id, episode.pack_version_id).templates
    next_visit = next_visit_on(session, episode.id, today)
    chosen = [_chosen(templates, one, today, next_visit) for one in wanted]
    return _send(session, viewer, episode, patient, chosen, insist, today, now)


Chosen = tuple[Section, HomeworkTemplate, HomeworkDraft]


def _chosen(
    templates: Mapping[str, tuple[Section, HomeworkTemplate]],
    wanted: Wanted,
    today: dt.date,
    next_visit: dt.date | None,
) -> Chosen:
    known = templates.get(wanted.template_key)
    if known is None or not known[1].offered:
        raise BadInputError("This curriculum has no such homework. Choose from the list.", at="template_key")
    section, item = known
    due = wanted.due_on or due_date(item.schedule, today, next_visit)
    if due < today:
        raise BadInputError("Homework is due today or later.", at="due_on")
    required = item.required if wanted.required is None else wanted.required
    return section, item, HomeworkDraft(item.key, due, required, wanted.message.strip())


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
    return _send(session, viewer, episode, patient, [(section, item, draft)], insist, today, now)[0]


_ACTIVE = built_once(
    select(func.count()).where(
        Homework.episode_id == EPISODE,
        Homework.done_on.is_(None),
        Homework.closed_as.is_(None),
        Homework.due_on >= bindparam("today"),
    )
)


def active_count(session: Session, episode_id: uuid.UUID, today: dt.date) -> int:
    """How many items of an episode are open: neither done nor closed, and not past due."""
    return session.scalar(_ACTIVE, {"episode": episode_id, "today": today}) or 0


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
    chosen: Sequence[Chosen],
    insist: str,
    today: dt.date,
    now: dt.datetime,
) -> list[Homework]:
    if any(len(draft.message) > MAX_MESSAGE for _, _, draft in chosen):
        raise BadInputError(f"Shorten the message to {MAX_MESSAGE} characters.", at="message")
    active = active_count(session, episode.id, today)
    why = why_more(active, len(chosen), insist)
    rows = [new_row(viewer, episode, *one, assigned_on=today, visit_id=None) for one in chosen]
    for row in beyond(rows, active):
        row.insisted_because = why
    plan_tasks(session, patient, rows, now=now)
    session.add_all(rows)
    for row in rows:
        audit.record(
            session,
            viewer,
            "assign",
            "homework",
            subject_id=row.id,
            patient_id=patient.id,
            now=now,
            insisted=row.insisted_because is not None,
        )
    session.flush()
    progress.after_assigning(session, episode, {row.section for row in rows if row.required})
    return rows
