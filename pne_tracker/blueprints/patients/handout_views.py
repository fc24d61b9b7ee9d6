"""The handout of a section in both languages, each on a page of its own, to print."""

from __future__ import annotations

from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue

from pne_tracker.adapters import clock
from pne_tracker.blueprints.patients.area import bp
from pne_tracker.db import transaction
from pne_tracker.domain.access import Permission
from pne_tracker.domain.errors import NotFoundError
from pne_tracker.services import patient_reading
from pne_tracker.web.policies import requires, viewer


@bp.get("/episodes/<uuid:episode_id>/sections/<int:number>/handout")
@requires(Permission.SEE_PATIENTS)
def handout(episode_id: UUID, number: int) -> ResponseReturnValue:
    """A section's handout, the patient's language first."""
    today = clock.today(viewer().timezone)
    with transaction(viewer()) as session:
        page = patient_reading.open_section(
            session, viewer(), episode_id, number, today=today, now=clock.now()
        )
    section = page.section
    if section.handout is None:
        raise NotFoundError
    order = ("es", "en") if page.head.language.startswith("es") else ("en", "es")
    sheets = [
        (language, section.patient_title.in_language(language), section.handout.in_language(language))
        for language in order
    ]
    return render_template("patients/handout.html", head=page.head, number=number, sheets=sheets)
