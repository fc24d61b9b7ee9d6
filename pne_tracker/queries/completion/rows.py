"""The patients behind the figures: the matrix, the lists behind a number, and who stalls. Paged by key."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    SQLColumnExpression,
    Uuid,
    func,
    literal,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Role, Viewer
from pne_tracker.domain.care import EpisodeStatus
from pne_tracker.domain.completion import STALLED_DAYS
from pne_tracker.domain.progress import State
from pne_tracker.domain.standing import LETTERS, TAUGHT, UNDERSTOOD, states_of
from pne_tracker.models import Account, EpisodeStanding, Patient, built_once
from pne_tracker.queries.completion.behind import Behind
from pne_tracker.queries.completion.filters import QUESTIONS, CompletionFilter, selected

PAGE = 20
MEASURES = {
    "taught": TAUGHT,
    "understood": UNDERSTOOD,
    "complete": frozenset({LETTERS[State.COMPLETE]}),
    "revisit": frozenset({LETTERS[State.REVISIT]}),
    "skipped": frozenset({LETTERS[State.SKIPPED]}),
    "gap": TAUGHT - UNDERSTOOD,
}


@dataclass(frozen=True, slots=True)
class EpisodeRow:
    """One patient's row: states by section, 1 to n. `key` is where the next page begins."""

    episode_id: uuid.UUID
    patient_id: uuid.UUID
    name: str
    mrn: str
    therapist_id: uuid.UUID
    therapist: str
    opened_on: dt.date
    active_on: dt.date
    states: tuple[State, ...]
    deceased: bool = False
    key: str = ""

    @property
    def counted(self) -> int:
        """Sections that count: all but the skipped."""
        return sum(state is not State.SKIPPED for state in self.states)

    @property
    def understood(self) -> int:
        """Sections understood, the complete ones among them."""
        return sum(state in {State.UNDERSTOOD, State.COMPLETE} for state in self.states)


@dataclass(frozen=True, slots=True)
class StalledRow:
    """An episode where nothing was taught or handed in for `days` days."""

    row: EpisodeRow
    days: int


Order = tuple[SQLColumnExpression[Any], ...]


Named = Select[uuid.UUID, uuid.UUID, uuid.UUID, str, str, str, str, dt.date, dt.date, str, bool, int]


def _named(found: Select[uuid.UUID]) -> Named:
    """What a row shows of these standings, and last the number of sections to revisit."""
    one = EpisodeStanding
    return (
        select(
            one.episode_id,
            one.patient_id,
            one.therapist_id,
            Patient.family_name,
            Patient.given_name,
            Patient.mrn,
            Account.name,
            one.opened_on,
            one.active_on,
            one.path,
            Patient.deceased,
            one.revisit,
        )
        .join(Patient, Patient.id == one.patient_id)
        .join(Account, Account.id == one.therapist_id)
        .where(one.id.in_(found))
    )


def _read(session: Session, statement: Named) -> Iterator[tuple[EpisodeRow, int]]:
    """The rows of a list, each with its number of sections to revisit."""
    for row in session.execute(statement):
        who = (row.episode_id, row.patient_id, f"{row.family_name}, {row.given_name}", row.mrn)
        with_whom = (row.therapist_id, row.name, row.opened_on, row.active_on)
        yield EpisodeRow(*who, *with_whom, states_of(row.path), row.deceased), row.revisit


def _parts(viewer: Viewer, chosen: CompletionFilter) -> list[CompletionFilter]:
    """The filter by clinic and status, so that each part is read along one index."""
    if viewer.role is not Role.LEAD or chosen.therapist_id is not None:
        return [chosen]
    clinics = [chosen.clinic_id] if chosen.clinic_id else sorted(viewer.clinic_ids)
    statuses = [chosen.status] if chosen.status else list(EpisodeStatus)
    return [replace(chosen, clinic_id=clinic, status=status) for clinic in clinics for status in statuses]


def _first(
    viewer: Viewer,
    chosen: CompletionFilter,
    conditions: list[ColumnElement[bool]],
    order: Order,
    limit: int,
) -> Select[uuid.UUID]:
    """Ids of the first `limit` standings of every part of the filter."""
    found = [
        select(
            select(EpisodeStanding.id)
            .where(*selected(viewer, part), *conditions)
            .order_by(*order)
            .limit(limit)
            .subquery()
        )
        for part in _parts(viewer, chosen)
    ]
    return select(union_all(*found).subquery().c.id)


