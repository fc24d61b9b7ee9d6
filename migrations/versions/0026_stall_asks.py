"""what leads ask therapists about patients who stall

Revision: 0026, after 0025.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

KEYS = (
    ("episode_id", "episode"),
    ("patient_id", "patient"),
    ("asked_by", "account"),
    ("answered_by", "account"),
)


def upgrade() -> None:
    op.create_table(
        "stall_ask",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("episode_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column(
            "answer",
            sa.Enum(
                "call",
                "booked",
                "on_hold",
                "ending",
                name="stallanswer",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (answer IS NULL)", name=op.f("ck_stall_ask_answered")
        ),
        *(
            sa.ForeignKeyConstraint(
                ["organisation_id", column],
                [f"{table}.organisation_id", f"{table}.id"],
                name=op.f(f"fk_stall_ask_organisation_id_{column}"),
                initially="DEFERRED",
                deferrable=True,
            )
            for column, table in KEYS
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_stall_ask_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stall_ask")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_stall_ask_organisation_id_id")),
    )
    op.create_index("ix_stall_ask_episode", "stall_ask", ["episode_id", "asked_at"])


def downgrade() -> None:
    op.drop_index("ix_stall_ask_episode", "stall_ask")
    op.drop_table("stall_ask")
