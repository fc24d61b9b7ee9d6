"""a payer of whom nobody knows yet how they count units

Revision: 0034, after 0033.
"""

from __future__ import annotations

from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

BEFORE = "('cms_8min', 'ama_midpoint')"
AFTER = "('cms_8min', 'ama_midpoint', 'unknown')"


def rules(before: str, after: str) -> None:
    """Change which rules a payer can have.

    On SQLite the stored definition is edited, as its manual describes for CHECK constraints: the table cannot
    be copied and dropped, because others point at it.
    """
    bind = op.get_bind()
    if bind.dialect.name == "postgresql":
        op.drop_constraint(op.f("ck_payer_unit_rule"), "payer", type_="check")
        op.create_check_constraint(op.f("ck_payer_unit_rule"), "payer", f"unit_rule IN {after}")
        return
    version = bind.exec_driver_sql("PRAGMA schema_version").scalar()
    bind.exec_driver_sql("PRAGMA writable_schema = ON")
    changed = bind.exec_driver_sql(
        "UPDATE sqlite_schema SET sql = replace(sql, ?, ?) WHERE type = 'table' AND name = 'payer' AND instr(sql, ?)",
        (f"unit_rule IN {before}", f"unit_rule IN {after}", f"unit_rule IN {before}"),
    ).rowcount
    bind.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    bind.exec_driver_sql("PRAGMA writable_schema = OFF")
    if changed != 1:
        raise RuntimeError("the table of payers does not look as expected")


def upgrade() -> None:
    rules(BEFORE, AFTER)


def downgrade() -> None:
    op.execute("UPDATE payer SET unit_rule = 'ama_midpoint' WHERE unit_rule = 'unknown'")
    rules(AFTER, BEFORE)
