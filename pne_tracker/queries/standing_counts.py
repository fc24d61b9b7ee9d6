"""What the standings add up to, and how that differs from the kept counts: computed within the database."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Date,
    Integer,
    Select,
    String,
    Uuid,
    case,
    distinct,
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
    NO_DAY,
    BillingLine,
    CompletionChange,
    CompletionCount,
    EpisodeStanding,
    HomeworkStanding,
    Visit,
    VisitStatus,
)
from pne_tracker.models.tenancy import scope_of
from pne_tracker.queries.entry_lists import each_entry
from pne_tracker.queries.standing_visits import BILLED
from pne_tracker.queries.way import each_wait, has_waited, way_cell

PLACE = ("organisation_id", "clinic_id", "payer_id", "status")
CELL = ("measured", "section", "letter", "what", "day", "days")
AMOUNTS = ("n", "done", "late")
COLUMNS = (*PLACE, "therapist_id", *CELL, *AMOUNTS)
Columns = list[ColumnElement[Any]]


def added_up(session: Session) -> Select[Any]:
    """Every count of the scope, of each therapist and of everybody, as rows of `COLUMNS`."""
    every = (
        *_active(session),
        *_sections(session),
        *_entries(session),
        _way(session),
        *_waits(session),
        *_lines(session),
    )
    fine = union_all(*every).cte("fine")
    return _both_grains(fine)


def differing(session: Session) -> int:
    """How many counts of the scope, changes included, are not what the standings add up to."""
    changed = select(*_of(CompletionChange, COLUMNS)).where(_mine(session, CompletionChange)).cte("changed")
    kept = select(*_of(CompletionCount, COLUMNS)).where(_mine(session, CompletionCount))
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


def _mine(session: Session, kind: Any) -> ColumnElement[bool]:
    """The session's organisation, said aloud: its guards do not reach into an INSERT from a SELECT."""
    organisation_id = scope_of(session).organisation_id
    return true() if organisation_id is None else kind.organisation_id == organisation_id


def _of(kind: Any, names: tuple[str, ...]) -> Columns:
    return [getattr(kind, name).label(name) for name in names]


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


def _cell(measured: Measured, section: int = 0, letter: str = "", day: dt.date = NO_DAY) -> Columns:
    return [
        literal(measured, CompletionCount.measured.type).label("measured"),
        literal(section, Integer).label("section"),
        literal(letter, String).label("letter"),
        literal("", String).label("what"),
        literal(day, Date).label("day"),
        literal(0, Integer).label("days"),
    ]


def _at(cell: Columns, **columns: ColumnElement[Any]) -> Columns:
    """The cell with these columns in the place of its own."""
    return [columns[one.key].label(one.key) if one.key in columns else one for one in cell]


def _amounts(n: ColumnElement[int]) -> Columns:
    return [n.label("n"), literal(0, Integer).label("done"), literal(0, Integer).label("late")]


def _active(session: Session) -> list[Select[Any]]:
    """Episodes by the day of their last activity, and those all together."""
    one = EpisodeStanding
    place = _of(one, (*PLACE, "therapist_id"))
    days = (
        select(*place, one.active_on.label("day"), func.count().label("n"))
        .where(_mine(session, one))
        .group_by(*place, one.active_on)
        .cte("active")
    )
    where = [days.c[name] for name in (*PLACE, "therapist_id")]
    by_day = _at(_cell(Measured.ACTIVE), day=days.c.day)
    return [
        select(*where, *by_day, *_amounts(days.c.n)),
        select(*where, *_cell(Measured.EPISODE), *_amounts(func.sum(days.c.n))).group_by(*where),
    ]


