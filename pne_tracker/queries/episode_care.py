"""What an episode asks of its clinicians besides teaching: drafts, appointments, reports, the year's amounts."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pne_tracker.domain.billing import Discipline
from pne_tracker.domain.billing.dated import Threshold
from pne_tracker.domain.billing.gates import REPORT_EVERY
from pne_tracker.models import (
    Account,
    AllowedElsewhere,
    BillingLine,
    Episode,
    Payer,
    Visit,
    VisitStatus,
)
from pne_tracker.queries.appointments import AppointmentLine, of_episode
from pne_tracker.queries.code_tables import tables_of
from pne_tracker.queries.visit_days import visit_days


@dataclass(frozen=True, slots=True)
class DraftLine:
    """An open draft of the episode, and whose visit it is."""

    id: uuid.UUID
    on: dt.date
    saved_at: dt.datetime
    saved_by: str
    ready: bool
    therapist_id: uuid.UUID


@dataclass(frozen=True, slots=True)
class YearAmount:
    """What counts towards the yearly threshold, in cents: from our signed lines, and entered from elsewhere.

    `limits` is None where the table has no amounts for the year.
    """

    year: int
    discipline: str
    ours: int
    elsewhere: int
    limits: Threshold | None

    @property
    def together(self) -> int:
        """Both parts."""
        return self.ours + self.elsewhere


@dataclass(frozen=True, slots=True)
class EpisodeCare:
    """`therapist_id` is the episode's therapist; `days_since_report` counts the treatment days since the last progress
    report; `year` is None where the payer does not count towards the threshold."""

    therapist_id: uuid.UUID
    drafts: tuple[DraftLine, ...]
    appointments: tuple[AppointmentLine, ...]
    days_since_report: int
    last_report_on: dt.date | None
    year: YearAmount | None

    @property
    def report_due(self) -> bool:
        """Whether the next treatment day is one on which a report is due."""
        return self.days_since_report >= REPORT_EVERY - 1


def care_of(session: Session, episode: Episode, today: dt.date, since: dt.datetime) -> EpisodeCare:
    """The care of an episode that the caller has loaded; appointments from `since` on. A fixed number of queries."""
    counts = session.scalars(select(Payer.counts_towards_threshold).where(Payer.id == episode.payer_id)).one()
    visits = visit_days(session, [episode.id])
    return EpisodeCare(
        therapist_id=episode.therapist_id,
        drafts=_drafts(session, episode.id),
        appointments=of_episode(session, episode.id, since=since),
        days_since_report=visits[episode.id].since_report if episode.id in visits else 0,
        last_report_on=episode.last_progress_report_on,
        year=year_amount(session, episode.patient_id, episode.discipline, today) if counts else None,
    )


def _drafts(session: Session, episode_id: uuid.UUID) -> tuple[DraftLine, ...]:
    rows = session.execute(
        select(Visit, Account.name)
        .join(Account, Account.id == Visit.saved_by)
        .where(Visit.episode_id == episode_id, Visit.status == VisitStatus.DRAFT)
        .order_by(Visit.id)
    )
    return tuple(
        DraftLine(row.id, row.on_date, row.saved_at, by, row.ready_at is not None, row.therapist_id)
        for row, by in rows
    )


def year_amount(
    session: Session,
    patient_id: uuid.UUID,
    discipline: Discipline,
    until: dt.date,
    *,
    but: uuid.UUID | None = None,
) -> YearAmount:
    """The patient's amounts of the calendar year of `until`, up to that day, the visit `but` left out.

    Ours is units by the payer's own fee schedule, which for such a payer holds what it allows (ADR 64).
    """
    ours = session.scalar(
        select(func.coalesce(func.sum(BillingLine.charge_cents), 0))
        .join(Visit, Visit.id == BillingLine.visit_id)
        .join(Episode, Episode.id == Visit.episode_id)
        .join(Payer, Payer.id == BillingLine.payer_id)
        .where(
            Episode.patient_id == patient_id,
            *(() if but is None else (Visit.id != but,)),
            Visit.status == VisitStatus.SIGNED,
            Episode.discipline == discipline,
            Payer.counts_towards_threshold.is_(True),
            BillingLine.on_date.between(dt.date(until.year, 1, 1), until),
        )
    )
    elsewhere = session.scalar(
        select(AllowedElsewhere.cents)
        .where(
            AllowedElsewhere.patient_id == patient_id,
            AllowedElsewhere.year == until.year,
            AllowedElsewhere.discipline == discipline,
        )
        .order_by(AllowedElsewhere.entered_at.desc(), AllowedElsewhere.id.desc())
        .limit(1)
    )
    limits = tables_of(session).threshold(until.year, discipline)
    return YearAmount(until.year, discipline.value, int(ours or 0), elsewhere or 0, limits)
