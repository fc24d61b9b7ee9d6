"""API tokens: one's own, made and shown once; for an administrator those of everybody, to revoke."""

from __future__ import annotations

import secrets
from uuid import UUID

from flask import flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from pne_tracker.adapters import clock
from pne_tracker.blueprints.settings.area import bp
from pne_tracker.blueprints.settings.token_forms import TokenForm
from pne_tracker.blueprints.settings.token_models import SCOPE_WORDS, token_rows
from pne_tracker.db import transaction
from pne_tracker.domain.access import Permission
from pne_tracker.domain.scopes import PREFIX, scopes_for
from pne_tracker.queries.api_tokens import all_tokens, own_tokens
from pne_tracker.services import api_tokens
from pne_tracker.web.forms import refusal
from pne_tracker.web.policies import requires, viewer


@bp.get("/tokens")
@requires(Permission.USE_API)
def tokens() -> ResponseReturnValue:
    """The own tokens, and the way to a new one."""
    with transaction(viewer()) as session:
        rows = token_rows(own_tokens(session, viewer(), now=clock.now()), viewer().timezone)
    return render_template("settings/tokens.html", rows=rows)


@bp.route("/tokens/new", methods=["GET", "POST"])
@requires(Permission.USE_API, fresh=True)
def new_token() -> ResponseReturnValue:
    """Make a token; it is shown on the answer to this form and nowhere again."""
    form = TokenForm(scopes_for(viewer().role))
    if not form.is_submitted():
        return render_template("settings/new_token.html", form=form, token=None)
    secret = PREFIX + secrets.token_urlsafe(32)
    status = refusal(form, lambda: _make(form, secret))
    shown = None if status else secret
    given = [SCOPE_WORDS[scope] for scope in form.scopes.data or () if scope in SCOPE_WORDS]
    page = render_template("settings/new_token.html", form=form, token=shown, given=given)
    return make_response(page, status or 200)


def _make(form: TokenForm, secret: str) -> None:
    with transaction(viewer()) as session:
        api_tokens.issue(
            session,
            viewer(),
            name=form.name.data or "",
            scopes=form.scopes.data or (),
            days=int(form.days.data),
            secret=secret,
            now=clock.now(),
        )


@bp.post("/tokens/<uuid:token_id>/revoke")
@requires(Permission.USE_API)
def revoke_token(token_id: UUID) -> ResponseReturnValue:
    """End a token of one's own."""
    _revoke(token_id)
    return redirect(url_for("settings.tokens"), 303)


@bp.get("/all-tokens")
@requires(Permission.MANAGE_ACCOUNTS, fresh=True)
def every_token() -> ResponseReturnValue:
    """The tokens of the organisation that work."""
    with transaction(viewer()) as session:
        rows = token_rows(all_tokens(session, now=clock.now()), viewer().timezone)
    return render_template("settings/all_tokens.html", rows=rows)


@bp.post("/all-tokens/<uuid:token_id>/revoke")
@requires(Permission.MANAGE_ACCOUNTS, fresh=True)
def revoke_any(token_id: UUID) -> ResponseReturnValue:
    """End anybody's token."""
    _revoke(token_id)
    return redirect(url_for("settings.every_token"), 303)


def _revoke(token_id: UUID) -> None:
    with transaction(viewer()) as session:
        name = api_tokens.revoke(session, viewer(), token_id, now=clock.now())
    flash(f"The token for {name} is revoked. The program is out at its next request.", "good")
