"""Counts of the way through the curriculum and of the days between sections

Revision: 0047, after 0046. Episodes are counted so at the next start, or at once by `rebuild-progress`.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
BEFORE = ("episode", "section", "active", "entry", "task")
AFTER = (*BEFORE, "way", "wait")
PLACE = ("clinic_id", "therapist_id", "measured", "status", "day", "section", "letter", "what")
UNIQUE = "uq_completion_count_place"


def upgrade() -> None:
    op.add_column("episode_standing", sa.Column("waits", JSON, nullable=True))
    _of_therapist("therapist_id", "clinic_id", "status", "revisit")
    for table in ("completion_change", "completion_count"):
        op.add_column(table, sa.Column("days", sa.Integer(), nullable=False, server_default="0"))
        _kinds(table, AFTER, (*PLACE, "days", "payer_id"))


def downgrade() -> None:
    for table in ("completion_change", "completion_count"):
        op.execute(sa.text(f"DELETE FROM {table} WHERE measured IN ('way', 'wait')"))
        _kinds(table, BEFORE, (*PLACE, "payer_id"))
        op.drop_column(table, "days")
    _of_therapist("therapist_id", "status", "revisit")
    op.drop_column("episode_standing", "waits")


def _of_therapist(*columns: str) -> None:
    """With the clinic in it the index is narrower than those of clinics, so SQLite takes it."""
    op.drop_index("ix_episode_standing_therapist", "episode_standing")
    op.create_index("ix_episode_standing_therapist", "episode_standing", list(columns))


def _kinds(table: str, measured: tuple[str, ...], place: tuple[str, ...]) -> None:
    """What may be counted, and by what a count is found."""
    with op.batch_alter_table(table) as batch:
        batch.drop_constraint(op.f(f"ck_{table}_measured"), type_="check")
        batch.create_check_constraint(op.f(f"ck_{table}_measured"), f"measured IN {measured}")
        if table == "completion_count":
            batch.drop_constraint(UNIQUE, type_="unique")
            batch.create_unique_constraint(UNIQUE, list(place))
