"""`pne-tracker bill`, the contract other programs rely on."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from click.testing import CliRunner

from pne_tracker.cli.bill import bill

VISIT = {
    "discipline": "PT",
    "date": "2026-11-23",
    "unit_rule": "cms_8min",
    "treatments": [
        {"activity": "97116", "minutes": 20, "pne_minutes": 12, "assistant_minutes": 0},
        {"activity": "pne", "minutes": 15, "decision": None, "impairment": None},
    ],
    "separate_pne_allowed": True,
    "max_timed_units_per_day": None,
    "ytd_allowed": None,
    "kx_attested": False,
    "fees": {"97116": "38.50", "97112": "41.00"},
}


def run(given_input, *arguments):
    data = given_input if isinstance(given_input, bytes) else json.dumps(given_input).encode()
    return CliRunner().invoke(bill, list(arguments), input=data)


def test_the_example_of_the_contract_comes_out_as_written_there():
    result = run(VISIT, "-")
    answer = json.loads(result.stdout)
    assert result.exit_code == 0
    assert list(answer) == [
        *("lines", "unbilled", "findings"),
        *("timed_minutes", "total_minutes", "total_timed_units", "total_charge"),
    ]
    (line,) = answer["lines"]
    assert line.pop("reasons")
    assert line == {
        "code": "97116", "minutes": 20, "units": 1, "modifiers": ["GP"], "charge": "38.50",
        "source_minutes": {"97116": 20}, "pne_minutes": 12,
    }  # fmt: skip
    assert [(x["activity"], x["minutes"], sorted(x)) for x in answer["unbilled"]] == [
        ("pne", 15, ["activity", "minutes", "reason"])
    ]
    assert [(x["code"], x["level"], sorted(x)) for x in answer["findings"]] == [
        ("pne_needs_decision", "needs_decision", ["code", "level", "message"])
    ]
    assert (answer["timed_minutes"], answer["total_minutes"]) == (20, 35)
    assert (answer["total_timed_units"], answer["total_charge"]) == (1, "38.50")


def test_standard_input_and_a_file_are_read_alike(tmp_path):
    file = tmp_path / "visit.json"
    file.write_text(json.dumps(VISIT), encoding="utf-8")
    assert run(VISIT).stdout == run(VISIT, "-").stdout == run(b"", str(file)).stdout != ""


@pytest.mark.parametrize(
    ("data", "code", "at"),
    [
        (b"", "empty_input", ""),
        (b"nonsense", "not_json", "line 1 column 1"),
        (b"\xff", "not_utf8", "byte 0"),
        (VISIT | {"unit_rule": "guess"}, "bad_unit_rule", "unit_rule"),
        (
            VISIT | {"treatments": [{"activity": "97110", "minutes": -1}]},
            "bad_minutes",
            "treatments[0].minutes",
        ),
        (VISIT | {"\ud800": 1}, "unknown_key", "\ud800"),
    ],
)
def test_a_refusal_is_one_object_on_standard_error_and_nothing_else(data, code, at):
    result = run(data)
    assert result.exit_code == 1
    assert result.stdout == ""
    error = json.loads(result.stderr)
    assert list(error) == ["error"]
    assert sorted(error["error"]) == ["at", "code", "message"]
    assert (error["error"]["code"], error["error"]["at"]) == (code, at)


def test_many_visits_are_answered_in_order_with_errors_in_their_place():
    lines = [json.dumps(VISIT), "{", "", json.dumps(VISIT | {"treatments": []}), '{"a": 1, "a": 2}']
    result = run("\r\n".join(lines).encode(), "--jsonl")
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    kinds = [answer["error"]["code"] if "error" in answer else answer["total_minutes"] for answer in answers]
    assert kinds == [35, "not_json", "empty_input", 0, "duplicate_key"]
    assert result.exit_code == 1
    assert result.stderr == ""


def test_many_good_visits_end_well():
    result = run((json.dumps(VISIT) + "\n").encode() * 50, "--jsonl")
    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) == 50
    assert run(b"", "--jsonl").exit_code == 0


def test_only_a_line_feed_ends_a_visit():
    visit = VISIT | {"treatments": [{"activity": "pne", "minutes": 15, "impairment": "a\u2028b\x85c"}]}
    result = run(json.dumps(visit, ensure_ascii=False).encode(), "--jsonl")
    assert result.exit_code == 0
    assert result.stdout.count("\n") == 1


def test_a_file_that_is_not_there_is_wrong_usage(tmp_path):
    assert run(b"", str(tmp_path / "none.json")).exit_code == 2


def test_the_command_explains_itself():
    result = run(b"", "--help")
    assert result.exit_code == 0
    assert "--jsonl" in result.stdout


def test_the_command_starts_without_web_or_database():
    script = (
        "import sys; import pne_tracker.cli.bill; "
        "print([name for name in ('flask', 'sqlalchemy', 'wtforms', 'yaml') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
