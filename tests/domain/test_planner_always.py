"""What holds for every plan, whatever the episode."""

from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from pne_tracker.domain import plan_wire
from pne_tracker.domain.homework import OPEN, waits_for_review
from pne_tracker.domain.planner import Action, Plan, PlannerInput, RecordedFlag, plan
from pne_tracker.domain.progress import NO_EVIDENCE, State, progress_of
from tests.domain.pack_fixture import FLAGS, PACK
from tests.domain.planner_cases import CHECKS, INPUTS

LESS = settings(max_examples=80, deadline=None)


def states(given_: PlannerInput) -> dict[int, State]:
    return {number: progress_of(given_.sections.get(number, NO_EVIDENCE)).state for number in PACK.by_number}


def revisits_stop_new(given_: PlannerInput) -> bool:
    return list(states(given_).values()).count(State.REVISIT) >= 2 and not given_.allow_new_with_revisits


def place_of(made: Plan, section: int) -> int:
    return [one.section for one in made.ranked].index(section)


@LESS
@given(INPUTS)
def test_every_section_that_is_neither_complete_nor_skipped_is_ranked_once(facts: PlannerInput) -> None:
    left = [n for n, state in states(facts).items() if state not in {State.COMPLETE, State.SKIPPED}]
    assert sorted(one.section for one in plan(PACK, facts).ranked) == left


@LESS
@given(INPUTS)
def test_reasons_add_up_and_ties_go_to_the_lower_section(facts: PlannerInput) -> None:
    ranked = plan(PACK, facts).ranked
    for one in ranked:
        assert one.score == sum(reason.weight for reason in one.reasons)
        assert one.reasons
    keys = [(-one.score, one.section) for one in ranked]
    assert keys == sorted(keys)


@LESS
@given(INPUTS)
def test_today_never_exceeds_the_minutes(facts: PlannerInput) -> None:
    assert sum(step.minutes for step in plan(PACK, facts).today) <= facts.minutes


@LESS
@given(INPUTS)
def test_more_minutes_never_review_fewer_tasks(facts: PlannerInput) -> None:
    def reviewed(minutes: int) -> int:
        steps = plan(PACK, replace(facts, minutes=minutes)).today
        return sum(step.action is Action.REVIEW_HOMEWORK for step in steps)

    assert reviewed(facts.minutes) <= reviewed(facts.minutes + 10)


@LESS
@given(INPUTS, st.sampled_from(sorted(FLAGS)))
def test_a_flag_never_lowers_a_section_it_points_to(facts: PlannerInput, flag: str) -> None:
    before = plan(PACK, replace(facts, flags=tuple(one for one in facts.flags if one.id != flag)))
    after = plan(PACK, replace(facts, flags=(*facts.flags, RecordedFlag(flag))))
    scores = {one.section: one.score for one in before.ranked}
    for one in after.ranked:
        if one.section in FLAGS[flag][0]:
            assert one.score == scores[one.section] + FLAGS[flag][1]
            assert place_of(after, one.section) <= place_of(before, one.section)


@LESS
@given(INPUTS)
def test_no_section_stands_above_its_own_unmet_prerequisite(facts: PlannerInput) -> None:
    made = plan(PACK, facts)
    found = states(facts)
    for one in made.ranked:
        if one.action is Action.TEACH:
            for need in PACK.by_number[one.section].hard:
                if found[need] is State.NOT_STARTED:
                    assert place_of(made, need) < place_of(made, one.section)


@LESS
@given(INPUTS)
def test_nothing_new_is_taught_while_two_sections_wait_to_be_revisited(facts: PlannerInput) -> None:
    steps = plan(PACK, facts).today
    if revisits_stop_new(facts):
        assert all(step.action is not Action.TEACH for step in steps)


