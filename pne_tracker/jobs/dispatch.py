"""One beat of the reminders: sweep, plan, take what is due, hand it over. The network lies between transactions."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog
from sqlalchemy.orm import Session

from config import Settings
from pne_tracker.adapters.channels.letter import Letter, Way
from pne_tracker.adapters.stop_links import SUMMARY_SALT, StopLinks
from pne_tracker.db import UNSCOPED, reading, transaction
from pne_tracker.domain.reminders.attempts import Attempt, Result
from pne_tracker.domain.reminders.reasons import Suppressed
from pne_tracker.domain.reminders.states import MessageStatus
from pne_tracker.domain.sealing import SealError
from pne_tracker.jobs.letters import HERE, letter_of
from pne_tracker.jobs.ways import Ways
from pne_tracker.queries.beat import pulse
from pne_tracker.queries.reminders.due import REMINDING
from pne_tracker.services import beat
from pne_tracker.services.reminders.chain import sweep_recall
from pne_tracker.services.reminders.sending import (
    Claimed,
    claim_next,
    give_up,
    settle,
    sweep_leases,
)
from pne_tracker.services.reminders.taking import AT_ONCE, take_due
from pne_tracker.services.reminders.wanted import still_unwanted
from pne_tracker.services.summaries import queue_due

log = structlog.get_logger()
Clock = Callable[[], dt.datetime]
Queue = Callable[[Session, Sequence[uuid.UUID]], None]
DOWN = frozenset({"smtp_down", "smtp_sign_in", "smtp_sender", "sms_down", "push_down", "folder"})
"""Codes of a channel that is down for everybody: it is left alone until the next beat."""


@dataclass(slots=True)
class Report:
    """What a beat did, as `pne-tracker remind --json` prints it; messages are counted, not their reasons."""

    planned: int = 0
    sent: int = 0
    held: int = 0
    failed: int = 0
    unknown: int = 0
    suppressed: Counter[str] = field(default_factory=Counter)

    def as_dict(self) -> dict[str, Any]:
        """The object of the contract."""
        return {
            "planned": self.planned,
            "sent": self.sent,
            "held": self.held,
            "failed": self.failed,
            "unknown": self.unknown,
            "suppressed": dict(sorted(self.suppressed.items())),
        }

    def count(self, status: MessageStatus | None) -> None:
        """Count what became of one message."""
        match status:
            case MessageStatus.SENT:
                self.sent += 1
            case MessageStatus.FAILED:
                self.failed += 1
            case MessageStatus.UNKNOWN:
                self.unknown += 1
            case MessageStatus.WAITING:
                self.held += 1
            case _:
                pass


@dataclass(slots=True)
class Engine:
    """What a beat works with: the settings, the ways out, a clock, and a queue that takes deliveries, if any.

    `at_most`: no message is begun after so long; what is left waits for the next beat. A mail server that takes
    20 seconds for each must not keep the beat from what else it does. Nor is one begun after `stop` says yes.
    """

    settings: Settings
    ways: Ways
    clock: Clock
    queue: Queue | None = None
    at_most: dt.timedelta | None = None
    stop: Callable[[], bool] = lambda: False
    _until: dt.datetime | None = None
    _works: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._until = self.clock() + self.at_most if self.at_most else None

    def _time_is_up(self) -> bool:
        return self.stop() or (self._until is not None and self.clock() >= self._until)

    def beat(self, at_once: int = AT_ONCE) -> Report:
        """Everything that is due now. Each round of taking is followed by its sending, so the first leaves at once."""
        report = Report()
        with transaction(UNSCOPED) as session:
            report.unknown += sweep_leases(session, now=self.clock())
        with transaction(UNSCOPED) as session:
            report.planned += sweep_recall(session, now=self.clock())
        with transaction(UNSCOPED) as session:
            home = self.settings.url or HERE
            report.planned += queue_due(session, home=home, stop_link=self._stop_link, now=self.clock())
        self.work(at_once, report)
        with transaction(UNSCOPED) as session:
            beat.ran(session, now=self.clock())
        return report

    def _stop_link(self, account_id: uuid.UUID) -> str:
        token = StopLinks(self.settings.secret_key, SUMMARY_SALT).token(account_id)
        return f"{self.settings.url or HERE}completion/stop/{token}"

    def work(self, at_once: int = AT_ONCE, report: Report | None = None) -> Report:
        """A share of what is due: any number of processes may do this at once."""
        report = report or Report()
        down: set[str] = set()
        while not self._time_is_up() and self._take(report, at_once):
            self.deliver(report, down)
        self.deliver(report, down)
        return report

    def _take(self, report: Report, at_once: int) -> bool:
        with transaction(UNSCOPED) as session:
            taken = take_due(session, now=self.clock(), limit=at_once)
            if self.queue is not None:
                self.queue(session, taken.messages)
        report.planned += taken.planned
        report.held += taken.held
        report.suppressed.update(taken.suppressed)
        return taken.patients > 0

    def deliver(self, report: Report, down: set[str], message_id: uuid.UUID | None = None) -> None:
        """Send what waits, one by one: settling one and claiming the next is one commit."""
        last: tuple[Claimed, Attempt | Suppressed] | None = None
        while True:
            with transaction(UNSCOPED) as session:
                now = self.clock()
                if last is not None:
                    self._settle(session, *last, report, now)
                claimed = (
                    None
                    if self._time_is_up()
                    else claim_next(
                        session,
                        now=now,
                        but=down,
                        message_id=message_id,
                        queued=self.queue is not None and message_id is None,
                        suppressed=report.suppressed,
                    )
                )
                letter = self._letter(session, claimed, report, now) if claimed else None
            if claimed is None:
                return
            if letter is None:
                last = None
                continue
            last = (claimed, self._hand_over(claimed, letter))
            if isinstance(last[1], Attempt):
                self._watch(claimed.channel, last[1], down)

    def _letter(self, session: Session, claimed: Claimed, report: Report, now: dt.datetime) -> Letter | None:
        """The letter, or None for a message that cannot be written: it fails alone and holds up no other."""
        try:
            return letter_of(session, claimed, self.settings, now)
        except (LookupError, ValueError, TypeError, SealError) as error:
            log.warning("letter_fault", kind=type(error).__name__)
            report.count(settle(session, claimed, Attempt(Result.PERMANENT, "fault"), now=now))
            return None

    def _settle(
        self,
        session: Session,
        claimed: Claimed,
        became: Attempt | Suppressed,
        report: Report,
        now: dt.datetime,
    ) -> None:
        if isinstance(became, Suppressed):
            if give_up(session, claimed, became, now=now):
                report.suppressed[became.value] += 1
            return
        report.count(settle(session, claimed, became, now=now))

    def _hand_over(self, claimed: Claimed, letter: Letter) -> Attempt | Suppressed:
        """Ask once more whether it is wanted, then give it to its channel."""
        if claimed.template in REMINDING and claimed.patient_id is not None:
            with reading(UNSCOPED) as session:
                why = still_unwanted(session, claimed.id, claimed.patient_id, claimed.channel, self.clock())
            if isinstance(why, dt.datetime):
                return Attempt(Result.TEMPORARY, Suppressed.QUIET_HOURS.value)
            if why is not None:
                return why
        return _send(self.ways[claimed.channel], letter)

    def _watch(self, channel: str, attempt: Attempt, down: set[str]) -> None:
        """Leave a channel alone that is down, and keep the trouble for the pages; forget it when it works again."""
        if attempt.code in DOWN:
            down.add(channel)
            self._works.discard(channel)
            self._keep_trouble(channel, attempt.code)
        elif attempt.result is Result.ACCEPTED and channel not in self._works:
            self._works.add(channel)
            self._keep_trouble(channel, None)

    def _keep_trouble(self, channel: str, code: str | None) -> None:
        with reading(UNSCOPED) as session:
            known = pulse(session).troubles.get(channel)
        if known != code:
            with transaction(UNSCOPED) as session:
                beat.keep_trouble(session, channel, code, now=self.clock())


def _send(way: Way, letter: Letter) -> Attempt:
    try:
        return way.send(letter)
    except Exception as error:
        # A fault of ours in the middle of a send: nobody can say whether it left.
        log.warning("send_fault", kind=type(error).__name__)
        return Attempt(Result.UNDECIDABLE, "fault")
