"""An upload between its preview and the confirmation, in a folder that its owner alone can read.

What is kept are the records that were read, not the files: those hold social security numbers and more that is
not to be stored anywhere. A folder is named by an unguessable token and belongs to one account; it goes after an
hour, and its records go when they are brought in or dismissed.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import os
import re
import secrets
import shutil
import uuid
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from pne_tracker.domain.errors import RefusedError
from pne_tracker.domain.exchange import (
    AddressRecord,
    ConditionRecord,
    ContactRecord,
    OrganisationRecord,
    PatientRecord,
    PractitionerRecord,
    Record,
    Rejected,
    Skipped,
)
from pne_tracker.services.imports_report import Found

LIFETIME: Final = dt.timedelta(hours=1)
GONE: Final = (
    "The preview is gone: it is kept for an hour, and each one is used once. Choose the files again."
)
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{43}")
_KINDS: Final[dict[str, type[Any]]] = {
    one.__name__: one
    for one in (PatientRecord, PractitionerRecord, OrganisationRecord, ConditionRecord, Rejected, Skipped)
}
_DAYS: Final = ("birth_date", "onset", "abatement", "recorded")


@dataclasses.dataclass(frozen=True, slots=True)
class KeptImport:
    """A kept upload: its token, its folder, and the clinic it is meant for."""

    token: str
    folder: Path
    clinic_id: uuid.UUID

    def items(self) -> Iterator[Found[Record] | Rejected | Skipped]:
        """The records, refused lines and skipped files; RefusedError when they are gone."""
        try:
            with (self.folder / "records").open(encoding="utf-8") as lines:
                for line in lines:
                    yield _read(json.loads(line))
        except FileNotFoundError:
            raise RefusedError(GONE) from None

    def forget_records(self) -> None:
        """Remove the records; the report stays until the folder goes."""
        (self.folder / "records").unlink(missing_ok=True)

    def write_report(self, report: dict[str, Any]) -> None:
        """Keep what the import came to, for the page that follows; the first report counts."""
        with suppress(FileExistsError):
            _write(self.folder / "report", [report])

    def report(self) -> dict[str, Any]:
        """The kept report; RefusedError when there is none."""
        try:
            found: dict[str, Any] = json.loads((self.folder / "report").read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise RefusedError(GONE) from None
        return found

    def remove(self) -> None:
        """Remove everything."""
        shutil.rmtree(self.folder, ignore_errors=True)


def keep(
    root: Path,
    items: Iterable[Found[Record] | Rejected | Skipped],
    *,
    account_id: uuid.UUID,
    clinic_id: uuid.UUID,
    now: dt.datetime,
) -> KeptImport:
    """Keep `items` below `root` for the account; leaves nothing behind when reading them is refused."""
    token = secrets.token_urlsafe(32)
    folder = root / token
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.mkdir(mode=0o700)
    kept = KeptImport(token, folder, clinic_id)
    try:
        about = {"account": str(account_id), "clinic": str(clinic_id), "at": now.isoformat()}
        _write(folder / "about", [about])
        _write(folder / "records", (_written(item) for item in items))
    except BaseException:
        kept.remove()
        raise
    return kept


def kept_import(root: Path, token: str, *, account_id: uuid.UUID, now: dt.datetime) -> KeptImport:
    """The kept upload of that token; RefusedError when it is gone, too old or of another account."""
    try:
        about = _about(root / token) if _TOKEN.fullmatch(token) else {}
    except (OSError, ValueError):
        about = {}
    if about.get("account") != str(account_id) or _is_old(about, now):
        raise RefusedError(GONE)
    return KeptImport(token, root / token, uuid.UUID(about["clinic"]))


def purge(root: Path, now: dt.datetime) -> int:
    """Remove every folder that nothing was written to for an hour; returns how many."""
    folders = list(root.iterdir()) if root.is_dir() else []
    old = [one for one in folders if now.timestamp() - _written_at(one) > LIFETIME.total_seconds()]
    for folder in old:
        shutil.rmtree(folder, ignore_errors=True)
    return len(old)


def _written_at(folder: Path) -> float:
    try:
        return folder.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _about(folder: Path) -> dict[str, str]:
    found: dict[str, str] = json.loads((folder / "about").read_text(encoding="utf-8"))
    return found


def _is_old(about: dict[str, str], now: dt.datetime) -> bool:
    return now - dt.datetime.fromisoformat(about["at"]) > LIFETIME


def _write(path: Path, lines: Iterable[dict[str, Any]]) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        for line in lines:
            file.write(json.dumps(line, default=lambda day: day.isoformat()) + "\n")


def _written(item: Found[Record] | Rejected | Skipped) -> dict[str, Any]:
    kept, place = (item.record, [item.file, item.line]) if isinstance(item, Found) else (item, None)
    return {"kind": type(kept).__name__, "place": place, "fields": dataclasses.asdict(kept)}


def _read(line: dict[str, Any]) -> Found[Record] | Rejected | Skipped:
    fields = line["fields"]
    for name in _DAYS:
        if fields.get(name):
            fields[name] = dt.date.fromisoformat(fields[name])
    if fields.get("deceased_at"):
        fields["deceased_at"] = dt.datetime.fromisoformat(fields["deceased_at"])
    if "address" in fields:
        fields["address"] = AddressRecord(**fields["address"])
    for name, kind in (("contact_points", lambda one: ContactRecord(**one)), ("notes", str)):
        if name in fields:
            fields[name] = tuple(kind(one) for one in fields[name])
    item = _KINDS[line["kind"]](**fields)
    return Found(item, *line["place"]) if line["place"] else item
