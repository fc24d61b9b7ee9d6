"""row level security on PostgreSQL: a transaction sees and writes the rows of the organisation it names

Revision: 0027, after 0026.
`if op.get_bind().dialect.name == "postgresql": op.execute("SELECT keep_apart('its_name')")`.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

NAMED = "current_setting('pne.organisation', true)"
# In a sub-select the setting is read once a statement, not once a row.
MAY = (
    f"(SELECT {NAMED} = 'every') OR "
    f"organisation_id = (SELECT nullif(nullif({NAMED}, ''), 'every')::uuid)"
)


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute(
        f"""
        CREATE FUNCTION keep_apart(name text) RETURNS void LANGUAGE plpgsql AS $keep$ BEGIN
          EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
          EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
          EXECUTE format($policy$CREATE POLICY own_organisation ON %I USING ({MAY})$policy$, name);
        END $keep$
        """
    )
    for table in _tables():
        op.execute(f"SELECT keep_apart('{table}')")


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in _tables():
        op.execute(f"DROP POLICY own_organisation ON {table}")
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    op.execute("DROP FUNCTION keep_apart(text)")


def _tables() -> list[str]:
    """Every table that carries its organisation."""
    inspector = sa.inspect(op.get_bind())
    return [
        name
        for name in inspector.get_table_names()
        if any(column["name"] == "organisation_id" for column in inspector.get_columns(name))
    ]
