"""The reminder engine of a running application."""

from __future__ import annotations

import datetime as dt
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from flask import current_app

from config import Settings
from pne_tracker.adapters import clock, queue
from pne_tracker.db import UNSCOPED, transaction
from pne_tracker.jobs.dispatch import Clock, Engine, Report
from pne_tracker.jobs.ways import close, ways_of
from pne_tracker.services.reminders.devices import forget_device

QUEUED = "procrastinate"
STOPPING: Final = threading.Event()
"""Set when this process ends: the message under way is settled, none is begun."""
A_BEAT = dt.timedelta(minutes=1)
"""So long a beat sends; the next one goes on."""


@contextmanager
def engine(now: Clock = clock.now, at_most: dt.timedelta | None = None) -> Iterator[Engine]:
    """An engine with the ways out of this application's settings, closed at the end."""
    settings: Settings = current_app.extensions["pne_settings"]
    ways = ways_of(settings, lambda name: _gone(name, now()))
    try:
        jobs = queue.enqueue if settings.queue == QUEUED else None
        yield Engine(settings, ways, now, jobs, at_most, STOPPING.is_set)
    finally:
        close(ways)


def deliver_one(message_id: uuid.UUID) -> None:
    """Send one message of the outbox, if it still waits: a job of the queue."""
    with engine() as one:
        one.deliver(Report(), set(), message_id)


def _gone(name: str, now: dt.datetime) -> None:
    with transaction(UNSCOPED) as session:
        forget_device(session, uuid.UUID(name), now=now)
