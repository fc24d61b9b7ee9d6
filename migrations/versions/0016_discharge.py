"""why an episode was discharged

Revision: 0016, after 0015.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("episode", sa.Column("end_reason", sa.String(length=24), nullable=True))
    op.add_column("episode", sa.Column("end_result", sa.String(length=24), nullable=True))
    op.add_column("episode", sa.Column("end_words", sa.String(length=500), nullable=False, server_default=""))


def downgrade() -> None:
    for name in ("end_words", "end_result", "end_reason"):
        op.drop_column("episode", name)
