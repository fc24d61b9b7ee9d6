"""Batches: the files that were made, each handed out to the byte as it was."""

from __future__ import annotations

from uuid import UUID

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pne_tracker.adapters import clock
from pne_tracker.blueprints.billing.area import bp
from pne_tracker.blueprints.billing.claim_models import batch_rows, batch_view
from pne_tracker.db import looking, transaction
from pne_tracker.domain.access import Permission
from pne_tracker.queries import claim_pages
from pne_tracker.services import audit
from pne_tracker.web.policies import requires, viewer


@bp.get("/batches")
@requires(Permission.BILL)
def batches() -> ResponseReturnValue:
    """Every batch, the latest first."""
    try:
        after = UUID(request.args["after"]) if "after" in request.args else None
    except ValueError:
        after = None
    with transaction(viewer()) as session:
        found = claim_pages.batches(session, viewer(), after=after)
    more = len(found) == claim_pages.PAGE
    return render_template(
        "billing/batches.html",
        rows=batch_rows(found, viewer().timezone),
        next_url=url_for("billing.batches", after=found[-1].id) if more else "",
        first_url=url_for("billing.batches") if after else "",
    )


@bp.get("/batches/<uuid:batch_id>")
@requires(Permission.BILL)
def batch(batch_id: UUID) -> ResponseReturnValue:
    """A batch with the claims in it."""
    with looking(viewer()) as session:
        one, found = claim_pages.batch(session, viewer(), batch_id)
        audit.record_list(
            session, viewer(), "claim_batch", [row.patient_id for row in found], now=clock.now()
        )
    return render_template("billing/batch.html", batch=batch_view(one, found, viewer().timezone))


@bp.get("/batches/<uuid:batch_id>/claims.x12")
@requires(Permission.BILL, fresh=True)
def batch_file(batch_id: UUID) -> ResponseReturnValue:
    """The file as it was made."""
    with looking(viewer()) as session:
        name, content = claim_pages.batch_content(session, viewer(), batch_id)
        _one, found = claim_pages.batch(session, viewer(), batch_id)
        seen = [row.patient_id for row in found]
        audit.record_list(session, viewer(), "claim_batch", seen, now=clock.now(), action="download")
    answer = Response(content.encode(), mimetype="application/edi-x12")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
