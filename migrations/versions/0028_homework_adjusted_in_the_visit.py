"""homework adjusted in the visit: how many entries, and why more than three

Revision: 0028, after 0027.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("visit", sa.Column("insist", sa.String(length=300), nullable=True))
    op.add_column("visit_homework", sa.Column("times", sa.Integer(), nullable=True))
    if _on_sqlite():
        op.execute("DROP TRIGGER keep_visit_update")
        _keep_visits()


def downgrade() -> None:
    if _on_sqlite():
        op.execute("DROP TRIGGER keep_visit_update")
    op.drop_column("visit_homework", "times")
    op.drop_column("visit", "insist")
    if _on_sqlite():
        _keep_visits()


def _on_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _keep_visits() -> None:
    columns = [column["name"] for column in sa.inspect(op.get_bind()).get_columns("visit")]
    free = {"status", "version"}
    same = " AND ".join(f'OLD."{name}" IS NEW."{name}"' for name in columns if name not in free)
    withdrawn = f"OLD.status = 'signed' AND NEW.status = 'entered_in_error' AND {same}"
    op.execute(
        "CREATE TRIGGER keep_visit_update BEFORE UPDATE ON visit "
        f"WHEN OLD.status <> 'draft' AND NOT ({withdrawn}) "
        "BEGIN SELECT RAISE(ABORT, 'a signed visit is never changed'); END"
    )
