"""With procrastinate set, a delivery is a job that is there with its message or not at all."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest
from flask import Flask

from pne_tracker.adapters import queue
from pne_tracker.db import UNSCOPED, db, transaction
from pne_tracker.domain.errors import RefusedError
from pne_tracker.domain.reminders.states import MessageStatus
from pne_tracker.jobs.dispatch import Report
from tests.jobs.reminding import EVENING, by_mail, engine_at, give_homework, messages
from tests.people import House


def test_without_postgresql_it_is_refused_with_what_to_do() -> None:
    with pytest.raises(RefusedError, match="needs PostgreSQL"):
        queue.refuse_without("sqlite:////tmp/x.db")


DROP = """
DO $$ DECLARE one text; BEGIN
  FOREACH one IN ARRAY (SELECT array_agg(relname::text) FROM pg_class
      WHERE starts_with(relname, 'procrastinate') AND relkind = 'r') LOOP
    EXECUTE 'DROP TABLE IF EXISTS ' || one || ' CASCADE';
  END LOOP;
  FOREACH one IN ARRAY (SELECT array_agg(oid::regprocedure::text) FROM pg_proc
      WHERE starts_with(proname, 'procrastinate')) LOOP
    EXECUTE 'DROP FUNCTION IF EXISTS ' || one || ' CASCADE';
  END LOOP;
  FOREACH one IN ARRAY (SELECT array_agg(typname::text) FROM pg_type
      WHERE starts_with(typname, 'procrastinate')) LOOP
    EXECUTE 'DROP TYPE IF EXISTS ' || one || ' CASCADE';
  END LOOP;
END $$
"""


@pytest.fixture
def queue_url(app: Flask, database_url: str) -> Iterator[str]:
    """A PostgreSQL whose queue is gone after the test."""
    if not database_url.startswith("postgresql"):
        pytest.skip("the queue lives in PostgreSQL")
    yield database_url
    db.session.remove()
    with db.engine.begin() as connection:
        connection.exec_driver_sql(DROP)


def test_a_delivery_is_a_job_of_the_same_transaction(app: Flask, house: House, queue_url: str) -> None:
    by_mail(house)
    give_homework(house)
    engine, sink, _ = engine_at(EVENING)
    ran: list[uuid.UUID] = []

    def deliver(message_id: uuid.UUID) -> None:
        with app.app_context():
            ran.append(message_id)
            engine.deliver(Report(), set(), message_id)
            db.session.remove()

    jobs = queue.app_of(queue_url, deliver)
    queue.prepare(db.engine, jobs)
    with pytest.raises(ZeroDivisionError), transaction(UNSCOPED) as session:
        queue.enqueue(session, [uuid.uuid4()])
        raise ZeroDivisionError
    engine.queue = queue.enqueue
    engine.beat()
    assert sink.letters == []
    assert messages()[0].status is MessageStatus.WAITING
    db.session.remove()
    queue.run_worker(jobs, wait=False)
    assert ran == [messages()[0].id]
    assert len(sink.letters) == 1
    assert messages()[0].status is MessageStatus.SENT
