"""`/`, `/healthz`, `/readyz` and the gallery of components."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from pne_tracker.domain.access import Permission, Role
from pne_tracker.web import readiness
from pne_tracker.web.gallery_data import gallery as gallery_data
from pne_tracker.web.policies import requires, viewer

bp = Blueprint("home", __name__)

FIRST_PAGE = {
    Role.THERAPIST: "today.index",
    Role.ASSISTANT: "today.index",
    Role.LEAD: "completion.index",
    Role.BILLER: "billing.index",
    Role.ADMINISTRATOR: "settings.index",
    Role.PATIENT: "portal.index",
    Role.CAREGIVER: "portal.care",
}


@bp.get("/")
@requires(Permission.OWN_ACCOUNT)
def index() -> ResponseReturnValue:
    """Lead each role to its first page."""
    return redirect(url_for(FIRST_PAGE[viewer().role]))


@bp.get("/healthz")
@requires(Permission.PUBLIC)
def health() -> ResponseReturnValue:
    """The process answers."""
    return Response("ok\n", mimetype="text/plain")


@bp.get("/readyz")
@requires(Permission.PUBLIC)
def ready() -> ResponseReturnValue:
    """The database answers, its migrations are current, the beat is alive; and whether messages wait for a server."""
    if not readiness.is_ready():
        return Response("not ready\n", status=503, mimetype="text/plain")
    waits = readiness.installation_pulse().troubles
    return Response("ready, mail waits\n" if waits else "ready\n", mimetype="text/plain")


@bp.get("/dev/gallery")
@requires(Permission.OWN_ACCOUNT)
def gallery() -> ResponseReturnValue:
    """Every component in every state."""
    return render_template("dev/gallery.html", **gallery_data())


@bp.get("/dev/gallery/portal")
@requires(Permission.OWN_ACCOUNT)
def portal_gallery() -> ResponseReturnValue:
    """The portal's components, one step larger."""
    return render_template("dev/gallery_portal.html", **gallery_data())
