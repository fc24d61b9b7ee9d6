"""Editions of the dated code tables, and the clinic's own codes: brought in, never changed."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid

from sqlalchemy import select, true
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.billing import CODES, Code, with_added
from pne_tracker.domain.billing.dated import Kind
from pne_tracker.domain.billing.table_sheet import read_table
from pne_tracker.domain.errors import BadInputError, NotFoundError, RefusedError
from pne_tracker.models import OwnCode, TableEdition, new_id
from pne_tracker.services import audit, claims


def load_edition(
    session: Session, viewer: Viewer, kind: Kind, effective_on: dt.date, text: str, *, now: dt.datetime
) -> int:
    """Keep a new edition and check waiting claims by it; returns how many rows it has.

    Raises BadInputError at `file` for a file that is not one of this table, RefusedError when the table has an
    edition of that day: what stands is never changed.
    """
    sheet = read_table(kind, text)
    taken = select(TableEdition.id).where(
        TableEdition.kind == kind.value, TableEdition.effective_on == effective_on
    )
    if session.scalar(taken) is not None:
        raise RefusedError(
            "There is an edition of this day already. Choose another first day.", at="effective_on"
        )
    edition = TableEdition(
        id=new_id(),
        organisation_id=viewer.organisation_id,
        kind=kind.value,
        effective_on=effective_on,
        content=text,
        content_hash=hashlib.sha256(text.encode()).hexdigest(),
        rows=len(sheet.rows),
        loaded_at=now,
        loaded_by=viewer.account_id,
    )
    session.add(edition)
    session.flush()
    audit.record(
        session, viewer, "import", "code_table", subject_id=edition.id, now=now, rows=len(sheet.rows)
    )
    claims.check_where(session, viewer, true(), now=now)
    return len(sheet.rows)


def add_code(
    session: Session, viewer: Viewer, code: str, label: str, *, timed: bool, now: dt.datetime
) -> None:
    """Add a code with the clinic's own label. Raises BadInputError at `code` for one that is known or ill-formed."""
    code, label = code.strip().upper(), " ".join(label.split())
    if not label:
        raise BadInputError("Write a label in the clinic's own words.", at="label")
    known = session.scalars(select(OwnCode.code)).all()
    try:
        with_added(Code(code, label, timed), to={**CODES, **{one: Code(one, one, True) for one in known}})
    except BadInputError as error:
        raise BadInputError(error.message, at="code") from None
    row = OwnCode(
        id=new_id(),
        organisation_id=viewer.organisation_id,
        code=code,
        label=label,
        timed=timed,
        added_at=now,
        added_by=viewer.account_id,
    )
    session.add(row)
    session.flush()
    audit.record(session, viewer, "create", "own_code", subject_id=row.id, now=now, code=code)


def retire_code(
    session: Session, viewer: Viewer, code_id: uuid.UUID, *, today: dt.date, now: dt.datetime
) -> bool:
    """No longer offer a code from today on, or offer it again; returns whether it is offered now."""
    row = session.scalars(select(OwnCode).where(OwnCode.id == code_id).with_for_update()).one_or_none()
    if row is None:
        raise NotFoundError
    row.retired_on = today if row.retired_on is None else None
    audit.record(session, viewer, "change", "own_code", subject_id=row.id, now=now, code=row.code)
    session.flush()
    return row.retired_on is None
