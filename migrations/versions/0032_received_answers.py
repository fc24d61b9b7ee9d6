"""what patients say they received

Revision: 0032, after 0031.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

KEYS = (("episode_id", "episode"), ("patient_id", "patient"))


def upgrade() -> None:
    op.create_table(
        "received_answer",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("episode_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column(
            "answer",
            sa.Enum(
                "yes",
                "not_sure",
                "no",
                "closed",
                name="received",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                ["organisation_id", column],
                [f"{table}.organisation_id", f"{table}.id"],
                name=op.f(f"fk_received_answer_organisation_id_{column}"),
                initially="DEFERRED",
                deferrable=True,
            )
            for column, table in KEYS
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_received_answer_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_received_answer")),
        sa.UniqueConstraint("episode_id", name=op.f("uq_received_answer_episode_id")),
        sa.UniqueConstraint(
            "organisation_id", "id", name=op.f("uq_received_answer_organisation_id_id")
        ),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SELECT keep_apart('received_answer')")


def downgrade() -> None:
    op.drop_table("received_answer")
