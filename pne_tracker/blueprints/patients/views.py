"""Patients: the list, the search, one record, and who looked at it."""

from __future__ import annotations

import secrets
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from pne_tracker.adapters import clock
from pne_tracker.adapters.qr import qr_code
from pne_tracker.adapters.recall import SCHEDULER
from pne_tracker.blueprints.patients import (  # noqa: F401  (they hang their pages on the blueprint)
    care_views,
    discharge_views,
    edit_views,
    episode_views,
    handout_views,
    outside_views,
    score_views,
    section_views,
)
from pne_tracker.blueprints.patients.area import bp
from pne_tracker.blueprints.patients.card_models import read_minutes
from pne_tracker.blueprints.patients.forms import SearchForm
from pne_tracker.blueprints.patients.list_models import filter_fields, list_view, read_filter, reader_rows
from pne_tracker.blueprints.patients.outside_models import opening_rows
from pne_tracker.blueprints.patients.record_models import record_view
from pne_tracker.db import looking, transaction
from pne_tracker.domain.access import Permission, Role
from pne_tracker.queries import accounts
from pne_tracker.services import invitations, patient_reading
from pne_tracker.web.letter import letters
from pne_tracker.web.places import import_url
from pne_tracker.web.policies import requires, viewer

__all__ = ["bp"]


@bp.get("")
@requires(Permission.SEE_PATIENTS)
def index() -> ResponseReturnValue:
    """One page of patients, by family name."""
    chosen = read_filter(request.args, viewer())
    with looking(viewer()) as session:
        therapists = accounts.colleagues(session, viewer(), Role.THERAPIST)
        page = patient_reading.open_list(
            session, viewer(), chosen, today=clock.today(viewer().timezone), now=clock.now()
        )
    return render_template(
        "patients/index.html",
        view=list_view(page, chosen),
        fields=filter_fields(chosen, viewer(), therapists),
        query="",
        searched=False,
        import_url=import_url(viewer()),
    )


@bp.post("/search")
@requires(Permission.SEE_PATIENTS)
def search() -> ResponseReturnValue:
    """The patients of a name or record number."""
    form = SearchForm()
    query = form.q.data if form.validate() else ""
    with looking(viewer()) as session:
        page = patient_reading.search(
            session, viewer(), query, today=clock.today(viewer().timezone), now=clock.now()
        )
    return render_template(
        "patients/index.html",
        view=list_view(page, None),
        fields=[],
        query=query,
        searched=True,
        import_url=import_url(viewer()),
    )


@bp.get("/<uuid:patient_id>")
@requires(Permission.SEE_PATIENTS, glass=True)
def show(patient_id: UUID) -> ResponseReturnValue:
    """One patient's record, with the episode asked for or the one that runs."""
    today = clock.today(viewer().timezone)
    with transaction(viewer()) as session:
        record = patient_reading.open_record(
            session,
            viewer(),
            patient_id,
            today=today,
            now=clock.now(),
            scheduler=SCHEDULER,
            episode_id=_uuid(request.args.get("episode", "")),
            minutes=read_minutes(request.args),
        )
    return render_template("patients/show.html", view=record_view(record, viewer(), today))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


@bp.get("/<uuid:patient_id>/readers")
@requires(Permission.SEE_PATIENTS, glass=True)
def readers(patient_id: UUID) -> ResponseReturnValue:
    """Who looked at the record, and who changed it, by day."""
    with transaction(viewer()) as session:
        name, readings, openings = patient_reading.open_readers(
            session, viewer(), patient_id, now=clock.now()
        )
    return render_template(
        "patients/readers.html",
        patient_id=patient_id,
        name=name,
        readings=reader_rows(readings),
        openings=opening_rows(openings, viewer().timezone),
    )


@bp.post("/<uuid:patient_id>/invitations")
@requires(Permission.INVITE_PATIENTS)
def invite(patient_id: UUID) -> ResponseReturnValue:
    """A way into the portal; its link is shown once."""
    with transaction(viewer()) as session:
        token = invitations.invite(
            session, viewer(), patient_id, now=clock.now(), token=secrets.token_urlsafe(32)
        )
    link = url_for("portal.welcome", token=token, _external=True)
    return render_template(
        "patients/invitation.html",
        patient_id=patient_id,
        link=link,
        lost_url=url_for("security.ask_link", _external=True),
        days=invitations.LIFE.days,
        code=qr_code(link),
        letters=letters(days=invitations.LIFE.days),
    )
