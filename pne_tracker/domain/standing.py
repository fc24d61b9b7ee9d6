"""Where an episode stands as a whole, and the counts that follow from many of them.

An episode's states are kept as one letter a section ("cut" and so on), so that a row tells its whole path and
equal paths can be counted together. A clinic's figures are sums of `Change`s: what one transaction added and
took away, never a count of patients.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise
from typing import Final

from pne_tracker.domain.progress import State

LETTERS: Final[Mapping[State, str]] = {
    State.NOT_STARTED: "n",
    State.TAUGHT: "t",
    State.UNDERSTOOD: "u",
    State.COMPLETE: "c",
    State.REVISIT: "r",
    State.SKIPPED: "s",
}
STATES: Final[Mapping[str, State]] = {letter: state for state, letter in LETTERS.items()}
TAUGHT: Final = frozenset("tucr")
UNDERSTOOD: Final = frozenset("uc")


def path_of(states: Iterable[str]) -> str:
    """The letters of section states in order of the sections."""
    return "".join(LETTERS[State(state)] for state in states)


def states_of(path: str) -> tuple[State, ...]:
    """The states behind the letters."""
    return tuple(STATES[letter] for letter in path)


@dataclass(frozen=True, slots=True)
class SectionCount:
    """Episodes by what they reached in one section. `understood` includes the complete ones."""

    section: int
    episodes: int = 0
    taught: int = 0
    understood: int = 0
    complete: int = 0
    revisit: int = 0
    skipped: int = 0

    @property
    def counted(self) -> int:
        """Episodes in which the section counts: all but the skipped."""
        return self.episodes - self.skipped


def section_counts(paths: Mapping[str, int], sections: int) -> tuple[SectionCount, ...]:
    """The counts of sections 1 to `sections` over paths and how many episodes have each."""
    return tuple(
        _count(number, Counter({path[number - 1 : number]: 0 for path in paths}), paths)
        for number in range(1, sections + 1)
    )


def _count(number: int, letters: Counter[str], paths: Mapping[str, int]) -> SectionCount:
    for path, episodes in paths.items():
        letters[path[number - 1 : number]] += episodes
    del letters[""]
    return count_of(number, letters)


def count_of(number: int, letters: Mapping[str, int]) -> SectionCount:
    """The counts of one section from how many episodes have each letter there."""
    return SectionCount(
        section=number,
        episodes=sum(letters.values()),
        taught=sum(letters.get(letter, 0) for letter in TAUGHT),
        understood=sum(letters.get(letter, 0) for letter in UNDERSTOOD),
        complete=letters.get("c", 0),
        revisit=letters.get("r", 0),
        skipped=letters.get("s", 0),
    )


class Measured(StrEnum):
    """What a count counts.

    Episodes, episodes by a section's state, by the day of the last activity; expected entries, and these by section
    and kind of homework (TASK); episodes by how far they are on the way through the curriculum, and by the days they
    waited for a section; episodes by what their checks say of an idea, and by how much a measure changed. Of signed
    visits VISIT, LINE, UNIT and MINUTE by billing code; of lines and minutes `done` says how many have PNE in them.
    Signed visits that began with a suggestion by who chose (CHOICE) and by the section suggested, `done` of which
    followed it, and by why another was taken (PASSED). Episodes by therapist and what their patients say they received,
    `done` of which are logged as taught. Reminding messages by hour (`section`) and channel (SENT), and by the reasons
    they name, `done` of which worked.
    """

    EPISODE = "episode"
    SECTION = "section"
    ACTIVE = "active"
    ENTRY = "entry"
    TASK = "task"
    WAY = "way"
    WAIT = "wait"
    IDEA = "idea"
    CHANGE = "change"
    VISIT = "visit"
    LINE = "line"
    UNIT = "unit"
    MINUTE = "minute"
    CHOICE = "choice"
    SUGGESTED = "suggested"
    PASSED = "passed"
    RECEIVED = "received"
    SENT = "sent"
    REASON = "reason"


BILLED: Final = frozenset({Measured.VISIT, Measured.LINE, Measured.UNIT, Measured.MINUTE})
CHOSEN: Final = frozenset({Measured.CHOICE, Measured.SUGGESTED, Measured.PASSED})
TOLD: Final = frozenset({Measured.RECEIVED, Measured.IDEA, Measured.CHANGE})
REMINDED: Final = frozenset({Measured.SENT, Measured.REASON})
OF_CLINICS: Final = BILLED | CHOSEN | TOLD | REMINDED | {Measured.TASK, Measured.WAY, Measured.WAIT}
"""Counted of whole clinics alone. Of one therapist it is added up from the caseload, which does not grow."""


class Way(StrEnum):
    """Where an episode that has begun stands on the way from the first section taught to complete."""

    FINISHED = "f"
    OPEN = "o"
    LEFT = "l"


@dataclass(frozen=True, slots=True)
class Place:
    """Under whom an episode is counted."""

    clinic_id: uuid.UUID
    therapist_id: uuid.UUID
    payer_id: uuid.UUID
    status: str


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """What is counted: a section's state (letter), a day of activity, or a day on which an entry was expected.

    `what` is the kind of homework, the billing code, the id of who chose or of the therapist (as hex), the channel, or
    the reason; of what was received the letter is the answer's. Of the way (letter: `Way`): the `days` from the first
    section taught to complete or left, and the `day` of the first section of those on it still. Of waits: the `days`
    from the section before; section 0 counts episodes that waited for any. Of ideas: `what` is the concept, the letter
    an `Idea`. Of changes: `what` is the measure, and `days` hold hundredths of a point.
    """

    measured: Measured
    section: int = 0
    letter: str = ""
    what: str = ""
    day: dt.date | None = None
    days: int = 0


Ideas = dict[str, str]
"""What checks say (`Idea`, a letter) by concept."""
Changes = dict[str, int]
"""Hundredths of a point from the first to the latest score by measure; of those alone whose scores tell a change."""
Waits = tuple[tuple[int, int], ...]
"""Sections with the days since the one first taught before them; the first of all has none before it."""


def waits_of(taught: Iterable[tuple[dt.date, int]]) -> Waits:
    """The waits between sections, from the day each was first taught and its number."""
    return tuple((section, (day - before).days) for (before, _), (day, section) in pairwise(sorted(taught)))


@dataclass(frozen=True, slots=True)
class Standing:
    """One episode as the figures count it. What is None (`waits`, `ideas`, `changes`) was never counted.

    `received` is the letter of what the patient says (domain.received), empty while nothing was said.
    """

    place: Place
    path: str
    active_on: dt.date
    first_taught_on: dt.date | None = None
    completed_on: dt.date | None = None
    closed_on: dt.date | None = None
    waits: Waits | None = ()
    received: str = ""
    received_on: dt.date | None = None
    ideas: Ideas | None = None
    changes: Changes | None = None

    def cells(self) -> Counter[Cell]:
        """What the episode adds to the figures of its place. Sections not started are what is left over."""
        found = Counter({Cell(Measured.EPISODE): 1, Cell(Measured.ACTIVE, day=self.active_on): 1})
        for number, letter in enumerate(self.path, start=1):
            if letter != "n":
                found[Cell(Measured.SECTION, number, letter)] = 1
        if self.waits is not None:
            found.update(self._way())
            found.update(Cell(Measured.WAIT, section, days=days) for section, days in self.waits)
            found.update([Cell(Measured.WAIT)] if self.waits else [])
        for concept, letter in (self.ideas or {}).items():
            found[Cell(Measured.IDEA, letter=letter, what=concept)] = 1
        for measure, hundredths in (self.changes or {}).items():
            found[Cell(Measured.CHANGE, what=measure, days=hundredths)] = 1
        return found

    def _way(self) -> list[Cell]:
        first, end = self.first_taught_on, self.completed_on or self.closed_on
        if first is None:
            return []
        if end is None:
            return [Cell(Measured.WAY, letter=Way.OPEN, day=first)]
        way = Way.FINISHED if self.completed_on else Way.LEFT
        return [Cell(Measured.WAY, letter=way, days=max((end - first).days, 0))]


@dataclass(frozen=True, slots=True)
class EntryDay:
    """One expected entry: its day, whether it is in, and whether it came late."""

    day: dt.date
    done: bool
    late: bool


@dataclass(frozen=True, slots=True)
class Sum:
    """How many, and of expected entries how many are done and how many of those late. May be negative."""

    n: int = 0
    done: int = 0
    late: int = 0

    def __add__(self, other: Sum) -> Sum:
        return Sum(self.n + other.n, self.done + other.done, self.late + other.late)

    def __neg__(self) -> Sum:
        return Sum(-self.n, -self.done, -self.late)


Cells = dict[Cell, Sum]


def entry_cells(days: Sequence[EntryDay], section: int, kind: str) -> Cells:
    """What the expected entries of an item add to the figures, by day, and by day with its section and kind."""
    found: Cells = {}
    for one in days:
        amount = Sum(1, int(one.done), int(one.late))
        for cell in (Cell(Measured.ENTRY, day=one.day), Cell(Measured.TASK, section, what=kind, day=one.day)):
            found[cell] = found.get(cell, Sum()) + amount
    return found


@dataclass(slots=True)
class Ledger:
    """Changes of figures by place, added up; what comes to nothing is left out."""

    sums: dict[tuple[Place, Cell], Sum] = field(default_factory=dict)

    def add(self, place: Place, cells: Mapping[Cell, Sum]) -> None:
        """Count these cells at that place."""
        for cell, amount in cells.items():
            self.sums[place, cell] = self.sums.get((place, cell), Sum()) + amount

    def take(self, place: Place, cells: Mapping[Cell, Sum]) -> None:
        """Take these cells away from that place."""
        self.add(place, {cell: -amount for cell, amount in cells.items()})

    def changes(self) -> list[tuple[Place, Cell, Sum]]:
        """What is left to write, in no order that matters."""
        return [(place, cell, amount) for (place, cell), amount in self.sums.items() if amount != Sum()]


def of_standing(standing: Standing) -> Cells:
    """The cells of an episode as sums."""
    found = {cell: Sum(n) for cell, n in standing.cells().items()}
    said = Cell(Measured.RECEIVED, letter=standing.received, what=standing.place.therapist_id.hex)
    return found | {said: Sum(1, int(standing.first_taught_on is not None))}
