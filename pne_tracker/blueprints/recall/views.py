"""The recall question of the portal: show it, take the answer, switch the questions on or off."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pne_tracker.adapters import clock
from pne_tracker.adapters.recall import SCHEDULER
from pne_tracker.blueprints.recall.viewmodels import recall_model
from pne_tracker.db import transaction
from pne_tracker.domain.access import Permission
from pne_tracker.domain.errors import BadInputError, ConflictError, NotFoundError
from pne_tracker.services import recall
from pne_tracker.services.recall import RecallPage
from pne_tracker.web.policies import requires, viewer
from pne_tracker.web.portal_context import portal_context

bp = Blueprint("recall", __name__, url_prefix="/portal/recall")


@bp.context_processor
def _frame() -> dict[str, Any]:
    return portal_context() if g.get("viewer") is not None else {}


@bp.get("")
@requires(Permission.USE_PORTAL)
def index() -> ResponseReturnValue:
    """The question that waits, or the one answered today with its explanation."""
    return render_template("recall/index.html", page=recall_model(_open()))


def _open() -> RecallPage:
    with transaction(viewer()) as session:
        return recall.open_page(session, viewer(), now=clock.now())


@bp.post("/<uuid:card_id>")
@requires(Permission.USE_PORTAL)
def answer(card_id: UUID) -> ResponseReturnValue:
    """Keep the answer and show why; a question that waits no more gives way to what does."""
    question, picked = request.form.get("question", ""), request.form.get("answer", "")
    try:
        with transaction(viewer()) as session:
            recall.answer(session, viewer(), card_id, question, picked, scheduler=SCHEDULER, now=clock.now())
    except BadInputError:
        page = recall_model(_open(), _("Pick an answer. Not sure is fine too."))
        return make_response(render_template("recall/index.html", page=page), 422)
    except ConflictError:
        flash(_("That question is not open any more."), "info")
    return redirect(url_for("recall.index"), 303)


@bp.post("/switch")
@requires(Permission.USE_PORTAL)
def switch() -> ResponseReturnValue:
    """The patient's own switch."""
    patient_id = viewer().patient_id
    if patient_id is None:
        raise NotFoundError
    enabled = request.form.get("on") == "1"
    with transaction(viewer()) as session:
        recall.switch(session, viewer(), patient_id, enabled=enabled, now=clock.now())
    flash(_("The questions are on.") if enabled else _("The questions are off."), "good")
    return redirect(url_for("recall.index"), 303)
