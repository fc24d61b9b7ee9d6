"""The first screen and the list of who stalls as files, under the same filter as the screen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from flask import abort, request
from flask.typing import ResponseReturnValue

from pne_tracker.adapters import clock
from pne_tracker.blueprints.completion import addresses, stall_models
from pne_tracker.blueprints.completion.area import SHOWN_STALLED, bp, read_days, read_filter, record
from pne_tracker.blueprints.completion.files import FORMATS, Heading, file_of
from pne_tracker.db import looking
from pne_tracker.domain.access import Permission
from pne_tracker.queries.completion import counts, filters, rows
from pne_tracker.queries.completion.figures import figure_report, longest_report
from pne_tracker.queries.completion.funnel import funnel_report
from pne_tracker.services import audit
from pne_tracker.web.csv_text import csv_in_pages
from pne_tracker.web.display import long_date
from pne_tracker.web.policies import requires, viewer

EXPORT_PAGE = 500


@bp.get("/figures.<kind>")
@requires(Permission.SEE_COMPLETION, fresh=True)
def export_figures(kind: str) -> ResponseReturnValue:
    """Figures, sections and who stalls longest; with `share=1` without names, as it may leave the clinic."""
    if kind not in FORMATS:
        abort(404)
    now, today = clock.now(), clock.today(viewer().timezone)
    share = request.args.get("share") == "1"
    with looking(viewer()) as session:
        chosen = read_filter(session)
        titles = filters.pack_titles(session, viewer().clinic_ids)
        view = counts.overview(session, viewer(), chosen, sections=len(titles), today=today)
        reports = [figure_report(view, chosen), funnel_report(session, viewer(), chosen, titles)]
        if not share:
            still = rows.stalled(session, viewer(), chosen, today=today, limit=SHOWN_STALLED)
            reports.append(longest_report(still))
            record(session, [one.row for one in still])
        offered = filters.choices(session, viewer(), chosen)
        audit.record(session, viewer(), "export", "completion", now=now, kind=kind, shared=share)
    facts = (("As of", long_date(today, year=True)), *addresses.words_of(offered, chosen))
    head = Heading(
        "Overview", "Completion at a glance", ", ".join(label for _, label in offered.clinics), facts
    )
    return file_of(reports, head, f"completion-{today.isoformat()}", kind, share=share, now=now)


@bp.get("/stalled.csv")
@requires(Permission.SEE_COMPLETION, fresh=True)
def export_stalled() -> ResponseReturnValue:
    """Everybody who stalls under the filter, longest first, streamed; a page is in the trail before it leaves."""
    today = clock.today(viewer().timezone)
    with looking(viewer()) as session:
        chosen = read_filter(session)
        titles = filters.pack_titles(session, viewer().clinic_ids)
    reader, days, now = viewer(), read_days(), clock.now()

    def read(after: str | None) -> tuple[Iterable[Sequence[object]], str | None]:
        with looking(reader) as session:
            page = rows.stalled(
                session, reader, chosen, today=today, days=days, after=after or "", limit=EXPORT_PAGE
            )
            seen = [one.row.patient_id for one in page]
            audit.record_list(session, reader, "completion", seen, now=now, action="export")
        lines = [stall_models.file_row(one, titles) for one in page]
        return lines, page[-1].row.key if len(page) == EXPORT_PAGE else None

    return csv_in_pages(stall_models.FILE_HEADS, read, f"stalled-{today.isoformat()}.csv")
