"""Deliveries as jobs of procrastinate on PostgreSQL: written in the transaction that makes the message."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from typing import Any, Final

from sqlalchemy import inspect
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from pne_tracker.domain.errors import RefusedError

QUEUE: Final = "reminders"
TASK: Final = "pne_tracker.deliver"
DEFER: Final = (
    "SELECT procrastinate_defer_jobs_v1(ARRAY[ROW(%(queue)s, %(task)s, 0, NULL, NULL, "
    "jsonb_build_object('message_id', %(message)s::text), NULL)::procrastinate_job_to_defer_v1])"
)


def refuse_without(url: str) -> None:
    """Raise RefusedError where `PNE_QUEUE=procrastinate` cannot work."""
    if not url.startswith("postgresql"):
        raise RefusedError("PNE_QUEUE=procrastinate needs PostgreSQL. Leave it out with SQLite.")
    if find_spec("procrastinate") is None:
        raise RefusedError("PNE_QUEUE=procrastinate needs the queue extra: pip install 'pne-tracker[queue]'.")


def enqueue(session: Session, message_ids: Sequence[uuid.UUID]) -> None:
    """One job for each message, in the session's own transaction: there with it, or not at all."""
    connection = session.connection()
    for one in message_ids:
        connection.exec_driver_sql(DEFER, {"queue": QUEUE, "task": TASK, "message": str(one)})


def app_of(url: str, deliver: Callable[[uuid.UUID], None]) -> Any:
    """Procrastinate's application with the one task, on the database of that SQLAlchemy address."""
    import procrastinate

    app = procrastinate.App(
        connector=procrastinate.PsycopgConnector(
            conninfo=url.replace("postgresql+psycopg://", "postgresql://")
        )
    )

    @app.task(name=TASK, queue=QUEUE)
    def run(message_id: str) -> None:
        deliver(uuid.UUID(message_id))

    return app


def prepare(engine: Engine, app: Any) -> None:
    """Make procrastinate's tables where they are missing."""
    if inspect(engine).has_table("procrastinate_jobs"):
        return
    with app.open():
        app.schema_manager.apply_schema()


def run_worker(app: Any, *, wait: bool) -> None:
    """Run jobs until told to stop by a signal; without `wait` until none is left."""
    app.run_worker(
        queues=[QUEUE], concurrency=1, wait=wait, delete_jobs="always", install_signal_handlers=wait
    )
