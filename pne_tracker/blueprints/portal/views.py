"""Today, the path, logs, messages and settings of the portal."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _

from pne_tracker.adapters import clock
from pne_tracker.blueprints.portal import (
    barrier_views,
    caregiver_views,
    homework_views,
    install_views,
    kind_views,
    message_views,
    received_views,
    reminder_views,
    welcome_views,
)
from pne_tracker.blueprints.portal.area import bp
from pne_tracker.blueprints.portal.log_models import logs_model
from pne_tracker.blueprints.portal.received_views import received_question
from pne_tracker.blueprints.portal.viewmodels import path_model, section_model, today_model, with_question
from pne_tracker.db import looking, transaction
from pne_tracker.domain.access import Permission, Role
from pne_tracker.domain.curriculum import HomeworkKind
from pne_tracker.queries.own_logs import own_logs
from pne_tracker.services import accounts
from pne_tracker.services.portal_reading import open_record, open_section, question_of
from pne_tracker.web.identity import current_theme
from pne_tracker.web.policies import requires, viewer
from pne_tracker.web.portal_context import LANGUAGES, language, local_path, remember_size
from pne_tracker.web.recall_card import recall_task

__all__ = [
    "barrier_views",
    "bp",
    "caregiver_views",
    "homework_views",
    "install_views",
    "kind_views",
    "message_views",
    "received_views",
    "reminder_views",
    "welcome_views",
]

THEMES = ("light", "dark")


@bp.get("/portal")
@requires(Permission.USE_PORTAL)
def index() -> ResponseReturnValue:
    """What to do today, and what the therapist said."""
    with looking(viewer()) as session:
        record = open_record(session, viewer(), "today", now=clock.now())
        page = today_model(record)
        due = question_of(session, record) if page.has_room else None
        asked = record.place.is_asked(record.today)
    return render_template(
        "portal/today.html",
        page=with_question(page, recall_task(due)),
        received=received_question() if asked else None,
    )


@bp.get("/portal/path")
@requires(Permission.USE_PORTAL)
def path() -> ResponseReturnValue:
    """The sections as a path in plain words."""
    with looking(viewer()) as session:
        record = open_record(session, viewer(), "path", now=clock.now())
    return render_template("portal/path.html", page=path_model(record))


@bp.get("/portal/path/<int:number>")
@requires(Permission.USE_PORTAL)
def section(number: int) -> ResponseReturnValue:
    """One section: its story once it was taught."""
    with looking(viewer()) as session:
        page = open_section(session, viewer(), number, now=clock.now())
    return render_template("portal/section.html", page=section_model(page))


@bp.get("/portal/logs")
@requires(Permission.USE_PORTAL)
def logs() -> ResponseReturnValue:
    """The week of sleep, and everything written."""
    with looking(viewer()) as session:
        record = open_record(session, viewer(), "logs", now=clock.now())
        flares = own_logs(session, viewer(), record.place.patient_id, HomeworkKind.FLARE_LOG)
    return render_template("portal/logs.html", page=logs_model(record, flares))


@bp.get("/portal/settings")
@requires(Permission.USE_PORTAL)
def settings() -> ResponseReturnValue:
    """Language, light or dark, text size, sign out."""
    return render_template("portal/settings.html", all_languages=LANGUAGES, chosen=language())


@bp.post("/portal/settings")
@requires(Permission.USE_PORTAL)
def change_settings() -> ResponseReturnValue:
    """Keep how the pages look: the theme with the account, the text size on this device."""
    theme = request.form.get("theme", "")
    with transaction(viewer()) as session:
        accounts.choose_display(
            session, viewer(), theme=theme if theme in THEMES else None, language=viewer().language
        )
    remember_size(request.form.get("size", ""))
    flash(_("Saved."), "good")
    return redirect(url_for("portal.settings"), 303)


@bp.post("/portal/language")
@requires(Permission.OWN_ACCOUNT)
def choose_language() -> ResponseReturnValue:
    """Change the language, and go back to the page it was asked from. Caregivers have it on their page too."""
    wanted = request.form.get("language", "")
    start = url_for("portal.index" if viewer().role is Role.PATIENT else "home.index")
    back = local_path(request.form.get("back", ""), start)
    if wanted in dict(LANGUAGES):
        with transaction(viewer()) as session:
            accounts.choose_display(session, viewer(), theme=current_theme(), language=wanted)
        with force_locale(wanted):
            flash(_("This app now speaks English."), "good")
    return redirect(back, 303)
