"""The way in by invitation. Looking at it uses nothing up; sending the form does."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, get_locale
from flask_babel import gettext as _
from flask_security import hash_password

from pne_tracker.adapters import clock
from pne_tracker.blueprints.portal.area import bp
from pne_tracker.blueprints.portal.forms import PASSKEY, WelcomeForm
from pne_tracker.blueprints.portal.words import month_names
from pne_tracker.db import UNSCOPED, reading, transaction
from pne_tracker.domain.access import Permission
from pne_tracker.domain.door import hash_of
from pne_tracker.domain.errors import BadInputError
from pne_tracker.services import invitations
from pne_tracker.services.invitations import Acceptance, NewAccess
from pne_tracker.web.policies import requires
from pne_tracker.web.portal_context import LANGUAGES, language
from pne_tracker.web.sessions import admit
from pne_tracker.web.sign_in import store


@bp.get("/welcome/<token>")
@requires(Permission.PUBLIC)
def welcome(token: str) -> ResponseReturnValue:
    """The form, or that the link has ended."""
    with reading(UNSCOPED) as session:
        is_open = invitations.is_open(session, hash_of(token), now=clock.now())
    with force_locale(_wanted()):
        return _page(token, WelcomeForm()) if is_open else _ended()


@bp.post("/welcome/<token>")
@requires(Permission.PUBLIC)
def accept(token: str) -> ResponseReturnValue:
    """Use the invitation up: the account is made, and the patient is in."""
    with force_locale(_wanted()):
        form = WelcomeForm()
        if not form.validate_on_submit():
            return _page(token, form, 422)
        try:
            result = _try(token, form)
        except BadInputError:
            form.email.errors = [_("We can not use this email. Check it, or use one more of yours.")]
            return _page(token, form, 422)
        if result is Acceptance.WRONG_DATE:
            form.birth_month.errors = [
                _("This is not the birth date your clinic has. Check all three parts.")
            ]
            return _page(token, form, 422)
        if result is Acceptance.ENDED:
            return _ended()
        return _go_on(form)


def _try(token: str, form: WelcomeForm) -> Acceptance:
    access = NewAccess(
        birth_date=form.birth_date,
        email=form.email.data or "",
        password_hash=hash_password(form.password.data) if form.wants_password else None,
        language=language(),
        email_consent=bool(form.email_consent.data),
    )
    with transaction(UNSCOPED) as session:
        return invitations.accept(session, hash_of(token), access, now=clock.now())


def _go_on(form: WelcomeForm) -> ResponseReturnValue:
    """The link and the birth date have shown enough: the patient is in, and hears the way in for next time."""
    user = store().account(email=form.email.data)
    if user is None:
        return redirect(url_for("security.login"), 303)
    admit(user, how="invitation")
    if form.way.data == PASSKEY:
        return redirect(url_for("security.passkey"), 303)
    if form.wants_password:
        flash(_("You are in. Next time, use your email and your new password."), "good")
    else:
        flash(_("You are in. Next time, ask for a link with your email."), "good")
    return redirect(url_for("portal.index"), 303)


def _wanted() -> str:
    """The language chosen on the page, else the browser's."""
    chosen = request.args.get("lang", "")
    return chosen if chosen in dict(LANGUAGES) else str(get_locale())


def _page(token: str, form: WelcomeForm, status: int = 200) -> ResponseReturnValue:
    here = language()
    page = render_template(
        "portal/welcome.html",
        form=form,
        months=month_names(),
        lang=here,
        for_patients=True,
        languages=[
            {"code": code, "label": label, "url": url_for("portal.welcome", token=token, lang=code)}
            for code, label in LANGUAGES
            if code != here
        ],
        post_url=url_for("portal.accept", token=token, lang=here),
    )
    return make_response(page, status)


def _ended() -> ResponseReturnValue:
    return make_response(
        render_template("portal/welcome_ended.html", lang=language(), for_patients=True), 404
    )
