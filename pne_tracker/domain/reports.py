"""The period of a progress report, and when the next one is due."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from pne_tracker.domain.errors import BadInputError

MAX_JUSTIFICATION: Final = 4000


@dataclass(frozen=True, slots=True)
class Period:
    """The first and the last day a report is about."""

    since: dt.date
    until: dt.date

    def holds(self, day: dt.date) -> bool:
        """Whether the report is about that day."""
        return self.since <= day <= self.until

    @property
    def days(self) -> int:
        """Days from the first to the last, for windows that count back from the last."""
        return (self.until - self.since).days


def proposed_period(opened_on: dt.date, last_report_on: dt.date | None, today: dt.date) -> Period:
    """From the day after the last report, else from the start of the episode, to today."""
    since = last_report_on + dt.timedelta(days=1) if last_report_on else opened_on
    return Period(min(since, today), today)


def period_of(since: dt.date | None, until: dt.date | None, *, opened_on: dt.date, today: dt.date) -> Period:
    """The period as a form gives it. Raises BadInputError at the field to change."""
    if since is None:
        raise BadInputError("Write the first day of the report.", at="since")
    if until is None:
        raise BadInputError("Write the last day of the report.", at="until")
    if until > today:
        raise BadInputError("The last day is still to come. Choose today or a day before.", at="until")
    if since > until:
        raise BadInputError("The first day comes after the last. Compare the two.", at="since")
    if until < opened_on:
        raise BadInputError("The episode opened after that day. Choose a later one.", at="until")
    return Period(max(since, opened_on), until)


def justification_of(text: str) -> str:
    """The words that say why treatment goes on. Raises BadInputError when there are none, or too many."""
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise BadInputError("Write why treatment goes on, or why it ends.", at="justification")
    if len(text) > MAX_JUSTIFICATION:
        raise BadInputError(f"Shorten this to {MAX_JUSTIFICATION} characters.", at="justification")
    return text
