"""The lists of completion by payer, along indices

Revision: 0044, after 0043.
"""

from __future__ import annotations

from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

TABLE = "episode_standing"
INDICES = {"ix_episode_standing_payer": "revisit", "ix_episode_standing_payer_active": "active_on"}


def upgrade() -> None:
    for name, order in INDICES.items():
        op.create_index(name, TABLE, ["clinic_id", "status", "payer_id", order, "episode_id"])


def downgrade() -> None:
    for name in INDICES:
        op.drop_index(name, TABLE)
