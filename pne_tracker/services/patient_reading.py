"""Opening patients' records and lists: what each page shows, with the audit event that says who looked."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.errors import NotFoundError
from pne_tracker.domain.recall import Scheduler
from pne_tracker.models import Episode, Patient
from pne_tracker.queries import patients as patient_queries
from pne_tracker.queries import today as today_queries
from pne_tracker.queries.access import load
from pne_tracker.queries.break_glass import Opening, ends_at, openings_of
from pne_tracker.queries.episode_care import EpisodeCare, care_of
from pne_tracker.queries.episode_record import EpisodeRecord, episode_record
from pne_tracker.queries.outcomes import own_activities
from pne_tracker.queries.papers import PaperLine, papers_of
from pne_tracker.queries.patient_facts import (
    ConditionLine,
    EpisodeChoice,
    PatientFacts,
    conditions_of,
    episodes_of,
    facts_of_patient,
)
from pne_tracker.queries.planning import EpisodePlan
from pne_tracker.queries.readers import Reading, readers_of
from pne_tracker.queries.section_record import (
    EpisodeHead,
    SectionRecord,
    episode_head,
    episode_plan,
    section_record,
)
from pne_tracker.services import audit
from pne_tracker.services.clinicians import treats


@dataclass(frozen=True, slots=True)
class PatientRecord:
    """A whole record: the person, the episodes, and the one that is shown (None when there is none).

    `may_treat` says that the viewer belongs to that episode's care team; `openings` are those from outside it, and
    `outside_until` is set for a viewer who reads by one of them.
    """

    facts: PatientFacts
    episodes: tuple[EpisodeChoice, ...]
    episode: EpisodeRecord | None
    conditions: tuple[ConditionLine, ...]
    papers: tuple[PaperLine, ...]
    may_treat: bool
    openings: tuple[Opening, ...] = ()
    outside_until: dt.datetime | None = None


def open_record(
    session: Session,
    viewer: Viewer,
    patient_id: uuid.UUID,
    *,
    today: dt.date,
    now: dt.datetime,
    scheduler: Scheduler | None = None,
    episode_id: uuid.UUID | None = None,
    minutes: int | None = None,
) -> PatientRecord:
    """The record of a patient in reach, with `episode_id` or the episode that runs. Raises NotFoundError.

    Today's plan is made for `minutes` of PNE, or for as many as the episode's visits have. Without a `scheduler`
    nothing is estimated of what is still recalled.
    """
    patient = load(session, viewer, Patient, patient_id)
    choices = episodes_of(session, patient.id)
    chosen = episode_id or (choices[0].id if choices else None)
    episode = load(session, viewer, Episode, chosen) if chosen else None
    if episode is not None and episode.patient_id != patient.id:
        raise NotFoundError
    record = PatientRecord(
        facts=facts_of_patient(session, patient, today),
        episodes=choices,
        episode=episode_record(session, viewer, episode, today, scheduler=scheduler, minutes=minutes)
        if episode
        else None,
        conditions=conditions_of(session, patient.id),
        papers=papers_of(session, patient.id),
        may_treat=episode is not None and treats(session, viewer, episode),
        openings=openings_of(session, patient.id),
        outside_until=ends_at(session, viewer, patient.id, now=now) if patient.id in viewer.opened else None,
    )
    _read(session, viewer, patient_id, "patient", now)
    return record


def open_facts(
    session: Session, viewer: Viewer, patient_id: uuid.UUID, *, today: dt.date, now: dt.datetime
) -> PatientFacts:
    """A patient's own facts, for the form that changes them. Raises NotFoundError."""
    patient = load(session, viewer, Patient, patient_id)
    _read(session, viewer, patient_id, "patient_facts", now)
    return facts_of_patient(session, patient, today)


def open_section(
    session: Session,
    viewer: Viewer,
    episode_id: uuid.UUID,
    number: int,
    *,
    today: dt.date,
    now: dt.datetime,
) -> SectionRecord:
    """One section of an episode in reach. Raises NotFoundError."""
    record = section_record(session, viewer, episode_id, number, today)
    _read(session, viewer, record.head.patient_id, "section", now)
    return record


def open_plan(
    session: Session, viewer: Viewer, episode_id: uuid.UUID, *, today: dt.date, now: dt.datetime
) -> tuple[EpisodeHead, EpisodePlan]:
    """The whole ranking of an episode in reach, to choose another section from. Raises NotFoundError."""
    head, plan = episode_plan(session, viewer, episode_id, today)
    _read(session, viewer, head.patient_id, "plan", now)
    return head, plan


def open_scores(
    session: Session, viewer: Viewer, episode_id: uuid.UUID, *, now: dt.datetime
) -> tuple[EpisodeHead, tuple[str, ...]]:
    """Whose episode it is, and the activities rated at the latest PSFS. Raises NotFoundError."""
    head = episode_head(session, viewer, episode_id)
    _read(session, viewer, head.patient_id, "outcome_scores", now)
    return head, own_activities(session, episode_id)


def open_care(
    session: Session, viewer: Viewer, episode_id: uuid.UUID, *, today: dt.date, now: dt.datetime
) -> tuple[EpisodeHead, EpisodeCare]:
    """Whose episode it is, and what it asks for besides teaching. Raises NotFoundError."""
    head = episode_head(session, viewer, episode_id)
    care = care_of(session, load(session, viewer, Episode, episode_id), today, now)
    _read(session, viewer, head.patient_id, "care", now)
    return head, care


def open_readers(
    session: Session, viewer: Viewer, patient_id: uuid.UUID, *, now: dt.datetime
) -> tuple[str, tuple[Reading, ...], tuple[Opening, ...]]:
    """The patient's name, who looked at the record, and who opened it from outside. Raises NotFoundError."""
    patient = load(session, viewer, Patient, patient_id)
    readings = readers_of(session, patient_id, timezone=viewer.timezone)
    _read(session, viewer, patient_id, "readers", now)
    name = f"{patient.given_name} {patient.family_name}".strip()
    return name, readings, openings_of(session, patient_id)


def open_list(
    session: Session,
    viewer: Viewer,
    chosen: patient_queries.PatientFilter,
    *,
    today: dt.date,
    now: dt.datetime,
) -> patient_queries.PatientPage:
    """One page of the list of patients."""
    page = patient_queries.patient_page(session, viewer, chosen, today)
    audit.record_list(session, viewer, "patients", (row.id for row in page.rows), now=now)
    return page


def search(
    session: Session, viewer: Viewer, query: str, *, today: dt.date, now: dt.datetime
) -> patient_queries.PatientPage:
    """The patients a search finds."""
    page = patient_queries.search(session, viewer, query, today)
    audit.record_list(session, viewer, "patients", (row.id for row in page.rows), now=now)
    return page


def open_today(
    session: Session, viewer: Viewer, *, today: dt.date, now: dt.datetime
) -> today_queries.TodayPage:
    """The clinician's day."""
    page = today_queries.today_page(session, viewer, today)
    shown = [
        one.patient_id for part in (page.rows, page.drafts, page.stalls, page.appointments) for one in part
    ]
    audit.record_list(session, viewer, "today", shown, now=now)
    return page


def _read(session: Session, viewer: Viewer, patient_id: uuid.UUID, subject: str, now: dt.datetime) -> None:
    audit.record(session, viewer, "read", subject, subject_id=patient_id, patient_id=patient_id, now=now)
