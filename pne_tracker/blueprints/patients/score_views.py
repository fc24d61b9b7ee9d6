"""Recording an outcome score."""

from __future__ import annotations

from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pne_tracker.adapters import clock
from pne_tracker.blueprints.patients.area import bp, refusal
from pne_tracker.blueprints.patients.score_forms import FORMS, score_forms
from pne_tracker.db import transaction
from pne_tracker.domain.access import Permission
from pne_tracker.domain.outcomes import MEASURES
from pne_tracker.services import outcomes, patient_reading
from pne_tracker.web.policies import requires, viewer


@bp.route("/episodes/<uuid:episode_id>/scores/<measure>", methods=["GET", "POST"])
@requires(Permission.EDIT_PATIENTS)
def score(episode_id: UUID, measure: str) -> ResponseReturnValue:
    """The form of one measure; what is refused stays typed."""
    if measure not in FORMS:
        abort(404)
    now, today = clock.now(), clock.today(viewer().timezone)
    with transaction(viewer()) as session:
        head, activities = patient_reading.open_scores(session, viewer(), episode_id, now=now)
    form = FORMS[measure]() if request.method == "POST" else score_forms(today, activities)[measure]
    status = None
    if form.is_submitted():

        def keep() -> None:
            with transaction(viewer()) as session:
                outcomes.record_score(
                    session,
                    viewer(),
                    episode_id,
                    measure,
                    form.scored(),
                    on_date=form.on_date.data or today,
                    today=today,
                    now=now,
                )

        status = refusal(form, keep)
        if status is None:
            flash("The score is kept.", "good")
            record = url_for("patients.show", patient_id=head.patient_id, episode=episode_id)
            return redirect(record + "#outcomes", 303)
    body = render_template("patients/score.html", form=form, measure=MEASURES[measure], head=head)
    return body, status or 200
