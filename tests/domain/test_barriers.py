"""What gets in the way: five reasons, each with a kind tip in plain words."""

from __future__ import annotations

import pytest

from pne_tracker.domain.barriers import LABELS, STAFF_WORDS, TIPS, BarrierReason
from tests.domain.curriculum.readability import grades


@pytest.mark.parametrize("reason", BarrierReason)
def test_every_reason_has_a_kind_tip_in_plain_words_and_in_spanish(reason: BarrierReason) -> None:
    for text in (LABELS[reason], TIPS[reason]):
        assert text.es
        assert max(grades(text.en)) <= 6
        assert all(len(sentence.split()) <= 15 for sentence in text.en.split(". "))
        assert not {"fail", "must", "lazy", "should"} & set(text.en.lower().split())
    assert STAFF_WORDS[reason]
