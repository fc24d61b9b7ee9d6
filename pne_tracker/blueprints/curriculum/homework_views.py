"""The clinic's own homework: the list, one template written or changed, and no longer offered."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pne_tracker.adapters import clock
from pne_tracker.blueprints.curriculum.area import bp
from pne_tracker.blueprints.curriculum.homework_models import form_view, item_typed, list_rows, typed_of
from pne_tracker.db import transaction
from pne_tracker.domain.access import Permission
from pne_tracker.domain.errors import BadInputError, ConflictError
from pne_tracker.services import clinic_homework
from pne_tracker.services.clinic_homework import HomeworkPage
from pne_tracker.web.forms import row_seen
from pne_tracker.web.policies import requires, viewer


@bp.get("/<uuid:clinic_id>/homework")
@requires(Permission.MANAGE_CLINIC)
def homework_list(clinic_id: UUID) -> ResponseReturnValue:
    """Every template of the clinic."""
    page = _read(clinic_id)
    return render_template("curriculum/homework.html", page=page, rows=list_rows(page, viewer()))


@bp.route("/<uuid:clinic_id>/homework/new", methods=["GET", "POST"])
@requires(Permission.MANAGE_CLINIC)
def new_homework(clinic_id: UUID) -> ResponseReturnValue:
    """Write a template."""
    return _write(clinic_id, "")


@bp.route("/<uuid:clinic_id>/homework/<key>", methods=["GET", "POST"])
@requires(Permission.MANAGE_CLINIC)
def own_homework(clinic_id: UUID, key: str) -> ResponseReturnValue:
    """Change a template, offer it no longer, or again."""
    return _write(clinic_id, key)


def _write(clinic_id: UUID, key: str) -> ResponseReturnValue:
    page = _read(clinic_id)
    kept = page.one(key) if key else None
    typed = request.form if request.method == "POST" else typed_of(kept)
    error: BadInputError | ConflictError | None = None
    if request.method == "POST":
        try:
            said = _act(clinic_id, key, request.form.get("do", ""))
        except (BadInputError, ConflictError) as refused:
            error = refused
        else:
            flash(said, "good")
            return redirect(url_for("curriculum.homework_list", clinic_id=clinic_id), 303)
    status = 200 if error is None else 409 if isinstance(error, ConflictError) else 422
    return render_template("curriculum/homework_form.html", view=form_view(page, kept, typed, error)), status


def _act(clinic_id: UUID, key: str, act: str) -> str:
    with transaction(viewer()) as session:
        if key and act in {"offer", "retire"}:
            offered = act == "offer"
            clinic_homework.offer(session, viewer(), clinic_id, key, offered=offered, now=clock.now())
            return "Offered again." if offered else "No longer offered. Who has it at home keeps it."
        clinic_homework.keep(
            session,
            viewer(),
            clinic_id,
            item_typed(request.form),
            key=key,
            based_on=row_seen(request.form.get("based_on")),
            now=clock.now(),
        )
    return "Kept. What was assigned before stays as it was assigned."


def _read(clinic_id: UUID) -> HomeworkPage:
    with transaction(viewer()) as session:
        return clinic_homework.read_own(session, viewer(), clinic_id)
