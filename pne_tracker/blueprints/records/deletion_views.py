"""Deletions as administrators see them: what waits, and carrying one out. They see no patient."""

from __future__ import annotations

from uuid import UUID

from flask import flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from pne_tracker.adapters import clock
from pne_tracker.blueprints.records.area import bp
from pne_tracker.blueprints.records.retention_models import STAYS, deletion_line, goes
from pne_tracker.db import rewrite, transaction
from pne_tracker.domain.access import Permission
from pne_tracker.domain.retention import DeletionState
from pne_tracker.services import deletions, retention
from pne_tracker.web.display import count_text
from pne_tracker.web.forms import Form, refusal
from pne_tracker.web.policies import requires, viewer

AT_ONCE = 256 * 2**20
"""Bytes of an SQLite file that is written anew while the page waits: some seconds."""


class CarryOutForm(Form):
    """The number that who asked tells who carries out."""

    number = StringField("Record number", [InputRequired("Write the number of the record."), Length(max=80)])


@bp.get("/deletions")
@requires(Permission.DELETE_RECORDS)
def deletion_list() -> ResponseReturnValue:
    """What waits, and what was done."""
    with transaction(viewer()) as session:
        found = retention.open_deletions(session, viewer())
    rows = [deletion_line(one, viewer().timezone) for one in found]
    return render_template("records/deletions.html", rows=rows)


@bp.get("/deletions/<uuid:deletion_id>")
@requires(Permission.DELETE_RECORDS)
def deletion(deletion_id: UUID) -> ResponseReturnValue:
    """What goes and what stays."""
    return _page(deletion_id, CarryOutForm())


@bp.post("/deletions/<uuid:deletion_id>")
@requires(Permission.DELETE_RECORDS, fresh=True)
def carry_out_deletion(deletion_id: UUID) -> ResponseReturnValue:
    """Delete the record."""
    form, gone = CarryOutForm(), []

    def delete() -> None:
        today = clock.today(viewer().timezone)
        with transaction(viewer()) as session:
            number = form.number.data or ""
            gone.append(
                deletions.carry_out(session, viewer(), deletion_id, number, now=clock.now(), today=today)
            )

    if refusal(form, delete):
        return make_response(_page(deletion_id, form), 422)
    flash(f"Deleted: {count_text(gone[0], 'row')}.", "good")
    if not rewrite(largest=AT_ONCE):
        flash(
            "The database is large or at work: run pne-tracker db forget, so that no trace is left.", "warn"
        )
    return redirect(url_for("records.deletion", deletion_id=deletion_id), 303)


def _page(deletion_id: UUID, form: CarryOutForm) -> str:
    with transaction(viewer()) as session:
        row, counts, held = retention.open_deletion(session, viewer(), deletion_id, now=clock.now())
    return render_template(
        "records/deletion.html",
        deletion_id=deletion_id,
        line=deletion_line(row, viewer().timezone),
        waits=row.state is DeletionState.ASKED,
        held=held,
        goes=goes(counts),
        stays=STAYS,
        form=form,
    )
