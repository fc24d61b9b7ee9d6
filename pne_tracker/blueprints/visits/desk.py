"""One press of a button on the visit form: save what is typed, then do what the button says."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy.orm import Session

from pne_tracker.blueprints.visits import forms
from pne_tracker.blueprints.visits.forms import TypedVisit
from pne_tracker.blueprints.visits.typed_treatment import typed_treatment
from pne_tracker.blueprints.visits.viewmodels import EditView
from pne_tracker.db import transaction
from pne_tracker.domain.access import Permission, Viewer
from pne_tracker.domain.errors import BadInputError, ConflictError
from pne_tracker.domain.visit_diff import differences
from pne_tracker.domain.visit_draft import DraftInput
from pne_tracker.queries.code_tables import codes_of
from pne_tracker.queries.visits import DraftPage, draft_page
from pne_tracker.services import signing, visit_drafts, visit_handover
from pne_tracker.services.signing import NotReadyError
from pne_tracker.services.visit_reading import read_draft


@dataclass(frozen=True, slots=True)
class At:
    """When the request is made: the instant, and the viewer's day."""

    now: dt.datetime
    today: dt.date


@dataclass(frozen=True, slots=True)
class Done:
    """Where to go after a button: back to the page at `anchor`, or to the patient's record."""

    patient_id: UUID
    said: str = ""
    close: bool = False
    anchor: str = ""


