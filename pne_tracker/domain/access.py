"""Who may do what: six roles, what each may do, and the viewer in whose name every read and change is made."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """One account has one role."""

    THERAPIST = "therapist"
    ASSISTANT = "assistant"
    LEAD = "lead"
    BILLER = "biller"
    ADMINISTRATOR = "administrator"
    PATIENT = "patient"
    CAREGIVER = "caregiver"

    @property
    def is_staff(self) -> bool:
        """Whether it works for the clinic."""
        return self not in {Role.PATIENT, Role.CAREGIVER}


STAFF: Final = tuple(role for role in Role if role.is_staff)


class Permission(StrEnum):
    """One thing an endpoint lets people do. Every endpoint declares one."""

    PUBLIC = "public"
    OWN_ACCOUNT = "own_account"
    SEE_TODAY = "see_today"
    SEE_PATIENTS = "see_patients"
    EDIT_PATIENTS = "edit_patients"
    IMPORT_PATIENTS = "import_patients"
    INVITE_PATIENTS = "invite_patients"
    DOCUMENT_VISITS = "document_visits"
    SIGN_VISITS = "sign_visits"
    REVIEW_HOMEWORK = "review_homework"
    BREAK_GLASS = "break_glass"
    SEE_COMPLETION = "see_completion"
    BILL = "bill"
    MANAGE_BILLING = "manage_billing"
    MANAGE_ACCOUNTS = "manage_accounts"
    MANAGE_CLINIC = "manage_clinic"
    STEER_CARE = "steer_care"
    SEE_AUDIT = "see_audit"
    EXPORT_RECORDS = "export_records"
    ANSWER_AMENDMENTS = "answer_amendments"
    KEEP_RECORDS = "keep_records"
    DELETE_RECORDS = "delete_records"
    SEE_REMINDERS = "see_reminders"
    MANAGE_REMINDERS = "manage_reminders"
    USE_PORTAL = "use_portal"
    SEE_AS_CAREGIVER = "see_as_caregiver"
    USE_API = "use_api"


_CLINICIAN = {
    Permission.SEE_TODAY,
    Permission.SEE_PATIENTS,
    Permission.EDIT_PATIENTS,
    Permission.DOCUMENT_VISITS,
    Permission.REVIEW_HOMEWORK,
    Permission.SEE_REMINDERS,
    Permission.BREAK_GLASS,
}
_ALL = {Permission.PUBLIC, Permission.OWN_ACCOUNT}

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.THERAPIST: frozenset(
        _ALL
        | _CLINICIAN
        | {
            Permission.INVITE_PATIENTS,
            Permission.EXPORT_RECORDS,
            Permission.ANSWER_AMENDMENTS,
            Permission.SIGN_VISITS,
            Permission.IMPORT_PATIENTS,
            Permission.SEE_COMPLETION,
            Permission.USE_API,
        }
    ),
    Role.ASSISTANT: frozenset(_ALL | _CLINICIAN),
    Role.LEAD: frozenset(
        _ALL
        | {
            Permission.SEE_PATIENTS,
            Permission.EDIT_PATIENTS,
            Permission.IMPORT_PATIENTS,
            Permission.INVITE_PATIENTS,
            Permission.REVIEW_HOMEWORK,
            Permission.SEE_COMPLETION,
            Permission.MANAGE_CLINIC,
            Permission.STEER_CARE,
            Permission.EXPORT_RECORDS,
            Permission.ANSWER_AMENDMENTS,
            Permission.KEEP_RECORDS,
            Permission.SEE_AUDIT,
            Permission.SEE_REMINDERS,
            Permission.MANAGE_REMINDERS,
            Permission.MANAGE_BILLING,
            Permission.USE_API,
        }
    ),
    Role.BILLER: frozenset(_ALL | {Permission.BILL, Permission.MANAGE_BILLING, Permission.USE_API}),
    Role.ADMINISTRATOR: frozenset(
        _ALL
        | {
            Permission.MANAGE_ACCOUNTS,
            Permission.DELETE_RECORDS,
            Permission.SEE_AUDIT,
            Permission.MANAGE_CLINIC,
            Permission.MANAGE_BILLING,
            Permission.MANAGE_REMINDERS,
        }
    ),
    Role.CAREGIVER: frozenset(_ALL | {Permission.SEE_AS_CAREGIVER}),
    Role.PATIENT: frozenset(_ALL | {Permission.USE_PORTAL}),
}


def roles_with(permission: Permission) -> tuple[Role, ...]:
    """The roles that have `permission`, in the order of `Role`."""
    return tuple(role for role in Role if permission in PERMISSIONS[role])


class Access(StrEnum):
    """What is meant to be done with an object when it is loaded."""

    VIEW = "view"
    EDIT = "edit"
    SIGN = "sign"
    BILL = "bill"


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody signed in: in whose name a read or change is made.

    `clinic_ids` are the clinics the account works in, `timezone` is that of the first of them; `patient_id` is
    set for patients alone. `opened` are patients outside the care team whose record may be read for this request.
    `token` is the beginning of the API token that a program came with, "" for a person.
    """

    account_id: uuid.UUID
    organisation_id: uuid.UUID
    role: Role
    name: str
    clinic_ids: frozenset[uuid.UUID] = field(default=frozenset())
    patient_id: uuid.UUID | None = None
    language: str = "en"
    timezone: str = "UTC"
    opened: frozenset[uuid.UUID] = field(default=frozenset())
    token: str = ""

    def may(self, permission: Permission) -> bool:
        """Whether the viewer's role has `permission`."""
        return permission in PERMISSIONS[self.role]

    def begins_for(self, therapist_id: uuid.UUID) -> uuid.UUID:
        """Whose visit the viewer begins in an episode of that therapist: a therapist's own, anybody else's for them."""
        return self.account_id if self.role is Role.THERAPIST else therapist_id
