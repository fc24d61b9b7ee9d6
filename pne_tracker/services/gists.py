"""The gist of each episode's evidence, kept by every transaction that changes the evidence, whoever writes it.

A session remembers the episodes whose evidence its flushes changed. Before it commits, `keep` derives their gist
anew.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import event, inspect, select
from sqlalchemy.orm import Session, UOWTransaction

from pne_tracker.domain.gist import Gist, as_plain, from_plain
from pne_tracker.models import (
    Check,
    Episode,
    EpisodeGist,
    EpisodeMove,
    OutcomeScore,
    SectionMark,
    Visit,
    VisitStatus,
    YellowFlag,
    built_once,
)
from pne_tracker.queries import gists
from pne_tracker.queries.gist_rows import Touched, forget_touched, notes_of
from pne_tracker.queries.parameters import EPISODES
from pne_tracker.queries.progress import EpisodeEvidence


def watch(session_class: type[Session]) -> None:
    """Let sessions of a class remember whose evidence they change; once for each class."""
    event.listen(session_class, "after_flush", _remember)
    event.listen(session_class, "after_rollback", forget_touched)


def _remember(session: Session, _context: UOWTransaction) -> None:
    rows = [*session.new, *session.dirty, *session.deleted]
    quizzed = {one for row in rows for one in _quizzed(row)}
    changed = quizzed.union(one for row in rows for one in _changed(row))
    if changed:
        notes = notes_of(session)
        notes.episodes |= changed
        notes.quizzed |= quizzed
        for episode_id in changed & notes.read.keys():
            del notes.read[episode_id]
        notes.settle()


def _quizzed(row: object) -> Iterable[uuid.UUID]:
    match row:
        case Check():
            return (row.episode_id, *_before(row, "episode_id"))
        case EpisodeMove():
            return (row.episode_id,)
        case Episode() if _before(row, "pack_version_id"):
            return (row.id,)
    return ()


def _changed(row: object) -> Iterable[uuid.UUID]:
    match row:
        case Visit() if row.status is not VisitStatus.DRAFT or _before(row, "status"):
            return (row.episode_id,)
        case SectionMark() | YellowFlag() | OutcomeScore():
            return (row.episode_id,)
    return ()


def _before(row: Any, name: str) -> Collection[Any]:
    return inspect(row).attrs[name].history.deleted or ()


def begin(session: Session, episode: Episode) -> None:
    """Keep the gist of an episode that was made in this transaction: of nothing there is evidence."""
    _write(session, episode, None, Gist())


def was_read(session: Session, known: Mapping[uuid.UUID, EpisodeEvidence], *, waits: bool = False) -> None:
    """Say that this is all of the evidence of these episodes, so that `keep` need not read it again.

    `waits`: it is so as soon as what waits in the session is flushed.
    """
    notes = notes_of(session)
    if waits:
        notes.coming.update(known)
    else:
        notes.read.update(known)


def keep(session: Session) -> None:
    """Bring the gists up to what this transaction wrote; with `standing.keep` the last thing before it commits."""
    session.flush()
    notes = notes_of(session)
    notes.settle()
    if notes.episodes:
        _refresh(session, notes)
    forget_touched(session)


def refresh(session: Session, episode_ids: Collection[uuid.UUID]) -> None:
    """Derive the gist of these episodes anew and keep it."""
    _refresh(session, Touched(set(episode_ids), set(episode_ids)))


_KEPT = built_once(
    select(Episode, EpisodeGist)
    .outerjoin(EpisodeGist, EpisodeGist.episode_id == Episode.id)
    .where(Episode.id.in_(EPISODES))
    .order_by(Episode.id)
    .with_for_update(of=Episode)
)


def _refresh(session: Session, notes: Touched) -> None:
    """Locks the episodes first, so that of two changes at once the later sees the evidence of both.

    Those that are gone meanwhile took their rows with them.
    """
    rows = session.execute(_KEPT, {"episodes": list(notes.episodes)}).all()
    stay = {one.id: from_plain(kept.gist).quiz for one, kept in rows if kept and one.id not in notes.quizzed}
    derived = gists.derive(session, [row[0] for row in rows], read=notes.read, quizzes=stay)
    for episode, kept in rows:
        _write(session, episode, kept, derived[episode.id])
    session.flush()


def _write(session: Session, episode: Episode, kept: EpisodeGist | None, gist: Gist) -> None:
    if kept is None:
        kept = EpisodeGist(
            organisation_id=episode.organisation_id, episode_id=episode.id, patient_id=episode.patient_id
        )
        session.add(kept)
    kept.gist, kept.visited_on, kept.news_from = as_plain(gist), gist.visited_on, gist.news_from


def catch_up(session: Session, *, limit: int = 200) -> int:
    """Keep the gist of up to `limit` episodes that have none; returns how many."""
    ids = gists.missing(session, limit)
    if ids:
        refresh(session, ids)
    return len(ids)


def differences(session: Session, episode_ids: Collection[uuid.UUID]) -> list[uuid.UUID]:
    """Which of these episodes have a gist that is not what their evidence gives; none kept is no difference."""
    rows = session.execute(
        select(Episode, EpisodeGist)
        .join(EpisodeGist, EpisodeGist.episode_id == Episode.id)
        .where(Episode.id.in_(list(episode_ids)))
    ).all()
    derived = gists.derive(session, [row[0] for row in rows])
    return [episode.id for episode, kept in rows if not _says(kept, derived[episode.id])]


def _says(kept: EpisodeGist, gist: Gist) -> bool:
    told = (as_plain(gist), gist.visited_on, gist.news_from)
    return (kept.gist, kept.visited_on, kept.news_from) == told
