"""reminding messages that went are counted by the beat

Revision: 0051, after 0050. The messages of before are counted at the next start.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

TABLE = "message_standing"
BEFORE = (
    *("episode", "section", "active", "entry", "task", "way", "wait", "visit", "line", "unit", "minute"),
    *("choice", "suggested", "passed", "received", "idea", "change"),
)
ADDED = ("sent", "reason")
UNCOUNTED = sa.text(
    "message_id IS NOT NULL AND (counted IS NULL OR counted != (status IN ('sent', 'delivered')))"
)
INDICES = {
    "episode": ["episode_id", "day"],
    "reason": ["clinic_id", "status", "reason", "day"],
    "hour": ["clinic_id", "status", "hour", "day"],
    "channel": ["clinic_id", "status", "channel", "day"],
}


def upgrade() -> None:
    _measure((*BEFORE, *ADDED))
    op.add_column("reminder", sa.Column("counted", sa.Boolean(), nullable=True, server_default=sa.false()))
    op.create_index(
        "ix_reminder_uncounted",
        "reminder",
        ["settled_at"],
        sqlite_where=UNCOUNTED,
        postgresql_where=UNCOUNTED,
    )
    op.create_table(
        TABLE,
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("episode_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("payer_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(24), nullable=False),
        sa.Column("reason", sa.String(36), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(10), nullable=False),
        sa.Column("is_first", sa.Boolean(), nullable=False),
        sa.Column("worked", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "message_id"],
            ["outbox_message.organisation_id", "outbox_message.id"],
            name=op.f(f"fk_{TABLE}_organisation_id_message_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f(f"fk_{TABLE}_organisation_id")
        ),
        sa.CheckConstraint(
            "status IN ('open', 'on_hold', 'discharged')", name=op.f(f"ck_{TABLE}_episodestatus")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
        sa.UniqueConstraint("message_id", "reason", name=op.f(f"uq_{TABLE}_message_id_reason")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f(f"uq_{TABLE}_organisation_id_id")),
    )
    for name, columns in INDICES.items():
        op.create_index(f"ix_{TABLE}_{name}", TABLE, columns)
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"SELECT keep_apart('{TABLE}')")


def downgrade() -> None:
    op.drop_table(TABLE)
    op.drop_index("ix_reminder_uncounted", "reminder")
    op.drop_column("reminder", "counted")
    for table in ("completion_change", "completion_count"):
        op.execute(f"DELETE FROM {table} WHERE measured IN {ADDED}")
    _measure(BEFORE)


def _measure(measured: tuple[str, ...]) -> None:
    """Say what may be measured."""
    for table in ("completion_change", "completion_count"):
        name = op.f(f"ck_{table}_measured")
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(name, type_="check")
            batch.create_check_constraint(name, f"measured IN {measured}")
