"""Each migration goes up, down and up again on both databases, with data in them."""

from __future__ import annotations

from pathlib import Path

import flask_migrate
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import func, inspect, select

from pne_tracker.db import UNSCOPED, db, reading
from pne_tracker.models import Base, Patient
from tests.people import House

ROOT = Path(__file__).parents[2]
ABOVE_ORGANISATIONS = {"organisation", "beat", "sign_in_try"}


def test_the_models_say_what_the_migrations_made(app: Flask) -> None:
    flask_migrate.check()


def test_every_table_goes_and_comes_back(app: Flask, house: House) -> None:
    with reading(UNSCOPED) as session:
        assert session.scalar(select(func.count()).select_from(Patient)) == 3
    flask_migrate.downgrade(revision="base")
    assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
    flask_migrate.upgrade()
    assert set(Base.metadata.tables) <= set(inspect(db.engine).get_table_names())
    flask_migrate.check()


def test_migrations_are_one_line_without_branches() -> None:
    scripts = ScriptDirectory(str(ROOT / "migrations"))
    assert len(scripts.get_heads()) == 1
    for script in scripts.walk_revisions():
        assert not script.is_branch_point
        source = Path(script.path).read_text(encoding="utf-8")
        assert "pne_tracker" not in source, "a migration never imports the models"


def test_every_table_of_patient_data_carries_its_organisation() -> None:
    for table in Base.metadata.sorted_tables:
        if table.name in ABOVE_ORGANISATIONS:
            continue
        assert "organisation_id" in table.c, table.name
        for constraint in table.foreign_key_constraints:
            names = [column.name for column in constraint.columns]
            assert names == ["organisation_id"] or names[0] == "organisation_id", (table.name, names)
