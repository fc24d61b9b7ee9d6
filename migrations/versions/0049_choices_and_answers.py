"""visits that began with a suggestion, and what patients say they received, are counted as they come

Revision: 0049, after 0048.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

BEFORE = ("episode", "section", "active", "entry", "task", "way", "wait", "visit", "line", "unit", "minute")
CHOICES = """
    section_choice AS choice
    JOIN visit ON visit.id = choice.visit_id AND visit.status = 'signed'
    JOIN episode_standing AS episode ON episode.episode_id = choice.episode_id
    WHERE choice.suggested IS NOT NULL
"""
FOLLOWED = "sum(CASE WHEN choice.followed THEN 1 ELSE 0 END)"
LOGGED = "sum(CASE WHEN episode.first_taught_on IS NULL THEN 0 ELSE 1 END)"
ID = "replace(CAST({} AS text), '-', '')"
ADDED = {
    "choice": (
        {"what": ID.format("choice.chosen_by"), "day": "choice.on_date", "done": FOLLOWED},
        CHOICES,
        "choice.chosen_by, choice.on_date",
    ),
    "suggested": (
        {"section": "choice.suggested", "day": "choice.on_date", "done": FOLLOWED},
        CHOICES,
        "choice.suggested, choice.on_date",
    ),
    "passed": (
        {"what": "choice.why", "day": "choice.on_date"},
        f"{CHOICES} AND NOT choice.followed",
        "choice.why, choice.on_date",
    ),
    "received": (
        {"what": ID.format("episode.therapist_id"), "letter": "episode.received", "done": LOGGED},
        "episode_standing AS episode",
        "episode.therapist_id, episode.received",
    ),
}
"""What is measured: the columns of its cells, where these come from, and what they are added up by."""
INDICES = {
    "ix_section_choice_episode": ("section_choice", ["episode_id", "on_date"]),
    "ix_section_choice_by": ("section_choice", ["clinic_id", "chosen_by", "followed", "on_date"]),
    "ix_section_choice_suggested": ("section_choice", ["clinic_id", "suggested", "followed", "on_date"]),
    "ix_section_choice_why": ("section_choice", ["clinic_id", "followed", "why", "on_date"]),
    "ix_episode_standing_opened": ("episode_standing", ["clinic_id", "status", "opened_on"]),
}


def upgrade() -> None:
    letter = sa.Column("received", sa.String(length=1), nullable=False, server_default="")
    op.add_column("episode_standing", letter)
    op.add_column("episode_standing", sa.Column("received_on", sa.Date(), nullable=True))
    for name, (table, columns) in INDICES.items():
        op.create_index(name, table, columns)
    _measure((*BEFORE, *ADDED))
    _fill_answers()
    for measured, (cell, source, group) in ADDED.items():
        _count(measured, cell, source, group)


def downgrade() -> None:
    for table in ("completion_change", "completion_count"):
        op.execute(f"DELETE FROM {table} WHERE measured IN {tuple(ADDED)}")
    _measure(BEFORE)
    for name, (table, _columns) in INDICES.items():
        op.drop_index(name, table)
    op.drop_column("episode_standing", "received_on")
    op.drop_column("episode_standing", "received")


def _measure(measured: tuple[str, ...]) -> None:
    """Say what may be measured."""
    for table in ("completion_change", "completion_count"):
        name = op.f(f"ck_{table}_measured")
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(name, type_="check")
            batch.create_check_constraint(name, f"measured IN {measured}")


def _fill_answers() -> None:
    """Each episode keeps what its patient says."""
    letter = "CASE said.answer WHEN 'yes' THEN 'y' WHEN 'not_sure' THEN 'u' WHEN 'no' THEN 'n' ELSE 'c' END"
    mine = "FROM received_answer AS said WHERE said.episode_id = episode_standing.episode_id"
    op.execute(
        f"""
        UPDATE episode_standing
        SET received = (SELECT {letter} {mine}), received_on = (SELECT said.on_date {mine})
        WHERE episode_id IN (SELECT episode_id FROM received_answer)
        """
    )


def _count(measured: str, cell: dict[str, str], source: str, group: str) -> None:
    """Count of whole clinics what is there, as `pne-tracker rebuild-progress` would."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    nobody = f"'{0:032x}'" if is_sqlite else f"CAST('{0:032x}' AS uuid)"
    fresh = "lower(hex(randomblob(16)))" if is_sqlite else "gen_random_uuid()"
    no_day = "'0001-01-01'" if is_sqlite else "DATE '0001-01-01'"
    place = "episode.organisation_id, episode.clinic_id, episode.payer_id, episode.status"
    nothing = {"section": "0", "letter": "''", "what": "''", "day": no_day, "days": "0"}
    values = {**nothing, "n": "count(*)", "done": "0", "late": "0", **cell}
    op.execute(
        f"""
        INSERT INTO completion_count (
          id, organisation_id, clinic_id, payer_id, status, therapist_id, measured, {", ".join(values)})
        SELECT {fresh}, one.* FROM (
          SELECT {place}, {nobody}, '{measured}', {", ".join(values.values())}
          FROM {source}
          GROUP BY {place}, {group}
        ) AS one
        """
    )
