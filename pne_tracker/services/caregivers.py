"""A patient lets somebody look, and takes it back; the caregiver accepts, and looks."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Role, Viewer
from pne_tracker.domain.curriculum import Pack
from pne_tracker.domain.door import hash_of
from pne_tracker.domain.errors import BadInputError, NotAllowedError, NotFoundError, RefusedError
from pne_tracker.domain.messages.templates import sender_name
from pne_tracker.models import Account, CaregiverAccess, Clinic, Patient, Scope, enter_scope, new_id
from pne_tracker.queries import caregivers, portal
from pne_tracker.queries.access import lock
from pne_tracker.queries.caregivers import CaredFor, SharedTask
from pne_tracker.queries.portal_place import place_of
from pne_tracker.queries.progress import SectionRow
from pne_tracker.services import accounts, audit, outbox

LIFE: Final = dt.timedelta(days=7)
MOST: Final = 5


@dataclass(frozen=True, slots=True)
class Care:
    """What one patient lets the viewer see. `tasks` and `sections` are empty where that is not shared."""

    person: CaredFor
    today: dt.date
    tasks: tuple[SharedTask, ...]
    sections: Sequence[SectionRow]
    pack: Pack | None


def give_access(
    session: Session,
    viewer: Viewer,
    *,
    name: str,
    email: str,
    sees_tasks: bool,
    sees_path: bool,
    token: str,
    link: str | None,
    now: dt.datetime,
) -> None:
    """Let somebody look, by an invitation that works once within seven days; it goes by mail to `link`'s address.

    Raises NotAllowedError for all but patients, BadInputError for nothing shared, RefusedError past five people.
    """
    if viewer.role is not Role.PATIENT or viewer.patient_id is None:
        raise NotAllowedError("Only a patient lets somebody look.")
    if not (sees_tasks or sees_path):
        raise BadInputError("Choose what this person may see.", at="sees")
    lock(session, Patient, viewer.patient_id)
    if len(caregivers.caregivers_of(session, viewer)) >= MOST:
        raise RefusedError("Five people can look at most. Take one back first.", code="most_caregivers")
    patient = session.get_one(Patient, viewer.patient_id)
    access = CaregiverAccess(
        id=new_id(),
        patient_id=patient.id,
        name=name,
        email=email.strip().lower(),
        sees_tasks=sees_tasks,
        sees_path=sees_path,
        token_hash=hash_of(token),
        given_at=now,
        given_by=viewer.account_id,
        expires_at=now + LIFE,
    )
    session.add(access)
    _note(session, viewer, "give_access", patient.id, access.id, now)
    if link is not None:
        outbox.enqueue(
            session,
            organisation_id=viewer.organisation_id,
            key=f"caregiver:{access.id}",
            channel="email",
            recipient=access.email,
            template="invitation",
            variables={
                "sender": sender_name(session.get_one(Clinic, patient.clinic_id).name),
                "link": link,
                "days": str(LIFE.days),
            },
            language=viewer.language,
            expires_at=access.expires_at,
            now=now,
        )
    session.flush()


def take_back(session: Session, viewer: Viewer, access_id: uuid.UUID, *, now: dt.datetime) -> str:
    """End it at once; gives the person's name. Raises NotFoundError for what is not the viewer's own."""
    access = session.scalars(
        select(CaregiverAccess).where(
            CaregiverAccess.id == access_id,
            CaregiverAccess.patient_id == viewer.patient_id,
            CaregiverAccess.ended_at.is_(None),
        )
    ).one_or_none()
    if access is None or viewer.role is not Role.PATIENT:
        raise NotFoundError
    access.ended_at = now
    _note(session, viewer, "take_access_back", access.patient_id, access.id, now)
    session.flush()
    return access.name


def is_open(session: Session, token_hash: str, *, now: dt.datetime) -> bool:
    """Whether that invitation could be accepted now. Reads only (the session is unscoped)."""
    access = session.scalars(
        select(CaregiverAccess).where(CaregiverAccess.token_hash == token_hash)
    ).one_or_none()
    return access is not None and _waits(access, now)


def accept(
    session: Session,
    token_hash: str,
    *,
    email: str,
    password_hash: str | None,
    language: str,
    now: dt.datetime,
) -> str | None:
    """Use an invitation up: gives the caregiver's session name, or None when it has ended.

    Of any number of tries at once one works. Somebody who looks after another patient of the organisation
    already keeps that account and its way in. The session is unscoped and takes on the invitation's
    organisation. Raises BadInputError for a mail address that is another account's; that uses nothing up.
    """
    access = session.scalars(
        select(CaregiverAccess).where(CaregiverAccess.token_hash == token_hash).with_for_update()
    ).one_or_none()
    if access is None or not _waits(access, now):
        return None
    access_id, organisation_id = access.id, access.organisation_id
    enter_scope(session, Scope(organisation_id))
    access = session.get_one(CaregiverAccess, access_id)
    account = session.scalars(
        select(Account).where(Account.email == email.strip().lower(), Account.role == Role.CAREGIVER)
    ).one_or_none()
    if account is None:
        account = _new_account(session, access, email, password_hash, language, now)
    access.account_id, access.accepted_at = account.id, now
    viewer = Viewer(account.id, organisation_id, Role.CAREGIVER, account.name)
    _note(session, viewer, "accept_access", access.patient_id, access.id, now)
    session.flush()
    return account.uniquifier


def open_care(session: Session, viewer: Viewer, *, now: dt.datetime) -> list[Care]:
    """What everybody whom the viewer looks after shares now; each opening is in that patient's trail."""
    return [_care(session, viewer, person, now) for person in caregivers.cared_for(session, viewer)]


def _care(session: Session, viewer: Viewer, person: CaredFor, now: dt.datetime) -> Care:
    own = replace(viewer, role=Role.PATIENT, patient_id=person.patient_id)
    place = place_of(session, own)
    today = place.today(now)
    care = Care(
        person,
        today,
        caregivers.shared_tasks(session, person.patient_id, today) if person.sees_tasks else (),
        portal.sections_of(session, place) if person.sees_path else (),
        portal.pack_at(session, place) if person.sees_path else None,
    )
    audit.record(
        session,
        viewer,
        "read",
        "shared_page",
        subject_id=person.patient_id,
        patient_id=person.patient_id,
        now=now,
    )
    return care


def _waits(access: CaregiverAccess, now: dt.datetime) -> bool:
    return access.accepted_at is None and access.ended_at is None and access.expires_at > now


def _new_account(
    session: Session,
    access: CaregiverAccess,
    email: str,
    password_hash: str | None,
    language: str,
    now: dt.datetime,
) -> Account:
    clinic = session.get_one(Clinic, session.get_one(Patient, access.patient_id).clinic_id)
    try:
        return accounts.create_account(
            session,
            email=email,
            role=Role.CAREGIVER,
            name=access.name,
            clinics=[clinic],
            password_hash=password_hash,
            language=language,
            now=now,
        )
    except IntegrityError as error:
        raise BadInputError("This mail address cannot be used. Use another one.", at="email") from error


def _note(
    session: Session,
    viewer: Viewer,
    action: str,
    patient_id: uuid.UUID,
    access_id: uuid.UUID,
    now: dt.datetime,
) -> None:
    audit.record(
        session, viewer, action, "caregiver_access", subject_id=access_id, patient_id=patient_id, now=now
    )
