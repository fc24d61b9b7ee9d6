"""What the pages of retention and deletion show, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from pne_tracker.domain.retention import DeletionReason, DeletionState
from pne_tracker.queries.retention import DeletionRow
from pne_tracker.web.display import count_text, long_date

REASONS: Final = (
    (DeletionReason.PERIOD_OVER.value, "The retention period is over"),
    (DeletionReason.PATIENT_RIGHT.value, "The patient asked, and the law grants it"),
    (DeletionReason.MISTAKE.value, "The record was entered by mistake"),
)
STATES: Final = {
    DeletionState.ASKED: ("waits", "warn"),
    DeletionState.DONE: ("done", "good"),
    DeletionState.WITHDRAWN: ("withdrawn", ""),
}
STAYS: Final = (
    ("The audit trail", "Who looked and who changed what, by ids alone."),
    ("This request", "Reason, both people, both times and how many rows went. No name."),
    ("Sums of the completion pages", "Counted without this patient."),
    ("Backups", "Those made before keep the record until they are replaced."),
)
GROUPS: Final = (
    ("Name, contacts, consents, insurance", ("patient", "contact_point", "consent", "condition", "coverage")),
    (
        "Sign-in of the patient, caregivers",
        ("account", "account_clinic", "account_session", "invitation", "caregiver_access", "sign_in_link"),
    ),
    (
        "Episodes and the path",
        ("episode", "diagnosis", "care_team_member", "section_state", "section_mark", "section_check"),
    ),
    (
        "Visits, notes and scores",
        (
            "visit",
            "treatment",
            "visit_section",
            "visit_homework",
            "visit_score",
            "addendum",
            "outcome_score",
            "appointment",
        ),
    ),
    (
        "Lines of bills and claims",
        ("billing_line", "claim", "claim_event", "claim_batch_line", "allowed_elsewhere"),
    ),
    (
        "Homework and what the patient wrote",
        ("homework", "entry", "own_log", "drawing", "practice_run", "ladder_move", "patient_key"),
    ),
    ("Messages and reminders", ("message", "reminder", "outbox_message", "inbound_text", "reminder_choice")),
    ("Papers as issued", ("issued_paper",)),
)
REST: Final = "Everything else"


@dataclass(frozen=True, slots=True)
class DeletionLine:
    """A deletion in a list."""

    id: str
    clinic: str
    reason: str
    state: tuple[str, str]
    asked: str
    done: str
    rows: str


def day_text(at: datetime, zone: str) -> str:
    """The day of an instant: "16 November 2026"."""
    return long_date(at.astimezone(ZoneInfo(zone)).date(), year=True)


def goes(counts: Mapping[str, int]) -> list[tuple[str, str]]:
    """What goes, in groups a person knows, each with its rows; a table added tomorrow is in the rest."""
    named = {table for _title, tables in GROUPS for table in tables}
    groups = [*GROUPS, (REST, tuple(name for name in counts if name not in named))]
    sums = ((title, sum(counts.get(name, 0) for name in tables)) for title, tables in groups)
    return [(title, f"{number:,}") for title, number in sums if number]


def deletion_line(one: DeletionRow, zone: str) -> DeletionLine:
    """One row of the list."""
    return DeletionLine(
        str(one.id),
        one.clinic,
        dict(REASONS)[one.reason.value],
        STATES[one.state],
        f"{day_text(one.asked_at, zone)}, {one.asked_by}",
        f"{day_text(one.done_at, zone)}, {one.done_by}" if one.done_at else "",
        count_text(one.rows, "row") if one.done_at else "",
    )
