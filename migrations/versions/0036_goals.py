"""goals of clinics, and their figures month by month

Revision: 0036, after 0035.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

FIGURES = ("open", "taught", "understood", "complete", "counted", "stalled", "expected", "done")


def _key(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["organisation_id", column],
        [f"{to}.organisation_id", f"{to}.id"],
        name=op.f(f"fk_{table}_organisation_id_{column}"),
        initially="DEFERRED",
        deferrable=True,
    )


def _own(table: str) -> tuple[sa.Constraint, ...]:
    return (
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f(f"fk_{table}_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f(f"uq_{table}_organisation_id_id")),
    )


def upgrade() -> None:
    op.create_table(
        "clinic_goal",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column(
            "measure",
            sa.Enum(
                "understood",
                "completion",
                "adherence",
                "stalled",
                name="measure",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("target", sa.Integer(), nullable=True),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_by", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("target BETWEEN 1 AND 100", name=op.f("ck_clinic_goal_target")),
        _key("clinic_goal", "clinic_id", "clinic"),
        _key("clinic_goal", "set_by", "account"),
        *_own("clinic_goal"),
    )
    op.create_index("ix_clinic_goal_clinic", "clinic_goal", ["clinic_id", "id"])
    op.create_table(
        "completion_month",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("kept_on", sa.Date(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in FIGURES),
        sa.Column("id", sa.Uuid(), nullable=False),
        _key("completion_month", "clinic_id", "clinic"),
        *_own("completion_month"),
        sa.UniqueConstraint("clinic_id", "month", name=op.f("uq_completion_month_clinic_id_month")),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SELECT keep_apart('clinic_goal')")
        op.execute("SELECT keep_apart('completion_month')")


def downgrade() -> None:
    op.drop_table("completion_month")
    op.drop_table("clinic_goal")
