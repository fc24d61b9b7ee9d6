"""What belongs to a patient is found along an index, not by looking through the table of everybody."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Table, UniqueConstraint

from pne_tracker.models import Base

OWNERS = {"patient", "episode", "visit", "homework", "entry", "message", "outbox_message", "appointment"}
ONLY_WHEN_A_RECORD_GOES = {
    *("care_team_member.patient_id", "coverage.patient_id", "drawing.patient_id", "entry_move.patient_id"),
    *("episode_gist.patient_id", "episode_standing.patient_id", "homework_standing.patient_id"),
    *("ladder_move.patient_id", "practice_run.patient_id"),
    *("received_answer.patient_id", "section_choice.patient_id", "section_state.patient_id"),
    *("stall_ask.patient_id", "appointment.visit_id", "homework.visit_id", "issued_paper.visit_id"),
    *("outcome_score.visit_id", "message.homework_id"),
}
"""Asked by the episode or the item else, which have an index."""
FEW_ROWS = {"legal_hold.patient_id", "entry_move.from_homework_id", "entry_move.to_homework_id"}


def _first_columns(table: Table) -> set[str]:
    unique = [one for one in table.constraints if isinstance(one, UniqueConstraint)]
    return {one.columns[0].name for one in (*table.indexes, *unique, table.primary_key)}


def _pointers() -> Iterator[tuple[Table, str]]:
    for table in Base.metadata.tables.values():
        for key in table.foreign_key_constraints:
            names = [one for one in key.column_keys if one != "organisation_id"]
            if key.referred_table.name in OWNERS and names:
                yield table, names[0]


def test_what_belongs_to_a_patient_is_found_along_an_index() -> None:
    without = {f"{table.name}.{name}" for table, name in _pointers() if name not in _first_columns(table)}
    assert without == ONLY_WHEN_A_RECORD_GOES | FEW_ROWS
