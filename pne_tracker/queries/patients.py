"""Lists of patients: one page by name, or what a search finds, each row with its path, in a fixed number of queries."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, exists, func, select, tuple_
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Permission, Viewer
from pne_tracker.domain.people import listed_name, words_of
from pne_tracker.models import (
    Account,
    CareTeamMember,
    Episode,
    EpisodeStatus,
    Patient,
)
from pne_tracker.queries.access import load, patients, reachable_patients
from pne_tracker.queries.gists import known_of
from pne_tracker.queries.next_steps import paths_of

PAGE = 25
MINE = "mine"
NO_EPISODE = "none"
DECEASED = "deceased"


@dataclass(frozen=True, slots=True)
class PatientFilter:
    """Which patients a list shows. `who` is "mine", an account's id, or "" for all in reach.

    `status` is an episode's status, "none" (no episode yet), "deceased", or "" for all. A page starts after
    (or ends before) a patient: `after` and `before` are ids, so that an address holds no name.
    """

    who: str = ""
    status: str = ""
    after: uuid.UUID | None = None
    before: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class PatientRow:
    """One patient of a list. The episode is the one that runs, else the latest; None without any."""

    id: uuid.UUID
    name: str
    mrn: str
    deceased: bool
    active: bool
    episode_id: uuid.UUID | None
    status: str
    therapist: str
    states: tuple[str, ...]
    last_visit: dt.date | None
    next_step: str


@dataclass(frozen=True, slots=True)
class PatientPage:
    """One page of a list. `next_after` and `previous_before` start the neighbouring pages, None at the ends.

    `waiting` counts patients in reach without an episode; a search gives it as 0.
    """

    rows: tuple[PatientRow, ...]
    next_after: uuid.UUID | None = None
    previous_before: uuid.UUID | None = None
    waiting: int = 0


def patient_page(session: Session, viewer: Viewer, chosen: PatientFilter, today: dt.date) -> PatientPage:
    """One page of the patients in reach, by family name. The number of queries does not grow with the rows."""
    statement = patients(viewer).where(*_conditions(viewer, chosen))
    found, more = _slice(session, viewer, statement, chosen)
    backwards = chosen.before is not None
    has_next, has_previous = (True, more) if backwards else (more, chosen.after is not None)
    return PatientPage(
        rows=_rows(session, found, chosen.status, today),
        next_after=found[-1].id if found and has_next else None,
        previous_before=found[0].id if found and has_previous else None,
        waiting=_waiting(session, viewer),
    )


def search(session: Session, viewer: Viewer, query: str, today: dt.date) -> PatientPage:
    """The first page of patients in reach whose name or MRN holds every word of `query`, accents ignored."""
    words = words_of(query)
    if not words:
        return PatientPage(())
    found = session.scalars(
        patients(viewer)
        .where(*(Patient.search_text.contains(word, autoescape=True) for word in words))
        .order_by(Patient.family_name, Patient.given_name, Patient.id)
        .limit(PAGE)
    ).all()
    return PatientPage(_rows(session, found, "", today))


def _conditions(viewer: Viewer, chosen: PatientFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if chosen.who == MINE:
        conditions.append(
            exists().where(
                CareTeamMember.patient_id == Patient.id, CareTeamMember.account_id == viewer.account_id
            )
        )
    elif chosen.who:
        therapist_id = uuid.UUID(chosen.who)
        conditions.append(
            exists().where(Episode.patient_id == Patient.id, Episode.therapist_id == therapist_id)
        )
    if chosen.status == NO_EPISODE:
        conditions += [Patient.untreated.is_(True), Patient.deceased.is_(False)]
    elif chosen.status == DECEASED:
        conditions.append(Patient.deceased.is_(True))
    elif chosen.status:
        status = EpisodeStatus(chosen.status)
        conditions.append(exists().where(Episode.patient_id == Patient.id, Episode.status == status))
    return conditions


def _slice(
    session: Session, viewer: Viewer, statement: Select[Patient], chosen: PatientFilter
) -> tuple[list[Patient], bool]:
    key = tuple_(Patient.family_name, Patient.given_name, Patient.id)
    columns = (Patient.family_name, Patient.given_name, Patient.id)
    if chosen.before is not None:
        at = load(session, viewer, Patient, chosen.before)
        statement = statement.where(key < (at.family_name, at.given_name, at.id))
        statement = statement.order_by(*(column.desc() for column in columns))
    else:
        if chosen.after is not None:
            at = load(session, viewer, Patient, chosen.after)
            statement = statement.where(key > (at.family_name, at.given_name, at.id))
        statement = statement.order_by(*columns)
    found = list(session.scalars(statement.limit(PAGE + 1)))
    kept = found[:PAGE]
    return (kept[::-1] if chosen.before is not None else kept), len(found) > PAGE


def _waiting(session: Session, viewer: Viewer) -> int:
    statement = (
        select(func.count())
        .select_from(Patient)
        .where(
            reachable_patients(viewer),
            Patient.untreated.is_(True),
            Patient.deceased.is_(False),
            Patient.active.is_(True),
        )
    )
    return session.scalar(statement) or 0


def _rows(session: Session, found: Sequence[Patient], status: str, today: dt.date) -> tuple[PatientRow, ...]:
    episodes = shown_episodes(session, [patient.id for patient in found], status)
    shown = list(episodes.values())
    therapists = account_labels(session, {episode.therapist_id for episode in shown})
    known = known_of(session, shown, today)
    paths = paths_of(session, shown, today, known)
    rows = []
    for patient in found:
        episode = episodes.get(patient.id)
        path = paths[episode.id] if episode else None
        running = episode is not None and episode.status is not EpisodeStatus.DISCHARGED
        step = path.first if path and running and not patient.deceased else None
        rows.append(
            PatientRow(
                id=patient.id,
                name=listed_name(patient.given_name, patient.family_name),
                mrn=patient.mrn,
                deceased=patient.deceased,
                active=patient.active,
                episode_id=episode.id if episode else None,
                status=episode.status.value if episode else "",
                therapist=therapists.get(episode.therapist_id, "") if episode else "",
                states=path.states if path else (),
                last_visit=known.gists[episode.id].visited_on if episode else None,
                next_step=step.title if step else "",
            )
        )
    return tuple(rows)


_ORDER = {EpisodeStatus.OPEN: 0, EpisodeStatus.ON_HOLD: 1, EpisodeStatus.DISCHARGED: 2}


def shown_episodes(
    session: Session, patient_ids: Sequence[uuid.UUID], status: str = ""
) -> dict[uuid.UUID, Episode]:
    """The episode a list shows of each patient: one of `status` where asked, else open before others, then latest."""
    rows = session.scalars(
        select(Episode)
        .where(Episode.patient_id.in_(list(patient_ids)))
        .order_by(Episode.opened_on, Episode.id)
    )
    found: dict[uuid.UUID, Episode] = {}
    for row in rows:
        best = found.get(row.patient_id)
        if best is None or _rank(row, status) <= _rank(best, status):
            found[row.patient_id] = row
    return found


def _rank(episode: Episode, status: str) -> tuple[bool, int]:
    return episode.status.value != status, _ORDER[episode.status]


def account_labels(session: Session, account_ids: set[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Names with credentials of these accounts: "Maya Okonjo, PT"."""
    if not account_ids:
        return {}
    rows = session.execute(
        select(Account.id, Account.name, Account.credential).where(Account.id.in_(account_ids))
    )
    return {row[0]: labelled(row[1], row[2]) for row in rows}


def labelled(name: str | None, credential: str | None) -> str:
    """A name with its credential, "" for nobody."""
    return f"{name}, {credential}" if credential else name or ""


def default_who(viewer: Viewer) -> str:
    """Whose patients a list shows at first: the clinician's own; for a lead those of all."""
    return MINE if viewer.may(Permission.DOCUMENT_VISITS) else ""
