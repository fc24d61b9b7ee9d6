"""Input that cannot be right is refused with a code, a sentence and the place."""

from __future__ import annotations

import contextlib
import json

import pytest
from billing_cases import pne, visit
from hypothesis import given, settings
from hypothesis import strategies as st

from pne_tracker.domain.billing import Treatment, bill, wire
from pne_tracker.domain.errors import BadInputError

GOOD = {
    "discipline": "PT",
    "date": "2026-11-23",
    "unit_rule": "cms_8min",
    "treatments": [{"activity": "97110", "minutes": 20}, {"activity": "pne", "minutes": 10}],
}
GONE = object()


def refused(given_input: object) -> tuple[str, str]:
    with pytest.raises(BadInputError) as error:
        bill(wire.read(given_input))
    assert error.value.message.endswith(".")
    return error.value.code, error.value.at


def changed(row: int | None = None, **changes: object) -> dict[str, object]:
    """The good visit with keys of it, or of one treatment, changed or removed."""
    copy = json.loads(json.dumps(GOOD))
    target = copy if row is None else copy["treatments"][row]
    for key, value in changes.items():
        target.pop(key, None)
        if value is not GONE:
            target[key] = value
    return copy


def test_the_good_visit_is_not_refused():
    assert bill(wire.read(GOOD)).total_minutes == 30


@pytest.mark.parametrize("given_input", [None, 1, "x", [], True, [GOOD]])
def test_a_visit_is_an_object(given_input):
    assert refused(given_input) == ("not_an_object", "")


@pytest.mark.parametrize("key", ["discipline", "date", "unit_rule", "treatments"])
def test_each_required_key_is_missed_by_name(key):
    assert refused(changed(**{key: GONE})) == ("missing_key", key)


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("discipline", "SLP", "bad_discipline"),
        ("discipline", "pt", "bad_discipline"),
        ("discipline", None, "bad_discipline"),
        ("discipline", ["PT"], "bad_discipline"),
        ("unit_rule", "8min", "bad_unit_rule"),
        ("unit_rule", None, "bad_unit_rule"),
        ("date", "2026-02-30", "bad_date"),
        ("date", "20261123", "bad_date"),
        ("date", "2026-W48-1", "bad_date"),
        ("date", "23/11/2026", "bad_date"),
        ("date", "2026-11-23T10:00", "bad_date"),
        ("date", "٢٠٢٦-١١-٢٣", "bad_date"),
        ("date", 20261123, "bad_date"),
        ("date", None, "bad_date"),
        ("treatments", None, "bad_treatments"),
        ("treatments", {}, "bad_treatments"),
        ("separate_pne_allowed", None, "bad_flag"),
        ("separate_pne_allowed", "false", "bad_flag"),
        ("kx_attested", 1, "bad_flag"),
        ("max_timed_units_per_day", -1, "bad_limit"),
        ("max_timed_units_per_day", 4.0, "bad_limit"),
        ("max_timed_units_per_day", True, "bad_limit"),
        ("max_timed_units_per_day", "4", "bad_limit"),
        ("ytd_allowed", 100, "bad_money"),
        ("ytd_allowed", "-0.01", "bad_money"),
        ("ytd_allowed", "NaN", "bad_money"),
        ("fees", [], "bad_fees"),
        ("tie_prefers", 97110, "bad_tie_prefers"),
        ("tie_prefers", "pne", "unknown_code"),
        ("patient", "Ana", "unknown_key"),
    ],
)
def test_a_wrong_value_is_named_by_its_key(key, value, code):
    assert refused(changed(**{key: value})) == (code, key)


@pytest.mark.parametrize(
    ("fees", "expected"),
    [
        ({"97110": "1.234"}, ("bad_money", "fees.97110")),
        ({"97110": 38.5}, ("bad_money", "fees.97110")),
        ({"97110": None}, ("bad_money", "fees.97110")),
        ({"99999": "1.00"}, ("unknown_code", "fees.99999")),
        ({"pne": "1.00"}, ("unknown_code", "fees.pne")),
    ],
)
def test_a_wrong_fee_is_named_by_its_code(fees, expected):
    assert refused(changed(fees=fees)) == expected


