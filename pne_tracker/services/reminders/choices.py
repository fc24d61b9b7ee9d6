"""What a patient chose: channel, hour, language, which reminders, and a pause. Set by the patient or by staff."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Access, Role, Viewer
from pne_tracker.domain.errors import BadInputError
from pne_tracker.domain.messages.templates import Channel
from pne_tracker.domain.reminders.reasons import Reason
from pne_tracker.domain.reminders.when import DAY_ENDS, DAY_STARTS, local
from pne_tracker.models import Consent, ConsentKind, Patient, ReminderChoice, new_id
from pne_tracker.queries.access import load
from pne_tracker.queries.reminders.due import facts_of
from pne_tracker.queries.zones import zone_of
from pne_tracker.services import audit

LONGEST_PAUSE = 90
PORTAL_SETTINGS = "portal settings"


@dataclass(frozen=True, slots=True)
class Choice:
    """A patient's choices as a form has them; `at` none is the clinic's hour."""

    channel: str
    at: dt.time | None
    language: str
    off: frozenset[Reason] = frozenset()


def choose(
    session: Session, viewer: Viewer, patient_id: uuid.UUID, choice: Choice, *, now: dt.datetime
) -> None:
    """Keep a patient's choices. A patient who picks a channel agrees to it, which is kept as consent.

    Raises BadInputError at the field for a channel without an address, an hour at night, or an unknown language.
    """
    patient = load(session, viewer, Patient, patient_id, Access.EDIT)
    channel = _channel(session, patient, choice.channel, now)
    if choice.at is not None and not DAY_STARTS <= choice.at < DAY_ENDS:
        raise BadInputError("Choose a time from 8 in the morning to 9 in the evening.", at="at")
    if choice.language not in {"en", "es"}:
        raise BadInputError("Choose English or Spanish.", at="language")
    patient.preferred_channel, patient.preferred_time = channel.value, choice.at
    patient.language = choice.language
    row = _row(session, patient)
    row.off = sorted(choice.off)
    if viewer.role is Role.PATIENT and channel is not Channel.PORTAL:
        session.add(_consent(patient, channel, viewer, now, granted=True))
    _record(session, viewer, patient, "choose", now)


def _channel(session: Session, patient: Patient, wanted: str, now: dt.datetime) -> Channel:
    if wanted not in set(Channel):
        raise BadInputError("Choose one of these ways.", at="channel")
    channel = Channel(wanted)
    if channel not in facts_of(session, [patient], now)[patient.id].addresses:
        what = {
            Channel.EMAIL: "an email address",
            Channel.SMS: "a phone number",
            Channel.PUSH: "this phone's yes",
        }
        raise BadInputError(f"We do not have {what.get(channel, 'a way in')} yet.", at="channel")
    return channel


def pause(
    session: Session, viewer: Viewer, patient_id: uuid.UUID, until: dt.date | None, *, now: dt.datetime
) -> None:
    """Pause a patient's reminders until a day, or until taken back.

    Raises BadInputError for a day that is not tomorrow or later, or more than 90 days away.
    """
    patient = load(session, viewer, Patient, patient_id, Access.EDIT)
    today = local(now, zone_of(session, patient.id)).date()
    if until is not None and not today < until <= today + dt.timedelta(days=LONGEST_PAUSE):
        raise BadInputError(f"Choose a day from tomorrow on, {LONGEST_PAUSE} days away at most.", at="until")
    row = _row(session, patient)
    row.paused_at, row.paused_until, row.paused_by = now, until, viewer.account_id
    _record(session, viewer, patient, "pause", now)


def resume(session: Session, viewer: Viewer, patient_id: uuid.UUID, *, now: dt.datetime) -> None:
    """Let reminders go out again."""
    patient = load(session, viewer, Patient, patient_id, Access.EDIT)
    row = _row(session, patient)
    row.paused_at = row.paused_until = row.paused_by = None
    _record(session, viewer, patient, "resume", now)


def stop_by_link(session: Session, patient_id: uuid.UUID, *, now: dt.datetime) -> bool:
    """The patient clicked "stop" in a mail: no more mail. False when there is no such patient. Unscoped."""
    return answer_channel(session, patient_id, Channel.EMAIL, granted=False, source="stop link", now=now)


def answer_channel(
    session: Session, patient_id: uuid.UUID, channel: Channel, *, granted: bool, source: str, now: dt.datetime
) -> bool:
    """Keep a yes or no that came from outside a sign-in, with where it came from. The session is unscoped."""
    patient = session.scalars(select(Patient).where(Patient.id == patient_id).with_for_update()).one_or_none()
    if patient is None:
        return False
    session.add(_consent(patient, channel, None, now, granted=granted, source=source))
    audit.record_by_itself(
        session,
        patient.organisation_id,
        "opt_in" if granted else "opt_out",
        "consent",
        patient_id=patient.id,
        now=now,
        channel=channel.value,
    )
    session.flush()
    return True


def _consent(
    patient: Patient,
    channel: Channel,
    viewer: Viewer | None,
    now: dt.datetime,
    *,
    granted: bool,
    source: str = PORTAL_SETTINGS,
) -> Consent:
    return Consent(
        organisation_id=patient.organisation_id,
        patient_id=patient.id,
        kind=ConsentKind(channel.value),
        granted=granted,
        at=now,
        recorded_by=viewer.account_id if viewer else None,
        source=source,
    )


def _row(session: Session, patient: Patient) -> ReminderChoice:
    row = session.scalars(select(ReminderChoice).where(ReminderChoice.patient_id == patient.id)).one_or_none()
    if row is None:
        row = ReminderChoice(
            id=new_id(), organisation_id=patient.organisation_id, patient_id=patient.id, off=[]
        )
        session.add(row)
    return row


def switch_off(
    session: Session, viewer: Viewer, patient_id: uuid.UUID, off: Collection[Reason], *, now: dt.datetime
) -> None:
    """Keep which reminders this patient gets none of."""
    patient = load(session, viewer, Patient, patient_id, Access.EDIT)
    _row(session, patient).off = sorted(off)
    _record(session, viewer, patient, "switch", now)


def _record(session: Session, viewer: Viewer, patient: Patient, action: str, now: dt.datetime) -> None:
    audit.record(session, viewer, action, "reminder_choice", patient_id=patient.id, now=now)
    session.flush()
