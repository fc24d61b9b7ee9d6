"""What patients hand in: kept, checked, late as late, once, and taken back on the same day."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pne_tracker.db import db, transaction
from pne_tracker.domain.errors import (
    BadInputError,
    ConflictError,
    NotAllowedError,
    NotFoundError,
    RefusedError,
)
from pne_tracker.domain.progress import State
from pne_tracker.models import (
    AuditEvent,
    Check,
    Entry,
    EntryStatus,
    Homework,
    SectionState,
    Visit,
    VisitSection,
    VisitStatus,
    new_id,
)
from pne_tracker.queries import portal
from pne_tracker.queries.private import Opener
from pne_tracker.services import entries, progress
from pne_tracker.services.entries import Outcome, Typed
from tests.people import House
from tests.services.homework_samples import JOURNAL, SLEEP, assign

DAY = dt.timedelta(days=1)


def _assign(house: House, key: str, **dates: Any) -> uuid.UUID:
    with transaction(house.therapist) as session:
        return assign(session, house, key, **dates)


def _hand_in(
    house: House, homework_id: uuid.UUID, raw: dict[str, Any], *, now: dt.datetime | None = None, **typed: Any
) -> Outcome:
    with transaction(house.patient) as session:
        sent = Typed(typed.pop("occurrence", 1), raw, **typed)
        return entries.hand_in(session, house.patient, homework_id, sent, now=now or house.now)


def _entry(house: House, homework_id: uuid.UUID, occurrence: int = 1) -> Entry:
    with transaction(house.patient) as session:
        return session.scalars(
            select(Entry).where(Entry.homework_id == homework_id, Entry.occurrence == occurrence)
        ).one()


def _words(house: House, homework_id: uuid.UUID) -> dict[str, Any]:
    """What the patient reads of it: the draft of a journal is sealed."""
    with transaction(house.patient) as session:
        entry = session.scalars(select(Entry).where(Entry.homework_id == homework_id)).one()
        return Opener(session, house.patient).open(entry).values


def _homework(house: House, homework_id: uuid.UUID) -> Homework:
    with transaction(house.patient) as session:
        return session.get_one(Homework, homework_id)


def _teach(house: House, section: int, teach_back: str | None = None) -> None:
    with transaction(house.therapist) as session:
        visit = Visit(
            id=new_id(),
            organisation_id=house.therapist.organisation_id,
            clinic_id=house.clinic_id,
            patient_id=house.patient_id,
            episode_id=house.episode_id,
            therapist_id=house.therapist.account_id,
            status=VisitStatus.SIGNED,
            on_date=dt.date(2026, 11, 20),
            created_at=house.now,
            saved_at=house.now,
            saved_by=house.therapist.account_id,
            signed_at=house.now,
            signed_by=house.therapist.account_id,
        )
        session.add(visit)
        session.add(
            VisitSection(
                visit_id=visit.id, episode_id=house.episode_id, section=section, teach_back=teach_back
            )
        )
        progress.rebuild(session, [house.episode_id])


def test_a_night_handed_in_is_stored_with_its_sleep_efficiency(app: Flask, house: House) -> None:
    homework_id = _assign(house, "s05-sleep")
    outcome = _hand_in(house, homework_id, SLEEP)
    entry = _entry(house, homework_id)
    assert outcome.handed_in
    assert entry.status is EntryStatus.DONE
    assert entry.derived["minutes_in_bed"] == 490
    assert entry.derived["sleep_efficiency"] == pytest.approx(78.6, abs=0.1)
    assert entry.for_date == dt.date(2026, 11, 23)
    assert not entry.late


def test_a_blank_form_is_never_done(app: Flask, house: House) -> None:
    homework_id = _assign(house, "s06-journal")
    outcome = _hand_in(house, homework_id, {"first": "  ", "second": ""})
    assert not outcome.handed_in
    assert outcome.errors[""].code == "blank"
    with transaction(house.patient) as session:
        assert session.scalars(select(Entry)).all() == []
    assert _homework(house, homework_id).done_on is None


def test_work_handed_in_late_is_accepted_and_stays_late(app: Flask, house: House) -> None:
    homework_id = _assign(house, "s06-journal", due_on=dt.date(2026, 11, 21))
    outcome = _hand_in(house, homework_id, JOURNAL)
    assert outcome.handed_in
    assert outcome.late
    assert _entry(house, homework_id).late
    done = _homework(house, homework_id)
    assert done.done_on == dt.date(2026, 11, 23)
    assert done.done_on > done.due_on


def test_the_day_is_the_patients_own(app: Flask, house: House) -> None:
    """At 02:00 UTC it is still the evening before in New York: not late yet."""
    homework_id = _assign(house, "s06-journal", due_on=dt.date(2026, 11, 23))
    night = dt.datetime(2026, 11, 24, 2, 0, tzinfo=dt.UTC)
    assert not _hand_in(house, homework_id, JOURNAL, now=night).late


def test_a_draft_is_kept_as_typed_even_when_it_could_not_be_handed_in(app: Flask, house: House) -> None:
    homework_id = _assign(house, "s05-sleep")
    typed = {"awakenings": "two", "in_bed": "22:40", "not-a-field": "x"}
    with transaction(house.patient) as session:
        version = entries.save_draft(session, house.patient, homework_id, Typed(1, typed), now=house.now)
    draft = _entry(house, homework_id)
    assert version == draft.version
    assert draft.status is EntryStatus.DRAFT
    assert draft.values == {"awakenings": "two", "in_bed": "22:40"}


def test_an_empty_draft_starts_nothing(app: Flask, house: House) -> None:
    homework_id = _assign(house, "s05-sleep")
    with transaction(house.patient) as session:
        assert entries.save_draft(session, house.patient, homework_id, Typed(1, {}), now=house.now) == 0
        assert session.scalars(select(Entry)).all() == []


def test_what_is_refused_is_kept_as_a_draft(app: Flask, house: House) -> None:
    homework_id = _assign(house, "s05-sleep")
    outcome = _hand_in(house, homework_id, {**SLEEP, "awakenings": "99"})
    assert outcome.errors["awakenings"].code == "out_of_range"
    assert _entry(house, homework_id).values["awakenings"] == "99"
    again = _hand_in(house, homework_id, SLEEP, version=outcome.version)
    assert again.handed_in


def test_a_second_screen_with_other_words_is_told_so(app: Flask, house: House) -> None:
    homework_id = _assign(house, "s06-journal")
    with transaction(house.patient) as session:
        entries.save_draft(session, house.patient, homework_id, Typed(1, {"first": "a"}), now=house.now)
    with pytest.raises(ConflictError), transaction(house.patient) as session:
        entries.save_draft(session, house.patient, homework_id, Typed(1, {"first": "b"}), now=house.now)
    with transaction(house.patient) as session:
        entries.save_draft(session, house.patient, homework_id, Typed(1, {"first": "a"}), now=house.now)


def test_a_warning_asks_first_and_takes_yes_for_an_answer(app: Flask, house: House) -> None:
    homework_id = _assign(house, "s05-exercise")
    raw = {
        "day": "2026-11-23",
        "activity": "walk",
        "planned_minutes": "10",
        "done_minutes": "200",
        "effort": "3",
        "pain_before": "4",
        "pain_after": "5",
    }
    asked = _hand_in(house, homework_id, raw)
    assert not asked.handed_in
    assert set(asked.warnings) == {"done_minutes"}
    assert _hand_in(house, homework_id, raw, version=asked.version, sure=True).handed_in


def test_the_same_form_sent_twice_has_one_effect(app: Flask, house: House) -> None:
    homework_id = _assign(house, "s06-journal")
    first = _hand_in(house, homework_id, JOURNAL)
    second = _hand_in(house, homework_id, JOURNAL)
    assert second == first
    with transaction(house.patient) as session:
        done = select(func.count()).select_from(AuditEvent).where(AuditEvent.action == "hand_in")
        assert session.scalar(done) == 1


def test_other_words_after_handing_in_are_refused_not_lost(app: Flask, house: House) -> None:
    homework_id = _assign(house, "s06-journal")
    _hand_in(house, homework_id, JOURNAL)
    with pytest.raises(ConflictError):
        _hand_in(house, homework_id, {**JOURNAL, "first": "something else"})
    assert _entry(house, homework_id).values["first"] == JOURNAL["first"]


def test_one_night_is_logged_once(app: Flask, house: House) -> None:
    homework_id = _assign(house, "s05-sleep")
    _hand_in(house, homework_id, SLEEP, occurrence=3)
    again = _hand_in(house, homework_id, {**SLEEP, "quality": "5"}, occurrence=2)
    assert again.errors["wake_day"].code == "night_twice"


def test_a_log_is_done_when_enough_days_are_in(app: Flask, house: House) -> None:
    homework_id = _assign(house, "s05-sleep")
    for number in range(1, 6):
        assert _homework(house, homework_id).done_on is None
        day = dt.date(2026, 11, 20) + number * DAY
        now = dt.datetime(2026, 11, 20, 15, tzinfo=dt.UTC) + number * DAY
        assert _hand_in(
            house, homework_id, {**SLEEP, "wake_day": day.isoformat()}, occurrence=number, now=now
        ).handed_in
    assert _homework(house, homework_id).done_on == dt.date(2026, 11, 25)


def test_an_entry_can_be_taken_back_on_the_same_day_and_is_a_draft_again(app: Flask, house: House) -> None:
    homework_id = _assign(house, "s06-journal")
    _hand_in(house, homework_id, JOURNAL)
    assert _homework(house, homework_id).done_on is not None
    with transaction(house.patient) as session:
        entries.take_back(session, house.patient, homework_id, 1, now=house.now)
    draft = _entry(house, homework_id)
    assert draft.status is EntryStatus.DRAFT
    assert _words(house, homework_id) == JOURNAL
    assert _homework(house, homework_id).done_on is None
    assert _hand_in(house, homework_id, JOURNAL, version=draft.version).handed_in


def test_an_entry_of_an_earlier_day_stays(app: Flask, house: House) -> None:
    homework_id = _assign(house, "s06-journal")
    _hand_in(house, homework_id, JOURNAL)
    with pytest.raises(RefusedError), transaction(house.patient) as session:
        entries.take_back(session, house.patient, homework_id, 1, now=house.now + DAY)


def test_numbers_and_yes_come_back_into_the_form_as_they_were_typed(app: Flask, house: House) -> None:
    homework_id = _assign(house, "s05-breathing")
    raw = {"day": "2026-11-23", "minutes": "5", "tension_before": "6", "tension_after": "0", "dizzy": "no"}
    _hand_in(house, homework_id, raw)
    with transaction(house.patient) as session:
        entries.take_back(session, house.patient, homework_id, 1, now=house.now)
    assert _entry(house, homework_id).values == raw


def test_a_quiz_scores_its_own_section_and_moves_progress(app: Flask, house: House) -> None:
    _teach(house, 1)
    homework_id = _assign(house, "s01-quiz")
    with transaction(house.patient) as session:
        asked = portal.quiz_of(session, session.get_one(Homework, homework_id))
    assert len(asked.baseline) == 21
    for question in asked.every:
        answer = question.answer if question in asked.own else "not_sure"
        with transaction(house.patient) as session:
            outcome = entries.answer_question(
                session, house.patient, homework_id, question.id, answer, now=house.now
            )
    assert outcome.handed_in
    with transaction(house.patient) as session:
        check = session.scalars(select(Check)).one()
        state = session.scalars(select(SectionState).where(SectionState.section == 1)).one()
    assert check.score == 1.0
    assert check.concepts["nerve-swelling"] == 0
    assert check.section == 1
    assert state.state == State.COMPLETE


def test_a_quiz_with_wrong_answers_sends_the_section_to_revisit(app: Flask, house: House) -> None:
    _teach(house, 1)
    homework_id = _assign(house, "s01-quiz")
    with transaction(house.patient) as session:
        asked = portal.quiz_of(session, session.get_one(Homework, homework_id))
        for question in asked.every:
            entries.answer_question(
                session, house.patient, homework_id, question.id, "not_sure", now=house.now
            )
    with transaction(house.patient) as session:
        state = session.scalars(select(SectionState).where(SectionState.section == 1)).one()
        assert session.scalars(select(Check.score)).one() == 0
    assert state.state == State.REVISIT


def test_the_first_answer_to_a_question_stays(app: Flask, house: House) -> None:
    homework_id = _assign(house, "s01-quiz")
    with transaction(house.patient) as session:
        first = portal.quiz_of(session, session.get_one(Homework, homework_id)).own[0].id
        entries.answer_question(session, house.patient, homework_id, first, "false", now=house.now)
        entries.answer_question(session, house.patient, homework_id, first, "true", now=house.now)
    assert _entry(house, homework_id).values == {first: "false"}


def test_an_answer_the_question_does_not_have_is_refused(app: Flask, house: House) -> None:
    homework_id = _assign(house, "s01-quiz")
    with transaction(house.patient) as session:
        first = portal.quiz_of(session, session.get_one(Homework, homework_id)).own[0].id
    with pytest.raises(BadInputError), transaction(house.patient) as session:
        entries.answer_question(session, house.patient, homework_id, first, "maybe", now=house.now)


def test_a_second_quiz_asks_other_questions_and_no_baseline(app: Flask, house: House) -> None:
    one, two = _assign(house, "s01-quiz"), _assign(house, "s01-quiz")
    with transaction(house.patient) as session:
        first = portal.quiz_of(session, session.get_one(Homework, one))
        second = portal.quiz_of(session, session.get_one(Homework, two))
    assert not set(first.every) & set(second.every)
    assert second.baseline == ()


def test_a_quiz_is_never_taken_back(app: Flask, house: House) -> None:
    homework_id = _assign(house, "s01-quiz")
    with transaction(house.patient) as session:
        for question in portal.quiz_of(session, session.get_one(Homework, homework_id)).every:
            entries.answer_question(
                session, house.patient, homework_id, question.id, "not_sure", now=house.now
            )
    with pytest.raises(RefusedError), transaction(house.patient) as session:
        entries.take_back(session, house.patient, homework_id, 1, now=house.now)


def test_the_next_morning_is_added_once_and_changes_nothing_else(app: Flask, house: House) -> None:
    homework_id = _assign(house, "s05-exercise")
    raw = {
        "day": "2026-11-23",
        "activity": "walk",
        "planned_minutes": "10",
        "done_minutes": "12",
        "effort": "3",
        "pain_before": "4",
        "pain_after": "5",
    }
    _hand_in(house, homework_id, raw)
    before = dict(_entry(house, homework_id).values)
    with transaction(house.patient) as session:
        wrong = entries.add_morning(session, house.patient, homework_id, 1, "11", now=house.now + DAY)
        right = entries.add_morning(session, house.patient, homework_id, 1, "6", now=house.now + DAY)
    assert not wrong.handed_in
    assert right.handed_in
    entry = _entry(house, homework_id)
    assert entry.values == {**before, "pain_next_morning": 6}
    assert entry.derived["settled"] is False
    with pytest.raises(NotFoundError), transaction(house.patient) as session:
        entries.add_morning(session, house.patient, homework_id, 1, "5", now=house.now + DAY)


@pytest.mark.parametrize(
    ("teach_back", "before", "after"),
    [
        ("explains", State.UNDERSTOOD, State.COMPLETE),
        ("prompted", State.TAUGHT, State.TAUGHT),
        ("not_yet", State.REVISIT, State.REVISIT),
    ],
)
def test_done_homework_completes_what_is_understood_and_progress_always_agrees(
    app: Flask, house: House, teach_back: str, before: State, after: State
) -> None:
    homework_id = _assign(house, "s06-journal")
    _teach(house, 6, teach_back)

    def state() -> str:
        with transaction(house.therapist) as session:
            assert progress.differences(session) == []
            return session.scalars(select(SectionState.state).where(SectionState.section == 6)).one()

    assert state() == before
    _hand_in(house, homework_id, JOURNAL)
    assert state() == after
    with transaction(house.patient) as session:
        entries.take_back(session, house.patient, homework_id, 1, now=house.now)
    assert state() == before


def test_a_closed_item_takes_nothing_more(app: Flask, house: House) -> None:
    homework_id = _assign(house, "s06-journal")
    with transaction(house.therapist) as session:
        session.get_one(Homework, homework_id).closed_as = "waived"
    with pytest.raises(RefusedError):
        _hand_in(house, homework_id, JOURNAL)


def test_there_is_no_eighth_night_in_a_week(app: Flask, house: House) -> None:
    homework_id = _assign(house, "s05-sleep")
    with pytest.raises(NotFoundError):
        _hand_in(house, homework_id, SLEEP, occurrence=8)


def test_only_the_patient_keeps_drafts_and_shares(app: Flask, house: House) -> None:
    homework_id = _assign(house, "s06-journal")
    _hand_in(house, homework_id, JOURNAL, shared=False)
    with pytest.raises(NotAllowedError), transaction(house.therapist) as session:
        entries.save_draft(session, house.therapist, homework_id, Typed(1, JOURNAL), now=house.now)
    with pytest.raises(NotAllowedError), transaction(house.therapist) as session:
        entries.share(session, house.therapist, homework_id, 1, shared=True, now=house.now)
    with transaction(house.patient) as session:
        entries.share(session, house.patient, homework_id, 1, shared=True, now=house.now)
    assert _entry(house, homework_id).shared


def test_a_stranger_reaches_nothing(work: Session, house: House) -> None:
    homework_id = assign(work, house, "s06-journal")
    for who in ("other_therapist", "biller"):
        with pytest.raises(NotFoundError):
            entries.hand_in(work, house.viewers[who], homework_id, Typed(1, JOURNAL), now=house.now)


def test_every_change_leaves_an_audit_event_without_words(app: Flask, house: House) -> None:
    homework_id = _assign(house, "s06-journal")
    with transaction(house.patient) as session:
        entries.save_draft(session, house.patient, homework_id, Typed(1, JOURNAL), now=house.now)
    _hand_in(house, homework_id, JOURNAL)
    with transaction(house.patient) as session:
        entries.share(session, house.patient, homework_id, 1, shared=False, now=house.now)
        entries.take_back(session, house.patient, homework_id, 1, now=house.now)
    with transaction(house.therapist) as session:
        events = session.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()
    assert [event.action for event in events] == ["save_draft", "hand_in", "unshare", "take_back"]
    assert all(event.patient_id == house.patient_id for event in events)
    assert "roses" not in str([event.details for event in events])
    db.session.remove()
