"""The application context that commands with a database run in."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from sqlalchemy.exc import DatabaseError, OperationalError, SQLAlchemyError

from pne_tracker.domain.errors import RefusedError
from pne_tracker.factory import create_app
from pne_tracker.web.readiness import newest_revision, revision_of_database

P = ParamSpec("P")
R = TypeVar("R")


def with_app(command: Callable[P, R]) -> Callable[P, R]:
    """Run the command within the application of the environment's settings.

    Raises RefusedError when the database does not answer.
    """

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        with create_app().app_context():
            try:
                return command(*args, **kwargs)
            except DatabaseError as error:
                if type(error) in {DatabaseError, OperationalError}:
                    raise _no_answer(error) from error
                raise

    return run


def with_database(command: Callable[P, R]) -> Callable[P, R]:
    """Run the command as `with_app` does. Raises RefusedError unless the database has the newest migration."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            current = revision_of_database() == newest_revision()
        except SQLAlchemyError as error:
            raise _no_answer(error) from error
        if not current:
            raise RefusedError(
                "The database is not at the newest migration. Run pne-tracker db upgrade first."
            )
        return command(*args, **kwargs)

    return with_app(run)


def _no_answer(error: SQLAlchemyError) -> RefusedError:
    """The driver's own first line says why; statement and parameters are left out."""
    why = str(getattr(error, "orig", None) or type(error).__name__).strip().splitlines()[0]
    return RefusedError(f"The database of DATABASE_URL does not answer: {why}")
