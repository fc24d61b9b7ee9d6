"""Signing in by password, and signing out."""

from __future__ import annotations

from flask import make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from pne_tracker.blueprints.door import (  # noqa: F401  (they hang their pages on the blueprint)
    link_views,
    passkey_views,
    reset_views,
    second_views,
    session_views,
)
from pne_tracker.blueprints.door.area import bp
from pne_tracker.domain.access import Permission
from pne_tracker.web.places import local_target
from pne_tracker.web.policies import requires
from pne_tracker.web.sessions import leave
from pne_tracker.web.sign_in import NO_MATCH, TOO_MANY, SignInForm, enter, give_back_tries, take_try, who_has

__all__ = ["bp"]


@bp.get("/sign-in")
@requires(Permission.PUBLIC)
def login() -> ResponseReturnValue:
    """The form; who is signed in already goes on."""
    if current_user.is_authenticated:
        return redirect(url_for("home.index"))
    return _page(SignInForm(next=request.args.get("next", "")))


@bp.post("/sign-in")
@requires(Permission.PUBLIC)
def sign_in() -> ResponseReturnValue:
    """Open a session for the right mail address and password; known and unknown names read the same."""
    form = SignInForm()
    email = form.email.data or ""
    if not take_try(email):
        form.form_errors = [TOO_MANY]
        return _page(form, 429)
    user = who_has(email, form.password.data or "")
    if user is None:
        form.form_errors = [NO_MATCH]
        return _page(form)
    give_back_tries(email)
    return redirect(enter(user, how="password", target=local_target(form.next.data, "")))


@bp.post("/sign-out")
@requires(Permission.PUBLIC)
def logout() -> ResponseReturnValue:
    """End the session."""
    leave()
    return redirect(url_for("security.login"))


def _page(form: SignInForm, status: int = 200) -> ResponseReturnValue:
    return make_response(render_template("auth/sign_in.html", form=form), status)
