"""claims, what happened to them, and the batches they went out in

Revision: 0006, after 0005.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('number_series',
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('last', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_number_series_organisation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_number_series')),
    sa.UniqueConstraint('organisation_id', 'id', name=op.f('uq_number_series_organisation_id_id')),
    sa.UniqueConstraint('organisation_id', 'name', name=op.f('uq_number_series_organisation_id_name'))
    )
    op.create_table('coverage',
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('episode_id', sa.Uuid(), nullable=False),
    sa.Column('patient_id', sa.Uuid(), nullable=False),
    sa.Column('member_id', sa.String(length=80), nullable=False),
    sa.Column('relationship', sa.String(length=2), nullable=False),
    sa.Column('group_number', sa.String(length=50), nullable=True),
    sa.Column('authorisation', sa.String(length=50), nullable=True),
    sa.Column('family_name', sa.String(length=60), nullable=True),
    sa.Column('given_name', sa.String(length=35), nullable=True),
    sa.Column('birth_date', sa.Date(), nullable=True),
    sa.Column('sex', sa.String(length=10), nullable=True),
    sa.Column('address_line', sa.String(length=55), nullable=True),
    sa.Column('city', sa.String(length=30), nullable=True),
    sa.Column('state', sa.String(length=2), nullable=True),
    sa.Column('postal_code', sa.String(length=10), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_by', sa.Uuid(), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id', 'episode_id'], ['episode.organisation_id', 'episode.id'], name=op.f('fk_coverage_organisation_id_episode_id'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['organisation_id', 'patient_id'], ['patient.organisation_id', 'patient.id'], name=op.f('fk_coverage_organisation_id_patient_id'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_coverage_organisation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_coverage')),
    sa.UniqueConstraint('episode_id', name=op.f('uq_coverage_episode_id')),
    sa.UniqueConstraint('organisation_id', 'id', name=op.f('uq_coverage_organisation_id_id'))
    )
    op.create_table('claim_batch',
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('payer_id', sa.Uuid(), nullable=False),
    sa.Column('made_on', sa.Date(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by', sa.Uuid(), nullable=False),
    sa.Column('control_number', sa.Integer(), nullable=False),
    sa.Column('file_name', sa.String(length=80), nullable=False),
    sa.Column('content', sa.Text(), nullable=False),
    sa.Column('content_hash', sa.String(length=64), nullable=False),
    sa.Column('claims', sa.Integer(), nullable=False),
    sa.Column('lines', sa.Integer(), nullable=False),
    sa.Column('charge_cents', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id', 'made_by'], ['account.organisation_id', 'account.id'], name=op.f('fk_claim_batch_organisation_id_made_by'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['organisation_id', 'payer_id'], ['payer.organisation_id', 'payer.id'], name=op.f('fk_claim_batch_organisation_id_payer_id'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_claim_batch_organisation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_claim_batch')),
    sa.UniqueConstraint('organisation_id', 'control_number', name=op.f('uq_claim_batch_organisation_id_control_number')),
    sa.UniqueConstraint('organisation_id', 'id', name=op.f('uq_claim_batch_organisation_id_id'))
    )
    op.create_index('ix_claim_batch_made', 'claim_batch', ['organisation_id', 'made_at'], unique=False)
    op.create_table('claim',
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('visit_id', sa.Uuid(), nullable=False),
    sa.Column('episode_id', sa.Uuid(), nullable=False),
    sa.Column('patient_id', sa.Uuid(), nullable=False),
    sa.Column('clinic_id', sa.Uuid(), nullable=False),
    sa.Column('payer_id', sa.Uuid(), nullable=False),
    sa.Column('therapist_id', sa.Uuid(), nullable=False),
    sa.Column('on_date', sa.Date(), nullable=False),
    sa.Column('current', sa.Boolean(), nullable=False),
    sa.Column('status', sa.Enum('ready', 'held', 'exported', 'paid', 'denied', 'void', 'withdrawn', name='claimstatus', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('frequency', sa.String(length=1), nullable=False),
    sa.Column('number', sa.String(length=20), nullable=True),
    sa.Column('replaces_id', sa.Uuid(), nullable=True),
    sa.Column('reference', sa.String(length=50), nullable=True),
    sa.Column('payer_number', sa.String(length=50), nullable=True),
    sa.Column('lines', sa.Integer(), nullable=False),
    sa.Column('units', sa.Integer(), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('charge_cents', sa.Integer(), nullable=True),
    sa.Column('net_cents', sa.Integer(), nullable=True),
    sa.Column('diagnoses', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('signed_findings', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('findings', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('hold_reason', sa.String(length=300), nullable=True),
    sa.Column('batch_id', sa.Uuid(), nullable=True),
    sa.Column('exported_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('exported_by', sa.Uuid(), nullable=True),
    sa.Column('paid_cents', sa.Integer(), nullable=True),
    sa.Column('answered_on', sa.Date(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('checked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.CheckConstraint("(frequency = '1') = (reference IS NULL)", name=op.f('ck_claim_reference')),
    sa.CheckConstraint("frequency IN ('1', '7', '8')", name=op.f('ck_claim_frequency')),
    sa.CheckConstraint('paid_cents IS NULL OR paid_cents >= 0', name=op.f('ck_claim_paid_cents')),
    sa.ForeignKeyConstraint(['organisation_id', 'batch_id'], ['claim_batch.organisation_id', 'claim_batch.id'], name=op.f('fk_claim_organisation_id_batch_id'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['organisation_id', 'clinic_id'], ['clinic.organisation_id', 'clinic.id'], name=op.f('fk_claim_organisation_id_clinic_id'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['organisation_id', 'episode_id'], ['episode.organisation_id', 'episode.id'], name=op.f('fk_claim_organisation_id_episode_id'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['organisation_id', 'patient_id'], ['patient.organisation_id', 'patient.id'], name=op.f('fk_claim_organisation_id_patient_id'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['organisation_id', 'payer_id'], ['payer.organisation_id', 'payer.id'], name=op.f('fk_claim_organisation_id_payer_id'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['organisation_id', 'replaces_id'], ['claim.organisation_id', 'claim.id'], name=op.f('fk_claim_organisation_id_replaces_id'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['organisation_id', 'therapist_id'], ['account.organisation_id', 'account.id'], name=op.f('fk_claim_organisation_id_therapist_id'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['organisation_id', 'visit_id'], ['visit.organisation_id', 'visit.id'], name=op.f('fk_claim_organisation_id_visit_id'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_claim_organisation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_claim')),
    sa.UniqueConstraint('organisation_id', 'id', name=op.f('uq_claim_organisation_id_id')),
    sa.UniqueConstraint('organisation_id', 'number', name=op.f('uq_claim_organisation_id_number'))
    )
    op.create_index('ix_claim_batch', 'claim', ['batch_id'], unique=False)
    op.create_index('ix_claim_episode', 'claim', ['episode_id'], unique=False)
    op.create_index('ix_claim_patient', 'claim', ['patient_id'], unique=False)
    op.create_index('ix_claim_payer', 'claim', ['payer_id', 'status'], unique=False)
    op.create_index('ix_claim_queue', 'claim', ['clinic_id', 'status', 'on_date', 'id'], unique=False)
    op.create_index('uq_claim_current_visit', 'claim', ['visit_id'], unique=True, sqlite_where=sa.text('current'), postgresql_where=sa.text('current'))
    op.create_table('claim_batch_line',
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('batch_id', sa.Uuid(), nullable=False),
    sa.Column('claim_id', sa.Uuid(), nullable=False),
    sa.Column('billing_line_id', sa.Uuid(), nullable=False),
    sa.Column('charge_cents', sa.Integer(), nullable=False),
    sa.Column('exported_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('exported_by', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id', 'batch_id'], ['claim_batch.organisation_id', 'claim_batch.id'], name=op.f('fk_claim_batch_line_organisation_id_batch_id'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['organisation_id', 'billing_line_id'], ['billing_line.organisation_id', 'billing_line.id'], name=op.f('fk_claim_batch_line_organisation_id_billing_line_id'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['organisation_id', 'claim_id'], ['claim.organisation_id', 'claim.id'], name=op.f('fk_claim_batch_line_organisation_id_claim_id'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_claim_batch_line_organisation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_claim_batch_line')),
    sa.UniqueConstraint('claim_id', 'billing_line_id', name=op.f('uq_claim_batch_line_claim_id_billing_line_id')),
    sa.UniqueConstraint('organisation_id', 'id', name=op.f('uq_claim_batch_line_organisation_id_id'))
    )
    op.create_index('ix_claim_batch_line_line', 'claim_batch_line', ['billing_line_id'], unique=False)
    op.create_table('claim_event',
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('claim_id', sa.Uuid(), nullable=False),
    sa.Column('act', sa.Enum('opened', 'held', 'released', 'checked', 'insurance', 'exported', 'paid', 'denied', 'voided', 'rebilled', 'kept', 'withdrawn', name='claimact', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by', sa.Uuid(), nullable=True),
    sa.Column('reason', sa.String(length=300), nullable=False),
    sa.Column('cents', sa.Integer(), nullable=True),
    sa.Column('on_date', sa.Date(), nullable=True),
    sa.Column('batch_id', sa.Uuid(), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id', 'batch_id'], ['claim_batch.organisation_id', 'claim_batch.id'], name=op.f('fk_claim_event_organisation_id_batch_id'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['organisation_id', 'claim_id'], ['claim.organisation_id', 'claim.id'], name=op.f('fk_claim_event_organisation_id_claim_id'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_claim_event_organisation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_claim_event')),
    sa.UniqueConstraint('organisation_id', 'id', name=op.f('uq_claim_event_organisation_id_id'))
    )
    op.create_index('ix_claim_event_claim', 'claim_event', ['claim_id', 'id'], unique=False)


def downgrade() -> None:
    op.drop_table('claim_event')
    op.drop_table('claim_batch_line')
    op.drop_table('claim')
    op.drop_table('claim_batch')
    op.drop_table('coverage')
    op.drop_table('number_series')
