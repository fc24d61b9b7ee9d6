"""Adding a patient, and changing what is known of one."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from pne_tracker.adapters import clock
from pne_tracker.blueprints.patients.area import bp, refusal, version_of
from pne_tracker.blueprints.patients.forms import PatientForm, form_data
from pne_tracker.db import transaction
from pne_tracker.domain.access import Permission
from pne_tracker.queries import accounts
from pne_tracker.services import patient_reading, patients
from pne_tracker.web.policies import requires, viewer


@bp.get("/new")
@requires(Permission.EDIT_PATIENTS)
def new() -> ResponseReturnValue:
    """An empty form with the next free record number."""
    with transaction(viewer()) as session:
        form = PatientForm(mrn=patients.next_mrn(session))
        form.offer([(clinic.id, clinic.name) for clinic in accounts.clinics(session, viewer())])
    return _page(form, None)


@bp.post("/new")
@requires(Permission.EDIT_PATIENTS)
def add() -> ResponseReturnValue:
    """Keep a new patient; what is refused stays typed."""
    form = PatientForm()
    with transaction(viewer()) as session:
        form.offer([(clinic.id, clinic.name) for clinic in accounts.clinics(session, viewer())])
    added: list[UUID] = []

    def keep() -> None:
        with transaction(viewer()) as session:
            today = clock.today(viewer().timezone)
            added.append(patients.add_patient(session, viewer(), form.draft(), today=today, now=clock.now()))

    if status := refusal(form, keep):
        return _page(form, None), status
    flash("The patient is added.", "good")
    return redirect(url_for("patients.show", patient_id=added[0]), 303)


@bp.route("/<uuid:patient_id>/edit", methods=["GET", "POST"])
@requires(Permission.EDIT_PATIENTS)
def edit(patient_id: UUID) -> ResponseReturnValue:
    """Change a patient; what is refused stays typed."""
    now, today = clock.now(), clock.today(viewer().timezone)
    with transaction(viewer()) as session:
        facts = patient_reading.open_facts(session, viewer(), patient_id, today=today, now=now)
        clinics = [(clinic.id, clinic.name) for clinic in accounts.clinics(session, viewer())]
    form = PatientForm(data=form_data(facts))
    form.offer(clinics, facts.language)
    if not form.is_submitted():
        return _page(form, patient_id)

    def keep() -> None:
        version = version_of(form.version.data)
        with transaction(viewer()) as session:
            patients.change_patient(
                session, viewer(), patient_id, form.draft(), version=version, today=today, now=now
            )

    if status := refusal(form, keep):
        return _page(form, patient_id), status
    flash("The patient is saved.", "good")
    return redirect(url_for("patients.show", patient_id=patient_id), 303)


def _page(form: PatientForm, patient_id: UUID | None) -> str:
    return render_template("patients/form.html", form=form, patient_id=patient_id)
