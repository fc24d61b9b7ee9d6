"""A message is part of the change that causes it: it is there once, and its links lie sealed."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pne_tracker.models import MessageStatus, OutboxMessage
from pne_tracker.services import outbox
from tests.people import House

LINK = "https://portal.example.org/r/secret-token"


def enqueue(work: Session, house: House, **changes: object) -> OutboxMessage:
    given: dict[str, object] = {
        "organisation_id": house.therapist.organisation_id,
        "key": "sign_in:1",
        "channel": "email",
        "recipient": "rosalind@example.org",
        "template": "sign_in_link",
        "variables": {"sender": "Harbor Lane", "link": LINK, "minutes": "15"},
        "now": house.now,
    }
    return outbox.enqueue(work, **(given | changes))  # type: ignore[arg-type]


def test_a_message_waits_until_the_beat_takes_it(work: Session, house: House) -> None:
    row = enqueue(work, house, expires_at=house.now + dt.timedelta(minutes=15))
    assert (row.status, row.attempts, row.not_before) == (MessageStatus.WAITING, 0, house.now)
    assert outbox.variables_of(row)["link"] == LINK


def test_the_same_key_is_the_same_message(work: Session, house: House) -> None:
    first, again = enqueue(work, house), enqueue(work, house)
    assert first is again
    assert work.scalar(select(func.count()).select_from(OutboxMessage)) == 1


def test_a_secret_link_lies_sealed(work: Session, house: House) -> None:
    row = enqueue(work, house)
    assert LINK not in str((row.variables, row.addresses))


@pytest.mark.parametrize(
    "changes",
    [
        {"template": "no_such"},
        {"channel": "pigeon"},
        {"recipient": "a@b.example\nBcc: c@d.example"},
        {"variables": {"sender": "Harbor Lane", "minutes": "15"}},
    ],
)
def test_what_could_not_be_sent_is_not_written(
    work: Session, house: House, changes: dict[str, object]
) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        enqueue(work, house, **changes)
