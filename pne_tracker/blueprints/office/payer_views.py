"""A payer: adding one, and changing one."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from pne_tracker.adapters import clock
from pne_tracker.blueprints.office.area import bp
from pne_tracker.blueprints.office.forms import PayerForm
from pne_tracker.db import transaction
from pne_tracker.domain.access import Permission
from pne_tracker.queries.payers import payer_of
from pne_tracker.services import payers
from pne_tracker.web.forms import refusal
from pne_tracker.web.policies import requires, viewer


@bp.route("/payers/new", methods=["GET", "POST"])
@requires(Permission.MANAGE_BILLING)
def new_payer() -> ResponseReturnValue:
    """Add a payer; what is refused stays typed."""
    form = PayerForm()
    if not form.is_submitted():
        return _page(form, None)
    added: list[UUID] = []

    def keep() -> None:
        with transaction(viewer()) as session:
            added.append(payers.add_payer(session, viewer(), form.facts(), now=clock.now()))

    if status := refusal(form, keep):
        return _page(form, None), status
    flash("The payer is added. Write the fees next.", "good")
    return redirect(url_for("office.fees", payer_id=added[0]), 303)


@bp.route("/payers/<uuid:payer_id>", methods=["GET", "POST"])
@requires(Permission.MANAGE_BILLING)
def payer(payer_id: UUID) -> ResponseReturnValue:
    """Change a payer; what is refused stays typed."""
    with transaction(viewer()) as session:
        found = payer_of(session, payer_id)
        form = PayerForm(data={name: getattr(found, name) for name in payers.FACTS})
    if not form.is_submitted():
        form.filing_code.data = form.filing_code.data or ""
        return _page(form, payer_id)

    def keep() -> None:
        with transaction(viewer()) as session:
            payers.change_payer(session, viewer(), payer_id, form.facts(), now=clock.now())

    if status := refusal(form, keep):
        return _page(form, payer_id), status
    flash("The payer is saved.", "good")
    return redirect(url_for("office.index"), 303)


def _page(form: PayerForm, payer_id: UUID | None) -> str:
    return render_template("office/payer.html", form=form, payer_id=payer_id)
