"""what claims need of payers, clinics and those who sign; fees that end

Revision: 0005, after 0004.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('payer', sa.Column('separate_pne_allowed', sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column('payer', sa.Column('filing_code', sa.String(length=2), nullable=True))
    op.add_column('payer', sa.Column('submitter_id', sa.String(length=15), nullable=True))
    op.add_column('payer', sa.Column('receiver_id', sa.String(length=15), nullable=True))
    op.add_column('payer', sa.Column('receiver_name', sa.String(length=60), nullable=True))
    op.add_column('payer', sa.Column('address_line', sa.String(length=55), nullable=True))
    op.add_column('payer', sa.Column('city', sa.String(length=30), nullable=True))
    op.add_column('payer', sa.Column('state', sa.String(length=2), nullable=True))
    op.add_column('payer', sa.Column('postal_code', sa.String(length=10), nullable=True))
    op.add_column('clinic', sa.Column('taxonomy', sa.String(length=10), nullable=True))
    op.add_column('clinic', sa.Column('address_line', sa.String(length=55), nullable=True))
    op.add_column('clinic', sa.Column('city', sa.String(length=30), nullable=True))
    op.add_column('clinic', sa.Column('state', sa.String(length=2), nullable=True))
    op.add_column('clinic', sa.Column('postal_code', sa.String(length=10), nullable=True))
    op.add_column('account', sa.Column('taxonomy', sa.String(length=10), nullable=True))
    op.add_column('account', sa.Column('family_name', sa.String(length=60), nullable=True))
    op.add_column('fee', sa.Column('ends_on', sa.Date(), nullable=True))
    op.add_column('fee', sa.Column('entered_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('fee', sa.Column('entered_by', sa.Uuid(), nullable=True))
    op.create_table('fee_before',
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('payer_id', sa.Uuid(), nullable=False),
    sa.Column('code', sa.String(length=5), nullable=False),
    sa.Column('cents', sa.Integer(), nullable=False),
    sa.Column('effective_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.Column('replaced_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('replaced_by', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id', 'payer_id'], ['payer.organisation_id', 'payer.id'], name=op.f('fk_fee_before_organisation_id_payer_id'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_fee_before_organisation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_fee_before')),
    sa.UniqueConstraint('organisation_id', 'id', name=op.f('uq_fee_before_organisation_id_id'))
    )
    op.create_index('ix_fee_before_payer', 'fee_before', ['payer_id', 'code'], unique=False)


def downgrade() -> None:
    op.drop_table('fee_before')
    op.drop_column('fee', 'entered_by')
    op.drop_column('fee', 'entered_at')
    op.drop_column('fee', 'ends_on')
    op.drop_column('account', 'family_name')
    op.drop_column('account', 'taxonomy')
    op.drop_column('clinic', 'postal_code')
    op.drop_column('clinic', 'state')
    op.drop_column('clinic', 'city')
    op.drop_column('clinic', 'address_line')
    op.drop_column('clinic', 'taxonomy')
    op.drop_column('payer', 'postal_code')
    op.drop_column('payer', 'state')
    op.drop_column('payer', 'city')
    op.drop_column('payer', 'address_line')
    op.drop_column('payer', 'receiver_name')
    op.drop_column('payer', 'receiver_id')
    op.drop_column('payer', 'submitter_id')
    op.drop_column('payer', 'filing_code')
    op.drop_column('payer', 'separate_pne_allowed')
