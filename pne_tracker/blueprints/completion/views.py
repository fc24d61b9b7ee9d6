"""Completion: the screen, the patients behind each number, and the export of what it shows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pne_tracker.adapters import clock
from pne_tracker.blueprints.completion import (  # noqa: F401  (it hangs its pages on the blueprint)
    addresses,
    file_views,
    goal_views,
    month_views,
    stall_views,
    topic_views,
    viewmodels,
)
from pne_tracker.blueprints.completion.area import SHOWN_STALLED, bp, read_filter, record
from pne_tracker.db import looking
from pne_tracker.domain.access import Permission
from pne_tracker.domain.completion import DEFINITIONS
from pne_tracker.queries.break_glass import unseen
from pne_tracker.queries.completion import counts, filters, matrix_export, rows
from pne_tracker.services import audit
from pne_tracker.web.csv_text import csv_in_pages
from pne_tracker.web.display import count_text
from pne_tracker.web.policies import requires, viewer

EXPORT_PAGE = 1000


@bp.get("")
@requires(Permission.SEE_COMPLETION)
def index() -> ResponseReturnValue:
    """Figures, funnel, who stalls, and the matrix of patients and sections."""
    today = clock.today(viewer().timezone)
    with looking(viewer()) as session:
        chosen = read_filter(session)
        titles = filters.pack_titles(session, viewer().clinic_ids)
        view = counts.overview(session, viewer(), chosen, sections=len(titles), today=today)
        still = rows.stalled(session, viewer(), chosen, today=today, limit=SHOWN_STALLED)
        page = rows.matrix(session, viewer(), chosen, after=request.args.get("after", ""))
        offered = filters.choices(session, viewer(), chosen)
        record(session, [*page, *(one.row for one in still)])
        opened = unseen(session, viewer()) if viewer().may(Permission.STEER_CARE) else 0
    return render_template(
        "completion/index.html",
        opened=count_text(opened, "record was", "records were") if opened else "",
        fields=addresses.filter_fields(offered, chosen),
        more_fields=addresses.rarer_fields(chosen),
        address=addresses.address_of(chosen),
        words=addresses.words_of(offered, chosen),
        tabs=viewmodels.tabs("", addresses.address_of(chosen)),
        exports=viewmodels.exports("completion.export_figures", addresses.address_of(chosen)),
        figures=viewmodels.figures(view, chosen),
        funnel=viewmodels.funnel_rows(view.sections, titles, chosen),
        drops=viewmodels.largest_drops(view.sections),
        stalled=viewmodels.stalled_rows(still),
        stalled_total=view.stalled,
        sections=viewmodels.numbered(titles),
        rows=viewmodels.heat_rows(page),
        more=viewmodels.next_page("completion.index", chosen, page, "matrix"),
        paged="after" in request.args,
        total=view.episodes(chosen.status),
        few=viewmodels.few_words(view.episodes(chosen.status)),
    )


@bp.get("/patients")
@requires(Permission.SEE_COMPLETION)
def patients() -> ResponseReturnValue:
    """The patients behind one number of the funnel."""
    section = request.args.get("section", type=int)
    measure = request.args.get("measure", "taught")
    with looking(viewer()) as session:
        chosen = read_filter(session)
        if section is None or measure not in rows.MEASURES:
            return redirect(url_for("completion.index", **addresses.address_of(chosen)))
        titles = filters.pack_titles(session, viewer().clinic_ids)
        if not 1 <= section <= len(titles):
            abort(404)
        after = request.args.get("after", "")
        page = rows.with_section(session, viewer(), chosen, section, measure, after=after)
        record(session, page)
    address: dict[str, Any] = {"section": section, "measure": measure}
    return render_template(
        "completion/patients.html",
        section=section,
        section_title=titles[section - 1],
        measure=viewmodels.measure_words(measure),
        address=addresses.address_of(chosen),
        sections=viewmodels.numbered(titles),
        rows=viewmodels.heat_rows(page),
        more=viewmodels.next_page("completion.patients", chosen, page, "", **address),
        first=url_for(".patients", **addresses.address_of(chosen), **address) if after else "",
    )


@bp.get("/definitions")
@requires(Permission.SEE_COMPLETION)
def definitions() -> ResponseReturnValue:
    """What each number means, from the one place that defines them."""
    return render_template("completion/definitions.html", definitions=list(DEFINITIONS.values()))


@bp.get("/export.csv")
@requires(Permission.SEE_COMPLETION, fresh=True)
def export() -> ResponseReturnValue:
    """The matrix under the same filter, everybody in it, streamed; a page is in the trail before it leaves."""
    with looking(viewer()) as session:
        chosen = read_filter(session)
        titles = filters.pack_titles(session, viewer().clinic_ids)
        order = matrix_export.matrix_order(session, viewer(), chosen)
    reader, now = viewer(), clock.now()

    def read(place: int | None) -> tuple[Iterable[Sequence[object]], int | None]:
        start = place or 0
        end = start + EXPORT_PAGE
        with looking(reader) as session:
            page = matrix_export.matrix_page(session, reader, order[start:end])
            seen = [row.patient_id for row in page]
            audit.record_list(session, reader, "completion", seen, now=now, action="export")
        return map(viewmodels.csv_row, page), end if end < len(order) else None

    name = f"completion-patients-{clock.today(reader.timezone).isoformat()}.csv"
    return csv_in_pages(viewmodels.csv_heads(titles), read, name)
