"""sign-in links, and tries to sign in

Revision: 0012, after 0011.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('sign_in_link',
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id', 'account_id'], ['account.organisation_id', 'account.id'], name=op.f('fk_sign_in_link_organisation_id_account_id'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_sign_in_link_organisation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_in_link')),
    sa.UniqueConstraint('organisation_id', 'id', name=op.f('uq_sign_in_link_organisation_id_id')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_sign_in_link_token_hash'))
    )
    op.create_index('ix_sign_in_link_account', 'sign_in_link', ['account_id', 'created_at'])
    op.create_table('sign_in_try',
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('last_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_sign_in_try'))
    )
    op.create_index('ix_sign_in_try_last_at', 'sign_in_try', ['last_at'])


def downgrade() -> None:
    op.drop_index('ix_sign_in_try_last_at', table_name='sign_in_try')
    op.drop_table('sign_in_try')
    op.drop_index('ix_sign_in_link_account', table_name='sign_in_link')
    op.drop_table('sign_in_link')
