"""A month in short, asking for it by mail, and the link of that mail that stops it. HTTP only."""

from __future__ import annotations

from uuid import UUID

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pne_tracker.adapters import clock
from pne_tracker.adapters.stop_links import SUMMARY_SALT, StopLinks
from pne_tracker.blueprints.completion import month_models
from pne_tracker.blueprints.completion.area import bp
from pne_tracker.db import UNSCOPED, transaction
from pne_tracker.domain.access import Permission
from pne_tracker.domain.summaries import read_month
from pne_tracker.queries.completion.goals import goals_of
from pne_tracker.queries.summaries import wants_summary
from pne_tracker.services import audit, summaries
from pne_tracker.web.policies import requires, viewer


@bp.get("/month/<month>")
@requires(Permission.STEER_CARE)
def month_in_short(month: str) -> ResponseReturnValue:
    """The figures of a month beside those of the month before and the goals."""
    first = read_month(month)
    if first is None:
        abort(404)
    with transaction(viewer()) as session:
        found = goals_of(session, viewer(), clock.today(viewer().timezone))
        mailed = wants_summary(session, viewer().account_id)
        audit.record(session, viewer(), "view", "goal", now=clock.now(), month=month)
    others = [one for one in month_models.kept_months(found) if one != first]
    return render_template(
        "completion/month.html",
        title=f"{month_models.month_words(first)} in short",
        clinics=month_models.month_clinics(found, first),
        others=month_models.month_links(others),
        mailed=mailed,
    )


@bp.post("/month/mail")
@requires(Permission.STEER_CARE)
def choose_summary() -> ResponseReturnValue:
    """The viewer wants the month by mail, or no more."""
    wanted = request.form.get("wanted") == "1"
    with transaction(viewer()) as session:
        summaries.choose(session, viewer(), wanted=wanted, now=clock.now())
    said = "A mail comes when a month has ended." if wanted else "You get no mail about the month any more."
    flash(said, "good")
    return redirect(url_for("completion.goals", _anchor="mail"), 303)


def _reader(token: str) -> UUID:
    links = StopLinks(current_app.extensions["pne_settings"].secret_key, SUMMARY_SALT)
    account_id = links.owner_of(token)
    if account_id is None:
        abort(404)
    return account_id


@bp.get("/stop/<token>")
@requires(Permission.PUBLIC)
def ask_stop_summary(token: str) -> ResponseReturnValue:
    """One button. Opening the page stops nothing: mail programs open links too."""
    _reader(token)
    return render_template("completion/stop.html", stopped=False, token=token)


@bp.post("/stop/<token>")
@requires(Permission.PUBLIC)
def stop_summary(token: str) -> ResponseReturnValue:
    """No more summary. Mail programs send this by themselves on one click (RFC 8058), without a form's token."""
    account_id = _reader(token)
    with transaction(UNSCOPED) as session:
        summaries.stop_by_link(session, account_id, now=clock.now())
    return render_template("completion/stop.html", stopped=True, token=token)
