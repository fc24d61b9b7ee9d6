"""A lost password of staff: ask for a link on one page, choose the new password on the other."""

from __future__ import annotations

import secrets

import structlog
from flask import flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_security import hash_password
from wtforms import PasswordField, ValidationError
from wtforms.validators import EqualTo, InputRequired

from pne_tracker.adapters import clock
from pne_tracker.blueprints.door.area import bp
from pne_tracker.blueprints.door.forms import AskForm
from pne_tracker.db import UNSCOPED, reading, transaction
from pne_tracker.domain.access import Permission
from pne_tracker.domain.door import hash_of
from pne_tracker.domain.passwords import SHORTEST, weakness
from pne_tracker.services import password_resets
from pne_tracker.services.password_resets import Resetting
from pne_tracker.web.forms import Form
from pne_tracker.web.places import mailed_url
from pne_tracker.web.policies import requires

log = structlog.get_logger()
WEAK = f"Use at least {SHORTEST} characters, in words that nobody else would put together."


class ResetForm(Form):
    """A new password, twice."""

    new = PasswordField("New password", [InputRequired("Write a new password.")])
    again = PasswordField(
        "New password again", [EqualTo("new", "The two do not match. Write the new one twice.")]
    )

    def __init__(self, who: Resetting) -> None:
        super().__init__()
        self.who = who

    def validate_new(self, field: PasswordField) -> None:
        """Refuse what is short, or what everybody would try first."""
        if weakness(field.data or "", context=(self.who.email, self.who.name)) is not None:
            raise ValidationError(WEAK)


@bp.get("/sign-in/reset")
@requires(Permission.PUBLIC)
def ask_reset() -> ResponseReturnValue:
    """Where staff say that they lost their password."""
    return render_template("auth/ask_reset.html", form=AskForm(), asked=False)


@bp.post("/sign-in/reset")
@requires(Permission.PUBLIC)
def send_reset() -> ResponseReturnValue:
    """Send a link if the address is a member of staff's. The page is the same for every address."""
    form = AskForm()
    if not form.validate():
        return make_response(render_template("auth/ask_reset.html", form=form, asked=False), 422)
    if mailed_url("/") is None:
        log.error("no_link_sent", advice="set PNE_URL to the address people open")
    else:
        with transaction(UNSCOPED) as session:
            password_resets.ask(
                session,
                form.email.data or "",
                now=clock.now(),
                token=secrets.token_urlsafe(32),
                link_to=lambda token: mailed_url(url_for("security.reset", token=token)) or "",
            )
    return render_template("auth/ask_reset.html", form=form, asked=True)


@bp.get("/sign-in/reset/<token>")
@requires(Permission.PUBLIC)
def reset(token: str) -> ResponseReturnValue:
    """The form for the new password. Opening it uses nothing up: mail programs open links too."""
    who = _whose(token)
    return _page(token, ResetForm(who)) if who else _ended()


@bp.post("/sign-in/reset/<token>")
@requires(Permission.PUBLIC)
def use_reset(token: str) -> ResponseReturnValue:
    """Keep the new password; signing in with it asks for the second step as ever."""
    who = _whose(token)
    if who is None:
        return _ended()
    form = ResetForm(who)
    if not form.validate():
        return _page(token, form, 422)
    hashed = hash_password(form.new.data)
    with transaction(UNSCOPED) as session:
        done = password_resets.use(session, hash_of(token), hashed, now=clock.now())
    if not done:
        return _ended()
    flash("The password is changed. Sign in with the new one.", "good")
    return redirect(url_for("security.login"), 303)


def _whose(token: str) -> Resetting | None:
    with reading(UNSCOPED) as session:
        return password_resets.whose(session, hash_of(token), now=clock.now())


def _page(token: str, form: ResetForm, status: int = 200) -> ResponseReturnValue:
    return make_response(render_template("auth/reset.html", form=form, token=token), status)


def _ended() -> ResponseReturnValue:
    return make_response(render_template("auth/reset_ended.html"), 404)
