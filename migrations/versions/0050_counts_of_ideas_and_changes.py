"""What checks say of ideas and how measures changed is counted as it comes

Revision: 0050, after 0049. Episodes are counted so at the next start, or at once by `rebuild-progress`.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
BEFORE = (
    *("episode", "section", "active", "entry", "task", "way", "wait", "visit", "line", "unit", "minute"),
    *("choice", "suggested", "passed", "received"),
)
ADDED = ("idea", "change")
KEPT = ("ideas", "changes")


def upgrade() -> None:
    for name in KEPT:
        op.add_column("episode_standing", sa.Column(name, JSON, nullable=True))
    _measure((*BEFORE, *ADDED), 36, 60)


def downgrade() -> None:
    for table in ("completion_change", "completion_count"):
        op.execute(f"DELETE FROM {table} WHERE measured IN {ADDED}")
    _measure(BEFORE, 60, 36)
    for name in KEPT:
        op.drop_column("episode_standing", name)


def _measure(measured: tuple[str, ...], before: int, after: int) -> None:
    """Say what may be measured, and how long the name of what is counted may be: that of a concept."""
    for table in ("completion_change", "completion_count"):
        name = op.f(f"ck_{table}_measured")
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(name, type_="check")
            batch.create_check_constraint(name, f"measured IN {measured}")
            batch.alter_column(
                "what",
                existing_type=sa.String(before),
                type_=sa.String(after),
                existing_nullable=False,
            )
