"""Recall: what the patient understood is asked again; a miss turns the section to revisit, with its reason."""

from __future__ import annotations

import datetime as dt
import itertools
import random
import uuid
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import event, func, select, update
from sqlalchemy.orm import Session

from pne_tracker.adapters.recall import SCHEDULER
from pne_tracker.db import db, transaction
from pne_tracker.domain.errors import BadInputError, ConflictError, NotFoundError
from pne_tracker.domain.progress import CheckKind, State
from pne_tracker.domain.visit_draft import SectionDraft
from pne_tracker.models import AuditEvent, Check, Clinic, Episode, EpisodeStatus, Patient, RecallCard
from pne_tracker.queries.progress import evidence, section_rows
from pne_tracker.queries.recall import DueQuestion, due_question, estimated_recall
from pne_tracker.services import marks, progress, recall, visits
from tests.people import House
from tests.visit_forms import GAIT_AND_PNE, at_once, signed_visit

TAUGHT = 30


def teach(session: Session, house: House, *sections: SectionDraft, ago: int = TAUGHT) -> uuid.UUID:
    """Sections taught so many days ago; returns the visit's id."""
    form = replace(GAIT_AND_PNE(house.today - dt.timedelta(days=ago), decision="separate"), sections=sections)
    return signed_visit(session, house, form).id


def cards(session: Session) -> dict[str, dt.date | None]:
    return {
        row.concept: row.due_on for row in session.scalars(select(RecallCard).order_by(RecallCard.concept))
    }


def due(session: Session, house: House, after: int = 0) -> DueQuestion | None:
    return due_question(session, house.patient, house.today + dt.timedelta(days=after))


def answer(session: Session, house: House, right: bool = True, after: int = 0) -> DueQuestion:
    """Answer what waits so many days from today."""
    waiting = due(session, house, after)
    assert waiting is not None
    picked = waiting.question.answer if right else "not_sure"
    give(session, house, waiting, picked, after)
    return waiting


def give(session: Session, house: House, waiting: DueQuestion, picked: str, after: int = 0) -> None:
    recall.answer(
        session,
        house.patient,
        waiting.card_id,
        waiting.question.id,
        picked,
        scheduler=SCHEDULER,
        now=house.now + dt.timedelta(days=after),
    )


def state(session: Session, house: House, section: int) -> State:
    return section_rows(session, [house.episode_id])[house.episode_id][section - 1].state


def recall_checks(session: Session) -> list[tuple[int, float, dict[str, object]]]:
    return [
        (one.section, one.score, one.concepts) for one in session.scalars(select(Check).order_by(Check.at))
    ]


def test_an_understood_section_is_asked_about_a_week_later_and_a_taught_one_is_not(
    work: Session, house: House
) -> None:
    teach(work, house, SectionDraft(2, "explains"), SectionDraft(3, "prompted"), ago=5)
    in_two_days = house.today + dt.timedelta(days=2)
    assert cards(work) == {"body-alarm": in_two_days, "touchy-alarm": in_two_days}
    assert due(work, house) is None
    assert due(work, house, 1) is None
    waiting = due(work, house, 2)
    assert waiting is not None
    assert waiting.section == 2


def test_keeping_the_cards_again_changes_nothing(work: Session, house: House) -> None:
    teach(work, house, SectionDraft(5, "explains"))
    before = cards(work)
    progress.rebuild(work, [house.episode_id])
    assert cards(work) == before
    assert len(before) == 4


def test_a_right_answer_is_a_check_that_leaves_the_section_understood(work: Session, house: House) -> None:
    teach(work, house, SectionDraft(4, "explains"))
    answer(work, house)
    assert recall_checks(work) == [(4, 1.0, {"pain-can-spread": 1.0})]
    assert state(work, house, 4) is State.COMPLETE
    next_day = cards(work)["pain-can-spread"]
    assert next_day is not None
    assert next_day > house.today + dt.timedelta(days=28)


def test_not_sure_counts_as_a_miss_and_the_section_is_to_revisit_with_its_reason(
    work: Session, house: House
) -> None:
    teach(work, house, SectionDraft(4, "explains"))
    waiting = answer(work, house, right=False)
    assert state(work, house, 4) is State.REVISIT
    found = evidence(work, [house.episode_id])[house.episode_id][4].checks[-1]
    assert (found.kind, found.score, found.on) == (CheckKind.RECALL, 0.0, house.today)
    assert cards(work) == {"pain-can-spread": None}
    assert due(work, house, 60) is None
    with pytest.raises(ConflictError):
        give(work, house, waiting, "true", after=60)


