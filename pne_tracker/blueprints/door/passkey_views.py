"""Passkeys: making one, signing in with one, taking one away. Scripts talk to these pages in JSON."""

from __future__ import annotations

from uuid import UUID

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_security import current_user

from pne_tracker.adapters import clock, webauthn
from pne_tracker.blueprints.door.area import bp
from pne_tracker.blueprints.door.subject import subject
from pne_tracker.db import reading, transaction
from pne_tracker.domain.access import Permission
from pne_tracker.domain.errors import RefusedError
from pne_tracker.services import accounts, passkeys, sessions
from pne_tracker.web import passkeys as challenges
from pne_tracker.web.places import local_target, way_on
from pne_tracker.web.policies import requires, viewer
from pne_tracker.web.sessions import admit, device_name
from pne_tracker.web.sign_in import pending, pending_target, store


def _refused(sentence: str, status: int = 422) -> ResponseReturnValue:
    return jsonify(problem=sentence), status


@bp.get("/sign-in/passkey")
@requires(Permission.PUBLIC)
def passkey() -> ResponseReturnValue:
    """The page that makes a passkey on this device."""
    who = subject()
    if who is None:
        return redirect(url_for("security.login"))
    patient = not who.record.role.is_staff
    return render_template("auth/passkey.html", for_patients=patient, later=url_for("home.index"))


@bp.post("/passkeys/new/options")
@requires(Permission.PUBLIC)
def new_passkey_options() -> ResponseReturnValue:
    """What the browser needs to make a passkey."""
    who = subject()
    if who is None:
        return _refused(_("Sign in again first."), 401)
    with reading(who.viewer) as work:
        known = passkeys.ids_of(work, who.record.id)
    challenge = challenges.new_challenge(challenges.REGISTER)
    return jsonify(
        webauthn.registration_options(
            challenges.origin(), challenge=challenge, account=who.record.id.bytes, name=who.email, known=known
        )
    )


@bp.post("/passkeys/new")
@requires(Permission.PUBLIC)
def keep_passkey() -> ResponseReturnValue:
    """Keep the passkey, and open a session that knows of it; every other one ends."""
    who, challenge = subject(), challenges.taken_challenge(challenges.REGISTER)
    if who is None or challenge is None:
        return _refused(_("This took too long. Try again."))
    key = webauthn.new_key(challenges.origin(), challenges.answered(), challenge=challenge)
    if key is None:
        return _refused(_("This passkey does not work here. Try again."))
    target = pending_target() if who.record.role.is_staff else url_for("home.index")
    try:
        with transaction(who.viewer) as work:
            passkeys.keep(
                work,
                who.viewer,
                credential_id=key.credential_id,
                public_key=key.public_key,
                sign_count=key.sign_count,
                name=device_name(),
                now=clock.now(),
            )
            name = accounts.renew_sessions(work, who.viewer, now=clock.now())
    except RefusedError:
        return _refused(_("This device has a passkey for you. Use it to sign in."))
    renewed = store().account(uniquifier=name)
    if renewed is not None:
        admit(renewed, how="passkey")
    flash(_("Your passkey is ready. Next time, use it to sign in."), "good")
    return jsonify(next=target)


@bp.post("/passkeys/options")
@requires(Permission.PUBLIC)
def passkey_options() -> ResponseReturnValue:
    """What the browser needs to sign in."""
    challenge = challenges.new_challenge(challenges.SIGN_IN)
    return jsonify(webauthn.sign_in_options(challenges.origin(), challenge=challenge))


@bp.post("/passkeys/sign-in")
@requires(Permission.PUBLIC)
def use_passkey() -> ResponseReturnValue:
    """Open a session for the owner of the passkey: the device has checked who holds it, so it is both steps."""
    waiting, target = pending(), pending_target()
    key = challenges.owner_of_answer(challenges.answered())
    user = store().account(uniquifier=key.uniquifier) if key else None
    if user is None or (waiting is not None and waiting.record.id != user.record.id):
        return _refused(_("This passkey does not work here. Try again."))
    admit(user, how="passkey")
    return jsonify(next=local_target(request.args.get("next"), target))


@bp.post("/passkeys/confirm")
@requires(Permission.OWN_ACCOUNT)
def confirm_by_passkey() -> ResponseReturnValue:
    """Show again who it is, by passkey."""
    key = challenges.owner_of_answer(challenges.answered())
    if key is None or key.account_id != viewer().account_id:
        return _refused(_("This passkey does not work here. Try again."))
    with transaction(viewer()) as work:
        sessions.confirm_session(work, viewer(), current_user.record.session_id, now=clock.now())
    return jsonify(next=way_on(request.args.get("next"), request.args.get("back")))


@bp.post("/passkeys/<uuid:passkey_id>/remove")
@requires(Permission.OWN_ACCOUNT, fresh=True)
def remove_passkey(passkey_id: UUID) -> ResponseReturnValue:
    """Take a passkey away; every session ends, and the next one needs another way in."""
    with transaction(viewer()) as work:
        passkeys.remove(work, viewer(), passkey_id, now=clock.now())
        accounts.renew_sessions(work, viewer(), now=clock.now())
    cookie.clear()
    flash(_("The passkey is taken away. Sign in again."), "good")
    return redirect(url_for("security.login"), 303)
