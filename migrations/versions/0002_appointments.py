"""appointments

Revision: 0002, after 0001.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

LATER = {"deferrable": True, "initially": "DEFERRED"}


def _fk(column: str, table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_appointment_organisation_id_{column}")
    target = [f"{table}.organisation_id", f"{table}.id"]
    return sa.ForeignKeyConstraint(["organisation_id", column], target, name=name, **LATER)


def upgrade() -> None:
    op.create_table(
        "appointment",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("episode_id", sa.Uuid(), nullable=False),
        sa.Column("therapist_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "booked",
                "cancelled",
                "kept",
                name="appointmentstatus",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=True),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("booked_by", sa.Uuid(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("minutes BETWEEN 5 AND 480", name=op.f("ck_appointment_minutes")),
        sa.CheckConstraint("(status = 'kept') = (visit_id IS NOT NULL)", name=op.f("ck_appointment_kept")),
        sa.CheckConstraint("status <> 'cancelled' OR reason <> ''", name=op.f("ck_appointment_reason")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_appointment_organisation_id")
        ),
        _fk("clinic_id", "clinic"),
        _fk("patient_id", "patient"),
        _fk("episode_id", "episode"),
        _fk("therapist_id", "account"),
        _fk("visit_id", "visit"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_appointment_organisation_id_id")),
    )
    op.create_index("ix_appointment_therapist", "appointment", ["therapist_id", "starts_at"])
    op.create_index("ix_appointment_patient", "appointment", ["patient_id", "starts_at"])
    op.create_index("ix_appointment_due", "appointment", ["status", "starts_at"])


def downgrade() -> None:
    op.drop_table("appointment")
