"""Staff by name, without looking at the accounts of patients

Revision: 0042, after 0041.
"""

from __future__ import annotations

from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

NAME, TABLE = "ix_account_staff", "account"


def upgrade() -> None:
    op.create_index(NAME, TABLE, ["role", "name", "id"])


def downgrade() -> None:
    op.drop_index(NAME, TABLE)
