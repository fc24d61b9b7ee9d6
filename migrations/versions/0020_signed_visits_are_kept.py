"""triggers that refuse to change or delete a signed visit, what belongs to it, and its billing lines

Revision: 0020, after 0019. The one change allowed is from signed to entered in error.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

PARTS = ("treatment", "visit_section", "visit_homework", "visit_score", "outcome_score")
"""Kept once their visit is signed."""
FROZEN = ("billing_line", "addendum")
"""Kept from the moment they are written."""
FREE = {"status", "version"}
"""The columns of a visit that change when it is entered in error."""
REFUSAL = "a signed visit is never changed"


def upgrade() -> None:
    bind = op.get_bind()
    if bind.dialect.name == "sqlite":
        _sqlite([column["name"] for column in sa.inspect(bind).get_columns("visit")])
    else:
        _postgresql()


def _sqlite(columns: list[str]) -> None:
    same = " AND ".join(f'OLD."{name}" IS NEW."{name}"' for name in columns if name not in FREE)
    withdrawn = f"OLD.status = 'signed' AND NEW.status = 'entered_in_error' AND {same}"
    _trigger("visit", "UPDATE", f"OLD.status <> 'draft' AND NOT ({withdrawn})")
    _trigger("visit", "DELETE", "OLD.status <> 'draft'")
    signed = "EXISTS (SELECT 1 FROM visit WHERE visit.id IN ({ids}) AND visit.status <> 'draft')"
    for table in PARTS:
        _trigger(table, "UPDATE", signed.format(ids="OLD.visit_id, NEW.visit_id"))
        _trigger(table, "DELETE", signed.format(ids="OLD.visit_id"))
    for table in FROZEN:
        _trigger(table, "UPDATE", "1")
        _trigger(table, "DELETE", "1")


def _trigger(table: str, act: str, when: str) -> None:
    op.execute(
        f"CREATE TRIGGER keep_{table}_{act.lower()} BEFORE {act} ON {table} WHEN {when} "
        f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    )


def _postgresql() -> None:
    refuse = f"RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'restrict_violation';"
    _function(
        "keep_visit",
        f"""
        IF OLD.status <> 'draft' THEN
          IF TG_OP = 'DELETE' THEN {refuse} END IF;
          IF NOT (OLD.status = 'signed' AND NEW.status = 'entered_in_error'
                  AND to_jsonb(OLD) - 'status' - 'version' = to_jsonb(NEW) - 'status' - 'version') THEN
            {refuse}
          END IF;
        END IF;
        """,
    )
    _function(
        "keep_visit_part",
        f"""
        IF EXISTS (SELECT 1 FROM visit WHERE visit.id = OLD.visit_id AND visit.status <> 'draft') THEN
          {refuse}
        END IF;
        IF TG_OP = 'UPDATE' THEN
          IF EXISTS (SELECT 1 FROM visit WHERE visit.id = NEW.visit_id AND visit.status <> 'draft') THEN
            {refuse}
          END IF;
        END IF;
        """,
    )
    _function("keep_always", refuse)
    for table, function in (
        ("visit", "keep_visit"),
        *((table, "keep_visit_part") for table in PARTS),
        *((table, "keep_always") for table in FROZEN),
    ):
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER keep_{table}_{act.lower()} BEFORE {act} ON {table} "
                f"FOR EACH ROW EXECUTE FUNCTION {function}()"
            )


def _function(name: str, body: str) -> None:
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} "
        "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$"
    )


def downgrade() -> None:
    on_table = "" if op.get_bind().dialect.name == "sqlite" else " ON {table}"
    for table in ("visit", *PARTS, *FROZEN):
        for act in ("update", "delete"):
            op.execute(f"DROP TRIGGER keep_{table}_{act}{on_table.format(table=table)}")
    if on_table:
        for name in ("keep_visit", "keep_visit_part", "keep_always"):
            op.execute(f"DROP FUNCTION {name}()")
