"""Bringing records in from another system: creates and changes, never doubles, all of it or nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.errors import BadInputError, ConflictError
from pne_tracker.domain.exchange import (
    ConditionRecord,
    OrganisationRecord,
    PatientRecord,
    PractitionerRecord,
    Record,
    Rejected,
    Skipped,
)
from pne_tracker.models import Clinic
from pne_tracker.queries.access import load
from pne_tracker.services.imports_others import keep_conditions, keep_organisations, keep_practitioners
from pne_tracker.services.imports_patients import keep_patients
from pne_tracker.services.imports_report import Found, ImportReport
from pne_tracker.services.imports_run import BATCH, ImportRun, ImportTarget

__all__ = ["ImportReport", "ImportTarget", "import_records"]

Item = Record | Found[Record] | Rejected | Skipped

_KEEP: Final[dict[type[Record], Callable[[ImportRun, list[Any]], None]]] = {
    OrganisationRecord: keep_organisations,
    PractitionerRecord: keep_practitioners,
    PatientRecord: keep_patients,
    ConditionRecord: keep_conditions,
}


def import_records(
    session: Session,
    *,
    clinic: ImportTarget,
    records: Iterable[Item],
    actor: Viewer | None,
    now: dt.datetime,
    dry_run: bool = False,
) -> ImportReport:
    """Bring `records` into the clinic in the session's transaction and say what became of each.

    Records point only at earlier ones (the readers' order). A known patient is found by the id of the export or
    by the medical record number and keeps the clinic. `actor` None is the command. `dry_run` rolls the
    transaction back at the end: the counts are those of a real run.

    Raises BadInputError when there is no line at all, NotFoundError for a clinic out of the actor's reach, and
    ConflictError when somebody else added one of the patients meanwhile.
    """
    if actor is not None:
        load(session, actor, Clinic, clinic.clinic_id)
    run = ImportRun(session, clinic, now, ImportReport(dry_run))
    try:
        for batch in _batches(records, run.report):
            _KEEP[type(batch[0].record)](run, batch)
        if run.report.is_empty:
            raise BadInputError(
                "There is nothing to import here: no patients, practitioners, organisations or conditions."
            )
        run.write_audit(actor)
    except IntegrityError:
        # Without its cause, whose text quotes the row.
        raise ConflictError("Somebody else added one of these records meanwhile. Import again.") from None
    if dry_run:
        session.rollback()
    return run.report


def _batches(records: Iterable[Item], report: ImportReport) -> Iterator[list[Found[Record]]]:
    """Records of one type that share no key, at most BATCH at once; other items go to the report."""
    batch: list[Found[Record]] = []
    keys: set[tuple[str, str]] = set()
    for item in records:
        if isinstance(item, Rejected):
            report.resources[item.resource].rejected.append(item)
            continue
        if isinstance(item, Skipped):
            report.skipped.append(item)
            continue
        found = item if isinstance(item, Found) else Found(item)
        own = _keys(found.record)
        kind_ends = bool(batch) and type(batch[0].record) is not type(found.record)
        if kind_ends or len(batch) == BATCH or keys & own:
            yield batch
            batch, keys = [], set()
        batch.append(found)
        keys |= own
    if batch:
        yield batch


def _keys(record: Record) -> set[tuple[str, str]]:
    """What tells the record from others of its type."""
    keys = {("id", record.source_id)} if record.source_id is not None else set()
    return keys | {("mrn", record.mrn)} if isinstance(record, PatientRecord) else keys
