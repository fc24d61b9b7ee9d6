"""All that a patient logged, as the care team reads it: shared entries by kind, and how many are private."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.curriculum import HomeworkKind
from pne_tracker.domain.homework_item import item_from_dict
from pne_tracker.models import Entry, EntryStatus, Homework, Patient
from pne_tracker.queries.access import load
from pne_tracker.queries.homework_pages import EntryShown, shown
from pne_tracker.queries.own_logs import Logged, own_logs


@dataclass(frozen=True, slots=True)
class LogRow:
    """One kind of log of a patient, with every shared entry of it."""

    kind: HomeworkKind
    title: str
    entries: tuple[Logged | EntryShown, ...]


@dataclass(frozen=True, slots=True)
class PatientLogs:
    """All logs of a patient, and how many private entries are not among them."""

    patient_id: uuid.UUID
    patient_name: str
    rows: tuple[LogRow, ...]
    private: int


def patient_logs(session: Session, viewer: Viewer, patient_id: uuid.UUID) -> PatientLogs:
    """What a patient logged, asked for or not. Raises NotFoundError out of reach. Three queries."""
    patient = load(session, viewer, Patient, patient_id)
    titles: dict[tuple[HomeworkKind, str], str] = {}
    found: dict[tuple[HomeworkKind, str], list[Logged | EntryShown]] = {}
    private = 0
    for homework, entry in session.execute(
        select(Homework, Entry)
        .join(Entry, Entry.homework_id == Homework.id)
        .where(Homework.patient_id == patient.id, Entry.status == EntryStatus.DONE)
        .order_by(Homework.section, Homework.assigned_on, Entry.for_date)
    ):
        if not entry.shared:
            private += 1
            continue
        item = item_from_dict(homework.template)
        titles[item.kind, item.key] = item.title.en
        found.setdefault((item.kind, item.key), []).append(shown(entry, item))
    flares = own_logs(session, viewer, patient.id, HomeworkKind.FLARE_LOG)
    if flares:
        titles[HomeworkKind.FLARE_LOG, ""] = "Flares"
        found[HomeworkKind.FLARE_LOG, ""] = list(flares)
    rows = tuple(LogRow(key[0], titles[key], tuple(entries)) for key, entries in found.items())
    return PatientLogs(patient.id, f"{patient.given_name} {patient.family_name}", rows, private)
