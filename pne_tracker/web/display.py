"""Words and figures as the look writes them, pure text: dates, numbers, shares, money, counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
NBSP = "\N{NO-BREAK SPACE}"


def short_date(day: date) -> str:
    """For tables and beads: "16 Nov"."""
    return f"{day.day} {MONTHS[day.month - 1][:3]}"


def long_date(day: date, *, weekday: bool = False, year: bool = False) -> str:
    """For sentences: "16 November", "Monday, 16 November", "16 November 2026"."""
    text = f"{day.day} {MONTHS[day.month - 1]}"
    if weekday:
        text = f"{DAYS[day.weekday()]}, {text}"
    return f"{text} {day.year}" if year else text


def moment_text(at: datetime, zone: str) -> str:
    """An instant by the clock of `zone`, for sentences: "16 November, 08:20"."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{long_date(local.date())}, {local:%H:%M}"


def appointment_words(starts_at: datetime, minutes: int, zone: str) -> str:
    """ "Monday, 23 November, 09:30, 45 minutes", by the wall clock of `zone`."""
    start = starts_at.astimezone(ZoneInfo(zone))
    return f"{long_date(start.date(), weekday=True)}, {start:%H:%M}, {minutes} minutes"


def number_text(value: float) -> str:
    """At most one decimal, and none when it is zero: "8", "2.7"."""
    text = f"{value:.1f}"
    return text.removesuffix(".0") if text != "-0.0" else "0"


def percent_text(share: float) -> str:
    """A share of 0 to 1 as "78 %", with a space that does not break."""
    return f"{round(share * 100)}{NBSP}%"


def money_text(cents: int) -> str:
    """Integer cents as Decimal text with thousands marked and no currency sign: "1,871.25"."""
    return f"{Decimal(cents).scaleb(-2):,.2f}"


def count_text(count: int, one: str, many: str = "") -> str:
    """ "1 line", "2 lines"."""
    return f"{count} {one if count == 1 else many or one + 's'}"


def joined(words: Sequence[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


@dataclass(frozen=True, slots=True)
class Tally:
    """The sentence above every path, as the arguments of the `tally` macro; `of` leaves the skipped out."""

    taught: int
    understood: int
    revisit: int
    of: int
    skipped: int

    def sentence(self) -> str:
        """ "7/13 taught, 5 understood, 2 to revisit, 1 skipped"."""
        text = f"{self.taught}/{self.of} taught, {self.understood} understood, {self.revisit} to revisit"
        return f"{text}, {self.skipped} skipped" if self.skipped else text


def tally(states: Iterable[str]) -> Tally:
    """Counts section states: all but not started and skipped are taught; complete is understood too."""
    words = [str(state) for state in states]
    skipped, revisit = words.count("skipped"), words.count("revisit")
    understood = words.count("understood") + words.count("complete")
    return Tally(
        taught=words.count("taught") + understood + revisit,
        understood=understood,
        revisit=revisit,
        of=len(words) - skipped,
        skipped=skipped,
    )
