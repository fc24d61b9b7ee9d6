"""The read model of section states, rewritten from the evidence whenever that changes."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from pne_tracker.domain.curriculum import Pack
from pne_tracker.domain.progress import NO_EVIDENCE, SectionProgress, homework_decides, progress_of
from pne_tracker.models import Episode, SectionState, built_once, new_id
from pne_tracker.queries.curricula import pack_of
from pne_tracker.queries.parameters import EPISODES
from pne_tracker.queries.progress import EpisodeEvidence, evidence, section_rows
from pne_tracker.queries.state_evidence import Kept, deciding_evidence, stored_states
from pne_tracker.services import gists
from pne_tracker.services.recall_cards import after_progress

PAGE, CHECKED = 200, 1000
Derived = dict[int, SectionProgress]


def rebuild(session: Session, episode_ids: Collection[uuid.UUID]) -> None:
    """Rewrite the section states of these episodes, one row for each section of the episode's pack.

    The recall cards follow: what is understood gets one, what no longer is rests.

    Locks the episodes first, so that of two changes at once the later sees the evidence of both.
    """
    session.flush()
    episodes = _locked(session, episode_ids)
    _keep(session, episodes, _derive(session, episodes))


def follow(session: Session, episode: Episode, known: EpisodeEvidence) -> None:
    """The same for one episode, from evidence that the caller read after it had locked the episode."""
    gists.was_read(session, {episode.id: known}, waits=True)
    derived = _of_sections(pack_of(session, episode.pack_version_id), known)
    _keep(session, [episode], {episode.id: derived})


def after_assigning(session: Session, episode: Episode, sections: Collection[int]) -> None:
    """Let the states of an episode that the caller has locked follow homework that went out for these sections."""
    states = {row.number: row.state for row in section_rows(session, [episode.id])[episode.id]}
    if any(homework_decides(states.get(number)) for number in sections):
        rebuild(session, [episode.id])


def _keep(session: Session, episodes: list[Episode], derived: dict[uuid.UUID, Derived]) -> None:
    stored = _stored(session, [episode.id for episode in episodes])
    for episode in episodes:
        rows = stored.get(episode.id, {})
        for number, one in derived[episode.id].items():
            row = rows.pop(number, None)
            if row is None:
                row = _new_row(episode, number)
                session.add(row)
            _write(row, one)
        if rows:
            gone = [row.id for row in rows.values()]
            session.execute(delete(SectionState).where(SectionState.id.in_(gone)))
    after_progress(session, episodes, derived)


def begin(session: Session, episode: Episode) -> None:
    """Write the section states of an episode that was made in this transaction: of nothing there is evidence."""
    for section in pack_of(session, episode.pack_version_id).sections:
        row = _new_row(episode, section.number)
        _write(row, progress_of(NO_EVIDENCE))
        session.add(row)
    session.flush()


@dataclass(frozen=True, slots=True)
class Difference:
    """A section whose stored state is not what the evidence says; "" where there is no such row."""

    episode_id: uuid.UUID
    section: int
    stored: str
    derived: str


def differences(session: Session) -> list[Difference]:
    """Every place where the read model and the evidence disagree, in all episodes of the scope."""
    found: list[Difference] = []
    for page in pages(session, CHECKED):
        packs = session.execute(select(Episode.id, Episode.pack_version_id).where(Episode.id.in_(page)))
        known, stored = deciding_evidence(session, page), stored_states(session, page)
        for episode_id, pack_version_id in packs:
            derived = _of_sections(pack_of(session, pack_version_id), known[episode_id])
            found += _compare(episode_id, derived, stored[episode_id])
    return found


def pages(session: Session, size: int = PAGE) -> Iterator[list[uuid.UUID]]:
    """The ids of all episodes of the session's scope, in order, in pages."""
    last: uuid.UUID | None = None
    while True:
        statement = select(Episode.id).order_by(Episode.id).limit(size)
        if last is not None:
            statement = statement.where(Episode.id > last)
        page = list(session.scalars(statement))
        if not page:
            return
        yield page
        last = page[-1]


_LOCKED = built_once(select(Episode).where(Episode.id.in_(EPISODES)).order_by(Episode.id).with_for_update())
_STATES = built_once(select(SectionState).where(SectionState.episode_id.in_(EPISODES)))


def _locked(session: Session, episode_ids: Collection[uuid.UUID]) -> list[Episode]:
    return list(session.scalars(_LOCKED, {"episodes": list(episode_ids)}))


def _derive(session: Session, episodes: list[Episode]) -> dict[uuid.UUID, Derived]:
    known = evidence(session, [episode.id for episode in episodes])
    gists.was_read(session, known)
    return {
        episode.id: _of_sections(pack_of(session, episode.pack_version_id), known[episode.id])
        for episode in episodes
    }


def _of_sections(pack: Pack, known: EpisodeEvidence) -> Derived:
    return {
        section.number: progress_of(known.get(section.number, NO_EVIDENCE), pack.pass_mark)
        for section in pack.sections
    }


def _stored(session: Session, episode_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, dict[int, SectionState]]:
    found: dict[uuid.UUID, dict[int, SectionState]] = {}
    for row in session.scalars(_STATES, {"episodes": list(episode_ids)}):
        found.setdefault(row.episode_id, {})[row.section] = row
    return found


def _new_row(episode: Episode, number: int) -> SectionState:
    return SectionState(
        id=new_id(),
        organisation_id=episode.organisation_id,
        clinic_id=episode.clinic_id,
        patient_id=episode.patient_id,
        episode_id=episode.id,
        section=number,
    )


def _write(row: SectionState, one: SectionProgress) -> None:
    row.state = one.state.value
    row.taught = one.taught
    row.understood = one.understood
    row.first_taught_on = one.first_taught_on
    row.last_taught_on = one.last_taught_on


def _compare(episode_id: uuid.UUID, derived: Derived, stored: dict[int, Kept]) -> Iterator[Difference]:
    for number in sorted(derived.keys() | stored.keys()):
        one, row = derived.get(number), stored.get(number)
        if one is None or row is None or _facts(one) != row:
            yield Difference(episode_id, number, row[0] if row else "", one.state.value if one else "")


def _facts(one: SectionProgress) -> Kept:
    return one.state.value, one.taught, one.understood, one.first_taught_on, one.last_taught_on