@pytest.mark.parametrize(("value", "shown"), [(None, "not null."), (True, "not true."), ("15", "not '15'.")])
def test_a_refused_value_is_shown_as_it_was_written(value, shown):
    with pytest.raises(BadInputError) as error:
        wire.read(changed(0, minutes=value))
    assert error.value.message.endswith(shown)


@pytest.mark.parametrize(
    ("changes", "code", "key"),
    [
        ({"activity": "99999"}, "unknown_code", "activity"),
        ({"activity": "PNE"}, "unknown_code", "activity"),
        ({"activity": ""}, "unknown_code", "activity"),
        ({"activity": 97110}, "bad_activity", "activity"),
        ({"activity": None}, "bad_activity", "activity"),
        ({"activity": GONE}, "missing_key", "activity"),
        ({"minutes": GONE}, "missing_key", "minutes"),
        ({"minutes": -1}, "bad_minutes", "minutes"),
        ({"minutes": 15.5}, "bad_minutes", "minutes"),
        ({"minutes": 15.0}, "bad_minutes", "minutes"),
        ({"minutes": True}, "bad_minutes", "minutes"),
        ({"minutes": "15"}, "bad_minutes", "minutes"),
        ({"minutes": None}, "bad_minutes", "minutes"),
        ({"minutes": float("inf")}, "bad_minutes", "minutes"),
        ({"minutes": float("nan")}, "bad_minutes", "minutes"),
        ({"minutes": 1441}, "too_many_minutes", "minutes"),
        ({"minutes": 10**400}, "too_many_minutes", "minutes"),
        ({"minutes": -(10**400)}, "bad_minutes", "minutes"),
        ({"pne_minutes": -1}, "bad_minutes", "pne_minutes"),
        ({"pne_minutes": False}, "bad_minutes", "pne_minutes"),
        ({"pne_minutes": 21}, "pne_minutes_above_minutes", "pne_minutes"),
        ({"assistant_minutes": -1}, "bad_minutes", "assistant_minutes"),
        ({"assistant_minutes": 21}, "assistant_minutes_above_minutes", "assistant_minutes"),
        ({"assistant_minutes": None}, "bad_minutes", "assistant_minutes"),
        ({"activity": "97161", "pne_minutes": 5}, "pne_minutes_on_untimed", "pne_minutes"),
        ({"decision": "separate"}, "decision_not_pne", "decision"),
        ({"decision": {"combined_with": "97110"}}, "decision_not_pne", "decision"),
        ({"impairment": True}, "bad_impairment", "impairment"),
        ({"units": 2}, "unknown_key", "units"),
    ],
)
def test_a_wrong_treatment_is_named_by_its_place(changes, code, key):
    assert refused(changed(0, **changes)) == (code, f"treatments[0].{key}")


def test_a_treatment_is_an_object():
    assert refused(changed(treatments=[GOOD["treatments"][0], 5])) == ("bad_treatment", "treatments[1]")


@pytest.mark.parametrize(
    "value",
    ["combined", "97110", True, 1, [], {}]
    + [{"combined_with": wrong} for wrong in (None, 97110, "separate", ["97110"])],
)
def test_a_decision_is_one_of_three(value):
    assert refused(changed(1, decision=value)) == ("bad_decision", "treatments[1].decision")


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ("97116", "decision_code_not_in_visit"),
        ("97161", "decision_code_untimed"),
        ("pne", "unknown_code"),
        ("99999", "unknown_code"),
    ],
)
def test_pne_combines_only_with_a_timed_treatment_of_the_visit(target, code):
    at = "treatments[1].decision.combined_with"
    assert refused(changed(1, decision={"combined_with": target})) == (code, at)


def test_pne_does_not_combine_with_a_treatment_of_no_minutes():
    given_input = changed(1, decision={"combined_with": "97110"})
    given_input["treatments"][0]["minutes"] = 0
    assert refused(given_input)[0] == "decision_code_not_in_visit"


def test_a_decision_has_no_other_keys():
    given_input = changed(1, decision={"combined_with": "97110", "why": "x"})
    assert refused(given_input) == ("unknown_key", "treatments[1].decision.why")


def test_pne_minutes_of_a_pne_row_are_all_of_them_or_left_out():
    assert bill(wire.read(changed(1, pne_minutes=10))).total_minutes == 30
    assert refused(changed(1, pne_minutes=5)) == ("pne_minutes_on_pne", "treatments[1].pne_minutes")


