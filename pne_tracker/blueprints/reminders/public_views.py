"""Where messages lead back to without a sign-in: stop, the calendar, and texts that come in. HTTP only."""

from __future__ import annotations

import hashlib
import hmac

from flask import Response, abort, current_app, render_template, request
from flask.typing import ResponseReturnValue

from pne_tracker.adapters import clock
from pne_tracker.adapters.calendars import Time, calendar_of
from pne_tracker.adapters.contact_points import phone
from pne_tracker.adapters.stop_links import StopLinks
from pne_tracker.blueprints.reminders.area import bp
from pne_tracker.db import UNSCOPED, transaction
from pne_tracker.domain.access import Permission
from pne_tracker.domain.appointments import AppointmentStatus
from pne_tracker.domain.people import address_text
from pne_tracker.services.reminders.choices import stop_by_link
from pne_tracker.services.reminders.feeds import read_feed
from pne_tracker.services.reminders.inbound import take_in
from pne_tracker.web.policies import requires

LATE = 300
MOST = 16_384


@bp.get("/stop/<token>")
@requires(Permission.PUBLIC)
def ask_stop(token: str) -> ResponseReturnValue:
    """One button. Opening the page stops nothing: mail programs open links too."""
    if StopLinks(current_app.extensions["pne_settings"].secret_key).owner_of(token) is None:
        abort(404)
    return render_template("portal/stop.html", stopped=False, token=token, for_patients=True)


@bp.post("/stop/<token>")
@requires(Permission.PUBLIC)
def stop(token: str) -> ResponseReturnValue:
    """No more mail. Mail programs send this by themselves on one click (RFC 8058), so it needs no token of a form."""
    patient_id = StopLinks(current_app.extensions["pne_settings"].secret_key).owner_of(token)
    if patient_id is None:
        abort(404)
    with transaction(UNSCOPED) as session:
        stop_by_link(session, patient_id, now=clock.now())
    return render_template("portal/stop.html", stopped=True, token=token, for_patients=True)


@bp.get("/calendar/<token>.ics")
@requires(Permission.PUBLIC)
def calendar(token: str) -> ResponseReturnValue:
    """The visits of whoever's secret address this is."""
    with transaction(UNSCOPED) as session:
        found = read_feed(session, token, now=clock.now())
        if found is None:
            abort(404)
        patient, clinic, zone, visits = found
        place = address_text(clinic.address_line, clinic.city, clinic.state, clinic.postal_code)
        times = [
            Time(
                one.id,
                one.starts_at,
                one.minutes,
                zone,
                one.changed_at,
                cancelled=one.status is AppointmentStatus.CANCELLED,
                place=place,
            )
            for one in visits
        ]
        content = calendar_of(times, clinic.name, patient.language)
    return Response(content, mimetype="text/calendar")


@bp.post("/hooks/sms")
@requires(Permission.PUBLIC)
def incoming_text() -> ResponseReturnValue:
    """A text that came in, as JSON `{"id", "from", "text"}`, signed (docs/reminders.md)."""
    secret = current_app.extensions["pne_settings"].sms_webhook_secret
    if not secret:
        abort(404)
    body = request.get_data()
    if len(body) > MOST or not _is_signed(secret, body):
        abort(401)
    given = request.get_json(silent=True)
    if not isinstance(given, dict) or not all(
        isinstance(given.get(name), str) for name in ("id", "from", "text")
    ):
        return {"error": "id, from and text are needed, each a text"}, 400
    number = phone(given["from"])
    if number is not None and given["id"].strip():
        with transaction(UNSCOPED) as session:
            take_in(session, number, given["text"], given["id"].strip(), now=clock.now())
    return "", 204


def _is_signed(secret: str, body: bytes) -> bool:
    at = request.headers.get("X-PNE-Timestamp", "")
    if not at.isascii() or not at.isdigit() or abs(clock.now().timestamp() - int(at)) > LATE:
        return False
    wanted = hmac.new(secret.encode(), at.encode() + b"." + body, hashlib.sha256).hexdigest()
    given = request.headers.get("X-PNE-Signature", "").removeprefix("sha256=")
    return hmac.compare_digest(wanted.encode(), given.encode())
