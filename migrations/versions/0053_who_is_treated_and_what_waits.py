"""a patient says whether an episode was ever opened; homework that waits is found along an index of its own

Revision: 0053, after 0052.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None

UNSETTLED = sa.text("closed_as IS NULL AND (done_on IS NULL OR reviewed_on IS NULL)")
UNTREATED = sa.column("untreated", sa.Boolean).is_(True)


def upgrade() -> None:
    op.add_column("patient", sa.Column("untreated", sa.Boolean(), nullable=False, server_default=sa.true()))
    patient, episode = sa.table("patient", sa.column("id"), sa.column("untreated")), sa.table("episode", sa.column("patient_id"))
    treated = sa.select(episode.c.patient_id).where(episode.c.patient_id == patient.c.id)
    op.execute(patient.update().where(treated.exists()).values(untreated=sa.false()))
    _partial("ix_patient_untreated", "patient", ["clinic_id"], UNTREATED)
    _partial("ix_homework_unsettled", "homework", ["due_on", "id"], UNSETTLED)


def downgrade() -> None:
    op.drop_index("ix_homework_unsettled", "homework")
    op.drop_index("ix_patient_untreated", "patient")
    op.drop_column("patient", "untreated")


def _partial(name: str, table: str, columns: list[str], where: sa.ColumnElement[bool] | sa.TextClause) -> None:
    op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)
