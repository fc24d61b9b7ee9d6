"""The worked examples of the curriculum, to the number, on the tests' own pack and on the shipped one."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from pne_tracker.adapters.packs import load_shipped
from pne_tracker.domain import plan_wire
from pne_tracker.domain.curriculum import Pack
from pne_tracker.domain.planner import plan
from tests.domain.pack_fixture import PACK

BASE = {"pack": "why-you-hurt", "today": "2026-11-23", "minutes": 30}


def explains(day: str) -> dict[str, Any]:
    return {"date": day, "kind": "teach_back", "result": "explains"}


def complete(day: str) -> dict[str, Any]:
    return {"taught": [day], "checks": [explains(day)]}


EXAMPLE_A = BASE | {"visits_left": 10, "visits_per_week": 2, "flags": ["poor-sleep"]}
EXAMPLE_B = BASE | {
    "visits_left": 6,
    "visits_per_week": 2,
    "flags": ["poor-sleep", "fear-of-movement"],
    "sections": {
        "1": {
            "taught": ["2026-11-02"],
            "checks": [
                explains("2026-11-02"),
                {"date": "2026-11-05", "kind": "quiz", "score": 0.6, "concepts": {"hurt-is-not-harm": 0.5}},
            ],
            "homework": [{"kind": "quiz", "required": True, "status": "done", "due": "2026-11-09"}],
        },
        "2": {
            "taught": ["2026-11-09"],
            "checks": [{"date": "2026-11-09", "kind": "teach_back", "result": "prompted"}],
            "homework": [{"kind": "journal", "required": True, "status": "missed", "due": "2026-11-16"}],
        },
    },
}
EXAMPLE_C = BASE | {
    "visits_left": 4,
    "visits_per_week": 1,
    "flags": ["stress", "low-mood"],
    "sections": {
        **{key: complete("2026-10-01") for key in ("1", "3", "5", "7")},
        "4": {"skipped": "pain has not spread"},
        "2": {
            "taught": ["2026-09-14"],
            "checks": [{"date": "2026-09-14", "kind": "teach_back", "result": "not_yet"}],
        },
        "6": {
            "taught": ["2026-10-19"],
            "checks": [{"date": "2026-10-19", "kind": "teach_back", "result": "not_yet"}],
        },
        "8": {
            "taught": ["2026-11-09"],
            "checks": [
                explains("2026-11-09"),
                {
                    "date": "2026-11-12",
                    "kind": "quiz",
                    "score": 0.5,
                    "concepts": {"whole-life-counts": 0.5, "volume-stays-up": 0.67},
                },
            ],
            "homework": [{"kind": "journal", "required": True, "status": "done_late", "due": "2026-11-16"}],
        },
    },
}


@pytest.fixture(params=["own tables", "shipped"], scope="module")
def pack(request: pytest.FixtureRequest) -> Pack:
    return PACK if request.param == "own tables" else load_shipped()


def planned(pack: Pack, given: dict[str, Any]) -> dict[str, Any]:
    found, facts = plan_wire.read(given, lambda _: pack)
    return plan_wire.write(plan(found, facts))


def ranking(made: dict[str, Any]) -> list[tuple[str, int, int]]:
    return [(one["action"], one["section"], one["score"]) for one in made["ranked"]]


def steps(made: dict[str, Any]) -> list[tuple[str, int, int, list[str]]]:
    return [(one["action"], one["section"], one["minutes"], one["homework"]) for one in made["today"]]


def weights(made: dict[str, Any], section: int) -> list[tuple[str, int]]:
    reasons = next(one["reasons"] for one in made["ranked"] if one["section"] == section)
    return [(reason["code"], reason["weight"]) for reason in reasons]


def test_a_first_visit_starts_with_section_one(pack: Pack) -> None:
    made = planned(pack, EXAMPLE_A)
    assert ranking(made) == [
        ("teach", section, score)
        for section, score in [
            *((1, 328), (2, -74), (6, -87), (9, -93), (5, -155), (3, -176), (4, -183), (7, -184)),
            *((8, -191), (10, -195), (11, -197), (12, -199), (14, -203), (13, -276)),
        ]
    ]
    assert steps(made) == [("teach", 1, 15, ["s01-quiz"])]
    assert made["forecast"] == {"sections_left": 14, "per_visit": 1.4, "finish_on": "2027-01-08"}


def test_a_gap_and_a_missed_task_come_before_new_teaching(pack: Pack) -> None:
    made = planned(pack, EXAMPLE_B)
    assert ranking(made) == [
        ("review_homework", 2, 174),
        ("revisit", 1, 168),
        *(
            ("teach", section, score)
            for section, score in [
                *((5, 105), (3, 24), (6, 18), (4, 17), (9, 12), (11, 3), (14, -58), (13, -76)),
                *((10, -80), (7, -84), (8, -86), (12, -99)),
            ]
        ),
    ]
    assert steps(made) == [
        ("review_homework", 2, 5, []),
        ("review_homework", 1, 3, []),
        ("revisit", 1, 10, []),
        ("teach", 5, 12, ["s05-exercise", "s05-sleep"]),
    ]
    assert made["forecast"] == {"sections_left": 12, "per_visit": 2.0, "finish_on": "2027-01-01"}
    assert weights(made, 2) == [
        ("homework_due", 160),
        ("homework_overdue", 7),
        ("homework_missed", 5),
        ("weeks_since_taught", 2),
    ]
    assert weights(made, 5) == [
        ("order", 20),
        ("prerequisite_soft", -5),
        ("flag", 30),
        ("flag", 30),
        ("concept_gap", 30),
    ]


def test_two_revisits_stop_new_teaching(pack: Pack) -> None:
    made = planned(pack, EXAMPLE_C)
    assert ranking(made) == [
        ("revisit", 8, 212),
        ("revisit", 2, 150),
        ("revisit", 6, 145),
        *(
            ("teach", section, score)
            for section, score in [(9, -48), (14, -63), (10, -90), (12, -94), (11, -97), (13, -101)]
        ),
    ]
    assert steps(made) == [("review_homework", 8, 5, []), ("revisit", 8, 10, []), ("revisit", 2, 10, [])]
    assert made["forecast"] == {"sections_left": 6, "per_visit": 1.5, "finish_on": "2026-12-28"}
    assert weights(made, 8) == [
        ("revisit_due", 140),
        ("homework_too", 10),
        ("weeks_since_taught", 2),
        ("flag", 25),
        ("concept_gap", 30),
        ("concept_gap_more", 5),
    ]


def test_the_therapist_may_teach_on_while_sections_wait(pack: Pack) -> None:
    made = planned(pack, EXAMPLE_C | {"allow_new_with_revisits": True, "minutes": 60})
    assert ("teach", 9, 52) in ranking(made)
    assert ("teach", 9, 15, ["s09-stress", "s09-reflect"]) in steps(made)


def test_the_contracts_own_example_has_its_forecast(pack: Pack) -> None:
    given = BASE | {"visits_left": 6, "visits_per_week": 2, "sections": {"1": {"taught": ["2026-11-02"]}}}
    assert planned(pack, given)["forecast"] == {
        "sections_left": 13,
        "per_visit": 2.17,
        "finish_on": "2027-01-04",
    }


def test_the_same_input_gives_the_same_bytes(pack: Pack) -> None:
    texts = {json.dumps(planned(pack, EXAMPLE_C)) for _ in range(3)}
    reordered = EXAMPLE_C | {"sections": dict(reversed(EXAMPLE_C["sections"].items()))}
    reordered["flags"] = ["low-mood", "stress"]
    assert texts == {json.dumps(planned(pack, reordered))}


def test_reasons_say_what_counted_in_words(pack: Pack) -> None:
    made = planned(pack, EXAMPLE_B)
    texts = {
        reason["code"]: reason["text"]
        for one in made["ranked"]
        if one["section"] in {1, 2}
        for reason in one["reasons"]
    }
    assert texts["homework_due"] == "Journal: missed, due 16 November 2026"
    assert texts["homework_overdue"] == "7 days past due"
    assert texts["revisit_due"] == "Quiz on 5 November 2026: 60 %"
    assert texts["concept_gap"] == "Missed 50 % on *hurt is not harm*"


def test_a_reason_points_to_its_evidence() -> None:
    _, facts = plan_wire.read(EXAMPLE_B, lambda _: PACK)
    made = plan(PACK, facts)
    gap = next(
        reason
        for one in made.ranked
        if one.section == 5
        for reason in one.reasons
        if reason.code == "concept_gap"
    )
    assert gap.evidence is not None
    assert (gap.evidence.kind, gap.evidence.section, gap.evidence.on) == ("check", 1, dt.date(2026, 11, 5))