def test_after_a_miss_the_other_ideas_of_the_section_rest_too(work: Session, house: House) -> None:
    teach(work, house, SectionDraft(5, "explains"))
    answer(work, house, right=False)
    assert set(cards(work).values()) == {None}


def test_a_missed_idea_comes_back_about_a_week_after_it_was_looked_at_again(
    work: Session, house: House
) -> None:
    teach(work, house, SectionDraft(4, "explains"))
    first = due(work, house, -10)
    assert first is not None
    give(work, house, first, "not_sure", after=-10)
    teach(work, house, SectionDraft(4, "explains"), ago=2)
    assert cards(work) == {"pain-can-spread": house.today + dt.timedelta(days=5)}
    again = due(work, house, 5)
    assert again is not None
    assert again.question.id != first.question.id
    assert {first.question.parallel_set, again.question.parallel_set} == {"a", "b"}


def test_an_idea_of_two_sections_counts_for_the_one_taught_last(work: Session, house: House) -> None:
    teach(work, house, SectionDraft(1, "explains"), ago=40)
    teach(work, house, SectionDraft(13, "explains"), ago=20)
    waiting = due(work, house)
    assert waiting is not None
    assert waiting.section == 13
    answer(work, house, right=False)
    assert (state(work, house, 13), state(work, house, 1)) == (State.REVISIT, State.COMPLETE)
    assert cards(work)["you-can-change-pain"] is None
    assert estimated_recall(work, house.episode_id, SCHEDULER, house.today)[1] == 0


def test_one_question_waits_at_a_time_and_three_days_lie_between(work: Session, house: House) -> None:
    teach(work, house, SectionDraft(5, "explains"))
    first = due(work, house)
    assert due(work, house) == first
    answer(work, house)
    assert [due(work, house, after) for after in (0, 1, 2)] == [None] * 3
    second = due(work, house, 3)
    assert second is not None
    assert first is not None
    assert second.card_id != first.card_id


def test_the_same_answer_sent_twice_has_one_effect(work: Session, house: House) -> None:
    teach(work, house, SectionDraft(4, "explains"))
    waiting = answer(work, house)
    give(work, house, waiting, "not_sure")
    assert recall_checks(work) == [(4, 1.0, {"pain-can-spread": 1.0})]


def test_an_answer_the_question_does_not_have_is_refused(work: Session, house: House) -> None:
    teach(work, house, SectionDraft(4, "explains"))
    waiting = due(work, house)
    assert waiting is not None
    with pytest.raises(BadInputError, match="Pick one"):
        give(work, house, waiting, "maybe")
    with pytest.raises(NotFoundError):
        give(work, house, replace(waiting, card_id=house.episode_id), "true")
    other = replace(waiting, question=replace(waiting.question, id="s04-a9"))
    with pytest.raises(ConflictError):
        give(work, house, other, "true")
    assert recall_checks(work) == []


def test_a_flag_or_a_withdrawn_visit_ends_the_questions(work: Session, house: House) -> None:
    visit_id = teach(work, house, SectionDraft(2, "explains"))
    teach(work, house, SectionDraft(4, "explains"))
    visits.withdraw_visit(work, house.therapist, visit_id, "Wrong patient.", now=house.now)
    marks.revisit(
        work, house.therapist, house.episode_id, 4, reason="doubts", on_date=house.today, now=house.now
    )
    assert due(work, house) is None
    assert set(cards(work).values()) == {None}


@pytest.mark.parametrize("why", ["clinic", "patient", "on_hold", "discharged", "deceased", "inactive"])
def test_nobody_is_asked_who_is_switched_off_or_not_in_care(work: Session, house: House, why: str) -> None:
    teach(work, house, SectionDraft(4, "explains"))
    assert due(work, house) is not None
    changes = {
        "clinic": update(Clinic).values(recall_enabled=False),
        "patient": update(Patient).values(recall_enabled=False),
        "on_hold": update(Episode).values(status=EpisodeStatus.ON_HOLD),
        "discharged": update(Episode).values(status=EpisodeStatus.DISCHARGED),
        "deceased": update(Patient).values(deceased=True),
        "inactive": update(Patient).values(active=False),
    }
    work.execute(changes[why])
    assert due(work, house) is None


