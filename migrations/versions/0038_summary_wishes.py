"""who wants the monthly summary by mail

Revision: 0038, after 0037.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "summary_wish",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("wanted", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "account_id"],
            ["account.organisation_id", "account.id"],
            name=op.f("fk_summary_wish_organisation_id_account_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_summary_wish_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_summary_wish")),
        sa.UniqueConstraint("account_id", name=op.f("uq_summary_wish_account_id")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_summary_wish_organisation_id_id")),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SELECT keep_apart('summary_wish')")


def downgrade() -> None:
    op.drop_table("summary_wish")
