"""Homework as the clinic reads it: what waits, one item, and the answer to it. HTTP only."""

from __future__ import annotations

from uuid import UUID

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from pne_tracker.adapters import clock
from pne_tracker.blueprints.homework import assign_views, review_views
from pne_tracker.blueprints.homework.area import bp
from pne_tracker.blueprints.homework.log_models import logs_view
from pne_tracker.blueprints.homework.viewmodels import HomeworkView, list_view
from pne_tracker.db import transaction
from pne_tracker.domain.access import Permission
from pne_tracker.domain.errors import BadInputError
from pne_tracker.queries.drawings import MIME
from pne_tracker.services import barriers, drawings, homework_review, ladder
from pne_tracker.services.homework_reading import list_waiting, read_homework, read_logs
from pne_tracker.web.policies import requires, viewer

__all__ = ["assign_views", "bp", "review_views"]


@bp.get("")
@requires(Permission.REVIEW_HOMEWORK)
def index() -> ResponseReturnValue:
    """Items that wait to be read."""
    with transaction(viewer()) as session:
        rows = list_waiting(session, viewer(), today=clock.today(viewer().timezone), now=clock.now())
    return render_template("homework/index.html", rows=list_view(rows))


@bp.get("/<uuid:homework_id>")
@requires(Permission.REVIEW_HOMEWORK, glass=True)
def show(homework_id: UUID) -> ResponseReturnValue:
    """One item with everything handed in for it."""
    return _page(homework_id)


def _page(homework_id: UUID, error: BadInputError | None = None, status: int = 200) -> ResponseReturnValue:
    with transaction(viewer()) as session:
        page = read_homework(
            session, viewer(), homework_id, today=clock.today(viewer().timezone), now=clock.now()
        )
    errors = ((error.at, error.message),) if error else ()
    view = HomeworkView(page, viewer().timezone, request.form.to_dict(), errors)
    return render_template("homework/show.html", view=view), status


@bp.post("/<uuid:homework_id>")
@requires(Permission.REVIEW_HOMEWORK)
def answer(homework_id: UUID) -> ResponseReturnValue:
    """Mark it as reviewed, waive it or take it back."""
    try:
        with transaction(viewer()) as session:
            said = _act(session, homework_id, request.form.get("do", ""))
    except BadInputError as error:
        return _page(homework_id, error, 422)
    flash(said, "good")
    return redirect(url_for(".show", homework_id=homework_id), 303)


@bp.get("/logs/<uuid:patient_id>")
@requires(Permission.REVIEW_HOMEWORK, glass=True)
def logs(patient_id: UUID) -> ResponseReturnValue:
    """All logs of a patient as pictures."""
    with transaction(viewer()) as session:
        found = read_logs(session, viewer(), patient_id, now=clock.now())
    return render_template("homework/logs.html", page=logs_view(found))


@bp.get("/<uuid:homework_id>/photo")
@requires(Permission.REVIEW_HOMEWORK, glass=True)
def photo(homework_id: UUID) -> ResponseReturnValue:
    """The photo of a drawing that was sent."""
    occurrence = request.args.get("n", 1, type=int)
    with transaction(viewer()) as session:
        found = drawings.open_photo(session, viewer(), homework_id, occurrence, now=clock.now())
    response = make_response(found.photo)
    response.headers["Content-Type"] = MIME[found.kind]
    response.headers["Content-Disposition"] = "inline; filename=drawing"
    return response


@bp.post("/<uuid:homework_id>/ladder")
@requires(Permission.REVIEW_HOMEWORK)
def climb(homework_id: UUID) -> ResponseReturnValue:
    """Put the patient on another step of the imagery ladder."""
    step, seen = request.form.get("step", 0, type=int), request.form.get("seen", 0, type=int)
    today = clock.today(viewer().timezone)
    with transaction(viewer()) as session:
        ladder.move(session, viewer(), homework_id, step=step, seen=seen, today=today, now=clock.now())
    flash(f"Now on step {step}", "good")
    return redirect(url_for(".show", homework_id=homework_id), 303)


def _act(session: Session, homework_id: UUID, act: str) -> str:
    now, reason = clock.now(), request.form.get("reason", "")
    if act == "review":
        reply, today = request.form.get("reply", ""), clock.today(viewer().timezone)
        homework_review.review(session, viewer(), homework_id, reply=reply, today=today, now=now)
        return "Marked as reviewed"
    if act == "waive":
        homework_review.waive(session, viewer(), homework_id, reason=reason, now=now)
        return "Waived"
    if act == "withdraw":
        homework_review.withdraw(session, viewer(), homework_id, reason=reason, now=now)
        return "Withdrawn"
    if act == "tell":
        barriers.tell(session, viewer(), homework_id, request.form.get("reason", ""), now=now)
        return "Kept what got in the way"
    raise BadInputError("Use one of the buttons of the page.", at="reply")
