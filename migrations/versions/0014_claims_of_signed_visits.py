"""a claim for every visit signed so far, held until it is checked

Revision: 0014, after 0013.
"""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')
VISIT = sa.table(
    'visit',
    *(sa.column(name, sa.Uuid()) for name in ('id', 'organisation_id', 'clinic_id', 'patient_id', 'episode_id')),
    *(sa.column(name, sa.Uuid()) for name in ('therapist_id', 'signed_by')),
    sa.column('on_date', sa.Date()),
    sa.column('signed_at', sa.DateTime(timezone=True)),
    sa.column('status', sa.String()),
)
LINE = sa.table(
    'billing_line',
    sa.column('visit_id', sa.Uuid()),
    sa.column('payer_id', sa.Uuid()),
    *(sa.column(name, sa.Integer()) for name in ('units', 'minutes', 'charge_cents')),
)
CLAIM = sa.table(
    'claim',
    *(sa.column(name, sa.Uuid()) for name in ('id', 'organisation_id', 'visit_id', 'episode_id', 'patient_id')),
    *(sa.column(name, sa.Uuid()) for name in ('clinic_id', 'payer_id', 'therapist_id')),
    sa.column('on_date', sa.Date()),
    sa.column('current', sa.Boolean()),
    sa.column('status', sa.String()),
    sa.column('frequency', sa.String()),
    *(sa.column(name, sa.Integer()) for name in ('lines', 'units', 'minutes', 'charge_cents', 'net_cents')),
    *(sa.column(name, JSON) for name in ('diagnoses', 'signed_findings', 'findings')),
    *(sa.column(name, sa.DateTime(timezone=True)) for name in ('created_at', 'checked_at')),
)
NOT_CHECKED = {
    'code': 'not_checked',
    'level': 'blocking',
    'message': 'This visit was signed before claims were kept. Choose Check again.',
}


def upgrade() -> None:
    connection = op.get_bind()
    found = connection.execute(
        sa.select(
            VISIT,
            LINE.c.payer_id,
            sa.func.count().label('lines'),
            sa.func.sum(LINE.c.units).label('units'),
            sa.func.sum(LINE.c.minutes).label('minutes'),
            sa.func.sum(LINE.c.charge_cents).label('charge'),
            sa.func.count(LINE.c.charge_cents).label('priced'),
        )
        .join(LINE, LINE.c.visit_id == VISIT.c.id)
        .where(VISIT.c.status == 'signed')
        .group_by(*VISIT.c, LINE.c.payer_id)
    ).all()
    for start in range(0, len(found), 500):
        connection.execute(sa.insert(CLAIM), [_claim(row) for row in found[start : start + 500]])


def _claim(row: sa.Row) -> dict[str, object]:
    charge = int(row.charge) if row.priced == row.lines else None
    return {
        'id': uuid.uuid4(),
        'organisation_id': row.organisation_id,
        'visit_id': row.id,
        'episode_id': row.episode_id,
        'patient_id': row.patient_id,
        'clinic_id': row.clinic_id,
        'payer_id': row.payer_id,
        'therapist_id': row.signed_by or row.therapist_id,
        'on_date': row.on_date,
        'current': True,
        'status': 'held',
        'frequency': '1',
        'lines': row.lines,
        'units': int(row.units),
        'minutes': int(row.minutes),
        'charge_cents': charge,
        'net_cents': charge,
        'diagnoses': [],
        'signed_findings': [],
        'findings': [NOT_CHECKED],
        'created_at': row.signed_at,
        'checked_at': row.signed_at,
    }


def downgrade() -> None:
    op.get_bind().execute(sa.delete(CLAIM))
