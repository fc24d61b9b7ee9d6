"""Rules of the house that a reader of the source would check."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PYTHON = sorted((ROOT / "pne_tracker").rglob("*.py"))
JOURNEYS = sorted((ROOT / "tests" / "journeys").glob("test_*.py"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


def test_there_is_something_to_check() -> None:
    assert len(PYTHON) > 50
    assert len(TEMPLATES) > 50


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_holds_no_inline_style_script_or_raw_text(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\|\s*safe\b", text)
    assert not re.search(r"\sstyle\s*=", text)
    assert not re.search(r"<style\b", text)
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", text)
    assert not re.search(r"hx-on|\bjs:", text)


@pytest.mark.parametrize("path", PYTHON, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_builds_no_sql_from_text_and_commits_nowhere_but_in_db(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\bfrom sqlalchemy import[^\n]*\btext\b", text)
    assert ".from_statement(" not in text
    assert not re.search(r"\bpickle\b|\beval\(|\bexec\(|yaml\.load\(|os\.system|shell=True", text)
    assert "render_template_string" not in text
    if path.name != "db.py":
        assert not re.search(r"session\.commit\(", text)


@pytest.mark.parametrize("path", PYTHON, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_has_one_job(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 330, "split it by job"


def test_what_a_module_defines_is_used_by_the_application() -> None:
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in (*PYTHON, ROOT / "app.py")}
    used = {name for tree in trees.values() for node in ast.walk(tree) for name in _names_read(node)}
    unused = [
        f"{path.relative_to(ROOT)}: {name}"
        for path, tree in trees.items()
        for statement in tree.body
        for name in _defined(statement)
        if name not in used and not name.startswith("__")
    ]
    assert unused == [], "only tests read it, or nobody"


def _names_read(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        return [node.id]
    if isinstance(node, ast.Attribute):
        return [node.attr]
    if isinstance(node, ast.ImportFrom):
        return [one.name for one in node.names if one.asname]
    return []


def _defined(statement: ast.stmt) -> list[str]:
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return [] if statement.decorator_list and isinstance(statement, ast.FunctionDef) else [statement.name]
    targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
    return [one.id for one in targets if isinstance(one, ast.Name)]


def test_a_form_that_sends_has_its_token() -> None:
    for path in TEMPLATES:
        text = path.read_text(encoding="utf-8")
        for form in re.findall(r"<form\b.*?</form>", text, re.DOTALL):
            if re.search(r"method=.post", form):
                assert re.search(r"csrf", form), path.relative_to(ROOT)


def test_the_title_of_a_page_names_nobody() -> None:
    for path in TEMPLATES:
        found = re.search(
            r"{% block title %}(.*?){% endblock %}", path.read_text(encoding="utf-8"), re.DOTALL
        )
        if found:
            assert (
                not re.search(r"name|patient\.|family|given|mrn", found[1], re.IGNORECASE)
                or "{{" not in found[1]
            ), path


@pytest.mark.parametrize("path", JOURNEYS, ids=lambda path: path.stem)
def test_a_journey_waits_for_what_it_expects_on_a_page(path: Path) -> None:
    at_once = re.compile(r"assert .*\.(count|all|is_visible|is_hidden|is_checked|is_enabled|all_[a-z_]+)\(\)")
    found = at_once.findall(path.read_text(encoding="utf-8"))
    assert not found, "a page may not be whole yet: expect(...) waits for it"


def test_locks_hold_no_addresses() -> None:
    for path in (ROOT / "requirements").iterdir():
        assert "://" not in path.read_text(encoding="utf-8"), path.name
