"""The first page of the set-up: who pays, who signs, where, and what is still missing for claims."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from pne_tracker.adapters import clock
from pne_tracker.blueprints.office import fee_views, number_views, payer_views, table_views
from pne_tracker.blueprints.office.area import bp
from pne_tracker.blueprints.office.viewmodels import clinic_rows, payer_rows, signer_rows
from pne_tracker.db import transaction
from pne_tracker.domain.access import Permission
from pne_tracker.queries import accounts, payers
from pne_tracker.web.policies import requires, viewer

__all__ = ["bp", "fee_views", "number_views", "payer_views", "table_views"]


@bp.get("")
@requires(Permission.MANAGE_BILLING)
def index() -> ResponseReturnValue:
    """Payers, clinics and signers, each with what a claim still needs of it."""
    with transaction(viewer()) as session:
        found = payers.payers(session, clock.today(viewer().timezone))
        clinics = accounts.clinics(session, viewer())
        signers = payers.signers(session, viewer())
    return render_template(
        "office/index.html",
        payers=payer_rows(found),
        clinics=clinic_rows(clinics),
        signers=signer_rows(signers),
    )
