"""Issuing papers, and opening what was issued: each leaves an event that says who and for whom."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Access, Viewer
from pne_tracker.domain.errors import RefusedError
from pne_tracker.domain.homework import Adherence
from pne_tracker.domain.papers import PaperKind, bytes_hash
from pne_tracker.domain.reports import Period, period_of, proposed_period
from pne_tracker.models import Episode, IssuedPaper, new_id
from pne_tracker.queries.access import load
from pne_tracker.queries.adherence import adherence_of
from pne_tracker.queries.course import Course, course_of
from pne_tracker.queries.papers import same_paper
from pne_tracker.queries.portal_place import place_of
from pne_tracker.queries.superbill import SuperbillFacts, superbill_facts
from pne_tracker.services import audit


@dataclass(frozen=True, slots=True)
class Issue:
    """What is issued: its kind, what it is about, the hash of what it says. `covers` is a report's period."""

    kind: PaperKind
    episode_id: uuid.UUID
    content_hash: str
    language: str = "en"
    visit_id: uuid.UUID | None = None
    covers: tuple[dt.date, dt.date] | None = None


def issue(session: Session, viewer: Viewer, made: Issue, pdf: bytes, *, now: dt.datetime) -> IssuedPaper:
    """Keep a paper as issued. One that says the same as an earlier one is that one, with its bytes.

    The caller has checked by what right `viewer` reads the episode or visit.
    """
    found = same_paper(session, made.episode_id, made.kind, made.content_hash)
    if found is not None:
        return found
    episode = session.get_one(Episode, made.episode_id)
    paper = IssuedPaper(
        id=new_id(),
        organisation_id=episode.organisation_id,
        clinic_id=episode.clinic_id,
        patient_id=episode.patient_id,
        episode_id=episode.id,
        visit_id=made.visit_id,
        kind=made.kind,
        language=made.language,
        covers_from=made.covers[0] if made.covers else None,
        covers_to=made.covers[1] if made.covers else None,
        content_hash=made.content_hash,
        pdf_hash=bytes_hash(pdf),
        pdf=pdf,
        issued_at=now,
        issued_by=viewer.account_id,
    )
    session.add(paper)
    _record(session, viewer, "issue", paper, now)
    session.flush()
    return paper


def open_paper(
    session: Session, viewer: Viewer, paper_id: uuid.UUID, *, now: dt.datetime, access: Access = Access.VIEW
) -> IssuedPaper:
    """A paper in reach, with the bytes it was issued with.

    Raises NotFoundError out of reach, RefusedError when the bytes are no longer those of its hash.
    """
    paper = load(session, viewer, IssuedPaper, paper_id, access)
    if bytes_hash(paper.pdf) != paper.pdf_hash:
        raise RefusedError(
            "This paper was changed after it was issued. Tell your administrator; do not use it."
        )
    _record(session, viewer, "download", paper, now)
    return paper


def open_superbill(
    session: Session, viewer: Viewer, visit_id: uuid.UUID, access: Access, *, now: dt.datetime
) -> SuperbillFacts:
    """The facts of a signed visit's superbill. Raises what `superbill_facts` raises."""
    facts = superbill_facts(session, viewer, visit_id, access)
    audit.record(
        session,
        viewer,
        "read",
        "visit",
        subject_id=visit_id,
        patient_id=facts.head.patient_id,
        now=now,
        page="superbill",
    )
    return facts


def open_course(
    session: Session, viewer: Viewer, episode_id: uuid.UUID, *, until: dt.date, now: dt.datetime
) -> Course:
    """The course of an episode in reach, for a paper; a discharged one as of its last day. Raises NotFoundError."""
    episode = load(session, viewer, Episode, episode_id)
    audit.record(
        session,
        viewer,
        "read",
        "episode",
        subject_id=episode.id,
        patient_id=episode.patient_id,
        now=now,
        page="paper",
    )
    return course_of(session, episode, min(until, episode.closed_on or until))


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """What a progress report is made from: the course up to its last day, its period, the homework rate within it."""

    course: Course
    period: Period
    adherence: Adherence


def open_report(
    session: Session,
    viewer: Viewer,
    episode_id: uuid.UUID,
    asked: tuple[dt.date | None, dt.date | None] | None,
    *,
    today: dt.date,
    now: dt.datetime,
) -> ReportFacts:
    """The facts of a report on the days asked for, or since the last report.

    Raises NotFoundError out of reach, BadInputError for a period that cannot be.
    """
    episode = load(session, viewer, Episode, episode_id)
    today = min(today, episode.closed_on or today)
    if asked is None:
        period = proposed_period(episode.opened_on, episode.last_progress_report_on, today)
    else:
        period = period_of(*asked, opened_on=episode.opened_on, today=today)
    course = open_course(session, viewer, episode_id, until=period.until, now=now)
    this = select(Episode.id).where(Episode.id == episode.id)
    rate = adherence_of(session, this, today=period.until, timezone=course.head.zone, days=period.days)
    return ReportFacts(course, period, rate)


def open_own_course(session: Session, viewer: Viewer, *, now: dt.datetime) -> Course | None:
    """The course that the portal of the viewing patient is about, on the patient's day; None before the first."""
    place = place_of(session, viewer)
    if place.episode_id is None:
        return None
    return open_course(session, viewer, place.episode_id, until=place.today(now), now=now)


def _record(session: Session, viewer: Viewer, action: str, paper: IssuedPaper, now: dt.datetime) -> None:
    audit.record(
        session,
        viewer,
        action,
        "paper",
        subject_id=paper.id,
        patient_id=paper.patient_id,
        now=now,
        kind=paper.kind.value,
        hash=paper.pdf_hash,
    )
