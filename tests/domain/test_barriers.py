"""What gets in the way: five reasons, each with a kind tip in plain words, and counts that lose nobody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pne_tracker.domain.barriers import (
    LABELS,
    STAFF_WORDS,
    TIPS,
    BarrierCount,
    BarrierReason,
    by_reason,
    grouped,
    month_of,
)
from tests.domain.curriculum.readability import grades

COUNTS = st.builds(
    BarrierCount,
    clinic_id=st.sampled_from([UUID(int=1), UUID(int=2)]),
    therapist_id=st.sampled_from([UUID(int=3), UUID(int=4)]),
    section=st.integers(1, 14),
    kind=st.sampled_from(["journal", "quiz"]),
    on=st.dates(dt.date(2026, 1, 1), dt.date(2026, 12, 31)),
    reason=st.sampled_from(BarrierReason),
    answers=st.integers(1, 9),
)
KEYS: list[Callable[[BarrierCount], object]] = [
    lambda one: one.clinic_id,
    lambda one: one.therapist_id,
    lambda one: one.section,
    lambda one: one.kind,
    month_of,
]


@pytest.mark.parametrize("reason", BarrierReason)
def test_every_reason_has_a_kind_tip_in_plain_words_and_in_spanish(reason: BarrierReason) -> None:
    for text in (LABELS[reason], TIPS[reason]):
        assert text.es
        assert max(grades(text.en)) <= 6
        assert all(len(sentence.split()) <= 15 for sentence in text.en.split(". "))
        assert not {"fail", "must", "lazy", "should"} & set(text.en.lower().split())
    assert STAFF_WORDS[reason]


@given(st.lists(COUNTS))
def test_whatever_the_grouping_no_answer_is_lost(counts: list[BarrierCount]) -> None:
    total = sum(one.answers for one in counts)
    assert sum(by_reason(counts).values()) == total
    for key in KEYS:
        groups = grouped(counts, key)
        assert sum(sum(group.values()) for group in groups.values()) == total
        assert all(all(group.values()) for group in groups.values())
