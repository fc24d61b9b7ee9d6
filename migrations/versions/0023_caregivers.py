"""caregivers: their role, and what they may see

Revision: 0023, after 0022.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0023'
down_revision = '0022'
branch_labels = None
depends_on = None

BEFORE = "('therapist', 'assistant', 'lead', 'biller', 'administrator', 'patient')"
AFTER = "('therapist', 'assistant', 'lead', 'biller', 'administrator', 'patient', 'caregiver')"


def roles(before: str, after: str) -> None:
    """Change which roles an account can have.

    On SQLite the stored definition is edited, as its manual describes for CHECK constraints: the table cannot
    be copied and dropped, because every other one points at it.
    """
    bind = op.get_bind()
    if bind.dialect.name == 'postgresql':
        op.drop_constraint(op.f('ck_account_role'), 'account', type_='check')
        op.create_check_constraint(op.f('ck_account_role'), 'account', f'role IN {after}')
        return
    version = bind.exec_driver_sql('PRAGMA schema_version').scalar()
    bind.exec_driver_sql('PRAGMA writable_schema = ON')
    changed = bind.exec_driver_sql(
        "UPDATE sqlite_schema SET sql = replace(sql, ?, ?) WHERE type = 'table' AND name = 'account' AND instr(sql, ?)",
        (f'role IN {before}', f'role IN {after}', f'role IN {before}'),
    ).rowcount
    bind.exec_driver_sql(f'PRAGMA schema_version = {version + 1}')
    bind.exec_driver_sql('PRAGMA writable_schema = OFF')
    if changed != 1:
        raise RuntimeError('the table of accounts does not look as expected')


def upgrade() -> None:
    roles(BEFORE, AFTER)
    op.create_table('caregiver_access',
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('patient_id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=True),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('sees_tasks', sa.Boolean(), nullable=False),
    sa.Column('sees_path', sa.Boolean(), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('given_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('given_by', sa.Uuid(), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('accepted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id', 'account_id'], ['account.organisation_id', 'account.id'], name=op.f('fk_caregiver_access_organisation_id_account_id'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['organisation_id', 'patient_id'], ['patient.organisation_id', 'patient.id'], name=op.f('fk_caregiver_access_organisation_id_patient_id'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_caregiver_access_organisation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_caregiver_access')),
    sa.UniqueConstraint('organisation_id', 'id', name=op.f('uq_caregiver_access_organisation_id_id')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_caregiver_access_token_hash'))
    )
    op.create_index('ix_caregiver_access_account', 'caregiver_access', ['account_id'])
    op.create_index('ix_caregiver_access_patient', 'caregiver_access', ['patient_id'])


def downgrade() -> None:
    op.drop_index('ix_caregiver_access_patient', table_name='caregiver_access')
    op.drop_index('ix_caregiver_access_account', table_name='caregiver_access')
    op.drop_table('caregiver_access')
    # Their accounts go with what they were for; what they did stays in the audit trail.
    for table in ('account_session', 'authenticator_app', 'recovery_code', 'passkey', 'sign_in_link', 'account_clinic'):
        op.execute(f"DELETE FROM {table} WHERE account_id IN (SELECT id FROM account WHERE role = 'caregiver')")
    op.execute("DELETE FROM account WHERE role = 'caregiver'")
    roles(AFTER, BEFORE)
