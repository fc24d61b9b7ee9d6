"""The fourth layer: PostgreSQL itself keeps organisations apart, whatever statement reaches it."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from pne_tracker.db import UNSCOPED, Scope, db, reading, transaction
from pne_tracker.factory import create_app
from pne_tracker.models import Base, enter_scope
from pne_tracker.web.readiness import role_is_above_policies
from tests.conftest import settings_for
from tests.people import House

TENANT_TABLES = sorted(table.name for table in Base.metadata.sorted_tables if "organisation_id" in table.c)
FILLED = {"account", "clinic", "patient", "payer"}
"""Of these the house has rows of both organisations."""


@pytest.fixture(autouse=True)
def _only_postgresql(app: Flask) -> None:
    if db.engine.dialect.name != "postgresql":
        pytest.skip("SQLite knows no row level security")


def count(session: Session, table: str, where: str = "true") -> int:
    return session.execute(text(f"SELECT count(*) FROM {table} WHERE {where}")).scalar_one()


def test_every_table_of_an_organisation_has_its_policy() -> None:
    """A new table wants `SELECT keep_apart('its_name')` in its migration (0027)."""
    with db.engine.connect() as connection:
        forced = set(
            connection.execute(
                text("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")
            ).scalars()
        )
        policies = connection.execute(
            text("SELECT tablename, cmd, permissive, qual, with_check FROM pg_policies")
        ).all()
    assert sorted(forced) == TENANT_TABLES
    assert sorted(policy.tablename for policy in policies) == TENANT_TABLES
    assert {(policy.cmd, policy.permissive, policy.with_check) for policy in policies} == {
        ("ALL", "PERMISSIVE", None)
    }
    assert len({policy.qual.replace(policy.tablename, "") for policy in policies}) == 1


def test_policies_hold_for_a_plain_role_and_a_role_above_them_is_known(app: Flask, tmp_path: Path) -> None:
    assert not role_is_above_policies(), "the tests themselves run under a plain role"
    address = db.engine.url.set(username="postgres").render_as_string(hide_password=False)
    with create_app(settings_for(address, tmp_path)).app_context():
        assert role_is_above_policies()
        db.engine.dispose()


def test_a_statement_without_a_filter_sees_no_row_of_another_organisation(house: House) -> None:
    own, foreign = house.therapist, house.viewers["foreign_therapist"]
    with reading(own) as session:
        for table in TENANT_TABLES:
            assert count(session, table, f"organisation_id <> '{own.organisation_id}'") == 0, table
        seen = {table: count(session, table) for table in FILLED}
    with reading(foreign) as session:
        others = {table: count(session, table) for table in FILLED}
    with reading(UNSCOPED) as session:
        assert {table: count(session, table) for table in FILLED} == {
            table: seen[table] + others[table] for table in FILLED
        }
    assert all(seen.values())
    assert all(others.values())


def test_a_statement_without_a_filter_changes_no_row_of_another_organisation(house: House) -> None:
    own, foreign = house.therapist, house.viewers["foreign_therapist"]
    with transaction(own) as session:
        for table in FILLED:
            changed = session.execute(text(f"UPDATE {table} SET organisation_id = organisation_id"))
            assert changed.rowcount == count(session, table)
        named = text("DELETE FROM patient WHERE id = :id")
        assert session.execute(named, {"id": house.foreign_patient_id}).rowcount == 0
    with reading(foreign) as session:
        assert count(session, "patient", f"id = '{house.foreign_patient_id}'") == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE clinic SET organisation_id = :foreign",
        "INSERT INTO payer SELECT (jsonb_populate_record(payer, jsonb_build_object("
        "'id', gen_random_uuid(), 'organisation_id', CAST(:foreign AS text)))).* FROM payer LIMIT 1",
    ],
)
def test_no_row_is_moved_or_added_to_another_organisation(house: House, statement: str) -> None:
    foreign = str(house.viewers["foreign_therapist"].organisation_id)
    if "clinic" in statement:
        statement = statement.replace(":foreign", "CAST(:foreign AS uuid)")
    with pytest.raises(DBAPIError, match="row-level security"), transaction(house.therapist) as session:
        session.execute(text(statement), {"foreign": foreign})


def test_without_an_organisation_named_nothing_is_seen_and_nothing_is_left_behind(house: House) -> None:
    for scope in (house.therapist, UNSCOPED):
        with reading(scope) as session:
            assert count(session, "patient")
        db.session.remove()
        with db.engine.begin() as connection:
            assert connection.execute(text("SELECT count(*) FROM patient")).scalar_one() == 0


def test_a_change_of_scope_within_a_transaction_reaches_the_database(house: House) -> None:
    with transaction(UNSCOPED) as session:
        assert count(session, "patient") == 3
        enter_scope(session, Scope(house.viewers["foreign_therapist"].organisation_id))
        assert count(session, "patient") == 1
