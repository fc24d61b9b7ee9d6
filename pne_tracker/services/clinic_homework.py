"""A clinic's own homework templates: read, kept, no longer offered; what was assigned keeps its text."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from pne_tracker.domain.access import Access, Viewer
from pne_tracker.domain.clinic_homework import PREFIX, ClinicItem, checked
from pne_tracker.domain.curriculum import Pack
from pne_tracker.domain.errors import ConflictError, NotFoundError
from pne_tracker.models import Clinic, ClinicHomework, new_id
from pne_tracker.queries.access import load
from pne_tracker.queries.clinic_packs import homework_rows, item_of
from pne_tracker.queries.curricula import newest, pack_of
from pne_tracker.queries.patients import account_labels
from pne_tracker.services import audit


@dataclass(frozen=True, slots=True)
class Kept:
    """One template as it stands, and who wrote it when. `row_id` is what a form is based on."""

    key: str
    row_id: uuid.UUID
    item: ClinicItem
    changed_at: dt.datetime
    changed_by: str


@dataclass(frozen=True, slots=True)
class HomeworkPage:
    """A clinic, its pack, and its templates in order of their sections."""

    clinic_id: uuid.UUID
    clinic: str
    pack: Pack
    kept: tuple[Kept, ...]

    def one(self, key: str) -> Kept:
        """One template. Raises NotFoundError."""
        found = next((one for one in self.kept if one.key == key), None)
        if found is None:
            raise NotFoundError
        return found


def read_own(session: Session, viewer: Viewer, clinic_id: uuid.UUID) -> HomeworkPage:
    """The templates of a clinic of the viewer's. Raises NotFoundError out of reach."""
    clinic = load(session, viewer, Clinic, clinic_id)
    pack = pack_of(session, newest(session, clinic).id)
    rows = homework_rows(session, clinic.id, pack.id)
    names = account_labels(session, {row.changed_by for row in rows})
    place = {section.slug: section.number for section in pack.sections}
    kept = [
        Kept(row.key, row.id, item_of(row), row.changed_at, names.get(row.changed_by, "")) for row in rows
    ]
    ordered = sorted(kept, key=lambda one: (not one.item.offered, place.get(one.item.slug, 0), one.key))
    return HomeworkPage(clinic.id, clinic.name, pack, tuple(ordered))


def keep(
    session: Session,
    viewer: Viewer,
    clinic_id: uuid.UUID,
    item: ClinicItem,
    *,
    key: str = "",
    based_on: uuid.UUID | None = None,
    now: dt.datetime,
) -> str:
    """Keep a template, a new one without `key`; returns its key. The same again changes nothing.

    Raises BadInputError for what is not filled in, ConflictError when somebody changed it since `based_on`.
    """
    clinic = load(session, viewer, Clinic, clinic_id, Access.EDIT)
    page = read_own(session, viewer, clinic_id)
    item = checked(item, (section.slug for section in page.pack.sections))
    if key:
        before = page.one(key)
        if before.item == item:
            return key
        if before.row_id != based_on:
            raise ConflictError("Somebody else changed this since you opened it. Look again first.")
    key = key or f"{PREFIX}{new_id().hex[-12:]}"
    row = ClinicHomework(
        id=new_id(),
        organisation_id=clinic.organisation_id,
        clinic_id=clinic.id,
        pack=page.pack.id,
        slug=item.slug,
        key=key,
        kind=item.kind,
        title_en=item.title.en,
        title_es=item.title.es,
        text_en=item.instructions.en,
        text_es=item.instructions.es,
        times=item.times,
        days=item.days,
        required=item.required,
        offered=item.offered,
        changed_at=now,
        changed_by=viewer.account_id,
    )
    session.add(row)
    audit.record(session, viewer, "change", "clinic_homework", subject_id=row.id, now=now)
    session.flush()
    return key


def offer(
    session: Session, viewer: Viewer, clinic_id: uuid.UUID, key: str, *, offered: bool, now: dt.datetime
) -> None:
    """Offer a template again, or no longer. Raises NotFoundError."""
    kept = read_own(session, viewer, clinic_id).one(key)
    item = replace(kept.item, offered=offered)
    keep(session, viewer, clinic_id, item, key=key, based_on=kept.row_id, now=now)