def test_an_episode_that_is_over_is_not_asked_about_in_the_next_one(work: Session, house: House) -> None:
    teach(work, house, SectionDraft(4, "explains"))
    over = work.get_one(Episode, house.episode_id)
    names = (
        "clinic_id",
        "patient_id",
        "therapist_id",
        "payer_id",
        "pack_version_id",
        "discipline",
        "opened_on",
    )
    work.add(Episode(**{name: getattr(over, name) for name in names}, status=EpisodeStatus.OPEN))
    work.flush()
    assert due(work, house) is not None
    over.status = EpisodeStatus.DISCHARGED
    assert due(work, house) is None


def test_the_patient_and_who_treats_can_switch_the_questions_and_nobody_else(
    work: Session, house: House
) -> None:
    teach(work, house, SectionDraft(4, "explains"))
    recall.switch(work, house.patient, house.patient_id, enabled=False, now=house.now)
    assert due(work, house) is None
    recall.switch(work, house.therapist, house.patient_id, enabled=True, now=house.now)
    assert due(work, house) is not None
    for other in ("other_therapist", "biller"):
        with pytest.raises(NotFoundError):
            recall.switch(work, house.viewers[other], house.patient_id, enabled=False, now=house.now)
    seen = select(AuditEvent.action, AuditEvent.patient_id).where(AuditEvent.subject == "recall")
    assert set(work.execute(seen).all()) == {
        ("switch_off", house.patient_id),
        ("switch_on", house.patient_id),
    }


def test_the_ledger_shows_the_least_recalled_idea_of_each_understood_section(
    work: Session, house: House
) -> None:
    teach(work, house, SectionDraft(5, "explains"), SectionDraft(3, "prompted"), ago=14)
    before = estimated_recall(work, house.episode_id, SCHEDULER, house.today)
    assert set(before) == {5}
    assert 0.8 < before[5] < 0.9
    answer(work, house)
    after = estimated_recall(work, house.episode_id, SCHEDULER, house.today)
    assert after == before


def test_what_waits_takes_three_queries_whatever_the_number_of_cards(work: Session, house: House) -> None:
    counts = []
    seen: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
    for numbers in ((4,), (5, 6, 7, 8, 9, 10)):
        teach(work, house, *(SectionDraft(number, "explains") for number in numbers))
        seen.clear()
        assert due(work, house) is not None
        counts.append(len(seen))
    assert counts == [3, 3]


def test_nobody_else_sees_or_answers_the_question(work: Session, house: House) -> None:
    teach(work, house, SectionDraft(4, "explains"))
    waiting = due(work, house)
    assert waiting is not None
    assert due_question(work, house.therapist, house.today) is None
    stranger = replace(house.patient, patient_id=house.untreated_id)
    assert due_question(work, stranger, house.today) is None
    with pytest.raises(NotFoundError):
        give(work, replace(house, viewers={**house.viewers, "patient": stranger}), waiting, "true")


def test_of_many_answers_at_once_one_counts(app: Flask, house: House) -> None:
    with transaction(house.therapist) as session:
        teach(session, house, SectionDraft(5, "explains"))
        waiting = due(session, house)
        assert waiting is not None

    def send(number: int) -> None:
        with app.app_context(), transaction(house.patient) as session:
            give(session, house, waiting, waiting.question.answer if number % 2 else "not_sure")

    at_once(send, 6)
    with transaction(house.therapist) as session:
        assert session.scalar(select(func.count()).select_from(Check)) == 1


def test_a_long_walk_never_asks_twice_within_three_days_nor_what_is_not_understood(
    work: Session, house: House
) -> None:
    """Answers, lessons and flags in any order: the evidence and the cards stay in step."""
    walk = random.Random(11)
    asked: list[int] = []
    work.execute(update(Episode).values(opened_on=house.today - dt.timedelta(days=400)))
    teach(work, house, *(SectionDraft(number, "explains") for number in (1, 2, 5)), ago=300)
    for after in range(-290, 0, 4):
        waiting = due(work, house, after)
        if waiting is None or walk.random() < 0.2:
            number = walk.choice([1, 2, 5, 13])
            teach(work, house, SectionDraft(number, walk.choice(["explains", "not_yet"])), ago=-after)
            continue
        assert state(work, house, waiting.section) in {State.UNDERSTOOD, State.COMPLETE}
        answer(work, house, right=walk.random() < 0.7, after=after)
        asked.append(after)
        for row in work.scalars(select(RecallCard)):
            day = house.today + dt.timedelta(days=after)
            assert row.due_on is None or row.answered_on != day or row.due_on > day + dt.timedelta(days=1)
    assert len(asked) > 10
    assert all(later - earlier >= 3 for earlier, later in itertools.pairwise(asked))
