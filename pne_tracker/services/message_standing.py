"""What reminding messages add to the figures of completion. The beat counts them, so that sending waits for nothing.

Whoever changes what a message counts as says so in the same transaction, by its reminders: a patient's place or days
of treatment with `recount_patients`, entries with `recount_before`. A reminder that goes, or turns out not to have
gone, says it by its own status (`models.reminder.UNCOUNTED`).
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from pne_tracker.domain.reminders.states import WENT
from pne_tracker.domain.standing import Ledger, Place
from pne_tracker.domain.standing_messages import ACTED_WITHIN, Named
from pne_tracker.models import EVERYBODY, EpisodeStatus, MessageStanding, Reminder
from pne_tracker.queries.standing_messages import MessageFacts, messages_that_went, uncounted
from pne_tracker.services import completion_changes

AT_ONCE = 500


def count(session: Session, *, limit: int = AT_ONCE) -> int:
    """Count the messages of up to `limit` reminders that are not counted as they stand; returns how many these were.

    Several may count at once. Nothing is read before the reminders are locked, so whoever changes something
    meanwhile waits for this, and lets it be counted again.
    """
    taken = uncounted(session, limit)
    if not taken:
        return 0
    _recount(session, set(taken.values()))
    as_they_stand = update(Reminder).where(Reminder.id.in_(taken)).values(counted=Reminder.status.in_(WENT))
    session.execute(as_they_stand, execution_options={"synchronize_session": False})
    return len(taken)


def _recount(session: Session, message_ids: Collection[uuid.UUID]) -> None:
    ledgers: dict[uuid.UUID, Ledger] = defaultdict(Ledger)
    stored = {}
    for row in session.scalars(select(MessageStanding).where(MessageStanding.message_id.in_(message_ids))):
        stored[row.message_id, row.reason] = row
        ledgers[row.organisation_id].take(_place_of(row), _named_of(row).cells())
    for one in messages_that_went(session, message_ids):
        for named in one.named:
            ledgers[one.organisation_id].add(one.place, named.cells())
            _keep(session, stored.pop((one.message_id, named.reason), None), one, named)
    for row in stored.values():
        session.delete(row)
    session.flush()
    completion_changes.write(session, ledgers)


def _keep(session: Session, row: MessageStanding | None, one: MessageFacts, named: Named) -> None:
    if row is None:
        row = MessageStanding(
            organisation_id=one.organisation_id,
            message_id=one.message_id,
            patient_id=one.patient_id,
            reason=named.reason,
        )
        session.add(row)
    row.episode_id, row.clinic_id, row.payer_id = one.episode_id, one.place.clinic_id, one.place.payer_id
    row.status = EpisodeStatus(one.place.status)
    row.day, row.hour, row.channel = named.day, named.hour, named.channel
    row.is_first, row.worked = named.is_first, named.worked


def _place_of(row: MessageStanding) -> Place:
    return Place(row.clinic_id, EVERYBODY, row.payer_id, row.status.value)


def _named_of(row: MessageStanding) -> Named:
    return Named(row.day, row.hour, row.channel, row.reason, row.is_first, row.worked)


def recount_patients(session: Session, patient_ids: Iterable[uuid.UUID]) -> None:
    """Let the beat count these patients' messages anew: an episode of theirs is counted elsewhere, or at other days."""
    mine = Reminder.patient_id.in_(patient_ids) & Reminder.status.in_(WENT)
    _uncount(session, mine)


def recount_before(session: Session, handed_in: Iterable[tuple[uuid.UUID, dt.datetime]]) -> None:
    """Let the beat count the messages anew that went to these patients within a day before these instants."""
    for patient_id, at in handed_in:
        _uncount(
            session,
            (Reminder.patient_id == patient_id)
            & Reminder.status.in_(WENT)
            & Reminder.settled_at.between(at - ACTED_WITHIN, at),
        )


def recount_all(session: Session) -> None:
    """Let every message of the session's scope be counted anew."""
    _uncount(session, Reminder.message_id.is_not(None))


def _uncount(session: Session, mine: ColumnElement[bool]) -> None:
    anew = update(Reminder).where(mine).values(counted=None)
    session.execute(anew, execution_options={"synchronize_session": False})


def forget_messages(
    session: Session, episode_ids: Collection[uuid.UUID], ledgers: Mapping[uuid.UUID, Ledger]
) -> None:
    """Take the messages of these episodes out of the figures."""
    for row in session.scalars(select(MessageStanding).where(MessageStanding.episode_id.in_(episode_ids))):
        ledgers[row.organisation_id].take(_place_of(row), _named_of(row).cells())
