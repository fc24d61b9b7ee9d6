"""What the planner suggested and what was taken: kept when a visit begins, and read by the clinic's lead."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.models import Clinic, SectionChoice, Visit, new_id
from pne_tracker.queries.access import load
from pne_tracker.queries.planning import EpisodePlan
from pne_tracker.queries.section_choices import ChoicesFilter, ChoicesReport, choices_report
from pne_tracker.services import audit


def keep_choice(
    session: Session,
    viewer: Viewer,
    visit: Visit,
    plan: EpisodePlan,
    section: int | None,
    *,
    why: str = "",
    note: str = "",
    now: dt.datetime,
) -> SectionChoice:
    """Keep what `plan` suggested beside what the visit began with: its plan, or `section` alone."""
    first = plan.suggestion
    followed = section is None or (first is not None and section == first.section)
    row = SectionChoice(
        id=new_id(),
        organisation_id=visit.organisation_id,
        clinic_id=visit.clinic_id,
        patient_id=visit.patient_id,
        episode_id=visit.episode_id,
        visit_id=visit.id,
        on_date=visit.on_date,
        suggested=first.section if first else None,
        action=first.action if first else "",
        score=first.score if first else None,
        taken=section,
        followed=followed,
        why="" if followed else why,
        note="" if followed else note.strip()[:300],
        chosen_at=now,
        chosen_by=viewer.account_id,
    )
    session.add(row)
    return row


def read_choices(
    session: Session,
    viewer: Viewer,
    clinic_id: uuid.UUID,
    chosen: ChoicesFilter,
    *,
    today: dt.date,
    now: dt.datetime,
) -> tuple[str, ChoicesReport]:
    """The clinic's name and how its suggestions fared. Raises NotFoundError out of reach."""
    clinic = load(session, viewer, Clinic, clinic_id)
    report = choices_report(session, viewer, clinic.id, chosen, today)
    shown = (one.patient_id for one in report.overridden)
    audit.record_list(session, viewer, "section_choices", shown, now=now)
    return clinic.name, report
