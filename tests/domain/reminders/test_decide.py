"""What is due is sent together, held until it may be said, or left out with the reason."""

from __future__ import annotations

import dataclasses
import datetime as dt
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pne_tracker.domain.messages.templates import Channel
from pne_tracker.domain.reminders.attempts import MOST_ATTEMPTS, retry_at
from pne_tracker.domain.reminders.decide import Due, Person, channel_for, decide
from pne_tracker.domain.reminders.reasons import (
    REASON_WORDS,
    SUPPRESSED_WORDS,
    Reason,
    Suppressed,
)
from pne_tracker.domain.reminders.replies import Reply, is_spanish, meaning
from pne_tracker.domain.reminders.when import first_allowed, instant_of, is_quiet, local

ZONE = "America/New_York"
DAY = dt.date(2026, 11, 23)


def at(clock: str, day: dt.date = DAY) -> dt.datetime:
    return instant_of(day, dt.time.fromisoformat(clock), ZONE)


def due(reason: Reason = Reason.TASK_DUE, clock: str = "18:00", **changes: object) -> Due:
    given = Due(
        uuid.uuid4(), reason, at(clock), at(clock) + dt.timedelta(days=2), dt.time.fromisoformat(clock)
    )
    return dataclasses.replace(given, **changes)  # type: ignore[arg-type]


def person(**changes: object) -> Person:
    return dataclasses.replace(Person(ZONE, None, frozenset(), ()), **changes)  # type: ignore[arg-type]


def test_everything_due_goes_out_as_one_message() -> None:
    both = [due(), due(Reason.RECALL_DUE)]
    assert decide(both, person(), at("18:01")).send == tuple(one.id for one in both)


def test_what_is_done_already_is_not_said() -> None:
    done, open_ = due(obsolete=Suppressed.DONE_ALREADY), due()
    found = decide([done, open_], person(), at("18:01"))
    assert found.send == (open_.id,)
    assert found.suppress == {done.id: Suppressed.DONE_ALREADY}


def test_at_night_it_waits_for_the_morning() -> None:
    one = due(clock="21:30")
    found = decide([one], person(), at("21:31"))
    assert local(found.hold[one.id], ZONE).date() == DAY + dt.timedelta(days=1)
    assert not is_quiet(found.hold[one.id], ZONE)


def test_what_would_be_too_late_in_the_morning_is_left_out_as_quiet_hours() -> None:
    one = due(clock="20:00", expires_at=at("23:00"))
    assert decide([one], person(), at("21:30")).suppress == {one.id: Suppressed.QUIET_HOURS}


def test_a_second_one_on_a_day_waits_for_the_next_at_its_own_hour() -> None:
    one = due()
    found = decide([one], person(sent=[at("08:30")]), at("18:00"))
    assert found.hold == {one.id: at("18:00", DAY + dt.timedelta(days=1))}


def test_a_fourth_one_in_a_week_is_left_out_when_it_would_come_too_late() -> None:
    one = due()
    week = [at("18:00", DAY - dt.timedelta(days=days)) for days in (1, 2, 3)]
    assert decide([one], person(sent=week), at("18:00")).suppress == {one.id: Suppressed.CAP_REACHED}


def test_what_matters_less_waits_for_what_matters_more_the_same_day() -> None:
    less, more = due(Reason.RECALL_DUE, "09:00"), due(Reason.VISIT_TOMORROW, "18:00")
    assert decide([less], person(), at("09:00"), [more]).hold == {less.id: more.due_at}
    assert decide([more], person(), at("18:00"), [less]).send == (more.id,)


@pytest.mark.parametrize("why", [Suppressed.DECEASED, Suppressed.DISCHARGED, Suppressed.PAUSED])
def test_who_must_not_be_written_to_is_not(why: Suppressed) -> None:
    one = due()
    assert decide([one], person(blocked=why), at("18:00")).suppress == {one.id: why}


def test_a_reminder_switched_off_by_the_patient_is_left_out() -> None:
    one = due(Reason.RECALL_DUE)
    found = decide([one], person(off=frozenset({Reason.RECALL_DUE})), at("18:00"))
    assert found.suppress == {one.id: Suppressed.RULE_OFF}


