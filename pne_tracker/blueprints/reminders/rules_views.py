"""A clinic's rules: looked at in both languages before they are saved. HTTP only."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pne_tracker.adapters import clock
from pne_tracker.blueprints.reminders.area import bp
from pne_tracker.blueprints.reminders.rules_models import RulesModel, previews, read_rules, rule_rows
from pne_tracker.blueprints.reminders.words import MESSAGE_WORDS
from pne_tracker.db import transaction
from pne_tracker.domain.access import Permission
from pne_tracker.domain.errors import BadInputError
from pne_tracker.domain.reminders.rules import checked
from pne_tracker.services.reminders import clinic_rules
from pne_tracker.web.policies import requires, viewer

SAVED = "The rules are saved. They hold for reminders planned from now on."


@bp.get("/reminders/rules")
@requires(Permission.MANAGE_REMINDERS)
def all_rules() -> ResponseReturnValue:
    """The clinics, each with its rules."""
    with transaction(viewer()) as session:
        clinics = clinic_rules.clinics_with_rules(session, viewer())
    return render_template("reminders/clinics.html", clinics=clinics)


@bp.get("/reminders/rules/<uuid:clinic_id>")
@requires(Permission.MANAGE_REMINDERS)
def rules(clinic_id: UUID) -> ResponseReturnValue:
    """The rules as they hold now, and who changed them."""
    with transaction(viewer()) as session:
        found = clinic_rules.open_rules(session, viewer(), clinic_id)
    return _page(found, clinic_id, rule_rows(found.rules))


@bp.post("/reminders/rules/<uuid:clinic_id>")
@requires(Permission.MANAGE_REMINDERS)
def change_rules(clinic_id: UUID) -> ResponseReturnValue:
    """Show what the rules would send, in both languages; save what was looked at."""
    with transaction(viewer()) as session:
        found = clinic_rules.open_rules(session, viewer(), clinic_id)
    rows = rule_rows(found.rules, request.form)
    try:
        wanted = checked(read_rules(request.form), paused=found.rules.paused)
    except BadInputError as error:
        return _page(found, clinic_id, rows, error=error), 422
    if request.form.get("do") != "save":
        shown = previews(wanted, found.words, found.name, clock.today(found.zone), found.zone)
        return _page(found, clinic_id, rows, shown)
    with transaction(viewer()) as session:
        changed = clinic_rules.save_rules(session, viewer(), clinic_id, wanted, now=clock.now())
    flash(SAVED if changed else "Nothing was changed.", "good")
    return redirect(url_for(".rules", clinic_id=clinic_id), 303)


def _page(
    found: clinic_rules.ClinicRules,
    clinic_id: UUID,
    rows: list[dict[str, Any]],
    shown: list[dict[str, Any]] | None = None,
    error: BadInputError | None = None,
) -> str:
    page = RulesModel(found, rows, shown or [], error.message if error else "")
    return render_template(
        "reminders/rules.html",
        page=page,
        clinic_id=clinic_id,
        messages=MESSAGE_WORDS,
        errors={error.at: error.message} if error else {},
    )


@bp.post("/reminders/rules/<uuid:clinic_id>/pause")
@requires(Permission.MANAGE_REMINDERS)
def pause_clinic(clinic_id: UUID) -> ResponseReturnValue:
    """Stop every reminder of the clinic, or let them go out again."""
    paused = request.form.get("do") == "pause"
    with transaction(viewer()) as session:
        clinic_rules.pause_clinic(session, viewer(), clinic_id, paused=paused, now=clock.now())
    flash("All reminders of the clinic are paused." if paused else "Reminders go out again.", "good")
    return redirect(url_for(".rules", clinic_id=clinic_id), 303)


@bp.post("/reminders/rules/<uuid:clinic_id>/test")
@requires(Permission.MANAGE_REMINDERS)
def send_test(clinic_id: UUID) -> ResponseReturnValue:
    """A test message to the own mail address."""
    language = request.form.get("language", "en")
    with transaction(viewer()) as session:
        clinic_rules.send_test(session, viewer(), clinic_id, language, now=clock.now())
    flash("A test message is on its way to your own mail address.", "good")
    return redirect(url_for(".rules", clinic_id=clinic_id), 303)