@LESS
@given(INPUTS)
def test_new_teaching_waits_until_every_review_fits(facts: PlannerInput) -> None:
    made = plan(PACK, facts)
    waiting = set()
    for one in made.ranked:
        section = facts.sections.get(one.section, NO_EVIDENCE)
        last = max((*section.taught, *(check.on for check in section.checks)), default=None)
        if any(waits_for_review(item, last, facts.today) for item in section.homework):
            waiting.add(one.section)
    reviewed = {step.section for step in made.today if step.action is Action.REVIEW_HOMEWORK}
    assert reviewed <= waiting
    if any(step.action is Action.TEACH for step in made.today):
        assert reviewed == waiting


@LESS
@given(INPUTS)
def test_only_sections_with_their_prerequisites_met_are_taught_today(facts: PlannerInput) -> None:
    found = states(facts)
    for step in plan(PACK, facts).today:
        if step.action is Action.TEACH:
            section = PACK.by_number[step.section]
            assert all(found[need] is not State.NOT_STARTED for need in section.hard)
            assert step.minutes in {section.minutes.typical, section.minutes.low}
            assert step.homework == tuple(item.key for item in section.homework if item.required)


@LESS
@given(INPUTS)
def test_a_second_new_section_comes_only_when_the_visits_need_it(facts: PlannerInput) -> None:
    taught = [step for step in plan(PACK, facts).today if step.action is Action.TEACH]
    assert len(taught) <= 2
    if len(taught) == 2:
        left = list(states(facts).values()).count(State.NOT_STARTED)
        tasks = sum(item.status in OPEN for one in facts.sections.values() for item in one.homework)
        assert facts.visits_left is not None
        assert left > facts.visits_left
        assert tasks + sum(len(step.homework) for step in taught) <= 3


@LESS
@given(INPUTS)
def test_section_one_comes_first_unless_taught_skipped_or_revisits_wait(facts: PlannerInput) -> None:
    if states(facts)[1] is State.NOT_STARTED and not revisits_stop_new(facts):
        assert plan(PACK, facts).ranked[0].section == 1


@LESS
@given(INPUTS, CHECKS)
def test_a_worse_concept_score_never_lowers_a_sections_score(facts: PlannerInput, check: object) -> None:
    made = plan(PACK, facts)
    sections = {
        number: replace(
            one, checks=tuple(replace(c, concepts=dict.fromkeys(c.concepts, 0.0)) for c in one.checks)
        )
        for number, one in facts.sections.items()
    }
    worse = {one.section: one.score for one in plan(PACK, replace(facts, sections=sections)).ranked}
    assert all(worse[one.section] >= one.score for one in made.ranked)


@LESS
@given(INPUTS, st.randoms(use_true_random=False))
def test_the_order_of_the_evidence_does_not_matter(facts: PlannerInput, random: object) -> None:
    def turned(one: tuple[object, ...]) -> tuple[object, ...]:
        return tuple(reversed(one))

    sections = {
        number: replace(
            one,
            taught=turned(one.taught),
            checks=turned(one.checks),
            homework=turned(one.homework),
            flagged=turned(one.flagged),
        )
        for number, one in reversed(facts.sections.items())
    }
    mirrored = replace(facts, sections=sections, flags=tuple(reversed(facts.flags)))
    first, second = (json.dumps(plan_wire.write(plan(PACK, one))) for one in (facts, mirrored))
    assert first == second


@LESS
@given(INPUTS)
def test_the_forecast_counts_untaught_sections_and_one_a_visit(facts: PlannerInput) -> None:
    made = plan(PACK, facts).forecast
    left = list(states(facts).values()).count(State.NOT_STARTED)
    assert made.sections_left == left
    assert (made.per_visit is None) == (not facts.visits_left)
    assert (made.finish_on is None) == (left == 0 or not facts.visits_per_week)
    if made.finish_on is not None and facts.visits_per_week:
        days = (made.finish_on - facts.today).days
        assert (days - 1) * facts.visits_per_week < 7 * (left - 1) <= days * facts.visits_per_week
