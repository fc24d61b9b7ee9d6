"""records opened outside the care team

Revision: 0039, after 0038.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

KEYS = (
    ("clinic_id", "clinic"),
    ("patient_id", "patient"),
    ("account_id", "account"),
    ("seen_by", "account"),
)


def upgrade() -> None:
    op.create_table(
        "break_glass",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column(
            "reason",
            sa.Enum(
                "covering",
                "safety",
                "asked",
                "other",
                name="glassreason",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_by", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("until > opened_at", name=op.f("ck_break_glass_ends")),
        sa.CheckConstraint("(seen_at IS NULL) = (seen_by IS NULL)", name=op.f("ck_break_glass_seen")),
        *(
            sa.ForeignKeyConstraint(
                ["organisation_id", column],
                [f"{table}.organisation_id", f"{table}.id"],
                name=op.f(f"fk_break_glass_organisation_id_{column}"),
                initially="DEFERRED",
                deferrable=True,
            )
            for column, table in KEYS
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_break_glass_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_break_glass")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_break_glass_organisation_id_id")),
    )
    op.create_index("ix_break_glass_account", "break_glass", ["account_id", "until"])
    op.create_index("ix_break_glass_patient", "break_glass", ["patient_id", "opened_at"])
    op.create_index("ix_break_glass_clinic", "break_glass", ["clinic_id", "seen_at"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SELECT keep_apart('break_glass')")


def downgrade() -> None:
    for name in ("clinic", "patient", "account"):
        op.drop_index(f"ix_break_glass_{name}", "break_glass")
    op.drop_table("break_glass")
