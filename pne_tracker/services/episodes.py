"""Episodes: opening one, changing it, holding, reopening, and marking what came back as reviewed."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from collections.abc import Set as AbstractSet

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from pne_tracker.domain.access import Access, Permission, Viewer
from pne_tracker.domain.episode_draft import EpisodeDraft, check_draft
from pne_tracker.domain.errors import BadInputError, ConflictError, NotAllowedError, RefusedError
from pne_tracker.models import (
    CareTeamMember,
    Claim,
    Clinic,
    Diagnosis,
    Discipline,
    Episode,
    EpisodeStatus,
    ExternalProvider,
    Patient,
    Payer,
    new_id,
)
from pne_tracker.queries.access import load
from pne_tracker.queries.curricula import newest
from pne_tracker.queries.episodes import may_join, may_lead
from pne_tracker.services import audit, claims, gists, progress
from pne_tracker.services.flags import keep_flags


def open_episode(
    session: Session,
    viewer: Viewer,
    patient_id: uuid.UUID,
    draft: EpisodeDraft,
    *,
    today: dt.date,
    now: dt.datetime,
) -> uuid.UUID:
    """A new open episode on the newest version of the clinic's curriculum; returns its id.

    Every section starts as not started. Raises RefusedError for a deceased patient and for a second episode
    of the same discipline, BadInputError at the field for what cannot be kept.
    """
    patient = load(session, viewer, Patient, patient_id, Access.EDIT)
    _refuse_deceased(patient)
    check_draft(draft, today)
    _refuse_second(session, patient, draft)
    clinic = session.scalars(select(Clinic).where(Clinic.id == patient.clinic_id)).one()
    episode = Episode(
        id=new_id(),
        organisation_id=patient.organisation_id,
        clinic_id=clinic.id,
        patient_id=patient.id,
        pack_version_id=newest(session, clinic).id,
        status=EpisodeStatus.OPEN,
        opened_on=draft.opened_on,
    )
    _write(session, episode, draft)
    session.add(episode)
    _join(session, episode, draft, {draft.therapist_id, *draft.team})
    _add_codes(session, episode, draft.codes)
    keep_flags(session, viewer, episode, draft.flags, today)
    progress.begin(session, episode)
    gists.begin(session, episode)
    _audit(session, viewer, episode, "open", now)
    return episode.id


def change_episode(
    session: Session,
    viewer: Viewer,
    episode_id: uuid.UUID,
    draft: EpisodeDraft,
    *,
    version: int,
    today: dt.date,
    now: dt.datetime,
) -> None:
    """Keep changed facts of an episode; its flags and curriculum stay.

    Raises ConflictError when `version` is not the one that is stored, BadInputError as open_episode does.
    """
    episode = load(session, viewer, Episode, episode_id, Access.EDIT)
    if episode.version != version:
        raise ConflictError("Somebody else changed this episode first. Compare, then keep your changes.")
    check_draft(draft, today)
    if draft.discipline != episode.discipline:
        patient = load(session, viewer, Patient, episode.patient_id, Access.EDIT)
        _refuse_second(session, patient, draft, but=episode.id)
    _write(session, episode, draft)
    episode.opened_on = draft.opened_on
    session.flush()
    _keep_team(session, episode, draft)
    _keep_codes(session, episode, draft)
    _audit(session, viewer, episode, "change", now)
    claims.check_where(session, viewer, Claim.episode_id == episode.id, now=now)


_STEPS = {
    "hold": (EpisodeStatus.ON_HOLD, (EpisodeStatus.OPEN,)),
    "reopen": (EpisodeStatus.OPEN, (EpisodeStatus.ON_HOLD, EpisodeStatus.DISCHARGED)),
}


def move_episode(
    session: Session, viewer: Viewer, episode_id: uuid.UUID, step: str, *, now: dt.datetime
) -> None:
    """Put an episode on hold or open it again (`hold`, `reopen`); `services.discharges` discharges.

    Raises RefusedError when it stands there already, when the patient is deceased, or when another episode of
    the same discipline is open.
    """
    episode = load(session, viewer, Episode, episode_id, Access.EDIT)
    if step not in _STEPS:
        raise BadInputError("Choose to hold or reopen the episode.", at="step")
    status, allowed = _STEPS[step]
    if episode.status not in allowed:
        raise RefusedError("The episode stands there already. Load the page again.")
    if step == "reopen":
        patient = load(session, viewer, Patient, episode.patient_id, Access.EDIT)
        _refuse_deceased(patient)
        _refuse_second(session, patient, episode, but=episode.id)
    episode.status = status
    episode.closed_on = None
    episode.end_reason = episode.end_result = None
    episode.end_words = ""
    _audit(session, viewer, episode, step, now)
    session.flush()


def mark_reviewed(session: Session, viewer: Viewer, episode_id: uuid.UUID, *, now: dt.datetime) -> None:
    """Stamp that staff looked at what came back; the patient sees it. Leaves the version as it is."""
    if not viewer.may(Permission.REVIEW_HOMEWORK):
        raise NotAllowedError("Only clinicians can mark this as reviewed.")
    episode = load(session, viewer, Episode, episode_id, Access.EDIT)
    session.execute(
        update(Episode)
        .where(Episode.id == episode.id)
        .values(reviewed_at=now, reviewed_by=viewer.account_id)
        .execution_options(synchronize_session=False)
    )
    set_committed_value(episode, "reviewed_at", now)
    set_committed_value(episode, "reviewed_by", viewer.account_id)
    _audit(session, viewer, episode, "review", now)


def _refuse_deceased(patient: Patient) -> None:
    if patient.deceased:
        raise RefusedError("The patient has died. No episode can be opened.")


def _refuse_second(
    session: Session, patient: Patient, draft: EpisodeDraft | Episode, *, but: uuid.UUID | None = None
) -> None:
    statement = select(Episode.id).where(
        Episode.patient_id == patient.id,
        Episode.discipline == Discipline(draft.discipline),
        Episode.status != EpisodeStatus.DISCHARGED,
    )
    if any(found != but for found in session.scalars(statement)):
        raise RefusedError(
            f"This patient has an open {Discipline(draft.discipline).value} episode already. "
            "Discharge it first, or change it."
        )


def _write(session: Session, episode: Episode, draft: EpisodeDraft) -> None:
    if not may_lead(session, draft.therapist_id, episode.clinic_id) and (
        draft.therapist_id != episode.therapist_id
    ):
        raise BadInputError("Choose a therapist of this clinic.", at="therapist_id")
    if session.scalar(select(Payer.id).where(Payer.id == draft.payer_id)) is None:
        raise BadInputError("Choose who pays.", at="payer_id")
    provider = draft.referring_provider_id
    if (
        provider
        and session.scalar(select(ExternalProvider.id).where(ExternalProvider.id == provider)) is None
    ):
        raise BadInputError("Choose a referring provider of the list.", at="referring_provider_id")
    episode.therapist_id = draft.therapist_id
    episode.discipline = Discipline(draft.discipline)
    episode.payer_id = draft.payer_id
    episode.reason = draft.reason.strip()
    episode.goal = draft.goal.strip()
    episode.visits_authorised = draft.visits_authorised
    episode.visits_per_week = draft.visits_per_week
    episode.visit_minutes = draft.visit_minutes
    episode.plan_of_care_from = draft.plan_of_care_from
    episode.plan_of_care_certified_on = draft.plan_of_care_certified_on
    episode.last_progress_report_on = draft.last_progress_report_on
    episode.referring_provider_id = provider


def _keep_team(session: Session, episode: Episode, draft: EpisodeDraft) -> None:
    wanted = {draft.therapist_id, *draft.team}
    rows = session.scalars(select(CareTeamMember).where(CareTeamMember.episode_id == episode.id)).all()
    for row in rows:
        if row.account_id not in wanted:
            session.delete(row)
    _join(session, episode, draft, wanted - {row.account_id for row in rows})


def _join(session: Session, episode: Episode, draft: EpisodeDraft, accounts: AbstractSet[uuid.UUID]) -> None:
    for account_id in accounts:
        if account_id != draft.therapist_id and not may_join(session, account_id, episode.clinic_id):
            raise BadInputError("Choose therapists and assistants of this clinic.", at="team")
        session.add(
            CareTeamMember(
                organisation_id=episode.organisation_id,
                episode_id=episode.id,
                patient_id=episode.patient_id,
                account_id=account_id,
            )
        )


def _keep_codes(session: Session, episode: Episode, draft: EpisodeDraft) -> None:
    statement = select(Diagnosis.code).where(Diagnosis.episode_id == episode.id).order_by(Diagnosis.rank)
    if tuple(session.scalars(statement)) == draft.codes:
        return
    session.execute(delete(Diagnosis).where(Diagnosis.episode_id == episode.id))
    _add_codes(session, episode, draft.codes)


def _add_codes(session: Session, episode: Episode, codes: Iterable[str]) -> None:
    session.add_all(
        Diagnosis(organisation_id=episode.organisation_id, episode_id=episode.id, code=code, rank=rank)
        for rank, code in enumerate(codes, start=1)
    )


def _audit(session: Session, viewer: Viewer, episode: Episode, action: str, now: dt.datetime) -> None:
    audit.record(
        session,
        viewer,
        action,
        "episode",
        subject_id=episode.id,
        patient_id=episode.patient_id,
        now=now,
    )
    session.flush()