def test_a_day_has_1440_minutes():
    rows = [{"activity": "97110", "minutes": 721}, {"activity": "97140", "minutes": 720}]
    assert refused(changed(treatments=rows)) == ("too_many_minutes", "treatments")
    rows[0]["minutes"] = 720
    assert bill(wire.read(changed(treatments=rows))).total_minutes == 1440


def test_null_stands_for_what_was_not_given():
    nothing = dict.fromkeys(("max_timed_units_per_day", "ytd_allowed", "fees", "tie_prefers"))
    assert wire.read(changed(**nothing)) == wire.read(GOOD)


def test_a_service_that_skips_the_reader_is_checked_as_well():
    for row in (Treatment("97110", 10, 11), Treatment("97110", -1), Treatment("nope", 1), pne(5, "97110")):
        with pytest.raises(BadInputError):
            bill(visit(row))
    for more in ({"max_timed_units": -1}, {"ytd_allowed": -1}, {"fees": {"97110": -1}}, {"fees": {"x": 1}}):
        with pytest.raises(BadInputError):
            bill(visit(**more))


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_input"),
        (b" \n\t ", "empty_input"),
        (b"\xef\xbb\xbf", "empty_input"),
        (b"{", "not_json"),
        (b"{}{}", "not_json"),
        (b"{'a': 1}", "not_json"),
        (b'{"a": NaN}', "not_json"),
        (b'{"a": -Infinity}', "not_json"),
        (b"\xff\xfe{}", "not_utf8"),
        (b'{"a": "\xc3"}', "not_utf8"),
        (b"\x00", "not_json"),
        (b'{"a": "\x00"}', "not_json"),
        (b'{"a": 1, "a": 1}', "duplicate_key"),
        (b'{"a": {"b": 1, "b": 2}}', "duplicate_key"),
        (b"[" * 200_000, "nested_too_deeply"),
        (b'{"a":' * 200_000, "nested_too_deeply"),
        (b'{"a": ' + b"9" * 5000 + b"}", "number_too_long"),
    ],
)
def test_what_is_not_json_is_refused_with_its_cause(data, code):
    with pytest.raises(BadInputError) as error:
        wire.parse(data)
    assert error.value.code == code
    assert " at at " not in error.value.message


def test_a_byte_order_mark_is_no_obstacle():
    assert wire.parse(b"\xef\xbb\xbf{}") == {}


def test_a_message_never_repeats_more_than_a_few_words_of_the_input():
    for given_input in (
        changed(**{"k" * 10_000: 1}),
        changed(0, activity="x" * 10_000),
        changed(date="d" * 9_999),
    ):
        with pytest.raises(BadInputError) as error:
            bill(wire.read(given_input))
        assert len(json.dumps(error.value.as_dict())) < 300


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["pne", "97110"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
KEYS = ["discipline", "date", "unit_rule", "treatments", "fees", "ytd_allowed", "kx_attested", "tie_prefers",
        "separate_pne_allowed", "max_timed_units_per_day"]  # fmt: skip
ROW_KEYS = ["activity", "minutes", "pne_minutes", "assistant_minutes", "decision", "impairment"]


def billed_or_refused(given_input: object) -> None:
    """Either a bill or a refusal, and both can be written as JSON."""
    try:
        answer = wire.write(bill(wire.read(given_input)))
    except BadInputError as error:
        answer = error.as_dict()
    assert answer.get("code", "a bill")
    json.dumps(answer)


@settings(max_examples=400, deadline=None)
@given(st.dictionaries(st.sampled_from(KEYS), JSON), st.dictionaries(st.sampled_from(ROW_KEYS), JSON))
def test_garbage_in_any_place_is_an_error_and_never_an_exception(top, row):
    billed_or_refused(GOOD | top)
    billed_or_refused(changed(0, **row))
    billed_or_refused(changed(1, **row))
    billed_or_refused(top)


@settings(max_examples=400, deadline=None)
@given(st.binary(max_size=60) | st.text(max_size=60).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_bytes_are_parsed_or_refused(data):
    with contextlib.suppress(BadInputError):
        billed_or_refused(wire.parse(data))
