"""`pne-tracker worker`: sends reminders apart from the web server, any number of them on PostgreSQL."""

from __future__ import annotations

import signal
import uuid

import click
import structlog
from flask import current_app
from sqlalchemy.exc import SQLAlchemyError

from config import Settings
from pne_tracker.adapters import queue
from pne_tracker.cli._app import with_database
from pne_tracker.db import db
from pne_tracker.domain.errors import RefusedError
from pne_tracker.jobs import beat
from pne_tracker.jobs.election import elected
from pne_tracker.jobs.engine import A_BEAT, QUEUED, STOPPING, deliver_one, engine

log = structlog.get_logger()
PAUSE = 5.0


@click.command()
@click.option("--drain", is_flag=True, help="Stop as soon as nothing is due any more.")
@with_database
def worker(*, drain: bool) -> None:
    """Take what is due and send it, until stopped. One of all workers and servers gives the beat besides."""
    if db.engine.dialect.name != "postgresql" and not drain:
        raise RefusedError(
            "Workers need PostgreSQL. With SQLite, `pne-tracker serve` sends reminders by itself."
        )
    settings = current_app.extensions["pne_settings"]
    if settings.queue == QUEUED:
        _work_off_queue(settings, drain=drain)
        return
    STOPPING.clear()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: STOPPING.set())
    click.echo("Working. Stop with Ctrl-C.")
    while not STOPPING.is_set():
        _round()
        if drain or STOPPING.wait(PAUSE):
            break
    click.echo("Stopped.")


def _work_off_queue(settings: Settings, *, drain: bool) -> None:
    """Deliveries are jobs of procrastinate; the beat, which makes them, goes on beside."""
    queue.refuse_without(settings.database_url)
    app = current_app._get_current_object()  # type: ignore[attr-defined]

    def deliver(message_id: uuid.UUID) -> None:
        with app.app_context():
            deliver_one(message_id)

    jobs = queue.app_of(settings.database_url, deliver)
    queue.prepare(db.engine, jobs)
    if drain:
        _round()
    scheduler = beat.start(app) if settings.beat and not drain else None
    click.echo("Working off the queue. Stop with Ctrl-C.")
    try:
        queue.run_worker(jobs, wait=not drain)
    finally:
        if scheduler is not None:
            beat.stop(scheduler)


def _round() -> None:
    """The beat for the one that has it, and a share of the reminders for everybody."""
    try:
        with elected() as mine:
            if mine:
                beat.beat()
        with engine(at_most=A_BEAT) as one:
            one.work()
    except SQLAlchemyError as error:
        log.warning("round_missed", kind=type(error).__name__)
