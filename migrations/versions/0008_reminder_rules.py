"""rules of reminders, choices, push, calendars, texts that came in, staff tasks, the beat

Revision: 0008, after 0007.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('beat',
    sa.Column('name', sa.String(length=20), nullable=False),
    sa.Column('holder', sa.Uuid(), nullable=True),
    sa.Column('held_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('last_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('trouble', sa.String(length=60), nullable=True),
    sa.Column('trouble_since', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_beat'))
    )
    op.create_table('reminder_sweep',
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('clinic_id', sa.Uuid(), nullable=False),
    sa.Column('swept_on', sa.Date(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id', 'clinic_id'], ['clinic.organisation_id', 'clinic.id'], name=op.f('fk_reminder_sweep_organisation_id_clinic_id'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_reminder_sweep_organisation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reminder_sweep')),
    sa.UniqueConstraint('clinic_id', name=op.f('uq_reminder_sweep_clinic_id')),
    sa.UniqueConstraint('organisation_id', 'id', name=op.f('uq_reminder_sweep_organisation_id_id'))
    )
    op.create_table('calendar_feed',
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('patient_id', sa.Uuid(), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id', 'patient_id'], ['patient.organisation_id', 'patient.id'], name=op.f('fk_calendar_feed_organisation_id_patient_id'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_calendar_feed_organisation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_calendar_feed')),
    sa.UniqueConstraint('organisation_id', 'id', name=op.f('uq_calendar_feed_organisation_id_id')),
    sa.UniqueConstraint('patient_id', name=op.f('uq_calendar_feed_patient_id')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_calendar_feed_token_hash'))
    )
    op.create_table('inbound_text',
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('patient_id', sa.Uuid(), nullable=False),
    sa.Column('provider_key', sa.String(length=120), nullable=False),
    sa.Column('meaning', sa.String(length=10), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id', 'patient_id'], ['patient.organisation_id', 'patient.id'], name=op.f('fk_inbound_text_organisation_id_patient_id'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_inbound_text_organisation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_inbound_text')),
    sa.UniqueConstraint('organisation_id', 'id', name=op.f('uq_inbound_text_organisation_id_id')),
    sa.UniqueConstraint('organisation_id', 'provider_key', name=op.f('uq_inbound_text_organisation_id_provider_key'))
    )
    with op.batch_alter_table('inbound_text', schema=None) as batch_op:
        batch_op.create_index('ix_inbound_text_patient', ['patient_id', 'received_at'], unique=False)

    op.create_table('push_subscription',
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('patient_id', sa.Uuid(), nullable=False),
    sa.Column('endpoint_hash', sa.String(length=64), nullable=False),
    sa.Column('subscription', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('gone_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id', 'patient_id'], ['patient.organisation_id', 'patient.id'], name=op.f('fk_push_subscription_organisation_id_patient_id'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_push_subscription_organisation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_push_subscription')),
    sa.UniqueConstraint('endpoint_hash', name=op.f('uq_push_subscription_endpoint_hash')),
    sa.UniqueConstraint('organisation_id', 'id', name=op.f('uq_push_subscription_organisation_id_id'))
    )
    with op.batch_alter_table('push_subscription', schema=None) as batch_op:
        batch_op.create_index('ix_push_subscription_patient', ['patient_id'], unique=False)

    op.create_table('reminder_choice',
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('patient_id', sa.Uuid(), nullable=False),
    sa.Column('off', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('paused_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('paused_until', sa.Date(), nullable=True),
    sa.Column('paused_by', sa.Uuid(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.CheckConstraint('paused_until IS NULL OR paused_at IS NOT NULL', name=op.f('ck_reminder_choice_paused')),
    sa.ForeignKeyConstraint(['organisation_id', 'patient_id'], ['patient.organisation_id', 'patient.id'], name=op.f('fk_reminder_choice_organisation_id_patient_id'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['organisation_id', 'paused_by'], ['account.organisation_id', 'account.id'], name=op.f('fk_reminder_choice_organisation_id_paused_by'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_reminder_choice_organisation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reminder_choice')),
    sa.UniqueConstraint('organisation_id', 'id', name=op.f('uq_reminder_choice_organisation_id_id')),
    sa.UniqueConstraint('patient_id', name=op.f('uq_reminder_choice_patient_id'))
    )
    op.create_table('reminder_rules',
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('clinic_id', sa.Uuid(), nullable=False),
    sa.Column('rules', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('paused', sa.Boolean(), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_by', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id', 'changed_by'], ['account.organisation_id', 'account.id'], name=op.f('fk_reminder_rules_organisation_id_changed_by'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['organisation_id', 'clinic_id'], ['clinic.organisation_id', 'clinic.id'], name=op.f('fk_reminder_rules_organisation_id_clinic_id'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_reminder_rules_organisation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reminder_rules')),
    sa.UniqueConstraint('organisation_id', 'id', name=op.f('uq_reminder_rules_organisation_id_id'))
    )
    with op.batch_alter_table('reminder_rules', schema=None) as batch_op:
        batch_op.create_index('ix_reminder_rules_clinic', ['clinic_id', 'id'], unique=False)

    op.create_table('staff_task',
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('clinic_id', sa.Uuid(), nullable=False),
    sa.Column('patient_id', sa.Uuid(), nullable=True),
    sa.Column('kind', sa.Enum('message_failed', 'message_unknown', 'text_came_in', name='stafftaskkind', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('message_id', sa.Uuid(), nullable=True),
    sa.Column('text_id', sa.Uuid(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('done_as', sa.String(length=24), nullable=True),
    sa.Column('done_by', sa.Uuid(), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.CheckConstraint('(done_at IS NULL) = (done_as IS NULL)', name=op.f('ck_staff_task_done')),
    sa.ForeignKeyConstraint(['organisation_id', 'clinic_id'], ['clinic.organisation_id', 'clinic.id'], name=op.f('fk_staff_task_organisation_id_clinic_id'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['organisation_id', 'done_by'], ['account.organisation_id', 'account.id'], name=op.f('fk_staff_task_organisation_id_done_by'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['organisation_id', 'message_id'], ['outbox_message.organisation_id', 'outbox_message.id'], name=op.f('fk_staff_task_organisation_id_message_id'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['organisation_id', 'patient_id'], ['patient.organisation_id', 'patient.id'], name=op.f('fk_staff_task_organisation_id_patient_id'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['organisation_id', 'text_id'], ['inbound_text.organisation_id', 'inbound_text.id'], name=op.f('fk_staff_task_organisation_id_text_id'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_staff_task_organisation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_staff_task')),
    sa.UniqueConstraint('message_id', 'kind', name=op.f('uq_staff_task_message_id_kind')),
    sa.UniqueConstraint('organisation_id', 'id', name=op.f('uq_staff_task_organisation_id_id'))
    )
    with op.batch_alter_table('staff_task', schema=None) as batch_op:
        batch_op.create_index('ix_staff_task_clinic', ['clinic_id', 'done_at'], unique=False)
        batch_op.create_index('ix_staff_task_patient', ['patient_id'], unique=False)

    with op.batch_alter_table('recall_card', schema=None) as batch_op:
        batch_op.create_index('ix_recall_card_due', ['due_on'], unique=False)

    with op.batch_alter_table('reminder', schema=None) as batch_op:
        batch_op.add_column(sa.Column('appointment_id', sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column('held_for', sa.String(length=60), nullable=True))
        batch_op.create_index('ix_reminder_appointment', ['appointment_id'], unique=False)
        batch_op.create_index('ix_reminder_homework', ['homework_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_reminder_organisation_id_appointment_id'), 'appointment', ['organisation_id', 'appointment_id'], ['organisation_id', 'id'], initially='DEFERRED', deferrable=True)



def downgrade() -> None:
    with op.batch_alter_table('reminder', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_reminder_organisation_id_appointment_id'), type_='foreignkey')
        batch_op.drop_index('ix_reminder_homework')
        batch_op.drop_index('ix_reminder_appointment')
        batch_op.drop_column('held_for')
        batch_op.drop_column('appointment_id')

    with op.batch_alter_table('recall_card', schema=None) as batch_op:
        batch_op.drop_index('ix_recall_card_due')

    with op.batch_alter_table('staff_task', schema=None) as batch_op:
        batch_op.drop_index('ix_staff_task_patient')
        batch_op.drop_index('ix_staff_task_clinic')

    op.drop_table('staff_task')
    with op.batch_alter_table('reminder_rules', schema=None) as batch_op:
        batch_op.drop_index('ix_reminder_rules_clinic')

    op.drop_table('reminder_rules')
    op.drop_table('reminder_choice')
    with op.batch_alter_table('push_subscription', schema=None) as batch_op:
        batch_op.drop_index('ix_push_subscription_patient')

    op.drop_table('push_subscription')
    with op.batch_alter_table('inbound_text', schema=None) as batch_op:
        batch_op.drop_index('ix_inbound_text_patient')

    op.drop_table('inbound_text')
    op.drop_table('calendar_feed')
    op.drop_table('reminder_sweep')
    op.drop_table('beat')
