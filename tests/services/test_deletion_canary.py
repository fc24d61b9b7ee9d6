"""A deleted record leaves no byte: a word in every text of a patient with rows in nearly every table."""

from __future__ import annotations

import uuid
from collections import Counter
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Boolean, Enum, LargeBinary, String, Table, Text, func, select, text, update
from sqlalchemy.exc import IntegrityError

from pne_tracker.adapters.packs import load_shipped
from pne_tracker.adapters.recall import SCHEDULER
from pne_tracker.adapters.x12 import write_837p
from pne_tracker.db import UNSCOPED, db, reading, rewrite, transaction
from pne_tracker.domain.access import Role, Viewer
from pne_tracker.models import (
    Account,
    AccountClinic,
    Base,
    CaregiverAccess,
    Claim,
    ClaimBatch,
    Clinic,
    Deletion,
    Episode,
    EpisodeStatus,
    Patient,
    SealedText,
)
from pne_tracker.models.of_patient import rows_of_patient
from pne_tracker.queries.retention import records_to_delete
from pne_tracker.services import audit, completion_counts, deletions, progress, standing
from pne_tracker.services.demo.clinic import viewer_of
from pne_tracker.services.demo.load import load
from tests.people import House
from tests.raw import raw
from tests.services.test_private_writing import files_that_hold, rows_that_hold

WORD = "kanari7"
DERIVED = {"episode_standing", "homework_standing", "message_standing"}


def rows_left(organisation_id: uuid.UUID, patient_id: uuid.UUID) -> dict[str, int]:
    with raw() as connection:
        found = {
            table.name: connection.scalar(
                select(func.count())
                .select_from(table)
                .where(rows_of_patient(table, organisation_id, patient_id))
            )
            for table in records_to_delete()
        }
    return {name: count for name, count in found.items() if count}


def test_no_byte_of_a_record_with_everything_in_it_is_left(app: Flask, house: House) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("the demo is loaded once; PostgreSQL's tables are read in the test above")
    with transaction(UNSCOPED) as session:
        session.get_one(Clinic, house.clinic_id).slug = "first-house"
        session.flush()
        load(session, load_shipped(), "no password", write_837p, now=house.now, scheduler=SCHEDULER)
    patient_id, organisation_id = _fullest()
    _free_of_care(patient_id)
    written = _write_word(organisation_id, patient_id)
    assert len(written) > 35, sorted(written)
    assert files_that_hold(app, WORD)
    with raw() as connection:
        before = {one.name: connection.scalar(select(func.count()).select_from(one)) for one in _tables()}
    gone = Counter(rows_left(organisation_id, patient_id))
    numbers = _claim_numbers(patient_id)
    deletion_id = _ask_and_carry_out(house, organisation_id, patient_id)
    assert rewrite()
    assert rows_left(organisation_id, patient_id) == {}
    assert rows_that_hold(WORD) == []
    assert files_that_hold(app, WORD) == []
    with raw() as connection:
        after = {one.name: connection.scalar(select(func.count()).select_from(one)) for one in _tables()}
    for name, count in before.items():
        if name not in CHANGED:
            assert count - after[name] == gone[name], name
    with transaction(UNSCOPED) as session:
        audit.seal_new(session, limit=100_000)
        completion_counts.fold(session)
    with reading(UNSCOPED) as session:
        assert list(audit.broken_links(session)) == []
        assert {one.episode_id for one in progress.differences(session)} <= {house.episode_id}
        assert completion_counts.differences(session) == 0
        assert session.get_one(Deletion, deletion_id).counts == dict(gone)
        cut = session.scalars(select(ClaimBatch.content).where(ClaimBatch.cut_at.is_not(None))).all()
    assert numbers
    assert any("CLM*" in one for one in cut), "claims of others in the same files stay"
    assert not any(f"CLM*{number}*" in one for one in cut for number in numbers)


CHANGED = {
    "account",
    "account_clinic",
    "account_session",
    "sign_in_link",
    "audit_event",
    "deletion",
    "claim_batch",
    "completion_change",
    "completion_count",
}
"""Tables in which something else than the patient's rows goes or comes: caregivers, the trail, files, figures."""


def _tables() -> list[Table]:
    return list(Base.metadata.sorted_tables)


