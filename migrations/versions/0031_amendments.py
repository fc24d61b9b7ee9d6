"""corrections of the record that patients ask for

Revision: 0031, after 0030.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

KEYS = (
    ("patient_id", "patient"),
    ("asked_by", "account"),
    ("addendum_id", "addendum"),
    ("answered_by", "account"),
)


def upgrade() -> None:
    op.create_table(
        "amendment",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column(
            "answer",
            sa.Enum(
                "accepted",
                "declined",
                name="amendmentanswer",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("addendum_id", sa.Uuid(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(answered_at IS NULL) = (answer IS NULL)", name=op.f("ck_amendment_answered")),
        *(
            sa.ForeignKeyConstraint(
                ["organisation_id", column],
                [f"{table}.organisation_id", f"{table}.id"],
                name=op.f(f"fk_amendment_organisation_id_{column}"),
                initially="DEFERRED",
                deferrable=True,
            )
            for column, table in KEYS
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_amendment_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_amendment")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_amendment_organisation_id_id")),
    )
    op.create_index("ix_amendment_patient", "amendment", ["patient_id", "asked_at"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SELECT keep_apart('amendment')")


def downgrade() -> None:
    op.drop_index("ix_amendment_patient", "amendment")
    op.drop_table("amendment")
