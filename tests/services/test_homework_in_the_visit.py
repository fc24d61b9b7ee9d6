"""Homework adjusted in the visit: as often as the therapist says, and three at a time unless they insist."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from pne_tracker.domain.visit_draft import DraftInput, HomeworkDraft
from pne_tracker.models import Homework
from pne_tracker.services.signing import NotReadyError, sign_visit
from tests.people import House
from tests.services.homework_samples import assign
from tests.visit_forms import GAIT_AND_PNE, signed_visit, write


def _with(house: House, *keys: str, times: int | None = None, insist: str = "") -> DraftInput:
    due = house.today + dt.timedelta(days=10)
    items = tuple(HomeworkDraft(key, due, times=times) for key in keys)
    return replace(GAIT_AND_PNE(house.today, decision="separate"), homework=items, insist=insist)


def test_as_many_entries_are_expected_as_the_visit_asked_for(work: Session, house: House) -> None:
    signed_visit(work, house, _with(house, "s05-sleep", times=4))
    row = work.scalars(select(Homework)).one()
    assert (row.expected, row.template["schedule"]["entries"], row.done_at <= 4) == (4, 4, True)  # type: ignore[index, call-overload]


def test_a_quiz_stays_one_quiz(work: Session, house: House) -> None:
    signed_visit(work, house, _with(house, "s01-quiz", times=4))
    assert work.scalars(select(Homework.expected)).one() == 1


def test_a_fourth_item_keeps_the_visit_open_until_there_is_a_reason(work: Session, house: House) -> None:
    for key in ("s06-journal", "s04-talk", "s03-reading"):
        assign(work, house, key)
    visit = write(work, house, _with(house, "s05-sleep"))
    with pytest.raises(NotReadyError) as refused:
        sign_visit(work, viewer=house.therapist, visit_id=visit.id, version=visit.version, now=house.now)
    assert (refused.value.at, "4 tasks" in refused.value.message) == ("insist", True)


def test_only_what_goes_out_beyond_the_third_keeps_the_reason(work: Session, house: House) -> None:
    for key in ("s06-journal", "s04-talk"):
        assign(work, house, key)
    signed_visit(work, house, _with(house, "s05-sleep", "s03-reading", insist="Asked for more."))
    rows = work.scalars(select(Homework).where(Homework.visit_id.is_not(None)).order_by(Homework.id))
    assert [(row.template_key, row.insisted_because) for row in rows] == [
        ("s05-sleep", None),
        ("s03-reading", "Asked for more."),
    ]
