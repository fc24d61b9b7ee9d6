"""The version of its pack that each clinic begins with, and episodes moved to another one.

Revision: 0024, after 0023.
"""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def _owned(table: str, *keys: tuple[str, str]) -> list:
    return [
        *(
            sa.ForeignKeyConstraint(
                ["organisation_id", column],
                [f"{target}.organisation_id", f"{target}.id"],
                name=op.f(f"fk_{table}_organisation_id_{column}"),
                deferrable=True,
                initially="DEFERRED",
            )
            for column, target in keys
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f(f"fk_{table}_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f(f"uq_{table}_organisation_id_id")),
    ]


def upgrade() -> None:
    """Add both tables."""
    op.create_table(
        "pack_choice",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("pack_version_id", sa.Uuid(), nullable=False),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("chosen_by", sa.Uuid(), nullable=True),
        *_owned("pack_choice", ("clinic_id", "clinic"), ("pack_version_id", "pack_version")),
    )
    op.create_index("ix_pack_choice_clinic", "pack_choice", ["clinic_id", "id"])
    json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    op.create_table(
        "episode_move",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("episode_id", sa.Uuid(), nullable=False),
        sa.Column("from_version_id", sa.Uuid(), nullable=False),
        sa.Column("to_version_id", sa.Uuid(), nullable=False),
        sa.Column("numbers", json, nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("moved_by", sa.Uuid(), nullable=False),
        *_owned(
            "episode_move",
            ("episode_id", "episode"),
            ("from_version_id", "pack_version"),
            ("to_version_id", "pack_version"),
            ("moved_by", "account"),
        ),
    )
    op.create_index("ix_episode_move_episode", "episode_move", ["episode_id", "moved_at"])


def downgrade() -> None:
    """Forget both."""
    op.drop_table("episode_move")
    op.drop_table("pack_choice")
