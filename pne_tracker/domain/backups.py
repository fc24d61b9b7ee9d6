"""What a backup says of itself: its manifest, and where the audit chain stood when it was made."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from pne_tracker.domain.errors import RefusedError

FORMAT: Final = 1
"""The version of the file's format."""


@dataclass(frozen=True, slots=True)
class TableFacts:
    """One table of a backup: its columns with their kinds, how many rows, and the SHA-256 of its lines."""

    columns: Mapping[str, str]
    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class ChainHead:
    """The latest sealed audit event of an organisation: its place in the chain and its seal."""

    organisation_id: str
    position: int
    seal: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything about a backup but its rows. `revision` is that of the migrations; `keys` count sealed values."""

    made_at: dt.datetime
    revision: str
    tables: Mapping[str, TableFacts]
    heads: tuple[ChainHead, ...]
    keys: Mapping[str, int]

    @property
    def rows(self) -> int:
        """All rows of all tables."""
        return sum(facts.rows for facts in self.tables.values())

    def as_dict(self) -> dict[str, Any]:
        """As it stands in the file."""
        return {
            "format": FORMAT,
            "made_at": self.made_at.isoformat(),
            "revision": self.revision,
            "rows": self.rows,
            "audit_heads": [asdict(head) for head in self.heads],
            "keys": dict(self.keys),
            "tables": {name: asdict(facts) for name, facts in self.tables.items()},
        }


def manifest_of(data: Mapping[str, Any]) -> Manifest:
    """The manifest that `data` describes. Raises RefusedError for a format that is not ours to read."""
    if data.get("format") != FORMAT:
        raise RefusedError(
            f"This backup has format {data.get('format')!r}; this version reads format {FORMAT}. "
            "Restore it with the version that made it."
        )
    return Manifest(
        made_at=dt.datetime.fromisoformat(data["made_at"]),
        revision=data["revision"],
        tables={name: TableFacts(**facts) for name, facts in data["tables"].items()},
        heads=tuple(ChainHead(**head) for head in data["audit_heads"]),
        keys=data["keys"],
    )


def differences(expected: Mapping[str, TableFacts], found: Mapping[str, TableFacts]) -> list[str]:
    """The tables whose rows are not those of the backup, each with both counts."""
    return [
        f"{name}: {facts.rows} rows in the backup, {found[name].rows} in the database"
        for name, facts in expected.items()
        if (facts.rows, facts.sha256) != (found[name].rows, found[name].sha256)
    ]
