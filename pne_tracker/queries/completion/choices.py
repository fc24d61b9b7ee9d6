"""Visits that began with a suggestion, by who chose, by the section suggested, and by why another was taken.

Under a filter whose counts are kept, visits are added up from the counts, and of the episodes it is only asked whether
there are few: the first `FEW` are looked for along an index. Under any other filter all is added up by the database.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import (
    CTE,
    ColumnElement,
    Integer,
    Select,
    String,
    case,
    cast,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.care import EpisodeStatus
from pne_tracker.domain.completion import FEW
from pne_tracker.domain.standing import CHOSEN, Measured
from pne_tracker.models import Account, EpisodeStanding, SectionChoice, Visit, VisitStatus, built_once, common
from pne_tracker.queries.completion.filters import QUESTIONS, CompletionFilter, clinics_of, selected
from pne_tracker.queries.completion.kept import is_kept_of_clinics, kept_sums
from pne_tracker.queries.completion.tallies import ALL, tallied
from pne_tracker.queries.completion.window import Window
from pne_tracker.queries.standing_visits import FOLLOWED

Key = uuid.UUID | int | str
KEYS: Final[Mapping[str, Callable[[str], Key]]] = {"choices": uuid.UUID, "suggested": int, "why": str}
"""What visits are told apart by, and how the key of a group is read. By why: only those that took another section."""
BEGAN: Final = (Visit.status == VisitStatus.SIGNED, SectionChoice.suggested.is_not(None))
"""Conditions on a choice and its visit: visits without any suggestion, drafts, and those in error do not count."""
ANY, AS_SAID, ANOTHER = (True, False), (True,), (False,)
"""Whether a visit followed what was suggested."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Visits of one group, those that followed, and how many episodes each and the rest of them rest on."""

    visits: int = 0
    followed: int = 0
    people: int = 0
    with_followed: int = 0
    with_passed: int = 0


Tallies = dict[Key, Tally]


def within(window: Window) -> ColumnElement[bool]:
    """Whether a choice was made within the window."""
    return SectionChoice.on_date.between(window.since, window.until)


@dataclass(frozen=True, slots=True)
class Choices:
    """Tallies by what visits are told apart by, and of all together."""

    tallies: Mapping[str, Tallies]
    whole: Tally


def choices_of(session: Session, viewer: Viewer, chosen: CompletionFilter, window: Window) -> Choices:
    """The visits signed that began with a suggestion within the window.

    Episodes are counted up to `FEW` where the filter has many.
    """
    if _has_many(viewer, chosen):
        return _kept(session, viewer, chosen, window)
    return _added_up(session, viewer, chosen, window)


def _has_many(viewer: Viewer, chosen: CompletionFilter) -> bool:
    """Whether counts are kept by the filter, and most visits are in it, so that the first few episodes are near."""
    most = chosen.status in {None, EpisodeStatus.OPEN} and chosen.payer_id is None
    return is_kept_of_clinics(viewer, chosen) and most


def _kept(session: Session, viewer: Viewer, chosen: CompletionFilter, window: Window) -> Choices:
    found: dict[str, Tallies] = {name: {} for name in KEYS}
    by = ("measured", "section", "what")
    rows = kept_sums(session, viewer, chosen, window, *sorted(CHOSEN), by=by)
    for measured, section, what, visits, followed, _late in rows:
        name, key = _named(measured, section, what)
        if visits:
            found[name][key] = Tally(visits, followed)
    if not found["suggested"]:
        return Choices(found, Tally())
    for name, tallies in ((name, some) for name, some in found.items() if some):
        few = _few_of(viewer, chosen, window, name, tuple(tallies))
        for key, *people in session.execute(few):
            tallies[key] = Tally(tallies[key].visits, tallies[key].followed, *people)
    by_section = found["suggested"]
    few = _few_of_all(viewer, chosen, window, tuple(by_section))
    return Choices(
        found,
        Tally(
            sum(one.visits for one in by_section.values()),
            sum(one.followed for one in by_section.values()),
            *session.execute(few).one(),
        ),
    )


def _named(measured: Measured, section: int, what: str) -> tuple[str, Key]:
    """Which tally a count is of."""
    match measured:
        case Measured.CHOICE:
            return "choices", uuid.UUID(what)
        case Measured.SUGGESTED:
            return "suggested", section
        case _:
            return "why", what


