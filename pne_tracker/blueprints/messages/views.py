"""What patients ask, and who asks to be called: read with one tap, answered in a sentence. HTTP only."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pne_tracker.adapters import clock
from pne_tracker.blueprints.messages.viewmodels import thread_view, waiting_view
from pne_tracker.db import looking, transaction
from pne_tracker.domain.access import Permission
from pne_tracker.domain.errors import BadInputError
from pne_tracker.services import message_reading, messages
from pne_tracker.web.policies import requires, viewer

bp = Blueprint("messages", __name__, url_prefix="/messages")


@bp.get("")
@requires(Permission.REVIEW_HOMEWORK)
def index() -> ResponseReturnValue:
    """What waits to be read."""
    with looking(viewer()) as session:
        lines = message_reading.list_waiting(session, viewer(), now=clock.now())
    return render_template("messages/index.html", rows=waiting_view(lines, viewer().timezone))


@bp.get("/patients/<uuid:patient_id>")
@requires(Permission.REVIEW_HOMEWORK)
def thread(patient_id: UUID) -> ResponseReturnValue:
    """All messages of a patient."""
    return _thread(patient_id)


def _thread(patient_id: UUID, error: BadInputError | None = None, status: int = 200) -> ResponseReturnValue:
    with transaction(viewer()) as session:
        page = message_reading.open_thread(session, viewer(), patient_id, now=clock.now())
    view = thread_view(page, viewer().timezone, request.form.to_dict(), error)
    return render_template("messages/thread.html", view=view), status


@bp.post("/<uuid:message_id>/read")
@requires(Permission.REVIEW_HOMEWORK)
def mark_read(message_id: UUID) -> ResponseReturnValue:
    """Read; the patient sees who and when."""
    with transaction(viewer()) as session:
        row = messages.mark_read(session, viewer(), message_id, now=clock.now())
        patient_id = row.patient_id
    flash("Marked as read. The patient sees when.", "good")
    return redirect(url_for(".thread", patient_id=patient_id), 303)


@bp.post("/<uuid:message_id>/reply")
@requires(Permission.REVIEW_HOMEWORK)
def reply(message_id: UUID) -> ResponseReturnValue:
    """Answer a question, or say when the call comes."""
    with transaction(viewer()) as session:
        patient_id = messages.patient_of(session, viewer(), message_id)
    try:
        with transaction(viewer()) as session:
            messages.reply(session, viewer(), message_id, request.form.get("text", ""), now=clock.now())
    except BadInputError as error:
        return _thread(patient_id, error, 422)
    flash("Sent. The patient finds it in messages.", "good")
    return redirect(url_for(".thread", patient_id=patient_id), 303)
