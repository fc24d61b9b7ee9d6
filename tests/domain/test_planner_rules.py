"""The planner's rules one at a time."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from pne_tracker.domain.curriculum import Minutes
from pne_tracker.domain.homework import HomeworkFact, HomeworkStatus
from pne_tracker.domain.planner import Action, PlannerInput, RecordedFlag, Suggestion, plan
from pne_tracker.domain.progress import Check, CheckKind, SectionEvidence, TeachBackResult
from tests.domain.pack_fixture import PACK

TODAY = dt.date(2026, 11, 23)
EXPLAINS, PROMPTED, NOT_YET = TeachBackResult


def ago(days: int) -> dt.date:
    return TODAY - dt.timedelta(days=days)


def taught(days: int, result: TeachBackResult = EXPLAINS, *more: Check, **other: object) -> SectionEvidence:
    first = Check(CheckKind.TEACH_BACK, ago(days), result=result)
    return SectionEvidence((ago(days),), (first, *more), **other)  # type: ignore[arg-type]


def quiz(days: int, ref: str = "", **concepts: float) -> Check:
    named = {name.replace("_", "-"): score for name, score in concepts.items()}
    return Check(CheckKind.QUIZ, ago(days), score=1.0, concepts=named, ref=ref)


def missed(days: int) -> HomeworkFact:
    return HomeworkFact("journal", True, HomeworkStatus.MISSED, ago(days))


def given(minutes: int = 30, **sections: SectionEvidence) -> PlannerInput:
    return PlannerInput(TODAY, minutes, {int(key[1:]): one for key, one in sections.items()})


def about(facts: PlannerInput, section: int) -> Suggestion:
    return next(one for one in plan(PACK, facts).ranked if one.section == section)


def weights(one: Suggestion) -> dict[str, int]:
    return {reason.code: reason.weight for reason in one.reasons}


def texts(one: Suggestion) -> dict[str, str]:
    return {reason.code: reason.text for reason in one.reasons}


def test_of_two_concept_scores_on_one_day_the_worse_counts() -> None:
    for first, second in ((0.5, 1.0), (1.0, 0.5)):
        facts = given(s1=taught(9, EXPLAINS, quiz(5, sleep_matters=first), quiz(5, sleep_matters=second)))
        assert weights(about(facts, 5))["concept_gap"] == 30


def test_a_later_good_score_closes_a_gap() -> None:
    facts = given(s1=taught(9, EXPLAINS, quiz(5, sleep_matters=0.0), quiz(4, sleep_matters=0.75)))
    assert "concept_gap" not in weights(about(facts, 5))


def test_half_is_a_whole_gap_and_a_little_more_is_a_partial_one() -> None:
    for score, primary, secondary in ((0.5, 30, 15), (0.51, 15, 8), (0.74, 15, 8)):
        facts = given(s1=taught(9, EXPLAINS, quiz(5, sleep_matters=score)))
        assert weights(about(facts, 5))["concept_gap"] == primary
        assert weights(about(facts, 13))["concept_gap"] == secondary


def test_at_most_two_further_gaps_count() -> None:
    every = quiz(5, hurt_is_not_harm=0.7, small_steps=0.2, sleep_matters=0.0, own_pain_relief=0.0)
    reasons = about(given(s1=taught(9, EXPLAINS, every)), 5).reasons
    assert [one.weight for one in reasons if one.code.startswith("concept")] == [30, 5, 5]


def test_a_gap_counts_questions_only_where_they_are_known() -> None:
    check = quiz(5, sleep_matters=0.5)
    assert texts(about(given(s1=taught(9, EXPLAINS, check)), 5))["concept_gap"].startswith("Missed 50 % on")
    counted = replace(check, asked={"sleep-matters": 4})
    found = texts(about(given(s1=taught(9, EXPLAINS, counted)), 5))["concept_gap"]
    assert found == "Missed 2 of 4 on *sleep matters*"


def test_days_past_due_and_weeks_since_teaching_stop_counting_at_ten() -> None:
    one = about(given(s1=taught(100, PROMPTED, homework=(missed(90),))), 1)
    assert weights(one) == {
        "homework_due": 160,
        "homework_overdue": 10,
        "homework_missed": 5,
        "weeks_since_taught": 10,
    }
    assert texts(one)["homework_overdue"] == "90 days past due"
    assert texts(one)["weeks_since_taught"] == "Last taught 14 weeks ago"


def test_one_day_and_one_week_are_singular() -> None:
    one = about(given(s1=taught(7, PROMPTED, homework=(missed(1),))), 1)
    assert texts(one)["homework_overdue"] == "1 day past due"
    assert texts(one)["weeks_since_taught"] == "Last taught 1 week ago"


def test_a_taught_section_asks_for_a_teach_back() -> None:
    one = about(given(s1=taught(3, PROMPTED)), 1)
    assert (one.action, one.score, texts(one)["check_needed"]) == (Action.CLOSE, 130, "Ask for a teach-back")


def test_an_understood_section_waits_for_its_homework() -> None:
    item = HomeworkFact("sleep_log", True, HomeworkStatus.ASSIGNED, TODAY + dt.timedelta(days=2))
    one = about(given(s1=taught(3, EXPLAINS, homework=(item,))), 1)
    assert (one.action, one.score) == (Action.CLOSE, 0)
    assert texts(one)["waiting"] == "Waits for sleep log, due 25 November 2026"


def test_a_flag_by_the_therapist_is_named_with_its_day() -> None:
    one = about(given(s1=taught(9, EXPLAINS, flagged=(ago(2),))), 1)
    assert texts(one)["revisit_due"] == "Flagged on 21 November 2026: to revisit"


def test_a_recorded_flag_says_when() -> None:
    facts = replace(given(), flags=(RecordedFlag("poor-sleep", ago(3)),))
    assert texts(about(facts, 5))["flag"] == "Poor sleep, recorded 20 November 2026"


def test_two_checks_a_visit_at_most() -> None:
    facts = given(60, s1=taught(9, PROMPTED), s2=taught(8, PROMPTED), s3=taught(7, PROMPTED))
    steps = plan(PACK, facts).today
    assert [(one.action, one.section) for one in steps if one.action is Action.CLOSE] == [
        (Action.CLOSE, 1),
        (Action.CLOSE, 2),
    ]


def test_only_the_three_best_sections_are_tried_for_new_teaching() -> None:
    done = taught(9)
    facts = given(9, s1=done, s2=done)
    assert [one.section for one in plan(PACK, facts).ranked[:4]] == [3, 6, 4, 5]
    assert [(one.section, one.minutes) for one in plan(PACK, facts).today] == [(4, 8)]
    pulled = replace(facts, flags=(RecordedFlag("stress"),))
    assert [one.section for one in plan(PACK, pulled).ranked[:4]] == [9, 3, 6, 4]
    assert plan(PACK, pulled).today == ()


def test_a_second_section_keeps_open_tasks_within_three() -> None:
    done = taught(9)
    facts = replace(given(90, s1=done, s2=done), visits_left=2)
    assert [(one.section, one.homework) for one in plan(PACK, facts).today] == [
        (3, ("s03-reading",)),
        (6, ("s06-journal",)),
    ]
    item = HomeworkFact("journal", False, HomeworkStatus.ASSIGNED, TODAY + dt.timedelta(days=2))
    busy = replace(facts, sections={1: done, 2: taught(9, homework=(item, item))})
    assert [one.section for one in plan(PACK, busy).today] == [3]
    assert [one.section for one in plan(PACK, replace(facts, visits_left=12)).today] == [3]


def test_a_review_that_does_not_fit_stops_new_teaching_however_short() -> None:
    short = tuple(replace(one, minutes=Minutes(1, 1, 1)) for one in PACK.sections)
    own = replace(PACK, sections=short)
    facts = given(7, s1=taught(20, homework=(missed(5),)), s2=taught(20, homework=(missed(4),)))
    assert [(one.action, one.minutes) for one in plan(own, facts).today] == [(Action.REVIEW_HOMEWORK, 5)]
    enough = plan(own, replace(facts, minutes=9)).today
    assert [one.minutes for one in enough] == [5, 3, 1]


def test_per_visit_is_rounded_half_up_to_two_decimals() -> None:
    facts = given()
    for visits, expected in ((16, 0.88), (6, 2.33), (80, 0.18), (10, 1.4)):
        assert plan(PACK, replace(facts, visits_left=visits)).forecast.per_visit == expected


def test_a_clinic_lead_may_change_any_weight() -> None:
    own = replace(PACK, weights={"start_here": 7, "order_step": 3})
    one = next(one for one in plan(own, given()).ranked if one.section == 1)
    assert weights(one) == {"order": 42, "start_here": 7}
