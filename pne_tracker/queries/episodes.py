"""Reads for the forms of an episode: who may treat, who pays, who refers, and what the episode holds."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Role, Viewer
from pne_tracker.domain.curriculum import Flag
from pne_tracker.domain.episode_draft import EpisodeDraft
from pne_tracker.domain.people import folded, full_name, words_of
from pne_tracker.models import (
    Account,
    AccountClinic,
    CareTeamMember,
    Clinic,
    Diagnosis,
    Episode,
    ExternalProvider,
    Patient,
    Payer,
    YellowFlag,
    built_once,
)
from pne_tracker.queries.access import load
from pne_tracker.queries.curricula import newest, pack_of

TREATING = (Role.THERAPIST, Role.ASSISTANT)
MAX_PROVIDERS = 20


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a form."""

    id: uuid.UUID
    label: str


@dataclass(frozen=True, slots=True)
class EpisodeChoices:
    """What the form offers: therapists, further members of the team, payers, the pack's flags."""

    patient_id: uuid.UUID
    deceased: bool
    therapists: tuple[Option, ...]
    team: tuple[Option, ...]
    payers: tuple[Option, ...]
    flags: tuple[Flag, ...]


@dataclass(frozen=True, slots=True)
class EpisodeFacts:
    """An episode as its form shows it, with the version it was read at."""

    id: uuid.UUID
    patient_id: uuid.UUID
    version: int
    status: str
    draft: EpisodeDraft
    provider: Option | None


def may_lead(session: Session, account_id: uuid.UUID, clinic_id: uuid.UUID) -> bool:
    """Whether this account is an active therapist of the clinic."""
    return _works(session, account_id, clinic_id, (Role.THERAPIST,))


def may_join(session: Session, account_id: uuid.UUID, clinic_id: uuid.UUID) -> bool:
    """Whether this account is an active therapist or assistant of the clinic."""
    return _works(session, account_id, clinic_id, TREATING)


_WORKS = built_once(
    select(Account.id)
    .join(AccountClinic, AccountClinic.account_id == Account.id)
    .where(
        Account.id == bindparam("account"),
        Account.active.is_(True),
        Account.role.in_(bindparam("roles", expanding=True)),
        AccountClinic.clinic_id == bindparam("clinic"),
    )
)


def _works(session: Session, account_id: uuid.UUID, clinic_id: uuid.UUID, roles: tuple[Role, ...]) -> bool:
    given = {"account": account_id, "clinic": clinic_id, "roles": roles}
    return session.scalar(_WORKS, given) is not None


def choices_for_patient(session: Session, viewer: Viewer, patient_id: uuid.UUID) -> EpisodeChoices:
    """What a new episode of this patient can be made of; the flags are those of the newest pack."""
    patient = load(session, viewer, Patient, patient_id)
    clinic = session.scalars(select(Clinic).where(Clinic.id == patient.clinic_id)).one()
    return _choices(session, patient, newest(session, clinic).id)


def choices_for_episode(session: Session, viewer: Viewer, episode_id: uuid.UUID) -> EpisodeChoices:
    """What an episode can be changed to; the flags are those of its own pack."""
    episode = load(session, viewer, Episode, episode_id)
    return _choices(session, load(session, viewer, Patient, episode.patient_id), episode.pack_version_id)


def _choices(session: Session, patient: Patient, pack_version_id: uuid.UUID) -> EpisodeChoices:
    staff = session.scalars(
        select(Account)
        .join(AccountClinic, AccountClinic.account_id == Account.id)
        .where(
            AccountClinic.clinic_id == patient.clinic_id, Account.active.is_(True), Account.role.in_(TREATING)
        )
        .order_by(Account.name, Account.id)
    ).all()
    payers = session.execute(select(Payer.id, Payer.name).order_by(Payer.name, Payer.id))
    return EpisodeChoices(
        patient_id=patient.id,
        deceased=patient.deceased,
        therapists=tuple(_option(one) for one in staff if one.role is Role.THERAPIST),
        team=tuple(_option(one) for one in staff),
        payers=tuple(Option(payer_id, name) for payer_id, name in payers),
        flags=pack_of(session, pack_version_id).flags,
    )


def _option(account: Account) -> Option:
    label = f"{account.name}, {account.credential}" if account.credential else account.name
    return Option(account.id, label)


def episode_facts(session: Session, viewer: Viewer, episode_id: uuid.UUID) -> EpisodeFacts:
    """An episode within the viewer's reach, ready for its form. Raises NotFoundError."""
    row = load(session, viewer, Episode, episode_id)
    team = session.scalars(select(CareTeamMember.account_id).where(CareTeamMember.episode_id == row.id)).all()
    codes = session.scalars(
        select(Diagnosis.code).where(Diagnosis.episode_id == row.id).order_by(Diagnosis.rank)
    ).all()
    draft = EpisodeDraft(
        therapist_id=row.therapist_id,
        discipline=row.discipline.value,
        payer_id=row.payer_id,
        opened_on=row.opened_on,
        codes=tuple(codes),
        reason=row.reason,
        goal=row.goal,
        team=frozenset(team) - {row.therapist_id},
        visits_authorised=row.visits_authorised,
        visits_per_week=row.visits_per_week,
        visit_minutes=row.visit_minutes,
        plan_of_care_from=row.plan_of_care_from,
        plan_of_care_certified_on=row.plan_of_care_certified_on,
        last_progress_report_on=row.last_progress_report_on,
        referring_provider_id=row.referring_provider_id,
        flags=frozenset(held_flags(session, row.id)),
    )
    provider = provider_option(session, row.referring_provider_id)
    return EpisodeFacts(row.id, row.patient_id, row.version, row.status.value, draft, provider)


def held_flags(session: Session, episode_id: uuid.UUID) -> list[str]:
    """Ids of the flags that hold now."""
    return list(
        session.scalars(
            select(YellowFlag.flag)
            .where(YellowFlag.episode_id == episode_id, YellowFlag.ended_on.is_(None))
            .distinct()
            .order_by(YellowFlag.flag)
        )
    )


def provider_option(session: Session, provider_id: uuid.UUID | None) -> Option | None:
    """One external provider as a choice; None when there is none of that id."""
    if provider_id is None:
        return None
    row = session.scalars(select(ExternalProvider).where(ExternalProvider.id == provider_id)).one_or_none()
    return _provider(row) if row else None


def find_providers(session: Session, query: str) -> tuple[Option, ...]:
    """Up to 20 active external providers whose names or NPI hold every word of `query`."""
    words = words_of(query)
    if not words:
        return ()
    rows = session.scalars(
        select(ExternalProvider)
        .where(ExternalProvider.active.is_(True))
        .order_by(ExternalProvider.family_name, ExternalProvider.given_name, ExternalProvider.id)
    )
    found = (row for row in rows if all(word in _provider_text(row) for word in words))
    return tuple(_provider(row) for row in islice(found, MAX_PROVIDERS))


def _provider_text(row: ExternalProvider) -> str:
    return folded(f"{row.family_name} {row.given_name} {row.npi or ''}")


def _provider(row: ExternalProvider) -> Option:
    name = full_name(row.given_name, row.family_name)
    return Option(row.id, f"{name}, NPI {row.npi}" if row.npi else name)
