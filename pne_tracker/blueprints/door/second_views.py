"""The second step: a code of the app or from paper, and setting one up the first time or from the own account."""

from __future__ import annotations

import secrets

from flask import flash, make_response, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from pne_tracker.adapters import clock
from pne_tracker.adapters.qr import qr_code
from pne_tracker.blueprints.door.area import bp
from pne_tracker.blueprints.door.forms import CodeForm
from pne_tracker.blueprints.door.subject import subject
from pne_tracker.db import reading, transaction
from pne_tracker.domain.access import Permission
from pne_tracker.domain.door import MOST_CODES, RECOVERY_CODES
from pne_tracker.domain.totp import SECRET_BYTES, app_address
from pne_tracker.services import accounts, second_steps
from pne_tracker.web.identity import SignedIn
from pne_tracker.web.policies import requires
from pne_tracker.web.sessions import admit
from pne_tracker.web.sign_in import TOO_MANY, give_back_tries, pending, pending_target, store, take_try

WRONG_CODE = "This code does not work. Wait for the next one in your app and write that."


@bp.get("/sign-in/second")
@requires(Permission.PUBLIC)
def second() -> ResponseReturnValue:
    """Ask for the second step."""
    who = pending()
    return _ask(who, CodeForm()) if who else redirect(url_for("security.login"))


@bp.post("/sign-in/second")
@requires(Permission.PUBLIC)
def use_second() -> ResponseReturnValue:
    """Open the session for a right code; six wrong ones wait a quarter of an hour."""
    who, form = pending(), CodeForm()
    if who is None:
        return redirect(url_for("security.login"), 303)
    key = str(who.record.id)
    if not take_try(key, "code", MOST_CODES):
        form.form_errors = [TOO_MANY]
        return _ask(who, form, 429)
    with transaction(who.viewer) as work:
        how = second_steps.use_code(work, who.record.id, form.code.data or "", now=clock.now())
    if how is None:
        form.code.errors = [WRONG_CODE]
        return _ask(who, form, 422)
    give_back_tries(key, "code")
    target = pending_target()
    admit(who, how=how)
    return redirect(target, 303)


@bp.get("/sign-in/set-up")
@requires(Permission.PUBLIC)
def set_up() -> ResponseReturnValue:
    """What a second step is, and the button that begins."""
    who = subject()
    return render_template("auth/set_up.html") if who else redirect(url_for("security.login"))


@bp.post("/sign-in/set-up")
@requires(Permission.PUBLIC)
def offer_app() -> ResponseReturnValue:
    """Show a secret for the app to take."""
    who = subject()
    if who is None:
        return redirect(url_for("security.login"), 303)
    with transaction(who.viewer) as work:
        begun = second_steps.begin_app(
            work, who.viewer, secret=secrets.token_bytes(SECRET_BYTES), now=clock.now()
        )
    return _offer(who, CodeForm(), begun) if begun else redirect(url_for("security.set_up"), 303)


@bp.post("/sign-in/set-up/app")
@requires(Permission.PUBLIC)
def confirm_app() -> ResponseReturnValue:
    """Let the app count once a code of it was typed; show the recovery codes, once."""
    who, form = subject(), CodeForm()
    if who is None:
        return redirect(url_for("security.login"), 303)
    if not take_try(str(who.record.id), "code", MOST_CODES):
        return make_response(render_template("auth/set_up.html", problem=TOO_MANY), 429)
    codes = _fresh_codes()
    with transaction(who.viewer) as work:
        secret = second_steps.offered_secret(work, who.viewer)
        good = second_steps.confirm_app(work, who.viewer, form.code.data or "", now=clock.now())
        if good:
            second_steps.replace_recovery_codes(work, who.viewer, codes, now=clock.now())
            name = accounts.renew_sessions(work, who.viewer, now=clock.now())
    if not good:
        form.code.errors = [WRONG_CODE]
        return _offer(who, form, secret, 422) if secret else redirect(url_for("security.set_up"), 303)
    give_back_tries(str(who.record.id), "code")
    return _codes(name, codes)


@bp.post("/sign-in/codes")
@requires(Permission.OWN_ACCOUNT, fresh=True)
def new_codes() -> ResponseReturnValue:
    """Fresh recovery codes; the earlier ones work no more."""
    codes = _fresh_codes()
    with transaction(current_user.viewer) as work:
        second_steps.replace_recovery_codes(work, current_user.viewer, codes, now=clock.now())
        name = accounts.renew_sessions(work, current_user.viewer, now=clock.now())
    return _codes(name, codes)


@bp.post("/sign-in/remove-app")
@requires(Permission.OWN_ACCOUNT, fresh=True)
def remove_app() -> ResponseReturnValue:
    """Take the app away, after showing again who it is."""
    with transaction(current_user.viewer) as work:
        second_steps.remove_app(work, current_user.viewer, now=clock.now())
        accounts.renew_sessions(work, current_user.viewer, now=clock.now())
    session.clear()
    flash("The app is taken away. Sign in again.", "good")
    return redirect(url_for("security.login"), 303)


def _ask(who: SignedIn, form: CodeForm, status: int = 200) -> ResponseReturnValue:
    with reading(who.viewer) as work:
        steps = second_steps.steps_of(work, who.record.id)
    return make_response(render_template("auth/second.html", form=form, steps=steps), status)


def _offer(who: SignedIn, form: CodeForm, secret: str, status: int = 200) -> ResponseReturnValue:
    address = app_address(secret, name=who.email, issuer="PNE Tracker")
    groups = [secret[at : at + 4] for at in range(0, len(secret), 4)]
    page = render_template("auth/app.html", form=form, code=qr_code(address), groups=groups)
    return make_response(page, status)


def _fresh_codes() -> list[str]:
    letters = second_steps.LETTERS
    return [
        "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(3))
        for _ in range(RECOVERY_CODES)
    ]


def _codes(name: str, codes: list[str]) -> ResponseReturnValue:
    """The codes, shown once, in a session that is new: every other one has ended."""
    target = pending_target() if not current_user.is_authenticated else url_for("settings.account")
    user = store().account(uniquifier=name)
    if user is None:
        return redirect(url_for("security.login"), 303)
    admit(user, how="app")
    return render_template("auth/codes.html", codes=codes, target=target)
