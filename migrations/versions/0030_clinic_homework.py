"""homework templates of a clinic

Revision: 0030, after 0029.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

KEYS = (("clinic_id", "clinic"), ("changed_by", "account"))


def upgrade() -> None:
    op.create_table(
        "clinic_homework",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("pack", sa.String(length=60), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("title_en", sa.String(length=80), nullable=False),
        sa.Column("title_es", sa.String(length=80), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("text_es", sa.Text(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("offered", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                ["organisation_id", column],
                [f"{table}.organisation_id", f"{table}.id"],
                name=op.f(f"fk_clinic_homework_organisation_id_{column}"),
                initially="DEFERRED",
                deferrable=True,
            )
            for column, table in KEYS
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_clinic_homework_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clinic_homework")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_clinic_homework_organisation_id_id")),
    )
    op.create_index("ix_clinic_homework_clinic", "clinic_homework", ["clinic_id", "pack", "id"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SELECT keep_apart('clinic_homework')")


def downgrade() -> None:
    op.drop_index("ix_clinic_homework_clinic", "clinic_homework")
    op.drop_table("clinic_homework")
