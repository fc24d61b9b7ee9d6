"""What programs read, each with the audit event that says whose record it was and by which token."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy.orm import Session

from pne_tracker.domain.access import Access, Viewer
from pne_tracker.domain.recall import Scheduler
from pne_tracker.models import Claim, Episode, Patient
from pne_tracker.queries import claims as claim_queries
from pne_tracker.queries.access import load
from pne_tracker.queries.claims import ClaimFilter, ClaimRow
from pne_tracker.queries.completion.counts import Overview, overview
from pne_tracker.queries.completion.filters import CompletionFilter, pack_titles
from pne_tracker.queries.episode_record import EpisodeRecord, HomeworkLine, episode_record, homework_lines
from pne_tracker.queries.patient_facts import EpisodeChoice, episodes_of
from pne_tracker.queries.planning import PNE_MINUTES, EpisodePlan, plan_of_episode
from pne_tracker.queries.program_lists import SignedVisit, patients_after, signed_visits_after
from pne_tracker.services import audit


def list_patients(
    session: Session,
    viewer: Viewer,
    *,
    after: uuid.UUID | None,
    since: dt.datetime | None,
    limit: int,
    now: dt.datetime,
) -> tuple[list[Patient], bool]:
    """A page of the patients in reach, and whether more follow."""
    found = patients_after(session, viewer, after=after, since=since, limit=limit)
    rows = found[:limit]
    audit.record_list(session, viewer, "patients", (one.id for one in rows), now=now)
    return rows, len(found) > limit


def read_patient(
    session: Session, viewer: Viewer, patient_id: uuid.UUID, *, now: dt.datetime
) -> tuple[Patient, tuple[EpisodeChoice, ...]]:
    """A patient in reach with the episodes. Raises NotFoundError."""
    patient = load(session, viewer, Patient, patient_id)
    _read(session, viewer, "patient", patient.id, patient.id, now)
    return patient, episodes_of(session, patient.id)


def read_episode(
    session: Session,
    viewer: Viewer,
    episode_id: uuid.UUID,
    *,
    today: dt.date,
    now: dt.datetime,
    scheduler: Scheduler,
) -> tuple[Episode, EpisodeRecord]:
    """An episode in reach with its record. Raises NotFoundError."""
    episode = load(session, viewer, Episode, episode_id)
    _read(session, viewer, "episode", episode.id, episode.patient_id, now)
    return episode, episode_record(session, viewer, episode, today, scheduler=scheduler)


def read_plan(
    session: Session,
    viewer: Viewer,
    episode_id: uuid.UUID,
    *,
    minutes: int | None,
    today: dt.date,
    now: dt.datetime,
) -> EpisodePlan:
    """The plan of an episode in reach, for `minutes` of PNE or as many as its visits have. Raises NotFoundError."""
    episode = load(session, viewer, Episode, episode_id)
    _read(session, viewer, "plan", episode.id, episode.patient_id, now)
    return plan_of_episode(session, episode, today, minutes or min(PNE_MINUTES, episode.visit_minutes))


def read_homework_of(
    session: Session, viewer: Viewer, episode_id: uuid.UUID, *, today: dt.date, now: dt.datetime
) -> tuple[HomeworkLine, ...]:
    """All homework of an episode in reach, the latest first; what was written into it stays. Raises NotFoundError."""
    episode = load(session, viewer, Episode, episode_id)
    _read(session, viewer, "homework_list", episode.id, episode.patient_id, now)
    return homework_lines(session, episode.id, today)


def list_visits_of(
    session: Session,
    viewer: Viewer,
    patient_id: uuid.UUID,
    *,
    after: uuid.UUID | None,
    limit: int,
    now: dt.datetime,
) -> tuple[list[SignedVisit], bool]:
    """Signed visits of a patient in reach, without lines. Raises NotFoundError."""
    patient = load(session, viewer, Patient, patient_id)
    found = signed_visits_after(
        session, viewer, access=Access.VIEW, patient_id=patient.id, after=after, limit=limit
    )
    _read(session, viewer, "visits", patient.id, patient.id, now)
    return found[:limit], len(found) > limit


def list_billed_visits(
    session: Session,
    viewer: Viewer,
    *,
    after: uuid.UUID | None,
    signed_since: dt.datetime | None,
    limit: int,
    now: dt.datetime,
) -> tuple[list[SignedVisit], bool]:
    """Signed visits of the viewer's clinics with their lines, as a biller sees them."""
    found = signed_visits_after(
        session, viewer, access=Access.BILL, after=after, signed_since=signed_since, limit=limit
    )
    rows = found[:limit]
    audit.record_list(session, viewer, "billing", (one.visit.patient_id for one in rows), now=now)
    return rows, len(found) > limit


def list_claims(
    session: Session,
    viewer: Viewer,
    chosen: ClaimFilter,
    *,
    after: uuid.UUID | None,
    limit: int,
    now: dt.datetime,
) -> tuple[list[ClaimRow], bool]:
    """Current claims, oldest visit first. Raises NotFoundError where `after` is out of reach."""
    last = load(session, viewer, Claim, after) if after else None
    key = (last.on_date, last.id) if last else None
    found = claim_queries.rows(session, viewer, chosen, limit=limit + 1, after=key)
    rows = found[:limit]
    audit.record_list(session, viewer, "billing", (one.patient_id for one in rows), now=now)
    return rows, len(found) > limit


def read_completion(
    session: Session, viewer: Viewer, chosen: CompletionFilter, *, today: dt.date, now: dt.datetime
) -> tuple[Overview, list[str]]:
    """The figures of the episodes that the filter selects, and the titles of the sections."""
    titles = pack_titles(session, viewer.clinic_ids)
    audit.record(session, viewer, "read", "completion_figures", now=now)
    return overview(session, viewer, chosen, sections=len(titles), today=today), titles


def _read(
    session: Session,
    viewer: Viewer,
    subject: str,
    subject_id: uuid.UUID,
    patient_id: uuid.UUID,
    now: dt.datetime,
) -> None:
    audit.record(session, viewer, "read", subject, subject_id=subject_id, patient_id=patient_id, now=now)