def matrix(
    session: Session, viewer: Viewer, chosen: CompletionFilter, *, after: str = "", limit: int = PAGE
) -> list[EpisodeRow]:
    """Patients by sections, most to revisit first, then the latest begun. `after` is the last row's key."""
    return _in_order(session, _matrix(viewer, chosen, _place(after), limit))


def _place(key: str) -> tuple[int, uuid.UUID] | None:
    number, _, episode = key.partition(".")
    try:
        return int(number), uuid.UUID(episode)
    except ValueError:
        return None


def with_section(
    session: Session,
    viewer: Viewer,
    chosen: CompletionFilter,
    section: int,
    measure: str,
    *,
    after: str = "",
    limit: int = PAGE,
) -> list[EpisodeRow]:
    """The patients behind one number of the funnel; `measure` is a key of MEASURES. In order of the matrix."""
    letter = func.substr(EpisodeStanding.path, section, 1)
    conditions: list[ColumnElement[bool]] = [letter.in_(sorted(MEASURES[measure]))]
    return _listed(session, viewer, chosen, conditions, after, limit)


def behind(
    session: Session, viewer: Viewer, found: Behind, *, after: str = "", limit: int = PAGE
) -> list[EpisodeRow]:
    """The patients behind a number that the viewer may see, in order of the matrix."""
    return _listed(session, viewer, found.chosen, list(found.conditions), after, limit)


def how_many_behind(session: Session, viewer: Viewer, found: Behind) -> int:
    """How many patients stand behind a number that the viewer may see."""
    chosen = [*selected(viewer, found.chosen), *found.conditions]
    return session.scalar(select(func.count()).select_from(EpisodeStanding).where(*chosen)) or 0


def _listed(
    session: Session,
    viewer: Viewer,
    chosen: CompletionFilter,
    conditions: list[ColumnElement[bool]],
    after: str,
    limit: int,
) -> list[EpisodeRow]:
    return _in_order(session, _page(viewer, chosen, conditions, _place(after), limit))


def _in_order(session: Session, statement: Named) -> list[EpisodeRow]:
    return [replace(row, key=f"{revisit}.{row.episode_id.hex}") for row, revisit in _read(session, statement)]


def _page(
    viewer: Viewer,
    chosen: CompletionFilter,
    conditions: list[ColumnElement[bool]],
    place: tuple[int, uuid.UUID] | None,
    limit: int,
) -> Named:
    one = EpisodeStanding
    if place is not None:
        revisit, episode_id = place
        here = tuple_(literal(revisit), literal(episode_id, Uuid))
        conditions = [*conditions, tuple_(one.revisit, one.episode_id) < here]
    order: Order = (one.revisit.desc(), one.episode_id.desc())
    return _named(_first(viewer, chosen, conditions, order, limit)).order_by(*order).limit(limit)


@lru_cache(maxsize=QUESTIONS)
def _matrix(
    viewer: Viewer, chosen: CompletionFilter, place: tuple[int, uuid.UUID] | None, limit: int
) -> Named:
    return built_once(_page(viewer, chosen, [], place, limit))


def stalled(
    session: Session,
    viewer: Viewer,
    chosen: CompletionFilter,
    *,
    today: dt.date,
    days: int = STALLED_DAYS,
    after: str = "",
    limit: int = PAGE,
) -> list[StalledRow]:
    """Open episodes with no signed visit that taught a section and no entry for `days` days, longest first."""
    quiet_since = today - dt.timedelta(days=days)
    statement = _stalled(viewer, chosen.with_status(EpisodeStatus.OPEN), quiet_since, _place(after), limit)
    return [
        StalledRow(
            replace(row, key=f"{row.active_on.toordinal()}.{row.episode_id.hex}"),
            (today - row.active_on).days,
        )
        for row, _ in _read(session, statement)
    ]


@lru_cache(maxsize=QUESTIONS)
def _stalled(
    viewer: Viewer,
    chosen: CompletionFilter,
    quiet_since: dt.date,
    place: tuple[int, uuid.UUID] | None,
    limit: int,
) -> Named:
    one = EpisodeStanding
    conditions: list[ColumnElement[bool]] = [one.active_on <= quiet_since]
    if place is not None:
        day, episode_id = dt.date.fromordinal(max(place[0], 1)), place[1]
        here = tuple_(literal(day), literal(episode_id, Uuid))
        conditions.append(tuple_(one.active_on, one.episode_id) > here)
    order: Order = (one.active_on, one.episode_id)
    found = _first(viewer, chosen, conditions, order, limit)
    return built_once(_named(found).order_by(*order).limit(limit))
