"""Visits from start to correction. A signed visit never changes: it gets addenda, or is entered in error."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Access, Permission, Viewer
from pne_tracker.domain.choices import reason_words
from pne_tracker.domain.errors import BadInputError, NotAllowedError, RefusedError
from pne_tracker.domain.planner import Action
from pne_tracker.domain.visit_draft import DraftInput, HomeworkDraft, SectionDraft
from pne_tracker.models import Addendum, Episode, EpisodeStatus, Patient, Visit, VisitStatus, new_id
from pne_tracker.queries.access import load
from pne_tracker.queries.appointments import next_visit_on
from pne_tracker.queries.planning import PNE_MINUTES, EpisodePlan, plan_of_episode
from pne_tracker.queries.progress import section_rows
from pne_tracker.queries.visit_choices import default_homework
from pne_tracker.services import appointments, assignments, audit, claims, progress
from pne_tracker.services.clinicians import refuse_outsiders
from pne_tracker.services.section_choices import keep_choice
from pne_tracker.services.visit_drafts import discard_draft, save_draft, write_draft

__all__ = ["add_addendum", "discard_draft", "save_draft", "start_visit", "withdraw_visit"]

MAX_ADDENDUM = 8000
ADDENDUM, IN_ERROR = "addendum", "entered_in_error"


def start_visit(
    session: Session,
    viewer: Viewer,
    episode_id: uuid.UUID,
    *,
    on_date: dt.date,
    now: dt.datetime,
    from_plan: bool = True,
    plan_minutes: int = PNE_MINUTES,
    section: int | None = None,
    reason: str = "",
    why: str = "",
) -> Visit:
    """The open draft of the episode's therapist, or a new one.

    A new one is prefilled from today's plan for `plan_minutes` of PNE; or with `section` alone. What was suggested
    is kept beside what was taken: `why` is one of `domain.choices.REASONS`, `reason` the note, which also goes
    into the remarks. Raises RefusedError for a patient who has died or an
    episode that is not open, NotAllowedError outside the care team.
    """
    episode = load(session, viewer, Episode, episode_id, Access.EDIT)
    refuse_outsiders(session, viewer, episode)
    patient = load(session, viewer, Patient, episode.patient_id)
    if patient.deceased:
        raise RefusedError("The patient has died: no visit can be started.")
    if episode.status is not EpisodeStatus.OPEN:
        raise RefusedError("This episode is not open. Open it again before you start a visit.")
    therapist_id = viewer.begins_for(episode.therapist_id)
    draft = _open_draft(session, episode, therapist_id)
    if draft is not None:
        return draft
    visit = _new(episode, therapist_id, viewer, on_date, now)
    session.add(visit)
    session.flush()
    if section is not None or from_plan:
        plan = plan_of_episode(session, episode, on_date, min(plan_minutes, episode.visit_minutes))
        keep_choice(session, viewer, visit, plan, section, why=why, note=reason, now=now)
        if section is not None:
            _begin_with(session, viewer, visit, plan, [section], _said(why, reason), now)
        else:
            _begin_with_plan(session, viewer, visit, plan, now)
    audit.record(session, viewer, "start", "visit", subject_id=visit.id, patient_id=patient.id, now=now)
    session.flush()
    return visit


def _open_draft(session: Session, episode: Episode, therapist_id: uuid.UUID) -> Visit | None:
    return session.scalars(
        select(Visit)
        .where(
            Visit.episode_id == episode.id,
            Visit.therapist_id == therapist_id,
            Visit.status == VisitStatus.DRAFT,
        )
        .order_by(Visit.id)
        .limit(1)
    ).one_or_none()


def _new(
    episode: Episode, therapist_id: uuid.UUID, viewer: Viewer, on_date: dt.date, now: dt.datetime
) -> Visit:
    return Visit(
        id=new_id(),
        organisation_id=episode.organisation_id,
        clinic_id=episode.clinic_id,
        patient_id=episode.patient_id,
        episode_id=episode.id,
        therapist_id=therapist_id,
        status=VisitStatus.DRAFT,
        on_date=on_date,
        minutes=episode.visit_minutes or None,
        created_at=now,
        saved_at=now,
        saved_by=viewer.account_id,
    )


def _begin_with_plan(
    session: Session, viewer: Viewer, visit: Visit, plan: EpisodePlan, now: dt.datetime
) -> None:
    taught = [step.section for step in plan.plan.today if step.action is not Action.REVIEW_HOMEWORK]
    new = {step.section for step in plan.plan.today if step.action is Action.TEACH}
    _begin_with(session, viewer, visit, plan, taught, "", now, new=new)


def _begin_with(
    session: Session,
    viewer: Viewer,
    visit: Visit,
    plan: EpisodePlan,
    sections: Iterable[int],
    reason: str,
    now: dt.datetime,
    *,
    new: set[int] | None = None,
) -> None:
    numbers = list(dict.fromkeys(sections))
    if any(number not in plan.pack.by_number for number in numbers):
        raise BadInputError("This curriculum has no such section. Choose one from the list.", at="section")
    draft = DraftInput(
        on_date=visit.on_date,
        minutes=visit.minutes,
        sections=tuple(SectionDraft(number) for number in numbers),
        homework=_homework(
            session, visit, plan, numbers if new is None else [one for one in numbers if one in new]
        ),
        remarks=_chosen(numbers, reason),
    )
    empty = DraftInput(on_date=visit.on_date, minutes=visit.minutes)
    write_draft(session, viewer, visit, draft, now=now, before=(empty, {}))


def _homework(
    session: Session, visit: Visit, plan: EpisodePlan, numbers: list[int]
) -> tuple[HomeworkDraft, ...]:
    next_visit = next_visit_on(session, visit.episode_id, visit.on_date)
    return tuple(
        item
        for number in numbers
        for item in default_homework(plan.pack, plan.evidence, number, visit.on_date, next_visit)
    )


def _said(why: str, note: str) -> str:
    """The reason as the remarks of the visit have it."""
    return note.strip() or (reason_words(why) if why else "")


def _chosen(numbers: list[int], reason: str) -> str:
    return f"Section {numbers[0]} chosen over the suggestion: {reason.strip()}" if reason.strip() else ""


def add_addendum(
    session: Session, viewer: Viewer, visit_id: uuid.UUID, text: str, *, now: dt.datetime
) -> Addendum:
    """Add words to a signed visit; nothing of it changes. Raises BadInputError without text."""
    visit = _signed(session, viewer, visit_id)
    text = _checked(text, "text", "Write what is to be added.")
    row = _addendum(session, viewer, visit, ADDENDUM, text, now)
    audit.record(
        session, viewer, "addendum", "visit", subject_id=visit.id, patient_id=visit.patient_id, now=now
    )
    session.flush()
    return row


def withdraw_visit(
    session: Session, viewer: Viewer, visit_id: uuid.UUID, reason: str, *, now: dt.datetime
) -> Visit:
    """Mark a signed visit as entered in error; the same again has no second effect.

    Its lines stay as history and leave the billing lists, its homework that is not done is withdrawn, and
    progress falls back to what the other evidence says. Raises BadInputError without a reason.
    """
    visit = _signed(session, viewer, visit_id, withdrawn_too=True)
    if visit.status is VisitStatus.ENTERED_IN_ERROR:
        return visit
    if not viewer.may(Permission.SIGN_VISITS):
        raise NotAllowedError("A therapist of the care team takes a signed visit back.")
    reason = _checked(reason, "reason", "Write the reason.")
    effects = _effects(session, viewer, visit, now)
    _addendum(session, viewer, visit, IN_ERROR, reason, now, effects)
    audit.record(
        session,
        viewer,
        "withdraw",
        "visit",
        subject_id=visit.id,
        patient_id=visit.patient_id,
        now=now,
        homework=effects["homework"],
    )
    session.flush()
    return visit


def _effects(session: Session, viewer: Viewer, visit: Visit, now: dt.datetime) -> dict[str, Any]:
    """Take the visit out of everything that counts; returns what that changed."""
    before = _states(session, visit)
    visit.status = VisitStatus.ENTERED_IN_ERROR
    claims.withdraw_claim(session, viewer, visit, now=now)
    withdrawn = assignments.withdraw_of_visit(session, viewer, visit, "The visit was entered in error.", now)
    appointments.release_of_visit(session, viewer, visit, now)
    progress.rebuild(session, [visit.episode_id])
    after = _states(session, visit)
    return {
        "homework": withdrawn,
        "lines": len((visit.content or {}).get("lines", ())),
        "scores": len((visit.content or {}).get("scores", ())),
        "sections": [
            {"number": number, "before": state, "after": after[number]}
            for number, state in before.items()
            if after[number] != state
        ],
    }


def _states(session: Session, visit: Visit) -> dict[int, str]:
    rows = section_rows(session, [visit.episode_id])[visit.episode_id]
    return {row.number: row.state.value for row in rows}


def _signed(session: Session, viewer: Viewer, visit_id: uuid.UUID, *, withdrawn_too: bool = False) -> Visit:
    visit = load(session, viewer, Visit, visit_id, Access.EDIT)
    refuse_outsiders(session, viewer, load(session, viewer, Episode, visit.episode_id))
    if visit.status is VisitStatus.DRAFT:
        raise RefusedError("This visit is a draft: change it directly.")
    if visit.status is VisitStatus.ENTERED_IN_ERROR and not withdrawn_too:
        raise RefusedError("This visit was entered in error. Nothing more is added to it.")
    return visit


def _checked(text: str, at: str, missing: str) -> str:
    text = text.strip()
    if not text:
        raise BadInputError(missing, at=at)
    if len(text) > MAX_ADDENDUM:
        raise BadInputError(f"Shorten this to {MAX_ADDENDUM} characters.", at=at)
    return text


def _addendum(
    session: Session,
    viewer: Viewer,
    visit: Visit,
    kind: str,
    text: str,
    now: dt.datetime,
    effects: dict[str, Any] | None = None,
) -> Addendum:
    row = Addendum(
        id=new_id(),
        organisation_id=visit.organisation_id,
        visit_id=visit.id,
        kind=kind,
        text=text,
        written_at=now,
        written_by=viewer.account_id,
        effects=effects,
    )
    session.add(row)
    return row
