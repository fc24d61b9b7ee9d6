"""The page of the planner's weights: tried on the clinic's patients first, then kept."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pne_tracker.adapters import clock
from pne_tracker.blueprints.curriculum.area import bp
from pne_tracker.blueprints.curriculum.weights_forms import WeightsForm, form_of
from pne_tracker.blueprints.curriculum.weights_models import weights_view
from pne_tracker.db import transaction
from pne_tracker.domain.access import Permission
from pne_tracker.domain.clinic_weights import ClinicWeights, weights_of
from pne_tracker.domain.errors import BadInputError, ConflictError
from pne_tracker.services import planner_weights
from pne_tracker.services.planner_weights import WeightsPage
from pne_tracker.web.display import count_text
from pne_tracker.web.forms import row_seen
from pne_tracker.web.policies import requires, viewer


@bp.get("/<uuid:clinic_id>/weights")
@requires(Permission.MANAGE_CLINIC)
def weights(clinic_id: UUID) -> ResponseReturnValue:
    """Every weight of the planner, with the pack's number beside it."""
    page = _read(clinic_id)
    form = form_of(page.pack, page.now, page.based_on, None)
    return render_template("curriculum/weights.html", view=weights_view(page, form, viewer()), form=form)


@bp.post("/<uuid:clinic_id>/weights")
@requires(Permission.STEER_CARE)
def change_weights(clinic_id: UUID) -> ResponseReturnValue:
    """Show whose suggestion the weights would change, or keep them; what is typed stays."""
    page = _read(clinic_id)
    asked = request.form.get("do", "")
    back = asked == "reset"
    form = form_of(page.pack, weights_of(page.pack), page.based_on, None if back else request.form)
    if not back and not form.validate():
        return _again(page, form, 422)
    wanted = weights_of(page.pack) if back else form.wanted(page.pack)
    if asked != "save":
        return _tried(page, form, wanted)
    try:
        with transaction(viewer()) as session:
            changed = planner_weights.keep_weights(
                session, viewer(), clinic_id, wanted, based_on=row_seen(form.based_on.data), now=clock.now()
            )
    except (BadInputError, ConflictError) as error:
        form.refuse(error)
        return _again(_read(clinic_id), form, 409 if isinstance(error, ConflictError) else 422)
    flash(f"{count_text(changed, 'weight')} changed. Every plan uses them from now on.", "good")
    return redirect(url_for("curriculum.weights", clinic_id=clinic_id), 303)


def _read(clinic_id: UUID) -> WeightsPage:
    with transaction(viewer()) as session:
        return planner_weights.read_weights(session, viewer(), clinic_id)


def _tried(page: WeightsPage, form: WeightsForm, wanted: ClinicWeights) -> ResponseReturnValue:
    try:
        with transaction(viewer()) as session:
            tried = planner_weights.try_weights(
                session,
                viewer(),
                page.clinic_id,
                wanted,
                today=clock.today(viewer().timezone),
                now=clock.now(),
            )
    except BadInputError as error:
        form.refuse(error)
        return _again(page, form, 422)
    view = weights_view(page, form, viewer(), tried)
    return render_template("curriculum/weights.html", view=view, form=form)


def _again(page: WeightsPage, form: WeightsForm, status: int) -> ResponseReturnValue:
    view = weights_view(page, form, viewer())
    return render_template("curriculum/weights.html", view=view, form=form), status
