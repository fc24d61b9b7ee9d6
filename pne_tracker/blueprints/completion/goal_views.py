"""Goals of clinics: how far they are, month by month, and setting them. For leads. HTTP only."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pne_tracker.adapters import clock
from pne_tracker.blueprints.completion import goal_models, month_models, viewmodels
from pne_tracker.blueprints.completion.addresses import id_of
from pne_tracker.blueprints.completion.area import bp
from pne_tracker.blueprints.completion.files import FORMATS, Heading, file_of
from pne_tracker.db import transaction
from pne_tracker.domain.access import Permission
from pne_tracker.domain.errors import BadInputError
from pne_tracker.queries.completion.goals import goal_reports, goals_of
from pne_tracker.queries.summaries import wants_summary
from pne_tracker.services import audit
from pne_tracker.services.goals import set_goal
from pne_tracker.web.display import long_date
from pne_tracker.web.policies import requires, viewer

TITLE = "Goals"


@bp.get("/goals")
@requires(Permission.STEER_CARE)
def goals() -> ResponseReturnValue:
    """What each clinic wants to reach, how far it is, and who set it."""
    return _page()


@bp.post("/goals")
@requires(Permission.STEER_CARE)
def change_goal() -> ResponseReturnValue:
    """Set a goal, or take it back."""
    clinic_id = id_of(request.form.get("clinic"))
    if clinic_id is None:
        abort(404)
    back = request.form.get("do") == "remove"
    target = None if back else request.form.get("target", "")
    try:
        with transaction(viewer()) as session:
            changed = set_goal(
                session, viewer(), clinic_id, request.form.get("measure", ""), target, now=clock.now()
            )
    except BadInputError as error:
        return _page({error.at or "target": error.message}, 422)
    done = "The goal is taken back." if back else "The goal is set."
    flash(done if changed else "It is so already.", "good")
    return redirect(url_for("completion.goals"), 303)


def _page(errors: dict[str, str] | None = None, status: int = 200) -> ResponseReturnValue:
    today = clock.today(viewer().timezone)
    with transaction(viewer()) as session:
        found = goals_of(session, viewer(), today)
        mailed = wants_summary(session, viewer().account_id)
        audit.record(session, viewer(), "view", "goal", now=clock.now())
    clinics = goal_models.clinic_views(found, today)
    return (
        render_template(
            "completion/goals.html",
            title=TITLE,
            tabs=viewmodels.tabs("goals", {}),
            clinics=clinics,
            any_goal=any(one.goals for one in clinics),
            history=goal_models.history_rows(found.history, viewer().timezone),
            months=month_models.month_links(month_models.kept_months(found)),
            mailed=mailed,
            measures=goal_models.MEASURES,
            form=request.form,
            errors=errors or {},
            exports=viewmodels.exports("completion.export_goals", {}),
        ),
        status,
    )


@bp.get("/goals/export.<kind>")
@requires(Permission.STEER_CARE, fresh=True)
def export_goals(kind: str) -> ResponseReturnValue:
    """Goals, today, and the last six months as a file; with `share=1` as they may leave the clinic."""
    if kind not in FORMATS:
        abort(404)
    now, today = clock.now(), clock.today(viewer().timezone)
    share = request.args.get("share") == "1"
    with transaction(viewer()) as session:
        found = goals_of(session, viewer(), today)
        audit.record(session, viewer(), "export", "goal", now=now, kind=kind, shared=share)
    months = goal_models.exported_months(today)
    reports = goal_reports(found, goal_models.month_words(months), months)
    clinic = ", ".join(one.clinic for one in found.clinics)
    head = Heading(TITLE, TITLE, clinic, (("Topic", TITLE), ("As of", long_date(today, year=True))))
    return file_of(reports, head, f"completion-goals-{today.isoformat()}", kind, share=share, now=now)
