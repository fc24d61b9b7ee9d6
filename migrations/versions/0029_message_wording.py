"""a clinic's own words for the messages that remind

Revision: 0029, after 0028.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

LATER = {"initially": "DEFERRED", "deferrable": True}


def upgrade() -> None:
    op.create_table(
        "message_wording",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("template", sa.String(length=60), nullable=False),
        sa.Column("texts", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                ["organisation_id", column],
                [f"{table}.organisation_id", f"{table}.id"],
                name=op.f(f"fk_message_wording_organisation_id_{column}"),
                **LATER,
            )
            for column, table in (("clinic_id", "clinic"), ("changed_by", "account"))
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_message_wording_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_wording")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_message_wording_organisation_id_id")),
    )
    op.create_index("ix_message_wording_clinic", "message_wording", ["clinic_id", "template", "id"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SELECT keep_apart('message_wording')")
    with op.batch_alter_table("outbox_message") as batch:
        batch.add_column(sa.Column("wording_id", sa.Uuid(), nullable=True))
        batch.create_foreign_key(
            op.f("fk_outbox_message_organisation_id_wording_id"),
            "message_wording",
            ["organisation_id", "wording_id"],
            ["organisation_id", "id"],
            **LATER,
        )


def downgrade() -> None:
    with op.batch_alter_table("outbox_message") as batch:
        batch.drop_constraint(op.f("fk_outbox_message_organisation_id_wording_id"), type_="foreignkey")
        batch.drop_column("wording_id")
    op.drop_index("ix_message_wording_clinic", "message_wording")
    op.drop_table("message_wording")
