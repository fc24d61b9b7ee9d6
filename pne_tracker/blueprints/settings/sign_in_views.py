"""What an administrator decides about signing in: the clinic's policy, and a colleague's lost second step."""

from __future__ import annotations

import secrets
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from pne_tracker.adapters import clock
from pne_tracker.blueprints.settings.area import bp
from pne_tracker.db import transaction
from pne_tracker.domain.access import Permission
from pne_tracker.domain.door import MfaPolicy
from pne_tracker.domain.errors import BadInputError, RefusedError
from pne_tracker.services import password_resets, second_steps
from pne_tracker.web.places import mailed_url
from pne_tracker.web.policies import requires, viewer


@bp.post("/sign-in-policy")
@requires(Permission.MANAGE_ACCOUNTS, fresh=True)
def sign_in_policy() -> ResponseReturnValue:
    """Whether staff need a second step from their next sign-in on."""
    wanted = request.form.get("policy", "")
    if wanted not in set(MfaPolicy):
        raise BadInputError("Choose required or optional.", at="policy")
    with transaction(viewer()) as session:
        second_steps.choose_policy(session, viewer(), MfaPolicy(wanted), now=clock.now())
    flash("Saved. It holds from each colleague's next sign-in on.", "good")
    return redirect(url_for("settings.index"), 303)


@bp.post("/accounts/<uuid:account_id>/second-step")
@requires(Permission.MANAGE_ACCOUNTS, fresh=True)
def reset_second_step(account_id: UUID) -> ResponseReturnValue:
    """A colleague lost telephone and codes: a new second step is set up at the next sign-in."""
    with transaction(viewer()) as session:
        second_steps.reset_for(session, viewer(), account_id, now=clock.now())
    flash("The second step is taken away. The next sign-in sets up a new one.", "good")
    return redirect(url_for("settings.index"), 303)


@bp.post("/accounts/<uuid:account_id>/password")
@requires(Permission.MANAGE_ACCOUNTS, fresh=True)
def reset_password(account_id: UUID) -> ResponseReturnValue:
    """A colleague lost the password: a link by mail, and every session ends."""
    if mailed_url("/") is None:
        raise RefusedError("This installation does not know its address. Its owner sets PNE_URL.")
    with transaction(viewer()) as session:
        password_resets.start(
            session,
            viewer(),
            account_id,
            now=clock.now(),
            token=secrets.token_urlsafe(32),
            link_to=lambda token: mailed_url(url_for("security.reset", token=token)) or "",
        )
    flash("A link is on its way to them. It works once, for an hour.", "good")
    return redirect(url_for("settings.index"), 303)
