"""The organisation's code tables: the shipped editions with its own later ones, and its own codes."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from pne_tracker.domain.billing import CODES, Code, CodeTable, with_added
from pne_tracker.domain.billing.dated import Edition, Kind, Row, Tables
from pne_tracker.domain.billing.shipped import FIRST_EDITIONS, SHIPPED
from pne_tracker.domain.billing.table_sheet import read_table
from pne_tracker.models import Account, OwnCode, TableEdition, built_once


@lru_cache(maxsize=64)
def _parsed(_content_hash: str, kind: str, content: str) -> tuple[Row, ...]:
    return read_table(Kind(kind), content).rows


@lru_cache(maxsize=32)
def _tables(editions: tuple[Edition, ...]) -> Tables:
    return Tables((*FIRST_EDITIONS, *editions))


_EDITIONS = built_once(select(TableEdition).order_by(TableEdition.kind, TableEdition.effective_on))


def tables_of(session: Session) -> Tables:
    """The tables as they answer in the session's organisation."""
    found = session.scalars(_EDITIONS).all()
    if not found:
        return SHIPPED
    return _tables(tuple(_edition(one) for one in found))


def _edition(one: TableEdition) -> Edition:
    return Edition(Kind(one.kind), one.effective_on, _parsed(one.content_hash, one.kind, one.content))


@dataclass(frozen=True, slots=True)
class EditionRow:
    """An edition in the list; the shipped one has no id, no day and nobody who brought it in."""

    id: uuid.UUID | None
    kind: Kind
    effective_on: dt.date | None
    rows: int
    loaded_at: dt.datetime | None
    loaded_by: str


def editions(session: Session) -> list[EditionRow]:
    """Every edition, table by table, the latest first."""
    found = session.execute(
        select(TableEdition, Account.name)
        .join(Account, Account.id == TableEdition.loaded_by)
        .order_by(TableEdition.effective_on.desc())
    ).all()
    listed: list[EditionRow] = []
    for first in FIRST_EDITIONS:
        listed += [
            EditionRow(one.id, first.kind, one.effective_on, one.rows, one.loaded_at, name)
            for one, name in found
            if one.kind == first.kind
        ]
        listed.append(EditionRow(None, first.kind, None, len(first.rows), None, ""))
    return listed


def edition_before(session: Session, kind: Kind, day: dt.date) -> Edition:
    """The edition of a table that answers on the day before `day`."""
    found = session.scalars(
        select(TableEdition)
        .where(TableEdition.kind == kind.value, TableEdition.effective_on < day)
        .order_by(TableEdition.effective_on.desc())
        .limit(1)
    ).one_or_none()
    return _edition(found) if found else next(one for one in FIRST_EDITIONS if one.kind is kind)


@dataclass(frozen=True, slots=True)
class OwnCodeRow:
    """A code that the clinic added."""

    id: uuid.UUID
    code: str
    label: str
    timed: bool
    added_at: dt.datetime
    added_by: str
    retired_on: dt.date | None


def own_codes(session: Session) -> list[OwnCodeRow]:
    """The clinic's own codes, by code."""
    found = session.execute(
        select(OwnCode, Account.name).join(Account, Account.id == OwnCode.added_by).order_by(OwnCode.code)
    )
    return [
        OwnCodeRow(one.id, one.code, one.label, one.timed, one.added_at, name, one.retired_on)
        for one, name in found
    ]


_EVERY_CODE = built_once(select(OwnCode.code, OwnCode.label, OwnCode.timed))
_CODES_ON = built_once(
    _EVERY_CODE.where(OwnCode.retired_on.is_(None) | (OwnCode.retired_on > bindparam("day")))
)


def codes_of(session: Session, day: dt.date | None = None) -> CodeTable:
    """The code table of the session's organisation; with `day` without those retired by then."""
    found = session.execute(_EVERY_CODE) if day is None else session.execute(_CODES_ON, {"day": day})
    added = [Code(code, label, timed) for code, label, timed in found]
    return with_added(*added) if added else CODES
