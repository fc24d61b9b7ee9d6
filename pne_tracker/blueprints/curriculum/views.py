"""The curriculum of a clinic: where its weights, wording and versions are."""

from __future__ import annotations

from uuid import UUID

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from pne_tracker.blueprints.curriculum import (  # noqa: F401  (they hang their pages on the blueprint)
    choices_views,
    homework_views,
    quiz_views,
    version_views,
    weights_views,
    wording_views,
)
from pne_tracker.blueprints.curriculum.area import bp
from pne_tracker.blueprints.curriculum.quiz_models import in_use
from pne_tracker.blueprints.curriculum.viewmodels import overview
from pne_tracker.db import transaction
from pne_tracker.domain.access import Permission
from pne_tracker.domain.errors import NotFoundError
from pne_tracker.queries import accounts
from pne_tracker.services.own_quizzes import read_quizzes
from pne_tracker.services.planner_weights import read_weights
from pne_tracker.services.section_wording import read_wording
from pne_tracker.web.policies import requires, viewer

__all__ = ["bp"]


@bp.get("")
@requires(Permission.MANAGE_CLINIC)
def index() -> ResponseReturnValue:
    """The curriculum of the first of the viewer's clinics."""
    with transaction(viewer()) as session:
        first = next(iter(accounts.clinics(session, viewer())), None)
    if first is None:
        raise NotFoundError
    return redirect(url_for("curriculum.show", clinic_id=first.id))


@bp.get("/<uuid:clinic_id>")
@requires(Permission.MANAGE_CLINIC)
def show(clinic_id: UUID) -> ResponseReturnValue:
    """What this clinic teaches by, and where to change it."""
    with transaction(viewer()) as session:
        page = read_weights(session, viewer(), clinic_id)
        own_texts = len(read_wording(session, viewer(), clinic_id).own)
        quizzes = in_use(read_quizzes(session, viewer(), clinic_id).editions)
        others = [(one.id, one.name) for one in accounts.clinics(session, viewer()) if one.id != clinic_id]
    return render_template("curriculum/index.html", view=overview(page, own_texts, quizzes, others, viewer()))
