"""Copies of the prototypes by the database itself: INSERT from SELECT, a thousand patients at a time.

Every id of a copy is the original's with its first eight hexadecimal digits replaced by the number of the
copy, so references between copied rows stay right without looking anything up.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Connection,
    Integer,
    String,
    Table,
    Uuid,
    case,
    cast,
    func,
    insert,
    literal,
    null,
    select,
    text,
    true,
)

from pne_tracker.models import Account, AccountClinic, Base, Episode, Patient, Visit
from pne_tracker.services.demo.prototypes import Original, Originals

CASELOAD = 50
CHUNK = 1000
TAG_DIGITS = 8
LEFT_OUT = frozenset({"audit_event", "invitation", "outbox_message", "patient_key", "staff_task", "drawing"})
COPIED_IDS = frozenset(
    {"id", "patient_id", "episode_id", "visit_id", "homework_id", "entry_id", "appointment_id"}
)
Values = dict[str, ColumnElement[Any]]


def chunks(start: int, end: int) -> Iterator[tuple[int, int]]:
    """Ranges of copies, each small enough for one transaction and whole caseloads."""
    while start < end:
        stop = min(end, start - start % CHUNK + CHUNK)
        yield start, stop
        start = stop


def multiply(connection: Connection, originals: Originals, start: int, end: int) -> None:
    """Add the copies `start` to `end` - 1, with the therapists whose caseload begins among them."""
    _therapists(connection, originals, -(-start // CASELOAD), -(-end // CASELOAD))
    of_each = len(originals.patients)
    for place, original in enumerate(originals.patients):
        first = start + (place - start) % of_each
        if first < end:
            _patients(connection, originals, original, _numbers(first, end, of_each))


def prepare_statistics(connection: Connection) -> None:
    """Let the database count its rows, so that it plans its reads as it would in a grown clinic."""
    connection.execute(text("ANALYZE"))


def _numbers(start: int, end: int, step: int) -> CTE:
    numbers = select(literal(start, Integer).label("n")).cte("numbers", recursive=True)
    return numbers.union_all(select(numbers.c.n + step).where(numbers.c.n + step < end))


def _therapists(connection: Connection, originals: Originals, start: int, end: int) -> None:
    if start >= end:
        return
    numbers = _numbers(start, end, 1)
    tag = _tag(connection, numbers.c.n)
    own: Values = {
        "id": _retagged(Account.id, tag),
        "email": literal("therapist-") + tag + "@bench.example.org",
        "uniquifier": literal("bench-therapist-") + tag,
    }
    _copy(connection, Account.__table__, numbers, Account.id == originals.therapist_id, own)
    own = {
        "id": _retagged(AccountClinic.id, tag),
        "account_id": _retagged(AccountClinic.account_id, tag),
        "clinic_id": _clinic(originals, numbers.c.n),
    }
    mine = AccountClinic.account_id == originals.therapist_id
    _copy(connection, AccountClinic.__table__, numbers, mine, own)


def _patients(connection: Connection, originals: Originals, original: Original, numbers: CTE) -> None:
    for table in Base.metadata.sorted_tables:
        condition = None if table.name in LEFT_OUT else _of_patient(table, original)
        if condition is not None:
            own = _own(connection, originals, original, table, numbers.c.n)
            _copy(connection, table, numbers, condition, own)


def _of_patient(table: Table, original: Original) -> ColumnElement[bool] | None:
    """The rows of a table that belong to one prototype; None when it holds nothing of patients."""
    columns, patient_id = table.c, original.patient_id
    if table is Patient.__table__:
        return columns.id == patient_id
    if "patient_id" in columns:
        return columns.patient_id == patient_id
    if "episode_id" in columns:
        return columns.episode_id.in_(select(Episode.id).where(Episode.patient_id == patient_id))
    if "visit_id" in columns:
        return columns.visit_id.in_(select(Visit.id).where(Visit.patient_id == patient_id))
    if table is AccountClinic.__table__:
        return columns.account_id == original.account_id
    return None


def _own(
    connection: Connection,
    originals: Originals,
    original: Original,
    table: Table,
    n: ColumnElement[int],
) -> Values:
    """What differs from the original: ids, whoever treats, and what has to be unique."""
    tag, therapist = _tag(connection, n), _tag(connection, n // CASELOAD)
    own: dict[str, ColumnElement[Any]] = {}
    for column in table.c:
        if not isinstance(column.type, Uuid) or column.name == "organisation_id":
            continue
        if column.name in COPIED_IDS:
            own[column.name] = _retagged(column, tag)
        elif column.name == "clinic_id":
            own[column.name] = _clinic(originals, n // CASELOAD)
        elif column.name.endswith(("_by", "account_id", "therapist_id")):
            own[column.name] = case(
                (column == original.account_id, _retagged(column, tag)),
                (column == originals.therapist_id, _retagged(column, therapist)),
                else_=column,
            )
    return own | _unique(table, tag)


def _unique(table: Table, tag: ColumnElement[str]) -> Values:
    columns = table.c
    match table.name:
        case "patient":
            name = columns.family_name + " " + columns.given_name
            return {"mrn": literal("BN-") + tag, "search_text": func.lower(name + " bn-" + tag)}
        case "account":
            return {
                "email": literal("patient-") + tag + "@bench.example.org",
                "uniquifier": literal("bench-patient-") + tag,
            }
        case "reminder":
            before = func.length(columns.reason) + 1
            key = columns.idempotency_key
            rest = func.substr(key, before + TAG_DIGITS + 1, type_=String)
            renamed = func.substr(key, 1, before, type_=String) + tag + rest
            return {"idempotency_key": renamed, "message_id": cast(null(), Uuid)}
    return {}


def _copy(
    connection: Connection, table: Any, numbers: CTE, condition: ColumnElement[bool], own: Values
) -> None:
    names = [column.name for column in table.c]
    chosen = select(*(own.get(name, table.c[name]) for name in names)).select_from(
        table.join(numbers, true())
    )
    connection.execute(insert(table).from_select(names, chosen.where(condition), include_defaults=False))


def _tag(connection: Connection, number: ColumnElement[int]) -> ColumnElement[str]:
    """A number as eight hexadecimal digits, in the words of either database."""
    if connection.dialect.name == "sqlite":
        return func.printf("%08x", number, type_=String)
    return func.lpad(func.to_hex(number), TAG_DIGITS, "0", type_=String)


def _retagged(column: Any, tag: ColumnElement[str]) -> ColumnElement[uuid.UUID]:
    return cast(tag + func.substr(cast(column, String), TAG_DIGITS + 1, type_=String), Uuid)


def _clinic(originals: Originals, therapist: ColumnElement[int]) -> ColumnElement[uuid.UUID]:
    clinics = originals.clinic_ids
    return case(
        *(
            (therapist % len(clinics) == place, literal(one, Uuid))
            for place, one in enumerate(clinics[1:], 1)
        ),
        else_=literal(clinics[0], Uuid),
    )
