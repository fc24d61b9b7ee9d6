"""`pne-tracker curriculum check` and `schema`, as a clinic that writes its own pack meets them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result

from pne_tracker.adapters.packs import SHIPPED, load_shipped
from pne_tracker.cli.curriculum import curriculum
from pne_tracker.domain.pack_data import pack_to_dict
from pne_tracker.domain.pack_schema import pack_schema
from pne_tracker.domain.packs import PackError, pack_from_dict
from tests.domain.curriculum.samples import paths, put, small_pack


def run(*arguments: str) -> Result:
    """The command's result."""
    return CliRunner().invoke(curriculum, arguments)


def test_a_good_pack_is_summed_up() -> None:
    result = run("check", str(SHIPPED))
    assert result.exit_code == 0
    assert "sections: 14" in result.output
    assert "concepts: 21" in result.output
    assert re.search(r"^sha-256: [0-9a-f]{64}$", result.output, re.MULTILINE)


def test_each_mistake_is_a_line_on_standard_error(tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    file.write_text(yaml.safe_dump(put(small_pack(), "pass_mark", 75), sort_keys=False))
    result = run("check", str(file))
    assert result.exit_code == 1
    assert result.stdout == ""
    assert re.fullmatch(r"line \d+: Write a number above 0 and at most 1\. \(pass_mark\)\n", result.stderr)


def test_a_file_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    assert run("check", str(tmp_path / "none.yaml")).exit_code == 2


SCHEMA: dict[str, Any] = json.loads(json.dumps(pack_schema()))
NAMES = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None)}


def is_of(value: object, name: str) -> bool:
    """Whether a value has a type of JSON Schema."""
    if name == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    if name == "number":
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, NAMES[name])


def accepts(schema: dict[str, Any], value: Any) -> bool:
    """Whether the schema, of the keywords that ours uses, accepts the value."""
    if "$ref" in schema:
        return accepts(SCHEMA["$defs"][schema["$ref"].rsplit("/", 1)[1]], value)
    if "anyOf" in schema:
        return any(accepts(one, value) for one in schema["anyOf"])
    if "enum" in schema:
        return value in schema["enum"]
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    if not any(is_of(value, kind) for kind in kinds):
        return False
    if isinstance(value, dict):
        return accepts_object(schema, value)
    if isinstance(value, list):
        return len(value) <= schema["maxItems"] and all(accepts(schema["items"], one) for one in value)
    if isinstance(value, str):
        long_enough = schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value))
        return long_enough and re.search(schema.get("pattern", ""), value) is not None
    if isinstance(value, int | float) and not isinstance(value, bool):
        above = (
            value > schema["exclusiveMinimum"] if "exclusiveMinimum" in schema else value >= schema["minimum"]
        )
        return above and value <= schema["maximum"]
    return True


def accepts_object(schema: dict[str, Any], value: dict[str, Any]) -> bool:
    """The same for an object."""
    own = schema.get("properties", {})
    other = schema.get("additionalProperties", True)
    if not set(schema.get("required", ())) <= set(value):
        return False
    for key, inner in value.items():
        if key not in own and other is False:
            return False
        if not accepts(own.get(key, other), inner):
            return False
    return True


def test_the_printed_schema_is_the_schema() -> None:
    assert json.loads(run("schema").output) == SCHEMA


def test_the_schema_accepts_the_shipped_pack_and_the_smallest() -> None:
    assert accepts(SCHEMA, pack_to_dict(load_shipped()))
    assert accepts(SCHEMA, small_pack())


@pytest.mark.parametrize("path", [path for path in paths(small_pack()) if not path.endswith("]")])
def test_the_schema_and_the_reader_refuse_the_same_wrong_values(path: str) -> None:
    data = put(small_pack(), path, -3.5)
    assert not accepts(SCHEMA, data)
    with pytest.raises(PackError):
        pack_from_dict(data)


def test_the_schema_refuses_an_unknown_key() -> None:
    assert not accepts(SCHEMA, put(small_pack(), "sections[0].homework[0].colour", "red"))