def _fullest() -> tuple[uuid.UUID, uuid.UUID]:
    """The demo's patient with rows in most tables, who has a caregiver too."""
    with reading(UNSCOPED) as session:
        people = session.execute(
            select(Patient.id, Patient.organisation_id)
            .join(CaregiverAccess, CaregiverAccess.patient_id == Patient.id)
            .distinct()
        ).all()
    patient_id, organisation_id = max(people, key=lambda one: len(rows_left(one[1], one[0])))
    return patient_id, organisation_id


def _free_of_care(patient_id: uuid.UUID) -> None:
    with transaction(UNSCOPED) as session:
        for one in session.scalars(select(Episode).where(Episode.patient_id == patient_id)):
            one.status, one.closed_on = EpisodeStatus.DISCHARGED, one.opened_on
        standing.keep(session)


def _write_word(organisation_id: uuid.UUID, patient_id: uuid.UUID) -> set[str]:
    """The canary in every text, JSON and bytes of the patient's rows that takes it; the triggers look away."""
    written = set()
    for name in _triggers():
        with db.engine.begin() as connection:
            connection.execute(text(f"DROP TRIGGER {name}"))
    accounts = _caregiver_accounts(patient_id)
    with db.engine.begin() as connection:
        for table in records_to_delete():
            where = rows_of_patient(table, organisation_id, patient_id)
            if table.name == "account":
                where |= table.c.id.in_(accounts)
            ids = list(connection.execute(select(table.c.id).where(where)).scalars())
            for column in table.c if ids and table.name not in DERIVED else ():
                value = _canary(table, column)
                if value is None:
                    continue
                try:
                    with connection.begin_nested():
                        connection.execute(
                            update(table).where(table.c.id.in_(ids[:500])).values({column: value})
                        )
                except IntegrityError:
                    continue
                written.add(f"{table.name}.{column.name}")
    with db.engine.begin() as connection:
        for name, made in _TRIGGERS.items():
            connection.execute(text(made))
            assert name
    return written


_TRIGGERS: dict[str, str] = {}


def _triggers() -> list[str]:
    with db.engine.connect() as connection:
        rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")).all()
    _TRIGGERS.update((one.name, one.sql) for one in rows)
    return list(_TRIGGERS)


def _caregiver_accounts(patient_id: uuid.UUID) -> list[uuid.UUID]:
    with reading(UNSCOPED) as session:
        return list(
            session.scalars(
                select(Account.id)
                .join(CaregiverAccess, CaregiverAccess.account_id == Account.id)
                .where(CaregiverAccess.patient_id == patient_id, Account.role == Role.CAREGIVER)
            )
        )


def _canary(table: Table, column: Any) -> Any:
    kind = column.type
    if column.name in {"uniquifier", "number"} or isinstance(kind, (SealedText, Enum, Boolean)):
        return None
    if isinstance(kind, LargeBinary):
        return WORD.encode()
    if isinstance(kind, (String, Text)):
        if kind.length is not None and kind.length < 48:
            return None
        return func.concat(WORD, "-", table.c.id) if column.name != "mrn" else WORD
    if "JSON" in str(kind):
        return {"words": WORD}
    return None


def _claim_numbers(patient_id: uuid.UUID) -> list[str]:
    with reading(UNSCOPED) as session:
        return [
            one for one in session.scalars(select(Claim.number).where(Claim.patient_id == patient_id)) if one
        ]


def _ask_and_carry_out(house: House, organisation_id: uuid.UUID, patient_id: uuid.UUID) -> uuid.UUID:
    lead, admin = (_staff(organisation_id, role) for role in (Role.LEAD, Role.ADMINISTRATOR))
    when = {"now": house.now, "today": house.today}
    with transaction(lead) as session:
        deletion_id = deletions.ask(session, lead, patient_id, "patient_right", **when).id
    with transaction(admin) as session:
        deletions.carry_out(session, admin, deletion_id, WORD, **when)
    return deletion_id


def _staff(organisation_id: uuid.UUID, role: Role) -> Viewer:
    with reading(UNSCOPED) as session:
        account = session.scalars(
            select(Account).where(Account.organisation_id == organisation_id, Account.role == role).limit(1)
        ).one()
        clinic = session.scalars(select(AccountClinic).where(AccountClinic.account_id == account.id)).one()
        return viewer_of(account, clinic.clinic_id)
