"""A clinic's own quizzes: the editions loaded, and which of them are in use."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from pne_tracker.domain.own_quiz import QuizUse, quiz_from_json
from pne_tracker.models import ClinicQuiz, ClinicQuizUse


def editions(session: Session, clinic_id: uuid.UUID, pack: str) -> Sequence[ClinicQuiz]:
    """Every edition of a clinic's quizzes, newest first. One query."""
    return session.scalars(
        select(ClinicQuiz)
        .where(ClinicQuiz.clinic_id == clinic_id, ClinicQuiz.pack == pack)
        .order_by(ClinicQuiz.key, ClinicQuiz.id.desc())
    ).all()


def use_rows(session: Session, clinic_id: uuid.UUID, pack: str) -> Sequence[ClinicQuizUse]:
    """The newest row of each quiz, in order of their keys. One query."""
    newer = aliased(ClinicQuizUse)
    replaced = select(newer.id).where(
        newer.clinic_id == ClinicQuizUse.clinic_id,
        newer.pack == ClinicQuizUse.pack,
        newer.key == ClinicQuizUse.key,
        newer.id > ClinicQuizUse.id,
    )
    return session.scalars(
        select(ClinicQuizUse)
        .where(ClinicQuizUse.clinic_id == clinic_id, ClinicQuizUse.pack == pack, ~exists(replaced))
        .order_by(ClinicQuizUse.key)
    ).all()


def uses(session: Session, clinic_id: uuid.UUID, pack: str) -> list[QuizUse]:
    """The editions in use as the domain knows them. Two queries."""
    rows = use_rows(session, clinic_id, pack)
    wanted = [row.quiz_id for row in rows]
    contents = {
        row.id: row.content for row in session.scalars(select(ClinicQuiz).where(ClinicQuiz.id.in_(wanted)))
    }
    return [QuizUse(quiz_from_json(contents[row.quiz_id]), row.first_visit, row.homework) for row in rows]
