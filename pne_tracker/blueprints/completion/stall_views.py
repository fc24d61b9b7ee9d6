"""Who stalls, where, with whom, since when; and asking their therapists to look."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pne_tracker.adapters import clock
from pne_tracker.blueprints.completion import addresses, viewmodels
from pne_tracker.blueprints.completion.area import bp, read_days, read_filter, record
from pne_tracker.blueprints.completion.stall_models import asked_words, stalled_table
from pne_tracker.db import looking, transaction
from pne_tracker.domain.access import Permission
from pne_tracker.domain.completion import LONG_STALLED_DAYS, STALLED_DAYS
from pne_tracker.domain.errors import BadInputError
from pne_tracker.queries.completion import filters, rows
from pne_tracker.queries.completion.filters import CompletionFilter
from pne_tracker.queries.stalls import asked_about
from pne_tracker.services import stalls
from pne_tracker.web.policies import requires, viewer


@bp.get("/stalled")
@requires(Permission.SEE_COMPLETION)
def stalled() -> ResponseReturnValue:
    """Everybody who stalls, longest first; a lead may ask their therapists to look."""
    return _page()


@bp.post("/stalled")
@requires(Permission.STEER_CARE)
def ask() -> ResponseReturnValue:
    """Ask the therapists of one row or of all chosen rows to look; then the same list again."""
    only = request.form.get("only", type=UUID)
    chosen = [only] if only else _ids(request.form.getlist("episode"))
    try:
        with transaction(viewer()) as session:
            place = _place(read_filter(session))
            asked = stalls.ask(session, viewer(), chosen, now=clock.now())
    except BadInputError as error:
        return _page(error.message, 422)
    flash(asked_words(asked), "good")
    return redirect(url_for("completion.stalled", **place), 303)


def _ids(texts: list[str]) -> list[UUID]:
    found = (addresses.id_of(text) for text in texts)
    return [one for one in found if one is not None]


def _place(chosen: CompletionFilter) -> dict[str, Any]:
    """Where on the list we are: the filter, the days and the page."""
    after = request.args.get("after", "")
    return {**addresses.address_of(chosen), "days": read_days(), **({"after": after} if after else {})}


def _page(error: str = "", status: int = 200) -> ResponseReturnValue:
    days = read_days()
    today = clock.today(viewer().timezone)
    with looking(viewer()) as session:
        chosen = read_filter(session)
        after = request.args.get("after", "")
        page = rows.stalled(session, viewer(), chosen, today=today, days=days, after=after)
        seen = [one.row for one in page]
        asked = asked_about(session, {row.episode_id: row.active_on for row in seen})
        titles = filters.pack_titles(session, viewer().clinic_ids)
        offered = filters.choices(session, viewer(), chosen)
        record(session, seen)
    address = addresses.address_of(chosen)
    shown = stalled_table(page, titles, asked, viewer(), today)
    return (
        render_template(
            "completion/stalled.html",
            error=error,
            days=days,
            lengths=[
                {
                    "label": f"{one} days or more",
                    "url": url_for("completion.stalled", **address, days=one),
                    "current": one == days,
                }
                for one in (STALLED_DAYS, LONG_STALLED_DAYS)
            ],
            fields=addresses.filter_fields(offered, chosen),
            more_fields=addresses.rarer_fields(chosen),
            address=address,
            words=addresses.words_of(offered, chosen),
            ask_url=url_for("completion.ask", **_place(chosen)),
            rows=shown,
            asks=any(row.may_ask for row in shown),
            export_url=url_for("completion.export_stalled", **address, days=days),
            more=viewmodels.next_page("completion.stalled", chosen, seen, "", days=days),
            paged=bool(after),
        ),
        status,
    )
