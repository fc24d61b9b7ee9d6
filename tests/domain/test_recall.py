"""Recall: what was understood is asked again after about 1, 4 and 12 weeks, one question at a time."""

from __future__ import annotations

import datetime as dt
import itertools
import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pne_tracker.adapters.packs import load_shipped
from pne_tracker.adapters.recall import MOST_DAYS, SCHEDULER
from pne_tracker.domain.recall import (
    FIRST_DAYS,
    QUIET_DAYS,
    Card,
    answered,
    kept,
    next_question,
    questions_on,
    teaching,
    waiting,
)

DAY = dt.date(2026, 11, 2)
CONCEPTS = ("body-alarm", "hurt-is-not-harm", "small-steps", "touchy-alarm")


def days(count: int) -> dt.timedelta:
    return dt.timedelta(days=count)


def learnt(day: dt.date = DAY) -> Card:
    card = kept(None, day)
    assert card is not None
    return card


def remembered_on_the_day(times: int) -> Card:
    card = learnt()
    for _ in range(times):
        assert card.due_on is not None
        card = answered(card, True, card.due_on, SCHEDULER)
    return card


def test_what_is_remembered_is_asked_after_1_4_and_12_weeks_and_then_twice_a_year() -> None:
    gaps = []
    for times in range(4):
        card = remembered_on_the_day(times)
        assert card.due_on is not None
        gaps.append((card.due_on - (card.answered_on or card.learnt_on)).days)
    assert gaps == [7, 28, 84, MOST_DAYS]


def test_the_same_answers_always_give_the_same_days() -> None:
    assert remembered_on_the_day(3) == remembered_on_the_day(3)


def test_a_memory_survives_being_stored_as_json() -> None:
    card = remembered_on_the_day(2)
    again = replace(card, memory=json.loads(json.dumps(card.memory)))
    assert card.due_on is not None
    assert answered(again, True, card.due_on, SCHEDULER) == answered(card, True, card.due_on, SCHEDULER)


def test_recall_fades_day_by_day_and_is_nine_in_ten_when_the_question_comes() -> None:
    card = learnt()
    shares = [SCHEDULER.retrievability(card, DAY + days(count)) for count in range(60)]
    assert shares[0] == 1
    assert shares[FIRST_DAYS] == pytest.approx(0.9, abs=0.001)
    assert shares == sorted(shares, reverse=True)
    later = remembered_on_the_day(1)
    assert SCHEDULER.retrievability(later, DAY + days(35)) == pytest.approx(0.9, abs=0.005)


def test_a_missed_concept_rests_until_a_later_check_and_comes_back_a_week_after_it() -> None:
    asked = DAY + days(7)
    card = answered(learnt(), False, asked, SCHEDULER)
    assert card.due_on is None
    assert SCHEDULER.retrievability(card, asked) == 0
    assert kept(card, DAY) == card
    assert kept(card, asked) == card
    back = kept(card, asked + days(4))
    assert back is not None
    assert back.due_on == asked + days(11)
    assert SCHEDULER.retrievability(back, asked + days(4)) == 1


def test_a_concept_whose_section_is_no_longer_understood_is_not_asked() -> None:
    card = kept(learnt(), None)
    assert card is not None
    assert waiting({"one": card}, DAY + days(100)) is None
    assert kept(card, DAY) == learnt()
    assert kept(None, None) is None


def test_a_section_left_out_and_taken_back_is_not_asked_about_within_a_week_of_the_last_answer() -> None:
    asked = DAY + days(7)
    rested = kept(answered(learnt(), True, asked, SCHEDULER), None)
    back = kept(rested, DAY)
    assert back is not None
    assert back.due_on == asked + days(FIRST_DAYS)


def test_a_concept_that_stays_understood_keeps_its_day() -> None:
    card = remembered_on_the_day(1)
    assert kept(card, DAY + days(20)) == card


def test_the_longest_due_waits_first_and_the_next_one_three_days_later() -> None:
    cards = {"late": learnt(DAY + days(1)), "first": learnt(DAY)}
    today = DAY + days(30)
    assert waiting(cards, DAY + days(6)) is None
    assert waiting(cards, today) == "first"
    cards["first"] = answered(cards["first"], True, today, SCHEDULER)
    assert waiting(cards, today) is None
    assert waiting(cards, today + days(QUIET_DAYS - 1)) is None
    assert waiting(cards, today + days(QUIET_DAYS)) == "late"


def test_every_concept_has_questions_of_both_sets_and_two_in_a_row_are_never_the_same() -> None:
    pack = load_shipped()
    for concept in pack.concept_ids:
        questions = questions_on(pack, concept)
        asked = [next_question(questions, count) for count in range(12)]
        assert [one.parallel_set for one in asked if one] == ["b", "a"] * 6
        assert all(one != two for one, two in itertools.pairwise(asked))
        assert set(asked) == set(questions)
        assert all(concept in pack.by_number[number].primary for number in teaching(pack, concept))


def test_a_concept_without_questions_is_never_asked_and_one_set_is_repeated() -> None:
    questions = [one for one in questions_on(load_shipped(), "pain-can-spread") if one.parallel_set == "a"]
    assert next_question([], 0) is None
    assert [next_question(questions, count) for count in range(3)] == [
        questions[0],
        questions[1],
        questions[0],
    ]


STEPS = st.lists(
    st.tuples(
        st.integers(0, 40), st.sampled_from(CONCEPTS), st.sampled_from(("right", "miss", "lost", "shown"))
    ),
    max_size=40,
)


@settings(max_examples=300, deadline=None)
@given(STEPS)
def test_whatever_the_order_one_question_waits_at_most_and_none_comes_back_before_tomorrow(
    steps: list[tuple[int, str, str]],
) -> None:
    today, cards, asked = DAY, dict.fromkeys(CONCEPTS, learnt()), list[dt.date]()
    for wait, concept, what in steps:
        today += days(wait)
        before = waiting(cards, today)
        if what in {"lost", "shown"}:
            changed = kept(cards[concept], None if what == "lost" else today)
            assert changed is not None
            cards[concept] = changed
        elif before is not None:
            cards[before] = answered(cards[before], what == "right", today, SCHEDULER)
            assert waiting(cards, today) is None
            asked.append(today)
        for card in cards.values():
            assert card.due_on is None or card.answered_on is None or card.due_on > card.answered_on + days(1)
            assert 0 <= SCHEDULER.retrievability(card, today) <= 1
    assert all(later - earlier >= days(QUIET_DAYS) for earlier, later in itertools.pairwise(asked))
