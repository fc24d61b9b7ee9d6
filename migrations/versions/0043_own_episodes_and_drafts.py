"""the own episodes of a clinician and the open drafts are found by an index

Revision: 0043, after 0042.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

DRAFT = sa.text("status = 'draft'")


def upgrade() -> None:
    op.create_index("ix_episode_therapist", "episode", ["therapist_id", "status"])
    op.create_index("ix_visit_draft", "visit", ["on_date"], sqlite_where=DRAFT, postgresql_where=DRAFT)


def downgrade() -> None:
    op.drop_index("ix_visit_draft", "visit")
    op.drop_index("ix_episode_therapist", "episode")
