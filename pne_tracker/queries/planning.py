"""The planner's input from the database, and its plan with the words of the next-section card."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pne_tracker.domain import planner
from pne_tracker.domain.curriculum import Pack
from pne_tracker.domain.errors import NotFoundError
from pne_tracker.domain.plan_words import Block, PlanCard, SuggestionCard, card
from pne_tracker.domain.planner import Plan, PlannerInput, RecordedFlag
from pne_tracker.domain.progress import NO_EVIDENCE, State, Tally, progress_of, tally
from pne_tracker.domain.quiz_sets import with_asked
from pne_tracker.models import Clinic, Episode, Visit, VisitStatus, YellowFlag
from pne_tracker.queries.clinic_packs import pack_for
from pne_tracker.queries.progress import EpisodeEvidence, evidence

PNE_MINUTES = 30
"""Minutes of a visit that are planned for PNE when nobody says otherwise."""


@dataclass(frozen=True, slots=True)
class EpisodePlan:
    """A plan with its card, and what it was made from."""

    plan: Plan
    card: PlanCard
    pack: Pack
    evidence: EpisodeEvidence
    states: dict[int, State]
    tally: Tally
    visits_left: int | None

    @property
    def suggestion(self) -> SuggestionCard | None:
        """The first suggestion, None when every section is complete or skipped."""
        return self.card.suggestions[0] if self.card.suggestions else None

    @property
    def others(self) -> tuple[SuggestionCard, ...]:
        """The second and third suggestion."""
        return self.card.suggestions[1:]

    @property
    def blocks(self) -> tuple[Block, ...]:
        """Today's steps."""
        return self.card.blocks


def plan_of_episode(session: Session, episode: Episode, today: dt.date, minutes: int) -> EpisodePlan:
    """What to do next in an episode that was loaded before, for that many minutes of PNE on that day, by the weights
    of its clinic. Eight queries.
    """
    pack = pack_for(session, episode.clinic_id, episode.pack_version_id)
    known = with_asked(pack, evidence(session, [episode.id], today)[episode.id])
    left = visits_left(episode, signed_visits(session, episode.id))
    given = PlannerInput(
        today=today,
        minutes=minutes,
        sections=known,
        flags=_flags(session, episode.id, pack),
        visits_left=left,
        visits_per_week=episode.visits_per_week or None,
    )
    made = planner.plan(pack, given)
    progress = {
        section.number: progress_of(known.get(section.number, NO_EVIDENCE), pack.pass_mark)
        for section in pack.sections
    }
    states = {number: one.state for number, one in progress.items()}
    return EpisodePlan(
        plan=made,
        card=card(pack, made, states, today=today, minutes=minutes, visits_left=left),
        pack=pack,
        evidence=known,
        states=states,
        tally=tally(progress.values()),
        visits_left=left,
    )


def plan_of_episode_id(
    session: Session, episode_id: uuid.UUID, today_in: Callable[[str], dt.date], minutes: int = PNE_MINUTES
) -> Plan:
    """The plan of any episode, for the command (the session is unscoped); `today_in` gives a zone's day.

    Raises NotFoundError for an id that no episode has.
    """
    row = session.execute(
        select(Episode, Clinic.timezone)
        .join(Clinic, Clinic.id == Episode.clinic_id)
        .where(Episode.id == episode_id)
    ).one_or_none()
    if row is None:
        raise NotFoundError
    episode, timezone = row
    return plan_of_episode(session, episode, today_in(timezone), minutes).plan


def signed_visits(session: Session, episode_id: uuid.UUID) -> int:
    """How many visits of the episode are signed; those entered in error do not count."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Visit)
            .where(Visit.episode_id == episode_id, Visit.status == VisitStatus.SIGNED)
        )
        or 0
    )


def visits_left(episode: Episode, signed: int) -> int | None:
    """Visits authorised less those signed, not under 0; None when no limit is known."""
    if episode.visits_authorised is None:
        return None
    return max(episode.visits_authorised - signed, 0)


def _flags(session: Session, episode_id: uuid.UUID, pack: Pack) -> tuple[RecordedFlag, ...]:
    known = {flag.id for flag in pack.flags}
    rows = session.execute(
        select(YellowFlag.flag, func.max(YellowFlag.recorded_on))
        .where(YellowFlag.episode_id == episode_id, YellowFlag.ended_on.is_(None))
        .group_by(YellowFlag.flag)
        .order_by(YellowFlag.flag)
    )
    return tuple(RecordedFlag(flag, recorded_on) for flag, recorded_on in rows if flag in known)
