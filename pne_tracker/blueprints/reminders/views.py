"""Reminders for staff: all in reach, one patient's, and what has to be looked at. HTTP only."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pne_tracker.adapters import clock
from pne_tracker.blueprints.reminders import outbox_views, public_views, rules_views, wording_views
from pne_tracker.blueprints.reminders.area import bp
from pne_tracker.blueprints.reminders.viewmodels import overview_model, patient_model, trouble_banner
from pne_tracker.blueprints.reminders.words import STATUS_WORDS
from pne_tracker.db import looking, transaction
from pne_tracker.domain.access import Permission
from pne_tracker.domain.errors import BadInputError
from pne_tracker.domain.reminders.reasons import Reason
from pne_tracker.services.reminders import choices, tasks
from pne_tracker.services.reminders.reading import open_overview, open_patient
from pne_tracker.web.policies import requires, viewer

__all__ = ["bp", "outbox_views", "public_views", "rules_views", "wording_views"]


@bp.get("/reminders")
@requires(Permission.SEE_REMINDERS)
def index() -> ResponseReturnValue:
    """What has to be looked at, every reminder with where it stands, and what works."""
    status = request.args.get("status", "")
    before = request.args.get("before", type=UUID)
    known = status if status in STATUS_WORDS else ""
    now, today = clock.now(), clock.today(viewer().timezone)
    with looking(viewer()) as session:
        found = open_overview(session, viewer(), known, before, now=now, today=today)
        page = overview_model(found, known)
    return render_template("reminders/index.html", page=page, banner=trouble_banner())


@bp.get("/reminders/patients/<uuid:patient_id>")
@requires(Permission.SEE_REMINDERS)
def patient(patient_id: UUID) -> ResponseReturnValue:
    """One patient's reminders, and which of them the patient gets."""
    return _patient_page(patient_id)


def _patient_page(patient_id: UUID, error: str = "", status: int = 200) -> ResponseReturnValue:
    now, today = clock.now(), clock.today(viewer().timezone)
    with transaction(viewer()) as session:
        page = patient_model(open_patient(session, viewer(), patient_id, now=now, today=today), now)
    return render_template("reminders/patient.html", page=page, patient_id=patient_id, error=error), status


@bp.post("/reminders/patients/<uuid:patient_id>")
@requires(Permission.EDIT_PATIENTS)
def change_patient(patient_id: UUID) -> ResponseReturnValue:
    """Pause or resume a patient's reminders, or switch some off."""
    try:
        with transaction(viewer()) as session:
            match request.form.get("do"):
                case "pause":
                    until = _day(request.form.get("until", ""))
                    choices.pause(session, viewer(), patient_id, until, now=clock.now())
                case "resume":
                    choices.resume(session, viewer(), patient_id, now=clock.now())
                case _:
                    on = set(request.form.getlist("on"))
                    off = [one for one in Reason if one.value not in on]
                    choices.switch_off(session, viewer(), patient_id, off, now=clock.now())
    except BadInputError as error:
        return _patient_page(patient_id, error.message, 422)
    flash("Saved.", "good")
    return redirect(url_for(".patient", patient_id=patient_id), 303)


def _day(text: str) -> dt.date | None:
    if not text.strip():
        return None
    try:
        return dt.date.fromisoformat(text.strip())
    except ValueError:
        raise BadInputError("Write the day as year-month-day, like 2026-12-24.", at="until") from None


@bp.post("/reminders/tasks/<uuid:task_id>")
@requires(Permission.SEE_REMINDERS)
def decide(task_id: UUID) -> ResponseReturnValue:
    """Close what had to be looked at."""
    with transaction(viewer()) as session:
        tasks.decide(session, viewer(), task_id, request.form.get("do", ""), now=clock.now())
    flash("Done.", "good")
    return redirect(url_for(".index"), 303)
