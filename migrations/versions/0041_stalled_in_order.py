"""Who stalls, along an index

Revision: 0041, after 0040.
"""

from __future__ import annotations

from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

NAME, TABLE = "ix_episode_standing_active", "episode_standing"


def upgrade() -> None:
    op.drop_index(NAME, TABLE)
    op.create_index(NAME, TABLE, ["clinic_id", "status", "active_on", "episode_id"])


def downgrade() -> None:
    op.drop_index(NAME, TABLE)
    op.create_index(NAME, TABLE, ["clinic_id", "status", "active_on"])
