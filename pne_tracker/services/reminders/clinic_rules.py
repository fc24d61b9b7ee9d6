"""A clinic's rules: written as a new version, never over the old one; paused; tried out on oneself."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Access, Viewer
from pne_tracker.domain.messages.templates import Channel, Template, sender_name
from pne_tracker.domain.messages.wordings import NEWEST
from pne_tracker.domain.reminders.rules import RuleSet, checked, to_dict
from pne_tracker.models import Account, Clinic, ReminderRules, new_id
from pne_tracker.queries.access import load
from pne_tracker.queries.reminders.rules import history_of, rules_of
from pne_tracker.queries.reminders.wording import words_now
from pne_tracker.services import audit, outbox


def save_rules(
    session: Session, viewer: Viewer, clinic_id: uuid.UUID, rules: RuleSet, *, now: dt.datetime
) -> bool:
    """A new version of a clinic's rules; False when nothing differs. Raises BadInputError at a rule that cannot be."""
    clinic = load(session, viewer, Clinic, clinic_id, Access.EDIT)
    good = checked(rules.rules, paused=rules.paused)
    if good == rules_of(session, [clinic.id])[clinic.id]:
        return False
    session.add(
        ReminderRules(
            id=new_id(),
            organisation_id=clinic.organisation_id,
            clinic_id=clinic.id,
            rules=to_dict(good),
            paused=good.paused,
            changed_at=now,
            changed_by=viewer.account_id,
        )
    )
    audit.record(session, viewer, "change", "reminder_rules", subject_id=clinic.id, now=now)
    session.flush()
    return True


def pause_clinic(
    session: Session, viewer: Viewer, clinic_id: uuid.UUID, *, paused: bool, now: dt.datetime
) -> None:
    """Stop every reminder of a clinic, or let them go out again."""
    clinic = load(session, viewer, Clinic, clinic_id)
    rules = rules_of(session, [clinic.id])[clinic.id]
    save_rules(session, viewer, clinic_id, RuleSet(rules.rules, paused), now=now)


def send_test(
    session: Session, viewer: Viewer, clinic_id: uuid.UUID, language: str, *, now: dt.datetime
) -> None:
    """A test message to the viewer's own mail address; one a minute at most."""
    clinic = load(session, viewer, Clinic, clinic_id)
    account = session.get_one(Account, viewer.account_id)
    outbox.enqueue(
        session,
        organisation_id=viewer.organisation_id,
        key=f"test:{viewer.account_id}:{now:%Y%m%d%H%M}",
        channel=Channel.EMAIL,
        recipient=account.email,
        template="test",
        variables={"sender": sender_name(clinic.name)},
        language="es" if language == "es" else "en",
        clinic_id=clinic.id,
        now=now,
        expires_at=now + dt.timedelta(hours=1),
    )


@dataclass(frozen=True, slots=True)
class ClinicRules:
    """A clinic's rules, the words its messages go out with, and changes (instant, name, paused), newest first."""

    name: str
    zone: str
    rules: RuleSet
    words: Mapping[str, Template]
    own_words: frozenset[str]
    history: Sequence[tuple[dt.datetime, str, bool]]


def open_rules(session: Session, viewer: Viewer, clinic_id: uuid.UUID) -> ClinicRules:
    """The rules of a clinic of the viewer's. Raises NotFoundError out of reach."""
    clinic = load(session, viewer, Clinic, clinic_id)
    words = words_now(session, clinic.id)
    return ClinicRules(
        name=clinic.name,
        zone=clinic.timezone,
        rules=rules_of(session, [clinic.id])[clinic.id],
        words=words,
        own_words=frozenset(name for name, one in words.items() if one != NEWEST[name]),
        history=[(row.changed_at, name, row.paused) for row, name in history_of(session, clinic.id)],
    )


def clinics_with_rules(session: Session, viewer: Viewer) -> list[tuple[uuid.UUID, str, bool]]:
    """(id, name, paused) of the viewer's clinics, by name."""
    clinics = session.scalars(
        select(Clinic).where(Clinic.id.in_(viewer.clinic_ids)).order_by(Clinic.name, Clinic.id)
    ).all()
    rules = rules_of(session, [one.id for one in clinics])
    return [(one.id, one.name, rules[one.id].paused) for one in clinics]
