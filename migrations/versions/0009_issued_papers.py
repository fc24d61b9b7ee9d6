"""issued papers

Revision: 0009, after 0008.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

LATER = {"deferrable": True, "initially": "DEFERRED"}


def _fk(column: str, table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_issued_paper_organisation_id_{column}")
    target = [f"{table}.organisation_id", f"{table}.id"]
    return sa.ForeignKeyConstraint(["organisation_id", column], target, name=name, **LATER)


def upgrade() -> None:
    op.create_table(
        "issued_paper",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("episode_id", sa.Uuid(), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "superbill",
                "discharge-packet",
                "progress-report",
                "summary",
                name="paperkind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("covers_from", sa.Date(), nullable=True),
        sa.Column("covers_to", sa.Date(), nullable=True),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("pdf_hash", sa.String(length=64), nullable=False),
        sa.Column("pdf", sa.LargeBinary(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_by", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(covers_from IS NULL) = (covers_to IS NULL)", name=op.f("ck_issued_paper_covers")),
        sa.CheckConstraint(
            "covers_from IS NULL OR covers_from <= covers_to", name=op.f("ck_issued_paper_covers_order")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_issued_paper_organisation_id")
        ),
        _fk("clinic_id", "clinic"),
        _fk("patient_id", "patient"),
        _fk("episode_id", "episode"),
        _fk("visit_id", "visit"),
        _fk("issued_by", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issued_paper")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_issued_paper_organisation_id_id")),
    )
    op.create_index("ix_issued_paper_patient", "issued_paper", ["patient_id", "issued_at"])
    op.create_index("ix_issued_paper_episode", "issued_paper", ["episode_id", "kind", "content_hash"])


def downgrade() -> None:
    op.drop_table("issued_paper")
