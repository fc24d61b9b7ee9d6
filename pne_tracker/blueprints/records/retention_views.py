"""Retention, holds and deletions as leads see them: the period, what is past it, and one patient's record."""

from __future__ import annotations

from uuid import UUID

from flask import flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import IntegerField, RadioField, TextAreaField
from wtforms.validators import InputRequired, Length

from pne_tracker.adapters import clock
from pne_tracker.blueprints.records.area import bp
from pne_tracker.blueprints.records.retention_models import REASONS, STAYS, day_text, deletion_line, goes
from pne_tracker.db import transaction
from pne_tracker.domain.access import Permission
from pne_tracker.domain.retention import LONGEST
from pne_tracker.services import deletions, retention
from pne_tracker.web.display import long_date
from pne_tracker.web.forms import Form, refusal
from pne_tracker.web.policies import requires, viewer


class YearsForm(Form):
    """The period."""

    years = IntegerField("Years after the last care", [InputRequired("Write a whole number of years.")])


class HoldForm(Form):
    """Why a record has to be kept."""

    why = TextAreaField(
        "Why it has to be kept",
        [InputRequired("Write why the record has to be kept."), Length(max=LONGEST)],
    )


class AskForm(Form):
    """Why a record goes."""

    reason = RadioField("Why it goes", [InputRequired("Choose why the record goes.")], choices=REASONS)


@bp.get("/retention")
@requires(Permission.KEEP_RECORDS)
def retention_page() -> ResponseReturnValue:
    """The period, what is past it, what is held, what was asked and done."""
    return _records(None)


@bp.post("/retention")
@requires(Permission.KEEP_RECORDS, fresh=True)
def set_retention() -> ResponseReturnValue:
    """Choose the period."""
    form = YearsForm()

    def keep() -> None:
        with transaction(viewer()) as session:
            retention.set_years(session, viewer(), form.years.data, now=clock.now())

    if refusal(form, keep):
        return make_response(_records(form), 422)
    flash("The period is kept.", "good")
    return redirect(url_for("records.retention_page"), 303)


def _records(form: YearsForm | None) -> str:
    zone = viewer().timezone
    with transaction(viewer()) as session:
        found = retention.open_records(session, viewer(), now=clock.now(), today=clock.today(zone))
    return render_template(
        "records/retention.html",
        form=form or YearsForm(years=found.years),
        over=[(one, long_date(one.last_on, year=True)) for one in found.over],
        held=[(one, day_text(one.since, zone)) for one in found.held],
        deletions=[deletion_line(one, zone) for one in found.deletions],
    )


@bp.get("/patients/<uuid:patient_id>/deletion")
@requires(Permission.KEEP_RECORDS)
def keeping(patient_id: UUID) -> ResponseReturnValue:
    """One record: until when it is kept, whether it is held, what would go."""
    return _keeping(patient_id, AskForm(), HoldForm())


@bp.post("/patients/<uuid:patient_id>/deletion")
@requires(Permission.KEEP_RECORDS, fresh=True)
def ask_deletion(patient_id: UUID) -> ResponseReturnValue:
    """Ask that the record be deleted."""
    form = AskForm()

    def ask() -> None:
        today = clock.today(viewer().timezone)
        with transaction(viewer()) as session:
            deletions.ask(session, viewer(), patient_id, form.reason.data, now=clock.now(), today=today)

    if refusal(form, ask):
        return make_response(_keeping(patient_id, form, HoldForm(formdata=None)), 422)
    flash("Asked. Tell an administrator the record number; nothing is deleted before.", "good")
    return redirect(url_for("records.keeping", patient_id=patient_id), 303)


@bp.post("/deletions/<uuid:deletion_id>/withdraw")
@requires(Permission.KEEP_RECORDS)
def withdraw_deletion(deletion_id: UUID) -> ResponseReturnValue:
    """Take back what was asked."""
    with transaction(viewer()) as session:
        patient_id = deletions.withdraw(session, viewer(), deletion_id, now=clock.now())
    flash("Withdrawn. The record stays.", "good")
    return redirect(url_for("records.keeping", patient_id=patient_id), 303)


@bp.post("/patients/<uuid:patient_id>/hold")
@requires(Permission.KEEP_RECORDS)
def set_hold(patient_id: UUID) -> ResponseReturnValue:
    """Forbid the deletion."""
    form = HoldForm()

    def hold() -> None:
        with transaction(viewer()) as session:
            retention.hold(session, viewer(), patient_id, form.why.data, now=clock.now())

    if refusal(form, hold):
        return make_response(_keeping(patient_id, AskForm(formdata=None), form), 422)
    flash("The hold stands. Nobody can delete the record.", "good")
    return redirect(url_for("records.keeping", patient_id=patient_id), 303)


@bp.post("/patients/<uuid:patient_id>/hold/lift")
@requires(Permission.KEEP_RECORDS, fresh=True)
def lift_hold(patient_id: UUID) -> ResponseReturnValue:
    """End the hold."""
    with transaction(viewer()) as session:
        retention.lift(session, viewer(), patient_id, now=clock.now())
    flash("The hold is lifted.", "good")
    return redirect(url_for("records.keeping", patient_id=patient_id), 303)


def _keeping(patient_id: UUID, ask: AskForm, hold: HoldForm) -> str:
    zone = viewer().timezone
    with transaction(viewer()) as session:
        found = retention.open_record(session, viewer(), patient_id, now=clock.now())
    held = found.facts.held
    return render_template(
        "records/keeping.html",
        patient_id=patient_id,
        name=found.name,
        years=found.years,
        last=long_date(found.facts.last_on, year=True),
        until=long_date(found.facts.until, year=True),
        running=found.facts.running,
        held=held and (held.reason, day_text(held.set_at, zone), found.held_by),
        asked=found.asked and deletion_line(found.asked, zone),
        goes=goes(found.counts),
        stays=STAYS,
        ask=ask,
        hold=hold,
    )
