"""Prints what the application is made of as CycloneDX 1.6 JSON, from the hash lock beside this file.

The same lock gives the same bytes: no clock, no chance, no address.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
import uuid
from pathlib import Path

HERE = Path(__file__).parent
PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", re.MULTILINE)
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def components(lock: str) -> list[dict[str, object]]:
    """One component a pinned package, with the SHA-256 of each of its files."""
    pins = list(PIN.finditer(lock))
    ends = [pin.start() for pin in pins[1:]] + [len(lock)]
    return [
        {
            "type": "library",
            "bom-ref": f"pkg:pypi/{pin[1].lower()}@{pin[2]}",
            "name": pin[1],
            "version": pin[2],
            "purl": f"pkg:pypi/{pin[1].lower()}@{pin[2]}",
            "properties": [
                {"name": "pne:sha256", "value": one} for one in HASH.findall(lock, pin.end(), end)
            ],
        }
        for pin, end in zip(pins, ends, strict=True)
    ]


def bom(lock: str, project: dict[str, str]) -> dict[str, object]:
    """The whole bill. Raises ValueError when a package of the lock has no hash."""
    found = components(lock)
    if bare := [one["name"] for one in found if not one["properties"]]:
        raise ValueError(f"the lock names no hash of {bare}")
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, lock)}",
        "version": 1,
        "metadata": {
            "component": {"type": "application", "name": project["name"], "version": project["version"]}
        },
        "components": found,
    }


if __name__ == "__main__":
    described = tomllib.loads((HERE.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    json.dump(bom((HERE / "app.txt").read_text(encoding="utf-8"), described), sys.stdout, indent=1)
    sys.stdout.write("\n")