moments = st.datetimes(dt.datetime(2025, 1, 1), dt.datetime(2030, 12, 31)).map(
    lambda one: one.replace(tzinfo=dt.UTC)
)
spans = st.timedeltas(dt.timedelta(0), dt.timedelta(days=10))


@given(
    now=moments,
    zone=st.sampled_from(["America/New_York", "America/Denver", "Pacific/Honolulu", "Asia/Kolkata", "UTC"]),
    dues=st.lists(st.tuples(st.sampled_from(Reason), spans, spans), min_size=1, max_size=6),
    sent=st.lists(spans, max_size=5),
)
def test_every_reminder_has_one_fate_and_none_is_sent_at_night_early_or_late(
    now: dt.datetime,
    zone: str,
    dues: list[tuple[Reason, dt.timedelta, dt.timedelta]],
    sent: list[dt.timedelta],
) -> None:
    rows = [
        Due(uuid.uuid4(), reason, now - ago, now - ago + useful, dt.time(18, 0))
        for reason, ago, useful in dues
    ]
    found = decide(rows, Person(zone, None, frozenset(), [now - ago for ago in sent]), now)
    fates = [*found.send, *found.hold, *found.suppress]
    assert sorted(fates) == sorted(one.id for one in rows)
    if found.send:
        assert not is_quiet(now, zone)
    by_id = {one.id: one for one in rows}
    assert all(now < by_id[one].expires_at for one in found.send)
    for one, until in found.hold.items():
        assert now < until < by_id[one].expires_at
        assert first_allowed(until, zone) == until


@pytest.mark.parametrize(
    ("preferred", "found"),
    [
        ("email", (Channel.EMAIL, "a@example.org")),
        ("sms", Suppressed.OPTED_OUT),
        ("push", Suppressed.NO_CONSENT),
        ("portal", Suppressed.NO_CONTACT_POINT),
    ],
)
def test_only_the_channel_the_patient_chose_and_agreed_to_is_used(preferred: str, found: object) -> None:
    addresses = {Channel.EMAIL: "a@example.org", Channel.SMS: "+15035550100"}
    assert channel_for(preferred, addresses, {Channel.EMAIL: True, Channel.SMS: False}) == found


@given(attempts=st.integers(1, 20), left=spans)
def test_a_retry_comes_later_and_before_it_is_too_late(attempts: int, left: dt.timedelta) -> None:
    now = dt.datetime(2026, 11, 23, 15, 0, tzinfo=dt.UTC)
    again = retry_at(attempts, now, now + left)
    assert again is None or now < again < now + left
    assert attempts < MOST_ATTEMPTS or again is None


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("STOP", Reply.STOP),
        (" stop. ", Reply.STOP),
        ("Stop please", Reply.STOP),
        ("Unsubscribe!", Reply.STOP),
        ("ALTO", Reply.STOP),
        ("No más", Reply.STOP),
        ("Baja por favor", Reply.STOP),
        ("Por favor, alto", Reply.STOP),
        ("Please stop texting me!", Reply.STOP),
        ("Don't text me", Reply.STOP),
        ("Por favor no me manden más mensajes", Reply.STOP),
        ("Please call me", Reply.WORDS),
        ("start", Reply.START),
        ("Sí", Reply.START),
        ("INICIO", Reply.START),
        ("Help", Reply.HELP),
        ("Información", Reply.HELP),
        ("I will stop by on Monday", Reply.WORDS),
        ("", Reply.WORDS),
        ("Please", Reply.WORDS),
    ],
)
def test_a_text_is_understood(text: str, reply: Reply) -> None:
    assert meaning(text) is reply


def test_the_answer_is_in_the_language_of_the_word() -> None:
    assert is_spanish("Alto")
    assert not is_spanish("Stop")


def test_every_reason_has_words_for_staff() -> None:
    assert set(REASON_WORDS) == set(Reason)
    assert set(SUPPRESSED_WORDS) == set(Suppressed)
