"""expected entries by section and kind of homework are counted as they come

Revision: 0045, after 0044.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

BEFORE = "('episode', 'section', 'active', 'entry')"
AFTER = "('episode', 'section', 'active', 'entry', 'task')"
KEY = ["clinic_id", "therapist_id", "measured", "status", "day", "section", "letter"]
ITEM = (
    sa.Column("clinic_id", sa.Uuid(), nullable=True),
    sa.Column("section", sa.Integer(), nullable=True),
    sa.Column("kind", sa.String(24), nullable=True),
    sa.Column("last_on", sa.Date(), nullable=True),
)
DAYS = {
    "sqlite": ("json_each(homework_standing.days)", "json_extract(value, '$[{}]')"),
    "postgresql": ("jsonb_array_elements(homework_standing.days)", "(value ->> {})"),
}


def upgrade() -> None:
    _count_what(AFTER)
    for column in ITEM:
        op.add_column("homework_standing", sa.Column(column.name, column.type, nullable=True))
    _fill_items()
    with op.batch_alter_table("homework_standing") as batch:
        for column in ITEM[:3]:
            batch.alter_column(column.name, existing_type=column.type, nullable=False)
    op.drop_index("ix_homework_standing_episode", "homework_standing")
    op.create_index("ix_homework_standing_episode", "homework_standing", ["episode_id", "last_on"])
    op.create_index("ix_homework_standing_section", "homework_standing", ["clinic_id", "section", "last_on"])
    op.create_index("ix_homework_standing_kind", "homework_standing", ["clinic_id", "kind", "last_on"])
    _count_tasks()


def downgrade() -> None:
    for name in ("section", "kind", "episode"):
        op.drop_index(f"ix_homework_standing_{name}", "homework_standing")
    op.create_index("ix_homework_standing_episode", "homework_standing", ["episode_id"])
    with op.batch_alter_table("homework_standing") as batch:
        for column in ITEM:
            batch.drop_column(column.name)
    for table in ("completion_change", "completion_count"):
        op.execute(f"DELETE FROM {table} WHERE measured = 'task'")
    _count_what(None)


def _count_what(measured: str | None) -> None:
    """Give counts a place for what they are of, and say what may be measured; None takes both back."""
    key = [*KEY, *(["what"] if measured else []), "payer_id"]
    for table in ("completion_change", "completion_count"):
        name = op.f(f"ck_{table}_measured")
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(name, type_="check")
            batch.create_check_constraint(name, f"measured IN {measured or BEFORE}")
            if table == "completion_count":
                batch.drop_constraint("uq_completion_count_place", type_="unique")
            if measured:
                batch.add_column(sa.Column("what", sa.String(36), nullable=False, server_default=""))
            else:
                batch.drop_column("what")
            if table == "completion_count":
                batch.create_unique_constraint("uq_completion_count_place", key)
        if measured:
            with op.batch_alter_table(table) as batch:
                batch.alter_column("what", existing_type=sa.String(36), server_default=None)


def _fill_items() -> None:
    each, part = DAYS[op.get_bind().dialect.name]
    day = f"CAST({part.format(0)} AS date)" if "jsonb" in each else part.format(0)
    op.execute(
        f"""
        UPDATE homework_standing SET
          clinic_id = (SELECT clinic_id FROM episode_standing WHERE episode_id = homework_standing.episode_id),
          section = (SELECT section FROM homework WHERE id = homework_standing.homework_id),
          kind = (SELECT kind FROM homework WHERE id = homework_standing.homework_id),
          last_on = (SELECT max({day}) FROM {each} AS each_day)
        """
    )


def _count_tasks() -> None:
    """Count the lists that items keep, as `pne-tracker rebuild-progress` would."""
    each, part = DAYS[op.get_bind().dialect.name]
    is_sqlite = "jsonb" not in each
    day = part.format(0) if is_sqlite else f"CAST({part.format(0)} AS date)"
    done, late = (f"sum(CAST({part.format(place)} AS integer))" for place in (1, 2))
    nobody = f"'{0:032x}'" if is_sqlite else f"CAST('{0:032x}' AS uuid)"
    fresh = "lower(hex(randomblob(16)))" if is_sqlite else "gen_random_uuid()"
    op.execute(
        f"""
        INSERT INTO completion_count (
          id, organisation_id, clinic_id, therapist_id, payer_id, status,
          measured, section, letter, what, day, n, done, late)
        SELECT {fresh}, one.* FROM (
          SELECT episode.organisation_id, episode.clinic_id, {nobody}, episode.payer_id, episode.status,
                 'task', homework_standing.section, '', homework_standing.kind, {day}, count(*), {done}, {late}
          FROM homework_standing
          JOIN episode_standing AS episode ON episode.episode_id = homework_standing.episode_id,
          {"" if is_sqlite else "LATERAL "}{each} AS each_day
          GROUP BY episode.organisation_id, episode.clinic_id, episode.payer_id, episode.status,
                   homework_standing.section, homework_standing.kind, {day}
        ) AS one
        """
    )
