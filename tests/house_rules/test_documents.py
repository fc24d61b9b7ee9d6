"""The threat model names tests that are there; the bill of materials is the lock."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROWS = re.findall(
    r"^\| (S\d+) \|.*$", (ROOT / "docs/threat-model.md").read_text(encoding="utf-8"), re.MULTILINE
)
LOCK = (ROOT / "requirements/app.txt").read_text(encoding="utf-8")


def test_each_class_has_its_row() -> None:
    assert [f"S{number}" for number in range(1, 18)] == ROWS


@pytest.mark.parametrize("name", ROWS)
def test_the_tests_of_a_class_are_there(name: str) -> None:
    text = (ROOT / "docs/threat-model.md").read_text(encoding="utf-8")
    row = next(line for line in text.splitlines() if line.startswith(f"| {name} |"))
    files = re.findall(r"`(tests/[^`]+)`", row)
    assert files
    for one in files:
        assert "def test_" in (ROOT / one).read_text(encoding="utf-8")


def test_the_bill_of_materials_holds_each_package_and_hash_of_the_lock_and_no_address() -> None:
    def made() -> str:
        return subprocess.run(
            [sys.executable, str(ROOT / "requirements/sbom.py")], check=True, capture_output=True, text=True
        ).stdout

    text = made()
    bill = json.loads(text)
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    pinned = re.findall(r"^[A-Za-z0-9._-]+(?=(?:\[[^\]]*\])?==)", LOCK, re.MULTILINE)
    assert sorted(one["name"] for one in bill["components"]) == sorted(pinned)
    assert sum(len(one["properties"]) for one in bill["components"]) == LOCK.count("--hash=sha256:")
    assert "flask" in {one["name"].lower() for one in bill["components"]}
    assert "://" not in text
    assert made() == text
