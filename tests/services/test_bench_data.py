"""Patients made to measure with: copies by the database are as whole as what the services made."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from pne_tracker.adapters.packs import load_shipped
from pne_tracker.db import UNSCOPED, db, filling, reading, transaction
from pne_tracker.domain.access import Role
from pne_tracker.models import Account, Episode, EpisodeGist, Homework, MessageStanding, Patient, Visit
from pne_tracker.services import completion_counts, gists, message_standing, progress
from pne_tracker.services.demo import prototypes
from pne_tracker.services.demo.multiply import multiply

NOW = dt.datetime(2026, 11, 23, 15, 0, tzinfo=dt.UTC)
COPIES = 60


def _originals(monkeypatch: pytest.MonkeyPatch, *, visits: int) -> prototypes.Originals:
    """Two patients to copy, with so many visits each."""
    monkeypatch.setattr(prototypes, "VISITS", visits)
    with transaction(UNSCOPED) as session:
        prototypes.build(session, load_shipped(), "hash", now=NOW, patients=2)
    with transaction(UNSCOPED) as session:
        message_standing.count(session)
    with reading(UNSCOPED) as session:
        found = prototypes.find(session)
    assert found is not None
    return found


def test_copies_have_the_whole_history_and_a_therapist_for_each_fifty(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    originals = _originals(monkeypatch, visits=3)
    with reading(UNSCOPED) as session:
        of_one = session.scalar(select(func.count()).select_from(Visit)) or 0
        messages = session.scalar(select(func.count()).select_from(MessageStanding)) or 0
    with filling(), transaction(UNSCOPED) as session:
        multiply(session.connection(), originals, 0, COPIES)
        completion_counts.rebuild(session)
    with reading(UNSCOPED) as session:
        assert session.scalar(select(func.count()).select_from(Patient)) == 2 + COPIES
        assert session.scalar(select(func.count()).select_from(Visit)) == of_one * (1 + COPIES // 2)
        caseloads = session.execute(
            select(Account.email, func.count())
            .join(Episode, Episode.therapist_id == Account.id)
            .where(Account.email.startswith("therapist-"))
            .group_by(Account.email)
            .order_by(Account.email)
        ).all()
        assert [(email[:18], n) for email, n in caseloads] == [
            ("therapist-00000000", 50),
            ("therapist-00000001", 10),
        ]
        assert session.scalar(select(func.count()).where(Account.role == Role.PATIENT)) == 2 + COPIES
        assert session.scalar(select(func.count()).where(Homework.visit_id.is_not(None)))
        assert progress.differences(session) == []
        ids = session.scalars(select(EpisodeGist.episode_id)).all()
        assert len(ids) == 2 + COPIES
        assert gists.differences(session, ids) == []
        assert completion_counts.differences(session) == 0
        assert messages
        counted = session.scalar(select(func.count()).select_from(MessageStanding))
        assert counted == messages * (1 + COPIES // 2)
    with transaction(UNSCOPED) as session:
        assert message_standing.count(session) == 0


def test_no_copy_points_to_what_is_not_there(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    originals = _originals(monkeypatch, visits=1)
    with filling(), transaction(UNSCOPED) as session:
        multiply(session.connection(), originals, 0, 4)
    with db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
            assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1
