"""The tools beside the forms: left or right practice, the ladder, drawings, flares that nobody asked for."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from flask import Flask
from sqlalchemy import select

from pne_tracker.db import transaction
from pne_tracker.domain.curriculum import HomeworkKind
from pne_tracker.domain.drawings import DrawingKind
from pne_tracker.domain.errors import BadInputError, ConflictError, NotAllowedError, NotFoundError
from pne_tracker.domain.ladder import Reason, Step
from pne_tracker.domain.laterality import Answer, Side
from pne_tracker.models import AuditEvent, Drawing, Entry, OwnLog, PracticeRun, new_id
from pne_tracker.queries.drawings import drawing_of
from pne_tracker.queries.ladder import ladder_of, step_of
from pne_tracker.queries.own_logs import own_logs
from pne_tracker.queries.practice import Run
from pne_tracker.services import drawings, entries, ladder, practice
from pne_tracker.services import own_logs as logging_own
from pne_tracker.services.entries import Typed
from pne_tracker.services.practice import Wish
from tests.domain.kinds.test_drawings import PLACE, exif, jpeg
from tests.people import House
from tests.services.homework_samples import assign
from tests.services.test_private_writing import files_that_hold, rows_that_hold

FLARE = {
    "new_signs": ["none"],
    "start_day": "2026-11-22",
    "start_time": "08:00",
    "ongoing": "yes",
    "usual_pain": "4",
    "peak_pain": "8",
}


def given(house: House, key: str) -> uuid.UUID:
    with transaction(house.therapist) as session:
        return assign(session, house, key)


def begin(house: House, homework_id: uuid.UUID, pictures: int = 20, **wish: object) -> Run:
    chosen = {"part": "hand", "pain_before": 3, "seed": 7, **wish}
    with transaction(house.patient) as session:
        wished = Wish(pictures=pictures, **chosen)  # type: ignore[arg-type]
        return practice.begin(session, house.patient, homework_id, 1, wished, now=house.now)


def answer(house: House, homework_id: uuid.UUID, answers: list[Answer], at: int) -> Run:
    with transaction(house.patient) as session:
        return practice.answer(session, house.patient, homework_id, 1, answers, at=at, now=house.now)


def all_right(run: Run, ms: int | None) -> list[Answer]:
    return [Answer(picture.side, ms) for picture in run.pictures]


def test_swelling_with_two_imagined_practices_reaches_the_rule(app: Flask, house: House) -> None:
    practised, imagined = given(house, "s12-laterality"), given(house, "s12-imagery")
    with transaction(house.therapist) as session:
        ladder.move(session, house.therapist, practised, step=2, seen=1, today=house.today, now=house.now)
    raw = {"move": "fist", "count": "5", "pain-before": "3", "pain-after": "3", "swelling": "yes"}
    for days in (0, 1):
        with transaction(house.patient) as session:
            now = house.now + dt.timedelta(days=days)
            assert entries.hand_in(session, house.patient, imagined, Typed(days + 1, raw), now=now).handed_in
    with transaction(house.therapist) as session:
        found = ladder_of(session, house.episode_id, house.today + dt.timedelta(days=1))
    assert (found.suggestion.step, found.suggestion.reason) == (Step.LEFT_RIGHT, Reason.SWELLING_STAYED)


def test_a_practice_becomes_an_entry_with_its_figures(app: Flask, house: House) -> None:
    homework_id = given(house, "s12-laterality")
    run = begin(house, homework_id)
    answer(house, homework_id, all_right(run, 1500), 0)
    with transaction(house.patient) as session:
        assert practice.send(session, house.patient, homework_id, 1, "4", now=house.now).handed_in
    with transaction(house.patient) as session:
        entry = session.scalars(select(Entry)).one()
        assert session.scalars(select(PracticeRun)).all() == []
    assert entry.derived["left_accuracy"] == entry.derived["right_accuracy"] == 100
    assert (entry.values["left_ms"], entry.values["pictures"], entry.derived["gap_ms"]) == (1500, 20, 0)
    assert entry.derived["change"] == 1


def test_without_a_measuring_device_the_entry_says_that_speed_is_not_known(app: Flask, house: House) -> None:
    homework_id = given(house, "s12-laterality")
    for number, picture in enumerate(begin(house, homework_id, 10).pictures):
        answer(house, homework_id, [Answer(picture.side)], number)
    with transaction(house.patient) as session:
        assert practice.send(session, house.patient, homework_id, 1, "3", now=house.now).handed_in
        entry = session.scalars(select(Entry)).one()
    assert entry.values["left_ms"] is None
    assert entry.derived["gap_ms"] is None


def test_a_batch_that_comes_twice_counts_once(app: Flask, house: House) -> None:
    homework_id = given(house, "s12-laterality")
    run = begin(house, homework_id)
    first = all_right(run, 900)[:5]
    assert answer(house, homework_id, first, 0).at == 5
    assert answer(house, homework_id, first, 0).at == 5
    assert answer(house, homework_id, all_right(run, 900), 0).at == 20
    assert answer(house, homework_id, [Answer(Side.LEFT)], 30).at == 20


def test_stopping_early_counts_from_ten_pictures(app: Flask, house: House) -> None:
    homework_id = given(house, "s12-laterality")
    run = begin(house, homework_id)
    answer(house, homework_id, all_right(run, 900)[:9], 0)
    with transaction(house.patient) as session:
        assert practice.stop(session, house.patient, homework_id, 1, now=house.now) is None
    run = begin(house, homework_id)
    answer(house, homework_id, all_right(run, 900)[:12], 0)
    with transaction(house.patient) as session:
        stopped = practice.stop(session, house.patient, homework_id, 1, now=house.now)
    assert stopped is not None
    assert stopped.finished
    with transaction(house.patient) as session:
        assert practice.send(session, house.patient, homework_id, 1, "3", now=house.now).handed_in
        assert session.scalars(select(Entry)).one().values["pictures"] == 12


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"part": "tail"}, "body_part"),
        ({"pain_before": None}, "pain_before"),
        ({"pictures": 500}, "pictures"),
    ],
)
def test_a_practice_needs_its_choices(app: Flask, house: House, wish: dict[str, object], field: str) -> None:
    homework_id = given(house, "s12-laterality")
    with pytest.raises(BadInputError) as refused:
        begin(house, homework_id, **wish)  # type: ignore[arg-type]
    assert refused.value.at == field


def test_staff_do_not_practise_for_a_patient(app: Flask, house: House) -> None:
    homework_id = given(house, "s12-laterality")
    with pytest.raises(NotAllowedError), transaction(house.therapist) as session:
        practice.begin(session, house.therapist, homework_id, 1, Wish("hand", 20, 3, 7), now=house.now)


def test_the_therapist_moves_a_patient_one_step_at_a_time(app: Flask, house: House) -> None:
    homework_id = given(house, "s12-laterality")

    def move(step: int, seen: int) -> Step:
        with transaction(house.therapist) as session:
            return ladder.move(
                session, house.therapist, homework_id, step=step, seen=seen, today=house.today, now=house.now
            )

    with pytest.raises(BadInputError):
        move(3, 1)
    assert move(2, 1) is Step.IMAGINE
    assert move(2, 1) is Step.IMAGINE
    with pytest.raises(ConflictError):
        move(4, 3)
    with transaction(house.patient) as session:
        assert step_of(session, house.episode_id) is Step.IMAGINE
    with transaction(house.therapist) as session:
        moves = session.scalars(select(AuditEvent).where(AuditEvent.action == "move_on_ladder")).all()
    assert [event.details for event in moves] == [{"step": 2}]
    with pytest.raises(NotAllowedError), transaction(house.patient) as session:
        ladder.move(session, house.patient, homework_id, step=3, seen=2, today=house.today, now=house.now)


def test_a_drawing_is_sealed_and_staff_see_it_once_it_is_sent(app: Flask, house: House) -> None:
    homework_id = given(house, "s03-reading")
    with transaction(house.patient) as session:
        drawings.keep_strokes(session, house.patient, homework_id, 1, "[[123, 457, 321, 654]]", now=house.now)
    assert rows_that_hold("123, 457") == []
    assert files_that_hold(app, "123, 457") == []
    with transaction(house.therapist) as session:
        assert drawing_of(session, house.therapist, homework_id, 1) is None
    with transaction(house.patient) as session:
        typed = Typed(1, {"way": "drew", "show": "my nerve"})
        assert entries.hand_in(session, house.patient, homework_id, typed, now=house.now).handed_in
    with transaction(house.therapist) as session:
        shown = drawing_of(session, house.therapist, homework_id, 1)
    assert shown is not None
    assert shown.strokes == (((123, 457), (321, 654)),)
    with pytest.raises(ConflictError), transaction(house.patient) as session:
        drawings.keep_strokes(session, house.patient, homework_id, 1, "[[1, 2]]", now=house.now)


def test_a_photo_is_kept_without_where_it_was_taken(app: Flask, house: House) -> None:
    homework_id = given(house, "s03-reading")
    with transaction(house.patient) as session:
        drawings.keep_photo(session, house.patient, homework_id, 1, jpeg(exif(6)), now=house.now)
    with transaction(house.patient) as session:
        shown = drawings.open_photo(session, house.patient, homework_id, 1, now=house.now)
        assert session.scalars(select(Drawing)).one().kind is DrawingKind.JPEG
    assert PLACE not in shown.photo
    assert shown.photo.startswith(b"\xff\xd8")
    with pytest.raises(NotFoundError), transaction(house.therapist) as session:
        drawings.open_photo(session, house.therapist, homework_id, 1, now=house.now)


def log_flare(house: House, raw: dict[str, object], log_id: uuid.UUID, **more: object) -> object:
    with transaction(house.patient) as session:
        kind = HomeworkKind.FLARE_LOG
        return logging_own.log(
            session,
            house.patient,
            kind,
            raw,  # type: ignore[arg-type]
            log_id=log_id,
            sure=bool(more.get("sure")),
            now=house.now,
        )


def test_a_flare_can_be_logged_without_being_asked_for(app: Flask, house: House) -> None:
    log_id = new_id()
    log_flare(house, FLARE, log_id)
    log_flare(house, FLARE, log_id)
    with transaction(house.therapist) as session:
        logged = own_logs(session, house.therapist, house.patient_id, HomeworkKind.FLARE_LOG)
    assert [one.values["peak_pain"] for one in logged] == [8]
    with pytest.raises(NotFoundError), transaction(house.viewers["other_therapist"]) as session:
        own_logs(session, house.viewers["other_therapist"], house.patient_id, HomeworkKind.FLARE_LOG)


def test_danger_signs_are_answered_even_when_the_rest_is_blank(app: Flask, house: House) -> None:
    result = log_flare(house, {"new_signs": ["chest_pain"]}, new_id())
    assert [notice.code for notice in result.notices] == ["call_now"]  # type: ignore[attr-defined]
    with transaction(house.patient) as session:
        assert session.scalars(select(OwnLog)).all() == []


def test_a_flare_of_today_can_be_taken_back_and_one_of_yesterday_stays(app: Flask, house: House) -> None:
    log_id = new_id()
    log_flare(house, FLARE, log_id)
    with pytest.raises(NotFoundError), transaction(house.patient) as session:
        logging_own.take_back(session, house.patient, log_id, now=house.now + dt.timedelta(days=1))
    with transaction(house.patient) as session:
        logging_own.take_back(session, house.patient, log_id, now=house.now)
        assert own_logs(session, house.patient, house.patient_id, HomeworkKind.FLARE_LOG) == ()
