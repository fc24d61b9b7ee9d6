"""what the homework tools keep

Revision: 0021, after 0020.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0021'
down_revision = '0020'
branch_labels = None
depends_on = None

JSON_TYPE = sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')
KINDS = (
    'quiz', 'exercise_log', 'sleep_log', 'stress_log', 'flare_log', 'journal', 'reading', 'conversation', 'practice',
    'breathing', 'laterality', 'imagery', 'review',
)
LATER = {'initially': 'DEFERRED', 'deferrable': True}


def _owned(table: str, *references: tuple[str, str]) -> list[sa.schema.SchemaItem]:
    """The columns and constraints that every table of an organisation has, and its references within it."""
    return [
        sa.Column('organisation_id', sa.Uuid(), nullable=False),
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=f'fk_{table}_organisation_id'),
        sa.PrimaryKeyConstraint('id', name=f'pk_{table}'),
        sa.UniqueConstraint('organisation_id', 'id', name=f'uq_{table}_organisation_id_id'),
        *(
            sa.ForeignKeyConstraint(
                ['organisation_id', column], [f'{other}.organisation_id', f'{other}.id'],
                name=f'fk_{table}_organisation_id_{column}', **LATER,
            )
            for column, other in references
        ),
    ]


def upgrade() -> None:
    op.create_table('practice_run',
    sa.Column('homework_id', sa.Uuid(), nullable=False),
    sa.Column('patient_id', sa.Uuid(), nullable=False),
    sa.Column('occurrence', sa.Integer(), nullable=False),
    sa.Column('body_part', sa.String(length=12), nullable=False),
    sa.Column('pictures', sa.Integer(), nullable=False),
    sa.Column('seed', sa.Integer(), nullable=False),
    sa.Column('pain_before', sa.Integer(), nullable=False),
    sa.Column('answers', JSON_TYPE, nullable=False),
    sa.Column('ended', sa.Boolean(), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('pictures BETWEEN 1 AND 100', name='ck_practice_run_pictures'),
    sa.UniqueConstraint('homework_id', 'occurrence', name='uq_practice_run_homework_id_occurrence'),
    *_owned('practice_run', ('homework_id', 'homework'), ('patient_id', 'patient')),
    )
    op.create_table('ladder_move',
    sa.Column('patient_id', sa.Uuid(), nullable=False),
    sa.Column('episode_id', sa.Uuid(), nullable=False),
    sa.Column('step', sa.Integer(), nullable=False),
    sa.Column('moved_on', sa.Date(), nullable=False),
    sa.Column('moved_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('moved_by', sa.Uuid(), nullable=False),
    sa.CheckConstraint('step BETWEEN 1 AND 4', name='ck_ladder_move_step'),
    *_owned('ladder_move', ('patient_id', 'patient'), ('episode_id', 'episode'), ('moved_by', 'account')),
    )
    op.create_index('ix_ladder_move_episode', 'ladder_move', ['episode_id', 'moved_at'])
    op.create_table('drawing',
    sa.Column('homework_id', sa.Uuid(), nullable=False),
    sa.Column('patient_id', sa.Uuid(), nullable=False),
    sa.Column('occurrence', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('strokes', 'jpeg', 'png', name='drawingkind', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('content', sa.Text(), nullable=False),
    sa.Column('saved_at', sa.DateTime(timezone=True), nullable=False),
    sa.UniqueConstraint('homework_id', 'occurrence', name='uq_drawing_homework_id_occurrence'),
    *_owned('drawing', ('homework_id', 'homework'), ('patient_id', 'patient')),
    )
    op.create_table('own_log',
    sa.Column('patient_id', sa.Uuid(), nullable=False),
    sa.Column('episode_id', sa.Uuid(), nullable=True),
    sa.Column('kind', sa.Enum(*KINDS, name='homeworkkind', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('for_date', sa.Date(), nullable=False),
    sa.Column('values', JSON_TYPE, nullable=False),
    sa.Column('derived', JSON_TYPE, nullable=False),
    sa.Column('logged_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('logged_by', sa.Uuid(), nullable=False),
    sa.Column('taken_back_at', sa.DateTime(timezone=True), nullable=True),
    *_owned('own_log', ('patient_id', 'patient')),
    )
    op.create_index('ix_own_log_patient', 'own_log', ['patient_id', 'for_date'])


def downgrade() -> None:
    op.drop_index('ix_own_log_patient', table_name='own_log')
    op.drop_table('own_log')
    op.drop_table('drawing')
    op.drop_index('ix_ladder_move_episode', table_name='ladder_move')
    op.drop_table('ladder_move')
    op.drop_table('practice_run')
