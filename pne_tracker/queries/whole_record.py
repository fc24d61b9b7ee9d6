"""A patient's whole record: every row of every table that is the patient's, as plain values (docs/record.md).

Which tables these are follows from the tables themselves (`models.of_patient`), so a new one is in it by itself.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.sealing import place
from pne_tracker.models import Account, Entry, EntryStatus, SealedText, keys_of
from pne_tracker.models.of_patient import patient_tables, rows_of_patient
from pne_tracker.queries.private import Opener

Row = dict[str, Any]

SECRETS: Final = frozenset(
    {"password_hash", "uniquifier", "token_hash", "code_hash", "endpoint_hash", "credential_id", "public_key"}
)
"""Columns that let somebody in. They say nothing about the patient."""
WITHHELD: Final = {("legal_hold", "reason")}
"""Written for a proceeding, which the right to a copy leaves out (45 CFR 164.524(a)(1)(ii))."""
OPENED: Final = {("drawing", "content"), ("inbound_text", "words")}
"""Sealed under the installation's keys, and opened for the export. Entries have a way of their own."""
LIMIT: Final = 500


@dataclass(frozen=True, slots=True)
class WholeRecord:
    """The rows by table, the names of the people whose accounts the rows name, and the columns that stay out."""

    tables: Mapping[str, list[Row]]
    people: Mapping[str, str]
    withheld: Mapping[str, list[str]]


def whole_record(session: Session, viewer: Viewer, patient_id: uuid.UUID) -> WholeRecord:
    """The record of a patient whom the caller has loaded.

    The patient reads everything, private entries too. For staff, private entries and what the patient has not sent
    yet are without their words.
    """
    tables: dict[str, list[Row]] = {}
    withheld: dict[str, list[str]] = {}
    for table in patient_tables():
        kept = [column.name for column in table.c if not _is_secret(table, column.name)]
        withheld |= {table.name: out} if (out := sorted({one.name for one in table.c} - set(kept))) else {}
        of_patient = rows_of_patient(table, viewer.organisation_id, patient_id)
        rows = session.execute(
            select(*(table.c[name] for name in kept)).where(of_patient).order_by(table.c.id)
        )
        tables[table.name] = [_opened(session, viewer, table, dict(row)) for row in rows.mappings()]
    if viewer.patient_id == patient_id:
        _open_private(session, viewer, patient_id, tables["entry"])
    else:
        _keep_private(tables)
    return WholeRecord(tables, _people(session, tables), withheld)


def _is_secret(table: Table, name: str) -> bool:
    sealed = isinstance(table.c[name].type, SealedText) and (table.name, name) not in OPENED
    return sealed or name in SECRETS or (table.name, name) in WITHHELD


def _opened(session: Session, viewer: Viewer, table: Table, row: Row) -> Row:
    for name in (name for owner, name in OPENED if owner == table.name):
        where = place(viewer.organisation_id, table.name, row["id"], name)
        row[name] = keys_of(session).unseal(row[name], where)
    return row


def _open_private(session: Session, viewer: Viewer, patient_id: uuid.UUID, rows: list[Row]) -> None:
    opener = Opener(session, viewer)
    sealed = {
        one.id: opener.open(one)
        for one in session.scalars(
            select(Entry).where(Entry.patient_id == patient_id, Entry.sealed.is_not(None))
        )
    }
    for row in rows:
        if row["id"] in sealed:
            row["values"], row["derived"] = sealed[row["id"]].values, sealed[row["id"]].derived


def _keep_private(tables: Mapping[str, list[Row]]) -> None:
    sent = set()
    for row in tables["entry"]:
        if row["status"] is EntryStatus.DRAFT:
            row["values"], row["derived"] = {}, {}
        elif row["shared"]:
            sent.add((row["homework_id"], row["occurrence"]))
    for row in tables["drawing"]:
        if (row["homework_id"], row["occurrence"]) not in sent:
            row["content"] = ""


def _people(session: Session, tables: Mapping[str, list[Row]]) -> dict[str, str]:
    ids = sorted({value for value in _values(tables.values()) if isinstance(value, uuid.UUID)})
    found: dict[str, str] = {}
    for start in range(0, len(ids), LIMIT):
        some = select(Account.id, Account.name).where(Account.id.in_(ids[start : start + LIMIT]))
        found |= {str(one): name for one, name in session.execute(some)}
    return found


def _values(tables: Iterable[list[Row]]) -> Iterator[object]:
    for rows in tables:
        for row in rows:
            yield from row.values()
