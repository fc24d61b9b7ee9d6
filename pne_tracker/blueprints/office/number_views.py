"""What claims say of a clinic and of those who sign."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from pne_tracker.adapters import clock
from pne_tracker.blueprints.office.area import bp
from pne_tracker.blueprints.office.forms import PlaceForm, SignerForm
from pne_tracker.blueprints.office.viewmodels import claimed_name
from pne_tracker.db import transaction
from pne_tracker.domain.access import Permission
from pne_tracker.queries import payers as payer_queries
from pne_tracker.services import clinics, payers
from pne_tracker.web.forms import refusal
from pne_tracker.web.policies import requires, viewer


@bp.route("/clinics/<uuid:clinic_id>", methods=["GET", "POST"])
@requires(Permission.MANAGE_BILLING)
def place(clinic_id: UUID) -> ResponseReturnValue:
    """The clinic as the billing provider."""
    with transaction(viewer()) as session:
        facts = clinics.clinic_facts(session, viewer(), clinic_id, clinics.CLAIM_FACTS)
    form = PlaceForm(data=facts)
    if not form.is_submitted():
        return render_template("office/place.html", form=form)

    def keep() -> None:
        data = {name: form[name].data for name in clinics.CLAIM_FACTS}
        with transaction(viewer()) as session:
            clinics.change_clinic(session, viewer(), clinic_id, data, now=clock.now())

    if status := refusal(form, keep):
        return render_template("office/place.html", form=form), status
    flash("The clinic is saved.", "good")
    return redirect(url_for("office.index"), 303)


@bp.route("/signers/<uuid:account_id>", methods=["GET", "POST"])
@requires(Permission.MANAGE_BILLING)
def signer(account_id: UUID) -> ResponseReturnValue:
    """A therapist as the rendering provider."""
    with transaction(viewer()) as session:
        found = payer_queries.signer(session, viewer(), account_id)
    form = SignerForm(data={name: getattr(found, name) for name in payers.SIGNER_FACTS})
    claimed = claimed_name(found)
    if not form.is_submitted():
        return render_template("office/signer.html", form=form, person=found, claimed=claimed)

    def keep() -> None:
        data = {name: form[name].data for name in payers.SIGNER_FACTS}
        with transaction(viewer()) as session:
            payers.change_signer(session, viewer(), account_id, data, now=clock.now())

    if status := refusal(form, keep):
        return render_template("office/signer.html", form=form, person=found, claimed=claimed), status
    flash("The numbers are saved.", "good")
    return redirect(url_for("office.index"), 303)
