"""What a patient writes for homework: drafts kept at every change, handed in, taken back on the same day."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from pne_tracker.domain.access import Access, Role, Viewer
from pne_tracker.domain.curriculum import HomeworkKind, Text
from pne_tracker.domain.entries import EntryResult, validate
from pne_tracker.domain.entry_raw import as_raw, kept
from pne_tracker.domain.entry_texts import Message
from pne_tracker.domain.errors import (
    BadInputError,
    ConflictError,
    NotAllowedError,
    NotFoundError,
    RefusedError,
)
from pne_tracker.domain.quiz import answers_of
from pne_tracker.models import Entry, EntryStatus, Homework
from pne_tracker.queries.access import load
from pne_tracker.queries.private import Opened, Opener
from pne_tracker.services.entry_desk import (
    Desk,
    Typed,
    day_for,
    entry_of,
    local_day,
    night_is_kept,
    note,
    open_desk,
    quiz_check,
    row_of,
    settle_item,
)
from pne_tracker.services.private_writing import may_keep_private, put

__all__ = [
    "Outcome",
    "Typed",
    "add_morning",
    "answer_question",
    "hand_in",
    "save_draft",
    "share",
    "take_back",
]

MORNING = "pain_next_morning"
NIGHT_TWICE = Message(
    "night_twice",
    Text("You have this night in your log. Pick another day.", "Ya anotó esta noche. Elija otro día."),
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a form: handed in, or kept as a draft with what is open. `version` is the new one."""

    handed_in: bool
    version: int
    late: bool = False
    errors: Mapping[str, Message] = field(default_factory=dict)
    warnings: Mapping[str, Message] = field(default_factory=dict)
    notices: Sequence[Message] = ()


def save_draft(
    session: Session, viewer: Viewer, homework_id: uuid.UUID, typed: Typed, *, now: dt.datetime
) -> int:
    """Keep what is typed so far; returns the draft's version, 0 while there is nothing to keep.

    Raises ConflictError when the draft changed elsewhere or the entry was handed in, NotFoundError for an
    occurrence the item does not have, RefusedError for a closed item, NotAllowedError for staff.
    """
    if viewer.role is not Role.PATIENT:
        raise NotAllowedError("A draft is the patient's own.")
    desk = open_desk(session, viewer, homework_id, typed.occurrence, now)
    if desk.item.kind is HomeworkKind.QUIZ:
        raise RefusedError("A quiz keeps its answers one by one.", code="quiz_stays")
    raw = kept(desk.names, typed.raw)
    _refuse_stale(desk, typed.version, raw)
    if desk.entry is None and not raw:
        return 0
    return _keep(session, viewer, desk, typed, raw, now)


def answer_question(
    session: Session, viewer: Viewer, homework_id: uuid.UUID, question: str, answer: str, *, now: dt.datetime
) -> Outcome:
    """Keep the first answer to one question of a quiz; the last one hands the quiz in.

    An answer stays: its explanation has been shown. Raises BadInputError for a question or an answer that
    the quiz does not have.
    """
    desk = open_desk(session, viewer, homework_id, 1, now, settling=True)
    answers = dict(desk.written.values)
    asked = next((one for one in desk.questions.every if one.id == question), None)
    if asked is None:
        raise BadInputError("This quiz has no such question.", at="question")
    if desk.entry is not None and (desk.entry.status is EntryStatus.DONE or question in answers):
        return Outcome(desk.entry.status is EntryStatus.DONE, desk.entry.version, desk.entry.late)
    if answer not in answers_of(asked):
        raise BadInputError("Pick one of the answers.", at="answer")
    answers[question] = answer
    result = validate(desk.item.kind, desk.item, answers, today=desk.today, questions=desk.questions.every)
    typed = Typed(1, answers, desk.entry.version if desk.entry else 0)
    return _settle(session, viewer, desk, typed, result, now)


def hand_in(
    session: Session, viewer: Viewer, homework_id: uuid.UUID, typed: Typed, *, now: dt.datetime
) -> Outcome:
    """Hand in one occurrence; late is accepted and stored as late.

    What has errors, or warnings that nobody answered, stays a draft, and the outcome says what is open. The
    same form sent again has no second effect. Raises as `save_draft` does, but staff may write for a patient.
    """
    desk = open_desk(session, viewer, homework_id, typed.occurrence, now, settling=True)
    if desk.item.kind is HomeworkKind.QUIZ and viewer.role is Role.PATIENT:
        raise RefusedError("A quiz keeps its answers one by one.", code="quiz_stays")
    result = validate(
        desk.item.kind,
        desk.item,
        typed.raw,
        today=desk.today,
        zone=desk.zone,
        questions=desk.questions.every,
    )
    entry = desk.entry
    if entry is not None and entry.status is EntryStatus.DONE:
        if result.ok and desk.written.values == result.values:
            return Outcome(True, entry.version, entry.late, notices=result.notices)
        raise ConflictError("This was sent before. Take it back first to change it.", code="sent_before")
    _refuse_stale(desk, typed.version, kept(desk.names, typed.raw))
    return _settle(session, viewer, desk, typed, result, now)


