"""Left or right practice: begun, answered picture by picture or in a batch, stopped early, and sent as an entry."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from pne_tracker.domain.access import Role, Viewer
from pne_tracker.domain.curriculum import HomeworkKind
from pne_tracker.domain.errors import BadInputError, NotAllowedError, NotFoundError
from pne_tracker.domain.laterality import FEWEST, LONGEST_MS, MOST, Answer, Part, as_fields
from pne_tracker.models import PracticeRun
from pne_tracker.queries.practice import Run, row_of, run_from
from pne_tracker.services import entries
from pne_tracker.services.entries import Outcome, Typed
from pne_tracker.services.entry_desk import Desk, note, open_desk


@dataclass(frozen=True, slots=True)
class Wish:
    """What a practice shall be; `seed` is any whole number, the pictures follow from it."""

    part: str
    pictures: int
    pain_before: int | None
    seed: int


def begin(
    session: Session,
    viewer: Viewer,
    homework_id: uuid.UUID,
    occurrence: int,
    wish: Wish,
    *,
    now: dt.datetime,
) -> Run:
    """Begin a practice, or begin anew. BadInputError names the field that is missing."""
    desk = _desk(session, viewer, homework_id, occurrence, now)
    if wish.part not in set(Part):
        raise BadInputError("Choose a body part.", at="body_part")
    if not FEWEST <= wish.pictures <= MOST:
        raise BadInputError(f"Choose {FEWEST} to {MOST} pictures.", at="pictures")
    if wish.pain_before is None or not 0 <= wish.pain_before <= 10:
        raise BadInputError("Choose a number from 0 to 10.", at="pain_before")
    row = row_of(session, homework_id, occurrence)
    if row is None:
        row = PracticeRun(homework_id=homework_id, patient_id=desk.homework.patient_id, occurrence=occurrence)
        session.add(row)
    row.body_part, row.pictures, row.seed = wish.part, wish.pictures, wish.seed
    row.pain_before, row.answers, row.ended, row.started_at = wish.pain_before, [], False, now
    note(session, viewer, desk.homework, "begin_practice", now, occurrence=occurrence)
    session.flush()
    return run_from(row)


def answer(
    session: Session,
    viewer: Viewer,
    homework_id: uuid.UUID,
    occurrence: int,
    answers: Sequence[Answer],
    *,
    at: int,
    now: dt.datetime,
) -> Run:
    """Keep the answers to the pictures from number `at` on; what was kept before stays, so a batch may come twice."""
    _desk(session, viewer, homework_id, occurrence, now)
    row = _row(session, homework_id, occurrence)
    if 0 <= at <= len(row.answers) and not row.ended:
        fresh = list(answers)[len(row.answers) - at :]
        row.answers = [*row.answers, *([one.side.value, _within(one.ms)] for one in fresh)][: row.pictures]
    session.flush()
    return run_from(row)


def stop(
    session: Session, viewer: Viewer, homework_id: uuid.UUID, occurrence: int, *, now: dt.datetime
) -> Run | None:
    """Stop early: with ten answers or more those count, with fewer the practice is dropped and None comes back."""
    desk = _desk(session, viewer, homework_id, occurrence, now)
    row = _row(session, homework_id, occurrence)
    note(session, viewer, desk.homework, "stop_practice", now, occurrence=occurrence)
    if len(row.answers) < FEWEST:
        session.delete(row)
        session.flush()
        return None
    row.ended = True
    session.flush()
    return run_from(row)


def send(
    session: Session,
    viewer: Viewer,
    homework_id: uuid.UUID,
    occurrence: int,
    pain_after: str,
    *,
    now: dt.datetime,
) -> Outcome:
    """Hand in what was practised, with the pain after it; the practice itself is then no longer kept."""
    desk = _desk(session, viewer, homework_id, occurrence, now)
    row = _row(session, homework_id, occurrence)
    run = run_from(row)
    if run.at < FEWEST:
        raise BadInputError(f"Do {FEWEST} pictures or more.", at="pictures")
    raw = {
        **as_fields(run.result),
        "day": desk.today.isoformat(),
        "body_part": run.part.value,
        "step": "1",
        "pain_before": str(run.pain_before),
        "pain_after": pain_after,
    }
    version = desk.entry.version if desk.entry else 0
    outcome = entries.hand_in(
        session, viewer, homework_id, Typed(occurrence, raw, version, sure=True), now=now
    )
    if outcome.handed_in:
        session.delete(row)
        session.flush()
    return outcome


def _desk(
    session: Session, viewer: Viewer, homework_id: uuid.UUID, occurrence: int, now: dt.datetime
) -> Desk:
    if viewer.role is not Role.PATIENT:
        raise NotAllowedError("A practice is the patient's own.")
    desk = open_desk(session, viewer, homework_id, occurrence, now)
    if desk.item.kind is not HomeworkKind.LATERALITY:
        raise NotFoundError
    return desk


def _row(session: Session, homework_id: uuid.UUID, occurrence: int) -> PracticeRun:
    row = row_of(session, homework_id, occurrence)
    if row is None:
        raise NotFoundError
    return row


def _within(ms: int | None) -> int | None:
    return None if ms is None else max(0, min(ms, LONGEST_MS))
