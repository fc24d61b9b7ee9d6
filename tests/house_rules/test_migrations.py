"""A migration says of itself which one it is and which one it follows."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

MIGRATIONS = sorted((Path(__file__).parents[2] / "migrations/versions").glob("*.py"))


@pytest.mark.parametrize("path", MIGRATIONS, ids=lambda path: path.stem)
def test_a_migration_names_itself_and_the_one_before_as_its_code_does(path: Path) -> None:
    module = ast.parse(path.read_text(encoding="utf-8"))
    code = {
        one.targets[0].id: ast.literal_eval(one.value)
        for one in module.body
        if isinstance(one, ast.Assign) and isinstance(one.targets[0], ast.Name)
        if one.targets[0].id in {"revision", "down_revision"}
    }
    said = re.search(r"^Revision: (\w+), after (\w+)\.", ast.get_docstring(module) or "", re.MULTILINE)
    assert said is not None
    assert said.groups() == (code["revision"], code["down_revision"] or "nothing")
    assert path.name.startswith(f"{code['revision']}_")
