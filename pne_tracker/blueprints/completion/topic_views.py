"""The topics of completion: the page, the patients behind a row, and exports that equal the page."""

from __future__ import annotations

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pne_tracker.adapters import clock
from pne_tracker.blueprints.completion import addresses, sheets, viewmodels
from pne_tracker.blueprints.completion.area import bp, read_filter, record
from pne_tracker.blueprints.completion.files import FORMATS, Heading, file_of
from pne_tracker.blueprints.completion.share_chart import share_chart
from pne_tracker.db import looking
from pne_tracker.domain.access import Permission
from pne_tracker.queries.completion import filters, rows
from pne_tracker.queries.completion.behind import number_of
from pne_tracker.queries.completion.topics import TOPICS
from pne_tracker.services import audit
from pne_tracker.web.policies import requires, viewer


@bp.get("/about/<topic>")
@requires(Permission.SEE_COMPLETION)
def about(topic: str) -> ResponseReturnValue:
    """The reports of a topic under the filter."""
    if topic not in TOPICS:
        abort(404)
    today = clock.today(viewer().timezone)
    with looking(viewer()) as session:
        chosen = read_filter(session)
        sheet = TOPICS[topic].build(session, viewer(), chosen, today)
        offered = filters.choices(session, viewer(), chosen)
        audit.record(session, viewer(), "view", "completion", now=clock.now(), topic=topic)
    address = addresses.address_of(chosen)
    return render_template(
        "completion/topic.html",
        title=TOPICS[topic].title,
        tabs=viewmodels.tabs(topic, address),
        fields=addresses.filter_fields(offered, chosen),
        more_fields=addresses.rarer_fields(chosen),
        words=addresses.words_of(offered, chosen),
        url=url_for("completion.about", topic=topic),
        reports=[sheets.report_view(one, topic, chosen) for one in sheet.reports],
        period=sheets.period_words(sheet),
        chart=share_chart(sheet.steps, sheet.longest) if sheet.steps else None,
        exports=viewmodels.exports("completion.export_topic", {"topic": topic, **address}),
    )


@bp.get("/about/<topic>/patients")
@requires(Permission.SEE_COMPLETION)
def behind(topic: str) -> ResponseReturnValue:
    """The patients behind one row of a report, or behind one of its values: what it was computed from."""
    if topic not in TOPICS:
        abort(404)
    today = clock.today(viewer().timezone)
    with looking(viewer()) as session:
        chosen = read_filter(session)
        sheet = TOPICS[topic].build(session, viewer(), chosen, today)
        report, row = (request.args.get(name, "") for name in ("report", "row"))
        value = request.args.get("value", type=int)
        number = number_of(sheet.reports, report, row, value)
        if number is None:
            abort(404)
        found = TOPICS[topic].behind(session, chosen, today, number)
        page = rows.behind(session, viewer(), found, after=request.args.get("after", ""))
        total = rows.how_many_behind(session, viewer(), found)
        titles = filters.pack_titles(session, viewer().clinic_ids)
        record(session, page)
    place = {"topic": topic, "report": report, "row": row, "value": value}
    what = "" if value is None else f", {number.report.heads[value + 1].lower()}"
    return render_template(
        "completion/behind.html",
        title=f"{number.report.title}: {number.group.label}{what}",
        total=total,
        back=url_for("completion.about", topic=topic, **addresses.address_of(chosen)),
        sections=viewmodels.numbered(titles),
        rows=viewmodels.heat_rows(page),
        more=viewmodels.next_page("completion.behind", chosen, page, "", **place),
    )


@bp.get("/about/<topic>/export.<kind>")
@requires(Permission.SEE_COMPLETION, fresh=True)
def export_topic(topic: str, kind: str) -> ResponseReturnValue:
    """The page's reports as a file; with `share=1` as they may leave the clinic."""
    if topic not in TOPICS or kind not in FORMATS:
        abort(404)
    now, today = clock.now(), clock.today(viewer().timezone)
    share = request.args.get("share") == "1"
    with looking(viewer()) as session:
        chosen = read_filter(session)
        sheet = TOPICS[topic].build(session, viewer(), chosen, today)
        offered = filters.choices(session, viewer(), chosen)
        audit.record(session, viewer(), "export", "completion", now=now, topic=topic, kind=kind, shared=share)
    facts = sheets.facts_of(TOPICS[topic], sheet, offered, chosen, today)
    clinic = ", ".join(label for _, label in offered.clinics)
    head = Heading(TOPICS[topic].name, TOPICS[topic].title, clinic, tuple(facts))
    return file_of(sheet.reports, head, f"completion-{topic}-{today.isoformat()}", kind, share=share, now=now)
