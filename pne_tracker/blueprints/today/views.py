"""Today: open drafts, what the lead asks, and the own patients with what came back and what comes next."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pne_tracker.adapters import clock
from pne_tracker.blueprints.today.viewmodels import today_view
from pne_tracker.db import looking, transaction
from pne_tracker.domain.access import Permission
from pne_tracker.services import patient_reading, stalls
from pne_tracker.web.policies import requires, viewer

bp = Blueprint("today", __name__, url_prefix="/today")


@bp.get("")
@requires(Permission.SEE_TODAY)
def index() -> ResponseReturnValue:
    """The clinician's day."""
    today = clock.today(viewer().timezone)
    with looking(viewer()) as session:
        page = patient_reading.open_today(session, viewer(), today=today, now=clock.now())
    return render_template("today/index.html", view=today_view(page, viewer(), today))


@bp.post("/stalls/<uuid:stall_ask_id>")
@requires(Permission.SEE_TODAY)
def answer(stall_ask_id: UUID) -> ResponseReturnValue:
    """The therapist's word about a patient who stalls."""
    with transaction(viewer()) as session:
        stalls.answer(session, viewer(), stall_ask_id, request.form.get("answer", ""), now=clock.now())
    flash("Your lead sees your answer.", "good")
    return redirect(url_for("today.index"), 303)
