"""The versions of curricula in an organisation, what each changes, and which episodes follow which."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.curriculum import Pack
from pne_tracker.domain.pack_diff import Changes, pack_changes
from pne_tracker.domain.people import full_name
from pne_tracker.models import Clinic, Episode, EpisodeStatus, PackVersion, Patient
from pne_tracker.queries.access import reachable_patients
from pne_tracker.queries.curricula import newest, pack_of
from pne_tracker.queries.patients import account_labels

RUNNING = (EpisodeStatus.OPEN, EpisodeStatus.ON_HOLD)
SHOWN = 500


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One stored version; `episodes` of the clinic follow it that are open or on hold. `current` takes new ones."""

    id: uuid.UUID
    title: str
    version: str
    loaded_at: dt.datetime
    loaded_by: str
    episodes: int
    current: bool


@dataclass(frozen=True, slots=True)
class VersionsPage:
    """All versions, those loaded last first."""

    clinic_id: uuid.UUID
    clinic: str
    lines: tuple[VersionLine, ...]


@dataclass(frozen=True, slots=True)
class FollowingEpisode:
    """An episode that follows a version."""

    patient_id: uuid.UUID
    episode_id: uuid.UUID
    name: str
    opened_on: dt.date


@dataclass(frozen=True, slots=True)
class VersionPage:
    """One version: what it holds, what it changes against the one for new episodes, and who follows it, by name."""

    clinic_id: uuid.UUID
    clinic: str
    line: VersionLine
    pack: Pack
    current: Pack
    changes: tuple[Changes, ...]
    episodes: tuple[FollowingEpisode, ...]


def versions_page(session: Session, clinic: Clinic) -> VersionsPage:
    """The versions that the clinic's organisation has loaded."""
    rows = session.scalars(
        select(PackVersion).order_by(PackVersion.loaded_at.desc(), PackVersion.id.desc())
    ).all()
    current = newest(session, clinic).id
    followed = session.execute(
        select(Episode.pack_version_id, func.count())
        .where(Episode.clinic_id == clinic.id, Episode.status.in_(RUNNING))
        .group_by(Episode.pack_version_id)
    )
    counts: dict[uuid.UUID, int] = {row[0]: row[1] for row in followed}
    names = account_labels(session, {row.loaded_by for row in rows if row.loaded_by})
    lines = tuple(
        VersionLine(
            id=row.id,
            title=pack_of(session, row.id).title.en,
            version=row.version,
            loaded_at=row.loaded_at,
            loaded_by=names.get(row.loaded_by, "") if row.loaded_by else "",
            episodes=counts.get(row.id, 0),
            current=row.id == current,
        )
        for row in rows
    )
    return VersionsPage(clinic.id, clinic.name, lines)


def version_page(session: Session, viewer: Viewer, clinic: Clinic, version: PackVersion) -> VersionPage:
    """One version for this viewer; nobody is named to those who reach no patient."""
    lines = versions_page(session, clinic).lines
    current = pack_of(session, newest(session, clinic).id)
    pack = pack_of(session, version.id)
    return VersionPage(
        clinic_id=clinic.id,
        clinic=clinic.name,
        line=next(one for one in lines if one.id == version.id),
        pack=pack,
        current=current,
        changes=pack_changes(current, pack),
        episodes=_following(session, viewer, clinic.id, version.id),
    )


def _following(
    session: Session, viewer: Viewer, clinic_id: uuid.UUID, version_id: uuid.UUID
) -> tuple[FollowingEpisode, ...]:
    rows = session.execute(
        select(Episode, Patient.given_name, Patient.family_name)
        .join(Patient, Patient.id == Episode.patient_id)
        .where(
            Episode.clinic_id == clinic_id,
            Episode.pack_version_id == version_id,
            Episode.status.in_(RUNNING),
            reachable_patients(viewer),
        )
        .order_by(Patient.family_name, Patient.given_name, Episode.id)
        .limit(SHOWN)
    )
    return tuple(
        FollowingEpisode(one.patient_id, one.id, full_name(given, family), one.opened_on)
        for one, given, family in rows
    )
