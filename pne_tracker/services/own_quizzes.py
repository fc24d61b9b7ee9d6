"""A clinic's own quizzes: stored as editions, looked at, and put to use once a lead attests that it may."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Access, Viewer
from pne_tracker.domain.curriculum import Pack, Section
from pne_tracker.domain.errors import BadInputError, NotFoundError
from pne_tracker.domain.own_quiz import OwnQuiz, quiz_from_json, quiz_hash, quiz_to_json, section_of
from pne_tracker.models import Clinic, ClinicQuiz, ClinicQuizUse, new_id
from pne_tracker.queries.access import load
from pne_tracker.queries.curricula import newest, pack_of
from pne_tracker.queries.own_quizzes import editions, use_rows
from pne_tracker.queries.patients import account_labels
from pne_tracker.services import audit


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition, who loaded it when, its use, and who decided that when; nobody yet for one never used."""

    id: uuid.UUID
    quiz: OwnQuiz
    section: Section | None
    loaded_at: dt.datetime
    loaded_by: str
    first_visit: bool = False
    homework: bool = False
    changed_at: dt.datetime | None = None
    changed_by: str = ""


@dataclass(frozen=True, slots=True)
class QuizzesPage:
    """A clinic, its pack, and every edition of its quizzes, by quiz and newest first."""

    clinic_id: uuid.UUID
    clinic: str
    pack: Pack
    editions: tuple[Edition, ...]

    def one(self, quiz_id: uuid.UUID) -> Edition:
        """One edition. Raises NotFoundError."""
        found = next((one for one in self.editions if one.id == quiz_id), None)
        if found is None:
            raise NotFoundError
        return found


def read_quizzes(session: Session, viewer: Viewer, clinic_id: uuid.UUID) -> QuizzesPage:
    """The quizzes of a clinic of the viewer's. Raises NotFoundError out of reach."""
    clinic = load(session, viewer, Clinic, clinic_id)
    pack = clinic_pack(session, clinic)
    used = {row.quiz_id: row for row in use_rows(session, clinic.id, pack.id)}
    rows = editions(session, clinic.id, pack.id)
    names = account_labels(
        session,
        {row.loaded_by for row in rows if row.loaded_by} | {row.changed_by for row in used.values()},
    )
    return QuizzesPage(
        clinic.id, clinic.name, pack, tuple(_edition(row, used.get(row.id), pack, names) for row in rows)
    )


def _edition(row: ClinicQuiz, use: ClinicQuizUse | None, pack: Pack, names: dict[uuid.UUID, str]) -> Edition:
    quiz = quiz_from_json(row.content)
    loaded_by = names.get(row.loaded_by, "") if row.loaded_by else ""
    section = section_of(quiz, pack)
    if use is None:
        return Edition(row.id, quiz, section, row.loaded_at, loaded_by)
    return Edition(
        *(row.id, quiz, section, row.loaded_at, loaded_by),
        first_visit=use.first_visit,
        homework=use.homework,
        changed_at=use.changed_at,
        changed_by=names.get(use.changed_by, ""),
    )


def clinic_pack(session: Session, clinic: Clinic) -> Pack:
    """The pack that a quiz of that clinic is checked against: the one its new episodes begin with."""
    return pack_of(session, newest(session, clinic).id)


def pack_to_check(session: Session, viewer: Viewer, clinic_id: uuid.UUID) -> Pack:
    """The same for a clinic within the viewer's reach. Raises NotFoundError."""
    return clinic_pack(session, load(session, viewer, Clinic, clinic_id, Access.EDIT))


def upload(
    session: Session, viewer: Viewer, clinic_id: uuid.UUID, quiz: OwnQuiz, *, now: dt.datetime
) -> uuid.UUID:
    """Store an edition; nobody is asked it by that. Raises NotFoundError out of reach."""
    clinic = load(session, viewer, Clinic, clinic_id, Access.EDIT)
    row = store(session, clinic, quiz, now=now, loaded_by=viewer.account_id)
    audit.record(session, viewer, "upload", "clinic_quiz", subject_id=row.id, now=now)
    session.flush()
    return row.id


def store(
    session: Session, clinic: Clinic, quiz: OwnQuiz, *, now: dt.datetime, loaded_by: uuid.UUID | None = None
) -> ClinicQuiz:
    """The stored edition; the one there is when the same content was loaded before."""
    pack, content = clinic_pack(session, clinic).id, quiz_to_json(quiz)
    known = session.scalars(
        select(ClinicQuiz).where(
            ClinicQuiz.clinic_id == clinic.id,
            ClinicQuiz.pack == pack,
            ClinicQuiz.key == quiz.id,
            ClinicQuiz.content_hash == quiz_hash(content),
        )
    ).one_or_none()
    if known is not None:
        return known
    row = ClinicQuiz(
        id=new_id(),
        organisation_id=clinic.organisation_id,
        clinic_id=clinic.id,
        pack=pack,
        key=quiz.id,
        content=content,
        content_hash=quiz_hash(content),
        loaded_at=now,
        loaded_by=loaded_by,
    )
    session.add(row)
    session.flush()
    return row


def put_to_use(
    session: Session,
    viewer: Viewer,
    clinic_id: uuid.UUID,
    quiz_id: uuid.UUID,
    *,
    first_visit: bool,
    homework: bool,
    attested: bool,
    now: dt.datetime,
) -> None:
    """Ask an edition at the first visit, offer it as homework, both, or neither any more.

    It takes the place of the edition of the same quiz that was in use, and of another first-visit check. What is
    assigned stays as it is. Raises BadInputError without the attestation, NotFoundError.
    """
    clinic = load(session, viewer, Clinic, clinic_id, Access.EDIT)
    page = read_quizzes(session, viewer, clinic_id)
    edition = page.one(quiz_id)
    if (first_visit or homework) and not attested:
        raise BadInputError("Confirm that your clinic may use these items.", at="attested")
    if homework and edition.section is None:
        raise BadInputError("Its section is not in your curriculum. Load it with another one.", at="homework")
    for other in page.editions if first_visit else ():
        if other.first_visit and other.quiz.id != edition.quiz.id:
            _write(session, viewer, clinic, page.pack, replace(other, first_visit=False), now)
    wanted = replace(edition, first_visit=first_visit, homework=homework)
    if wanted != edition:
        _write(session, viewer, clinic, page.pack, wanted, now)


def _write(
    session: Session, viewer: Viewer, clinic: Clinic, pack: Pack, edition: Edition, now: dt.datetime
) -> None:
    row = ClinicQuizUse(
        id=new_id(),
        organisation_id=clinic.organisation_id,
        clinic_id=clinic.id,
        pack=pack.id,
        key=edition.quiz.id,
        quiz_id=edition.id,
        first_visit=edition.first_visit,
        homework=edition.homework,
        changed_at=now,
        changed_by=viewer.account_id,
    )
    session.add(row)
    audit.record(session, viewer, "change", "clinic_quiz", subject_id=edition.id, now=now)
    session.flush()
