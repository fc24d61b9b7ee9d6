"""What a clinician sees on opening the application: open drafts, and the own patients with what came back."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Uuid, bindparam, select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.billing.gates import REPORT_SOON
from pne_tracker.domain.care import flags_due
from pne_tracker.domain.people import full_name
from pne_tracker.models import (
    Account,
    CareTeamMember,
    Episode,
    EpisodeGist,
    EpisodeStatus,
    Patient,
    built_once,
)
from pne_tracker.queries.access import reachable_patients
from pne_tracker.queries.appointments import AppointmentLine, day_of
from pne_tracker.queries.assigned_items import telling_items
from pne_tracker.queries.gist_rows import gist_of, touched
from pne_tracker.queries.gists import Known, with_derived
from pne_tracker.queries.next_steps import paths_of
from pne_tracker.queries.patients import labelled
from pne_tracker.queries.since import Since, Strips, since_last_visit
from pne_tracker.queries.waiting import OpenDraft, StallTask, waiting_for

SHOWN = 60


@dataclass(frozen=True, slots=True)
class TodayRow:
    """One patient in treatment: path, what came back, what comes next."""

    patient_id: uuid.UUID
    episode_id: uuid.UUID
    name: str
    mrn: str
    reason: str
    states: tuple[str, ...]
    since: Since
    next_step: str
    flags_due: bool


@dataclass(frozen=True, slots=True)
class ReportCount:
    """A patient whose progress report is due or nearly due: treatment `days` since the last one."""

    patient_id: uuid.UUID
    episode_id: uuid.UUID
    name: str
    days: int
    last_on: dt.date | None


@dataclass(frozen=True, slots=True)
class TodayPage:
    """The day's appointments, drafts, what the lead asks to look at, oldest first, and up to 60 patients.

    `reports` are the progress reports that come due, of all patients, the most days first.

    First those who ask to be called, then those who ask something, then those who sent something.

    `patients` counts all of them.
    """

    appointments: tuple[AppointmentLine, ...]
    drafts: tuple[OpenDraft, ...]
    stalls: tuple[StallTask, ...]
    reports: tuple[ReportCount, ...]
    rows: tuple[TodayRow, ...]
    patients: int
    any_patient: bool


def today_page(session: Session, viewer: Viewer, today: dt.date) -> TodayPage:
    """Today of the viewer. Six queries, whatever the number of patients, and six more where a gist is missing."""
    found = _caseload(session, viewer)
    episodes = [one.episode for one in found]
    known = _known(session, found, today)
    names = {one.episode.reviewed_by: one.reviewed_by for one in found if one.episode.reviewed_by}
    strips = since_last_visit(
        session, episodes, today=today, timezone=viewer.timezone, known=known, names=names
    )
    ordered = sorted(found, key=lambda one: _urgency(strips[one.episode.id]))[:SHOWN]
    waiting = waiting_for(session, viewer)
    return TodayPage(
        appointments=day_of(session, viewer, today),
        drafts=waiting.drafts,
        stalls=waiting.stalls,
        reports=_reports(found, known),
        rows=_rows(session, ordered, strips, known, today),
        patients=len(found),
        any_patient=bool(found) or _reaches_anybody(session, viewer),
    )


class _Case(NamedTuple):
    """An open episode of the viewer's, whose it is, who looked at it last, and its gist where one is kept."""

    episode: Episode
    patient_id: uuid.UUID
    given_name: str
    family_name: str
    mrn: str
    reviewed_by: str
    gist: dict[str, Any] | None

    @property
    def name(self) -> str:
        return full_name(self.given_name, self.family_name)


_ME: BindParameter[Any] = bindparam("me", type_=Uuid())
_CASELOAD = built_once(
    select(
        Episode,
        Patient.id,
        Patient.given_name,
        Patient.family_name,
        Patient.mrn,
        Account.name,
        Account.credential,
        EpisodeGist.gist,
    )
    .join(Patient, Patient.id == Episode.patient_id)
    .outerjoin(Account, Account.id == Episode.reviewed_by)
    .outerjoin(EpisodeGist, gist_of(Episode.id))
    .where(
        Episode.status == EpisodeStatus.OPEN,
        Patient.deceased.is_(False),
        Episode.id.in_(
            select(Episode.id)
            .where(Episode.therapist_id == _ME)
            .union_all(select(CareTeamMember.episode_id).where(CareTeamMember.account_id == _ME))
        ),
    )
    .order_by(Patient.family_name, Patient.given_name, Episode.id)
)


def _caseload(session: Session, viewer: Viewer) -> list[_Case]:
    rows = session.execute(_CASELOAD, {"me": viewer.account_id, "behind": list(touched(session))})
    return [_Case(row[0], row[1], row[2], row[3], row[4], labelled(row[5], row[6]), row[7]) for row in rows]


def _known(session: Session, found: Sequence[_Case], today: dt.date) -> Known:
    if not found:
        return Known({}, {})
    episodes = [one.episode for one in found]
    kept = {one.episode.id: one.gist for one in found}
    items = telling_items(session, [one.id for one in episodes], today)
    return Known(with_derived(session, episodes, kept), items)


def _reports(found: Sequence[_Case], known: Known) -> tuple[ReportCount, ...]:
    counts = []
    for one in found:
        reported_on = one.episode.last_progress_report_on
        days = known.gists[one.episode.id].days_since(reported_on)
        if days >= REPORT_SOON:
            counts.append(ReportCount(one.patient_id, one.episode.id, one.name, days, reported_on))
    return tuple(sorted(counts, key=lambda one: -one.days))


def _urgency(since: Since) -> tuple[bool, bool, bool]:
    """Wishes to be called first, then questions, then what is new."""
    return not since.calls, not since.questions, since.new == 0


def _rows(
    session: Session, found: Sequence[_Case], strips: Strips, known: Known, today: dt.date
) -> tuple[TodayRow, ...]:
    paths = paths_of(session, [one.episode for one in found], today, known)
    rows = []
    for one in found:
        episode, path = one.episode, paths[one.episode.id]
        rows.append(
            TodayRow(
                patient_id=one.patient_id,
                episode_id=episode.id,
                name=one.name,
                mrn=one.mrn,
                reason=episode.reason,
                states=path.states,
                since=strips[episode.id],
                next_step=path.first.title if path.first else "",
                flags_due=flags_due(episode.flags_asked_on, episode.opened_on, today),
            )
        )
    return tuple(rows)


def _reaches_anybody(session: Session, viewer: Viewer) -> bool:
    return session.scalar(select(Patient.id).where(reachable_patients(viewer)).limit(1)) is not None
