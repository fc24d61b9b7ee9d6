"""What each number of completion means, in one place: screens, exports and the tests of the figures read it here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

STALLED_DAYS: Final = 14
LONG_STALLED_DAYS: Final = 21
WINDOW_DAYS: Final = 28
SMALL_GROUP: Final = 5
FEW: Final = 10
UNDER: Final = f"under {SMALL_GROUP}"


@dataclass(frozen=True, slots=True)
class Definition:
    """One number: its name, what it means, and how it is computed."""

    key: str
    name: str
    meaning: str
    computed: str


_ALL = (
    Definition(
        "taught",
        "Taught",
        "A section counts as taught once a signed visit taught it.",
        "Visits entered in error do not count. A section that is skipped counts nowhere.",
    ),
    Definition(
        "understood",
        "Understood",
        "A taught section whose latest check shows that the patient can explain it.",
        "The latest check of any kind decides: a teach-back that explains, or a quiz at the pass mark (75 %). "
        "Of two checks on one day the worse counts. A section flagged since then is not understood.",
    ),
    Definition(
        "revisit",
        "To revisit",
        "A taught section whose latest check was missed, or that a therapist flagged.",
        "A teach-back of not yet, a quiz under the pass mark, a missed recall question, or a flag.",
    ),
    Definition(
        "complete",
        "Complete",
        "Understood, and all its required homework is done or waived.",
        "Late homework counts as done. Withdrawn homework does not count at all.",
    ),
    Definition(
        "skipped",
        "Skipped",
        "A section that a therapist skipped, with a reason.",
        "It leaves the denominator and is always shown beside it.",
    ),
    Definition(
        "completion",
        "Completion",
        "How much of the curriculum is complete, over the episodes chosen.",
        "Complete sections / (14 - skipped), added up over the episodes. Nobody started is 0 %. "
        "Discharged episodes and those on hold are counted apart unless you choose them.",
    ),
    Definition(
        "funnel",
        "Taught and understood",
        "For each section the episodes that were taught it, and those of them that understood it.",
        "Lost between: taught and not understood, those to revisit among them. Skipped stands apart.",
    ),
    Definition(
        "stalled",
        "Stalled",
        "An open episode where nothing has happened for 14 or 21 days.",
        "No signed visit that taught a section and no homework entry; counted from the first day of the episode.",
    ),
    Definition(
        "adherence",
        "Homework adherence",
        "Expected entries that came in, of those expected so far.",
        "The last 28 days unless another period is chosen. Late entries count and are shown. Waived and withdrawn "
        "items are left out. An entry is expected once its day is over, and counts at once when it is in.",
    ),
    Definition(
        "between",
        "Days between sections",
        "The usual wait from one newly taught section to the next.",
        "For each section, the days since the section that was first taught before it; the median over episodes.",
    ),
    Definition(
        "time_to_complete",
        "Time to complete",
        "How long the whole way takes, with those still on it counted rightly.",
        "From the first section taught to the day from which all that count were complete (Kaplan and Meier). "
        "Episodes of every status count here, whichever is chosen: those open or on hold are followed until today, "
        "discharged ones until their last day.",
    ),
    Definition(
        "barriers",
        "What got in the way",
        "What patients named after a task they missed.",
        "Each reason named for an item counts once, in the patient's own choice from a list. Withdrawn items are left "
        "out.",
    ),
    Definition(
        "gaps",
        "Belief gaps",
        "Ideas that an episode's checks showed as missed, and those that closed.",
        "A gap is open when the latest score of the idea is under the pass mark of the episode's own curriculum; it "
        "closed when an earlier score was.",
    ),
    Definition(
        "outcome_change",
        "Outcome change",
        "The change from the first to the latest score of a measure.",
        "A change smaller than the measure's error reads as within measurement error, whatever it may mean. Where "
        "patients rate the change itself, their latest rating is the change.",
    ),
    Definition(
        "received",
        "Logged and received",
        "Patients who say that their therapist told them how pain protects, beside what is logged as taught.",
        "Over episodes that have run for two weeks. Logged: a signed visit taught a section. Said yes: of those who "
        "answered yes, not sure or no. The portal asks once, two weeks after the first section; who closes the "
        "question has not answered.",
    ),
    Definition(
        "choices",
        "Suggestions followed",
        "Visits that began with the planner's suggestion, and those that took another section.",
        "Signed visits alone. The reason for taking another section is the clinician's own, chosen from a list.",
    ),
    Definition(
        "lines",
        "Visits and lines by code",
        "Signed visits and their billing lines by code: 97112 for PNE on its own, beside the companions.",
        "Minutes with PNE are those given inside the code's own minutes.",
    ),
    Definition(
        "reminders",
        "Reminders that worked",
        "Reminders after which the patient handed something in within a day.",
        "Of messages sent; one counts when an entry came in within 24 hours of it, whatever led to that. A message "
        "that names several things counts for each of them by reason, and once by hour and channel. It belongs to the "
        "episode of the task it names first, else to the one under treatment that day that was opened last.",
    ),
    Definition(
        "goals",
        "Goals",
        "What a clinic wants to reach, beside its open episodes today and at the ends of months.",
        "The figures of the overview for that clinic. Those of a month are kept in the night after it ended and stay "
        "as they were then. Understood of taught counts sections; stalled is 14 days, of open episodes.",
    ),
)
DEFINITIONS: Final[Mapping[str, Definition]] = {one.key: one for one in _ALL}


def for_sharing(count: int) -> str:
    """A count as it may leave the clinic: groups of one to four people are not told."""
    return UNDER if 0 < count < SMALL_GROUP else str(count)


def is_few(count: int) -> bool:
    """Whether a figure rests on so few episodes that it may move by chance alone."""
    return 0 < count < FEW
