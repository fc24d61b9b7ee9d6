"""What a patient hands in is checked on the server, kindly, and nothing blank counts."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pne_tracker.domain import entry_texts
from pne_tracker.domain.curriculum import HomeworkKind, HomeworkTemplate, Prompt, Rhythm, Schedule, Text
from pne_tracker.domain.entries import EntryResult, validate
from pne_tracker.domain.entry_derived import hold_exercise, mean, unevenness
from pne_tracker.domain.entry_fields import FORMS, PREFILLED, fields_of
from pne_tracker.domain.entry_texts import Message
from tests.domain.curriculum.readability import grades
from tests.domain.pack_fixture import template
from tests.domain.test_quiz import QUIZ, RIGHT

K = HomeworkKind
TODAY = dt.date(2026, 11, 23)
SAME = Text("text", "texto")
GOOD: dict[HomeworkKind, dict[str, Any]] = {
    K.EXERCISE_LOG: {
        "day": "2026-11-22",
        "activity": "Walk",
        "planned_minutes": "20",
        "done_minutes": "25",
        "effort": "4",
        "pain_before": "3",
        "pain_after": "5",
        "pain_next_morning": "4",
    },
    K.SLEEP_LOG: {
        "wake_day": "2026-11-22",
        "in_bed": "22:30",
        "lights_out": "23:00",
        "minutes_to_sleep": "20",
        "awakenings": "2",
        "minutes_awake": "25",
        "last_waking": "6:15 am",
        "out_of_bed": "06:30",
        "quality": "3",
        "caffeine": "0",
        "screens": "30",
    },
    K.STRESS_LOG: {
        "day": "2026-11-22",
        "time": "17:05",
        "stress_before": "8",
        "stress_after": "3",
        "tags": ["money", "work"],
    },
    K.FLARE_LOG: {
        "new_signs": ["none"],
        "start_day": "2026-11-20",
        "start_time": "22:00",
        "ongoing": "no",
        "end_day": "2026-11-21",
        "end_time": "10:30",
        "usual_pain": "3",
        "peak_pain": "7",
    },
    K.BREATHING: {
        "day": "2026-11-22",
        "minutes": "10",
        "tension_before": "6",
        "tension_after": "2",
        "dizzy": "no",
    },
    K.LATERALITY: {
        "day": "2026-11-22",
        "body_part": "hand",
        "step": "1",
        "pictures": "40",
        "left_shown": "20",
        "left_correct": "17",
        "left_ms": "1900",
        "right_shown": "20",
        "right_correct": "20",
        "right_ms": "1500",
        "pain_before": "2",
        "pain_after": "3",
    },
}
JOURNAL = HomeworkTemplate(
    "j",
    K.JOURNAL,
    SAME,
    SAME,
    Schedule(Rhythm.ONCE, 1, 7, 1),
    prompts=(
        Prompt("story", SAME),
        Prompt("size", SAME, "scale"),
        Prompt("share", SAME, "yes_no", required=False),
        Prompt("pick", SAME, "choice", (("walk", SAME), ("rest", SAME)), required=False),
        Prompt("goal", SAME, "date", required=False),
    ),
)


def hand_in(kind: HomeworkKind, **changes: Any) -> EntryResult:
    return validate(kind, None, GOOD[kind] | changes, today=TODAY, zone="America/Chicago")


def codes(messages: dict[str, Message]) -> dict[str, str]:
    return {name: message.code for name, message in messages.items()}


@pytest.mark.parametrize("kind", GOOD)
def test_a_full_entry_is_accepted_and_can_be_stored(kind: HomeworkKind) -> None:
    result = hand_in(kind)
    assert result.ok, codes(result.errors)
    assert not result.warnings
    assert json.loads(json.dumps([result.values, result.derived])) == [result.values, result.derived]
    assert set(result.values) == {spec.name for spec in FORMS[kind]}


@pytest.mark.parametrize("kind", GOOD)
@pytest.mark.parametrize("blank", ["", "   ", "\n", None, []])
def test_a_blank_entry_is_refused_even_with_the_day_filled_in(kind: HomeworkKind, blank: Any) -> None:
    prefilled = {spec.name for spec in FORMS[kind] if spec.control in PREFILLED}
    raw = {name: value if name in prefilled else blank for name, value in GOOD[kind].items()}
    result = validate(kind, None, raw, today=TODAY)
    assert codes(result.errors) == {"": "blank"}
    assert result.values == {}


@pytest.mark.parametrize("kind", GOOD)
def test_each_field_that_is_needed_is_asked_for_and_blank_is_never_zero(kind: HomeworkKind) -> None:
    for spec in FORMS[kind]:
        result = hand_in(kind, **{spec.name: ""})
        if spec.required:
            assert codes(result.errors) == {spec.name: "required"}
            assert spec.name not in result.values
        elif spec.name not in {"end_day", "end_time"}:
            assert result.ok
            assert result.values[spec.name] in (None, [])


@pytest.mark.parametrize("kind", GOOD)
def test_numbers_keep_to_their_range_at_both_ends(kind: HomeworkKind) -> None:
    for spec in FORMS[kind]:
        if spec.control in {"whole", "scale"}:
            for number in (spec.low - 1, spec.high + 1):
                assert codes(hand_in(kind, **{spec.name: str(number)}).errors)[spec.name] == "out_of_range"
            for number in (spec.low, spec.high):
                assert (
                    codes(hand_in(kind, **{spec.name: str(number)}).errors).get(spec.name) != "out_of_range"
                )
            for text in ("4.5", "a", "4,5", "٤", "1e1", "NaN", "9" * 12):
                assert codes(hand_in(kind, **{spec.name: text}).errors)[spec.name] == "not_whole"


def test_an_exercise_entry_tells_load_change_and_whether_it_settled() -> None:
    assert hand_in(K.EXERCISE_LOG).derived == {"load": 100, "change": 2, "settled": True}
    assert hand_in(K.EXERCISE_LOG, pain_next_morning="5").derived["settled"] is False
    assert hand_in(K.EXERCISE_LOG, pain_next_morning="").derived["settled"] is None


def test_very_long_exercise_is_asked_about_and_still_accepted() -> None:
    result = hand_in(K.EXERCISE_LOG, done_minutes="121")
    assert result.ok
    assert codes(result.warnings) == {"done_minutes": "sure"}
    assert not hand_in(K.EXERCISE_LOG, done_minutes="120").warnings


def test_exercise_is_held_after_two_unsettled_mornings_or_uneven_days() -> None:
    assert not hold_exercise([True, False, True, False], [20, 20])
    assert hold_exercise([True, False, None, False], [20, 20])
    assert hold_exercise([], [10, 10, 21])
    assert not hold_exercise([], [10, 10, 20])
    assert unevenness([10, 10, 30]) == 3.0
    assert unevenness([]) is None


def test_a_sleep_entry_tells_its_efficiency() -> None:
    result = hand_in(K.SLEEP_LOG)
    assert result.values["last_waking"] == "06:15"
    assert result.derived == {"minutes_in_bed": 480, "minutes_asleep": 390, "sleep_efficiency": 81.3}
    assert hand_in(K.SLEEP_LOG, minutes_awake="").derived["sleep_efficiency"] is None
    assert codes(hand_in(K.SLEEP_LOG, awakenings="0").warnings) == {"awakenings": "awake_without_waking"}
    assert codes(hand_in(K.SLEEP_LOG, lights_out="22:00").errors) == {"lights_out": "lights_before_bed"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("7:05", "07:05"),
        ("19.30", "19:30"),
        ("12:00 am", "00:00"),
        ("12:15pm", "12:15"),
        ("07:05:30", "07:05"),
    ],
)
def test_times_are_understood_as_people_write_them(text: str, value: str) -> None:
    assert hand_in(K.STRESS_LOG, time=text).values["time"] == value


@pytest.mark.parametrize("text", ["24:00", "7", "7:60", "13:00 pm", "0:30 am", "noon", "7:5"])
def test_a_time_that_is_none_is_refused(text: str) -> None:
    assert codes(hand_in(K.STRESS_LOG, time=text).errors) == {"time": "bad_time"}


def test_dates_exist_and_are_not_to_come() -> None:
    assert codes(hand_in(K.STRESS_LOG, day="2026-11-31").errors) == {"day": "bad_date"}
    assert codes(hand_in(K.STRESS_LOG, day="11/22/2026").errors) == {"day": "bad_date"}
    assert codes(hand_in(K.STRESS_LOG, day="2026-11-24").errors) == {"day": "future"}
    assert codes(hand_in(K.STRESS_LOG, day="2026-08-01").warnings) == {"day": "long_ago"}


def test_a_stress_entry_tells_its_relief() -> None:
    result = hand_in(K.STRESS_LOG)
    assert result.derived == {"relief": 5}
    assert result.values["tags"] == ["work", "money"]
    assert mean([5, 2, 1]) == 2.7
    assert mean([]) is None


def test_new_signs_are_answered_first_whatever_else_is_wrong() -> None:
    assert hand_in(K.FLARE_LOG).notices == ()
    assert hand_in(K.FLARE_LOG, new_signs=["fever"]).notices == (entry_texts.CALL_NOW,)
    wrong = hand_in(K.FLARE_LOG, new_signs="saddle", peak_pain="77")
    assert codes(wrong.errors) == {"peak_pain": "out_of_range"}
    assert wrong.notices == (entry_texts.CALL_NOW,)
    assert codes(hand_in(K.FLARE_LOG, new_signs=["none", "fever"]).errors) == {"new_signs": "only_none"}


def test_a_flare_ends_after_it_starts_or_goes_on() -> None:
    assert hand_in(K.FLARE_LOG).derived == {"hours": 12.5}
    ongoing = hand_in(K.FLARE_LOG, ongoing="yes", end_day="", end_time="")
    assert ongoing.ok
    assert ongoing.derived == {"hours": None}
    assert codes(hand_in(K.FLARE_LOG, ongoing="yes").errors) == {"ongoing": "end_while_ongoing"}
    assert codes(hand_in(K.FLARE_LOG, end_time="").errors) == {"end_time": "end_missing"}
    assert codes(hand_in(K.FLARE_LOG, end_day="2026-11-20", end_time="21:00").errors) == {
        "end_time": "end_before_start"
    }
    assert codes(hand_in(K.FLARE_LOG, peak_pain="2").warnings) == {"peak_pain": "peak_below_usual"}


def test_dizziness_is_answered() -> None:
    assert hand_in(K.BREATHING).derived == {"change": -4}
    assert hand_in(K.BREATHING, dizzy="yes").notices == (entry_texts.DIZZY,)


def test_laterality_tells_both_sides_and_the_gap() -> None:
    result = hand_in(K.LATERALITY)
    assert result.derived == {"left_accuracy": 85.0, "right_accuracy": 100.0, "gap_ms": 400, "change": 1}
    assert codes(hand_in(K.LATERALITY, left_correct="21").errors) == {"left_correct": "correct_above_shown"}
    assert codes(hand_in(K.LATERALITY, pictures="50").warnings) == {"pictures": "pictures_differ"}
    assert codes(hand_in(K.LATERALITY, body_part="tail").errors) == {"body_part": "not_an_option"}


def test_a_journal_takes_its_fields_from_its_prompts() -> None:
    raw = {"story": " One\r\ntwo\x00 ", "size": "7", "share": "yes", "pick": "walk", "goal": "2027-01-05"}
    result = validate(K.JOURNAL, JOURNAL, raw, today=TODAY)
    assert result.ok
    assert result.values == {
        "story": "One\ntwo",
        "size": 7,
        "share": True,
        "pick": "walk",
        "goal": "2027-01-05",
    }
    assert codes(validate(K.JOURNAL, JOURNAL, {"size": "7"}, today=TODAY).errors) == {"story": "required"}
    long = validate(K.JOURNAL, JOURNAL, {"story": "a" * 4001, "size": "1"}, today=TODAY)
    assert codes(long.errors) == {"story": "too_long"}


def test_a_quiz_entry_needs_every_answer() -> None:
    result = validate(K.QUIZ, template("s01-quiz"), RIGHT, today=TODAY, questions=QUIZ)
    assert result.ok
    assert result.values == RIGHT
    some = validate(K.QUIZ, None, {"q1": "not_sure", "q2": "z"}, today=TODAY, questions=QUIZ)
    assert codes(some.errors) == dict.fromkeys(("q2", "q3", "q4"), "unanswered")
    assert codes(validate(K.QUIZ, None, {}, today=TODAY, questions=QUIZ).errors) == {"": "blank"}


RAW = st.one_of(
    st.none(),
    st.text(max_size=12),
    st.lists(st.text(max_size=6), max_size=3),
    st.sampled_from(["0", "5", "10", "none", "yes", "23:00", "2026-11-22", "\ud800", "\x00"]),
)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(GOOD)), st.data())
def test_whatever_is_typed_is_accepted_or_answered_in_both_languages(kind: HomeworkKind, data: Any) -> None:
    names = sorted(GOOD[kind])
    changes = data.draw(st.dictionaries(st.sampled_from(names), RAW, max_size=3))
    result = hand_in(kind, **changes)
    json.dumps([result.values, result.derived]).encode()
    for message in (*result.errors.values(), *result.warnings.values(), *result.notices):
        assert message.text.en
        assert message.text.es
    if result.ok:
        required = {spec.name for spec in fields_of(kind, None) if spec.required}
        assert all(result.values[name] not in (None, []) for name in required)


def patient_texts() -> list[Text]:
    messages = [one.text for one in vars(entry_texts).values() if isinstance(one, Message)]
    messages += [entry_texts.out_of_range(0, 10).text, entry_texts.too_long(200).text]
    labels = [spec.label for form in FORMS.values() for spec in form]
    return messages + labels + [text for form in FORMS.values() for spec in form for _, text in spec.options]


def test_what_patients_read_is_short_and_easy() -> None:
    for text in patient_texts():
        assert text.es.strip()
        if len(text.en.split()) > 3:
            assert max(grades(text.en)) <= 6, text.en
        for sentence in text.en.replace("?", ".").split("."):
            assert len(sentence.split()) < 15, text.en
        assert "overdue" not in text.en.lower()
