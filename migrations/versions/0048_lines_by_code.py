"""lines of signed visits are counted by code as they come

Revision: 0048, after 0047.
"""

from __future__ import annotations

from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

BEFORE = ("episode", "section", "active", "entry", "task", "way", "wait")
ADDED = {
    "visit": ("count(DISTINCT visit.id)", "0"),
    "line": ("count(*)", "sum(CASE WHEN line.pne_minutes > 0 THEN 1 ELSE 0 END)"),
    "unit": ("sum(line.units)", "0"),
    "minute": ("sum(line.minutes)", "sum(line.pne_minutes)"),
}
"""What is measured, by how many there are and how many of these have PNE in them."""


def upgrade() -> None:
    _measure((*BEFORE, *ADDED))
    op.create_index("ix_billing_line_code", "billing_line", ["clinic_id", "code", "on_date"])
    for measured, (n, done) in ADDED.items():
        _count(measured, n, done)


def downgrade() -> None:
    op.drop_index("ix_billing_line_code", "billing_line")
    for table in ("completion_change", "completion_count"):
        op.execute(f"DELETE FROM {table} WHERE measured IN {tuple(ADDED)}")
    _measure(BEFORE)


def _measure(measured: tuple[str, ...]) -> None:
    """Say what may be measured."""
    for table in ("completion_change", "completion_count"):
        name = op.f(f"ck_{table}_measured")
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(name, type_="check")
            batch.create_check_constraint(name, f"measured IN {measured}")


def _count(measured: str, n: str, done: str) -> None:
    """Count the lines of signed visits, as `pne-tracker rebuild-progress` would."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    nobody = f"'{0:032x}'" if is_sqlite else f"CAST('{0:032x}' AS uuid)"
    fresh = "lower(hex(randomblob(16)))" if is_sqlite else "gen_random_uuid()"
    place = "episode.organisation_id, episode.clinic_id, episode.payer_id, episode.status, line.code, visit.on_date"
    op.execute(
        f"""
        INSERT INTO completion_count (
          id, organisation_id, clinic_id, payer_id, status, what, day,
          therapist_id, measured, section, letter, days, n, done, late)
        SELECT {fresh}, one.* FROM (
          SELECT {place}, {nobody}, '{measured}', 0, '', 0, {n}, {done}, 0
          FROM visit
          JOIN billing_line AS line ON line.visit_id = visit.id
          JOIN episode_standing AS episode ON episode.episode_id = visit.episode_id
          WHERE visit.status = 'signed'
          GROUP BY {place}
        ) AS one
        """
    )
