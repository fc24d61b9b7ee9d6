"""A paper form entered for a patient: the portal's own fields on a staff page, marked as from paper."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pne_tracker.adapters import clock
from pne_tracker.blueprints.portal.paper.models import paper_model, typed_form
from pne_tracker.db import transaction
from pne_tracker.domain.access import Permission
from pne_tracker.domain.errors import ConflictError, NotFoundError, RefusedError
from pne_tracker.services import entries
from pne_tracker.services.entries import Outcome, Typed
from pne_tracker.services.portal_reading import open_for_paper
from pne_tracker.web.policies import requires, viewer

bp = Blueprint("paper", __name__, url_prefix="/homework")


@bp.route("/<uuid:homework_id>/paper", methods=["GET", "POST"])
@requires(Permission.DOCUMENT_VISITS)
def enter(homework_id: UUID) -> ResponseReturnValue:
    """The form of the next open occurrence; sent, it is handed in for the patient."""
    if request.method == "GET":
        return _page(homework_id)
    typed = typed_form(request.form)
    try:
        with transaction(viewer()) as session:
            outcome = entries.hand_in(session, viewer(), homework_id, typed, now=clock.now())
    except (ConflictError, RefusedError) as error:
        return _page(homework_id, typed, refused=error.message)
    if not outcome.handed_in:
        return _page(homework_id, typed, outcome)
    flash("Entered from paper, with your name. The patient sees it.", "good")
    return redirect(url_for("homework.show", homework_id=homework_id), 303)


def _page(
    homework_id: UUID, typed: Typed | None = None, outcome: Outcome | None = None, refused: str = ""
) -> ResponseReturnValue:
    with transaction(viewer()) as session:
        page = open_for_paper(session, viewer(), homework_id, now=clock.now())
    asked = typed.occurrence if typed else request.args.get("n", type=int)
    occurrence = asked or page.item.next_occurrence(page.today) or 1
    if not 1 <= occurrence <= page.item.expected:
        raise NotFoundError
    model = paper_model(page, occurrence, typed, outcome, refused)
    return render_template("homework/paper.html", page=model), 422 if typed else 200
