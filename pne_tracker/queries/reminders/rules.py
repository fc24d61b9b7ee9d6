"""The rules of clinics as they hold now."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from sqlalchemy import bindparam, exists, select
from sqlalchemy.orm import Session, aliased

from pne_tracker.domain.reminders.rules import DEFAULT, RuleSet, from_dict
from pne_tracker.models import Account, Patient, ReminderRules, built_once

_newer = aliased(ReminderRules)
_RULES = built_once(
    select(ReminderRules).where(
        ReminderRules.clinic_id.in_(bindparam("clinics", expanding=True)),
        ~exists().where(_newer.clinic_id == ReminderRules.clinic_id, _newer.id > ReminderRules.id),
    )
)


def rules_of(session: Session, clinic_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, RuleSet]:
    """The newest rules of each clinic, as shipped where it never changed them. One query."""
    rows = session.scalars(_RULES, {"clinics": list(clinic_ids)})
    found = {row.clinic_id: from_dict(row.rules, paused=row.paused) for row in rows}
    return {one: found.get(one, DEFAULT) for one in clinic_ids}


def rules_for(session: Session, patient: Patient) -> RuleSet:
    """The rules of the patient's clinic."""
    return rules_of(session, [patient.clinic_id])[patient.clinic_id]


def history_of(session: Session, clinic_id: uuid.UUID, limit: int = 10) -> list[tuple[ReminderRules, str]]:
    """The latest versions of a clinic's rules with who wrote them, newest first."""
    rows = session.execute(
        select(ReminderRules, Account.name)
        .join(Account, Account.id == ReminderRules.changed_by)
        .where(ReminderRules.clinic_id == clinic_id)
        .order_by(ReminderRules.id.desc())
        .limit(limit)
    )
    return [(row, name) for row, name in rows]
