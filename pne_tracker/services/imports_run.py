"""One import under way: its target, what it has changed so far, and the few ways to write it down."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import insert
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.models import AuditEvent, Base, new_id
from pne_tracker.services.imports_report import ImportReport

BATCH: Final = 500
COMMAND_ROLE: Final = "command"


@dataclass(frozen=True, slots=True)
class ImportTarget:
    """Where patients are brought in: a clinic, and the organisation within which records are found again."""

    organisation_id: uuid.UUID
    clinic_id: uuid.UUID


@dataclass(slots=True)
class ImportRun:
    """An import under way. `created` and `changed` (with the names of fields) are patients, for the audit trail."""

    session: Session
    target: ImportTarget
    now: dt.datetime
    report: ImportReport
    created: dict[uuid.UUID, None] = field(default_factory=dict)
    changed: dict[uuid.UUID, set[str]] = field(default_factory=dict)

    def insert(self, model: type[Base], rows: list[dict[str, Any]]) -> None:
        """Write new rows at once, after the changes made so far. All rows have the same keys, columns by name."""
        if rows:
            self.session.flush()
            table: Any = model.__table__
            self.session.execute(insert(table), rows)

    def touch(self, patient_id: uuid.UUID, fields: Iterable[str]) -> None:
        """Remember that fields of a patient changed; a patient who is new needs no second mention."""
        if patient_id not in self.created:
            self.changed.setdefault(patient_id, set()).update(fields)

    def write_audit(self, actor: Viewer | None) -> None:
        """One event for each patient who is new or changed, and one for the import; `actor` None is the command."""
        counts = self.report.resources["Patient"]
        totals = {
            "created": counts.created,
            "updated": counts.updated,
            "unchanged": counts.unchanged,
            "rejected": len(self.report.rejected),
        }
        events = [self._event(actor, "create", "patient", one, one, {"import": True}) for one in self.created]
        events += [
            self._event(actor, "change", "patient", one, one, {"import": True, "fields": sorted(fields)})
            for one, fields in self.changed.items()
        ]
        events.append(self._event(actor, "import", "patients", self.target.clinic_id, None, totals))
        for start in range(0, len(events), BATCH):
            self.insert(AuditEvent, events[start : start + BATCH])

    def _event(
        self,
        actor: Viewer | None,
        action: str,
        subject: str,
        subject_id: uuid.UUID,
        patient_id: uuid.UUID | None,
        details: dict[str, Any],
    ) -> dict[str, Any]:
        return {
            "id": new_id(),
            "organisation_id": self.target.organisation_id,
            "at": self.now,
            "actor_id": actor.account_id if actor else None,
            "actor_role": actor.role.value if actor else COMMAND_ROLE,
            "action": action,
            "subject": subject,
            "subject_id": subject_id,
            "patient_id": patient_id,
            "details": details,
        }


def known(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values that say something: an unknown one never replaces one that is known."""
    return {name: value for name, value in values.items() if value not in (None, "")}


def change(row: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    """Set what differs on a row; returns what stood there before, by field."""
    before = {name: getattr(row, name) for name in values}
    differing = {name: old for name, old in before.items() if old != values[name]}
    for name in differing:
        setattr(row, name, values[name])
    return differing
