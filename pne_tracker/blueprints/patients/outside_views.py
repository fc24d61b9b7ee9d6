"""Opening a record outside the care team: the page that asks for it, and the lead's list of what was opened."""

from __future__ import annotations

from uuid import UUID

from flask import flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import RadioField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from pne_tracker.adapters import clock
from pne_tracker.blueprints.patients.area import bp
from pne_tracker.blueprints.patients.forms import at_most
from pne_tracker.blueprints.patients.outside_models import REASONS, opening_rows
from pne_tracker.db import transaction
from pne_tracker.domain.access import Permission
from pne_tracker.domain.break_glass import LONGEST, MOST_MISSES, Identifiers
from pne_tracker.domain.door import ASKED_JUST_NOW
from pne_tracker.domain.errors import BadInputError
from pne_tracker.services import break_glass
from pne_tracker.web.fields import DayField, TrimmedField
from pne_tracker.web.forms import Form
from pne_tracker.web.policies import requires, viewer
from pne_tracker.web.sign_in import TOO_MANY, give_back_tries, take_try

KIND = "glass"


class OutsideForm(Form):
    """Whom, and why."""

    mrn = TrimmedField("Medical record number", validators=[at_most(80)])
    name = TrimmedField("Full name", validators=[at_most(400)])
    birth_date = DayField("Birth date", validators=[Optional()])
    reason = RadioField(
        "Why you need it",
        choices=[SelectChoice(code, words) for code, words in REASONS.items()],
        validators=[InputRequired("Choose why you need this record.")],
    )
    words = TextAreaField(
        "What happened",
        [
            InputRequired("Write in a few words what happened."),
            Length(max=LONGEST, message=f"Shorten this to {LONGEST} characters."),
        ],
    )


@bp.get("/outside")
@requires(Permission.BREAK_GLASS, fresh=True, within=ASKED_JUST_NOW)
def outside() -> ResponseReturnValue:
    """Ask for the record of somebody whom another care team treats."""
    return _page(OutsideForm())


@bp.post("/outside")
@requires(Permission.BREAK_GLASS, fresh=True, within=ASKED_JUST_NOW)
def open_outside() -> ResponseReturnValue:
    """Open it for an hour; whoever names nobody ten times waits a quarter of an hour."""
    form = OutsideForm()
    if not form.validate():
        return _page(form, 422)
    me = str(viewer().account_id)
    if not take_try(me, KIND, MOST_MISSES):
        form.form_errors = [TOO_MANY]
        return _page(form, 429)
    known = Identifiers(form.mrn.data, form.name.data, form.birth_date.data)
    try:
        with transaction(viewer()) as session:
            patient_id = break_glass.open_outside(
                session, viewer(), known, reason=form.reason.data, words=form.words.data, now=clock.now()
            )
    except BadInputError as error:
        form.refuse(error)
        return _page(form, 422)
    give_back_tries(me, KIND)
    return redirect(url_for("patients.show", patient_id=patient_id), 303)


def _page(form: OutsideForm, status: int = 200) -> ResponseReturnValue:
    return make_response(render_template("patients/outside.html", form=form), status)


@bp.get("/outside/opened")
@requires(Permission.STEER_CARE)
def opened() -> ResponseReturnValue:
    """Every record of the lead's clinics that was opened outside the care team."""
    with transaction(viewer()) as session:
        found = break_glass.open_openings(session, viewer(), now=clock.now())
    return render_template("patients/opened.html", rows=opening_rows(found, viewer().timezone))


@bp.post("/outside/opened/<uuid:break_glass_id>")
@requires(Permission.STEER_CARE)
def see(break_glass_id: UUID) -> ResponseReturnValue:
    """The lead has looked at it."""
    with transaction(viewer()) as session:
        break_glass.see(session, viewer(), break_glass_id, now=clock.now())
    flash("Kept as seen.", "good")
    return redirect(url_for("patients.opened"), 303)
