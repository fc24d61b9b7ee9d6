"""editions of the dated code tables, and own codes

Revision: 0007, after 0006.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('table_edition',
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=4), nullable=False),
    sa.Column('effective_on', sa.Date(), nullable=False),
    sa.Column('content', sa.Text(), nullable=False),
    sa.Column('content_hash', sa.String(length=64), nullable=False),
    sa.Column('rows', sa.Integer(), nullable=False),
    sa.Column('loaded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('loaded_by', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.CheckConstraint("kind IN ('ncci', 'mue', 'kx')", name=op.f('ck_table_edition_kind')),
    sa.ForeignKeyConstraint(['organisation_id', 'loaded_by'], ['account.organisation_id', 'account.id'], name=op.f('fk_table_edition_organisation_id_loaded_by'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_table_edition_organisation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_table_edition')),
    sa.UniqueConstraint('organisation_id', 'id', name=op.f('uq_table_edition_organisation_id_id')),
    sa.UniqueConstraint('organisation_id', 'kind', 'effective_on', name=op.f('uq_table_edition_organisation_id_kind_effective_on'))
    )
    op.create_table('own_code',
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('code', sa.String(length=5), nullable=False),
    sa.Column('label', sa.String(length=80), nullable=False),
    sa.Column('timed', sa.Boolean(), nullable=False),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('added_by', sa.Uuid(), nullable=False),
    sa.Column('retired_on', sa.Date(), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id', 'added_by'], ['account.organisation_id', 'account.id'], name=op.f('fk_own_code_organisation_id_added_by'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_own_code_organisation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_own_code')),
    sa.UniqueConstraint('organisation_id', 'code', name=op.f('uq_own_code_organisation_id_code')),
    sa.UniqueConstraint('organisation_id', 'id', name=op.f('uq_own_code_organisation_id_id'))
    )


def downgrade() -> None:
    op.drop_table('own_code')
    op.drop_table('table_edition')
