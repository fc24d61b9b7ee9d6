"""The papers of the demo: what a therapist issued for those whose course is over, and a patient's summary."""

from __future__ import annotations

import datetime as dt
import uuid
from zoneinfo import ZoneInfo

from pne_tracker.blueprints.papers import desk
from pne_tracker.blueprints.papers.packet import packet
from pne_tracker.blueprints.papers.summary import summary
from pne_tracker.blueprints.papers.superbill import superbill
from pne_tracker.db import UNSCOPED, reading, transaction
from pne_tracker.domain.access import Access, Role, Viewer
from pne_tracker.domain.papers import PaperKind
from pne_tracker.queries.accounts import sign_in_record
from pne_tracker.services import papers
from pne_tracker.services.demo.finished import Finished, finished_courses
from pne_tracker.services.demo.sign_ins import sign_ins
from pne_tracker.web.identity import SignedIn

SUPERBILLS = 2


def issue_papers(*, now: dt.datetime) -> None:
    """Issue them as of `now`: each in its own transaction, as the pages do."""
    for viewer in _viewers():
        if viewer.role is Role.THERAPIST:
            with transaction(viewer) as session:
                courses = finished_courses(session, viewer)
            for course in courses:
                _issue_course(viewer, course, now)
        elif viewer.role is Role.PATIENT:
            _issue_summary(viewer, now)


def _viewers() -> list[Viewer]:
    with reading(UNSCOPED) as session:
        records = [sign_in_record(session, email=email) for _role, email in sign_ins(session)]
    return [SignedIn(record).viewer for record in records if record is not None]


def _issue_course(viewer: Viewer, finished: Finished, now: dt.datetime) -> None:
    today = now.astimezone(ZoneInfo(viewer.timezone)).date()
    with transaction(viewer) as session:
        course = papers.open_course(session, viewer, finished.episode_id, until=today, now=now)
    made = packet(course, desk.issued_words(viewer, now))
    desk.issue(viewer, made, PaperKind.DISCHARGE_PACKET, finished.episode_id, at=now, now=now)
    for visit_id in finished.visit_ids[:SUPERBILLS]:
        _issue_superbill(viewer, visit_id, now)


def _issue_superbill(viewer: Viewer, visit_id: uuid.UUID, now: dt.datetime) -> None:
    with transaction(viewer) as session:
        facts = papers.open_superbill(session, viewer, visit_id, Access.VIEW, now=now)
    desk.issue(
        viewer,
        superbill(facts),
        PaperKind.SUPERBILL,
        facts.head.episode_id,
        at=facts.signed_at,
        now=now,
        visit_id=visit_id,
    )


def _issue_summary(viewer: Viewer, now: dt.datetime) -> None:
    with transaction(viewer) as session:
        course = papers.open_own_course(session, viewer, now=now)
    if course is not None:
        made = summary(course, course.until, course.head.language)
        desk.issue(viewer, made, PaperKind.PATIENT_SUMMARY, course.head.episode_id, at=now, now=now)
