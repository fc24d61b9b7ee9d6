"""`pne-tracker plan` as other programs call it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from pne_tracker.cli.plan import build_plan_command, plan
from pne_tracker.domain.errors import NotFoundError
from pne_tracker.domain.plan_wire import read
from pne_tracker.domain.planner import Plan
from pne_tracker.domain.planner import plan as make_plan
from tests.domain.pack_fixture import PACK
from tests.domain.test_planner_examples import EXAMPLE_A, EXAMPLE_B, EXAMPLE_C

LINE = json.dumps(EXAMPLE_B)


def test_one_input_gives_one_plan() -> None:
    done = CliRunner().invoke(plan, ["-"], input=LINE)
    assert done.exit_code == 0
    assert json.loads(done.stdout)["ranked"][0]["score"] == 174
    assert done.stderr == ""
    assert CliRunner().invoke(plan, [], input=LINE).stdout == done.stdout


def test_a_file_may_be_named(tmp_path: Path) -> None:
    file = tmp_path / "episode.json"
    file.write_text(LINE)
    assert json.loads(CliRunner().invoke(plan, [str(file)]).stdout)["ranked"][0]["section"] == 2


def test_a_refusal_is_one_object_on_standard_error_and_nothing_else() -> None:
    done = CliRunner().invoke(plan, [], input=json.dumps(EXAMPLE_B | {"minutes": -5}))
    assert done.exit_code == 1
    assert done.stdout == ""
    error = json.loads(done.stderr)["error"]
    assert error["code"] == "bad_number"
    assert error["at"] == "minutes"
    assert set(error) == {"code", "message", "at"}


def test_what_is_not_json_is_refused() -> None:
    for text, code in [
        ("", "empty_input"),
        ("{", "not_json"),
        ('{"minutes": NaN}', "not_json"),
        ('{"minutes": 1, "minutes": 2}', "duplicate_key"),
        ("[" * 100_000, "nested_too_deeply"),
        ('{"minutes": ' + "9" * 5000 + "}", "number_too_long"),
    ]:
        done = CliRunner().invoke(plan, [], input=text)
        assert (done.exit_code, json.loads(done.stderr)["error"]["code"]) == (1, code), text[:20]
    done = CliRunner().invoke(plan, [], input=b"\xff\xfe")
    assert json.loads(done.stderr)["error"]["code"] == "not_utf8"


def test_many_lines_come_back_in_order_with_errors_in_place() -> None:
    lines = [json.dumps(EXAMPLE_A), "nonsense", json.dumps(EXAMPLE_C)]
    done = CliRunner().invoke(plan, ["--jsonl"], input="\n".join(lines) + "\n")
    assert done.exit_code == 1
    first, second, third = (json.loads(line) for line in done.stdout.splitlines())
    assert first["ranked"][0]["score"] == 328
    assert second["error"]["code"] == "not_json"
    assert third["ranked"][0]["score"] == 212
    assert CliRunner().invoke(plan, ["--jsonl"], input=lines[0]).exit_code == 0


def test_an_unknown_option_is_wrong_usage() -> None:
    assert CliRunner().invoke(plan, ["--sections"]).exit_code == 2


def test_an_id_that_is_none_is_refused_with_what_one_looks_like() -> None:
    done = CliRunner().invoke(plan, ["--episode", "1"])
    assert done.exit_code == 1
    assert json.loads(done.stderr)["error"]["code"] == "bad_id"


@pytest.mark.parametrize("more", [["--jsonl"], ["-"]])
def test_an_episode_of_the_database_takes_no_other_input(more: list[str]) -> None:
    assert CliRunner().invoke(plan, ["--episode", "1", *more]).exit_code == 2


def test_an_episode_can_be_planned_when_the_application_offers_it() -> None:
    def of_episode(episode: str) -> Plan:
        if episode != "e1":
            raise NotFoundError
        return make_plan(*read(EXAMPLE_B, lambda _: PACK))

    command = build_plan_command(of_episode)
    assert json.loads(CliRunner().invoke(command, ["--episode", "e1"]).stdout)["ranked"][0]["score"] == 174
    done = CliRunner().invoke(command, ["--episode", "e2"])
    assert (done.exit_code, json.loads(done.stderr)["error"]["code"]) == (1, "not_found")


def test_the_command_loads_neither_web_nor_database() -> None:
    code = (
        "import sys, pne_tracker.cli.plan; print(sorted({'flask', 'sqlalchemy', 'yaml'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
