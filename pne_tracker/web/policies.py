"""The door: every endpoint declares the permission it needs, or the application does not start."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, abort, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.routing import Rule

from pne_tracker.domain.access import Permission, Role, Viewer, roles_with
from pne_tracker.domain.door import CONFIRMED_FOR
from pne_tracker.domain.scopes import NEEDS, ApiScope, scopes_for
from pne_tracker.web.bearer import come_in
from pne_tracker.web.identity import current_viewer, with_opened
from pne_tracker.web.patient_errors import for_patients, patient_page
from pne_tracker.web.places import came_from
from pne_tracker.web.sessions import confirmed_lately, keep_or_end

View = TypeVar("View", bound=Callable[..., Any])

FOREIGN_ENDPOINTS = {"static": Permission.PUBLIC}
API_AREAS = frozenset({"api", "fhir"})
"""Blueprints for programs: a bearer token opens them and a browser's cookie never; for pages it is the reverse."""


class UndeclaredPolicyError(RuntimeError):
    """An endpoint declares no permission; the application refuses to start with it."""


def requires(
    permission: Permission, *, fresh: bool = False, within: dt.timedelta = CONFIRMED_FOR, glass: bool = False
) -> Callable[[View], View]:
    """Declare the permission an endpoint needs. Goes directly under the route.

    `fresh` asks once more who it is, where that was longer ago than `within`: for exports, and for what
    decides who gets in. `glass` lets it show a record opened outside the care team: it is part of that record,
    and read alone.
    """

    def declare(view: View) -> View:
        view.__permission__ = permission  # type: ignore[attr-defined]
        view.__fresh__ = within if fresh else None  # type: ignore[attr-defined]
        view.__glass__ = glass  # type: ignore[attr-defined]
        return view

    return declare


def with_token(scope: ApiScope) -> Callable[[View], View]:
    """Declare the scope a program's token needs here, and with it the permission of its account."""

    def declare(view: View) -> View:
        view.__scope__ = scope  # type: ignore[attr-defined]
        return requires(NEEDS[scope])(view)

    return declare


def permission_of(app: Flask, endpoint: str) -> Permission | None:
    """The permission an endpoint declares, or None."""
    if endpoint in FOREIGN_ENDPOINTS:
        return FOREIGN_ENDPOINTS[endpoint]
    return getattr(app.view_functions.get(endpoint), "__permission__", None)


def is_fresh(app: Flask, endpoint: str) -> bool:
    """Whether an endpoint asks once more who it is."""
    return _fresh_for(app, endpoint) is not None


def _fresh_for(app: Flask, endpoint: str) -> dt.timedelta | None:
    return getattr(app.view_functions.get(endpoint), "__fresh__", None)


def shows_opened(app: Flask, endpoint: str) -> bool:
    """Whether an endpoint shows records opened outside the care team."""
    return bool(getattr(app.view_functions.get(endpoint), "__glass__", False))


def scope_of(app: Flask, endpoint: str) -> ApiScope | None:
    """The scope an endpoint for programs declares, or None."""
    return getattr(app.view_functions.get(endpoint), "__scope__", None)


def viewer() -> Viewer:
    """Who is signed in. Only for endpoints that are not public."""
    return g.viewer  # type: ignore[no-any-return]


def stand_at_the_door(app: Flask) -> None:
    """Check every request against its endpoint's declaration, and every declaration at start."""
    app.before_request(_check_request)


def refuse_undeclared(app: Flask) -> None:
    """Raise UndeclaredPolicyError when any rule's endpoint declares nothing."""
    missing = sorted(
        {rule.endpoint for rule in app.url_map.iter_rules() if not _is_declared(app, rule.endpoint)}
    )
    if missing:
        raise UndeclaredPolicyError(f"no policy declared for: {', '.join(missing)}")


def _is_declared(app: Flask, endpoint: str) -> bool:
    """Whether a policy is declared; where programs come in and it is not public, that takes a scope."""
    permission = permission_of(app, endpoint)
    for_programs = endpoint.partition(".")[0] in API_AREAS
    needs_scope = for_programs and permission is not Permission.PUBLIC
    return permission is not None and needs_scope == (scope_of(app, endpoint) is not None)


def _check_request() -> ResponseReturnValue | None:
    if request.endpoint is None:
        return None
    permission = permission_of(current_app, request.endpoint)
    if permission is None:
        abort(404)
    if request.blueprint in API_AREAS:
        g.viewer = (
            None if permission is Permission.PUBLIC else come_in(scope_of(current_app, request.endpoint))
        )
        return None
    keep_or_end()
    g.viewer = current_viewer()
    if permission is Permission.PUBLIC:
        return None
    if g.viewer is None:
        return _ask_to_sign_in()
    if not g.viewer.may(permission):
        abort(403)
    within = _fresh_for(current_app, request.endpoint)
    if within is not None and not confirmed_lately(within):
        return _ask_again()
    if request.method in {"GET", "HEAD"} and shows_opened(current_app, request.endpoint):
        g.viewer = with_opened(g.viewer)
    return None


def _ask_again() -> ResponseReturnValue:
    """A page that is read is gone on to afterwards; a form is sent again from its own page."""
    before = came_from()
    target = request.full_path.rstrip("?") if request.method == "GET" else before
    return redirect(url_for("security.confirm", next=target, back=before), 303)


def _ask_to_sign_in() -> ResponseReturnValue:
    """A page that was open keeps what was typed: its script says that the session is over."""
    if request.headers.get("HX-Request"):
        return "", 401, {"HX-Reswap": "none"}
    if request.method in {"GET", "HEAD"} and request.endpoint != "home.index":
        return redirect(url_for("security.login", next=request.full_path.rstrip("?")))
    if request.method == "POST" and for_patients():
        return patient_page(401)
    return redirect(url_for("security.login"))


def describe(app: Flask) -> list[dict[str, Any]]:
    """Every rule with its methods and policy, as `pne-tracker routes --json` prints it."""
    return [_describe(app, rule) for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule)]


def _describe(app: Flask, rule: Rule) -> dict[str, Any]:
    permission = permission_of(app, rule.endpoint)
    public = permission is Permission.PUBLIC
    scope = scope_of(app, rule.endpoint)
    roles = list(Role) if public or permission is None else roles_with(permission)
    if scope is not None:
        roles = [role for role in roles if scope in scopes_for(role)]
    return {
        "rule": rule.rule,
        "methods": sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}),
        "endpoint": rule.endpoint,
        "policy": permission.value if permission else "",
        "roles": [role.value for role in roles],
        "public": public,
        "fresh": is_fresh(app, rule.endpoint),
        "break_glass": shows_opened(app, rule.endpoint),
        "scope": scope or "",
    }
