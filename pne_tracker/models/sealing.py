"""Sealed columns: the session carries the installation's keys, as it carries its tenant scope.

A column of type `SealedText` holds tokens alone. `seal_into` writes and `unsealed` reads one, bound to its
organisation, table, row and column; `pne-tracker keys rotate` finds such columns by their type.
"""

from __future__ import annotations

import uuid
from typing import Annotated, Any

from sqlalchemy import Text, inspect
from sqlalchemy.orm import Session, mapped_column, object_session
from sqlalchemy.types import TypeDecorator

from pne_tracker.domain.sealing import KeyRing, place
from pne_tracker.models.base import TenantOwned, new_id
from pne_tracker.models.tenancy import scope_of

_KEY = "key_ring"
_FORGET = "forget_old_pages"


class SealedText(TypeDecorator[str]):
    """A text column that holds a sealed token."""

    impl = Text
    cache_ok = True


Sealed = Annotated[str, mapped_column(SealedText)]
"""`Mapped[Sealed]` or `Mapped[Sealed | None]`."""


def give_keys(session: Session, keys: KeyRing) -> None:
    """Let this session seal and open."""
    session.info[_KEY] = keys


def keys_of(session: Session) -> KeyRing:
    """The session's keys; RuntimeError when nobody gave it any."""
    keys: KeyRing | None = session.info.get(_KEY)
    if keys is None:
        raise RuntimeError("this session has no keys: give_keys() comes first")
    return keys


def place_of(session: Session, row: TenantOwned, column: str) -> str:
    """The place of one value: its organisation, table, row and column. Gives a new row its id."""
    state: dict[str, Any] = row.__dict__
    if state.get("id") is None:
        row.id = new_id()
    organisation_id: uuid.UUID | None = state.get("organisation_id") or scope_of(session).organisation_id
    if organisation_id is None:
        raise RuntimeError("a sealed value belongs to an organisation")
    return place(organisation_id, inspect(type(row)).local_table.name, row.id, column)


def seal_into(session: Session, row: TenantOwned, column: str, value: str | None) -> None:
    """Set a sealed column to `value`; None clears it."""
    sealed = None if value is None else keys_of(session).seal(value, place_of(session, row, column))
    setattr(row, column, sealed)


def unsealed(row: TenantOwned, column: str) -> str | None:
    """The value of a sealed column of a row that is in a session. Raises SealError."""
    token: str | None = getattr(row, column)
    session = object_session(row)
    if token is None or session is None:
        return None
    return keys_of(session).unseal(token, place_of(session, row, column))


def forget_old_pages(session: Session) -> None:
    """Ask that plain words which are sealed from now on do not linger in what the database wrote before."""
    session.info[_FORGET] = True


def asks_to_forget(session: Session) -> bool:
    """Whether somebody asked so since the last time; asking ends the request."""
    return bool(session.info.pop(_FORGET, False))
