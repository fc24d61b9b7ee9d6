"""Patients, episodes with their sections, plans, homework and signed visits."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from pne_tracker.adapters import clock
from pne_tracker.adapters.recall import SCHEDULER
from pne_tracker.blueprints.api.area import get
from pne_tracker.blueprints.api.pages import next_address
from pne_tracker.blueprints.api.rule_schemas import PLAN
from pne_tracker.blueprints.api.shapes import (
    EpisodeAnswer,
    EpisodeItem,
    HomeworkAnswer,
    HomeworkItem,
    PatientAnswer,
    PatientItem,
    PatientList,
    SectionItem,
    TaughtItem,
    VisitItem,
    VisitList,
)
from pne_tracker.db import looking, transaction
from pne_tracker.domain import plan_wire
from pne_tracker.domain.scopes import ApiScope
from pne_tracker.services import program_reading as reading
from pne_tracker.web.parameters import identifier, instant, limit, number
from pne_tracker.web.policies import viewer

AFTER = identifier("after", "The last row of the page before; `next` has it")


@get(
    "/patients",
    scope=ApiScope.PATIENTS,
    answer=PatientList,
    query=(AFTER, instant("since", "Only patients entered at this instant or later"), limit()),
)
def patients(after: uuid.UUID | None, since: dt.datetime | None, limit: int) -> PatientList:
    """The patients whose record the token's account may open."""
    with looking(viewer()) as session:
        rows, more = reading.list_patients(
            session, viewer(), after=after, since=since, limit=limit, now=clock.now()
        )
        items = tuple(_patient(row) for row in rows)
    last = items[-1].id if items else None
    return PatientList(items, next_address(more, last, since=since, limit=limit))


@get("/patients/<uuid:patient_id>", scope=ApiScope.PATIENTS, answer=PatientAnswer)
def patient(patient_id: uuid.UUID) -> PatientAnswer:
    """One patient with the episodes."""
    with transaction(viewer()) as session:
        row, episodes = reading.read_patient(session, viewer(), patient_id, now=clock.now())
        return PatientAnswer(
            _patient(row),
            tuple(
                EpisodeItem(one.id, one.discipline, one.reason, one.status, one.opened_on, one.closed_on)
                for one in episodes
            ),
        )


@get("/episodes/<uuid:episode_id>", scope=ApiScope.PATIENTS, answer=EpisodeAnswer)
def episode(episode_id: uuid.UUID) -> EpisodeAnswer:
    """An episode with the evidence behind the state of each section."""
    with transaction(viewer()) as session:
        row, record = reading.read_episode(
            session, viewer(), episode_id, today=_today(), now=clock.now(), scheduler=SCHEDULER
        )
        pack = record.plan.pack
        titles = {section.number: section.title for section in pack.sections}
        return EpisodeAnswer(
            id=record.id,
            patient_id=row.patient_id,
            clinic_id=row.clinic_id,
            discipline=record.discipline,
            status=record.status,
            reason=record.reason,
            goal=record.goal,
            opened_on=record.opened_on,
            closed_on=record.closed_on,
            therapist=record.therapist,
            payer=record.payer,
            diagnoses=record.codes,
            flags=tuple(flag.id for flag in record.flags),
            visits_authorised=record.visits_authorised,
            visits_signed=len(record.signed),
            pne_minutes=record.pne_minutes,
            pack=pack.id,
            pack_version=pack.version,
            sections=tuple(_section(one, titles) for one in record.ledger),
        )


def _section(row: Any, titles: dict[int, str]) -> SectionItem:
    teach_back = row.teach_back.result if row.teach_back else None
    return SectionItem(
        number=row.number,
        title=titles[row.number],
        state=row.state,
        taught=tuple(
            TaughtItem(one.visit_id, one.on, one.by, round(one.minutes, 2), one.teach_back)
            for one in row.taught
        ),
        teach_back=teach_back.value if teach_back else None,
        quiz=row.quiz.score if row.quiz else None,
        homework_required=row.assigned,
        homework_done=row.settled,
        recall=row.recall,
        skipped_because=row.skipped,
    )


@get(
    "/episodes/<uuid:episode_id>/plan",
    scope=ApiScope.PLAN,
    answer=PLAN,
    query=(
        number("minutes", "Minutes of PNE to plan for; as many as the visits have when left out", 0, 1440),
    ),
)
def episode_plan(episode_id: uuid.UUID, minutes: int | None) -> dict[str, Any]:
    """What to do next in an episode, with every reason, as the command `plan` answers."""
    with transaction(viewer()) as session:
        made = reading.read_plan(
            session, viewer(), episode_id, minutes=minutes, today=_today(), now=clock.now()
        )
        return plan_wire.write(made.plan)


@get("/episodes/<uuid:episode_id>/homework", scope=ApiScope.HOMEWORK, answer=HomeworkAnswer)
def episode_homework(episode_id: uuid.UUID) -> HomeworkAnswer:
    """The homework of an episode with its state; not what was written in it."""
    with transaction(viewer()) as session:
        rows = reading.read_homework_of(session, viewer(), episode_id, today=_today(), now=clock.now())
    return HomeworkAnswer(
        tuple(
            HomeworkItem(
                id=one.id,
                section=one.section,
                kind=one.kind,
                title=one.title,
                status=one.status,
                required=one.required,
                due_on=one.due_on,
                expected=one.expected,
                handed_in=one.handed_in,
                reviewed=one.reviewed,
            )
            for one in rows
        )
    )


@get(
    "/patients/<uuid:patient_id>/visits",
    scope=ApiScope.VISITS,
    answer=VisitList,
    query=(AFTER, limit()),
)
def patient_visits(patient_id: uuid.UUID, after: uuid.UUID | None, limit: int) -> VisitList:
    """The signed visits of a patient: when, how long, which sections. No note."""
    with transaction(viewer()) as session:
        rows, more = reading.list_visits_of(
            session, viewer(), patient_id, after=after, limit=limit, now=clock.now()
        )
        items = tuple(visit_item(one) for one in rows)
    last = items[-1].id if items else None
    return VisitList(items, next_address(more, last, limit=limit))


def visit_item(one: Any) -> VisitItem:
    """A visit as the lists show it."""
    visit = one.visit
    return VisitItem(
        id=visit.id,
        patient_id=visit.patient_id,
        episode_id=visit.episode_id,
        clinic_id=visit.clinic_id,
        on=visit.on_date,
        status=visit.status.value,
        minutes=visit.minutes,
        sections=one.sections,
        signed_at=visit.signed_at,
    )


def _patient(row: Any) -> PatientItem:
    return PatientItem(
        id=row.id,
        clinic_id=row.clinic_id,
        mrn=row.mrn,
        given_name=row.given_name,
        family_name=row.family_name,
        birth_date=row.birth_date,
        sex=row.sex,
        language=row.language,
        deceased=row.deceased,
        active=row.active,
        entered_at=row.created_at,
    )


def _today() -> dt.date:
    return clock.today(viewer().timezone)
