"""second steps, sessions, passkeys

Revision: 0022, after 0021.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0022'
down_revision = '0021'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('spent_challenge',
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('challenge_hash', sa.String(length=64), nullable=False),
    sa.Column('spent_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_spent_challenge_organisation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_spent_challenge')),
    sa.UniqueConstraint('challenge_hash', name=op.f('uq_spent_challenge_challenge_hash')),
    sa.UniqueConstraint('organisation_id', 'id', name=op.f('uq_spent_challenge_organisation_id_id'))
    )
    with op.batch_alter_table('spent_challenge', schema=None) as batch_op:
        batch_op.create_index('ix_spent_challenge_spent_at', ['spent_at'], unique=False)

    op.create_table('account_session',
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('how', sa.String(length=20), nullable=False),
    sa.Column('device', sa.String(length=120), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id', 'account_id'], ['account.organisation_id', 'account.id'], name=op.f('fk_account_session_organisation_id_account_id'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_account_session_organisation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_account_session')),
    sa.UniqueConstraint('organisation_id', 'id', name=op.f('uq_account_session_organisation_id_id')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_account_session_token_hash'))
    )
    with op.batch_alter_table('account_session', schema=None) as batch_op:
        batch_op.create_index('ix_account_session_account', ['account_id', 'started_at'], unique=False)

    op.create_table('authenticator_app',
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('secret', sa.Text(), nullable=False),
    sa.Column('last_step', sa.BigInteger(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id', 'account_id'], ['account.organisation_id', 'account.id'], name=op.f('fk_authenticator_app_organisation_id_account_id'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_authenticator_app_organisation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_authenticator_app')),
    sa.UniqueConstraint('account_id', name=op.f('uq_authenticator_app_account_id')),
    sa.UniqueConstraint('organisation_id', 'id', name=op.f('uq_authenticator_app_organisation_id_id'))
    )
    op.create_table('passkey',
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('credential_id', sa.String(length=1400), nullable=False),
    sa.Column('public_key', sa.Text(), nullable=False),
    sa.Column('sign_count', sa.BigInteger(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id', 'account_id'], ['account.organisation_id', 'account.id'], name=op.f('fk_passkey_organisation_id_account_id'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_passkey_organisation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_passkey')),
    sa.UniqueConstraint('credential_id', name=op.f('uq_passkey_credential_id')),
    sa.UniqueConstraint('organisation_id', 'id', name=op.f('uq_passkey_organisation_id_id'))
    )
    with op.batch_alter_table('passkey', schema=None) as batch_op:
        batch_op.create_index('ix_passkey_account', ['account_id'], unique=False)

    op.create_table('recovery_code',
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('code_hash', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id', 'account_id'], ['account.organisation_id', 'account.id'], name=op.f('fk_recovery_code_organisation_id_account_id'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_recovery_code_organisation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recovery_code')),
    sa.UniqueConstraint('account_id', 'code_hash', name=op.f('uq_recovery_code_account_id_code_hash')),
    sa.UniqueConstraint('organisation_id', 'id', name=op.f('uq_recovery_code_organisation_id_id'))
    )
    # Plain ALTER, not a batch: every table points at this one.
    op.add_column('organisation', sa.Column('staff_mfa', sa.String(length=24), server_default='required', nullable=False))
    op.execute("UPDATE organisation SET staff_mfa = 'optional' WHERE slug = 'harbor-lane-demo'")




def downgrade() -> None:
    op.drop_column('organisation', 'staff_mfa')

    op.drop_table('recovery_code')
    with op.batch_alter_table('passkey', schema=None) as batch_op:
        batch_op.drop_index('ix_passkey_account')

    op.drop_table('passkey')
    op.drop_table('authenticator_app')
    with op.batch_alter_table('account_session', schema=None) as batch_op:
        batch_op.drop_index('ix_account_session_account')

    op.drop_table('account_session')
    with op.batch_alter_table('spent_challenge', schema=None) as batch_op:
        batch_op.drop_index('ix_spent_challenge_spent_at')

    op.drop_table('spent_challenge')
