"""deletion of a patient's record, legal hold, retention

Revision: 0037, after 0036. The triggers of signed visits and issued papers let the rows of a patient go whose deletion is running; the
audit trail keeps a patient's id as a plain id.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

REFUSAL = "a signed visit is never changed"
PAPER_REFUSAL = "an issued paper is never changed"
PARTS = ("treatment", "visit_section", "visit_homework", "visit_score", "outcome_score")
FROZEN = ("billing_line", "addendum")
TRAIL_KEY = "fk_audit_event_organisation_id_patient_id"
REASONS = ("period_over", "patient_right", "mistake")
STATES = ("asked", "running", "done", "withdrawn")
GOING = (
    "SELECT 1 FROM deletion WHERE deletion.organisation_id = {of}.organisation_id "
    "AND deletion.subject_id = {of}.patient_id AND deletion.state = 'running'"
)


def upgrade() -> None:
    with op.batch_alter_table("audit_event") as batch:
        batch.drop_constraint(op.f(TRAIL_KEY), type_="foreignkey")
    op.add_column("organisation", sa.Column("retention_years", sa.Integer(), nullable=False, server_default="10"))
    op.add_column("claim_batch", sa.Column("cut_at", sa.DateTime(timezone=True), nullable=True))
    _deletion()
    _hold()
    if _on_sqlite():
        _sqlite(going=True)
        return
    op.execute("SELECT keep_apart('deletion')")
    op.execute("SELECT keep_apart('legal_hold')")
    _postgresql(going=True)


def downgrade() -> None:
    """Trail events of patients who are gone lose the id of the patient's row: the key asks for one."""
    if _on_sqlite():
        _sqlite(going=False)
    else:
        _postgresql(going=False)
    op.drop_table("legal_hold")
    op.drop_table("deletion")
    op.drop_column("claim_batch", "cut_at")
    op.drop_column("organisation", "retention_years")
    op.execute(
        "UPDATE audit_event SET patient_id = NULL WHERE patient_id IS NOT NULL "
        "AND NOT EXISTS (SELECT 1 FROM patient WHERE patient.id = audit_event.patient_id)"
    )
    with op.batch_alter_table("audit_event") as batch:
        batch.create_foreign_key(
            op.f(TRAIL_KEY),
            "patient",
            ["organisation_id", "patient_id"],
            ["organisation_id", "id"],
            deferrable=True,
            initially="DEFERRED",
        )


def _on_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _key(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["organisation_id", column],
        [f"{target}.organisation_id", f"{target}.id"],
        name=op.f(f"fk_{table}_organisation_id_{column}"),
        initially="DEFERRED",
        deferrable=True,
    )


def _kind(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=24)


def _deletion() -> None:
    op.create_table(
        "deletion",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("reason", _kind("deletionreason", REASONS), nullable=False),
        sa.Column("state", _kind("deletionstate", STATES), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by", sa.Uuid(), nullable=True),
        sa.Column(
            "counts",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("done_by IS NULL OR done_by <> asked_by", name=op.f("ck_deletion_two_people")),
        sa.CheckConstraint(
            "(state IN ('running', 'done')) = (done_by IS NOT NULL)", name=op.f("ck_deletion_done_by")
        ),
        sa.CheckConstraint("(done_by IS NULL) = (done_at IS NULL)", name=op.f("ck_deletion_done_at")),
        _key("deletion", "clinic_id", "clinic"),
        _key("deletion", "asked_by", "account"),
        _key("deletion", "done_by", "account"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_deletion_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deletion")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_deletion_organisation_id_id")),
    )
    asked = sa.text("state = 'asked'")
    op.create_index(
        "uq_deletion_asked",
        "deletion",
        ["organisation_id", "subject_id"],
        unique=True,
        sqlite_where=asked,
        postgresql_where=asked,
    )
    op.create_index("ix_deletion_subject", "deletion", ["subject_id", "state"])


def _hold() -> None:
    op.create_table(
        "legal_hold",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_by", sa.Uuid(), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_by", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(lifted_at IS NULL) = (lifted_by IS NULL)", name=op.f("ck_legal_hold_lifted")),
        _key("legal_hold", "patient_id", "patient"),
        _key("legal_hold", "set_by", "account"),
        _key("legal_hold", "lifted_by", "account"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_legal_hold_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_hold")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_legal_hold_organisation_id_id")),
    )
    stands = sa.text("lifted_at IS NULL")
    op.create_index(
        "uq_legal_hold_standing",
        "legal_hold",
        ["organisation_id", "patient_id"],
        unique=True,
        sqlite_where=stands,
        postgresql_where=stands,
    )


