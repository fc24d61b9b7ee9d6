"""The days that dated figures are about: those of the filter's period, else the last 28 until today."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import Select, select

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.completion import WINDOW_DAYS
from pne_tracker.models import EpisodeStanding
from pne_tracker.queries.completion.filters import CompletionFilter, selected


@dataclass(frozen=True, slots=True)
class Window:
    """Days from `since` to `until`, both included, none after `today`."""

    since: dt.date
    until: dt.date
    today: dt.date

    @property
    def is_past(self) -> bool:
        """Whether it ends before today: what came in since does not count."""
        return self.until < self.today


def window_of(chosen: CompletionFilter, today: dt.date) -> Window:
    """The window of a filter as of today."""
    until = min(chosen.until or today, today)
    return Window(chosen.since or until - dt.timedelta(days=WINDOW_DAYS), until, today)


def episode_ids(viewer: Viewer, chosen: CompletionFilter) -> Select[uuid.UUID]:
    """The ids of the filter's episodes, for a condition on rows that belong to them."""
    return select(EpisodeStanding.episode_id).where(*selected(viewer, chosen))
