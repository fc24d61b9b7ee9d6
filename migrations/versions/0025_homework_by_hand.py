"""homework by hand, entries from paper, entries that were moved

Revision: 0025, after 0024.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

KEYS = (
    ("entry_id", "entry"),
    ("patient_id", "patient"),
    ("from_homework_id", "homework"),
    ("to_homework_id", "homework"),
    ("moved_by", "account"),
)


def upgrade() -> None:
    op.add_column("homework", sa.Column("insisted_because", sa.String(length=300), nullable=True))
    op.add_column(
        "entry", sa.Column("from_paper", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.create_table(
        "entry_move",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("from_homework_id", sa.Uuid(), nullable=False),
        sa.Column("from_occurrence", sa.Integer(), nullable=False),
        sa.Column("to_homework_id", sa.Uuid(), nullable=False),
        sa.Column("to_occurrence", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("moved_by", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                ["organisation_id", column],
                [f"{table}.organisation_id", f"{table}.id"],
                name=op.f(f"fk_entry_move_organisation_id_{column}"),
                initially="DEFERRED",
                deferrable=True,
            )
            for column, table in KEYS
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_entry_move_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry_move")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_entry_move_organisation_id_id")),
    )
    op.create_index("ix_entry_move_entry", "entry_move", ["entry_id", "at"])


def downgrade() -> None:
    op.drop_index("ix_entry_move_entry", "entry_move")
    op.drop_table("entry_move")
    op.drop_column("entry", "from_paper")
    op.drop_column("homework", "insisted_because")
