"""The viewer's clinics side by side, from the same figures as the first screen."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.care import EpisodeStatus
from pne_tracker.domain.completion import STALLED_DAYS
from pne_tracker.domain.report import Group, Report, share
from pne_tracker.models import Clinic, EpisodeStanding
from pne_tracker.queries.completion.behind import Behind, Number
from pne_tracker.queries.completion.counts import Overview, overview
from pne_tracker.queries.completion.filters import CompletionFilter

HEADS = ("Clinic", "Episodes", "Taught", "Understood", "Of taught", "Completion", "Stalled", "Adherence")


def clinic_report(
    session: Session, viewer: Viewer, chosen: CompletionFilter, sections: int, today: dt.date
) -> Report:
    """One row for each clinic of the viewer that the filter leaves in. One query, and one for each clinic."""
    clinics = session.execute(
        select(Clinic.id, Clinic.name).where(Clinic.id.in_(viewer.clinic_ids)).order_by(Clinic.name)
    ).all()
    groups = []
    for clinic_id, name in clinics:
        if chosen.clinic_id not in {None, clinic_id}:
            continue
        mine = replace(chosen, clinic_id=clinic_id)
        view = overview(session, viewer, mine, sections=sections, today=today)
        people = view.episodes(chosen.status)
        groups.append(Group(str(clinic_id), name, _values(view, people), people, parts={5: view.stalled}))
    return Report(
        "clinics",
        "Clinics",
        "completion",
        HEADS,
        tuple(groups),
        shares=frozenset({3, 4, 6}),
        people=sum(one.people for one in groups),
    )


def behind_clinic(_session: Session, chosen: CompletionFilter, today: dt.date, number: Number) -> Behind:
    """Everybody of the clinic, or who stalls there: open episodes, whatever status is chosen."""
    mine = replace(chosen, clinic_id=uuid.UUID(number.group.key))
    if number.place is None:
        return Behind(mine)
    quiet = EpisodeStanding.active_on <= today - dt.timedelta(days=STALLED_DAYS)
    return Behind(mine.with_status(EpisodeStatus.OPEN), (quiet,))


def _values(view: Overview, episodes: int) -> tuple[int | float | None, ...]:
    taught = sum(one.taught for one in view.sections)
    understood = sum(one.understood for one in view.sections)
    complete = sum(one.complete for one in view.sections)
    places = sum(one.counted for one in view.sections)
    return (
        episodes,
        taught,
        understood,
        share(understood, taught),
        share(complete, places) or 0.0,
        view.stalled,
        view.adherence.share,
    )
