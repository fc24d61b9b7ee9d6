"""The audit trail: what is read leaves an event, and the chain shows any edit, deletion or reordering."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from pne_tracker.db import UNSCOPED, reading, transaction
from pne_tracker.jobs.beat import beat
from pne_tracker.models import AuditEvent
from pne_tracker.services import audit
from tests.people import House


def _write(house: House, count: int) -> None:
    with transaction(house.therapist) as session:
        for _ in range(count):
            audit.record(
                session, house.therapist, "read", "patient", patient_id=house.patient_id, now=house.now
            )


def _broken() -> list[tuple[int, str]]:
    with reading(UNSCOPED) as session:
        return list(audit.broken_links(session))


def test_the_beat_seals_events_into_a_chain_that_holds(app: Flask, house: House) -> None:
    _write(house, 5)
    assert beat() == 5
    _write(house, 3)
    assert beat() == 3
    assert beat() == 0
    assert _broken() == []
    with reading(UNSCOPED) as session:
        positions = session.scalars(select(AuditEvent.position).order_by(AuditEvent.position)).all()
        assert positions == list(range(1, 9))
        assert audit.unsealed(session) == 0


def _edit(session: Session) -> None:
    session.execute(update(AuditEvent).where(AuditEvent.position == 3).values(action="nothing"))


def _delete(session: Session) -> None:
    session.execute(delete(AuditEvent).where(AuditEvent.position == 3))


def _reorder(session: Session) -> None:
    for old, new in ((3, 99), (4, 3), (99, 4)):
        session.execute(update(AuditEvent).where(AuditEvent.position == old).values(position=new))


@pytest.mark.parametrize("harm", [_edit, _delete, _reorder])
def test_an_edit_a_deletion_and_a_reordering_show(app: Flask, house: House, harm) -> None:
    _write(house, 6)
    beat()
    with transaction(UNSCOPED) as session:
        harm(session)
    assert _broken()


def test_a_list_leaves_one_event_for_each_patient_in_it(app: Flask, house: House) -> None:
    with transaction(house.lead) as session:
        audit.record_list(
            session,
            house.lead,
            "completion",
            [house.patient_id, house.untreated_id, house.patient_id],
            now=house.now,
        )
    with reading(house.lead) as session:
        seen = session.scalars(select(AuditEvent.patient_id)).all()
    assert set(seen) == {house.patient_id, house.untreated_id}
    assert len(seen) == 2


def test_a_change_that_cannot_be_recorded_does_not_happen(app: Flask, house: House) -> None:
    from pne_tracker.models import Clinic
    from pne_tracker.services import clinics

    facts = {"name": "Renamed", "phone": None, "npi": None, "tax_id": None, "separate_pne_allowed": True}
    with pytest.raises(TypeError), transaction(house.lead) as session:
        clinics.change_clinic(session, house.lead, house.clinic_id, facts, now=house.now)
        session.add(AuditEvent(details=object()))  # what the database cannot keep
        raise TypeError
    with reading(house.lead) as session:
        assert session.scalars(select(Clinic.name)).one() == "Harbor Lane Therapy"
