"""One episode as the patient page shows it: path, plan, homework, scores, visits and dose, flags, beliefs."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.discharge import reason_words, result_words
from pne_tracker.domain.homework import Adherence, status_of
from pne_tracker.domain.recall import Scheduler
from pne_tracker.models import (
    CareTeamMember,
    Diagnosis,
    Episode,
    Homework,
    Payer,
    Treatment,
    Visit,
    VisitSection,
    VisitStatus,
    YellowFlag,
)
from pne_tracker.queries.adherence import adherence_of
from pne_tracker.queries.assigned_items import begun_homework, handed_in, title_of
from pne_tracker.queries.beliefs import BeliefMap, belief_map
from pne_tracker.queries.episode_care import EpisodeCare, care_of
from pne_tracker.queries.episodes import provider_option
from pne_tracker.queries.ledger import LedgerRow, ledger
from pne_tracker.queries.outcomes import ScoreLine, score_lines
from pne_tracker.queries.patients import account_labels
from pne_tracker.queries.planning import PNE_MINUTES, EpisodePlan, plan_of_episode
from pne_tracker.queries.progress import SectionRow, section_rows
from pne_tracker.queries.recall import Switches, estimated_recall, switches
from pne_tracker.queries.since import Since, since_last_visit

PNE = "pne"


@dataclass(frozen=True, slots=True)
class HomeworkLine:
    """One assigned item with its derived status; `handed_in` of `expected` entries."""

    id: uuid.UUID
    section: int
    kind: str
    title: str
    status: str
    required: bool
    due_on: dt.date
    expected: int
    handed_in: int
    reviewed: bool


@dataclass(frozen=True, slots=True)
class VisitLine:
    """One visit; `pne_minutes` are stand-alone PNE and *of which PNE* minutes together."""

    id: uuid.UUID
    on: dt.date
    status: str
    sections: tuple[int, ...]
    pne_minutes: int


@dataclass(frozen=True, slots=True)
class FlagLine:
    """A yellow flag that holds."""

    id: str
    label: str
    also: str
    recorded_on: dt.date


@dataclass(frozen=True, slots=True)
class EpisodeRecord:
    """Everything of one episode. `pne_minutes` and `signed` count signed visits alone."""

    id: uuid.UUID
    version: int
    status: str
    discipline: str
    reason: str
    goal: str
    opened_on: dt.date
    closed_on: dt.date | None
    flags_asked_on: dt.date | None
    end_reason: str
    end_result: str
    end_words: str
    therapist: str
    team: tuple[str, ...]
    payer: str
    provider: str
    codes: tuple[str, ...]
    visits_authorised: int | None
    plan_of_care_from: dt.date | None
    plan_of_care_certified_on: dt.date | None
    sections: tuple[SectionRow, ...]
    ledger: tuple[LedgerRow, ...]
    plan: EpisodePlan
    since: Since
    homework: tuple[HomeworkLine, ...]
    adherence: Adherence
    scores: tuple[ScoreLine, ...]
    visits: tuple[VisitLine, ...]
    flags: tuple[FlagLine, ...]
    beliefs: BeliefMap
    care: EpisodeCare
    recall: Switches

    @property
    def signed(self) -> tuple[VisitLine, ...]:
        """The signed visits."""
        return tuple(visit for visit in self.visits if visit.status == VisitStatus.SIGNED)

    @property
    def pne_minutes(self) -> int:
        """PNE minutes on signed visits."""
        return sum(visit.pne_minutes for visit in self.signed)


def episode_record(
    session: Session,
    viewer: Viewer,
    episode: Episode,
    today: dt.date,
    *,
    scheduler: Scheduler | None,
    minutes: int | None = None,
) -> EpisodeRecord:
    """The record of an episode already loaded, with a plan for `minutes` of PNE or as many as a visit has.

    The number of queries does not depend on what it holds.
    """
    plan = plan_of_episode(session, episode, today, minutes or min(PNE_MINUTES, episode.visit_minutes))
    recall = estimated_recall(session, episode.id, scheduler, today) if scheduler else {}
    team = _team(session, episode)
    provider = provider_option(session, episode.referring_provider_id)
    codes = session.scalars(
        select(Diagnosis.code).where(Diagnosis.episode_id == episode.id).order_by(Diagnosis.rank)
    )
    this = select(Episode.id).where(Episode.id == episode.id)
    return EpisodeRecord(
        id=episode.id,
        version=episode.version,
        status=episode.status.value,
        discipline=episode.discipline.value,
        reason=episode.reason,
        goal=episode.goal,
        opened_on=episode.opened_on,
        closed_on=episode.closed_on,
        flags_asked_on=episode.flags_asked_on,
        end_reason=reason_words(episode.end_reason),
        end_result=result_words(episode.end_result),
        end_words=episode.end_words,
        therapist=team.pop(episode.therapist_id, ""),
        team=tuple(sorted(team.values())),
        payer=session.scalar(select(Payer.name).where(Payer.id == episode.payer_id)) or "",
        provider=provider.label if provider else "",
        codes=tuple(codes),
        visits_authorised=episode.visits_authorised,
        plan_of_care_from=episode.plan_of_care_from,
        plan_of_care_certified_on=episode.plan_of_care_certified_on,
        sections=section_rows(session, [episode.id])[episode.id],
        ledger=ledger(session, episode.id, plan, recall),
        plan=plan,
        since=since_last_visit(session, [episode], today=today, timezone=viewer.timezone)[episode.id],
        homework=homework_lines(session, episode.id, today),
        adherence=adherence_of(session, this, today=today, timezone=viewer.timezone),
        scores=score_lines(session, episode.id),
        visits=_visits(session, episode.id),
        flags=_flags(session, episode.id, plan),
        beliefs=belief_map(session, episode.id, plan.pack),
        care=care_of(session, episode, today, _begin_of(today, viewer.timezone)),
        recall=switches(session, viewer, episode.patient_id),
    )


def _begin_of(day: dt.date, zone: str) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), ZoneInfo(zone)).astimezone(dt.UTC)


def _team(session: Session, episode: Episode) -> dict[uuid.UUID, str]:
    members = session.scalars(
        select(CareTeamMember.account_id).where(CareTeamMember.episode_id == episode.id)
    )
    return account_labels(session, {episode.therapist_id, *members})


def homework_lines(session: Session, episode_id: uuid.UUID, today: dt.date) -> tuple[HomeworkLine, ...]:
    """All homework of an episode, the latest first. Three queries."""
    rows = session.scalars(
        select(Homework)
        .where(Homework.episode_id == episode_id)
        .order_by(Homework.assigned_on.desc(), Homework.section, Homework.id)
    ).all()
    begun = begun_homework(session, Homework.episode_id == episode_id)
    entries = handed_in(session, [row.id for row in rows])
    return tuple(
        HomeworkLine(
            id=row.id,
            section=row.section,
            kind=row.kind.value,
            title=title_of(row.template),
            status=status_of(row, begun=row.id in begun, today=today).value,
            required=row.required,
            due_on=row.due_on,
            expected=row.expected,
            handed_in=entries.get(row.id, 0),
            reviewed=row.reviewed_on is not None,
        )
        for row in rows
    )


def _visits(session: Session, episode_id: uuid.UUID) -> tuple[VisitLine, ...]:
    sections: dict[uuid.UUID, list[int]] = {}
    for visit_id, section in session.execute(
        select(VisitSection.visit_id, VisitSection.section)
        .where(VisitSection.episode_id == episode_id)
        .order_by(VisitSection.section)
    ):
        sections.setdefault(visit_id, []).append(section)
    pne = case((Treatment.activity == PNE, Treatment.minutes), else_=Treatment.pne_minutes)
    rows = session.execute(
        select(Visit.id, Visit.on_date, Visit.status, func.coalesce(func.sum(pne), 0))
        .outerjoin(Treatment, Treatment.visit_id == Visit.id)
        .where(Visit.episode_id == episode_id)
        .group_by(Visit.id, Visit.on_date, Visit.status)
        .order_by(Visit.on_date.desc(), Visit.id.desc())
    )
    return tuple(
        VisitLine(visit_id, on, status.value, tuple(sections.get(visit_id, ())), int(minutes))
        for visit_id, on, status, minutes in rows
    )


def _flags(session: Session, episode_id: uuid.UUID, plan: EpisodePlan) -> tuple[FlagLine, ...]:
    known = {flag.id: flag for flag in plan.pack.flags}
    rows = session.execute(
        select(YellowFlag.flag, func.max(YellowFlag.recorded_on))
        .where(YellowFlag.episode_id == episode_id, YellowFlag.ended_on.is_(None))
        .group_by(YellowFlag.flag)
        .order_by(YellowFlag.flag)
    )
    return tuple(
        FlagLine(flag, known[flag].label, known[flag].also, on) for flag, on in rows if flag in known
    )
