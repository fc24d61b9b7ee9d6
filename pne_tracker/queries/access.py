"""What a viewer can reach. Every read of patient data starts at one of these selects."""

from __future__ import annotations

import uuid
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, bindparam, false, or_, select, true, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from pne_tracker.domain.access import STAFF, Access, Permission, Role, Viewer
from pne_tracker.domain.errors import NotFoundError
from pne_tracker.models import (
    Account,
    AccountClinic,
    Amendment,
    Appointment,
    BreakGlass,
    CareTeamMember,
    Claim,
    Clinic,
    Condition,
    Deletion,
    Entry,
    Episode,
    Homework,
    InEither,
    IssuedPaper,
    Message,
    PaperKind,
    Patient,
    StallAsk,
    Visit,
    VisitStatus,
    built_once,
)

T = TypeVar(
    "T",
    Patient,
    Episode,
    Visit,
    Homework,
    Entry,
    Appointment,
    IssuedPaper,
    Message,
    StallAsk,
    Amendment,
    Deletion,
    Condition,
    Account,
    Clinic,
    Claim,
    BreakGlass,
)


def reachable_patients(viewer: Viewer) -> ColumnElement[bool]:
    """Condition on Patient: those whose record the viewer may open.

    Clinicians reach patients of their care teams, patients of their clinics whom nobody treats yet, and for an
    hour those whose record they opened in an emergency (`Viewer.opened`, filled on pages that are read alone);
    leads reach their clinics; patients reach themselves.
    """
    in_clinics = Patient.clinic_id.in_(viewer.clinic_ids)
    match viewer.role:
        case Role.THERAPIST | Role.ASSISTANT:
            own = on_team_or_untreated(viewer)
            return in_clinics & (or_(own, Patient.id.in_(viewer.opened)) if viewer.opened else own)
        case Role.LEAD:
            return in_clinics
        case Role.PATIENT:
            return Patient.id == viewer.patient_id
        case _:
            return false()


def on_team_or_untreated(viewer: Viewer) -> InEither:
    """Condition on Patient within the viewer's clinics: of a care team of theirs, or with nobody who treats yet."""
    on_team = select(CareTeamMember.patient_id).where(CareTeamMember.account_id == viewer.account_id)
    of_one = on_team.where(CareTeamMember.patient_id == Patient.id).correlate(Patient)
    somebody = aliased(Patient)
    untreated = select(somebody.id).where(
        somebody.clinic_id.in_(viewer.clinic_ids), somebody.untreated.is_(True)
    )
    return InEither(
        or_(of_one.exists(), Patient.untreated.is_(True)), Patient.id.in_(union_all(on_team, untreated))
    )


def patients(viewer: Viewer) -> Select[Patient]:
    """The patients whose record the viewer may open."""
    return select(Patient).where(reachable_patients(viewer))


def _of_patient(column: InstrumentedAttribute[uuid.UUID], viewer: Viewer) -> ColumnElement[bool]:
    if viewer.role is Role.PATIENT:
        return column == viewer.patient_id
    reachable = select(Patient.id).where(Patient.id == column, reachable_patients(viewer))
    return reachable.correlate(column.class_).exists()


def visits_within(viewer: Viewer, access: Access) -> ColumnElement[bool]:
    """Condition on Visit: those the viewer may open for `access`."""
    if access is Access.BILL:
        billed = Visit.status.in_((VisitStatus.SIGNED, VisitStatus.ENTERED_IN_ERROR))
        return billed & Visit.clinic_id.in_(viewer.clinic_ids)
    mine = _of_patient(Visit.patient_id, viewer)
    if viewer.role is Role.PATIENT:
        return mine & (Visit.status == VisitStatus.SIGNED)
    return mine


def _papers(viewer: Viewer, access: Access) -> ColumnElement[bool]:
    """Billers reach superbills of their clinics, patients the summaries written for them."""
    if access is Access.BILL:
        return (IssuedPaper.kind == PaperKind.SUPERBILL) & IssuedPaper.clinic_id.in_(viewer.clinic_ids)
    mine = _of_patient(IssuedPaper.patient_id, viewer)
    if viewer.role is Role.PATIENT:
        return mine & (IssuedPaper.kind == PaperKind.PATIENT_SUMMARY)
    return mine


