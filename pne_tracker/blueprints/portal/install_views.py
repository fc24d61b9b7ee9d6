"""What makes the portal installable: its manifest, its worker, and the page for when the network is gone."""

from __future__ import annotations

from flask import Response, current_app, jsonify, render_template, url_for
from flask.typing import ResponseReturnValue

from pne_tracker.blueprints.portal.area import bp
from pne_tracker.domain.access import Permission
from pne_tracker.web.policies import requires

ICONS = (("icon-192.png", "192x192", "any"), ("icon-512.png", "512x512", "any maskable"))


@bp.get("/portal/manifest.webmanifest")
@requires(Permission.PUBLIC)
def manifest() -> ResponseReturnValue:
    """Name, icons and first page of the installed portal; it says nothing of health."""
    body = jsonify(
        id="/portal",
        name="PNE Tracker",
        short_name="PNE",
        start_url=url_for("portal.index"),
        scope="/portal",
        display="standalone",
        icons=[
            {
                "src": url_for("static", filename=f"img/{name}"),
                "sizes": size,
                "type": "image/png",
                "purpose": purpose,
            }
            for name, size, purpose in ICONS
        ],
    )
    body.content_type = "application/manifest+json"
    return body


@bp.get("/portal-worker.js")
@requires(Permission.PUBLIC)
def worker() -> Response:
    """The worker, served where its scope can be the portal."""
    return current_app.send_static_file("js/portal-worker.js")


@bp.get("/portal/offline")
@requires(Permission.PUBLIC)
def offline() -> ResponseReturnValue:
    """Says in both languages what is kept while the network is gone. Holds nobody's data: it is cached."""
    return render_template("portal/offline.html")
