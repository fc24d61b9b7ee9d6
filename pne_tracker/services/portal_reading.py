"""Opening the pages of the portal: what each shows, read together with the audit event that says so."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.curriculum import HomeworkKind, Pack, Section
from pne_tracker.domain.errors import NotFoundError
from pne_tracker.domain.progress import Tally, tally
from pne_tracker.domain.quiz_sets import QuizQuestions
from pne_tracker.models import Homework
from pne_tracker.queries import portal, portal_place
from pne_tracker.queries.access import load
from pne_tracker.queries.messages import CALLS, MessageLine, thread
from pne_tracker.queries.portal_item import Item
from pne_tracker.queries.portal_place import Place
from pne_tracker.queries.progress import SectionRow
from pne_tracker.queries.readers import Reading, readers_of
from pne_tracker.queries.recall import CardRow, DueQuestion, due_among, sections_and_cards
from pne_tracker.services import audit
from pne_tracker.services.kind_extras import Extras, extras_for

NEEDS = {
    "today": {"items", "cards"},
    "path": {"sections", "pack"},
    "section": {"items", "sections", "pack"},
    "logs": {"items"},
    "messages": {"items"},
}


def open_own_readers(session: Session, viewer: Viewer, *, now: dt.datetime) -> tuple[Reading, ...]:
    """Who opened, changed or listed the viewing patient's record, latest day first."""
    if viewer.patient_id is None:
        raise NotFoundError
    place = portal_place.place_of(session, viewer)
    audit.record(session, viewer, "read", "readers", patient_id=viewer.patient_id, now=now)
    return readers_of(session, viewer.patient_id, timezone=place.zone)


@dataclass(frozen=True, slots=True)
class Record:
    """The patient's own record on one day: where care stands, the path and all homework, due first first.

    `local` is the patient's wall time. Parts that the page does not need are empty.
    """

    place: Place
    local: dt.datetime
    items: tuple[Item, ...]
    pack: Pack | None
    sections: Sequence[SectionRow]
    cards: Sequence[CardRow] = ()

    @property
    def today(self) -> dt.date:
        """The patient's day."""
        return self.local.date()

    @property
    def tally(self) -> Tally:
        """How far the current episode got."""
        return tally([row.as_progress() for row in self.sections])


@dataclass(frozen=True, slots=True)
class SectionPage:
    """One section with its place on the path, and its homework."""

    record: Record
    section: Section
    row: SectionRow | None

    @property
    def items(self) -> tuple[Item, ...]:
        """The homework of this section in the current episode."""
        episode_id = self.record.place.episode_id
        return tuple(
            item
            for item in self.record.items
            if item.section == self.section.number and item.episode_id == episode_id
        )


@dataclass(frozen=True, slots=True)
class HomeworkPage:
    """One item with its entries; the questions when it is a quiz. `wishes` are those to be called, newest first."""

    place: Place
    local: dt.datetime
    item: Item
    questions: QuizQuestions
    wishes: tuple[MessageLine, ...] = ()
    extras: Extras = field(default_factory=Extras)

    @property
    def today(self) -> dt.date:
        """The patient's day."""
        return self.local.date()


def open_place(session: Session, viewer: Viewer, *, now: dt.datetime) -> tuple[Place, dt.datetime]:
    """Where the patient's care stands, with the patient's wall time, for a page of no item."""
    place = portal_place.place_of(session, viewer)
    _note(session, viewer, "patient", viewer.patient_id, "own_log", now)
    return place, place.local(now)


def open_record(session: Session, viewer: Viewer, page: str, *, now: dt.datetime) -> Record:
    """The record for one page of the portal, a key of `NEEDS`; what the page does not show is not read."""
    place = portal_place.place_of(session, viewer)
    local = place.local(now)
    needs = NEEDS[page]
    outline = page == "today"
    items = portal.items(session, viewer, place, local.date(), outline=outline) if "items" in needs else ()
    sections: Sequence[SectionRow] = ()
    cards: Sequence[CardRow] = ()
    if "cards" in needs:
        sections, cards = sections_and_cards(session, place.episode_id)
    elif "sections" in needs:
        sections = portal.sections_of(session, place)
    pack = portal.pack_at(session, place) if "pack" in needs else None
    _note(session, viewer, "patient", viewer.patient_id, page, now)
    return Record(place, local, items, pack, sections, cards)


def question_of(session: Session, record: Record) -> DueQuestion | None:
    """The recall question that waits on the patient's day, of a record that has the cards."""
    place = record.place
    if not place.recall_on or place.episode_id is None:
        return None
    return due_among(session, record.cards, {place.episode_id: record.sections}, record.today)


def open_section(session: Session, viewer: Viewer, number: int, *, now: dt.datetime) -> SectionPage:
    """One section of the patient's pack. NotFoundError when the pack has no such section."""
    record = open_record(session, viewer, "section", now=now)
    section = record.pack.by_number.get(number) if record.pack else None
    if section is None:
        raise NotFoundError
    row = next((row for row in record.sections if row.number == number), None)
    return SectionPage(record, section, row)


def open_homework(
    session: Session, viewer: Viewer, homework_id: uuid.UUID, *, now: dt.datetime
) -> HomeworkPage:
    """One item of the patient's own. NotFoundError when it is another's."""
    place = portal_place.place_of(session, viewer)
    local = place.local(now)
    item = portal.one_item(session, viewer, homework_id, place, local.date())
    is_quiz = item.kind is HomeworkKind.QUIZ
    questions = portal.quiz_of(session, item) if is_quiz else QuizQuestions(())
    extras = extras_for(session, viewer, item, place, local.date())
    _note(session, viewer, "homework", homework_id, "homework", now)
    wishes = thread(session, viewer, place.patient_id, kinds=CALLS) if item.handed_in else ()
    return HomeworkPage(place, local, item, questions, wishes, extras)


def open_for_paper(
    session: Session, viewer: Viewer, homework_id: uuid.UUID, *, now: dt.datetime
) -> HomeworkPage:
    """The same for staff who enter a paper form. NotFoundError out of their reach."""
    homework = load(session, viewer, Homework, homework_id)
    return open_homework(session, replace(viewer, patient_id=homework.patient_id), homework_id, now=now)


def _note(
    session: Session, viewer: Viewer, subject: str, subject_id: uuid.UUID | None, page: str, now: dt.datetime
) -> None:
    audit.record(
        session,
        viewer,
        "read",
        subject,
        subject_id=subject_id,
        patient_id=viewer.patient_id,
        now=now,
        page=page,
    )
