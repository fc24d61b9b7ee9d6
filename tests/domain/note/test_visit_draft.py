"""Drafts: decisions that still fit, what keeps one from being signed, and where two of them differ."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pne_tracker.domain.billing import CODES, PNE, Discipline, UnitRule
from pne_tracker.domain.visit_bill import BillingRules, bill_of, decisions_of, with_choice
from pne_tracker.domain.visit_diff import differences
from pne_tracker.domain.visit_draft import DraftInput, SectionDraft, TreatmentDraft, open_points, settled

DAY = dt.date(2026, 11, 23)
RULES = BillingRules(Discipline.PT, UnitRule.CMS_8MIN, {"97112": 4100, "97116": 3850})
GAIT = TreatmentDraft("97116", 20, 12)
ALONE = TreatmentDraft(PNE, 15)


def test_each_choice_shows_the_lines_it_gives() -> None:
    (asked,) = decisions_of(DraftInput(DAY, 45, (GAIT, ALONE)), RULES)
    assert [(one.value, one.text, one.outcome) for one in asked.choices] == [
        ("97116", "Part of gait practice", "97116 × 2: $77.00"),
        ("separate", "Given apart from it", "97112 × 1, 97116 × 1: $79.50"),
    ]


def test_a_clinic_that_forbids_separate_does_not_offer_it() -> None:
    (asked,) = decisions_of(DraftInput(DAY, 45, (GAIT, ALONE)), replace(RULES, separate_pne_allowed=False))
    assert [one.value for one in asked.choices] == ["97116"]


@pytest.mark.parametrize("other", [TreatmentDraft("97112", 20), TreatmentDraft("97161", 30)])
def test_beside_97112_or_an_evaluation_there_is_nothing_to_decide(other: TreatmentDraft) -> None:
    assert decisions_of(DraftInput(DAY, 45, (other, ALONE)), RULES) == ()


codes = st.sampled_from([PNE, *CODES])
rows = st.builds(
    lambda activity, minutes, choice: with_choice(TreatmentDraft(activity, minutes), choice),
    codes,
    st.integers(0, 60),
    st.sampled_from(["", "separate", *CODES]),
)


@given(st.lists(rows, max_size=5))
def test_a_settled_draft_can_always_be_billed(treatments: list[TreatmentDraft]) -> None:
    draft = settled(DraftInput(DAY, 60, tuple(treatments)))
    made = bill_of(draft, RULES)
    billed = sum(line.minutes for line in made.lines) + sum(one.minutes for one in made.unbilled)
    assert billed == draft.treatment_minutes
    assert settled(draft) == draft


@given(st.lists(rows, max_size=5))
def test_what_needs_a_decision_always_offers_one(treatments: list[TreatmentDraft]) -> None:
    draft = settled(DraftInput(DAY, 60, tuple(treatments)))
    made = bill_of(draft, RULES)
    undecided = any(one.code == "pne_needs_decision" for one in made.findings)
    assert undecided == any(one.chosen is None and one.choices for one in decisions_of(draft, RULES))


def test_open_points_stand_in_the_order_of_the_page() -> None:
    draft = DraftInput(DAY + dt.timedelta(days=1), None, (TreatmentDraft("97110"), GAIT, ALONE))
    points = open_points(draft, bill_of(draft, RULES).findings, today=DAY)
    assert [point.at for point in points] == ["on_date", "minutes", "treatments-0-minutes", "decision"]


def test_a_draft_does_not_differ_from_itself_and_else_says_where() -> None:
    draft = DraftInput(DAY, 45, (GAIT,), (SectionDraft(1, "explains"),), (), "Ours.")
    assert differences(draft, draft) == ()
    other = replace(draft, minutes=None, sections=(), remarks="Theirs.")
    assert differences(draft, other) == (
        ("Minutes", "45", "nothing"),
        ("Sections", "1, explains", "nothing"),
        ("Remarks", "Ours.", "Theirs."),
    )
