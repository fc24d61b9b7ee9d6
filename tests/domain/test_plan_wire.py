"""The contract of `plan`: what is refused, where, and what it takes to be understood."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pne_tracker.domain import plan_wire
from pne_tracker.domain.errors import BadInputError
from pne_tracker.domain.homework import HomeworkStatus
from pne_tracker.domain.planner import plan
from pne_tracker.domain.progress import Skip, State, progress_of
from tests.domain.pack_fixture import PACK
from tests.domain.test_planner_examples import BASE, EXAMPLE_B, EXAMPLE_C


def pack_of(pack_id: str) -> Any:
    return PACK if pack_id == PACK.id else None


def refused(given_: object) -> tuple[str, str]:
    with pytest.raises(BadInputError) as caught:
        plan_wire.read(given_, pack_of)
    assert caught.value.message.endswith(".")
    return caught.value.code, caught.value.at


def with_section(**section: Any) -> dict[str, Any]:
    return BASE | {"sections": {"3": section}}


def with_check(**check: Any) -> dict[str, Any]:
    return with_section(checks=[{"date": "2026-11-02", "kind": "quiz", "score": 0.6} | check])


def with_homework(**item: Any) -> dict[str, Any]:
    return with_section(homework=[{"kind": "quiz", "status": "done", "due": "2026-11-09"} | item])


CHECK = "sections.3.checks[0]"
ITEM = "sections.3.homework[0]"
REFUSALS: list[tuple[object, str, str]] = [
    ([], "not_an_object", ""),
    (None, "not_an_object", ""),
    ({}, "missing_key", "pack"),
    ({"pack": "why-you-hurt", "minutes": 30}, "missing_key", "today"),
    ({"pack": "why-you-hurt", "today": "2026-11-23"}, "missing_key", "minutes"),
    (BASE | {"pack": "another"}, "unknown_pack", "pack"),
    (BASE | {"pack": 7}, "bad_text", "pack"),
    (BASE | {"colour": 1}, "unknown_key", "colour"),
    (BASE | {"today": "2026-02-30"}, "bad_date", "today"),
    (BASE | {"today": "20261123"}, "bad_date", "today"),
    (BASE | {"today": "9999-12-31"}, "bad_date", "today"),
    (BASE | {"today": None}, "bad_date", "today"),
    (BASE | {"minutes": -1}, "bad_number", "minutes"),
    (BASE | {"minutes": 30.0}, "bad_number", "minutes"),
    (BASE | {"minutes": True}, "bad_number", "minutes"),
    (BASE | {"minutes": "30"}, "bad_number", "minutes"),
    (BASE | {"minutes": None}, "bad_number", "minutes"),
    (BASE | {"minutes": 10**30}, "bad_number", "minutes"),
    (BASE | {"visits_left": -1}, "bad_number", "visits_left"),
    (BASE | {"visits_left": 1.5}, "bad_number", "visits_left"),
    (BASE | {"visits_per_week": False}, "bad_number", "visits_per_week"),
    (BASE | {"visits_per_week": 10**9}, "bad_number", "visits_per_week"),
    (BASE | {"allow_new_with_revisits": 1}, "bad_flag", "allow_new_with_revisits"),
    (BASE | {"flags": "stress"}, "bad_list", "flags"),
    (BASE | {"flags": ["stress", "hungry"]}, "unknown_flag", "flags[1]"),
    (BASE | {"flags": [["stress"]]}, "unknown_flag", "flags[0]"),
    (BASE | {"flags": [{"id": "stress", "date": "2026-11-24"}]}, "date_after_today", "flags[0].date"),
    (BASE | {"sections": []}, "not_an_object", "sections"),
    (BASE | {"sections": {"15": {}}}, "unknown_section", "sections.15"),
    (BASE | {"sections": {"01": {}}}, "unknown_section", "sections.01"),
    (BASE | {"sections": {"0": {}}}, "unknown_section", "sections.0"),
    (BASE | {"sections": {"3": None}}, "not_an_object", "sections.3"),
    (with_section(colour=1), "unknown_key", "sections.3.colour"),
    (with_section(taught="2026-11-02"), "bad_list", "sections.3.taught"),
    (with_section(taught=["2026-11-24"]), "date_after_today", "sections.3.taught[0]"),
    (with_section(taught=["2026-11-02", 5]), "bad_date", "sections.3.taught[1]"),
    (with_section(flagged=["2027-01-01"]), "date_after_today", "sections.3.flagged[0]"),
    (with_section(skipped=""), "bad_skip", "sections.3.skipped"),
    (with_section(skipped=3), "bad_skip", "sections.3.skipped"),
    (with_section(skipped={"date": "2026-11-02"}), "missing_key", "sections.3.skipped.reason"),
    (with_section(checks=[7]), "not_an_object", CHECK),
    (with_check(date="2026-11-24"), "date_after_today", f"{CHECK}.date"),
    (with_check(kind="guess"), "unknown_value", f"{CHECK}.kind"),
    (with_check(score=1.01), "bad_score", f"{CHECK}.score"),
    (with_check(score=-0.1), "bad_score", f"{CHECK}.score"),
    (with_check(score=True), "bad_score", f"{CHECK}.score"),
    (with_check(score=float("nan")), "bad_score", f"{CHECK}.score"),
    (with_check(score=None), "bad_score", f"{CHECK}.score"),
    (with_check(result="explains"), "unknown_key", f"{CHECK}.result"),
    (with_check(kind="teach_back"), "unknown_key", f"{CHECK}.score"),
    (with_check(kind="teach_back", score=None), "missing_key", f"{CHECK}.result"),
    (with_check(kind="teach_back", score=None, result="well"), "unknown_value", f"{CHECK}.result"),
    (with_check(concepts={"luck": 0.5}), "unknown_concept", f"{CHECK}.concepts.luck"),
    (with_check(concepts={"body-alarm": 2}), "bad_score", f"{CHECK}.concepts.body-alarm"),
    (with_check(concepts=["body-alarm"]), "not_an_object", f"{CHECK}.concepts"),
    (with_check(why="x"), "unknown_key", f"{CHECK}.why"),
    (with_homework(status="lost"), "unknown_value", f"{ITEM}.status"),
    (with_homework(kind="dance"), "unknown_value", f"{ITEM}.kind"),
    (with_homework(required="yes"), "bad_flag", f"{ITEM}.required"),
    (with_homework(due=None), "bad_date", f"{ITEM}.due"),
    (with_homework(reviewed="2026-11-24"), "date_after_today", f"{ITEM}.reviewed"),
    (with_homework(colour=1), "unknown_key", f"{ITEM}.colour"),
]


@pytest.mark.parametrize(("given_", "code", "at"), REFUSALS, ids=lambda one: str(one)[:40])
def test_what_is_not_understood_is_refused_where_it_stands(given_: object, code: str, at: str) -> None:
    assert refused(given_) == (code, at)


def test_only_pack_today_and_minutes_are_needed() -> None:
    _, facts = plan_wire.read(BASE, pack_of)
    made = plan_wire.write(plan(PACK, facts))
    assert len(made["ranked"]) == 14
    assert made["forecast"] == {"sections_left": 14, "per_visit": None, "finish_on": None}


def test_homework_may_be_due_after_today() -> None:
    _, facts = plan_wire.read(with_homework(status="assigned", due="2026-12-01"), pack_of)
    assert facts.sections[3].homework[0].status is HomeworkStatus.ASSIGNED


def test_a_review_date_settles_homework_whatever_the_due_date() -> None:
    def first_action(**item: Any) -> str:
        section = {
            "taught": ["2026-11-02"],
            "checks": [{"date": "2026-11-02", "kind": "teach_back", "result": "prompted"}],
            "homework": [{"kind": "quiz", "status": "done", "due": "2026-11-09"} | item],
        }
        _, facts = plan_wire.read(BASE | {"sections": {"1": section}}, pack_of)
        return str(plan(PACK, facts).ranked[0].action)

    assert first_action() == "review_homework"
    assert first_action(reviewed=None) == "review_homework"
    assert first_action(reviewed="2026-11-05") == "close"


def test_a_review_that_is_known_to_be_missing_still_waits_after_a_later_visit() -> None:
    section = {
        "taught": ["2026-11-02", "2026-11-16"],
        "homework": [{"kind": "quiz", "status": "done", "due": "2026-11-09", "reviewed": None}],
    }
    _, facts = plan_wire.read(BASE | {"sections": {"1": section}}, pack_of)
    assert plan(PACK, facts).ranked[0].action == "review_homework"
    del section["homework"][0]["reviewed"]  # type: ignore[attr-defined]
    _, facts = plan_wire.read(BASE | {"sections": {"1": section}}, pack_of)
    assert plan(PACK, facts).ranked[0].action == "close"


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        (None, None),
        (False, None),
        (True, Skip()),
        ("not now", Skip("not now")),
        ({"reason": "not now"}, Skip("not now")),
    ],
)
def test_a_section_is_skipped_with_a_reason_or_without(given_: object, expected: Skip | None) -> None:
    _, facts = plan_wire.read(with_section(taught=["2026-11-02"], skipped=given_), pack_of)
    assert facts.sections[3].skip == expected
    assert progress_of(facts.sections[3]).state is (State.SKIPPED if expected else State.TAUGHT)


JUNK = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.just("2026-11-02")
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_any_value_in_any_place_is_planned_or_refused_never_a_crash(data: st.DataObject) -> None:
    given_ = deepcopy(data.draw(st.sampled_from([EXAMPLE_B, EXAMPLE_C])))
    place: Any = given_
    while True:
        key = data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
        if not place[key] or not isinstance(place[key], dict | list) or data.draw(st.integers(0, 3)) == 0:
            break
        place = place[key]
    place[key] = data.draw(JUNK)
    try:
        pack, facts = plan_wire.read(given_, pack_of)
    except BadInputError:
        return
    made = plan_wire.write(plan(pack, facts))
    assert sum(step["minutes"] for step in made["today"]) <= given_["minutes"]
