"""What the planner suggested when a visit began, and what the therapist took.

Revision: 0015, after 0014.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def _fk(column: str, table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["organisation_id", column],
        [f"{table}.organisation_id", f"{table}.id"],
        name=op.f(f"fk_section_choice_organisation_id_{column}"),
        deferrable=True,
        initially="DEFERRED",
    )


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "section_choice",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("episode_id", sa.Uuid(), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("suggested", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(length=20), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("taken", sa.Integer(), nullable=True),
        sa.Column("followed", sa.Boolean(), nullable=False),
        sa.Column("why", sa.String(length=20), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("chosen_by", sa.Uuid(), nullable=False),
        _fk("clinic_id", "clinic"),
        _fk("patient_id", "patient"),
        _fk("episode_id", "episode"),
        _fk("visit_id", "visit"),
        _fk("chosen_by", "account"),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_section_choice_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_section_choice")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_section_choice_organisation_id_id")),
        sa.UniqueConstraint("visit_id", name=op.f("uq_section_choice_visit_id")),
    )
    op.create_index("ix_section_choice_clinic", "section_choice", ["clinic_id", "on_date"])


def downgrade() -> None:
    """Forget the choices."""
    op.drop_table("section_choice")
