"""The part of `pne-tracker plan --episode` that needs the database."""

from __future__ import annotations

from uuid import UUID

from pne_tracker.adapters import clock
from pne_tracker.cli._app import with_database
from pne_tracker.db import UNSCOPED, reading
from pne_tracker.domain.planner import Plan
from pne_tracker.queries.planning import plan_of_episode_id


@with_database
def plan_of(episode_id: UUID) -> Plan:
    """The plan of an open or closed episode as of today in its clinic."""
    with reading(UNSCOPED) as session:
        return plan_of_episode_id(session, episode_id, clock.today)
