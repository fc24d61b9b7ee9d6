"""A patient's own reminders: how, when, in which language, or not now; the calendar; this phone. HTTP only."""

from __future__ import annotations

import datetime as dt
import secrets
from pathlib import Path
from zoneinfo import ZoneInfo

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pne_tracker.adapters import clock
from pne_tracker.adapters.channels.push import public_key
from pne_tracker.blueprints.portal.area import bp
from pne_tracker.blueprints.portal.reminder_models import refusal, reminders_model
from pne_tracker.db import transaction
from pne_tracker.domain.access import Permission
from pne_tracker.domain.errors import BadInputError, DomainError
from pne_tracker.domain.reminders.reasons import Reason
from pne_tracker.queries.portal_place import place_of
from pne_tracker.services.reminders import choices, devices, feeds
from pne_tracker.services.reminders.reading import open_own
from pne_tracker.web.places import mailed_url
from pne_tracker.web.policies import requires, viewer

WEEKS = {"1": 7, "2": 14, "4": 28}


@bp.get("/portal/reminders")
@requires(Permission.USE_PORTAL)
def reminders() -> ResponseReturnValue:
    """How reminders come, and the calendar."""
    return _page()


def _page(error: BadInputError | None = None, address: str = "") -> ResponseReturnValue:
    with transaction(viewer()) as session:
        found = open_own(session, viewer(), now=clock.now())
        page = reminders_model(found, clock.now(), request.form if error else None)
    instance = Path(current_app.extensions["pne_settings"].instance)
    problem = refusal(error.at) if error else ""
    body = render_template(
        "portal/reminders.html", page=page, problem=problem, address=address, push_key=public_key(instance)
    )
    return body, 422 if error else 200


@bp.post("/portal/reminders")
@requires(Permission.USE_PORTAL)
def change_reminders() -> ResponseReturnValue:
    """Keep how, when and in which language reminders come."""
    form = request.form
    try:
        choice = choices.Choice(
            channel=form.get("channel", ""),
            at=_clock(form.get("at", "")),
            language=form.get("language", ""),
            off=frozenset(one for one in Reason if form.get("which") and one.value not in form.getlist("on")),
        )
        with transaction(viewer()) as session:
            choices.choose(session, viewer(), place_of(session, viewer()).patient_id, choice, now=clock.now())
    except BadInputError as error:
        return _page(error)
    flash(_("Saved."), "good")
    return redirect(url_for("portal.reminders"), 303)


def _clock(text: str) -> dt.time | None:
    if not text:
        return None
    try:
        return dt.time.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        raise BadInputError("no time", at="at") from None


@bp.post("/portal/reminders/pause")
@requires(Permission.USE_PORTAL)
def pause_reminders() -> ResponseReturnValue:
    """A break of some weeks, or until taken back; or an end to it."""
    weeks = request.form.get("weeks", "")
    with transaction(viewer()) as session:
        place = place_of(session, viewer())
        if request.form.get("do") == "resume":
            choices.resume(session, viewer(), place.patient_id, now=clock.now())
        else:
            today = clock.now().astimezone(ZoneInfo(place.zone)).date()
            until = today + dt.timedelta(days=WEEKS[weeks]) if weeks in WEEKS else None
            choices.pause(session, viewer(), place.patient_id, until, now=clock.now())
    flash(_("Saved."), "good")
    return redirect(url_for("portal.reminders"), 303)


@bp.post("/portal/reminders/calendar")
@requires(Permission.USE_PORTAL)
def change_calendar() -> ResponseReturnValue:
    """Make the calendar a new secret address, shown once; or take it away."""
    token = secrets.token_urlsafe(32)
    with transaction(viewer()) as session:
        if request.form.get("do") == "end":
            feeds.end(session, viewer(), now=clock.now())
        else:
            feeds.renew(session, viewer(), token, now=clock.now())
    if request.form.get("do") == "end":
        flash(_("The calendar link is gone."), "good")
        return redirect(url_for("portal.reminders"), 303)
    path = url_for("reminders.calendar", token=token)
    return _page(address=mailed_url(path) or path)


@bp.post("/portal/reminders/device")
@requires(Permission.USE_PORTAL)
def add_device() -> ResponseReturnValue:
    """Keep this browser's address to push to; the script sends it with the form's token."""
    given = request.get_json(silent=True)
    try:
        with transaction(viewer()) as session:
            devices.add_device(session, viewer(), given if isinstance(given, dict) else {}, now=clock.now())
    except DomainError:
        return {"error": _("This phone cannot take messages.")}, 422
    return {"saved": True}