@lru_cache(maxsize=QUESTIONS)
def _few_of(
    viewer: Viewer, chosen: CompletionFilter, window: Window, name: str, keys: tuple[Key, ...]
) -> Select[Any]:
    """Each key with its episodes up to `FEW`, those that followed and those that did not; of a reason all did not."""
    if name == "choices":
        columns = [
            Account.id.label("key"),
            *_parts(viewer, chosen, window, SectionChoice.chosen_by == Account.id),
        ]
        return built_once(select(*columns).where(Account.id.in_(keys)))
    kind: type[Integer | String] = String if name == "why" else Integer
    key = union_all(*(select(literal(one, kind).label("key")) for one in keys)).cte("groups").c.key
    if name == "why":
        people = [_first(viewer, chosen, window, ANOTHER, SectionChoice.why == key)]
    else:
        people = _parts(viewer, chosen, window, SectionChoice.suggested == key)
    return built_once(select(key, *people))


@lru_cache(maxsize=QUESTIONS)
def _few_of_all(
    viewer: Viewer, chosen: CompletionFilter, window: Window, sections: tuple[Key, ...]
) -> Select[Any]:
    return built_once(select(*_parts(viewer, chosen, window, SectionChoice.suggested.in_(sections))))


def _parts(
    viewer: Viewer, chosen: CompletionFilter, window: Window, *conditions: ColumnElement[bool]
) -> list[ColumnElement[Any]]:
    """All, those that followed, those that did not."""
    return [_first(viewer, chosen, window, which, *conditions) for which in (ANY, AS_SAID, ANOTHER)]


def _first(
    viewer: Viewer,
    chosen: CompletionFilter,
    window: Window,
    followed: tuple[bool, ...],
    *conditions: ColumnElement[bool],
) -> ColumnElement[Any]:
    """How many episodes have such a visit, up to `FEW`, along an index of choices."""
    mine = select(EpisodeStanding.id).where(
        EpisodeStanding.episode_id == SectionChoice.episode_id, *selected(viewer, chosen)
    )
    first = (
        select(SectionChoice.episode_id)
        .join(Visit, Visit.id == SectionChoice.visit_id)
        .where(
            SectionChoice.clinic_id.in_(clinics_of(viewer, chosen)),
            SectionChoice.followed.in_(followed),
            *BEGAN,
            within(window),
            *conditions,
            mine.correlate_except(EpisodeStanding).exists(),
        )
        .correlate_except(SectionChoice, Visit)
        .distinct()
        .limit(FEW)
    )
    return select(func.count()).select_from(first.subquery()).scalar_subquery()


def _added_up(session: Session, viewer: Viewer, chosen: CompletionFilter, window: Window) -> Choices:
    """All groups with their episodes, each once for each group, in one query.

    It goes from the episodes to their choices: SQLite would else read those that everybody made in the window.
    """
    one = (
        select(
            SectionChoice.episode_id.label("episode"),
            cast(SectionChoice.chosen_by, String).label("choices"),
            cast(SectionChoice.suggested, String).label("suggested"),
            SectionChoice.why.label("why"),
            literal("").label(ALL),
            FOLLOWED.label("followed"),
        )
        .join(Visit, Visit.id == SectionChoice.visit_id)
        .join(EpisodeStanding, EpisodeStanding.episode_id == SectionChoice.episode_id)
        .where(*BEGAN, common(within(window)), *selected(viewer, chosen))
        .cte("one")
        .prefix_with("MATERIALIZED")
    )
    return Choices(*tallied(session, one, _by, KEYS, Tally))


def _by(one: CTE, name: str) -> Select[Any]:
    """Visits by one column of theirs: of each episode first, so that each is counted once."""
    visits, followed = func.count().label("visits"), func.sum(one.c.followed).label("followed")
    mine = select(one.c[name].label("key"), visits, followed).group_by(one.c[name], one.c.episode)
    of = (mine.where(one.c.followed == 0) if name == "why" else mine).subquery().c
    some = [func.sum(case((part, 1), else_=0)) for part in (of.followed > 0, of.followed < of.visits)]
    sums = (func.sum(of.visits), func.sum(of.followed), func.count(), *some)
    return select(literal(name), of.key, *sums).group_by(of.key)
