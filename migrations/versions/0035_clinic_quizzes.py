"""quizzes of a clinic's own, and how many questions stand behind a check

Revision: 0035, after 0034.
"""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
QUIZ_KEYS = {"clinic_id": "clinic", "loaded_by": "account"}
USE_KEYS = {"clinic_id": "clinic", "quiz_id": "clinic_quiz", "changed_by": "account"}


def upgrade() -> None:
    op.create_table(
        "clinic_quiz",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("pack", sa.String(length=60), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("loaded_by", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        *_owned("clinic_quiz", QUIZ_KEYS),
        sa.UniqueConstraint(
            *("clinic_id", "pack", "key", "content_hash"), name=op.f("uq_clinic_quiz_clinic_id_pack_key_content_hash")
        ),
    )
    op.create_table(
        "clinic_quiz_use",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("pack", sa.String(length=60), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("quiz_id", sa.Uuid(), nullable=False),
        sa.Column("first_visit", sa.Boolean(), nullable=False),
        sa.Column("homework", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *_owned("clinic_quiz_use", USE_KEYS),
    )
    op.create_index("ix_clinic_quiz_use_clinic", "clinic_quiz_use", ["clinic_id", "pack", "id"])
    op.add_column("section_check", sa.Column("questions", sa.Integer(), nullable=True))
    op.add_column("section_check", sa.Column("asked", JSON, nullable=True))
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SELECT keep_apart('clinic_quiz')")
        op.execute("SELECT keep_apart('clinic_quiz_use')")


def downgrade() -> None:
    op.drop_column("section_check", "asked")
    op.drop_column("section_check", "questions")
    op.drop_index("ix_clinic_quiz_use_clinic", "clinic_quiz_use")
    op.drop_table("clinic_quiz_use")
    op.drop_table("clinic_quiz")


def _owned(table: str, keys: Mapping[str, str]) -> tuple[sa.Constraint, ...]:
    """The keys of a table of an organisation."""
    return (
        *(
            sa.ForeignKeyConstraint(
                ["organisation_id", column],
                [f"{other}.organisation_id", f"{other}.id"],
                name=op.f(f"fk_{table}_organisation_id_{column}"),
                initially="DEFERRED",
                deferrable=True,
            )
            for column, other in keys.items()
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f(f"fk_{table}_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f(f"uq_{table}_organisation_id_id")),
    )
