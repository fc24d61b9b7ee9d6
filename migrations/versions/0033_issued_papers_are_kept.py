"""triggers that refuse to change or delete an issued paper

Revision: 0033, after 0032. A newer paper is a new row.
"""

from __future__ import annotations

from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

REFUSAL = "an issued paper is never changed"
ACTS = ("UPDATE", "DELETE")


def upgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    if not sqlite:
        op.execute(
            "CREATE FUNCTION keep_paper() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'restrict_violation'; END $$"
        )
    for act in ACTS:
        does = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END" if sqlite else "FOR EACH ROW EXECUTE FUNCTION keep_paper()"
        op.execute(f"CREATE TRIGGER keep_issued_paper_{act.lower()} BEFORE {act} ON issued_paper {does}")


def downgrade() -> None:
    on_table = "" if op.get_bind().dialect.name == "sqlite" else " ON issued_paper"
    for act in ACTS:
        op.execute(f"DROP TRIGGER keep_issued_paper_{act.lower()}{on_table}")
    if on_table:
        op.execute("DROP FUNCTION keep_paper()")
