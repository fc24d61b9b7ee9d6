"""An entry filed under the wrong item goes to the right one; nothing is lost, and everything follows."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from flask import Flask
from sqlalchemy import func, select

from pne_tracker.db import transaction
from pne_tracker.domain.errors import BadInputError, NotFoundError, RefusedError
from pne_tracker.models import Entry, EntryMove, Homework
from pne_tracker.services import entries, progress
from pne_tracker.services.entries import Typed
from pne_tracker.services.entry_moves import move_entry
from tests.people import House
from tests.services.homework_samples import JOURNAL, assign

DAY = dt.timedelta(days=1)


def _assign(house: House, key: str, due_on: dt.date = dt.date(2026, 11, 27)) -> uuid.UUID:
    with transaction(house.therapist) as session:
        return assign(session, house, key, due_on=due_on)


def _hand_in(house: House, homework_id: uuid.UUID, *, shared: bool = True) -> uuid.UUID:
    with transaction(house.patient) as session:
        typed = Typed(1, JOURNAL, shared=shared)
        entries.hand_in(session, house.patient, homework_id, typed, now=house.now)
        return session.scalars(select(Entry.id).where(Entry.homework_id == homework_id)).one()


def _move(house: House, entry_id: uuid.UUID, to: uuid.UUID, reason: str = "Wrong week") -> None:
    with transaction(house.therapist) as session:
        move_entry(session, house.therapist, entry_id, to, reason=reason, now=house.now)


def test_the_entry_goes_with_every_word_and_both_items_follow(app: Flask, house: House) -> None:
    wrong, right = _assign(house, "s06-journal"), _assign(house, "s06-journal", house.today - DAY)
    entry_id = _hand_in(house, wrong)
    _move(house, entry_id, right)
    with transaction(house.therapist) as session:
        entry = session.get_one(Entry, entry_id)
        assert entry.homework_id == right
        assert entry.values.items() >= JOURNAL.items()
        assert entry.late
        assert session.get_one(Homework, wrong).done_on is None
        assert session.get_one(Homework, right).done_on == house.today
        way = session.scalars(select(EntryMove)).one()
        assert (way.from_homework_id, way.to_homework_id, way.reason) == (wrong, right, "Wrong week")
        assert way.moved_by == house.therapist.account_id
        assert progress.differences(session) == []


def test_back_again_is_a_second_row_of_the_trail(app: Flask, house: House) -> None:
    wrong, right = _assign(house, "s06-journal"), _assign(house, "s06-journal")
    entry_id = _hand_in(house, wrong)
    _move(house, entry_id, right)
    _move(house, entry_id, wrong)
    with transaction(house.therapist) as session:
        assert session.scalar(select(func.count()).select_from(EntryMove)) == 2
        assert not session.get_one(Entry, entry_id).late


def test_an_item_with_another_form_a_full_one_and_no_reason_are_refused(app: Flask, house: House) -> None:
    wrong = _assign(house, "s06-journal")
    entry_id = _hand_in(house, wrong)
    with pytest.raises(BadInputError):
        _move(house, entry_id, _assign(house, "s05-sleep"))
    with pytest.raises(BadInputError):
        _move(house, entry_id, wrong)
    full = _assign(house, "s06-journal")
    _hand_in(house, full)
    with pytest.raises(RefusedError):
        _move(house, entry_id, full)
    with pytest.raises(BadInputError):
        _move(house, entry_id, _assign(house, "s06-journal"), reason=" ")


def test_what_is_private_stays_and_strangers_move_nothing(app: Flask, house: House) -> None:
    wrong, right = _assign(house, "s06-journal"), _assign(house, "s06-journal")
    entry_id = _hand_in(house, wrong, shared=False)
    with pytest.raises(RefusedError):
        _move(house, entry_id, right)
    stranger = house.viewers["other_therapist"]
    with pytest.raises(NotFoundError), transaction(stranger) as session:
        move_entry(session, stranger, entry_id, right, reason="x", now=house.now)
