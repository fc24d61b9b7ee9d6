"""How much goes home: three at a time unless the therapist insists, each as often as asked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pne_tracker.adapters.packs import load_shipped
from pne_tracker.domain.errors import BadInputError
from pne_tracker.domain.home_load import MOST_ACTIVE, ONCE_ONLY, is_crowded, repeated, why_more
from pne_tracker.domain.homework_item import item_from_dict, item_to_dict

FEW = st.integers(0, 9)
ITEMS = [item for _section, item in load_shipped().templates.values()]


@given(FEW, FEW, st.text(max_size=20))
def test_a_reason_is_asked_for_and_kept_only_beyond_the_third(active: int, more: int, insist: str) -> None:
    if not is_crowded(active, more):
        assert why_more(active, more, insist) is None
        assert more == 0 or active + more <= MOST_ACTIVE
    elif insist.strip():
        assert why_more(active, more, insist) == insist.strip()
    else:
        with pytest.raises(BadInputError, match=f"{active + more} tasks"):
            why_more(active, more, insist)


@given(st.sampled_from(ITEMS), st.integers(1, 28))
def test_an_item_asked_for_more_or_less_often_can_be_done_and_kept(item: object, times: int) -> None:
    changed = repeated(item, times)  # type: ignore[arg-type]
    assert 1 <= changed.schedule.done_at <= changed.schedule.entries
    assert changed.schedule.entries == (item.schedule.entries if item.kind in ONCE_ONLY else times)  # type: ignore[attr-defined]
    assert item_from_dict(item_to_dict(changed)) == changed


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.key)
def test_an_item_nobody_changed_goes_out_as_the_curriculum_has_it(item: object) -> None:
    assert repeated(item, None) is item  # type: ignore[arg-type]