class UnreadableError(BadInputError):
    """Texts of the form that are no numbers or dates; `errors` by the id of the field."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        place, message = next(iter(errors.items()))
        super().__init__(message, at=place)
        self.errors = dict(errors)


def with_button(session: Session, form: TypedVisit, pressed: Mapping[str, str], at: At) -> TypedVisit:
    """The form after buttons that add or remove a row of it.

    Raises BadInputError when nothing or more than one treatment fits what was typed.
    """
    if "remove" in pressed:
        return forms.without_treatment(form, pressed["remove"])
    if _adds(pressed):
        row = typed_treatment(pressed["new_activity"], codes_of(session, at.today))
        return replace(form, treatments=(*form.treatments, row), new_activity="")
    return form


ADDING = frozenset({"save", "close", "add_treatment"})
"""Buttons that take along what is typed in the field for a new treatment: the enter key there presses the first."""


def _adds(pressed: Mapping[str, str]) -> bool:
    typed = pressed.get("new_activity", "").strip()
    return pressed.get("do") == "add_treatment" or bool(typed and pressed.get("do") in ADDING)


def press(
    session: Session,
    viewer: Viewer,
    visit_id: UUID,
    form: TypedVisit,
    pressed: Mapping[str, str],
    at: At,
) -> Done:
    """Save the form and do what the button says, in one transaction.

    Raises UnreadableError for texts that are no numbers, and what the services raise.
    """
    act = pressed.get("do", "save")
    if act in {"sign", "ready"} and pressed.get("new_activity", "").strip():
        raise BadInputError("Add the treatment you typed, or empty this field.", at="new_activity")
    if act == "discard":
        return _discard(session, viewer, visit_id, at)
    if act == "sign":
        return _sign(session, viewer, visit_id, form, at)
    patient_id = save(session, viewer, visit_id, form, at, leaving=True)
    if act in _MARKS:
        return _mark(session, viewer, visit_id, patient_id, act, at)
    if act == "close":
        return Done(patient_id, "Draft kept", close=True)
    if _adds(pressed):
        return Done(patient_id, anchor=_after_adding(form))
    if act == "add_section":
        return _add_section(session, viewer, visit_id, patient_id, pressed, at)
    if "remove_section" in pressed:
        number = _number(pressed["remove_section"])
        visit_drafts.remove_section(session, viewer, visit_id, number, now=at.now)
        return Done(patient_id, anchor="#sections")
    return Done(patient_id, anchor=_anchor(pressed))


def _anchor(pressed: Mapping[str, str]) -> str:
    if "remove_measure" in pressed:
        return "#scores"
    return "#treatments" if "remove" in pressed else ""


_MARKS = {"ready", "give_back", "note_keep", "note_again", "add_measure"}


def _mark(session: Session, viewer: Viewer, visit_id: UUID, patient_id: UUID, act: str, at: At) -> Done:
    match act:
        case "ready":
            visit_handover.mark_ready(session, viewer, visit_id, now=at.now)
            return Done(patient_id, "The therapist finds this visit on Today, ready to sign", close=True)
        case "give_back":
            visit_handover.give_back(session, viewer, visit_id, now=at.now)
            return Done(patient_id, "The visit no longer waits for a signature")
        case "note_keep":
            visit_handover.keep_note(session, viewer, visit_id, today=at.today, now=at.now)
        case "add_measure":
            return Done(patient_id, anchor="#new_measure")
    return Done(patient_id, anchor="#note-group")


def _discard(session: Session, viewer: Viewer, visit_id: UUID, at: At) -> Done:
    patient_id = visit_drafts.discard_draft(session, viewer, visit_id, now=at.now)
    return Done(patient_id, "Draft thrown away", close=True)


def _sign(session: Session, viewer: Viewer, visit_id: UUID, form: TypedVisit, at: At) -> Done:
    visit = signing.save_and_sign(
        session,
        viewer=viewer,
        visit_id=visit_id,
        form=_draft_of(form, at),
        version=form.version,
        page=form.page,
        today=at.today,
        now=at.now,
    )
    return Done(visit.patient_id, "Visit signed")


def _after_adding(form: TypedVisit) -> str:
    """The minutes of the new row; where they were typed with it, the field for the next one."""
    last = len(form.treatments) - 1
    return "#new_activity" if form.treatments[last].minutes else f"#treatments-{last}-minutes"


def _add_section(
    session: Session,
    viewer: Viewer,
    visit_id: UUID,
    patient_id: UUID,
    pressed: Mapping[str, str],
    at: At,
) -> Done:
    number = _number(pressed.get("new_section", ""))
    visit_drafts.add_section(session, viewer, visit_id, number, today=at.today, now=at.now)
    return Done(patient_id, anchor=f"#teach_back-{number}")


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 3):
        raise BadInputError("Choose a section from the list.", at="new_section")
    return int(text)


def save(
    session: Session, viewer: Viewer, visit_id: UUID, form: TypedVisit, at: At, *, leaving: bool = False
) -> UUID:
    """Keep what is typed; returns whose visit it is. Raises UnreadableError, and what save_draft raises.

    `leaving`: the browser leaves the page with it, so nothing of that page counts any more that arrives later.
    """
    visit = visit_drafts.save_draft(
        session,
        viewer,
        visit_id,
        _draft_of(form, at),
        form.version,
        at.now,
        page=form.page,
        leaving=leaving,
    )
    return visit.patient_id


def _draft_of(form: TypedVisit, at: At) -> DraftInput:
    reading = forms.read(form, fallback=at.today)
    if reading.errors:
        raise UnreadableError(reading.errors)
    return reading.draft


def opened(viewer: Viewer, page: DraftPage) -> EditView:
    """The page of a draft, freshly opened."""
    form = forms.as_typed(
        page.draft, version=page.head.version, page=secrets.token_hex(8), activities=page.activities
    )
    return _view(viewer, page, form)


def saved(viewer: Viewer, visit_id: UUID, form: TypedVisit, at: At) -> EditView:
    """The page of a draft after its own autosave."""
    with transaction(viewer) as session:
        page = draft_page(session, viewer, visit_id, at.today)
    return _view(viewer, page, replace(form, version=page.head.version))


def refused(
    viewer: Viewer, visit_id: UUID, form: TypedVisit, error: BadInputError | NotReadyError, at: At
) -> EditView:
    """The page again, with everything typed and what is wrong with it.

    A draft that can be kept but not signed is kept.
    """
    with transaction(viewer) as session:
        if isinstance(error, NotReadyError):
            save(session, viewer, visit_id, form, at, leaving=True)
        stored = read_draft(session, viewer, visit_id, today=at.today, now=at.now)
        shown = _as_typed(session, viewer, stored, form, at)
    if isinstance(error, NotReadyError):
        form = replace(form, version=stored.head.version, page=secrets.token_hex(8))
    unsaved = not isinstance(error, NotReadyError)
    return replace(_view(viewer, shown, form), errors=errors_of(error), unsaved=unsaved)


def stale(viewer: Viewer, visit_id: UUID, form: TypedVisit, error: ConflictError, at: At) -> EditView:
    """The page with what is typed beside what somebody else saved; saving it now replaces theirs."""
    with transaction(viewer) as session:
        stored = read_draft(session, viewer, visit_id, today=at.today, now=at.now)
        shown = _as_typed(session, viewer, stored, form, at)
    fresh = replace(form, version=stored.head.version, page=secrets.token_hex(8))
    return replace(
        _view(viewer, shown, fresh),
        conflict=differences(stored.draft, _readable(form, stored.draft)),
        conflict_text=error.message,
        unsaved=True,
    )


def _as_typed(session: Session, viewer: Viewer, stored: DraftPage, form: TypedVisit, at: At) -> DraftPage:
    """As it would be with what is typed; what cannot be previewed at all falls back to the stored draft."""
    with suppress(BadInputError):
        return draft_page(session, viewer, stored.head.id, at.today, _readable(form, stored.draft))
    return stored


def _readable(form: TypedVisit, stored: DraftInput) -> DraftInput:
    return forms.read(form, fallback=stored.on_date).draft


def _view(viewer: Viewer, page: DraftPage, form: TypedVisit) -> EditView:
    return EditView(page, form, viewer.timezone, viewer.may(Permission.SIGN_VISITS))


def errors_of(error: BadInputError | NotReadyError) -> dict[str, str]:
    """A refusal as messages by the id of the field."""
    if isinstance(error, UnreadableError):
        return error.errors
    if isinstance(error, NotReadyError):
        return {point.at: point.message for point in error.points}
    return {forms.place_of(error): error.message}