def _sqlite(*, going: bool) -> None:
    """Make the triggers on DELETE anew, with or without the exception."""
    of_visit = f" AND NOT EXISTS ({GOING.format(of='visit')})" if going else ""
    signed = f"EXISTS (SELECT 1 FROM visit WHERE visit.id = OLD.visit_id AND visit.status <> 'draft'{of_visit})"
    let = f"NOT EXISTS (SELECT 1 FROM visit WHERE visit.id = OLD.visit_id AND EXISTS ({GOING.format(of='visit')}))"
    when = {
        "visit": "OLD.status <> 'draft'" + (f" AND NOT EXISTS ({GOING.format(of='OLD')})" if going else ""),
        **dict.fromkeys(PARTS, signed),
        **dict.fromkeys(FROZEN, let if going else "1"),
    }
    for table, condition in when.items():
        op.execute(f"DROP TRIGGER keep_{table}_delete")
        op.execute(
            f"CREATE TRIGGER keep_{table}_delete BEFORE DELETE ON {table} WHEN {condition} "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )
    unless = f"WHEN NOT EXISTS ({GOING.format(of='OLD')}) " if going else ""
    op.execute("DROP TRIGGER keep_issued_paper_delete")
    op.execute(
        f"CREATE TRIGGER keep_issued_paper_delete BEFORE DELETE ON issued_paper {unless}"
        f"BEGIN SELECT RAISE(ABORT, '{PAPER_REFUSAL}'); END"
    )


def _postgresql(*, going: bool) -> None:
    refuse = f"RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'restrict_violation';"
    old = f" AND NOT EXISTS ({GOING.format(of='OLD')})" if going else ""
    of_visit = f" AND NOT EXISTS ({GOING.format(of='visit')})" if going else ""
    let = (
        f"IF TG_OP = 'DELETE' AND EXISTS (SELECT 1 FROM visit WHERE visit.id = OLD.visit_id "
        f"AND EXISTS ({GOING.format(of='visit')})) THEN RETURN OLD; END IF; "
        if going
        else ""
    )
    _function(
        "keep_visit",
        f"""
        IF OLD.status <> 'draft' THEN
          IF TG_OP = 'DELETE'{old} THEN {refuse} END IF;
          IF TG_OP = 'UPDATE' THEN
            IF NOT (OLD.status = 'signed' AND NEW.status = 'entered_in_error'
                    AND to_jsonb(OLD) - 'status' - 'version' = to_jsonb(NEW) - 'status' - 'version') THEN
              {refuse}
            END IF;
          END IF;
        END IF;
        """,
    )
    _function(
        "keep_visit_part",
        f"""
        IF TG_OP = 'DELETE' THEN
          IF EXISTS (SELECT 1 FROM visit WHERE visit.id = OLD.visit_id AND visit.status <> 'draft'{of_visit}) THEN
            {refuse}
          END IF;
        ELSIF EXISTS (SELECT 1 FROM visit WHERE visit.id IN (OLD.visit_id, NEW.visit_id) AND visit.status <> 'draft') THEN
          {refuse}
        END IF;
        """,
    )
    _function("keep_always", f"{let}{refuse}")
    let_paper = (
        f"IF TG_OP = 'DELETE' AND EXISTS ({GOING.format(of='OLD')}) THEN RETURN OLD; END IF; " if going else ""
    )
    _function("keep_paper", let_paper + refuse.replace(REFUSAL, PAPER_REFUSAL))


def _function(name: str, body: str) -> None:
    op.execute(
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} "
        "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$"
    )
