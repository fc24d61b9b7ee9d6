"""The biller's queue: claims by state, many at once, and the same as CSV."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from pne_tracker.adapters import clock
from pne_tracker.adapters.x12 import write_837p
from pne_tracker.blueprints.billing import batch_views, claim_views, viewmodels
from pne_tracker.blueprints.billing.area import bp
from pne_tracker.blueprints.billing.claim_models import notice
from pne_tracker.db import looking, transaction
from pne_tracker.domain.access import Permission
from pne_tracker.domain.errors import BadInputError, DomainError, NotFoundError
from pne_tracker.queries import claims as claim_queries
from pne_tracker.queries.claim_choices import choices
from pne_tracker.queries.claims import ClaimFilter
from pne_tracker.services import audit, claim_batches, claims
from pne_tracker.web.csv_text import csv_in_pages
from pne_tracker.web.display import count_text
from pne_tracker.web.policies import requires, viewer

__all__ = ["batch_views", "bp", "claim_views"]
Place = tuple[dt.date, UUID]
EXPORT_PAGE = 500
ACTS = ("export", "hold", "release", "check")


@bp.get("")
@requires(Permission.BILL)
def index() -> ResponseReturnValue:
    """Claims, oldest visit first."""
    return _queue(viewmodels.read_filter(request.args), after=request.args.get("after"))


@bp.post("/search")
@requires(Permission.BILL)
def search() -> ResponseReturnValue:
    """Claims of a patient or of a number: by POST, so that no name reaches an address."""
    query = request.form.get("q", "").strip()[:200]
    if not query:
        return redirect(url_for("billing.index"), 303)
    return _queue(viewmodels.read_filter({}, query))


@bp.post("/act")
@requires(Permission.BILL)
def act() -> ResponseReturnValue:
    """Do something to the chosen claims, or to all that the filter selects."""
    form = request.form
    chosen = viewmodels.read_filter(form, form.get("q", "")[:200])
    picked = viewmodels.read_ids(form.getlist("claim"))
    try:
        if form.get("do") not in ACTS:
            raise BadInputError("Choose what is to be done.")
        return _done(form, chosen, picked)
    except NotFoundError:
        raise
    except DomainError as error:
        page = _queue(chosen, picked=frozenset(picked), error=error, reason=form.get("reason", ""))
        return page, 409 if error.code == "conflict" else 422


def _done(form: MultiDict[str, str], chosen: ClaimFilter, picked: list[UUID]) -> ResponseReturnValue:
    now, today = clock.now(), clock.today(viewer().timezone)
    with transaction(viewer()) as session:
        if form.get("everything"):
            picked = claim_queries.ids(session, viewer(), chosen, ready_to_go=form["do"] == "export")
        match form["do"]:
            case "export":
                made = claim_batches.export(session, viewer(), picked, write_837p, today=today, now=now)
                flash(
                    f"{count_text(len(made), 'file')} made. Each can be downloaded again at any time.",
                    "good",
                )
                return redirect(url_for("billing.batches"), 303)
            case "hold":
                number = claims.hold(session, viewer(), picked, form.get("reason", ""), now=now)
                said = f"{number} held."
            case "release":
                ready, held = claims.release(session, viewer(), picked, now=now)
                said = notice({"ready": ready, "still held, each says why": held})
            case _:
                found = claims.check_again(session, viewer(), picked, now=now)
                said = notice({"ready": found[0], "held, each says why": found[1]})
    flash(said, "good")
    return redirect(url_for("billing.index", **viewmodels.address_of(chosen)), 303)


def _queue(
    chosen: ClaimFilter,
    *,
    after: str | None = None,
    picked: frozenset[UUID] = frozenset(),
    error: DomainError | None = None,
    reason: str = "",
) -> str:
    key = viewmodels.read_after(after)
    with looking(viewer()) as session:
        states = claim_queries.states(session, viewer(), chosen)
        totals = claim_queries.totals(states, chosen)
        found, more = claim_queries.page(session, viewer(), chosen, after=key)
        offered = choices(session, viewer())
        audit.record_list(session, viewer(), "billing", [one.patient_id for one in found], now=clock.now())
    address = viewmodels.address_of(chosen)
    return render_template(
        "billing/index.html",
        chosen=chosen,
        state_words=viewmodels.STATE_WORDS[chosen.state],
        fields=viewmodels.filter_fields(offered, chosen),
        address=address,
        figures=viewmodels.figures(states, clock.today(viewer().timezone)),
        total=totals.claims,
        totals=viewmodels.totals_text(totals),
        rows=viewmodels.rows(found, picked),
        next_url=url_for("billing.index", after=viewmodels.after_text(found[-1]), **address)
        if more and not chosen.query
        else "",
        first_url=url_for("billing.index", **address) if key else "",
        error=error,
        reason=reason,
    )


@bp.get("/lines.csv")
@requires(Permission.BILL, fresh=True)
def export() -> ResponseReturnValue:
    """Every line the filter selects, oldest visit first, streamed; who is in it is in the trail before it leaves."""
    reader, now = viewer(), clock.now()
    chosen = viewmodels.read_filter(request.args)
    seen: set[UUID] = set()

    def read(after: Place | None) -> tuple[Iterable[Sequence[object]], Place | None]:
        with looking(reader) as session:
            page = claim_queries.rows(session, reader, chosen, limit=EXPORT_PAGE, after=after)
            new = {one.patient_id for one in page} - seen
            audit.record_list(session, reader, "billing", new, now=now, action="export")
        seen.update(new)
        last = page[-1] if len(page) == EXPORT_PAGE else None
        return viewmodels.csv_rows(page), (last.on_date, last.id) if last else None

    name = f"billing-lines-{clock.today(reader.timezone).isoformat()}.csv"
    return csv_in_pages(viewmodels.HEADS, read, name)
