"""The demo's weeks at home: what was missed and why, as one finds it in a real clinic."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import func, select

from pne_tracker.db import UNSCOPED, db, reading
from pne_tracker.domain.barriers import BarrierReason
from pne_tracker.models import Barrier, Homework, Message, MessageKind
from tests.conftest import NOW


@pytest.fixture
def demo(demo_on_sqlite: Flask) -> Iterator[Flask]:
    with demo_on_sqlite.app_context():
        yield demo_on_sqlite
        db.session.remove()


def test_every_reason_is_told_by_somebody_and_never_before_the_miss(demo: Flask) -> None:
    with reading(UNSCOPED) as session:
        told = session.execute(select(Barrier, Homework).join(Homework, Homework.id == Barrier.homework_id))
        rows = [(row[0], row[1]) for row in told]
        assert {barrier.reason for barrier, _ in rows} == set(BarrierReason)
        assert all(barrier.on_date > homework.due_on for barrier, homework in rows)
        assert session.scalar(select(func.max(Barrier.at))) <= NOW + dt.timedelta(0)


def test_questions_are_answered_and_some_wait_with_a_wish_to_be_called(demo: Flask) -> None:
    with reading(UNSCOPED) as session:
        rows = session.scalars(select(Message)).all()
        answered = {row.answers_id for row in rows if row.kind is MessageKind.REPLY}
        asked = [row for row in rows if row.kind is MessageKind.QUESTION]
        calls = [row for row in rows if row.kind is MessageKind.CALL_REQUEST]
        assert any(row.id in answered for row in asked)
        assert any(row.read_at is None for row in asked)
        assert calls
        assert any(row.kind is MessageKind.COMMENT for row in rows)
        assert all(row.written_at <= NOW for row in rows)
