"""what is looked for by its patient, visit, entry or address is found along an index

Revision: 0052, after 0051.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None

INDICES = {
    "ix_account_patient": ("account", ["patient_id"]),
    "ix_addendum_visit": ("addendum", ["visit_id"]),
    "ix_appointment_episode": ("appointment", ["episode_id", "starts_at"]),
    "ix_claim_day": ("claim", ["on_date", "id"]),
    "ix_claim_therapist": ("claim", ["therapist_id", "clinic_id"]),
    "ix_claim_visit": ("claim", ["visit_id"]),
    "ix_consent_patient": ("consent", ["patient_id", "kind", "at"]),
    "ix_contact_point_value": ("contact_point", ["value"]),
    "ix_invitation_patient": ("invitation", ["patient_id"]),
    "ix_patient_key_patient": ("patient_key", ["patient_id"]),
    "ix_visit_patient": ("visit", ["patient_id", "on_date"]),
    "ix_visit_signed": ("visit", ["signed_at", "id"]),
}
SPARSE = {
    "ix_message_answers": ("message", "answers_id"),
    "ix_section_check_entry": ("section_check", "entry_id"),
}
SPARSE_NOW = {"ix_claim_batch": ("claim", "batch_id"), "ix_reminder_appointment": ("reminder", "appointment_id")}
UNREAD = "kind IN ('question', 'call_request') AND read_at IS NULL"


def upgrade() -> None:
    for name, (table, columns) in INDICES.items():
        op.create_index(name, table, columns)
    for name, (table, _column) in SPARSE_NOW.items():
        op.drop_index(name, table)
    for name, (table, column) in (SPARSE | SPARSE_NOW).items():
        _partial(name, table, column, f"{column} IS NOT NULL")
    _partial("ix_message_unread", "message", "written_at", UNREAD)


def downgrade() -> None:
    op.drop_index("ix_message_unread", "message")
    for name, (table, _column) in (SPARSE | SPARSE_NOW).items():
        op.drop_index(name, table)
    for name, (table, column) in SPARSE_NOW.items():
        op.create_index(name, table, [column])
    for name, (table, _columns) in reversed(INDICES.items()):
        op.drop_index(name, table)


def _partial(name: str, table: str, column: str, where: str) -> None:
    op.create_index(name, table, [column], sqlite_where=sa.text(where), postgresql_where=sa.text(where))
