"""messages, and the instant homework was read

Revision: 0018, after 0017.
"""

from __future__ import annotations

import datetime as dt
import uuid

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

KINDS = ("comment", "question", "reply", "call_request")
KEYS = (
    ("patient_id", "patient"),
    ("homework_id", "homework"),
    ("written_by", "account"),
    ("read_by", "account"),
    ("answers_id", "message"),
)


def upgrade() -> None:
    op.create_table(
        "message",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("homework_id", sa.Uuid(), nullable=True),
        sa.Column("occurrence", sa.Integer(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(*KINDS, name="messagekind", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("written_by", sa.Uuid(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_by", sa.Uuid(), nullable=True),
        sa.Column("answers_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                ["organisation_id", column],
                [f"{table}.organisation_id", f"{table}.id"],
                name=op.f(f"fk_message_organisation_id_{column}"),
                initially="DEFERRED",
                deferrable=True,
            )
            for column, table in KEYS
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_message_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_message_organisation_id_id")),
    )
    op.create_index("ix_message_patient", "message", ["patient_id", "written_at"])
    op.add_column("homework", sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True))
    _keep_replies()


def _keep_replies() -> None:
    """What therapists answered until now becomes comments, at noon of the day of the review."""
    homework = sa.table(
        "homework",
        *(sa.column(name, sa.Uuid()) for name in ("id", "organisation_id", "patient_id", "reviewed_by")),
        sa.column("reviewed_on", sa.Date()),
        sa.column("reply", sa.String()),
    )
    message = sa.table(
        "message",
        *(
            sa.column(name, sa.Uuid())
            for name in ("id", "organisation_id", "patient_id", "homework_id", "written_by")
        ),
        sa.column("kind", sa.String()),
        sa.column("text", sa.Text()),
        sa.column("written_at", sa.DateTime(timezone=True)),
    )
    connection = op.get_bind()
    rows = connection.execute(
        sa.select(homework).where(
            homework.c.reply.is_not(None), homework.c.reply != "", homework.c.reviewed_by.is_not(None)
        )
    ).all()
    for row in rows:
        connection.execute(
            message.insert().values(
                id=uuid.uuid4(),
                organisation_id=row.organisation_id,
                patient_id=row.patient_id,
                homework_id=row.id,
                written_by=row.reviewed_by,
                kind="comment",
                text=row.reply,
                written_at=dt.datetime.combine(row.reviewed_on, dt.time(12), dt.UTC),
            )
        )


def downgrade() -> None:
    with op.batch_alter_table("homework") as batch:
        batch.drop_column("reviewed_at")
    op.drop_index("ix_message_patient", "message")
    op.drop_table("message")
