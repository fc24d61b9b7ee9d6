"""The own session: staying, showing again who it is, and ending the others."""

from __future__ import annotations

from flask import flash, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_security import current_user
from flask_wtf.csrf import generate_csrf

from pne_tracker.adapters import clock
from pne_tracker.blueprints.door.area import bp
from pne_tracker.blueprints.door.forms import ConfirmForm
from pne_tracker.db import reading, transaction
from pne_tracker.domain.access import Permission
from pne_tracker.domain.door import MOST_CODES
from pne_tracker.services import second_steps, sessions
from pne_tracker.web.places import is_file, local_target, way_on
from pne_tracker.web.policies import requires, viewer
from pne_tracker.web.sessions import seconds_left
from pne_tracker.web.sign_in import NO_MATCH, TOO_MANY, give_back_tries, take_try, who_has


@bp.get("/session")
@requires(Permission.OWN_ACCOUNT)
def state() -> ResponseReturnValue:
    """How long the session still stays open, and the token its forms need."""
    return jsonify(left=seconds_left(), csrf=generate_csrf(), who=str(viewer().account_id))


@bp.post("/session/stay")
@requires(Permission.OWN_ACCOUNT)
def stay() -> ResponseReturnValue:
    """Somebody is here: the idle time starts anew."""
    return jsonify(left=seconds_left(), csrf=generate_csrf(), who=str(viewer().account_id))


@bp.get("/confirm")
@requires(Permission.OWN_ACCOUNT)
def confirm() -> ResponseReturnValue:
    """Ask once more who it is."""
    return _page(ConfirmForm(next=request.args.get("next", ""), back=request.args.get("back", "")))


@bp.post("/confirm")
@requires(Permission.OWN_ACCOUNT)
def confirm_again() -> ResponseReturnValue:
    """A right password, or a code, opens what asked for it."""
    form = ConfirmForm()
    if not take_try(current_user.email):
        form.secret.errors = [str(TOO_MANY)]
        return _page(form, 429)
    if not _shown(form.secret.data or ""):
        form.secret.errors = [
            str(NO_MATCH) if not _has_app() else "Neither your password nor a code that works."
        ]
        return _page(form, 422)
    give_back_tries(current_user.email)
    with transaction(viewer()) as session:
        sessions.confirm_session(session, viewer(), current_user.record.session_id, now=clock.now())
    return redirect(way_on(form.next.data, form.back.data), 303)


@bp.get("/confirm/file")
@requires(Permission.OWN_ACCOUNT)
def file() -> ResponseReturnValue:
    """The file that asked comes by itself; the page stays, with the way back."""
    target = local_target(request.args.get("next"), "")
    if not is_file(target):
        return redirect(url_for("home.index"))
    back = local_target(request.args.get("back"), url_for("home.index"))
    return render_template("auth/file.html", target=target, back=back)


@bp.post("/sessions/others")
@requires(Permission.OWN_ACCOUNT)
def end_others() -> ResponseReturnValue:
    """Sign out every other browser."""
    with transaction(viewer()) as session:
        ended = sessions.end_others(session, viewer(), current_user.record.session_id, now=clock.now())
    said = _("The other browsers are signed out.") if ended else _("No other browser was signed in.")
    flash(said, "good")
    own = "portal.settings" if viewer().may(Permission.USE_PORTAL) else "settings.account"
    return redirect(url_for(own), 303)


def _shown(secret: str) -> bool:
    """Whether this is the password, or a code of the app."""
    if who_has(current_user.email, secret) is not None:
        return True
    if not _has_app() or not take_try(str(viewer().account_id), "code", MOST_CODES):
        return False
    with transaction(viewer()) as session:
        return second_steps.use_code(session, viewer().account_id, secret, now=clock.now()) is not None


def _has_app() -> bool:
    with reading(viewer()) as session:
        return second_steps.steps_of(session, viewer().account_id).app


def _page(form: ConfirmForm, status: int = 200) -> ResponseReturnValue:
    return make_response(render_template("auth/confirm.html", form=form), status)
