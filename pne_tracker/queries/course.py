"""A whole course of treatment up to a day, as papers tell it: read once, in a fixed number of queries."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from pne_tracker.domain.billing import PNE
from pne_tracker.domain.curriculum import HomeworkKind, Pack, Section
from pne_tracker.domain.homework import Adherence
from pne_tracker.domain.progress import (
    NO_EVIDENCE,
    Check,
    SectionEvidence,
    SectionProgress,
    Tally,
    progress_of,
    tally,
)
from pne_tracker.models import Entry, EntryStatus, Episode, Homework, Visit, VisitStatus
from pne_tracker.queries.adherence import adherence_of
from pne_tracker.queries.clinic_packs import pack_for
from pne_tracker.queries.episode_record import HomeworkLine, homework_lines
from pne_tracker.queries.outcomes import ScoreLine, score_lines
from pne_tracker.queries.own_plan import OwnPlan, own_plan
from pne_tracker.queries.papers import PaperHead, paper_head
from pne_tracker.queries.progress import evidence


@dataclass(frozen=True, slots=True)
class CourseLine:
    """One billing line as signed."""

    code: str
    units: int
    minutes: int
    modifiers: tuple[str, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CourseVisit:
    """One signed visit. `pne_minutes` are stand-alone PNE minutes and those within other treatments."""

    id: uuid.UUID
    on: dt.date
    minutes: int | None
    pne_minutes: int
    sections: tuple[int, ...]
    lines: tuple[CourseLine, ...]
    unbilled: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CourseSection:
    """One section with where it stands, the days it was taught and every check of it in order of time."""

    section: Section
    progress: SectionProgress
    taught_on: tuple[dt.date, ...]
    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class Course:
    """Everything of one episode up to `until`; adherence from its opening on. Journals are not in it."""

    head: PaperHead
    until: dt.date
    pack: Pack
    sections: tuple[CourseSection, ...]
    tally: Tally
    visits: tuple[CourseVisit, ...]
    homework: tuple[HomeworkLine, ...]
    handed_in: Mapping[HomeworkKind, int]
    adherence: Adherence
    scores: tuple[ScoreLine, ...]
    plan: OwnPlan

    @property
    def pne_minutes(self) -> int:
        """PNE minutes on signed visits."""
        return sum(visit.pne_minutes for visit in self.visits)

    @property
    def days(self) -> int:
        """Days on which treatment was given."""
        return len({visit.on for visit in self.visits})


def course_of(session: Session, episode: Episode, until: dt.date) -> Course:
    """The course of an episode that the caller has loaded, as it stood at the end of the day `until`."""
    pack = pack_for(session, episode.clinic_id, episode.pack_version_id)
    head = paper_head(session, episode.id)
    sections = _sections(session, episode.id, pack, until)
    this = select(Episode.id).where(Episode.id == episode.id)
    days = max((until - episode.opened_on).days, 0)
    scores = (_until(line, until) for line in score_lines(session, episode.id))
    return Course(
        head=head,
        until=until,
        pack=pack,
        sections=sections,
        tally=tally(one.progress for one in sections),
        visits=_visits(session, episode.id, until),
        homework=tuple(reversed(homework_lines(session, episode.id, until))),
        handed_in=_handed_in(session, episode.id, until),
        adherence=adherence_of(session, this, today=until, timezone=head.zone, days=days),
        scores=tuple(line for line in scores if line is not None),
        plan=own_plan(session, episode.id, until),
    )


def _until(line: ScoreLine, until: dt.date) -> ScoreLine | None:
    kept = tuple(score for score in line.scores if score.on <= until)
    return ScoreLine(line.measure, kept) if kept else None


def _sections(
    session: Session, episode_id: uuid.UUID, pack: Pack, until: dt.date
) -> tuple[CourseSection, ...]:
    known = evidence(session, [episode_id], until)[episode_id]
    found = []
    for section in pack.sections:
        one = _by(known.get(section.number, NO_EVIDENCE), until)
        found.append(
            CourseSection(
                section,
                progress_of(one, pack.pass_mark),
                tuple(sorted(set(one.taught))),
                tuple(sorted(one.checks, key=lambda check: (check.on, check.ref))),
            )
        )
    return tuple(found)


def _by(one: SectionEvidence, until: dt.date) -> SectionEvidence:
    """What was known at the end of that day; homework as it stands."""
    if one is NO_EVIDENCE:
        return one
    return replace(
        one,
        taught=tuple(day for day in one.taught if day <= until),
        checks=tuple(check for check in one.checks if check.on <= until),
        flagged=tuple(day for day in one.flagged if day <= until),
    )


def _visits(session: Session, episode_id: uuid.UUID, until: dt.date) -> tuple[CourseVisit, ...]:
    rows = session.execute(
        select(Visit.id, Visit.on_date, Visit.minutes, Visit.content)
        .where(Visit.episode_id == episode_id, Visit.status == VisitStatus.SIGNED, Visit.on_date <= until)
        .order_by(Visit.on_date, Visit.id)
    )
    return tuple(_visit(visit_id, on, minutes, content or {}) for visit_id, on, minutes, content in rows)


def _visit(visit_id: uuid.UUID, on: dt.date, minutes: int | None, content: Mapping[str, Any]) -> CourseVisit:
    return CourseVisit(
        id=visit_id,
        on=on,
        minutes=minutes,
        pne_minutes=sum(
            row["minutes"] if row["activity"] == PNE else row["pne_minutes"]
            for row in content.get("treatments", ())
        ),
        sections=tuple(sorted(one["number"] for one in content.get("sections", ()))),
        lines=tuple(
            CourseLine(
                line["code"],
                line["units"],
                line["minutes"],
                tuple(line["modifiers"]),
                tuple(line["reasons"]),
            )
            for line in content.get("lines", ())
        ),
        unbilled=tuple(one["reason"] for one in content.get("unbilled", ())),
    )


def _handed_in(session: Session, episode_id: uuid.UUID, until: dt.date) -> dict[HomeworkKind, int]:
    """How many entries of each kind came in, private ones among them: they count, and are not read."""
    found: dict[HomeworkKind, int] = {}
    for kind in session.scalars(
        select(Homework.kind)
        .join(Entry, Entry.homework_id == Homework.id)
        .where(
            Homework.episode_id == episode_id,
            Entry.status == EntryStatus.DONE,
            Entry.for_date <= until,
        )
    ):
        found[kind] = found.get(kind, 0) + 1
    return found
