"""The versions of a clinic's curriculum: listed, uploaded, and chosen for new episodes."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Access, Permission, Viewer
from pne_tracker.domain.curriculum import Pack
from pne_tracker.domain.errors import BadInputError, NotFoundError
from pne_tracker.domain.pack_text import pack_hash, pack_to_json
from pne_tracker.models import Clinic, PackChoice, PackVersion, new_id
from pne_tracker.queries.access import load
from pne_tracker.queries.curricula import newest
from pne_tracker.queries.pack_versions import VersionPage, VersionsPage, version_page, versions_page
from pne_tracker.services import audit, curricula


def read_versions(session: Session, viewer: Viewer, clinic_id: uuid.UUID) -> VersionsPage:
    """Every version the clinic can use. Raises NotFoundError out of reach."""
    return versions_page(session, load(session, viewer, Clinic, clinic_id))


def read_version(
    session: Session, viewer: Viewer, clinic_id: uuid.UUID, version_id: uuid.UUID, *, now: dt.datetime
) -> VersionPage:
    """One version: what it holds, what it changes, and, for those who see patients, whose episodes follow it.

    Raises NotFoundError.
    """
    clinic = load(session, viewer, Clinic, clinic_id)
    page = version_page(session, viewer, clinic, version_of(session, version_id))
    if viewer.may(Permission.STEER_CARE):
        shown = (one.patient_id for one in page.episodes)
        audit.record_list(session, viewer, "curriculum_version", shown, now=now)
    return page


def version_of(session: Session, version_id: uuid.UUID) -> PackVersion:
    """A stored version of the organisation. Raises NotFoundError."""
    found = session.scalars(select(PackVersion).where(PackVersion.id == version_id)).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def upload(
    session: Session, viewer: Viewer, clinic_id: uuid.UUID, pack: Pack, *, now: dt.datetime
) -> PackVersion:
    """Store a pack; nobody's episode changes by it. The same content again is the version that is there.

    Raises BadInputError (`at` is file) when its version is loaded already with other content.
    """
    clinic = load(session, viewer, Clinic, clinic_id)
    digest = pack_hash(pack_to_json(pack))
    other = session.scalars(
        select(PackVersion.id).where(
            PackVersion.pack == pack.id,
            PackVersion.version == pack.version,
            PackVersion.content_hash != digest,
        )
    ).first()
    if other is not None:
        raise BadInputError(
            f"Version {pack.version} of {pack.id} is loaded already and holds something else. "
            "Write a new version into the file.",
            at="file",
        )
    _pin_clinics(session, now)
    version = curricula.store(session, clinic.organisation_id, pack, now=now, loaded_by=viewer.account_id)
    audit.record(session, viewer, "upload", "curriculum_version", subject_id=version.id, now=now)
    session.flush()
    return version


def _pin_clinics(session: Session, now: dt.datetime) -> None:
    """Let clinics that never chose keep the version they have: without a choice the one loaded last counts."""
    chosen = select(PackChoice.id).where(PackChoice.clinic_id == Clinic.id)
    for clinic in session.scalars(select(Clinic).where(~chosen.exists())):
        set_version(session, clinic, newest(session, clinic), now=now)
    session.flush()


def choose(
    session: Session, viewer: Viewer, clinic_id: uuid.UUID, version_id: uuid.UUID, *, now: dt.datetime
) -> None:
    """Let new episodes of the clinic begin with that version; open ones keep theirs. Raises NotFoundError."""
    clinic = load(session, viewer, Clinic, clinic_id, Access.EDIT)
    version = version_of(session, version_id)
    set_version(session, clinic, version, now=now, by=viewer.account_id)
    audit.record(
        session, viewer, "choose", "curriculum_version", subject_id=version.id, now=now, pack=version.pack
    )
    session.flush()


def set_version(
    session: Session, clinic: Clinic, version: PackVersion, *, now: dt.datetime, by: uuid.UUID | None = None
) -> None:
    """Write down the clinic's choice."""
    session.add(
        PackChoice(
            id=new_id(),
            organisation_id=clinic.organisation_id,
            clinic_id=clinic.id,
            pack_version_id=version.id,
            chosen_at=now,
            chosen_by=by,
        )
    )
    clinic.default_pack = version.pack
