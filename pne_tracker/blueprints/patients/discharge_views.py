"""Discharging an episode: why it ends, what became of its goals, what is still open."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import RadioField, TextAreaField

from pne_tracker.adapters import clock
from pne_tracker.blueprints.patients.area import bp, refusal
from pne_tracker.blueprints.patients.forms import at_most
from pne_tracker.db import transaction
from pne_tracker.domain.access import Permission
from pne_tracker.domain.discharge import END_REASONS, GOAL_RESULTS, MAX_WORDS, discharge_of
from pne_tracker.services import discharges
from pne_tracker.web.display import count_text
from pne_tracker.web.forms import Form
from pne_tracker.web.policies import requires, viewer


class DischargeForm(Form):
    """Why an episode ends, and what became of its goals."""

    reason = RadioField(
        "Why does it end?",
        choices=[(key.value, text) for key, text in END_REASONS.items()],
        validate_choice=False,
    )
    result = RadioField(
        "The goals were",
        choices=[(key.value, text) for key, text in GOAL_RESULTS.items()],
        validate_choice=False,
    )
    words = TextAreaField("In your words", validators=[at_most(MAX_WORDS)])


@bp.route("/episodes/<uuid:episode_id>/discharge", methods=["GET", "POST"])
@requires(Permission.EDIT_PATIENTS)
def discharge(episode_id: UUID) -> ResponseReturnValue:
    """End the episode; what is refused stays typed."""
    now, today = clock.now(), clock.today(viewer().timezone)
    with transaction(viewer()) as session:
        open_things = discharges.open_ending(session, viewer(), episode_id, now=now)
    form = DischargeForm()
    waived = 0
    status = None
    if form.is_submitted():

        def keep() -> None:
            nonlocal waived
            ending = discharge_of(form.reason.data or "", form.result.data or "", form.words.data or "")
            with transaction(viewer()) as session:
                waived = discharges.discharge_episode(
                    session, viewer(), episode_id, ending, today=today, now=now
                )

        status = refusal(form, keep)
        if status is None:
            said = f" {count_text(waived, 'open item')} of homework let go." if waived else ""
            flash(f"The episode is discharged.{said}", "good")
            record = url_for("patients.show", patient_id=open_things.patient_id, episode=episode_id)
            return redirect(f"{record}#papers", 303)
    body = render_template("patients/discharge.html", form=form, ending=open_things, episode_id=episode_id)
    return body, status or 200
