"""visits: ready for signature, the note as typed, outcome ratings, what a withdrawal did; amounts allowed elsewhere

Revision: 0019, after 0018.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
LATER = {"deferrable": True, "initially": "DEFERRED"}


def _fk(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_organisation_id_{column}")
    return sa.ForeignKeyConstraint(
        ["organisation_id", column], [f"{target}.organisation_id", f"{target}.id"], name=name, **LATER
    )


def _owned(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f(f"fk_{table}_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f(f"uq_{table}_organisation_id_id")),
    )


def upgrade() -> None:
    op.add_column("visit", sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("visit", sa.Column("ready_by", sa.Uuid(), nullable=True))
    op.add_column("visit", sa.Column("note_typed", sa.Text(), nullable=True))
    op.add_column("visit", sa.Column("note_basis", sa.String(length=64), nullable=True))
    op.add_column("addendum", sa.Column("effects", JSON, nullable=True))
    op.create_table(
        "visit_score",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("measure", sa.String(length=30), nullable=False),
        sa.Column("measure_version", sa.String(length=30), nullable=False),
        sa.Column("ratings", JSON, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        _fk("visit_score", "visit_id", "visit"),
        sa.UniqueConstraint("visit_id", "measure", name=op.f("uq_visit_score_visit_id_measure")),
        *_owned("visit_score"),
    )
    op.create_table(
        "allowed_elsewhere",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column(
            "discipline",
            sa.Enum("PT", "OT", name="discipline", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("cents", sa.Integer(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("cents >= 0", name=op.f("ck_allowed_elsewhere_cents")),
        _fk("allowed_elsewhere", "patient_id", "patient"),
        _fk("allowed_elsewhere", "entered_by", "account"),
        *_owned("allowed_elsewhere"),
    )
    op.create_index("ix_allowed_elsewhere_patient", "allowed_elsewhere", ["patient_id", "year", "discipline"])


def downgrade() -> None:
    op.drop_table("allowed_elsewhere")
    op.drop_table("visit_score")
    op.drop_column("addendum", "effects")
    for column in ("note_basis", "note_typed", "ready_by", "ready_at"):
        op.drop_column("visit", column)
