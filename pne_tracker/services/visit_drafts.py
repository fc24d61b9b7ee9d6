"""Writing a visit before it is signed: every save replaces the draft, and no save is lost to another."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace

from sqlalchemy import delete
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Access, Viewer
from pne_tracker.domain.errors import BadInputError, ConflictError, RefusedError
from pne_tracker.domain.visit_draft import (
    DraftInput,
    HomeworkDraft,
    SectionDraft,
    TreatmentDraft,
    refuse_impossible,
    settled,
)
from pne_tracker.models import (
    Episode,
    SectionChoice,
    Visit,
    VisitStatus,
)
from pne_tracker.queries.access import load_with_episode
from pne_tracker.queries.appointments import next_visit_on
from pne_tracker.queries.clinic_packs import pack_for
from pne_tracker.queries.code_tables import codes_of
from pne_tracker.queries.visit_choices import default_homework
from pne_tracker.queries.visit_facts import Decided, facts_of, names_of, read_draft
from pne_tracker.services import audit
from pne_tracker.services.clinicians import refuse_outsiders
from pne_tracker.services.visit_rows import PARTS, Before, replace_rows

__all__ = [
    "DraftInput",
    "HomeworkDraft",
    "SectionDraft",
    "TreatmentDraft",
    "add_section",
    "discard_draft",
    "editable",
    "remove_section",
    "save_draft",
    "write_draft",
]

SIGNED = "This visit is signed and cannot be changed. Write an addendum instead."
GONE = "This visit was entered in error and cannot be changed."


def editable(session: Session, viewer: Viewer, visit_id: uuid.UUID) -> tuple[Visit, Episode]:
    """The visit, locked, and its episode, for a clinician of its care team.

    Raises NotFoundError out of reach, NotAllowedError for other clinicians, RefusedError once it is signed.
    """
    visit, episode = load_with_episode(session, viewer, Visit, visit_id, Access.EDIT, lock_both=False)
    refuse_outsiders(session, viewer, episode)
    if visit.status is not VisitStatus.DRAFT:
        raise RefusedError(SIGNED if visit.status is VisitStatus.SIGNED else GONE, code="not_a_draft")
    return visit, episode


def save_draft(
    session: Session,
    viewer: Viewer,
    visit_id: uuid.UUID,
    form: DraftInput,
    version: int,
    now: dt.datetime,
    *,
    page: str = "",
    leaving: bool = False,
) -> Visit:
    """Replace what is written in a draft by `form`; the same again changes nothing.

    `version` is the one the form was made from, `page` names the opened page it came from: a page may save
    over its own save before the answer to that has arrived. With `leaving` the page is left: an earlier save
    of it that arrives later, overtaken on its way, is refused. Raises ConflictError (code `draft_changed`) when
    somebody else saved in between, BadInputError for what cannot be kept, and what `editable` raises.
    """
    visit, episode = editable(session, viewer, visit_id)
    _refuse_stale(session, viewer, visit, version, page)
    pack = pack_for(session, episode.clinic_id, episode.pack_version_id)
    codes = codes_of(session)
    refuse_impossible(form, sections=pack.by_number, templates=pack.templates, codes=codes)
    if form.on_date < episode.opened_on:
        raise BadInputError("The visit lies before the episode was opened. Correct the date.", at="on_date")
    write_draft(session, viewer, visit, settled(form, codes), now=now, page=page)
    if leaving:
        visit.saved_from = None
        session.flush()
    return visit


def _refuse_stale(session: Session, viewer: Viewer, visit: Visit, version: int, page: str) -> None:
    own_page = bool(page) and visit.saved_from == page
    if visit.version == version or (own_page and version < visit.version):
        return
    if visit.saved_by == viewer.account_id:
        said = "You saved this visit in another window after you opened it here."
    else:
        who = names_of(session, viewer, visit.saved_by).get(visit.saved_by, "Somebody else")
        said = f"{who} saved this visit after you opened it."
    raise ConflictError(f"{said} Compare both, then keep one.", code="draft_changed")


def write_draft(
    session: Session,
    viewer: Viewer,
    visit: Visit,
    draft: DraftInput,
    *,
    now: dt.datetime,
    page: str = "",
    before: Before | None = None,
) -> None:
    """Replace the rows of a draft that the caller has locked and checked.

    `before` is what is written in it and who decided, where the caller has read that.
    """
    before = before or read_draft(session, visit)
    if draft == before[0]:
        return
    visit.on_date, visit.minutes = draft.on_date, draft.minutes
    visit.remarks, visit.kx_attested = draft.remarks, draft.kx_attested
    visit.note_typed, visit.note_basis = draft.note or None, draft.note_basis or None
    visit.insist = draft.insist.strip() or None
    visit.saved_at, visit.saved_by, visit.saved_from = now, viewer.account_id, page or None
    replace_rows(session, visit, before, draft, Decided(viewer.account_id, now))
    audit.record(session, viewer, "save", "visit", subject_id=visit.id, patient_id=visit.patient_id, now=now)
    session.flush()


def add_section(
    session: Session,
    viewer: Viewer,
    visit_id: uuid.UUID,
    number: int,
    *,
    today: dt.date,
    now: dt.datetime,
    page: str = "",
) -> None:
    """Add a section to a draft, with the homework that the pack proposes for it."""
    visit, _ = editable(session, viewer, visit_id)
    facts = facts_of(session, visit, today)
    if number not in facts.pack.by_number:
        raise BadInputError("Choose a section from the list.", at="section")
    draft = facts.draft
    if any(one.number == number for one in draft.sections):
        return
    chosen = {item.template_key for item in draft.homework}
    next_visit = next_visit_on(session, visit.episode_id, draft.on_date)
    items = [
        item
        for item in default_homework(facts.pack, facts.evidence, number, draft.on_date, next_visit)
        if item.template_key not in chosen
    ]
    longer = replace(
        draft, sections=(*draft.sections, SectionDraft(number)), homework=(*draft.homework, *items)
    )
    write_draft(session, viewer, visit, longer, now=now, page=page, before=(draft, facts.decided))


def remove_section(
    session: Session,
    viewer: Viewer,
    visit_id: uuid.UUID,
    number: int,
    *,
    now: dt.datetime,
    page: str = "",
) -> None:
    """Take a section out of a draft, with the homework chosen for it."""
    visit, episode = editable(session, viewer, visit_id)
    templates = pack_for(session, episode.clinic_id, episode.pack_version_id).templates
    draft, decided = read_draft(session, visit)
    shorter = replace(
        draft,
        sections=tuple(one for one in draft.sections if one.number != number),
        homework=tuple(item for item in draft.homework if templates[item.template_key][0].number != number),
    )
    write_draft(session, viewer, visit, shorter, now=now, page=page, before=(draft, decided))


def discard_draft(session: Session, viewer: Viewer, visit_id: uuid.UUID, *, now: dt.datetime) -> uuid.UUID:
    """Throw a draft away; returns whose it was. That it existed stays in the audit trail.

    Raises RefusedError once it is signed.
    """
    visit, _ = editable(session, viewer, visit_id)
    for kind in (*PARTS, SectionChoice):
        session.execute(delete(kind).where(kind.visit_id == visit.id))
    audit.record(
        session, viewer, "discard", "visit", subject_id=visit.id, patient_id=visit.patient_id, now=now
    )
    session.delete(visit)
    session.flush()
    return visit.patient_id
