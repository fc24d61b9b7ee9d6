"""Section states come from the evidence alone."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pne_tracker.domain.homework import SETTLED, HomeworkFact, HomeworkStatus
from pne_tracker.domain.progress import (
    NO_EVIDENCE,
    PASS_MARK,
    Check,
    CheckKind,
    SectionEvidence,
    Skip,
    State,
    TeachBackResult,
    homework_decides,
    homework_settled,
    known_since,
    progress_of,
    tally,
    tally_parts,
    tally_sentence,
    with_visit,
)
from tests.domain.planner_cases import SECTION

MONDAY = dt.date(2026, 11, 2)
FRIDAY = dt.date(2026, 11, 6)


def teach_back(result: TeachBackResult, on: dt.date = MONDAY) -> Check:
    return Check(CheckKind.TEACH_BACK, on, result=result)


def quiz(score: float, on: dt.date = MONDAY) -> Check:
    return Check(CheckKind.QUIZ, on, score=score)


def item(status: HomeworkStatus, *, required: bool = True) -> HomeworkFact:
    return HomeworkFact("journal", required, status, FRIDAY)


def taught(*checks: Check, homework: tuple[HomeworkFact, ...] = (), **more: object) -> SectionEvidence:
    open_item = item(HomeworkStatus.ASSIGNED)
    return SectionEvidence((MONDAY,), checks, homework or (open_item,), **more)  # type: ignore[arg-type]


def state_of(evidence: SectionEvidence, pass_mark: float = PASS_MARK) -> State:
    return progress_of(evidence, pass_mark).state


EXPLAINS, PROMPTED, NOT_YET = (
    teach_back(result)
    for result in (TeachBackResult.EXPLAINS, TeachBackResult.PROMPTED, TeachBackResult.NOT_YET)
)


def test_without_evidence_a_section_is_not_started() -> None:
    assert state_of(NO_EVIDENCE) is State.NOT_STARTED


def test_a_quiz_before_teaching_starts_nothing() -> None:
    assert state_of(SectionEvidence(checks=(quiz(0.2),))) is State.NOT_STARTED


@pytest.mark.parametrize(
    ("check", "state"),
    [
        (None, State.TAUGHT),
        (EXPLAINS, State.UNDERSTOOD),
        (PROMPTED, State.TAUGHT),
        (NOT_YET, State.REVISIT),
        (quiz(0.75), State.UNDERSTOOD),
        (quiz(0.74), State.REVISIT),
        (Check(CheckKind.RECALL, MONDAY, score=0.0), State.REVISIT),
        (Check(CheckKind.RECALL, MONDAY, score=1.0), State.UNDERSTOOD),
    ],
)
def test_one_check_decides_what_a_taught_section_is(check: Check | None, state: State) -> None:
    assert state_of(taught(*([check] if check else []))) is state


def test_the_pass_mark_is_the_packs() -> None:
    assert state_of(taught(quiz(0.7)), pass_mark=0.7) is State.UNDERSTOOD


def test_the_latest_check_of_any_kind_decides() -> None:
    assert state_of(taught(EXPLAINS, quiz(0.5, FRIDAY))) is State.REVISIT
    assert state_of(taught(quiz(0.5), teach_back(TeachBackResult.EXPLAINS, FRIDAY))) is State.UNDERSTOOD


def test_of_two_checks_on_one_day_the_worse_counts() -> None:
    assert state_of(taught(EXPLAINS, quiz(0.5))) is State.REVISIT
    assert state_of(taught(quiz(1.0), PROMPTED)) is State.TAUGHT


def test_a_flag_since_the_latest_check_asks_for_a_revisit() -> None:
    assert state_of(taught(EXPLAINS, flagged=(FRIDAY,))) is State.REVISIT
    assert state_of(taught(EXPLAINS, flagged=(MONDAY,))) is State.REVISIT
    assert (
        state_of(taught(teach_back(TeachBackResult.EXPLAINS, FRIDAY), flagged=(MONDAY,))) is State.UNDERSTOOD
    )


def test_understood_becomes_complete_when_required_homework_is_settled() -> None:
    done = (item(HomeworkStatus.DONE_LATE), item(HomeworkStatus.WAIVED), item(HomeworkStatus.WITHDRAWN))
    assert state_of(taught(EXPLAINS, homework=done)) is State.COMPLETE
    optional = (*done, item(HomeworkStatus.MISSED, required=False))
    assert state_of(taught(EXPLAINS, homework=optional)) is State.COMPLETE
    assert state_of(taught(EXPLAINS, homework=(*done, item(HomeworkStatus.MISSED)))) is State.UNDERSTOOD


def test_homework_alone_completes_nothing() -> None:
    assert state_of(taught(PROMPTED, homework=(item(HomeworkStatus.DONE),))) is State.TAUGHT


def test_a_skipped_section_returns_to_what_the_evidence_says() -> None:
    skipped = taught(EXPLAINS, skip=Skip("moved to another clinic"))
    assert state_of(skipped) is State.SKIPPED
    assert state_of(replace(skipped, skip=None)) is State.UNDERSTOOD
    assert not progress_of(skipped).taught


def test_the_header_counts_as_the_screens_say() -> None:
    evidence = [
        taught(EXPLAINS, homework=(item(HomeworkStatus.DONE),)),
        taught(EXPLAINS),
        taught(),
        taught(NOT_YET),
        replace(NO_EVIDENCE, skip=Skip("not needed")),
        *[NO_EVIDENCE] * 9,
    ]
    counted = tally(progress_of(one) for one in evidence)
    assert (counted.taught, counted.understood, counted.complete) == (4, 2, 1)
    assert tally_sentence(counted) == "4/13 taught, 2 understood, 1 to revisit, 1 skipped"
    assert counted.completion == 1 / 13
    assert counted.left_to_teach == 9


def test_an_episode_with_everything_skipped_has_no_completion() -> None:
    counted = tally([progress_of(replace(NO_EVIDENCE, skip=Skip()))])
    assert counted.completion is None
    assert tally_parts(counted) == ("0/0 taught", "0 understood", "1 skipped")


@settings(max_examples=200, deadline=None)
@given(st.lists(SECTION, max_size=14))
def test_counts_never_contradict_each_other(evidence: list[SectionEvidence]) -> None:
    counted = tally(progress_of(one) for one in evidence)
    assert counted.complete <= counted.understood <= counted.taught <= counted.denominator
    assert counted.understood + counted.revisit <= counted.taught
    assert counted.completion is None or 0 <= counted.completion <= 1


@settings(max_examples=200, deadline=None)
@given(SECTION)
def test_a_state_does_not_depend_on_the_order_of_its_evidence(one: SectionEvidence) -> None:
    mirrored = replace(
        one,
        taught=one.taught[::-1],
        checks=one.checks[::-1],
        homework=one.homework[::-1],
        flagged=one.flagged[::-1],
    )
    first, second = progress_of(one), progress_of(mirrored)
    assert replace(first, deciding=None) == replace(second, deciding=None)
    if first.deciding and second.deciding:
        assert replace(first.deciding, concepts={}) == replace(second.deciding, concepts={})


@settings(max_examples=200, deadline=None)
@given(SECTION)
def test_complete_means_understood_with_settled_homework(one: SectionEvidence) -> None:
    if state_of(one) is State.COMPLETE:
        assert progress_of(one).understood
        counting = [h for h in one.homework if h.required and h.status is not HomeworkStatus.WITHDRAWN]
        assert all(h.status in SETTLED for h in counting)
        assert homework_settled(one.homework)
    bare = replace(one, homework=())
    assert progress_of(bare).understood == progress_of(one).understood


def test_a_signed_visit_adds_what_it_taught_and_found_and_sends_out() -> None:
    known = replace(taught(quiz(1.0)), homework=())
    before = {1: known, 2: replace(NO_EVIDENCE, skip=Skip())}
    item = HomeworkFact("log", required=True, status=HomeworkStatus.ASSIGNED, due=FRIDAY)
    after = with_visit(before, FRIDAY, {1: None, 3: "explains"}, [(1, item), (3, item)])
    assert state_of(known) is State.COMPLETE
    assert {section: state_of(one) for section, one in after.items()} == {
        1: State.UNDERSTOOD,
        2: State.SKIPPED,
        3: State.UNDERSTOOD,
    }
    assert (progress_of(after[1]).first_taught_on, progress_of(after[1]).last_taught_on) == (MONDAY, FRIDAY)
    assert set(before) == {1, 2}


@settings(max_examples=200, deadline=None)
@given(SECTION, st.booleans())
def test_homework_that_goes_out_moves_only_sections_it_can_decide(
    one: SectionEvidence, required: bool
) -> None:
    item = HomeworkFact("log", required=required, status=HomeworkStatus.ASSIGNED, due=FRIDAY)
    before, after = progress_of(one), progress_of(with_visit({1: one}, MONDAY, {}, [(1, item)])[1])
    assert homework_decides(before.state) or after == before
    assert required or after == before


def test_what_is_known_stays_known_since_the_first_check_when_a_later_one_is_right_again() -> None:
    known = taught(quiz(1.0), quiz(0.75, FRIDAY))
    assert known_since(known) == MONDAY
    assert known_since(taught(teach_back(TeachBackResult.NOT_YET), quiz(1.0, FRIDAY))) == FRIDAY
    assert known_since(taught(quiz(1.0), quiz(1.0, FRIDAY), flagged=(MONDAY,))) == FRIDAY
    assert known_since(taught(quiz(1.0), quiz(0.0, FRIDAY))) is None
    assert known_since(taught(skip=Skip("agreed", FRIDAY))) == FRIDAY
    assert known_since(SectionEvidence((FRIDAY,), (quiz(1.0),))) == FRIDAY
