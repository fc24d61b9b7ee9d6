"""A left or right practice under way: its pictures, and what was answered so far."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from pne_tracker.domain.laterality import Answer, Part, Picture, Result, Side, result_of, series
from pne_tracker.models import PracticeRun


@dataclass(frozen=True, slots=True)
class Run:
    """One practice as its page shows it."""

    occurrence: int
    part: Part
    pain_before: int
    pictures: tuple[Picture, ...]
    answers: tuple[Answer, ...]
    ended: bool
    started_at: dt.datetime

    @property
    def at(self) -> int:
        """How many pictures were answered."""
        return len(self.answers)

    @property
    def finished(self) -> bool:
        """Whether every picture was answered, or the patient stopped early."""
        return self.ended or self.at >= len(self.pictures)

    @property
    def result(self) -> Result:
        """What it amounts to so far."""
        return result_of(self.pictures, self.answers)


def row_of(session: Session, homework_id: uuid.UUID, occurrence: int) -> PracticeRun | None:
    """The stored practice of that occurrence. The caller has checked that the viewer reaches the item."""
    return session.scalars(
        select(PracticeRun).where(
            PracticeRun.homework_id == homework_id, PracticeRun.occurrence == occurrence
        )
    ).one_or_none()


def run_from(row: PracticeRun) -> Run:
    """A stored practice with its pictures."""
    part = Part(row.body_part)
    return Run(
        occurrence=row.occurrence,
        part=part,
        pain_before=row.pain_before,
        pictures=series(part, row.pictures, row.seed),
        answers=tuple(Answer(Side(side), ms) for side, ms in row.answers),
        ended=row.ended,
        started_at=row.started_at,
    )
