"""Homework goes out: items with the text they were assigned with, and the reminder planned for each."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.curriculum import HomeworkTemplate, Section
from pne_tracker.domain.home_load import MOST_ACTIVE, repeated, why_more
from pne_tracker.domain.homework_item import item_to_dict
from pne_tracker.domain.visit_draft import HomeworkDraft
from pne_tracker.models import (
    Episode,
    Homework,
    Patient,
    Reminder,
    ReminderStatus,
    Visit,
    new_id,
)
from pne_tracker.queries.clinic_packs import pack_for
from pne_tracker.services.reminders.planning import plan_tasks

WITHDRAWN = "withdrawn"


def send_home(
    session: Session,
    viewer: Viewer,
    visit: Visit,
    episode: Episode,
    items: Sequence[HomeworkDraft],
    *,
    now: dt.datetime,
    at_home: int = 0,
    insist: str = "",
) -> list[Homework]:
    """The homework of a visit that is being signed; the caller rebuilds progress and audits the signature.

    `insist` is why more go out than there is room for beside the `at_home` items the patient has.
    """
    if not items:
        return []
    templates = pack_for(session, episode.clinic_id, episode.pack_version_id).templates
    rows = [
        new_row(
            viewer, episode, *templates[item.template_key], item, assigned_on=visit.on_date, visit_id=visit.id
        )
        for item in items
    ]
    why = why_more(at_home, len(rows), insist)
    for row in beyond(rows, at_home):
        row.insisted_because = why
    session.add_all(rows)
    patient = session.get_one(Patient, episode.patient_id)
    plan_tasks(session, patient, rows, now=now)
    return rows


def beyond(rows: Sequence[Homework], active: int) -> Sequence[Homework]:
    """Those of the rows for which there is no room beside the `active` items, the last ones."""
    return rows[max(0, MOST_ACTIVE - active) :]


def new_row(
    viewer: Viewer,
    episode: Episode,
    section: Section,
    item: HomeworkTemplate,
    draft: HomeworkDraft,
    *,
    assigned_on: dt.date,
    visit_id: uuid.UUID | None,
) -> Homework:
    """An item as it is assigned, with its text kept; nothing is added to the session."""
    item = repeated(item, draft.times)
    return Homework(
        id=new_id(),
        organisation_id=episode.organisation_id,
        patient_id=episode.patient_id,
        episode_id=episode.id,
        visit_id=visit_id,
        section=section.number,
        template_key=item.key,
        kind=item.kind,
        template=item_to_dict(item),
        message=draft.message,
        required=draft.required,
        assigned_on=assigned_on,
        assigned_by=viewer.account_id,
        due_on=draft.due_on,
        expected=item.schedule.entries,
        done_at=item.schedule.done_at,
    )


def withdraw_of_visit(session: Session, viewer: Viewer, visit: Visit, reason: str, now: dt.datetime) -> int:
    """Withdraw the homework of a visit that is not done yet, with its reminders; returns how many items."""
    rows = session.scalars(
        select(Homework)
        .where(
            Homework.episode_id == visit.episode_id,
            Homework.visit_id == visit.id,
            Homework.done_on.is_(None),
            Homework.closed_as.is_(None),
        )
        .order_by(Homework.id)
        .with_for_update()
    ).all()
    for row in rows:
        close(session, viewer, row, WITHDRAWN, reason, now)
    return len(rows)


def close(
    session: Session, viewer: Viewer, row: Homework, closed_as: str, reason: str, now: dt.datetime
) -> None:
    """Close an item as "waived" or "withdrawn" and take its planned reminders back."""
    row.closed_as, row.closed_reason = closed_as, reason
    row.closed_at, row.closed_by = now, viewer.account_id
    session.execute(
        update(Reminder)
        .where(
            Reminder.homework_id == row.id,
            Reminder.settled_at.is_(None),
            Reminder.message_id.is_(None),
        )
        .values(status=ReminderStatus.SUPPRESSED, suppressed_for=closed_as, settled_at=now)
    )
