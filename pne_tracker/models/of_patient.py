"""Which rows belong to one patient, in every table, found from the tables themselves.

A row is a patient's when it names the patient, or when it cannot be without a row that is: a treatment without its
visit, a passkey without its account. So a table added tomorrow is in exports and deletions tomorrow.
"""

from __future__ import annotations

import uuid
from functools import cache

from sqlalchemy import ColumnElement, Table, select

from pne_tracker.models.base import Base

PATIENT = "patient"


@cache
def patient_tables() -> tuple[Table, ...]:
    """Every table that can hold rows of a patient, what is pointed at before what points at it."""
    return tuple(table for table in Base.metadata.sorted_tables if _named(table) or _owner(table) is not None)


def rows_of_patient(table: Table, organisation_id: uuid.UUID, patient_id: uuid.UUID) -> ColumnElement[bool]:
    """Condition on one of `patient_tables()`: its rows that are this patient's."""
    here = table.c.organisation_id == organisation_id
    if _named(table):
        key = table.c.id if table.name == PATIENT else table.c.patient_id
        return here & (key == patient_id)
    found = _owner(table)
    assert found is not None, table.name
    column, owner = found
    theirs = select(owner.c.id).where(rows_of_patient(owner, organisation_id, patient_id))
    return here & table.c[column].in_(theirs)


@cache
def rows_of_account() -> tuple[tuple[Table, str], ...]:
    """Every table whose rows cannot be without an account, with the column that names it; the accounts last."""
    account = Base.metadata.tables["account"]
    owned = [
        table for table in reversed(Base.metadata.sorted_tables) if _owner(table) == ("account_id", account)
    ]
    return (*((table, "account_id") for table in owned), (account, "id"))


def _named(table: Table) -> bool:
    return table.name == PATIENT or "patient_id" in table.c


@cache
def _owner(table: Table) -> tuple[str, Table] | None:
    """The column and table of the row that one of this table cannot be without, where that one is a patient's."""
    for constraint in table.foreign_key_constraints:
        column, owner = constraint.column_keys[-1], constraint.referred_table
        needed = column == f"{owner.name}_id" and not table.c[column].nullable and owner is not table
        if needed and (_named(owner) or _owner(owner) is not None):
            return column, owner
    return None