def _sections(session: Session) -> list[Select[Any]]:
    """Episodes by the letter of each section: summed side by side in one pass, then set one below the other.

    Sections not started are what is left over.
    """
    one = EpisodeStanding
    longest = session.scalar(select(func.max(func.length(one.path)))) or 0
    cells = [(number, letter) for number in range(1, longest + 1) for letter in STATES if letter != "n"]
    place = _of(one, (*PLACE, "therapist_id"))
    sums = [
        func.sum(case((func.substr(one.path, number, 1) == letter, 1), else_=0)).label(f"{letter}{number}")
        for number, letter in cells
    ]
    wide = select(*place, *sums).where(_mine(session, one)).group_by(*place).cte("wide")
    where = [wide.c[name] for name in (*PLACE, "therapist_id")]
    return [
        select(
            *where, *_cell(Measured.SECTION, number, letter), *_amounts(wide.c[f"{letter}{number}"])
        ).where(wide.c[f"{letter}{number}"] != 0)
        for number, letter in cells
    ]


def _way(session: Session) -> Select[Any]:
    """Episodes that have begun by where they stand on the way."""
    one = EpisodeStanding
    place = _of(one, (*PLACE, "therapist_id"))
    cell = way_cell(session)
    return (
        select(*place, *_at(_cell(Measured.WAY), **cell), *_amounts(func.count()))
        .where(_mine(session, one), one.first_taught_on.is_not(None), one.waits.is_not(null()))
        .group_by(*place, *cell.values())
    )


def _waits(session: Session) -> list[Select[Any]]:
    """Episodes by the days they waited for a section, and those that waited for any."""
    one = EpisodeStanding
    place = _of(one, (*PLACE, "therapist_id"))
    each, cell = each_wait(session)
    return [
        select(*place, *_at(_cell(Measured.WAIT), **cell), *_amounts(func.count()))
        .join(each, true())
        .where(_mine(session, one))
        .group_by(*place, *cell.values()),
        select(*place, *_cell(Measured.WAIT), *_amounts(func.count()))
        .where(_mine(session, one), has_waited(session))
        .group_by(*place),
    ]


def _entries(session: Session) -> list[Select[Any]]:
    """Expected entries from the lists that items keep: by section, kind and day, and those of a day together."""
    episode, item = EpisodeStanding, HomeworkStanding
    place = _of(episode, (*PLACE, "therapist_id"))
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
        .where(_mine(session, item))
        .group_by(*place, item.section, item.kind, day)
        .cte("entries")
    )
    where = [days.c[name] for name in (*PLACE, "therapist_id")]
    by_day = _at(_cell(Measured.ENTRY), day=days.c.day)
    by_task = _at(_cell(Measured.TASK), section=days.c.section, what=days.c.what, day=days.c.day)
    amounts = [days.c[name] for name in AMOUNTS]
    sums = [func.sum(one).label(one.name) for one in amounts]
    return [
        select(*where, *by_task, *amounts),
        select(*where, *by_day, *sums).group_by(*where, days.c.day),
    ]


def _lines(session: Session) -> list[Select[Any]]:
    """Lines of signed visits by code and day, measured in each way."""
    place = _of(EpisodeStanding, (*PLACE, "therapist_id"))
    days = (
        select(
            *place,
            BillingLine.code.label("what"),
            Visit.on_date.label("day"),
            func.count(distinct(Visit.id)).label("visits"),
            *BILLED,
        )
        .select_from(Visit)
        .join(BillingLine, BillingLine.visit_id == Visit.id)
        .join(EpisodeStanding, EpisodeStanding.episode_id == Visit.episode_id)
        .where(_mine(session, Visit), Visit.status == VisitStatus.SIGNED)
        .group_by(*place, BillingLine.code, Visit.on_date)
        .cte("lines")
    )
    one, nothing = days.c, literal(0, Integer)
    amounts = {
        Measured.VISIT: (one.visits, nothing),
        Measured.LINE: (one.lines, one.with_pne),
        Measured.UNIT: (one.units, nothing),
        Measured.MINUTE: (one.minutes, one.pne_minutes),
    }
    where = [one[name] for name in (*PLACE, "therapist_id")]
    return [
        select(
            *where,
            *_at(_cell(measured), what=one.what, day=one.day),
            n.label("n"),
            done.label("done"),
            nothing.label("late"),
        )
        for measured, (n, done) in amounts.items()
    ]
