"""Signing: one transaction in which the visit locks, its lines freeze, homework goes out and progress moves."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from pne_tracker.domain.access import Access, Permission, Viewer
from pne_tracker.domain.errors import ConflictError, NotAllowedError, RefusedError
from pne_tracker.domain.homework import HomeworkFact, HomeworkStatus
from pne_tracker.domain.progress import with_visit
from pne_tracker.domain.seal import hash_of
from pne_tracker.domain.visit_draft import DraftInput, OpenPoint
from pne_tracker.models import (
    BillingLine,
    Episode,
    EpisodeStatus,
    Homework,
    OutcomeScore,
    Visit,
    VisitStatus,
    new_id,
)
from pne_tracker.queries.access import load_with_episode
from pne_tracker.queries.progress import EpisodeEvidence
from pne_tracker.queries.visit_choices import open_homework
from pne_tracker.queries.visit_facts import VisitFacts, facts_of
from pne_tracker.queries.visit_preview import Preview, preview_of
from pne_tracker.services import appointments, assignments, audit, claims, progress
from pne_tracker.services.clinicians import refuse_outsiders
from pne_tracker.services.visit_content import content_of
from pne_tracker.services.visit_drafts import GONE, save_draft


class NotReadyError(RefusedError):
    """The draft cannot be signed yet; `points` says what is to be done first, in the order of the page."""

    code = "not_ready"

    def __init__(self, points: tuple[OpenPoint, ...]) -> None:
        super().__init__(points[0].message, at=points[0].at)
        self.points = points


def sign_visit(
    session: Session,
    *,
    viewer: Viewer,
    visit_id: uuid.UUID,
    version: int,
    now: dt.datetime,
    today: dt.date | None = None,
) -> Visit:
    """Sign a draft. A visit that is signed already is returned as it is: a second click has no second effect.

    `today` is the viewer's day of `now` unless given.

    Raises NotReadyError while something is open, ConflictError when the draft is not the one of `version`,
    NotAllowedError unless the viewer is a therapist of the care team, NotFoundError out of reach.
    """
    visit, episode = _for_signing(session, viewer, visit_id)
    if visit.status is VisitStatus.SIGNED:
        return visit
    if visit.version != version:
        raise ConflictError(
            "This visit was saved again after you opened it. Load it to see what differs.",
            code="draft_changed",
        )
    return _sign(session, viewer, visit, episode, today or _day(viewer, now), now)


def save_and_sign(
    session: Session,
    *,
    viewer: Viewer,
    visit_id: uuid.UUID,
    form: DraftInput,
    version: int,
    page: str,
    today: dt.date,
    now: dt.datetime,
) -> Visit:
    """Save what is on the page and sign it, in one transaction; for a signed visit, neither.

    Raises what `save_draft` and `sign_visit` raise.
    """
    visit, episode = _for_signing(session, viewer, visit_id)
    if visit.status is VisitStatus.SIGNED:
        return visit
    save_draft(session, viewer, visit_id, form, version, now, page=page)
    return _sign(session, viewer, visit, episode, today, now)


def _day(viewer: Viewer, now: dt.datetime) -> dt.date:
    return now.astimezone(ZoneInfo(viewer.timezone)).date()


def _for_signing(session: Session, viewer: Viewer, visit_id: uuid.UUID) -> tuple[Visit, Episode]:
    visit, episode = load_with_episode(session, viewer, Visit, visit_id, Access.SIGN, lock_both=True)
    refuse_outsiders(session, viewer, episode)
    if not viewer.may(Permission.SIGN_VISITS):
        raise NotAllowedError("A therapist of the care team signs. Save the draft and tell them it is ready.")
    if visit.status is VisitStatus.ENTERED_IN_ERROR:
        raise RefusedError(GONE, code="not_a_draft")
    return visit, episode


def _sign(
    session: Session, viewer: Viewer, visit: Visit, episode: Episode, today: dt.date, now: dt.datetime
) -> Visit:
    session.flush()
    facts = facts_of(session, visit, today)
    if facts.patient.deceased:
        raise RefusedError("The patient has died. Discard this draft, or have the record corrected first.")
    if episode.status is EpisodeStatus.DISCHARGED:
        raise RefusedError("The episode is discharged. Open it again to sign a visit of it.")
    preview = preview_of(facts, facts.draft, today)
    if preview.open:
        raise NotReadyError(preview.open)
    with session.no_autoflush:
        _write(session, viewer, facts, preview, now)
    session.flush()
    return visit


def _write(session: Session, viewer: Viewer, facts: VisitFacts, preview: Preview, now: dt.datetime) -> None:
    visit, episode = facts.visit, facts.episode
    visit.content = content_of(session, viewer, facts, preview)
    visit.note = visit.content["note_text"]
    visit.content_hash = hash_of(visit.content)
    visit.status = VisitStatus.SIGNED
    visit.signed_at, visit.signed_by = now, viewer.account_id
    lines = _lines(facts, preview)
    session.add_all(lines)
    claims.open_claim(session, viewer, facts, lines, preview.bill.findings, now=now)
    session.add_all(_scores(viewer, visit, preview, now))
    homework = assignments.send_home(
        session,
        viewer,
        visit,
        episode,
        facts.draft.homework,
        now=now,
        at_home=len(open_homework(facts.evidence)),
        insist=facts.draft.insist,
    )
    appointments.keep_by_visit(session, viewer, visit, now)
    progress.follow(session, episode, _evidence(facts, homework))
    audit.record(
        session,
        viewer,
        "sign",
        "visit",
        subject_id=visit.id,
        patient_id=visit.patient_id,
        now=now,
        lines=len(preview.lines),
        homework=len(homework),
        hash=visit.content_hash,
    )


def _evidence(facts: VisitFacts, homework: Sequence[Homework]) -> EpisodeEvidence:
    """What is known of the sections with this visit: the episode is locked since before the rest was read."""
    given = HomeworkStatus.ASSIGNED
    return with_visit(
        facts.evidence,
        facts.visit.on_date,
        {one.number: one.teach_back for one in facts.draft.sections},
        [(row.section, HomeworkFact(row.kind.value, row.required, given, row.due_on)) for row in homework],
    )


def _scores(viewer: Viewer, visit: Visit, preview: Preview, now: dt.datetime) -> list[OutcomeScore]:
    return [
        OutcomeScore(
            id=new_id(),
            organisation_id=visit.organisation_id,
            episode_id=visit.episode_id,
            visit_id=visit.id,
            measure=one.measure.id,
            measure_version=one.measure.version,
            score=one.scored.score,
            items=one.scored.items,
            on_date=visit.on_date,
            recorded_at=now,
            recorded_by=viewer.account_id,
        )
        for one in preview.scores
    ]


def _lines(facts: VisitFacts, preview: Preview) -> list[BillingLine]:
    visit = facts.visit
    return [
        BillingLine(
            id=new_id(),
            organisation_id=visit.organisation_id,
            visit_id=visit.id,
            clinic_id=visit.clinic_id,
            payer_id=facts.payer.id,
            position=place,
            on_date=visit.on_date,
            code=line.code,
            minutes=line.minutes,
            pne_minutes=line.pne_minutes,
            units=line.units,
            modifiers=list(line.modifiers),
            diagnoses=list(facts.diagnoses),
            charge_cents=line.charge,
            source_minutes=dict(line.source_minutes),
            reasons=list(line.reasons),
        )
        for place, line in enumerate(preview.bill.lines, start=1)
    ]
