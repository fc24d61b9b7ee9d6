"""The database itself refuses to change a signed visit: raw SQL, past every service, on both databases."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import IntegrityError

from pne_tracker.db import db, transaction
from pne_tracker.models import OutcomeScore, Visit, VisitHomework, VisitScore, VisitStatus
from pne_tracker.services import visits
from tests.people import House
from tests.raw import raw
from tests.visit_forms import GAIT_AND_PNE, signed_visit, write

CHANGES = {
    "visit": "minutes = 60",
    "treatment": "minutes = minutes + 5",
    "visit_section": "teach_back = 'explains'",
    "visit_homework": "message = 'something else'",
    "visit_score": "measure_version = '2'",
    "outcome_score": "score = 1",
    "billing_line": "units = units + 1",
    "addendum": "text = 'something else'",
}


@pytest.fixture
def signed(app: Flask, house: House) -> House:
    """The house with one signed visit that has a row in each of the tables."""
    with transaction(house.therapist) as session:
        visit = signed_visit(session, house)
        visits.add_addendum(session, house.therapist, visit.id, "One stick, not two.", now=house.now)
        row = {"organisation_id": visit.organisation_id, "visit_id": visit.id}
        session.add(
            OutcomeScore(
                **row,
                episode_id=house.episode_id,
                measure="nprs",
                score=4.0,
                items={},
                on_date=house.today,
                recorded_at=house.now,
                recorded_by=visit.saved_by,
            )
        )
        session.add(VisitHomework(**row, template_key="s01-quiz", due_on=house.today))
        session.add(VisitScore(**row, position=0, measure="nprs", ratings=[["now", 2]]))
    return house


def run(statement: str) -> int:
    with raw() as connection:
        return connection.execute(text(statement)).rowcount


def rows(table: str) -> int:
    with raw() as connection:
        return connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()


@pytest.mark.parametrize("table", CHANGES)
def test_nothing_of_a_signed_visit_is_changed_or_deleted(signed: House, table: str) -> None:
    before = rows(table)
    assert before
    for statement in (f"UPDATE {table} SET {CHANGES[table]}", f"DELETE FROM {table}"):
        with pytest.raises(IntegrityError, match="a signed visit is never changed"):
            run(statement)
    assert rows(table) == before


@pytest.mark.parametrize(
    "change",
    [
        "status = 'draft', signed_at = NULL",
        "status = 'entered_in_error', minutes = 50",
        "content_hash = 'x'",
        "note = ''",
        "version = version + 1",
    ],
)
def test_no_other_way_leads_out_of_signed(signed: House, change: str) -> None:
    with pytest.raises(IntegrityError):
        run(f"UPDATE visit SET {change}")


def test_entered_in_error_is_the_one_change_and_the_last(signed: House) -> None:
    assert run("UPDATE visit SET status = 'entered_in_error', version = version + 1") == 1
    with pytest.raises(IntegrityError):
        run("UPDATE visit SET status = 'signed'")
    with pytest.raises(IntegrityError):
        run("DELETE FROM visit")
    with pytest.raises(IntegrityError):
        run("UPDATE treatment SET minutes = 1, pne_minutes = 0")


def test_a_row_of_a_draft_cannot_be_moved_into_a_signed_visit(signed: House) -> None:
    with transaction(signed.therapist) as session:
        draft_id = write(session, signed, GAIT_AND_PNE(signed.today)).id
        signed_id = session.scalars(select(Visit.id).where(Visit.status == VisitStatus.SIGNED)).one()
    with raw() as connection, pytest.raises(IntegrityError):
        connection.execute(
            Visit.metadata.tables["treatment"]
            .update()
            .where(Visit.metadata.tables["treatment"].c.visit_id == draft_id)
            .values(visit_id=signed_id, position=9)
        )


def test_a_draft_changes_freely(app: Flask, house: House) -> None:
    with transaction(house.therapist) as session:
        write(session, house, GAIT_AND_PNE(house.today))
    assert run("UPDATE visit SET minutes = 60") == 1
    assert run("UPDATE treatment SET minutes = minutes + 5") == 2
    assert run("DELETE FROM treatment") == 2


def test_no_column_of_a_visit_is_forgotten(app: Flask) -> None:
    """SQLite's trigger names each column: one that is added later has to be added to it."""
    if db.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL compares whole rows")
    with db.engine.connect() as connection:
        found = connection.execute(
            text("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = 'keep_visit_update'")
        ).scalar_one()
    for column in inspect(db.engine).get_columns("visit"):
        if column["name"] not in {"status", "version"}:
            assert f'OLD."{column["name"]}" IS NEW."{column["name"]}"' in found


def test_every_table_has_both_triggers(app: Flask) -> None:
    catalogue = "sqlite_master WHERE type = 'trigger'" if db.engine.dialect.name == "sqlite" else None
    query = f"SELECT name FROM {catalogue}" if catalogue else "SELECT tgname FROM pg_trigger"
    with db.engine.connect() as connection:
        found = set(connection.execute(text(query)).scalars())
    wanted = {f"keep_{table}_{act}" for table in CHANGES for act in ("update", "delete")}
    assert wanted <= found
