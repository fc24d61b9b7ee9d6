"""an index of the reminders that are still open, so that a beat costs what is due

Revision: 0017, after 0016.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

OPEN = sa.text("settled_at IS NULL AND message_id IS NULL")


def upgrade() -> None:
    op.drop_index("ix_reminder_due", table_name="reminder")
    op.create_index("ix_reminder_open", "reminder", ["due_at"], sqlite_where=OPEN, postgresql_where=OPEN)


def downgrade() -> None:
    op.drop_index("ix_reminder_open", table_name="reminder")
    op.create_index("ix_reminder_due", "reminder", ["status", "due_at"])
