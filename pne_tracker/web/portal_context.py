"""What the portal's frame needs: tabs, the way to the other language, the clinic's name, text size."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import request, session, url_for
from flask_babel import format_date, get_locale
from flask_babel import gettext as _
from flask_security import current_user

from pne_tracker.domain.access import Role

LANGUAGES = (("en", "English"), ("es", "Español"))
LARGE = "large"
SIZE_KEY = "text_size"


def language() -> str:
    """The language of this page, "en" or "es"."""
    locale = get_locale()
    return "es" if locale is not None and locale.language == "es" else "en"


def full_date(day: dt.date) -> str:
    """A day with its year, as the portal writes days: "13 October 2026", "13 de octubre de 2026"."""
    return str(format_date(day, "d 'de' MMMM 'de' y" if language() == "es" else "d MMMM y"))


def portal_context() -> dict[str, Any]:
    """The context of every portal page."""
    return {
        "portal_tabs": portal_tabs() if current_user.record.role is Role.PATIENT else [],
        "languages": languages(),
        "account_url": url_for(
            "portal.settings" if current_user.record.role is Role.PATIENT else "settings.account"
        ),
        "home_url": url_for("home.index"),
        "clinic_name": current_user.record.clinic_name if current_user.is_authenticated else "",
        "text_size": session.get(SIZE_KEY, ""),
        "account_key": str(current_user.record.id) if current_user.is_authenticated else "",
        "installable": True,
    }


def portal_tabs() -> list[dict[str, Any]]:
    """The four tabs, with the one that holds this page marked."""
    here = request.endpoint or ""
    tabs = (
        (_("Today"), "portal.index", "house", {"portal.index", "portal.homework"}),
        (_("My path"), "portal.path", "route", {"portal.path", "portal.section"}),
        (_("Logs"), "portal.logs", "notebook-pen", {"portal.logs"}),
        (_("Messages"), "portal.messages", "message-square-text", {"portal.messages"}),
    )
    return [
        {"label": label, "url": url_for(endpoint), "icon": icon, "current": here in holds}
        for label, endpoint, icon, holds in tabs
    ]


def languages() -> list[dict[str, str]]:
    """The other language, changed by a POST that comes back to this page."""
    back = request.full_path.rstrip("?") if request.method == "GET" else url_for("home.index")
    return [
        {"code": code, "label": label, "post": url_for("portal.choose_language"), "back": back}
        for code, label in LANGUAGES
        if code != language()
    ]


def remember_size(size: str) -> None:
    """Keep the text size on this device: "large", or "" for the usual one."""
    session[SIZE_KEY] = LARGE if size == LARGE else ""


def local_path(target: str, fallback: str) -> str:
    """`target` when it is a path of the portal itself, else `fallback`: never another site."""
    safe = (
        target.startswith(("/portal", "/care", "/settings/account"))
        and "\\" not in target
        and target.isprintable()
    )
    return target if safe else fallback
