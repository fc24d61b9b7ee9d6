"""The day on which the questions about yellow flags were asked last.

Revision: 0010, after 0009.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the day; until now a day was known only where some flag held."""
    op.add_column("episode", sa.Column("flags_asked_on", sa.Date(), nullable=True))
    op.execute(
        "UPDATE episode SET flags_asked_on = COALESCE("
        "(SELECT MAX(recorded_on) FROM yellow_flag WHERE yellow_flag.episode_id = episode.id), opened_on)"
    )


def downgrade() -> None:
    """Forget the day."""
    op.drop_column("episode", "flags_asked_on")
