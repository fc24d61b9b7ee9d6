"""How long a record is kept, and what forbids its deletion."""

from __future__ import annotations

import datetime as dt

import pytest

from pne_tracker.domain.errors import RefusedError
from pne_tracker.domain.retention import DeletionReason, kept_until, refuse, years_after

LAST = dt.date(2016, 5, 3)
OVER = dt.date(2026, 5, 4)


def test_the_years_begin_at_the_last_care_and_for_a_child_at_the_18th_birthday() -> None:
    assert kept_until(LAST, dt.date(1955, 4, 2), 10) == dt.date(2026, 5, 3)
    assert kept_until(LAST, None, 10) == dt.date(2026, 5, 3)
    assert kept_until(LAST, dt.date(2008, 2, 29), 10) == dt.date(2036, 3, 1)
    assert years_after(dt.date(2024, 2, 29), 1) == dt.date(2025, 3, 1)


@pytest.mark.parametrize(
    ("reason", "facts", "says"),
    [
        (DeletionReason.PERIOD_OVER, {"today": dt.date(2026, 5, 3)}, "not over yet"),
        (DeletionReason.PERIOD_OVER, {}, ""),
        (DeletionReason.PATIENT_RIGHT, {"today": LAST, "signed": 3}, ""),
        (DeletionReason.PATIENT_RIGHT, {"held": True}, "legal hold"),
        (DeletionReason.PATIENT_RIGHT, {"running": True}, "Discharge"),
        (DeletionReason.MISTAKE, {"signed": 1}, "signed visits"),
        (DeletionReason.MISTAKE, {}, ""),
    ],
)
def test_what_forbids_a_deletion_says_what_to_do(
    reason: DeletionReason, facts: dict[str, object], says: str
) -> None:
    known: dict[str, object] = {
        "held": False,
        "until": dt.date(2026, 5, 3),
        "today": OVER,
        "signed": 0,
        "running": False,
    }
    if not says:
        refuse(reason, **(known | facts))  # type: ignore[arg-type]
        return
    with pytest.raises(RefusedError, match=says):
        refuse(reason, **(known | facts))  # type: ignore[arg-type]
