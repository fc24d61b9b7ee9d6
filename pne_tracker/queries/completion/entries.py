"""Expected entries of a window by section, kind, weekday and therapist, and how many episodes these rest on.

Under a filter whose counts are kept, entries are added up from the counts, and of the episodes it is only asked
whether there are few: the first `FEW` are looked for along an index. Under any other filter all is added up by the
database from the lists that items keep.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import (
    CTE,
    Select,
    String,
    case,
    cast,
    func,
    literal,
    select,
    true,
)
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Role, Viewer
from pne_tracker.domain.completion import FEW
from pne_tracker.domain.standing import Measured
from pne_tracker.models import Account, EpisodeStanding, HomeworkStanding
from pne_tracker.queries.completion.few import Best, Few, Key, weekday_of
from pne_tracker.queries.completion.filters import CompletionFilter, selected
from pne_tracker.queries.completion.kept import is_kept_of_clinics, kept_sums
from pne_tracker.queries.completion.tallies import ALL, tallied
from pne_tracker.queries.completion.window import Window
from pne_tracker.queries.entry_lists import each_entry

KEYS: Final[Mapping[str, Callable[[str], Key]]] = {
    "section": int,
    "kind": str,
    "weekday": int,
    "therapist": uuid.UUID,
}
"""What entries are told apart by, and how the key of a group is read. Weekdays count from 0, Mondays."""
PARTS: Final[Mapping[str, tuple[str, str]]] = {
    "": ("expected", "people"),
    "done": ("done", "with_done"),
    "late": ("late", "with_late"),
}
"""The parts of a tally: how many entries, and how many episodes these rest on."""
STAFF: Final = [role for role in Role if role is not Role.PATIENT]


@dataclass(slots=True)
class Tally:
    """Expected entries of one group, those that came in and late, and how many episodes each rests on."""

    expected: int = 0
    done: int = 0
    late: int = 0
    people: int = 0
    with_done: int = 0
    with_late: int = 0

    def add(self, expected: int, done: int, late: int) -> None:
        """Count these too."""
        self.expected, self.done, self.late = self.expected + expected, self.done + done, self.late + late


Tallies = dict[Key, Tally]


@dataclass(frozen=True, slots=True)
class Expected:
    """Tallies by what they are told apart by, and how many episodes all of them rest on."""

    tallies: Mapping[str, Tallies]
    people: int


def expected_entries(session: Session, viewer: Viewer, chosen: CompletionFilter, window: Window) -> Expected:
    """The entries expected within the window so far, of items neither waived nor withdrawn.

    Episodes are counted up to `FEW` where the counts are kept.
    """
    if is_kept_of_clinics(viewer, chosen):
        return _kept(session, viewer, chosen, window)
    return _added_up(session, viewer, chosen, window)


def _kept(session: Session, viewer: Viewer, chosen: CompletionFilter, window: Window) -> Expected:
    found: dict[str, Tallies] = {name: defaultdict(Tally) for name in KEYS}
    best: Best = {}
    by = ("section", "what", "day")
    for section, kind, day, *amounts in kept_sums(session, viewer, chosen, window, Measured.TASK, by=by):
        for name, key in (("section", section), ("kind", kind), ("weekday", day.weekday())):
            found[name][key].add(*amounts)
            for part, amount in zip(PARTS, amounts, strict=True):
                best[name, part, key] = max(best.get((name, part, key), (0, 0, day)), (amount, section, day))
    staff = select(Account.id).where(Account.role.in_(STAFF))
    of_therapists = kept_sums(
        session, viewer, chosen, window, Measured.ENTRY, by=("therapist_id",), each=staff
    )
    for therapist_id, *amounts in of_therapists:
        found["therapist"][therapist_id].add(*amounts)
    shown = {
        name: {key: one for key, one in tallies.items() if one.expected} for name, tallies in found.items()
    }
    few = Few(session, viewer, chosen, window)
    for name, tallies in shown.items():
        for part, (amount, people) in PARTS.items():
            keys = [key for key, one in tallies.items() if getattr(one, amount)]
            for key, count in few.behind(name, part, keys, best).items():
                setattr(tallies[key], people, count)
    most = max((one.people for one in shown["section"].values()), default=0)
    return Expected(shown, most if most >= FEW else few.everybody())


def _added_up(session: Session, viewer: Viewer, chosen: CompletionFilter, window: Window) -> Expected:
    """All groups with their episodes, each once for each group, in one query."""
    each, (day, done, late) = each_entry(session)
    one = (
        select(
            HomeworkStanding.episode_id.label("episode"),
            cast(HomeworkStanding.section, String).label("section"),
            HomeworkStanding.kind.label("kind"),
            cast(weekday_of(day), String).label("weekday"),
            cast(EpisodeStanding.therapist_id, String).label("therapist"),
            literal("").label(ALL),
            done.label("done"),
            late.label("late"),
        )
        .select_from(HomeworkStanding)
        .join(EpisodeStanding, EpisodeStanding.episode_id == HomeworkStanding.episode_id)
        .join(each, true())
        .where(
            HomeworkStanding.last_on >= window.since,
            day.between(window.since, window.until),
            (day < window.today) | (done == 1),
            *selected(viewer, chosen),
        )
        .cte("one")
        .prefix_with("MATERIALIZED")
    )
    found, whole = tallied(session, one, _by, KEYS, Tally)
    return Expected(found, whole.people)


def _by(one: CTE, name: str) -> Select[Any]:
    """Entries by one column of theirs: of each episode first, so that each is counted once."""
    key = one.c[name]
    mine = (
        select(
            key.label("key"),
            func.count().label("expected"),
            func.sum(one.c.done).label("done"),
            func.sum(one.c.late).label("late"),
        )
        .group_by(key, one.c.episode)
        .subquery()
    )
    amounts = [mine.c.expected, mine.c.done, mine.c.late]
    some = [func.sum(case((amount > 0, 1), else_=0)) for amount in amounts]
    return select(literal(name), mine.c.key, *(func.sum(amount) for amount in amounts), *some).group_by(
        mine.c.key
    )
