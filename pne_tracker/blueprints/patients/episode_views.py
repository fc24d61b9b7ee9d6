"""Opening an episode and changing it."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from pne_tracker.adapters import clock
from pne_tracker.blueprints.patients.area import bp, refusal, version_of
from pne_tracker.blueprints.patients.episode_forms import EpisodeForm, form_data
from pne_tracker.db import transaction
from pne_tracker.domain.access import Permission
from pne_tracker.domain.errors import RefusedError
from pne_tracker.domain.icd10 import look_up, split_codes
from pne_tracker.queries import episodes as episode_queries
from pne_tracker.queries.episodes import EpisodeFacts, Option
from pne_tracker.services import episodes, patient_reading
from pne_tracker.web.policies import requires, viewer


@bp.route("/<uuid:patient_id>/episodes/new", methods=["GET", "POST"])
@requires(Permission.EDIT_PATIENTS)
def new_episode(patient_id: UUID) -> ResponseReturnValue:
    """Open an episode; what is refused stays typed."""
    now, today = clock.now(), clock.today(viewer().timezone)
    form = EpisodeForm(opened_on=today, therapist_id=viewer().account_id)
    with transaction(viewer()) as session:
        patient = patient_reading.open_facts(session, viewer(), patient_id, today=today, now=now)
        if patient.deceased:
            raise RefusedError("The patient has died. No episode can be opened.")
        choices = episode_queries.choices_for_patient(session, viewer(), patient_id)
        form.offer(choices, _providers(session, form, None))
    if not form.is_submitted() or _looks_up():
        return _page(form, patient.name, patient_id)

    def keep() -> None:
        with transaction(viewer()) as session:
            episodes.open_episode(session, viewer(), patient_id, form.draft(), today=today, now=now)

    if status := refusal(form, keep):
        return _page(form, patient.name, patient_id), status
    flash("The episode is open: fourteen sections wait.", "good")
    return redirect(_after_opening(form, patient_id), 303)


def _after_opening(form: EpisodeForm, patient_id: UUID) -> str:
    """The record; or the list for a clinician who handed the patient to somebody else."""
    draft = form.draft()
    treats = viewer().account_id in {draft.therapist_id, *draft.team}
    if treats or viewer().may(Permission.MANAGE_CLINIC):
        return url_for("patients.show", patient_id=patient_id)
    return url_for("patients.index")


@bp.route("/episodes/<uuid:episode_id>/edit", methods=["GET", "POST"])
@requires(Permission.EDIT_PATIENTS)
def edit_episode(episode_id: UUID) -> ResponseReturnValue:
    """Change an episode; what is refused stays typed."""
    now, today = clock.now(), clock.today(viewer().timezone)
    with transaction(viewer()) as session:
        facts = episode_queries.episode_facts(session, viewer(), episode_id)
        patient = patient_reading.open_facts(session, viewer(), facts.patient_id, today=today, now=now)
        choices = episode_queries.choices_for_episode(session, viewer(), episode_id)
        form = EpisodeForm(data=form_data(facts))
        form.offer(choices, _providers(session, form, facts.provider))
    if not form.is_submitted() or _looks_up():
        return _page(form, patient.name, facts.patient_id, facts)

    def keep() -> None:
        version = version_of(form.version.data)
        with transaction(viewer()) as session:
            episodes.change_episode(
                session, viewer(), episode_id, form.draft(), version=version, today=today, now=now
            )

    if status := refusal(form, keep):
        return _page(form, patient.name, facts.patient_id, facts), status
    flash("The episode is saved.", "good")
    return redirect(_after_changing(form, facts), 303)


def _after_changing(form: EpisodeForm, facts: EpisodeFacts) -> str:
    draft = form.draft()
    treats = viewer().account_id in {draft.therapist_id, *draft.team}
    if treats or viewer().may(Permission.MANAGE_CLINIC):
        return url_for("patients.show", patient_id=facts.patient_id, episode=facts.id)
    return url_for("patients.index")


def _looks_up() -> bool:
    """Whether a provider is looked up: the form comes back as typed, with what was found."""
    return request.method == "POST" and request.form.get("do") == "find"


def _providers(session: Session, form: EpisodeForm, current: Option | None) -> tuple[Option, ...]:
    """The providers to choose from: the one kept, the one chosen, and those that were looked up."""
    chosen = episode_queries.provider_option(session, form.referring_provider_id.data)
    query = form.provider_query.data or ""
    found = episode_queries.find_providers(session, query) if query else ()
    options = {one.id: one for one in (current, chosen, *found) if one is not None}
    return tuple(options.values())


def _page(form: EpisodeForm, name: str, patient_id: UUID, facts: EpisodeFacts | None = None) -> str:
    codes = [look_up(code) for code in split_codes(form.codes.data or "")]
    return render_template(
        "patients/episode_form.html",
        form=form,
        name=name,
        patient_id=patient_id,
        facts=facts,
        codes=codes,
        looked_up=_looks_up(),
    )


@bp.post("/diagnoses")
@requires(Permission.EDIT_PATIENTS)
def codes() -> ResponseReturnValue:
    """What the typed diagnosis codes mean, for the place below their field."""
    found = [look_up(code) for code in split_codes(request.form.get("codes", "")[:500])]
    return render_template("patients/_codes.html", codes=found)
