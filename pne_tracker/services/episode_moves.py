"""Moving an episode to a newer version of its curriculum: what it would change, and the move itself."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Access, Viewer
from pne_tracker.domain.curriculum import Pack
from pne_tracker.domain.errors import ConflictError, NotFoundError, RefusedError
from pne_tracker.domain.pack_diff import Changes, pack_changes, renumbered
from pne_tracker.domain.progress import State
from pne_tracker.models import (
    Episode,
    EpisodeMove,
    EpisodeStatus,
    Homework,
    PackVersion,
    Visit,
    VisitStatus,
    new_id,
)
from pne_tracker.queries.access import load
from pne_tracker.queries.curricula import pack_of
from pne_tracker.queries.progress import evidence, section_rows
from pne_tracker.queries.section_record import EpisodeHead, episode_head
from pne_tracker.services import audit, progress


@dataclass(frozen=True, slots=True)
class Newer:
    """A version that was loaded after the episode's own."""

    id: uuid.UUID
    version: str


@dataclass(frozen=True, slots=True)
class Carried:
    """A section with progress, before and after the move; the state stays."""

    before: str
    after: str
    state: State


@dataclass(frozen=True, slots=True)
class MovePage:
    """An episode's version and the newer ones. `target` is the one looked at, None when there is none.

    `stopped` says why the episode cannot be moved now, "" when it can.
    """

    head: EpisodeHead
    row_version: int
    pack: Pack
    newer: tuple[Newer, ...]
    target: Newer | None
    changes: tuple[Changes, ...]
    carried: tuple[Carried, ...]
    stopped: str


def read_move(
    session: Session,
    viewer: Viewer,
    episode_id: uuid.UUID,
    target_id: uuid.UUID | None = None,
    *,
    now: dt.datetime,
) -> MovePage:
    """What moving an episode in reach would change. Raises NotFoundError, also for a version that is not newer."""
    episode = load(session, viewer, Episode, episode_id)
    page = _page(session, viewer, episode, target_id)
    patient_id = episode.patient_id
    audit.record(
        session, viewer, "read", "episode_move", subject_id=patient_id, patient_id=patient_id, now=now
    )
    return page


def move(
    session: Session,
    viewer: Viewer,
    episode_id: uuid.UUID,
    target_id: uuid.UUID,
    *,
    row_version: int,
    now: dt.datetime,
) -> None:
    """Move an open episode to a newer version. Progress stays with its section, whatever number that has now.

    Signed visits keep the texts and numbers they were signed with. Raises RefusedError while it cannot be moved,
    ConflictError when the episode changed since `row_version`, NotFoundError out of reach.
    """
    episode = load(session, viewer, Episode, episode_id, Access.EDIT)
    page = _page(session, viewer, episode, target_id)
    if page.stopped:
        raise RefusedError(page.stopped)
    if episode.version != row_version:
        raise ConflictError("The episode changed since you opened this page. Look again first.")
    after = pack_of(session, target_id)
    numbers = {old: new for old, new in renumbered(page.pack, after).items() if old != new}
    session.add(
        EpisodeMove(
            id=new_id(),
            organisation_id=episode.organisation_id,
            episode_id=episode.id,
            from_version_id=episode.pack_version_id,
            to_version_id=target_id,
            numbers={str(old): new for old, new in numbers.items()},
            moved_at=now,
            moved_by=viewer.account_id,
        )
    )
    for item in session.scalars(select(Homework).where(Homework.episode_id == episode.id)):
        item.section = numbers.get(item.section, item.section)
    episode.pack_version_id = target_id
    progress.rebuild(session, [episode.id])
    audit.record(
        session,
        viewer,
        "move",
        "curriculum",
        subject_id=episode.id,
        patient_id=episode.patient_id,
        now=now,
        renumbered=len(numbers),
    )
    session.flush()


def _page(session: Session, viewer: Viewer, episode: Episode, target_id: uuid.UUID | None) -> MovePage:
    before = pack_of(session, episode.pack_version_id)
    newer = _newer(session, episode, before.id)
    target = next((one for one in newer if target_id in {None, one.id}), None)
    if target_id is not None and target is None:
        raise NotFoundError
    after = pack_of(session, target.id) if target else before
    return MovePage(
        head=episode_head(session, viewer, episode.id),
        row_version=episode.version,
        pack=before,
        newer=newer,
        target=target,
        changes=pack_changes(before, after),
        carried=_carried(session, episode, before, after),
        stopped=_stopped(session, episode, before, after) if target else "",
    )


def _newer(session: Session, episode: Episode, pack: str) -> tuple[Newer, ...]:
    own = select(PackVersion.loaded_at).where(PackVersion.id == episode.pack_version_id).scalar_subquery()
    rows = session.execute(
        select(PackVersion.id, PackVersion.version)
        .where(PackVersion.pack == pack, PackVersion.loaded_at > own)
        .order_by(PackVersion.loaded_at.desc(), PackVersion.id.desc())
    )
    return tuple(Newer(version_id, version) for version_id, version in rows)


def _carried(session: Session, episode: Episode, before: Pack, after: Pack) -> tuple[Carried, ...]:
    places = renumbered(before, after)
    found = []
    for row in section_rows(session, [episode.id])[episode.id]:
        if row.state is not State.NOT_STARTED and row.number in before.by_number:
            new = places.get(row.number)
            title = f"{new}, {after.by_number[new].title}" if new else "not in the newer version"
            found.append(Carried(f"{row.number}, {before.by_number[row.number].title}", title, row.state))
    return tuple(found)


def _stopped(session: Session, episode: Episode, before: Pack, after: Pack) -> str:
    if episode.status is EpisodeStatus.DISCHARGED:
        return "The episode is discharged. It keeps the curriculum it ended with."
    draft = session.scalars(
        select(Visit.id).where(Visit.episode_id == episode.id, Visit.status == VisitStatus.DRAFT).limit(1)
    ).first()
    if draft is not None:
        return "A visit is still being written. Have it signed or discarded, then move the episode."
    places = renumbered(before, after)
    known = evidence(session, [episode.id])[episode.id]
    gone = [number for number in sorted(known) if number in before.by_number and number not in places]
    if gone:
        titles = ", ".join(before.by_number[number].title for number in gone)
        return f"The newer version no longer has {titles}, which this patient has begun. The episode keeps its version."
    return ""
