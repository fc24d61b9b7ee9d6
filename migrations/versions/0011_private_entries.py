"""private entries sealed

Revision: 0011, after 0010. Private entries that stand there in plain words are sealed under a fresh key of
their patient, and drafts of journals stay as they are until they are saved again.
"""

from __future__ import annotations

import json
import uuid

import sqlalchemy as sa
from alembic import op
from flask import current_app
from sqlalchemy.dialects import postgresql

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None

IS_SEALED = 'shared OR sealed IS NOT NULL'
CHECK = 'ck_entry_private_is_sealed'
JSON_TYPE = sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')
ENTRY = sa.table(
    'entry', sa.column('id', sa.Uuid()), sa.column('organisation_id', sa.Uuid()), sa.column('patient_id', sa.Uuid()),
    sa.column('shared', sa.Boolean()), sa.column('values', JSON_TYPE), sa.column('derived', JSON_TYPE),
    sa.column('sealed', sa.Text()),
)
AUTHOR = sa.table('entry', sa.column('patient_id', sa.Uuid()), sa.column('sealed', sa.Text()), sa.column('sealed_by', sa.Uuid()))
KEY = sa.table(
    'patient_key', sa.column('id', sa.Uuid()), sa.column('organisation_id', sa.Uuid()),
    sa.column('patient_id', sa.Uuid()), sa.column('wrapped', sa.Text()),
    sa.column('created_at', sa.DateTime(timezone=True)),
)
ACCOUNT = sa.table('account', sa.column('id', sa.Uuid()), sa.column('patient_id', sa.Uuid()))


def upgrade() -> None:
    op.create_table('patient_key',
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('patient_id', sa.Uuid(), nullable=False),
    sa.Column('wrapped', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_patient_key_organisation_id')),
    sa.ForeignKeyConstraint(['organisation_id', 'patient_id'], ['patient.organisation_id', 'patient.id'], name=op.f('fk_patient_key_organisation_id_patient_id'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_patient_key')),
    sa.UniqueConstraint('organisation_id', 'id', name=op.f('uq_patient_key_organisation_id_id')),
    sa.UniqueConstraint('organisation_id', 'patient_id', name=op.f('uq_patient_key_organisation_id_patient_id'))
    )
    op.add_column('entry', sa.Column('sealed', sa.Text(), nullable=True))
    connection = op.get_bind()
    for row in connection.execute(sa.select(ENTRY).where(sa.not_(ENTRY.c.shared))).all():
        _seal(connection, row)
    if connection.dialect.name == 'sqlite':
        op.execute(f'ALTER TABLE entry ADD COLUMN sealed_by CHAR(32) CONSTRAINT {CHECK} CHECK ({IS_SEALED})')
    else:
        op.add_column('entry', sa.Column('sealed_by', sa.Uuid(), nullable=True))
        op.create_check_constraint(op.f(CHECK), 'entry', IS_SEALED)
    author = sa.select(ACCOUNT.c.id).where(ACCOUNT.c.patient_id == AUTHOR.c.patient_id).scalar_subquery()
    op.execute(AUTHOR.update().where(AUTHOR.c.sealed.is_not(None)).values(sealed_by=author))


def downgrade() -> None:
    connection = op.get_bind()
    for row in connection.execute(sa.select(ENTRY).where(ENTRY.c.sealed.is_not(None))).all():
        sealer = _sealer(connection, row)
        kept = json.loads(sealer.unseal(row.sealed, _place(row, 'entry', row.id, 'sealed')))
        connection.execute(ENTRY.update().where(ENTRY.c.id == row.id).values(values=kept['values'], derived=kept['derived']))
    if connection.dialect.name != 'sqlite':
        op.drop_constraint(op.f(CHECK), 'entry')
    op.drop_column('entry', 'sealed_by')
    op.drop_column('entry', 'sealed')
    op.drop_table('patient_key')


def _seal(connection, row) -> None:
    content = json.dumps({'values': row._mapping['values'], 'derived': row.derived})
    sealed = _sealer(connection, row).seal(content, _place(row, 'entry', row.id, 'sealed'))
    connection.execute(ENTRY.update().where(ENTRY.c.id == row.id).values(sealed=sealed, values={}, derived={}))


def _sealer(connection, row):
    """The sealer under the key of the row's patient, made when there is none."""
    ring = current_app.extensions['pne_keys']
    known = connection.execute(sa.select(KEY).where(KEY.c.patient_id == row.patient_id)).first()
    if known is not None:
        return ring.with_data_key(known.wrapped, _place(row, 'patient_key', known.id, 'wrapped'))
    key_id = uuid.uuid4()
    bound = _place(row, 'patient_key', key_id, 'wrapped')
    wrapped = ring.new_data_key(bound)
    connection.execute(KEY.insert().values(
        id=key_id, organisation_id=row.organisation_id, patient_id=row.patient_id, wrapped=wrapped,
        created_at=sa.func.now(),
    ))
    return ring.with_data_key(wrapped, bound)


def _place(row, table, row_id, column) -> str:
    return f'{row.organisation_id}/{table}/{row_id}/{column}'
