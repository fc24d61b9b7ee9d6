"""The report on suggestions: how many were followed, how many were not, and why."""

from __future__ import annotations

from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from pne_tracker.adapters import clock
from pne_tracker.blueprints.curriculum.area import bp
from pne_tracker.blueprints.curriculum.choices_models import choices_view, read_choices_filter
from pne_tracker.db import transaction
from pne_tracker.domain.access import Permission, Role
from pne_tracker.queries import accounts
from pne_tracker.services.section_choices import read_choices
from pne_tracker.web.policies import requires, viewer


@bp.get("/<uuid:clinic_id>/choices")
@requires(Permission.STEER_CARE)
def choices(clinic_id: UUID) -> ResponseReturnValue:
    """Suggestions followed and overridden, with every reason."""
    chosen = read_choices_filter(request.args)
    today = clock.today(viewer().timezone)
    with transaction(viewer()) as session:
        clinic, report = read_choices(session, viewer(), clinic_id, chosen, today=today, now=clock.now())
        clinicians = accounts.colleagues(session, viewer(), Role.THERAPIST, Role.ASSISTANT)
    view = choices_view(clinic_id, clinic, report, chosen, clinicians)
    return render_template("curriculum/choices.html", view=view)
