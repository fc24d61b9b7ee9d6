"""The demo shows what a lead does with the curriculum, and cards that read like a colleague's advice."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from sqlalchemy import func, select

from pne_tracker.cli.demo import load_demo
from pne_tracker.db import UNSCOPED, reading
from pne_tracker.models import (
    Check,
    CheckKind,
    Episode,
    EpisodeStatus,
    PackVersion,
    Patient,
    PlannerWeights,
    SectionChoice,
    SectionWording,
)
from pne_tracker.queries.planning import plan_of_episode
from pne_tracker.services import progress
from tests.conftest import NOW

TODAY = NOW.date()
IN_THE_NIGHT = dt.datetime(2026, 11, 26, 8, 25, tzinfo=dt.UTC)
"""Before the clinic opens: somebody's first visit is due today."""


def test_weights_words_versions_choices_and_recall_are_there(demo: Flask) -> None:
    with reading(UNSCOPED) as session:

        def number(kind: type) -> int:
            return session.scalar(select(func.count()).select_from(kind)) or 0

        assert number(PlannerWeights) == 1
        assert number(SectionWording) == 2
        assert number(PackVersion) == 2
        asked = select(func.count()).where(Check.kind == CheckKind.RECALL)
        assert (session.scalar(asked) or 0) >= 5
        reasons = set(session.scalars(select(SectionChoice.why).where(SectionChoice.followed.is_(False))))
        assert len(reasons - {""}) >= 3
        _cards_differ(session)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_progress_holds_where_the_demo_is_made_in_the_night(app: Flask) -> None:
    load_demo(now=IN_THE_NIGHT)
    with reading(UNSCOPED) as session:
        assert progress.differences(session) == []


def _cards_differ(session) -> None:  # type: ignore[no-untyped-def]
    """At least five patients of different history, each with its own advice and a reason behind every point."""
    rows = session.execute(
        select(Episode, Patient.family_name)
        .join(Patient, Patient.id == Episode.patient_id)
        .where(Episode.status == EpisodeStatus.OPEN, Patient.deceased.is_(False))
    )
    kinds: dict[str, set[str]] = {}
    for episode, name in rows:
        plan = plan_of_episode(session, episode, TODAY, 30)
        if plan.suggestion is None:
            continue
        first = plan.suggestion
        assert sum(reason.weight for reason in first.reasons) == first.score
        assert plan.card.forecast
        verb = first.title.split(",")[0].rstrip("0123456789 ")
        codes = {reason.code for reason in first.reasons}
        kinds.setdefault(f"{verb}: {', '.join(sorted(codes))}", set()).add(name)
    assert len(kinds) >= 5, kinds
    assert len({kind.split(":")[0] for kind in kinds}) >= 4, kinds
