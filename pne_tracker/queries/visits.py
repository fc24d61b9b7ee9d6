"""Visits as pages and lists show them: the draft with its preview, the signed visit, drafts and past visits."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.billing import PNE, CodeTable
from pne_tracker.domain.billing.money import decimal_text
from pne_tracker.domain.seal import SealedLine, broken_parts
from pne_tracker.domain.visit_draft import DraftInput, refuse_impossible
from pne_tracker.models import (
    IS_DRAFT,
    Account,
    BillingLine,
    Patient,
    Treatment,
    Visit,
    VisitSection,
    VisitStatus,
)
from pne_tracker.queries.access import load, reachable_patients
from pne_tracker.queries.appointments import next_visit_on
from pne_tracker.queries.code_tables import codes_of
from pne_tracker.queries.outcomes import own_activities
from pne_tracker.queries.visit_choices import Proposal, SectionShown, proposals_of, sections_shown
from pne_tracker.queries.visit_facts import VisitFacts, facts_of, names_of
from pne_tracker.queries.visit_history import Step, history_of
from pne_tracker.queries.visit_preview import Preview, preview_of

PAGE = 30


@dataclass(frozen=True, slots=True)
class VisitHead:
    """What stands above every visit. `nth` of `authorised` counts this visit; instants are in UTC."""

    id: uuid.UUID
    patient_id: uuid.UUID
    episode_id: uuid.UUID
    patient_name: str
    mrn: str
    patient_dead: bool
    on_date: dt.date
    status: str
    version: int
    therapist: str
    nth: int
    authorised: int | None
    saved_at: dt.datetime
    saved_by: str
    ready_at: dt.datetime | None
    ready_by: str


@dataclass(frozen=True, slots=True)
class DraftPage:
    """The page of a draft: what is stored, and all that follows from it.

    `activities` are those the patient rated last; `offered` are the codes to choose from, without retired ones.
    """

    head: VisitHead
    draft: DraftInput
    preview: Preview
    sections: tuple[SectionShown, ...]
    proposals: tuple[Proposal, ...]
    decided: dict[int, tuple[str, dt.datetime]]
    activities: tuple[str, ...]
    history: tuple[Step, ...]
    codes: CodeTable
    offered: CodeTable


@dataclass(frozen=True, slots=True)
class SignedPage:
    """The page of a signed visit: its frozen content, who signed, and its history with what was added later.

    `broken` names the parts that no longer agree with the seal (`domain.seal`); empty when all is as signed.
    """

    head: VisitHead
    content: dict[str, Any]
    signed_at: dt.datetime
    signed_by: str
    history: tuple[Step, ...]
    broken: tuple[str, ...]


def is_draft(session: Session, viewer: Viewer, visit_id: uuid.UUID) -> bool:
    """Whether the visit can still be changed. Raises NotFoundError out of reach."""
    return load(session, viewer, Visit, visit_id).status is VisitStatus.DRAFT


def draft_page(
    session: Session,
    viewer: Viewer,
    visit_id: uuid.UUID,
    today: dt.date,
    typed: DraftInput | None = None,
) -> DraftPage:
    """The page of a draft; with `typed`, which has not been saved, as it would be with that.

    Raises NotFoundError out of reach, BadInputError where `typed` could not be kept.
    """
    visit = load(session, viewer, Visit, visit_id)
    facts = facts_of(session, visit, today)
    draft = facts.draft if typed is None else typed
    refuse_impossible(draft, sections=facts.pack.by_number, templates=facts.pack.templates, codes=facts.codes)
    deciders = (one.by for one in facts.decided.values())
    names = names_of(session, viewer, visit.saved_by, visit.ready_by, *deciders)
    return DraftPage(
        head=_head(facts, names),
        draft=draft,
        preview=preview_of(facts, draft, today),
        sections=sections_shown(facts),
        proposals=proposals_of(facts, draft, next_visit_on(session, facts.episode.id, draft.on_date)),
        decided={place: (names.get(one.by, ""), one.at) for place, one in facts.decided.items()},
        activities=own_activities(session, facts.episode.id),
        history=history_of(session, viewer, visit),
        codes=facts.codes,
        offered=codes_of(session, today),
    )


def signed_page(session: Session, viewer: Viewer, visit_id: uuid.UUID, today: dt.date) -> SignedPage:
    """The page of a visit that is signed or was entered in error."""
    visit = load(session, viewer, Visit, visit_id)
    facts = facts_of(session, visit, today)
    names = names_of(session, viewer, visit.saved_by, visit.ready_by)
    content = visit.content or {}
    return SignedPage(
        head=_head(facts, names),
        content=content,
        signed_at=visit.signed_at or visit.saved_at,
        signed_by=str(content.get("signed_by", "")),
        history=history_of(session, viewer, visit),
        broken=broken_parts(content, visit.content_hash, note=visit.note, lines=_lines(session, visit)),
    )


def _lines(session: Session, visit: Visit) -> list[SealedLine]:
    rows = session.scalars(
        select(BillingLine).where(BillingLine.visit_id == visit.id).order_by(BillingLine.position)
    )
    return [
        (
            row.code,
            row.minutes,
            row.units,
            tuple(row.modifiers),
            None if row.charge_cents is None else decimal_text(row.charge_cents),
        )
        for row in rows
    ]


def _head(facts: VisitFacts, names: dict[uuid.UUID, str]) -> VisitHead:
    visit, patient, therapist = facts.visit, facts.patient, facts.therapist
    credential = f", {therapist.credential}" if therapist.credential else ""
    return VisitHead(
        id=visit.id,
        patient_id=patient.id,
        episode_id=facts.episode.id,
        patient_name=f"{patient.given_name} {patient.family_name}",
        mrn=patient.mrn,
        patient_dead=patient.deceased,
        on_date=visit.on_date,
        status=visit.status.value,
        version=visit.version,
        therapist=f"{therapist.name}{credential}",
        nth=facts.visits_before + 1,
        authorised=facts.episode.visits_authorised,
        saved_at=visit.saved_at,
        saved_by=names.get(visit.saved_by, ""),
        ready_at=visit.ready_at,
        ready_by=names.get(visit.ready_by, "") if visit.ready_by else "",
    )


@dataclass(frozen=True, slots=True)
class VisitRow:
    """A visit in a list. `pne_minutes` are stand-alone PNE minutes and those within other treatments."""

    id: uuid.UUID
    patient_id: uuid.UUID
    episode_id: uuid.UUID
    patient_name: str
    on_date: dt.date
    status: str
    therapist: str
    minutes: int | None
    pne_minutes: int
    sections: tuple[int, ...]
    saved_at: dt.datetime


@dataclass(frozen=True, slots=True)
class VisitList:
    """One page of a list, newest first; `next_id` is the visit after which the next page begins."""

    rows: tuple[VisitRow, ...]
    next_id: uuid.UUID | None


def visits(
    session: Session,
    viewer: Viewer,
    *,
    status: str = "",
    mine: bool = False,
    since: dt.date | None = None,
    after: uuid.UUID | None = None,
    limit: int = PAGE,
) -> VisitList:
    """Visits of the patients whose record the viewer may open, newest first, a page at a time."""
    statement = _listed().where(reachable_patients(viewer))
    if status:
        statement = statement.where(Visit.status == VisitStatus(status))
    if mine:
        statement = statement.where(Visit.therapist_id == viewer.account_id)
    if since is not None:
        statement = statement.where(Visit.on_date >= since)
    if after is not None:
        statement = statement.where(_older_than(load(session, viewer, Visit, after)))
    found = session.execute(statement.limit(limit + 1)).all()
    rows = _rows(session, found[:limit])
    return VisitList(rows, rows[-1].id if len(found) > limit else None)


def drafts(session: Session, viewer: Viewer) -> tuple[VisitRow, ...]:
    """The viewer's open drafts: those of their own visits and those they saved last."""
    own = or_(Visit.therapist_id == viewer.account_id, Visit.saved_by == viewer.account_id)
    statement = _listed().where(reachable_patients(viewer), IS_DRAFT, own)
    return _rows(session, session.execute(statement.limit(100)).all())


