"""Everything that decides about the reminders of some patients, in a fixed number of queries."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from pne_tracker.domain.messages.templates import Channel
from pne_tracker.domain.reminders.reasons import Reason, Suppressed
from pne_tracker.domain.reminders.rules import RuleSet
from pne_tracker.domain.reminders.when import WEEK, local
from pne_tracker.models import (
    Account,
    Clinic,
    Consent,
    ContactPoint,
    Episode,
    EpisodeStatus,
    MessageStatus,
    OutboxMessage,
    Patient,
    PushSubscription,
    Reminder,
    ReminderChoice,
)
from pne_tracker.queries.reminders.rules import rules_of
from pne_tracker.queries.reminders.wording import newest_wordings

REMINDING = ("reminder", "visit")
"""The templates that count towards the caps."""
CONTACTS = {"email": Channel.EMAIL, "phone": Channel.SMS, "sms": Channel.SMS}


@dataclass(slots=True)
class Facts:
    """What counts about one patient. `wordings`: the clinic's own words, by template."""

    patient: Patient
    zone: str
    sender: str
    rules: RuleSet
    recall_on: bool
    wordings: Mapping[str, uuid.UUID]
    in_care: bool = False
    choice: ReminderChoice | None = None
    agreed: dict[Channel, bool] = field(default_factory=dict)
    addresses: dict[Channel, str] = field(default_factory=dict)
    sent: list[dt.datetime] = field(default_factory=list)

    @property
    def off(self) -> frozenset[Reason]:
        """Reminders that the clinic or the patient switched off."""
        mine = set(self.choice.off) if self.choice else set()
        return frozenset(one for one in Reason if one.value in mine or not self.rules.on(one))

    def blocked(self, now: dt.datetime) -> Suppressed | None:
        """What stops every reminder of the patient, or None."""
        if self.patient.deceased:
            return Suppressed.DECEASED
        if not self.in_care or not self.patient.active:
            return Suppressed.DISCHARGED
        if self.rules.paused:
            return Suppressed.CLINIC_PAUSED
        return Suppressed.PAUSED if is_paused(self.choice, local(now, self.zone).date()) else None


def is_paused(choice: ReminderChoice | None, today: dt.date) -> bool:
    """Whether a patient's pause holds on that day; the day it ends is free again."""
    if choice is None or choice.paused_at is None:
        return False
    return choice.paused_until is None or today < choice.paused_until


def facts_of(session: Session, patients: Sequence[Patient], now: dt.datetime) -> dict[uuid.UUID, Facts]:
    """The facts about these patients, by id. Nine queries however many they are."""
    ids = [one.id for one in patients]
    clinic_ids = {one.clinic_id for one in patients}
    clinics = {one.id: one for one in session.scalars(select(Clinic).where(Clinic.id.in_(clinic_ids)))}
    rules, wordings = rules_of(session, clinic_ids), newest_wordings(session, clinic_ids)
    found = {
        one.id: Facts(
            patient=one,
            zone=one.timezone or clinics[one.clinic_id].timezone,
            sender=clinics[one.clinic_id].name,
            rules=rules[one.clinic_id],
            recall_on=one.recall_enabled and clinics[one.clinic_id].recall_enabled,
            wordings={name: row.id for name, row in wordings[one.clinic_id].items() if row.texts},
        )
        for one in patients
    }
    _add_reach(session, found, ids)
    _add_standing(session, found, ids)
    for patient_id, at in sent_to(session, ids, now):
        found[patient_id].sent.append(at)
    return found


def _add_reach(session: Session, found: Mapping[uuid.UUID, Facts], ids: Collection[uuid.UUID]) -> None:
    for kind, granted, patient_id in session.execute(
        select(Consent.kind, Consent.granted, Consent.patient_id)
        .where(Consent.patient_id.in_(ids))
        .order_by(Consent.at, Consent.id)
    ):
        found[patient_id].agreed[Channel(kind.value)] = granted
    for system, value, patient_id in session.execute(
        select(ContactPoint.system, ContactPoint.value, ContactPoint.patient_id)
        .where(ContactPoint.patient_id.in_(ids))
        .order_by(ContactPoint.rank, ContactPoint.id)
    ):
        if system in CONTACTS:
            found[patient_id].addresses.setdefault(CONTACTS[system], value)
    for holder in session.scalars(
        select(Account.patient_id).where(Account.patient_id.in_(ids), Account.active.is_(True))
    ):
        if holder is not None:
            found[holder].addresses[Channel.PORTAL] = str(holder)
    for patient_id in session.scalars(
        select(PushSubscription.patient_id)
        .where(PushSubscription.patient_id.in_(ids), PushSubscription.gone_at.is_(None))
        .distinct()
    ):
        found[patient_id].addresses[Channel.PUSH] = str(patient_id)


def _add_standing(session: Session, found: Mapping[uuid.UUID, Facts], ids: Collection[uuid.UUID]) -> None:
    for patient_id in session.scalars(
        select(Episode.patient_id).where(Episode.patient_id.in_(ids), Episode.status == EpisodeStatus.OPEN)
    ):
        found[patient_id].in_care = True
    for choice in session.scalars(select(ReminderChoice).where(ReminderChoice.patient_id.in_(ids))):
        found[choice.patient_id].choice = choice


def sent_to(
    session: Session, ids: Collection[uuid.UUID], now: dt.datetime
) -> list[tuple[uuid.UUID, dt.datetime]]:
    """(patient, instant) of reminding messages of the last eight days, the undecided too.

    One on its way counts when it leaves: now, or when it is tried next.
    """
    since = now - WEEK - dt.timedelta(days=1)
    under_way = OutboxMessage.status.in_((MessageStatus.WAITING, MessageStatus.SENDING))
    went = OutboxMessage.status.in_((MessageStatus.SENT, MessageStatus.UNKNOWN))
    rows = session.execute(
        select(OutboxMessage.patient_id, OutboxMessage.settled_at, OutboxMessage.not_before).where(
            OutboxMessage.patient_id.in_(ids),
            OutboxMessage.template.in_(REMINDING),
            or_(under_way, and_(went, OutboxMessage.settled_at >= since)),
        )
    )
    return [
        (patient_id, settled_at or max(not_before, now))
        for patient_id, settled_at, not_before in rows
        if patient_id is not None
    ]


def waiting_patients(session: Session, now: dt.datetime, limit: int) -> list[uuid.UUID]:
    """Up to `limit` patients with a reminder that is due, the longest due first."""
    rows = session.scalars(
        select(Reminder.patient_id)
        .where(Reminder.settled_at.is_(None), Reminder.message_id.is_(None), Reminder.due_at <= now)
        .order_by(Reminder.due_at)
        .limit(limit)
    )
    return list(dict.fromkeys(rows))


def open_reminders(
    session: Session, ids: Collection[uuid.UUID], before: dt.datetime
) -> dict[uuid.UUID, list[Reminder]]:
    """Reminders of these patients that are not settled and not under way, due before that instant, in order."""
    found: dict[uuid.UUID, list[Reminder]] = defaultdict(list)
    for row in session.scalars(
        select(Reminder)
        .where(
            Reminder.patient_id.in_(list(ids)),
            Reminder.settled_at.is_(None),
            Reminder.message_id.is_(None),
            Reminder.due_at < before,
        )
        .order_by(Reminder.due_at, Reminder.id)
    ):
        found[row.patient_id].append(row)
    return found
