"""The first two layers that keep organisations apart: criteria on every ORM statement, guards on load and flush.

Composite foreign keys (`models.base.fk`) are the third. The fourth is PostgreSQL's row level security, which
is told here whose organisation each transaction is. A session without a scope reads and writes no
tenant's row at all; `UNSCOPED` is for the few acts that stand above organisations (sign-in, the beat,
set-up) and is named where it is used.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Self, TypeVar

from sqlalchemy import BindParameter, Connection, Executable, Uuid, event
from sqlalchemy.orm import (
    ORMExecuteState,
    QueryContext,
    Session,
    SessionTransaction,
    UOWTransaction,
    with_loader_criteria,
)
from sqlalchemy.sql.base import ExecutableOption

from pne_tracker.models.base import TenantOwned
from pne_tracker.models.dialects import common


class TenantError(RuntimeError):
    """A row of one organisation came near a session of another, or no scope was set. A bug, never a user's error."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The one organisation a session may see; `organisation_id` None means above organisations."""

    organisation_id: uuid.UUID | None


UNSCOPED = Scope(None)
_KEY = "tenant_scope"
_BUILT_ONCE = "pne_built_once"
Statement = TypeVar("Statement", bound=Executable)
SETTING = "pne.organisation"
"""What the policies of PostgreSQL compare with: an organisation's id, or EVERY; without it no row is seen."""
EVERY = "every"


def enter_scope(session: Session, scope: Scope) -> None:
    """Set the session's scope; a change of scope forgets every loaded row."""
    if session.info.get(_KEY) not in {None, scope}:
        session.expunge_all()
    session.info[_KEY] = scope
    if session.in_transaction():
        tell_database(session.connection(), scope)


def leave_scope(session: Session) -> None:
    """Take the scope away, so that the next user of the session has to set its own."""
    session.info.pop(_KEY, None)


def scope_of(session: Session) -> Scope:
    """The session's scope, or TenantError."""
    scope = session.info.get(_KEY)
    if scope is None:
        raise TenantError("this session has no organisation: enter_scope() comes first")
    return scope  # type: ignore[no-any-return]


def install(session_class: type[Session]) -> None:
    """Put the guards on a session class; once for each class."""
    event.listen(session_class, "do_orm_execute", _add_criteria)
    event.listen(session_class, "before_flush", _guard_flush)
    event.listen(session_class, "after_begin", _begin_in_scope)


def tell_database(connection: Connection, scope: Scope) -> None:
    """Let row level security know whose rows this transaction may see; it ends with the transaction.

    Part of its beginning, so sent by the driver as BEGIN is.
    """
    if connection.dialect.name == "postgresql":
        value = EVERY if scope.organisation_id is None else str(scope.organisation_id)
        cursor = connection.connection.cursor()
        cursor.execute("SELECT set_config(%s, %s, true)", (SETTING, value))
        cursor.close()


def _begin_in_scope(session: Session, transaction: SessionTransaction, connection: Connection) -> None:
    scope = session.info.get(_KEY)
    if scope is not None and not transaction.nested:
        tell_database(connection, scope)


def built_once(statement: Statement) -> Statement:
    """For a statement of a module, which takes what it looks for as parameters: its criteria are kept with it.

    Building and recognising a statement takes longer than running it.
    """
    return statement.execution_options(**{_BUILT_ONCE: True})


def _add_criteria(state: ORMExecuteState) -> None:
    organisation_id = scope_of(state.session).organisation_id
    if organisation_id is None:
        return
    of = _kept_for if _BUILT_ONCE in state.execution_options else _for
    state.statement = of(state.statement, organisation_id)


def _for(statement: Executable, organisation_id: uuid.UUID) -> Executable:
    return statement.options(_only_rows_of(organisation_id))


_kept_for = lru_cache(maxsize=2048)(_for)


@lru_cache(maxsize=256)
def _only_rows_of(organisation_id: uuid.UUID) -> ExecutableOption:
    """The criteria, made once for each organisation: every statement of every page carries them."""
    own = _Own("own_organisation", organisation_id, Uuid())
    return with_loader_criteria(
        TenantOwned, lambda cls: common(cls.organisation_id == own), include_aliases=True
    )


class _Own(BindParameter[uuid.UUID]):
    """The organisation in the criteria: one and the same object wherever a statement compares with it.

    SQLAlchemy would mark a copy of it for each table. The copies hash alike, so every lookup of a parameter
    compared them one by one, by building SQL, at every execution: a fifth of the time of a statement.
    """

    inherit_cache = True

    def _annotate(self, values: Any) -> Self:
        return self


def _guard_flush(session: Session, _context: UOWTransaction, _instances: Any) -> None:
    """Give the session's organisation to what it is about to write; TenantError for a row of another one."""
    for row in [*session.new, *session.dirty, *session.deleted]:
        if not isinstance(row, TenantOwned):
            continue
        organisation_id = scope_of(session).organisation_id
        if organisation_id is None:
            continue
        if row.__dict__.get("organisation_id") is None:
            row.organisation_id = organisation_id
        if row.organisation_id != organisation_id:
            raise TenantError(f"{type(row).__name__} of another organisation in this session")


@event.listens_for(TenantOwned, "load", propagate=True)
def _guard_load(row: TenantOwned, context: QueryContext) -> None:
    _check_loaded(row, context.session)


@event.listens_for(TenantOwned, "refresh", propagate=True)
def _guard_refresh(row: TenantOwned, context: QueryContext, _attrs: Any) -> None:
    _check_loaded(row, context.session)


def _check_loaded(row: TenantOwned, session: Session) -> None:
    organisation_id = scope_of(session).organisation_id
    loaded = row.__dict__.get("organisation_id")
    if organisation_id is not None and loaded is not None and loaded != organisation_id:
        raise TenantError(f"{type(row).__name__} of another organisation was read")
