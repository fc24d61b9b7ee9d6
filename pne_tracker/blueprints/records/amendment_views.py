"""Corrections: the patient asks on the portal, therapists and leads answer. HTTP only."""

from __future__ import annotations

from uuid import UUID
from zoneinfo import ZoneInfo

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from pne_tracker.adapters import clock
from pne_tracker.blueprints.records.area import bp
from pne_tracker.db import transaction
from pne_tracker.domain.access import Permission
from pne_tracker.domain.amendments import LONGEST, SOON
from pne_tracker.domain.errors import BadInputError
from pne_tracker.queries.amendments import AmendmentLine
from pne_tracker.services import amendments
from pne_tracker.web.display import count_text, long_date
from pne_tracker.web.forms import Form
from pne_tracker.web.policies import requires, viewer
from pne_tracker.web.portal_context import full_date, portal_context


class AmendmentForm(Form):
    """What is wrong, and why."""

    what = TextAreaField(
        _l("What is wrong?"), [DataRequired(_l("Tell us what is wrong.")), Length(max=LONGEST)]
    )
    why = TextAreaField(
        _l("What should it say, and why?"),
        [DataRequired(_l("Tell us what it should say.")), Length(max=LONGEST)],
    )


@bp.get("/portal/corrections")
@requires(Permission.USE_PORTAL)
def corrections() -> ResponseReturnValue:
    """What the patient asked for, what was answered, and the form."""
    return _own(AmendmentForm())


@bp.post("/portal/corrections")
@requires(Permission.USE_PORTAL)
def ask_correction() -> ResponseReturnValue:
    """Ask for a correction."""
    form = AmendmentForm()
    if not form.validate():
        return _own(form, 422)
    with transaction(viewer()) as session:
        amendments.ask(session, viewer(), form.what.data.strip(), form.why.data.strip(), now=clock.now())
    flash("correction", "draft-sent")
    flash(_("We have it. You will read our answer here."), "good")
    return redirect(url_for("records.corrections"), 303)


def _own(form: AmendmentForm, status: int = 200) -> ResponseReturnValue:
    with transaction(viewer()) as session:
        found = amendments.open_amendments(session, viewer(), now=clock.now())
    rows = [
        {
            "what": one.what,
            "open": one.answer is None,
            "accepted": one.answer == "accepted",
            "due": full_date(one.due_on),
            "words": one.words,
        }
        for one in found
    ]
    page = render_template("portal/corrections.html", form=form, rows=rows, **portal_context())
    return make_response(page, status)


@bp.get("/corrections")
@requires(Permission.ANSWER_AMENDMENTS)
def asked() -> ResponseReturnValue:
    """What patients asked for, the next deadline first."""
    return _asked()


@bp.post("/corrections/<uuid:amendment_id>")
@requires(Permission.ANSWER_AMENDMENTS)
def answer(amendment_id: UUID) -> ResponseReturnValue:
    """Accept or decline; the patient reads it at once."""
    addendum = request.form.get("addendum", type=UUID)
    try:
        with transaction(viewer()) as session:
            amendments.answer(
                session,
                viewer(),
                amendment_id,
                said=request.form.get("answer", ""),
                words=request.form.get("words", ""),
                addendum_id=addendum,
                now=clock.now(),
            )
    except BadInputError as error:
        return _asked(amendment_id, error)
    flash("Answered. The patient reads it under Settings, Corrections.", "good")
    return redirect(url_for("records.asked"), 303)


def _asked(wrong: UUID | None = None, error: BadInputError | None = None) -> ResponseReturnValue:
    with transaction(viewer()) as session:
        found = amendments.open_amendments(session, viewer(), now=clock.now())
    rows = [_row(one, error if one.id == wrong else None) for one in found]
    waiting = [row for row in rows if not row["answer"]]
    page = render_template(
        "records/corrections.html", waiting=waiting, answered=[row for row in rows if row["answer"]]
    )
    return make_response(page, 422 if error else 200)


def _row(one: AmendmentLine, error: BadInputError | None) -> dict[str, object]:
    left = (one.due_on - clock.today(viewer().timezone)).days
    zone = ZoneInfo(viewer().timezone)
    return {
        "line": one,
        "key": str(one.id),
        "url": url_for("patients.show", patient_id=one.patient_id),
        "asked": long_date(one.asked_at.astimezone(zone).date(), year=True),
        "due": long_date(one.due_on, year=True),
        "left": f"{count_text(left, 'day', 'days')} left" if left >= 0 else "past its deadline",
        "level": "stop" if left < 0 else "warn" if left <= SOON else "",
        "answer": one.answer.value if one.answer else "",
        "answered": long_date(one.answered_at.astimezone(zone).date(), year=True) if one.answered_at else "",
        "addenda": [
            (str(key), f"Addendum of {long_date(at.astimezone(zone).date(), year=True)}")
            for key, at in one.addenda
        ],
        "addendum": f"addendum to the visit of {long_date(one.addendum_of, year=True)}"
        if one.addendum_of
        else "",
        "typed": request.form if error else {},
        "errors": {error.at: error.message} if error else {},
    }
