"""Taking what is due: decided for each patient, merged into one message, and the next reminder planned."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from pne_tracker.domain.messages.days import day_words, time_words
from pne_tracker.domain.messages.templates import Channel, sender_name
from pne_tracker.domain.messages.wordings import NEWEST
from pne_tracker.domain.reminders.decide import Due, Person, channel_for, decide
from pne_tracker.domain.reminders.reasons import Reason, Suppressed
from pne_tracker.domain.reminders.when import instant_of, local
from pne_tracker.models import MessageStatus, OutboxMessage, Patient, Reminder, ReminderStatus, new_id
from pne_tracker.queries.reminders.due import Facts, facts_of, open_reminders, waiting_patients
from pne_tracker.queries.reminders.obsolete import Found, logged_since, obsolete
from pne_tracker.services import audit
from pne_tracker.services.reminders.chain import plan_next, watch_from

AT_ONCE = 100


@dataclass(slots=True)
class Taken:
    """What one round of taking did; `patients` is 0 when nothing was due. `messages`: those it wrote."""

    patients: int = 0
    planned: int = 0
    held: int = 0
    suppressed: Counter[str] = field(default_factory=Counter)
    messages: list[uuid.UUID] = field(default_factory=list)


def take_due(session: Session, *, now: dt.datetime, limit: int = AT_ONCE) -> Taken:
    """Decide about up to `limit` patients with something due at `now`.

    Each patient is locked, and one that another process decides about is passed over, so that no two messages
    are made for a day. Writes messages to the outbox; sends nothing.
    """
    taken = Taken()
    ids = waiting_patients(session, now, limit)
    if not ids:
        return taken
    patients = session.scalars(
        select(Patient)
        .where(Patient.id.in_(ids))
        .order_by(Patient.id)
        .with_for_update(key_share=True, skip_locked=True)
    ).all()
    if not patients:
        return taken
    taken.patients = len(patients)
    facts = facts_of(session, patients, now)
    rows = open_reminders(session, facts, now + dt.timedelta(days=1))
    given = [one for some in rows.values() for one in some]
    unwanted = obsolete(session, given, facts, now)
    logged = logged_since(session, given, facts, now)
    for row in given:
        if row.id in logged and row.id not in unwanted:
            watch_from(row, facts[row.patient_id], logged[row.id])
    done: list[tuple[Facts, Reminder]] = []
    for patient_id, mine in facts.items():
        done += _decide(session, mine, rows.get(patient_id, []), unwanted, now, taken)
    taken.planned += plan_next(session, done, now=now)
    session.flush()
    return taken


def _decide(
    session: Session,
    facts: Facts,
    rows: Sequence[Reminder],
    unwanted: Found,
    now: dt.datetime,
    taken: Taken,
) -> list[tuple[Facts, Reminder]]:
    """Carry out what is decided about one patient; returns the reminders that are over or under way."""
    midnight = instant_of(local(now, facts.zone).date() + dt.timedelta(days=1), dt.time(), facts.zone)
    by_id = {row.id: row for row in rows}
    due = [_due(row, unwanted) for row in rows if row.due_at <= now]
    later = [_due(row, unwanted) for row in rows if now < row.due_at < midnight]
    channel = channel_for(facts.patient.preferred_channel, facts.addresses, facts.agreed)
    blocked = facts.blocked(now) or (channel if isinstance(channel, Suppressed) else None)
    found = decide(due, Person(facts.zone, blocked, facts.off, facts.sent), now, later)
    for one, until in found.hold.items():
        row = by_id[one]
        row.status, row.due_at, row.held_for = ReminderStatus.HELD, until, _why_held(row, until, facts)
        taken.held += 1
    for one, why in found.suppress.items():
        suppress(by_id[one], why, now)
        taken.suppressed[why.value] += 1
    if found.suppress:
        _audit(session, facts, "suppress", len(found.suppress), now)
    over = [*found.suppress, *found.send]
    if found.send and not isinstance(channel, Suppressed):
        taken.messages.append(_write(session, facts, [by_id[one] for one in found.send], *channel, now))
    return [(facts, by_id[one]) for one in over]


def _due(row: Reminder, unwanted: Found) -> Due:
    clock = dt.time.fromisoformat(row.wall_time.partition("T")[2])
    return Due(row.id, Reason(row.reason), row.due_at, row.expires_at, clock, unwanted.get(row.id))


def _why_held(row: Reminder, until: dt.datetime, facts: Facts) -> str:
    same_day = local(until, facts.zone).date() == local(row.due_at, facts.zone).date()
    if facts.sent:
        return Suppressed.CAP_REACHED.value
    return "merged" if same_day and local(until, facts.zone).hour >= 9 else Suppressed.QUIET_HOURS.value


def suppress(row: Reminder, why: str, now: dt.datetime) -> None:
    """Settle a reminder that is not sent."""
    row.status, row.suppressed_for, row.settled_at, row.held_for = (
        ReminderStatus.SUPPRESSED,
        str(why),
        now,
        None,
    )


def _audit(session: Session, facts: Facts, action: str, count: int, now: dt.datetime) -> None:
    patient = facts.patient
    audit.record_by_itself(
        session, patient.organisation_id, action, "reminder", patient_id=patient.id, now=now, count=count
    )


def _write(
    session: Session,
    facts: Facts,
    rows: Sequence[Reminder],
    channel: Channel,
    recipient: str,
    now: dt.datetime,
) -> uuid.UUID:
    """One message for all of `rows`, due at once; returns its id."""
    patient, message_id = facts.patient, new_id()
    visit = next((row for row in rows if Reason(row.reason).is_visit), None)
    template = NEWEST["visit" if visit else "reminder"]
    today = local(now, facts.zone).date()
    session.add(
        OutboxMessage(
            id=message_id,
            organisation_id=patient.organisation_id,
            clinic_id=patient.clinic_id,
            patient_id=patient.id,
            idempotency_key=f"reminder:{patient.id}:{today:%Y%m%d}:{message_id.hex[-8:]}",
            channel=channel.value,
            recipient=recipient,
            template=template.name,
            template_version=template.version,
            wording_id=facts.wordings.get(template.name),
            language="es" if patient.language.lower().startswith("es") else "en",
            variables=_variables(facts, visit, channel),
            status=MessageStatus.WAITING,
            attempts=0,
            not_before=now,
            expires_at=max(row.expires_at for row in rows),
            created_at=now,
        )
    )
    for row in rows:
        row.status, row.message_id, row.held_for = ReminderStatus.HELD, message_id, "sending"
    return message_id


def _variables(facts: Facts, visit: Reminder | None, channel: Channel) -> dict[str, str]:
    said = {"sender": sender_name(facts.sender)}
    if visit is None:
        return said
    starts, language = local(visit.expires_at, facts.zone), facts.patient.language.lower()
    day = day_words(starts.date(), language, short=channel is Channel.SMS)
    return said | {"day": day, "time": time_words(starts.time(), language)}