def _listed() -> Select[Visit, str, str, str]:
    return (
        select(Visit, Patient.given_name, Patient.family_name, Account.name)
        .join(Patient, Patient.id == Visit.patient_id)
        .join(Account, Account.id == Visit.therapist_id)
        .order_by(Visit.on_date.desc(), Visit.id.desc())
    )


def _older_than(visit: Visit) -> ColumnElement[bool]:
    return or_(Visit.on_date < visit.on_date, and_(Visit.on_date == visit.on_date, Visit.id < visit.id))


def _rows(session: Session, found: Collection[Any]) -> tuple[VisitRow, ...]:
    ids = [row[0].id for row in found]
    if not ids:
        return ()
    sections: dict[uuid.UUID, list[int]] = {}
    for visit_id, number in session.execute(
        select(VisitSection.visit_id, VisitSection.section)
        .where(VisitSection.visit_id.in_(ids))
        .order_by(VisitSection.section)
    ):
        sections.setdefault(visit_id, []).append(number)
    minutes = case((Treatment.activity == PNE, Treatment.minutes), else_=Treatment.pne_minutes)
    pne = {
        row[0]: int(row[1])
        for row in session.execute(
            select(Treatment.visit_id, func.sum(minutes))
            .where(Treatment.visit_id.in_(ids))
            .group_by(Treatment.visit_id)
        )
    }
    return tuple(
        VisitRow(
            id=visit.id,
            patient_id=visit.patient_id,
            episode_id=visit.episode_id,
            patient_name=f"{given} {family}",
            on_date=visit.on_date,
            status=visit.status.value,
            therapist=therapist,
            minutes=visit.minutes,
            pne_minutes=pne.get(visit.id, 0),
            sections=tuple(sections.get(visit.id, ())),
            saved_at=visit.saved_at,
        )
        for visit, given, family, therapist in found
    )