def take_back(
    session: Session, viewer: Viewer, homework_id: uuid.UUID, occurrence: int, *, now: dt.datetime
) -> None:
    """Turn an entry handed in today back into a draft. RefusedError on a later day, once read, and for a quiz."""
    desk = open_desk(session, viewer, homework_id, occurrence, now)
    entry = desk.entry
    if entry is None or entry.status is not EntryStatus.DONE or entry.handed_in_at is None:
        return
    if desk.item.kind is HomeworkKind.QUIZ:
        raise RefusedError("A quiz stays as it was sent.", code="quiz_stays")
    if desk.homework.reviewed_at is not None and entry.handed_in_at <= desk.homework.reviewed_at:
        raise RefusedError("This was read and stays as it is.", code="read_before")
    if local_day(entry.handed_in_at, desk.zone) != desk.today:
        raise RefusedError("This was sent on an earlier day and stays as it is.", code="too_late_to_undo")
    entry.status, entry.handed_in_at, entry.handed_in_by = EntryStatus.DRAFT, None, None
    entry.late, entry.saved_at = False, now
    _put(session, viewer, desk, as_raw(desk.written.values), {}, shared=entry.shared, now=now)
    settle_item(session, viewer, desk, "take_back", now)


def add_morning(
    session: Session, viewer: Viewer, homework_id: uuid.UUID, occurrence: int, pain: str, *, now: dt.datetime
) -> Outcome:
    """Add the pain of the morning after to an exercise entry that was sent without it; all else stays.

    `pain` is as typed, 0 to 10. Raises NotFoundError when there is no such entry, or it has its morning.
    """
    desk = open_desk(session, viewer, homework_id, occurrence, now)
    entry = desk.entry
    if entry is None or entry.status is not EntryStatus.DONE or entry.values.get(MORNING, 0) is not None:
        raise NotFoundError
    raw = {**as_raw(entry.values), MORNING: pain}
    result = validate(desk.item.kind, desk.item, raw, today=desk.today, zone=desk.zone)
    if MORNING in result.errors or result.values.get(MORNING) is None:
        return Outcome(False, entry.version, errors=result.errors)
    entry.values, entry.derived = result.values, result.derived
    note(session, viewer, desk.homework, "add_morning", now, occurrence=occurrence)
    session.flush()
    return Outcome(True, entry.version, entry.late)


def share(
    session: Session,
    viewer: Viewer,
    homework_id: uuid.UUID,
    occurrence: int,
    *,
    shared: bool,
    now: dt.datetime,
) -> None:
    """Let the care team read a journal entry, or keep it to oneself. Only for the one who wrote it."""
    if viewer.role is not Role.PATIENT:
        raise NotAllowedError("Only the one who wrote this can share it.")
    homework = load(session, viewer, Homework, homework_id, Access.EDIT)
    entry = entry_of(session, homework_id, occurrence)
    if entry is None or not may_keep_private(viewer, homework.kind):
        raise NotFoundError
    if entry.sealed is not None and entry.sealed_by != viewer.account_id:
        raise NotFoundError
    opened = Opener(session, viewer).open(entry)
    put(
        session,
        viewer,
        entry,
        homework.kind,
        values=opened.values,
        derived=opened.derived,
        shared=shared,
        now=now,
    )
    note(session, viewer, homework, "share" if shared else "unshare", now, occurrence=occurrence)
    session.flush()


def _refuse_stale(desk: Desk, version: int, raw: Mapping[str, Any]) -> None:
    entry = desk.entry
    if entry is None:
        return
    if entry.status is EntryStatus.DONE:
        raise ConflictError("This was sent before. Take it back first to change it.", code="sent_before")
    if entry.version != version and desk.written.values != raw:
        raise ConflictError("This was changed on another screen.", code="changed_elsewhere")


def _settle(
    session: Session, viewer: Viewer, desk: Desk, typed: Typed, result: EntryResult, now: dt.datetime
) -> Outcome:
    errors = dict(result.errors)
    sleep = desk.item.kind is HomeworkKind.SLEEP_LOG
    if result.ok and sleep and night_is_kept(session, desk, result.values["wake_day"]):
        errors["wake_day"] = NIGHT_TWICE
    if errors or (result.warnings and not typed.sure):
        raw = kept(desk.names, typed.raw)
        version = _keep(session, viewer, desk, typed, raw, now) if raw or desk.entry else 0
        return Outcome(False, version, False, errors, result.warnings, result.notices)
    entry = _finish(session, viewer, desk, typed, result, now)
    return Outcome(True, entry.version, entry.late, notices=result.notices)


def _put(
    session: Session,
    viewer: Viewer,
    desk: Desk,
    values: dict[str, Any],
    derived: dict[str, Any],
    *,
    shared: bool,
    now: dt.datetime,
) -> None:
    """Store the content of the entry on the desk; its status says whether it is a draft."""
    if desk.entry is not None:
        kind = desk.item.kind
        put(session, viewer, desk.entry, kind, values=values, derived=derived, shared=shared, now=now)
    desk.written = Opened(values, derived)


def _keep(
    session: Session, viewer: Viewer, desk: Desk, typed: Typed, raw: dict[str, Any], now: dt.datetime
) -> int:
    """Store the draft as typed."""
    entry = row_of(session, desk, typed)
    entry.for_date, entry.saved_at = day_for(desk, typed), now
    _put(session, viewer, desk, raw, {}, shared=typed.shared, now=now)
    note(session, viewer, desk.homework, "save_draft", now, occurrence=typed.occurrence)
    session.flush()
    return entry.version


def _finish(
    session: Session, viewer: Viewer, desk: Desk, typed: Typed, result: EntryResult, now: dt.datetime
) -> Entry:
    entry = row_of(session, desk, typed)
    entry.status = EntryStatus.DONE
    _put(session, viewer, desk, result.values, result.derived, shared=typed.shared, now=now)
    entry.for_date, entry.saved_at = day_for(desk, typed), now
    entry.late = desk.today > desk.homework.due_on
    entry.handed_in_at, entry.handed_in_by = now, viewer.account_id
    entry.from_paper = viewer.role is not Role.PATIENT
    if desk.item.kind is HomeworkKind.QUIZ:
        session.add(quiz_check(desk, entry, now))
    settle_item(session, viewer, desk, "hand_in", now, late=entry.late)
    return entry
