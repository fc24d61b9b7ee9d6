"""Weeks of reminders: the engine itself, twice a day, with a mail server that takes nearly everything."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.reminders.attempts import Attempt, Result
from pne_tracker.models import StaffTask
from pne_tracker.services.demo.agenda import Agenda, local
from pne_tracker.services.demo.clinic import ZONE
from pne_tracker.services.reminders.chain import sweep_recall
from pne_tracker.services.reminders.inbound import take_in
from pne_tracker.services.reminders.sending import claim_next, settle
from pne_tracker.services.reminders.taking import take_due
from pne_tracker.services.reminders.tasks import ASIDE

BEATS = (dt.time(8, 31), dt.time(18, 1))
REFUSED, LOST = 53, 97
"""Of so many messages one is refused, and of one nobody knows whether it arrived."""

LOOKED_AT = dt.timedelta(days=9)


class Sender:
    """Gives beats on the agenda and answers for the gateways; the same messages have the same fate each time."""

    def __init__(self, session: Session) -> None:
        self._session, self._count = session, 0

    def plan_beats(self, agenda: Agenda, first: dt.date, last: dt.date) -> None:
        """Two beats a day, at hours that reminders come at."""
        day = first
        while day <= last:
            for clock in BEATS:
                agenda.at(local(day, clock, ZONE), self.beat)
            day += dt.timedelta(days=1)

    def beat(self, now: dt.datetime) -> None:
        """One beat: plan, take, send."""
        sweep_recall(self._session, now=now)
        while take_due(self._session, now=now).patients:
            pass
        while (claimed := claim_next(self._session, now=now)) is not None:
            self._count += 1
            settle(self._session, claimed, self._answer(), now=now + dt.timedelta(seconds=2))

    def look_at_tasks(self, viewer: Viewer, now: dt.datetime) -> None:
        """Staff looked at what is older than some days; the rest is still open."""
        old = select(StaffTask).where(StaffTask.created_at < now - LOOKED_AT)
        for task in self._session.scalars(old.order_by(StaffTask.id)):
            task.done_at, task.done_by = task.created_at + dt.timedelta(hours=15), viewer.account_id
            task.done_as = ASIDE
        self._session.flush()

    def _answer(self) -> Attempt:
        if self._count % REFUSED == 0:
            return Attempt(Result.PERMANENT, "smtp_550")
        if self._count % LOST == 0:
            return Attempt(Result.UNDECIDABLE, "smtp_cut")
        return Attempt(Result.ACCEPTED)


def text_back(session: Session, number: str, words: str, *, now: dt.datetime) -> None:
    """A patient answers a reminder by text."""
    take_in(session, number, words, f"demo-{now:%Y%m%d%H%M}", now=now)
