"""The Bulk-FHIR export that the journey brings in: the large one beside the checkout, else our own small one."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
LARGE = ROOT.parent / "shared" / "data" / "fhir-bulk-100"
SMALL = ROOT / "tests" / "data" / "fhir-small"
READ = ("Organization", "Practitioner", "Patient", "Condition")


@dataclass(frozen=True)
class Someone:
    """A patient of an export."""

    given: str
    family: str
    birth_date: dt.date


def folder() -> Path:
    """The export to use."""
    return LARGE if LARGE.is_dir() else SMALL


def files() -> list[str]:
    """Its files, without those of types that are not read."""
    return [str(path) for path in sorted(folder().glob("*.ndjson")) if path.name.startswith(READ)]


def people() -> tuple[list[Someone], list[Someone]]:
    """(the living, the dead), each with a birth date, in the order of the file."""
    living: list[Someone] = []
    dead: list[Someone] = []
    for path in sorted(folder().glob("Patient*.ndjson")):
        for line in path.read_text(encoding="utf-8").splitlines():
            patient = json.loads(line)
            name = next(one for one in patient["name"] if one.get("use") == "official")
            someone = Someone(
                name["given"][0], name["family"], dt.date.fromisoformat(patient["birthDate"][:10])
            )
            has_died = any(key.startswith("deceased") and patient[key] for key in patient)
            (dead if has_died else living).append(someone)
    return living, dead
