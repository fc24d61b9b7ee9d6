"""Copies of the prototypes by the database itself: INSERT from SELECT, many patients at a time.

Every id of a copy is the original's with its first eight hexadecimal digits replaced by the number of the
copy, so references between copied rows stay right without looking anything up. The rows of the prototypes lie
in tables of this connection meanwhile, and are read once for each copy in the order of the copies: so ids grow,
and pages and indices fill from left to right.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Integer,
    MetaData,
    Select,
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
)

from pne_tracker.models import Account, AccountClinic, Base, Episode, Patient, Visit
from pne_tracker.services.demo.prototypes import Originals

CASELOAD = 50
CHUNK = 1000
TAG_DIGITS = 8
LEFT_OUT = frozenset({"audit_event", "invitation", "patient_key", "staff_task", "drawing"})
COPIED_IDS = frozenset(
    {"id", "patient_id", "episode_id", "visit_id", "homework_id", "entry_id", "appointment_id", "message_id"}
)
COPY = Table(
    "bench_copy",
    MetaData(),
    Column("n", Integer, primary_key=True),
    Column("tag", String(TAG_DIGITS)),
    Column("therapist_tag", String(TAG_DIGITS)),
    Column("clinic_id", Uuid),
    Column("patient_id", Uuid),
    Column("account_id", Uuid),
    prefixes=["TEMPORARY"],
)
"""The copies of a chunk: whose caseload each is in, and which prototype it repeats."""
Values = dict[str, ColumnElement[Any]]


def chunks(start: int, end: int) -> Iterator[tuple[int, int]]:
    """Ranges of copies, each small enough for one transaction and whole caseloads."""
    while start < end:
        stop = min(end, start - start % CHUNK + CHUNK)
        yield start, stop
        start = stop


def multiply(connection: Connection, originals: Originals, start: int, end: int) -> None:
    """Add the copies `start` to `end` - 1, with the therapists whose caseload begins among them."""
    COPY.create(connection)
    _therapists(connection, originals, -(-start // CASELOAD), -(-end // CASELOAD))
    connection.execute(insert(COPY), [_copy_of(originals, n) for n in range(start, end)])
    for table in Base.metadata.sorted_tables:
        rows = None if table.name in LEFT_OUT else _of_prototypes(table, originals)
        if rows is not None:
            _copy(connection, table, rows, originals)
    COPY.drop(connection)


def prepare_statistics(connection: Connection) -> None:
    """Let the database count its rows, so that it plans its reads as it would in a grown clinic."""
    connection.execute(text("ANALYZE"))


def _copy_of(originals: Originals, n: int) -> dict[str, object]:
    original = originals.patients[n % len(originals.patients)]
    return {
        "n": n,
        "tag": _tag(n),
        "therapist_tag": _tag(n // CASELOAD),
        "clinic_id": originals.clinic_ids[n // CASELOAD % len(originals.clinic_ids)],
        "patient_id": original.patient_id,
        "account_id": original.account_id,
    }


def _tag(number: int) -> str:
    return f"{number:0{TAG_DIGITS}x}"


def _therapists(connection: Connection, originals: Originals, start: int, end: int) -> None:
    """The therapists of these numbers, each in one clinic."""
    for number in range(start, end):
        tag = literal(_tag(number))
        clinic_id = originals.clinic_ids[number % len(originals.clinic_ids)]
        own: Values = {
            "id": _retagged(Account.id, tag),
            "email": literal(f"therapist-{_tag(number)}@bench.example.org"),
            "uniquifier": literal(f"bench-therapist-{_tag(number)}"),
        }
        _insert(connection, Account.__table__, own, Account.id == originals.therapist_id)
        own = {
            "id": _retagged(AccountClinic.id, tag),
            "account_id": _retagged(AccountClinic.account_id, tag),
            "clinic_id": literal(clinic_id, Uuid),
        }
        mine = AccountClinic.account_id == originals.therapist_id
        _insert(connection, AccountClinic.__table__, own, mine)


def _insert(connection: Connection, table: Any, own: Values, condition: ColumnElement[bool]) -> None:
    names = [column.name for column in table.c]
    chosen = select(*(own.get(name, table.c[name]) for name in names)).where(condition)
    connection.execute(insert(table).from_select(names, chosen, include_defaults=False))


def _of_prototypes(table: Table, originals: Originals) -> Select[Any] | None:
    """The rows of a table that belong to prototypes, after whose they are; None when it holds nothing of patients.

    Of the reminders those that came to nothing, half of them all, are left out, and so are messages on their way.
    """
    columns, people = table.c, [one.patient_id for one in originals.patients]
    if table is Patient.__table__:
        return select(columns.id.label("owner"), table).where(columns.id.in_(people))
    if table is AccountClinic.__table__:
        holder = Account.__table__
        return (
            select(holder.c.patient_id.label("owner"), table)
            .join(holder, holder.c.id == columns.account_id)
            .where(holder.c.patient_id.in_(people))
        )
    if "patient_id" in columns:
        mine = select(columns.patient_id.label("owner"), table).where(columns.patient_id.in_(people))
        left_out = {"reminder": "suppressed", "outbox_message": "waiting"}.get(table.name)
        return mine.where(columns.status != left_out) if left_out else mine
    for name, parent in (("episode_id", Episode.__table__), ("visit_id", Visit.__table__)):
        if name in columns:
            return (
                select(parent.c.patient_id.label("owner"), table)
                .join(parent, parent.c.id == columns[name])
                .where(parent.c.patient_id.in_(people))
            )
    return None


def _copy(connection: Connection, table: Table, rows: Select[Any], originals: Originals) -> None:
    kept = Table(
        f"bench_{table.name}",
        MetaData(),
        Column("owner", Uuid, index=True),
        *(Column(column.name, column.type) for column in table.c),
        prefixes=["TEMPORARY"],
    )
    kept.create(connection)
    names = [column.name for column in table.c]
    connection.execute(insert(kept).from_select(["owner", *names], rows, include_defaults=False))
    own = _own(originals, table, kept)
    chosen = (
        select(*(own.get(name, kept.c[name]) for name in names))
        .select_from(COPY.join(kept, kept.c.owner == COPY.c.patient_id))
        .order_by(COPY.c.n)
    )
    connection.execute(insert(table).from_select(names, chosen, include_defaults=False))
    kept.drop(connection)


def _own(originals: Originals, table: Table, kept: Table) -> Values:
    """What differs from the original: ids, whoever treats, and what has to be unique."""
    own: Values = {}
    for column in kept.c:
        if not isinstance(column.type, Uuid) or column.name in {"organisation_id", "owner"}:
            continue
        if column.name in COPIED_IDS:
            own[column.name] = _retagged(column, COPY.c.tag)
        elif column.name == "clinic_id":
            own[column.name] = COPY.c.clinic_id
        elif column.name.endswith(("_by", "account_id", "therapist_id")):
            own[column.name] = case(
                (column == COPY.c.account_id, _retagged(column, COPY.c.tag)),
                (column == originals.therapist_id, _retagged(column, COPY.c.therapist_tag)),
                else_=column,
            )
    return own | _unique(table, kept)


def _unique(table: Table, kept: Table) -> Values:
    columns, tag = kept.c, COPY.c.tag
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
            gone = case((columns.settled_at.is_(None), null()), else_=_retagged(columns.message_id, tag))
            return {"idempotency_key": renamed, "message_id": cast(gone, Uuid)}
        case "outbox_message":
            return {"idempotency_key": literal("copy:") + tag + ":" + cast(columns.id, String)}
    return {}


def _retagged(column: Any, tag: ColumnElement[str]) -> ColumnElement[uuid.UUID]:
    return cast(tag + func.substr(cast(column, String), TAG_DIGITS + 1, type_=String), Uuid)
