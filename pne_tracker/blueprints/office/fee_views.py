"""A payer's fees: one by one, or a whole sheet after a look at it."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from pne_tracker.adapters import clock
from pne_tracker.blueprints.office.area import bp
from pne_tracker.blueprints.office.forms import FeeForm, SheetForm
from pne_tracker.blueprints.office.viewmodels import fee_rows, history_rows, sheet_page
from pne_tracker.db import transaction
from pne_tracker.domain.access import Permission
from pne_tracker.domain.billing import CodeTable
from pne_tracker.domain.billing.fee_sheet import read_sheet
from pne_tracker.domain.errors import BadInputError
from pne_tracker.queries import payers as payer_queries
from pne_tracker.queries.code_tables import codes_of
from pne_tracker.services import payers
from pne_tracker.web.csv_text import csv_response
from pne_tracker.web.forms import refusal
from pne_tracker.web.policies import requires, viewer


@bp.route("/payers/<uuid:payer_id>/fees", methods=["GET", "POST"])
@requires(Permission.MANAGE_BILLING)
def fees(payer_id: UUID) -> ResponseReturnValue:
    """The schedule; a new fee is added or one of the same first day corrected."""
    form = FeeForm()
    if not form.is_submitted():
        return _page(payer_id, form, SheetForm())

    def keep() -> None:
        with transaction(viewer()) as session:
            payer_queries.payer_of(session, payer_id)
            payers.keep_fee(session, viewer(), payer_id, form.row(codes_of(session)), now=clock.now())

    with transaction(viewer()) as session:
        payer_queries.payer_of(session, payer_id)
    if status := refusal(form, keep):
        return _page(payer_id, form, SheetForm()), status
    flash(f"The fee of {form.code.data.upper()} is kept. Signed lines keep theirs.", "good")
    return redirect(url_for("office.fees", payer_id=payer_id), 303)


@bp.post("/payers/<uuid:payer_id>/fees/<uuid:fee_id>/remove")
@requires(Permission.MANAGE_BILLING)
def remove_fee(payer_id: UUID, fee_id: UUID) -> ResponseReturnValue:
    """Take a fee out; it stays in the history."""
    with transaction(viewer()) as session:
        row = payers.remove_fee(session, viewer(), payer_id, fee_id, now=clock.now())
    flash(f"The fee of {row.code} is taken out. It stays under Earlier fees.", "good")
    return redirect(url_for("office.fees", payer_id=payer_id), 303)


@bp.post("/payers/<uuid:payer_id>/fees/preview")
@requires(Permission.MANAGE_BILLING)
def preview_fees(payer_id: UUID) -> ResponseReturnValue:
    """What a sheet would change, and every row that is refused."""
    form = SheetForm()
    with transaction(viewer()) as session:
        payer = payer_queries.payer_of(session, payer_id)
    try:
        text = form.read()
        sheet = read_sheet(text, _codes())
    except BadInputError as error:
        form.refuse(error)
        return _page(payer_id, FeeForm(formdata=None), form), 422
    with transaction(viewer()) as session:
        compared = payers.compare_fees(session, payer_id, sheet.rows)
    return render_template(
        "office/fees_preview.html", payer=payer, page=sheet_page(sheet, compared), text=text
    )


@bp.post("/payers/<uuid:payer_id>/fees/import")
@requires(Permission.MANAGE_BILLING)
def import_fees(payer_id: UUID) -> ResponseReturnValue:
    """Keep the rows that the preview showed."""
    form = SheetForm()
    with transaction(viewer()) as session:
        payer_queries.payer_of(session, payer_id)
    try:
        sheet = read_sheet(form.read(), _codes())
    except BadInputError as error:
        form.refuse(error)
        return _page(payer_id, FeeForm(formdata=None), form), 422
    with transaction(viewer()) as session:
        counts = payers.import_fees(session, viewer(), payer_id, sheet.rows, now=clock.now())
    flash(
        f"{counts['new']} fees are new, {counts['changed']} changed, {counts['same']} were there already.",
        "good",
    )
    return redirect(url_for("office.fees", payer_id=payer_id), 303)


@bp.get("/payers/<uuid:payer_id>/fees.csv")
@requires(Permission.MANAGE_BILLING)
def export_fees(payer_id: UUID) -> ResponseReturnValue:
    """The schedule as a sheet that can be changed and brought in again."""
    with transaction(viewer()) as session:
        payer_queries.payer_of(session, payer_id)
        found = payer_queries.schedule(session, payer_id)
    rows = [
        (one.code, f"{one.cents // 100}.{one.cents % 100:02}", one.effective_on, one.ends_on or "")
        for one in found
    ]
    return csv_response(("code", "fee", "from", "to"), rows, "fees.csv")


def _page(payer_id: UUID, form: FeeForm, sheet: SheetForm) -> str:
    today = clock.today(viewer().timezone)
    with transaction(viewer()) as session:
        payer = payer_queries.payer_of(session, payer_id)
        found = payer_queries.schedule(session, payer_id)
        history = payer_queries.fee_history(session, payer_id)
        codes = codes_of(session)
    return render_template(
        "office/fees.html",
        payer=payer,
        form=form,
        sheet=sheet,
        rows=fee_rows(found, today, codes),
        history=history_rows(history),
        codes=[(code.code, f"{code.code} {code.label}") for code in codes.values()],
    )


def _codes() -> CodeTable:
    with transaction(viewer()) as session:
        return codes_of(session)
