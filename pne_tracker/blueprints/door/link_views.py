"""Signing in by mail: ask for a link on one page, use it on the other. Only sending a form uses it up."""

from __future__ import annotations

import secrets

import structlog
from flask import make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from pne_tracker.adapters import clock
from pne_tracker.blueprints.door.area import bp
from pne_tracker.blueprints.door.forms import AskForm
from pne_tracker.db import UNSCOPED, reading, transaction
from pne_tracker.domain.access import Permission
from pne_tracker.domain.door import hash_of
from pne_tracker.services import sign_in_links
from pne_tracker.web.places import mailed_url
from pne_tracker.web.policies import requires
from pne_tracker.web.sessions import admit
from pne_tracker.web.sign_in import store

log = structlog.get_logger()


@bp.get("/sign-in/link")
@requires(Permission.PUBLIC)
def ask_link() -> ResponseReturnValue:
    """Where a patient asks for a way in: no password, a forgotten one, or a lost invitation."""
    return render_template("auth/ask_link.html", form=AskForm(), asked=False, for_patients=True)


@bp.post("/sign-in/link")
@requires(Permission.PUBLIC)
def send_link() -> ResponseReturnValue:
    """Send a link if the address is a patient's. The page is the same for every address."""
    form = AskForm()
    if not form.validate():
        page = render_template("auth/ask_link.html", form=form, asked=False, for_patients=True)
        return make_response(page, 422)
    if mailed_url("/") is None:
        log.error("no_link_sent", advice="set PNE_URL to the address people open")
    else:
        with transaction(UNSCOPED) as session:
            sign_in_links.ask(
                session,
                form.email.data or "",
                now=clock.now(),
                tokens=lambda: secrets.token_urlsafe(32),
                link_to=lambda token: mailed_url(url_for("security.link", token=token)) or "",
                welcome_to=lambda token: mailed_url(url_for("portal.welcome", token=token)) or "",
            )
    return render_template("auth/ask_link.html", form=form, asked=True, for_patients=True)


@bp.get("/sign-in/link/<token>")
@requires(Permission.PUBLIC)
def link(token: str) -> ResponseReturnValue:
    """One button, or that the link has ended. Opening it uses nothing up: mail programs open links too."""
    with reading(UNSCOPED) as session:
        is_open = sign_in_links.is_open(session, hash_of(token), now=clock.now())
    return render_template("auth/link.html", token=token, for_patients=True) if is_open else _ended()


@bp.post("/sign-in/link/<token>")
@requires(Permission.PUBLIC)
def use_link(token: str) -> ResponseReturnValue:
    """Use the link up and open the portal."""
    with transaction(UNSCOPED) as session:
        uniquifier = sign_in_links.use(session, hash_of(token), now=clock.now())
    user = store().account(uniquifier=uniquifier) if uniquifier else None
    if user is None:
        return _ended()
    admit(user, how="link")
    return redirect(url_for("home.index"), 303)


def _ended() -> ResponseReturnValue:
    return make_response(render_template("auth/link_ended.html", for_patients=True), 404)
