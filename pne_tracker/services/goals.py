"""A lead sets what a clinic wants to reach, or takes it back; the beat keeps the clinic's figures month by month."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import asdict
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Access, Permission, Role, Viewer
from pne_tracker.domain.errors import NotAllowedError, RefusedError
from pne_tracker.domain.goals import checked_measure, checked_target, month_before
from pne_tracker.models import EVERYBODY, Clinic, ClinicGoal, CompletionMonth, new_id
from pne_tracker.queries.access import load
from pne_tracker.queries.completion.filters import pack_titles
from pne_tracker.queries.completion.goals import figures_today
from pne_tracker.services import audit

MADE_UP_WITHIN = 7
LEADS_ONLY = "A clinic lead sets the goals."


def set_goal(
    session: Session,
    viewer: Viewer,
    clinic_id: uuid.UUID,
    measure: str,
    target: str | None,
    *,
    now: dt.datetime,
) -> bool:
    """Set a goal in per cent, or take it back with None. False when it is so already; then nothing is written.

    Raises BadInputError for another measure or what is no share, NotAllowedError for those who steer no care.
    """
    if not viewer.may(Permission.STEER_CARE):
        raise NotAllowedError(LEADS_ONLY)
    clinic = load(session, viewer, Clinic, clinic_id, Access.EDIT)
    about = checked_measure(measure)
    wanted = None if target is None else checked_target(target)
    newest = session.scalars(
        select(ClinicGoal)
        .where(ClinicGoal.clinic_id == clinic.id, ClinicGoal.measure == about)
        .order_by(ClinicGoal.id.desc())
        .limit(1)
    ).first()
    if (newest.target if newest else None) == wanted:
        return False
    session.add(
        ClinicGoal(
            id=new_id(),
            organisation_id=clinic.organisation_id,
            clinic_id=clinic.id,
            measure=about,
            target=wanted,
            set_at=now,
            set_by=viewer.account_id,
        )
    )
    action = "change" if wanted is not None else "remove"
    audit.record(session, viewer, action, "goal", subject_id=clinic.id, now=now, measure=about.value)
    session.flush()
    return True


def keep_months(session: Session, *, now: dt.datetime) -> int:
    """Keep the figures of the month that ended, of every clinic that lacks them; returns of how many.

    The session is unscoped. Missed beats are made up for within a week; after that the month has no figures,
    because today's would not be the month's any more.
    """
    kept = 0
    latest = (
        select(CompletionMonth.clinic_id, func.max(CompletionMonth.month).label("month"))
        .group_by(CompletionMonth.clinic_id)
        .subquery()
    )
    for clinic, month in session.execute(
        select(Clinic, latest.c.month).outerjoin(latest, latest.c.clinic_id == Clinic.id).order_by(Clinic.id)
    ).all():
        today = now.astimezone(ZoneInfo(clinic.timezone)).date()
        if today.day <= MADE_UP_WITHIN and (month is None or month < month_before(today)):
            kept += _keep_month(session, clinic, today)
    return kept


def _keep_month(session: Session, clinic: Clinic, today: dt.date) -> bool:
    ids = frozenset({clinic.id})
    beat = Viewer(EVERYBODY, clinic.organisation_id, Role.LEAD, "", ids)
    try:
        sections = len(pack_titles(session, ids))
    except RefusedError:
        return False
    figures = figures_today(session, beat, ids, sections, today)
    session.add(
        CompletionMonth(
            id=new_id(),
            organisation_id=clinic.organisation_id,
            clinic_id=clinic.id,
            month=month_before(today),
            kept_on=today,
            **asdict(figures),
        )
    )
    session.flush()
    return True
