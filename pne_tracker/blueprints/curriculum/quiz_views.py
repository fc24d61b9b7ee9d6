"""The clinic's own quizzes: the list with the upload, and one edition with its items and its use."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pne_tracker.adapters import clock
from pne_tracker.adapters.packs import Mistake, PackFileError, quiz_from_bytes
from pne_tracker.blueprints.curriculum.area import bp
from pne_tracker.blueprints.curriculum.quiz_models import list_rows, quiz_view
from pne_tracker.db import transaction
from pne_tracker.domain.access import Permission
from pne_tracker.domain.errors import BadInputError
from pne_tracker.services import own_quizzes
from pne_tracker.web.policies import requires, viewer


@bp.get("/<uuid:clinic_id>/quizzes")
@requires(Permission.MANAGE_CLINIC)
def quizzes(clinic_id: UUID) -> ResponseReturnValue:
    """Every edition of the clinic's quizzes, and the way to bring in another."""
    return _quizzes(clinic_id)


@bp.post("/<uuid:clinic_id>/quizzes")
@requires(Permission.MANAGE_CLINIC)
def upload_quiz(clinic_id: UUID) -> ResponseReturnValue:
    """Read a quiz file: every mistake with its line, or the page of the stored edition."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _quizzes(clinic_id, error="Choose the quiz file first."), 422
    try:
        with transaction(viewer()) as session:
            pack = own_quizzes.pack_to_check(session, viewer(), clinic_id)
            found = quiz_from_bytes(sent.stream, pack)
            quiz_id = own_quizzes.upload(session, viewer(), clinic_id, found, now=clock.now())
    except PackFileError as error:
        said = "This file cannot be used yet. Every line to mend is below."
        return _quizzes(clinic_id, error=said, mistakes=error.mistakes), 422
    flash("The quiz is loaded. Look at its items, then say what to use it for.", "good")
    return redirect(url_for("curriculum.quiz", clinic_id=clinic_id, clinic_quiz_id=quiz_id), 303)


def _quizzes(clinic_id: UUID, error: str = "", mistakes: tuple[Mistake, ...] = ()) -> str:
    with transaction(viewer()) as session:
        page = own_quizzes.read_quizzes(session, viewer(), clinic_id)
    return render_template(
        "curriculum/quizzes.html",
        page=page,
        rows=list_rows(page, viewer()),
        error=error,
        mistakes=mistakes,
    )


@bp.get("/<uuid:clinic_id>/quizzes/<uuid:clinic_quiz_id>")
@requires(Permission.MANAGE_CLINIC)
def quiz(clinic_id: UUID, clinic_quiz_id: UUID) -> ResponseReturnValue:
    """One edition: every item as patients meet it, and what it is used for."""
    return _quiz(clinic_id, clinic_quiz_id)


@bp.post("/<uuid:clinic_id>/quizzes/<uuid:clinic_quiz_id>")
@requires(Permission.MANAGE_CLINIC)
def use_quiz(clinic_id: UUID, clinic_quiz_id: UUID) -> ResponseReturnValue:
    """Keep what the edition is used for."""
    used = "first_visit" in request.form or "homework" in request.form
    try:
        with transaction(viewer()) as session:
            own_quizzes.put_to_use(
                session,
                viewer(),
                clinic_id,
                clinic_quiz_id,
                first_visit="first_visit" in request.form,
                homework="homework" in request.form,
                attested="attested" in request.form,
                now=clock.now(),
            )
    except BadInputError as refused:
        return _quiz(clinic_id, clinic_quiz_id, refused), 422
    said = (
        "Kept. What is assigned from now on asks these items." if used else "Kept. It is not asked any more."
    )
    flash(said, "good")
    return redirect(url_for("curriculum.quiz", clinic_id=clinic_id, clinic_quiz_id=clinic_quiz_id), 303)


def _quiz(clinic_id: UUID, quiz_id: UUID, refused: BadInputError | None = None) -> str:
    with transaction(viewer()) as session:
        page = own_quizzes.read_quizzes(session, viewer(), clinic_id)
        edition = page.one(quiz_id)
    view = quiz_view(page, edition, viewer(), refused)
    return render_template("curriculum/quiz.html", view=view, typed=request.form if refused else None)
