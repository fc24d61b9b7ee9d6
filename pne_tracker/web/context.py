"""What every template finds: navigation by role, the clinic's name, language and theme."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from flask import Flask, g, request, url_for
from flask_security import current_user

from pne_tracker.domain.access import Permission, Viewer
from pne_tracker.domain.door import WARN_BEFORE
from pne_tracker.web.drawn import drawn
from pne_tracker.web.identity import current_theme
from pne_tracker.web.sessions import seconds_left

NAVIGATION: tuple[tuple[str, str, Permission, str], ...] = (
    ("Today", "today.index", Permission.SEE_TODAY, "today"),
    ("Patients", "patients.index", Permission.SEE_PATIENTS, "patients"),
    ("Reminders", "reminders.index", Permission.SEE_REMINDERS, "reminders"),
    ("Completion", "completion.index", Permission.SEE_COMPLETION, "completion"),
    ("Billing", "billing.index", Permission.BILL, "billing"),
    ("Curriculum", "curriculum.index", Permission.MANAGE_CLINIC, "curriculum"),
    ("Settings", "settings.index", Permission.MANAGE_CLINIC, "settings"),
)
LANGUAGES = (("en", "English"), ("es", "Español"))


def locale() -> str:
    """The language of the page: the account's; signed out, the one `?lang=` names, then the browser's."""
    viewer: Viewer | None = g.get("viewer")
    if viewer is not None:
        return "es" if not viewer.role.is_staff and viewer.language.startswith("es") else "en"
    chosen = request.args.get("lang", "")
    return chosen if chosen in dict(LANGUAGES) else request.accept_languages.best_match(["en", "es"]) or "en"


def install(app: Flask) -> None:
    """Register the context of all templates."""
    app.jinja_env.globals["drawn"] = drawn
    version = _asset_version(Path(app.static_folder or ""))

    @app.context_processor
    def _context() -> dict[str, Any]:
        viewer: Viewer | None = g.get("viewer")
        context: dict[str, Any] = {
            "asset_version": version,
            "theme": current_theme() or "",
            "lang": locale(),
            "viewer": viewer,
        }
        if viewer is not None and current_user.is_authenticated:
            context["session_frame"] = {
                "who": viewer.account_id,
                "left": seconds_left(),
                "warn": int(WARN_BEFORE.total_seconds()),
                "state_url": url_for("security.state"),
                "stay_url": url_for("security.stay"),
                "sign_in_url": url_for("security.login"),
            }
        if viewer is not None and viewer.role.is_staff:
            context |= _staff(viewer)
        return context


def _staff(viewer: Viewer) -> dict[str, Any]:
    blueprint = request.blueprint or ""
    of_a_patient = {"visits", "episodes", "homework", "messages", "paper", "papers"}
    here = "patients" if blueprint in of_a_patient else blueprint
    if here == "office":
        here = "billing" if viewer.may(Permission.BILL) else "settings"
    return {
        "nav_items": [
            {"label": label, "url": url_for(endpoint), "current": here == area}
            for label, endpoint, permission, area in NAVIGATION
            if viewer.may(permission)
        ],
        "account_label": viewer.name,
        "account_url": url_for("settings.account"),
        "search_url": url_for("patients.index") if viewer.may(Permission.SEE_PATIENTS) else "",
        "sign_out_url": url_for("security.logout"),
        "clinic_name": current_user.record.clinic_name if current_user.is_authenticated else "",
    }


def _asset_version(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            digest.update(path.name.encode())
            digest.update(str(path.stat().st_size).encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
