"""The gist of an episode says as much as all of its evidence, as far as lists ask."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from pne_tracker.domain.gist import Gist, QuizScore, as_plain, from_plain, telling
from pne_tracker.domain.homework import CLOSED
from pne_tracker.domain.planner import PlannerInput, first, plan
from tests.domain.pack_fixture import PACK
from tests.domain.planner_cases import INPUTS, PAST

LESS = settings(max_examples=150, deadline=None)
DAYS = st.lists(PAST, max_size=6).map(lambda days: tuple(sorted(days)))


def gist_of(facts: PlannerInput) -> Gist:
    return Gist(sections=telling(facts.sections, PACK.pass_mark))


def recorded(facts: PlannerInput) -> PlannerInput:
    """The same where every review is recorded, as it is in the application."""
    sections = {
        number: replace(one, homework=tuple(replace(item, review_recorded=True) for item in one.homework))
        for number, one in facts.sections.items()
    }
    return replace(facts, sections=sections)


@LESS
@given(INPUTS)
def test_the_first_of_the_plan_comes_first(facts: PlannerInput) -> None:
    ranked = plan(PACK, facts).ranked
    assert first(PACK, facts).suggestion == (ranked[0] if ranked else None)


@LESS
@given(INPUTS)
def test_the_gist_with_the_open_homework_suggests_what_all_of_the_evidence_does(facts: PlannerInput) -> None:
    facts = recorded(facts)
    whole = first(PACK, facts)
    items = [
        (number, replace(item, kind="", label="", ref=""))
        for number, one in facts.sections.items()
        for item in one.homework
        if item.status not in CLOSED
    ]
    kept = from_plain(json.loads(json.dumps(as_plain(gist_of(facts)))))
    made = first(PACK, replace(facts, sections=kept.with_homework(items)))
    assert made.states == whole.states
    if whole.suggestion is None:
        assert made.suggestion is None
        return
    assert made.suggestion is not None
    told = (made.suggestion.section, made.suggestion.action, made.suggestion.score)
    assert told == (whole.suggestion.section, whole.suggestion.action, whole.suggestion.score)


@LESS
@given(INPUTS)
def test_the_gist_of_a_gist_is_the_same(facts: PlannerInput) -> None:
    once = gist_of(facts)
    assert telling(once.sections, PACK.pass_mark) == once.sections


@LESS
@given(
    INPUTS,
    DAYS,
    st.dictionaries(st.sampled_from(["low_mood", "fear"]), PAST),
    st.one_of(st.none(), st.tuples(PAST, st.builds(QuizScore, st.integers(1, 14), st.just(2), st.just(3)))),
)
def test_nothing_of_a_gist_is_lost_in_its_row(
    facts: PlannerInput,
    visits: tuple[dt.date, ...],
    flags: dict[str, dt.date],
    quiz: tuple[dt.date, QuizScore] | None,
) -> None:
    pain = tuple((day, 7.5) for day in visits[:2])
    gist = Gist(visits, telling(facts.sections, PACK.pass_mark), flags, pain, quiz)
    assert from_plain(json.loads(json.dumps(as_plain(gist)))) == gist


def test_news_begins_before_the_day_of_the_visit_wherever_somebody_lives() -> None:
    gist = Gist(visits=(dt.date(2026, 11, 3), dt.date(2026, 11, 24)))
    assert gist.news_from == dt.datetime(2026, 11, 23, 10, tzinfo=dt.UTC)
    assert Gist().news_from is None


def test_treatment_days_are_counted_once_and_after_the_report() -> None:
    days = (dt.date(2026, 11, 3), dt.date(2026, 11, 5), dt.date(2026, 11, 5), dt.date(2026, 11, 9))
    gist = Gist(visits=days)
    assert gist.days_since(None) == 3
    assert gist.days_since(dt.date(2026, 11, 3)) == 2
    assert gist.days_since(dt.date(2026, 11, 9)) == 0
