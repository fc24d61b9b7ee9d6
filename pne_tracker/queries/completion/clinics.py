"""The viewer's clinics side by side, from the same figures as the first screen."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.care import EpisodeStatus
from pne_tracker.domain.completion import STALLED_DAYS
from pne_tracker.domain.report import Group, Report, share
from pne_tracker.models import Clinic, EpisodeStanding
from pne_tracker.queries.completion.counts import Overview, overview
from pne_tracker.queries.completion.filters import CompletionFilter
from pne_tracker.queries.completion.window import episode_ids

HEADS = ("Clinic", "Episodes", "Taught", "Understood", "Of taught", "Completion", "Stalled", "Adherence")


def clinic_report(
    session: Session, viewer: Viewer, chosen: CompletionFilter, sections: int, today: dt.date
) -> Report:
    """One row for each clinic of the viewer that the filter leaves in."""
    clinics = session.execute(
        select(Clinic.id, Clinic.name).where(Clinic.id.in_(viewer.clinic_ids)).order_by(Clinic.name)
    ).all()
    groups = []
    for clinic_id, name in clinics:
        if chosen.clinic_id not in {None, clinic_id}:
            continue
        mine = replace(chosen, clinic_id=clinic_id)
        view = overview(session, viewer, mine, sections=sections, today=today)
        ids = frozenset(session.scalars(episode_ids(viewer, mine)))
        still = frozenset(session.scalars(_stalled(viewer, mine, today)))
        groups.append(Group(str(clinic_id), name, _values(view, len(ids)), ids, parts={5: still}))
    return Report("clinics", "Clinics", "completion", HEADS, tuple(groups), shares=frozenset({3, 4, 6}))


def _stalled(viewer: Viewer, chosen: CompletionFilter, today: dt.date) -> Select[uuid.UUID]:
    """Those behind the figure: open episodes, whatever status is chosen."""
    quiet = EpisodeStanding.active_on <= today - dt.timedelta(days=STALLED_DAYS)
    return episode_ids(viewer, chosen.with_status(EpisodeStatus.OPEN)).where(quiet)


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
