"""The scheduler's beat. APScheduler only says "now"; what is due lives in the database."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from pne_tracker.adapters import clock
from pne_tracker.db import UNSCOPED, transaction
from pne_tracker.jobs.election import elected
from pne_tracker.jobs.engine import A_BEAT, STOPPING, engine
from pne_tracker.services import audit, completion_counts, gists, goals, message_standing, standing_upkeep
from pne_tracker.web.readiness import BEAT_KEY

log = structlog.get_logger()
SECONDS = 15


def start(app: Flask) -> BackgroundScheduler:
    """Start the beat in one thread of this process: coalesced, forgiving of a late start, in UTC."""
    scheduler = BackgroundScheduler(
        timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": 3600}
    )
    STOPPING.clear()
    scheduler.add_job(_beat_in, "interval", seconds=SECONDS, args=[app], id="beat", next_run_time=clock.now())
    scheduler.add_job(_catch_up_in, args=[app], id="catch_up")
    app.extensions[BEAT_KEY] = clock.now()
    scheduler.start()
    return scheduler


def stop(scheduler: BackgroundScheduler) -> None:
    """End the beat: the message under way is settled, so that none is left undecided, and no other is begun."""
    STOPPING.set()
    scheduler.shutdown(wait=True)


def _beat_in(app: Flask) -> None:
    with app.app_context():
        try:
            with elected() as mine:
                sealed = beat() if mine else 0
        except SQLAlchemyError as error:
            log.warning("beat_missed", kind=type(error).__name__)
            return
        app.extensions[BEAT_KEY] = clock.now()
        if sealed:
            log.debug("beat", sealed=sealed)


def _catch_up_in(app: Flask) -> None:
    """Once, at the start: what is kept of episodes and messages that a version before this one left without."""
    with app.app_context():
        for catch_up in (standing_upkeep.catch_up, gists.catch_up, message_standing.count):
            more = True
            while more:
                with transaction(UNSCOPED) as session:
                    more = catch_up(session) > 0


def beat() -> int:
    """One beat: seal the new audit events into the chain, count the messages that went, fold what changed in the
    figures, keep those of a month, send what is due.

    Returns how many events were sealed.
    """
    sealed = _part("seal", audit.seal_new)
    while _part("messages", message_standing.count):
        pass
    _part("fold", completion_counts.fold)
    _part("months", lambda session: goals.keep_months(session, now=clock.now()))
    with engine(at_most=A_BEAT) as reminders:
        reminders.beat()
    return sealed if isinstance(sealed, int) else 0


def _part(name: str, work: Callable[[Session], object]) -> object:
    """One part of a beat in a transaction of its own; a fault in it holds up no other part."""
    try:
        with transaction(UNSCOPED) as session:
            return work(session)
    except Exception as error:
        log.warning("beat_fault", part=name, kind=type(error).__name__)
        return None
