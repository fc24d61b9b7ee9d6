"""the gist of each episode's evidence, and yellow flags found by episode

Revision: 0046, after 0045.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

TABLE = "episode_gist"
JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")


def _key(column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["organisation_id", column],
        [f"{to}.organisation_id", f"{to}.id"],
        name=op.f(f"fk_{TABLE}_organisation_id_{column}"),
        initially="DEFERRED",
        deferrable=True,
    )


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("episode_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("visited_on", sa.Date(), nullable=True),
        sa.Column("news_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("gist", JSON, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        _key("episode_id", "episode"),
        _key("patient_id", "patient"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f(f"fk_{TABLE}_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
        sa.UniqueConstraint("episode_id", name=op.f(f"uq_{TABLE}_episode_id")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f(f"uq_{TABLE}_organisation_id_id")),
    )
    op.create_index("ix_yellow_flag_episode", "yellow_flag", ["episode_id"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"SELECT keep_apart('{TABLE}')")


def downgrade() -> None:
    op.drop_index("ix_yellow_flag_episode", "yellow_flag")
    op.drop_table(TABLE)
