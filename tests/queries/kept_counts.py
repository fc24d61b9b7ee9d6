"""The kept counts as tests read them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from pne_tracker.db import UNSCOPED, reading, transaction
from pne_tracker.domain.standing import Measured
from pne_tracker.models import CompletionCount
from pne_tracker.queries.standing_cells import AMOUNTS, COLUMNS
from pne_tracker.services import completion_counts


def fold_all() -> None:
    """Fold every change into the counts, as beats do."""
    with transaction(UNSCOPED) as session:
        while completion_counts.fold(session):
            pass


def kept_counts(measured: Iterable[Measured] = tuple(Measured)) -> Counter[tuple[Any, ...]]:
    """Every count of these that is not nought, as rows of COLUMNS."""
    columns = [getattr(CompletionCount, name) for name in COLUMNS]
    with reading(UNSCOPED) as session:
        rows = session.execute(select(*columns).where(CompletionCount.measured.in_(list(measured)))).all()
    return Counter(tuple(row) for row in rows if any(row[-len(AMOUNTS) :]))