def _accounts(viewer: Viewer) -> ColumnElement[bool]:
    if viewer.role is Role.ADMINISTRATOR:
        return Account.role.in_(STAFF)
    shared = select(AccountClinic.id).where(
        AccountClinic.account_id == Account.id, AccountClinic.clinic_id.in_(viewer.clinic_ids)
    )
    return or_(Account.id == viewer.account_id, shared.correlate(Account).exists())


def deletions_in_reach(viewer: Viewer) -> ColumnElement[bool]:
    """Condition on Deletion: those who carry out see all of the organisation, leads those of their clinics."""
    if viewer.may(Permission.DELETE_RECORDS):
        return true()
    return Deletion.clinic_id.in_(viewer.clinic_ids) if viewer.may(Permission.KEEP_RECORDS) else false()


_LOCKED = frozenset({Access.EDIT, Access.SIGN})
_OF_PATIENT = (Episode, Homework, Appointment, Entry, Message, StallAsk, Amendment, Condition)


@lru_cache(maxsize=512)
def _condition(kind: type[T], viewer: Viewer, access: Access) -> ColumnElement[bool]:
    if kind is Patient:
        return reachable_patients(viewer)
    for table in _OF_PATIENT:
        if kind is table:
            return _of_patient(table.patient_id, viewer)
    if kind is Visit:
        return visits_within(viewer, access)
    if kind is IssuedPaper:
        return _papers(viewer, access)
    if kind is Claim:
        return Claim.clinic_id.in_(viewer.clinic_ids) if viewer.may(Permission.BILL) else false()
    if kind is Deletion:
        return deletions_in_reach(viewer)
    if kind is BreakGlass:
        of_lead = viewer.may(Permission.STEER_CARE)
        return BreakGlass.clinic_id.in_(viewer.clinic_ids) if of_lead else false()
    if kind is Clinic:
        return Clinic.id.in_(viewer.clinic_ids)
    return _accounts(viewer)


def reachable(kind: type[T], viewer: Viewer, access: Access = Access.VIEW) -> Select[T]:
    """The objects of a kind that the viewer can reach for `access`."""
    return select(kind).where(_condition(kind, viewer, access))


def load(
    session: Session,
    viewer: Viewer,
    kind: type[T],
    object_id: uuid.UUID,
    access: Access = Access.VIEW,
) -> T:
    """The object of that id if the viewer can reach it for `access`. Locks the row when it is to be changed.

    Raises NotFoundError, the same for out of reach and never existed.
    """
    found = session.scalars(_one(kind, viewer, access), {"object_id": object_id}).one_or_none()
    if found is None:
        raise NotFoundError
    return found  # type: ignore[no-any-return]


def lock(session: Session, kind: type[Any], object_id: uuid.UUID) -> None:
    """Lock a row that was reached before until the commit: what is counted or looked up next stays so until then."""
    session.execute(select(kind.id).where(kind.id == object_id).with_for_update())


def load_with_episode(
    session: Session, viewer: Viewer, kind: type[T], object_id: uuid.UUID, access: Access, *, lock_both: bool
) -> tuple[T, Episode]:
    """The same with the episode it belongs to, in one query; `lock_both` for what the episode's evidence decides."""
    statement = _one_with_episode(kind, viewer, access, lock_both=lock_both)
    found = session.execute(statement, {"object_id": object_id}).one_or_none()
    if found is None:
        raise NotFoundError
    return found[0], found[1]


@lru_cache(maxsize=512)
def _one(kind: type[T], viewer: Viewer, access: Access) -> Select[Any]:
    statement = reachable(kind, viewer, access).where(kind.id == bindparam("object_id"))
    if access in _LOCKED:
        statement = statement.with_for_update(of=(kind,))
    return built_once(statement)


@lru_cache(maxsize=512)
def _one_with_episode(kind: Any, viewer: Viewer, access: Access, *, lock_both: bool) -> Select[Any]:
    statement = (
        select(kind, Episode)
        .join(Episode, Episode.id == kind.episode_id)
        .where(_condition(kind, viewer, access), kind.id == bindparam("object_id"))
    )
    if access in _LOCKED:
        statement = statement.with_for_update(of=(kind, Episode) if lock_both else (kind,))
    return built_once(statement)
