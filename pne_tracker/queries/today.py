"""What a clinician sees on opening the application: open drafts, and the own patients with what came back."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.billing.gates import REPORT_SOON
from pne_tracker.domain.care import flags_due
from pne_tracker.domain.people import full_name
from pne_tracker.models import IS_DRAFT, CareTeamMember, Episode, EpisodeStatus, Patient, Visit
from pne_tracker.queries.access import reachable_patients
from pne_tracker.queries.appointments import AppointmentLine, day_of
from pne_tracker.queries.assigned_items import AssignedItem, assigned_items
from pne_tracker.queries.next_steps import first_suggestions
from pne_tracker.queries.patients import account_labels
from pne_tracker.queries.progress import section_rows
from pne_tracker.queries.since import Since, since_last_visit
from pne_tracker.queries.stalls import StallTask, stall_tasks
from pne_tracker.queries.visit_days import VisitDays, visit_days

SHOWN = 60


@dataclass(frozen=True, slots=True)
class OpenDraft:
    """A visit that is not signed yet.

    `ready_at` when it was handed over for the signature, by `ready_by`; `mine_to_sign` for the therapist whose
    signature it waits for.
    """

    visit_id: uuid.UUID
    patient_id: uuid.UUID
    name: str
    therapist: str
    on: dt.date
    saved_at: dt.datetime
    saved_by: str
    ready_at: dt.datetime | None
    ready_by: str
    mine_to_sign: bool


@dataclass(frozen=True, slots=True)
class TodayRow:
    """One patient in treatment: path, what came back, what comes next."""

    patient_id: uuid.UUID
    episode_id: uuid.UUID
    name: str
    mrn: str
    reason: str
    states: tuple[str, ...]
    since: Since
    next_step: str
    next_state: str
    flags_due: bool


@dataclass(frozen=True, slots=True)
class ReportCount:
    """A patient whose progress report is due or nearly due: treatment `days` since the last one."""

    patient_id: uuid.UUID
    episode_id: uuid.UUID
    name: str
    days: int
    last_on: dt.date | None


@dataclass(frozen=True, slots=True)
class TodayPage:
    """The day's appointments, drafts, what the lead asks to look at, oldest first, and up to 60 patients.

    `reports` are the progress reports that come due, of all patients, the most days first.

    First those who ask to be called, then those who ask something, then those who sent something.

    `patients` counts all of them.
    """

    appointments: tuple[AppointmentLine, ...]
    drafts: tuple[OpenDraft, ...]
    stalls: tuple[StallTask, ...]
    reports: tuple[ReportCount, ...]
    rows: tuple[TodayRow, ...]
    patients: int
    any_patient: bool


def today_page(session: Session, viewer: Viewer, today: dt.date) -> TodayPage:
    """Today of the viewer. The number of queries does not grow with the number of patients."""
    found = session.execute(
        select(Episode, Patient)
        .join(Patient, Patient.id == Episode.patient_id)
        .where(Episode.status == EpisodeStatus.OPEN, Patient.deceased.is_(False), _treats(viewer))
        .order_by(Patient.family_name, Patient.given_name, Episode.id)
    ).all()
    episodes = [row[0] for row in found]
    read = _read(session, episodes, today)
    strips = since_last_visit(
        session, episodes, today=today, timezone=viewer.timezone, homework=read.homework, visits=read.visits
    )
    ordered = sorted(found, key=lambda row: _urgency(strips[row[0].id]))[:SHOWN]
    drafts = open_drafts(session, viewer)
    return TodayPage(
        appointments=day_of(session, viewer, today),
        drafts=drafts,
        stalls=stall_tasks(session, viewer),
        reports=_reports([(row[0], row[1]) for row in found], read.visits),
        rows=_rows(session, [(row[0], row[1]) for row in ordered], strips, read, today),
        patients=len(found),
        any_patient=bool(found) or _reaches_anybody(session, viewer),
    )


@dataclass(frozen=True, slots=True)
class _Read:
    """What both the strips and the plans rest on, read once."""

    homework: list[AssignedItem]
    visits: dict[uuid.UUID, VisitDays]


def _read(session: Session, episodes: Sequence[Episode], today: dt.date) -> _Read:
    ids = [episode.id for episode in episodes]
    return _Read(assigned_items(session, ids, today), visit_days(session, ids)) if ids else _Read([], {})


def _reports(
    found: Sequence[tuple[Episode, Patient]], visits: dict[uuid.UUID, VisitDays]
) -> tuple[ReportCount, ...]:
    counts = [
        ReportCount(
            patient.id,
            episode.id,
            full_name(patient.given_name, patient.family_name),
            visits[episode.id].since_report,
            episode.last_progress_report_on,
        )
        for episode, patient in found
        if episode.id in visits and visits[episode.id].since_report >= REPORT_SOON
    ]
    return tuple(sorted(counts, key=lambda one: -one.days))


def _urgency(since: Since) -> tuple[bool, bool, bool]:
    """Wishes to be called first, then questions, then what is new."""
    return not since.calls, not since.questions, since.new == 0


def _treats(viewer: Viewer) -> ColumnElement[bool]:
    own = select(Episode.id).where(Episode.therapist_id == viewer.account_id)
    team = select(CareTeamMember.episode_id).where(CareTeamMember.account_id == viewer.account_id)
    return Episode.id.in_(own.union_all(team))


def _rows(
    session: Session,
    found: Sequence[tuple[Episode, Patient]],
    strips: dict[uuid.UUID, Since],
    read: _Read,
    today: dt.date,
) -> tuple[TodayRow, ...]:
    episodes = [episode for episode, _ in found]
    sections = section_rows(session, [episode.id for episode in episodes])
    steps = first_suggestions(session, episodes, today, homework=read.homework, visits=read.visits)
    rows = []
    for episode, patient in found:
        step = steps.get(episode.id)
        rows.append(
            TodayRow(
                patient_id=patient.id,
                episode_id=episode.id,
                name=full_name(patient.given_name, patient.family_name),
                mrn=patient.mrn,
                reason=episode.reason,
                states=tuple(row.state.value for row in sections[episode.id]),
                since=strips[episode.id],
                next_step=step.title if step else "",
                next_state=step.state if step else "",
                flags_due=flags_due(episode.flags_asked_on, episode.opened_on, today),
            )
        )
    return tuple(rows)


def open_drafts(session: Session, viewer: Viewer) -> tuple[OpenDraft, ...]:
    """Drafts that the viewer began or has to sign, oldest first."""
    rows = session.execute(
        select(Visit, Patient.given_name, Patient.family_name)
        .join(Patient, Patient.id == Visit.patient_id)
        .where(
            IS_DRAFT,
            or_(
                Visit.therapist_id == viewer.account_id,
                Visit.saved_by == viewer.account_id,
                Visit.ready_by == viewer.account_id,
            ),
            reachable_patients(viewer),
        )
        .order_by(Visit.on_date, Visit.id)
    ).all()
    people = {
        one for visit, _, _ in rows for one in (visit.therapist_id, visit.saved_by, visit.ready_by) if one
    }
    names = account_labels(session, people)
    return tuple(
        OpenDraft(
            visit.id,
            visit.patient_id,
            full_name(given, family),
            names.get(visit.therapist_id, ""),
            visit.on_date,
            visit.saved_at,
            names.get(visit.saved_by, ""),
            visit.ready_at,
            names.get(visit.ready_by, "") if visit.ready_by else "",
            visit.ready_at is not None and visit.therapist_id == viewer.account_id,
        )
        for visit, given, family in rows
    )


def _reaches_anybody(session: Session, viewer: Viewer) -> bool:
    return session.scalar(select(Patient.id).where(reachable_patients(viewer)).limit(1)) is not None
