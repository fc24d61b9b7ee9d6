"""barriers

Revision: 0004, after 0003.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "barrier",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("homework_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column(
            "reason",
            sa.Enum(
                "time",
                "pain",
                "forgot",
                "not_clear",
                "no_use",
                name="barrierreason",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_by", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                ["organisation_id", column],
                [f"{table}.organisation_id", f"{table}.id"],
                name=op.f(f"fk_barrier_organisation_id_{column}"),
                initially="DEFERRED",
                deferrable=True,
            )
            for column, table in (
                ("homework_id", "homework"),
                ("patient_id", "patient"),
                ("told_by", "account"),
            )
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_barrier_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_barrier")),
        sa.UniqueConstraint("homework_id", "reason", name=op.f("uq_barrier_homework_id_reason")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_barrier_organisation_id_id")),
    )
    op.create_index("ix_barrier_patient", "barrier", ["patient_id", "at"])
    op.create_index("ix_barrier_day", "barrier", ["organisation_id", "on_date"])


def downgrade() -> None:
    op.drop_index("ix_barrier_day", "barrier")
    op.drop_index("ix_barrier_patient", "barrier")
    op.drop_table("barrier")
