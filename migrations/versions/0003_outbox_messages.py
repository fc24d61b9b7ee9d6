"""outbox messages that several reminders share

Nothing wrote to the outbox before, so its table is made anew; reminders keep their rows.

Revision: 0003, after 0002.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

LATER = {"deferrable": True, "initially": "DEFERRED"}
STATUSES = ("waiting", "sending", "sent", "failed", "suppressed", "unknown")


def _json() -> sa.types.TypeEngine:
    return sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def _fk(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["organisation_id", column],
        [f"{target}.organisation_id", f"{target}.id"],
        name=op.f(f"fk_{table}_organisation_id_{column}"),
        **LATER,
    )


def _common() -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_outbox_message_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_message")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_outbox_message_organisation_id_id")),
        sa.UniqueConstraint(
            "organisation_id",
            "idempotency_key",
            name=op.f("uq_outbox_message_organisation_id_idempotency_key"),
        ),
    ]


def upgrade() -> None:
    op.drop_table("outbox_message")
    op.create_table(
        "outbox_message",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=True),
        sa.Column("patient_id", sa.Uuid(), nullable=True),
        sa.Column("idempotency_key", sa.String(length=120), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("recipient", sa.String(length=254), nullable=False),
        sa.Column("template", sa.String(length=60), nullable=False),
        sa.Column("template_version", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("variables", _json(), nullable=False),
        sa.Column("addresses", sa.Text(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(*STATUSES, name="messagestatus", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("outcome", sa.String(length=60), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=True),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        _fk("outbox_message", "clinic_id", "clinic"),
        _fk("outbox_message", "patient_id", "patient"),
        sa.CheckConstraint("(status = 'sending') = (leased_until IS NOT NULL)", name="lease"),
        *_common(),
    )
    op.create_index("ix_outbox_message_due", "outbox_message", ["status", "not_before"])
    op.create_index("ix_outbox_message_patient", "outbox_message", ["patient_id", "settled_at"])
    _upgrade_reminders()


def _upgrade_reminders() -> None:
    with op.batch_alter_table("reminder") as batch:
        batch.add_column(sa.Column("message_id", sa.Uuid(), nullable=True))
        batch.add_column(sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True))
    sqlite = op.get_bind().dialect.name == "sqlite"
    day_later = "strftime('%Y-%m-%d %H:%M:%S.000000', due_at, '+1 day')" if sqlite else "due_at + INTERVAL '1 day'"
    op.execute(f"UPDATE reminder SET expires_at = {day_later}")
    with op.batch_alter_table("reminder") as batch:
        batch.alter_column("expires_at", existing_type=sa.DateTime(timezone=True), nullable=False)
        batch.create_foreign_key(
            op.f("fk_reminder_organisation_id_message_id"),
            "outbox_message",
            ["organisation_id", "message_id"],
            ["organisation_id", "id"],
            **LATER,
        )
        batch.create_index("ix_reminder_message", ["message_id"])


def downgrade() -> None:
    with op.batch_alter_table("reminder") as batch:
        batch.drop_index("ix_reminder_message")
        batch.drop_constraint(op.f("fk_reminder_organisation_id_message_id"), type_="foreignkey")
        batch.drop_column("message_id")
        batch.drop_column("expires_at")
    op.drop_table("outbox_message")
    op.create_table(
        "outbox_message",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("reminder_id", sa.Uuid(), nullable=True),
        sa.Column("idempotency_key", sa.String(length=120), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("recipient", sa.String(length=254), nullable=False),
        sa.Column("template", sa.String(length=60), nullable=False),
        sa.Column("variables", _json(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=True),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        _fk("outbox_message", "reminder_id", "reminder"),
        *_common(),
    )
    op.create_index("ix_outbox_message_due", "outbox_message", ["status", "not_before"])
