"""What the standings add up to, and how that differs from the kept counts: computed within the database."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import (
    CTE,
    Select,
    Uuid,
    case,
    func,
    literal,
    null,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Session

from pne_tracker.domain.standing import OF_CLINICS, STATES, Measured
from pne_tracker.models import (
    EVERYBODY,
    CompletionChange,
    CompletionCount,
    EpisodeStanding,
    HomeworkStanding,
)
from pne_tracker.queries.entry_lists import each_entry
from pne_tracker.queries.standing_cells import (
    AMOUNTS,
    CELL,
    COLUMNS,
    PLACE,
    cell_columns,
    columns,
    counting,
    hex_of,
    in_scope,
    put,
)
from pne_tracker.queries.standing_messages import message_sums
from pne_tracker.queries.standing_visits import visit_sums
from pne_tracker.queries.told import each_change, each_idea
from pne_tracker.queries.way import each_wait, has_waited, way_cell


def added_up(session: Session) -> Select[Any]:
    """Every count of the scope, of each therapist and of everybody, as rows of `COLUMNS`."""
    every = (
        *_active(session),
        *_sections(session),
        *_entries(session),
        _way(session),
        *_waits(session),
        _received(session),
        _told(session, Measured.IDEA, each_idea),
        _told(session, Measured.CHANGE, each_change),
        *visit_sums(session),
        *message_sums(session),
    )
    fine = union_all(*every).cte("fine")
    return _both_grains(fine)


def differing(session: Session) -> int:
    """How many counts of the scope, changes included, are not what the standings add up to."""
    changed = (
        select(*columns(CompletionChange, COLUMNS)).where(in_scope(session, CompletionChange)).cte("changed")
    )
    kept = select(*columns(CompletionCount, COLUMNS)).where(in_scope(session, CompletionCount))
    derived = added_up(session).subquery()
    key = (*PLACE, "therapist_id", *CELL)
    taken = select(*(derived.c[name] for name in key), *(-derived.c[name] for name in AMOUNTS))
    every = union_all(kept, select(_both_grains(changed).subquery()), taken).subquery()
    wrong = (
        select(literal(1).label("one"))
        .select_from(every)
        .group_by(*(every.c[name] for name in key))
        .having(or_(*(func.sum(every.c[name]) != 0 for name in AMOUNTS)))
    )
    return session.scalar(select(func.count()).select_from(wrong.subquery())) or 0


def _both_grains(fine: CTE) -> Select[Any]:
    """Counts of therapists where these are kept, and the same added up over all of them."""
    where = [*(fine.c[name] for name in PLACE)]
    cell = [fine.c[name] for name in CELL]
    whole = select(
        *where,
        literal(EVERYBODY, Uuid).label("therapist_id"),
        *cell,
        *(func.sum(fine.c[name]).label(name) for name in AMOUNTS),
    ).group_by(*where, *cell)
    of_therapists = select(fine).where(fine.c.measured.not_in(OF_CLINICS))
    return select(union_all(of_therapists, whole).subquery())


def _active(session: Session) -> list[Select[Any]]:
    """Episodes by the day of their last activity, and those all together."""
    one = EpisodeStanding
    place = columns(one, (*PLACE, "therapist_id"))
    days = (
        select(*place, one.active_on.label("day"), func.count().label("n"))
        .where(in_scope(session, one))
        .group_by(*place, one.active_on)
        .cte("active")
    )
    where = [days.c[name] for name in (*PLACE, "therapist_id")]
    by_day = put(cell_columns(Measured.ACTIVE), day=days.c.day)
    return [
        select(*where, *by_day, *counting(days.c.n)),
        select(*where, *cell_columns(Measured.EPISODE), *counting(func.sum(days.c.n))).group_by(*where),
    ]


def _sections(session: Session) -> list[Select[Any]]:
    """Episodes by the letter of each section: summed side by side in one pass, then set one below the other.

    Sections not started are what is left over.
    """
    one = EpisodeStanding
    longest = session.scalar(select(func.max(func.length(one.path)))) or 0
    cells = [(number, letter) for number in range(1, longest + 1) for letter in STATES if letter != "n"]
    place = columns(one, (*PLACE, "therapist_id"))
    sums = [
        func.sum(case((func.substr(one.path, number, 1) == letter, 1), else_=0)).label(f"{letter}{number}")
        for number, letter in cells
    ]
    wide = select(*place, *sums).where(in_scope(session, one)).group_by(*place).cte("wide")
    where = [wide.c[name] for name in (*PLACE, "therapist_id")]
    return [
        select(
            *where, *cell_columns(Measured.SECTION, number, letter), *counting(wide.c[f"{letter}{number}"])
        ).where(wide.c[f"{letter}{number}"] != 0)
        for number, letter in cells
    ]


def _way(session: Session) -> Select[Any]:
    """Episodes that have begun by where they stand on the way."""
    one = EpisodeStanding
    place = columns(one, (*PLACE, "therapist_id"))
    cell = way_cell(session)
    return (
        select(*place, *put(cell_columns(Measured.WAY), **cell), *counting(func.count()))
        .where(in_scope(session, one), one.first_taught_on.is_not(None), one.waits.is_not(null()))
        .group_by(*place, *cell.values())
    )


def _waits(session: Session) -> list[Select[Any]]:
    """Episodes by the days they waited for a section, and those that waited for any."""
    one = EpisodeStanding
    place = columns(one, (*PLACE, "therapist_id"))
    each, cell = each_wait(session)
    return [
        select(*place, *put(cell_columns(Measured.WAIT), **cell), *counting(func.count()))
        .join(each, true())
        .where(in_scope(session, one))
        .group_by(*place, *cell.values()),
        select(*place, *cell_columns(Measured.WAIT), *counting(func.count()))
        .where(in_scope(session, one), has_waited(session))
        .group_by(*place),
    ]


def _received(session: Session) -> Select[Any]:
    """Episodes by therapist and what their patients say, with those logged as taught."""
    one = EpisodeStanding
    place = columns(one, (*PLACE, "therapist_id"))
    logged = func.sum(case((one.first_taught_on.is_not(None), 1), else_=0))
    cell = put(cell_columns(Measured.RECEIVED), letter=one.received, what=hex_of(one.therapist_id))
    return (
        select(*place, *cell, *counting(func.count(), logged))
        .where(in_scope(session, one))
        .group_by(*place, one.received)
    )


def _told(session: Session, measured: Measured, each_of: Callable[[Session], tuple[Any, Any]]) -> Select[Any]:
    """Episodes by what their checks say of each idea, or by how much each measure changed."""
    one = EpisodeStanding
    place = columns(one, (*PLACE, "therapist_id"))
    each, cell = each_of(session)
    return (
        select(*place, *put(cell_columns(measured), **cell), *counting(func.count()))
        .join(each, true())
        .where(in_scope(session, one))
        .group_by(*place, *cell.values())
    )


def _entries(session: Session) -> list[Select[Any]]:
    """Expected entries from the lists that items keep: by section, kind and day, and those of a day together."""
    episode, item = EpisodeStanding, HomeworkStanding
    place = columns(episode, (*PLACE, "therapist_id"))
    each, (day, done, late) = each_entry(session)
    days = (
        select(
            *place,
            item.section,
            item.kind.label("what"),
            day.label("day"),
            func.count().label("n"),
            func.sum(done).label("done"),
            func.sum(late).label("late"),
        )
        .select_from(item)
        .join(episode, episode.episode_id == item.episode_id)
        .join(each, true())
        .where(in_scope(session, item))
        .group_by(*place, item.section, item.kind, day)
        .cte("entries")
    )
    where = [days.c[name] for name in (*PLACE, "therapist_id")]
    by_day = put(cell_columns(Measured.ENTRY), day=days.c.day)
    by_task = put(cell_columns(Measured.TASK), section=days.c.section, what=days.c.what, day=days.c.day)
    amounts = [days.c[name] for name in AMOUNTS]
    sums = [func.sum(one).label(one.name) for one in amounts]
    return [
        select(*where, *by_task, *amounts),
        select(*where, *by_day, *sums).group_by(*where, days.c.day),
    ]
