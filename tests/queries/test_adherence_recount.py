"""Adherence equals what somebody counts by hand from the entries, whatever happened before.

The recount here shares no code with the queries: it knows the schedule of each item as plain day numbers, and
what was handed in when, from a diary of its own.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from pne_tracker.db import transaction
from pne_tracker.models import Entry, Episode, Homework
from pne_tracker.queries.adherence import adherence_of
from pne_tracker.services import entries, homework_review
from pne_tracker.services.entries import Typed
from tests.people import House
from tests.services.homework_samples import JOURNAL, SLEEP, assign

START = dt.date(2026, 11, 2)
ONE_DAY = dt.timedelta(days=1)
WINDOW = 28


@dataclass
class Diary:
    """One item as somebody with a pencil would note it: days expected, days handed in, whether it counts."""

    expected: list[dt.date]
    due: dt.date
    handed_in: list[dt.date] = field(default_factory=list)
    counts: bool = True


def _by_hand(diaries: list[Diary], today: dt.date) -> tuple[int, int, int]:
    expected = done = late = 0
    for diary in diaries:
        if not diary.counts or diary.due < today - dt.timedelta(days=WINDOW):
            continue
        sent = sorted(diary.handed_in)
        for place, day in enumerate(sorted(diary.expected)):
            filled = place < len(sent)
            if day < today - dt.timedelta(days=WINDOW) or day > today or (day == today and not filled):
                continue
            expected += 1
            done += filled
            late += filled and sent[place] > diary.due
    return expected, done, late


STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["journal", "sleep", "next_day", "next_day", "send", "send", "blank", "back", "waive"]
        ),
        st.integers(0, 9),
    ),
    min_size=4,
    max_size=24,
)


class Weeks:
    """Some weeks at home, acted out on the database and noted in diaries."""

    def __init__(self, house: House) -> None:
        self.house, self.today = house, START
        self.items: list[tuple[uuid.UUID, str, Diary]] = []

    @property
    def now(self) -> dt.datetime:
        return dt.datetime.combine(self.today, dt.time(17), dt.UTC)

    def act(self, step: str, pick: int) -> None:
        if step in {"journal", "sleep"}:
            self._assign(step)
        elif step == "next_day":
            self.today += ONE_DAY
        elif self.items:
            homework_id, kind, diary = self.items[pick % len(self.items)]
            getattr(self, f"_{step}")(homework_id, kind, diary)

    def _assign(self, kind: str) -> None:
        key = "s06-journal" if kind == "journal" else "s05-sleep"
        due = self.today + dt.timedelta(days=7)
        with transaction(self.house.therapist) as session:
            homework_id = assign(session, self.house, key, assigned_on=self.today, due_on=due)
        days = [due] if kind == "journal" else [self.today + number * ONE_DAY for number in range(1, 8)]
        self.items.append((homework_id, kind, Diary(days, due)))

    def _typed(self, kind: str, diary: Diary) -> Typed:
        occurrence = len(diary.handed_in) + 1
        night = (self.today - len(diary.handed_in) * 30 * ONE_DAY).isoformat()
        raw: dict[str, Any] = dict(JOURNAL) if kind == "journal" else {**SLEEP, "wake_day": night}
        return Typed(occurrence, raw, sure=True)

    def _send(self, homework_id: uuid.UUID, kind: str, diary: Diary) -> None:
        if not diary.counts or len(diary.handed_in) >= len(diary.expected):
            return
        patient = self.house.patient
        with transaction(patient) as session:
            typed = self._typed(kind, diary)
            outcome = entries.hand_in(session, patient, homework_id, typed, now=self.now)
        assert outcome.handed_in
        diary.handed_in.append(self.today)

    def _blank(self, homework_id: uuid.UUID, _kind: str, diary: Diary) -> None:
        """A blank form counts as nothing."""
        if not diary.counts or len(diary.handed_in) >= len(diary.expected):
            return
        patient = self.house.patient
        with transaction(patient) as session:
            typed = Typed(len(diary.handed_in) + 1, {})
            assert not entries.hand_in(session, patient, homework_id, typed, now=self.now).handed_in

    def _back(self, homework_id: uuid.UUID, _kind: str, diary: Diary) -> None:
        """What was sent today is taken back, and its draft thrown away."""
        if not diary.counts or not diary.handed_in or diary.handed_in[-1] != self.today:
            return
        patient, occurrence = self.house.patient, len(diary.handed_in)
        with transaction(patient) as session:
            entries.take_back(session, patient, homework_id, occurrence, now=self.now)
            session.execute(
                delete(Entry).where(Entry.homework_id == homework_id, Entry.occurrence == occurrence)
            )
        diary.handed_in.pop()

    def _waive(self, homework_id: uuid.UUID, _kind: str, diary: Diary) -> None:
        with transaction(self.house.therapist) as session:
            if session.get_one(Homework, homework_id).done_on is not None or not diary.counts:
                return
            homework_review.waive(session, self.house.therapist, homework_id, reason="Enough", now=self.now)
        diary.counts = False

    def clear(self) -> None:
        """What an earlier example left counts nowhere."""
        with transaction(self.house.therapist) as session:
            session.execute(update(Homework).values(closed_as="withdrawn"))


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS)
def test_adherence_is_what_a_recount_by_hand_gives_at_every_step(
    app: Flask, house: House, steps: list[tuple[str, int]]
) -> None:
    weeks = Weeks(house)
    weeks.clear()
    for step, pick in steps:
        weeks.act(step, pick)
        with transaction(house.therapist) as session:
            these = select(Episode.id).where(Episode.id == house.episode_id)
            found = adherence_of(session, these, today=weeks.today, timezone="America/New_York")
        assert (found.expected, found.done, found.late) == _by_hand(
            [diary for _id, _kind, diary in weeks.items], weeks.today
        ), (step, weeks.today)
