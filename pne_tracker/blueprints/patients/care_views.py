"""The care page of an episode: progress reports recorded, amounts allowed elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms.validators import InputRequired

from pne_tracker.adapters import clock
from pne_tracker.blueprints.patients.area import bp, refusal
from pne_tracker.blueprints.patients.care_models import care_view
from pne_tracker.db import transaction
from pne_tracker.domain.access import Permission
from pne_tracker.domain.billing.money import cents
from pne_tracker.services import episode_care, patient_reading
from pne_tracker.web.fields import DayField, TrimmedField, WholeField
from pne_tracker.web.forms import Form
from pne_tracker.web.policies import requires, viewer


class ReportForm(Form):
    """The day on which a progress report was written."""

    on_date = DayField("Day of the report", validators=[InputRequired("Write the day of the report.")])


class YearForm(Form):
    """What was allowed at other practices in a calendar year."""

    year = WholeField("Year", validators=[InputRequired("Write the year.")])
    amount = TrimmedField(
        "Allowed there so far", validators=[InputRequired("Write the amount, like 640.00.")]
    )


@bp.get("/episodes/<uuid:episode_id>/care")
@requires(Permission.EDIT_PATIENTS)
def care(episode_id: UUID) -> ResponseReturnValue:
    """Reports and amounts of an episode."""
    return _page(episode_id, *_empty())


@bp.post("/episodes/<uuid:episode_id>/progress-report")
@requires(Permission.EDIT_PATIENTS)
def record_report(episode_id: UUID) -> ResponseReturnValue:
    """A progress report was written."""
    _, year = _empty()
    form = ReportForm()

    def keep() -> None:
        with transaction(viewer()) as session:
            episode_care.record_progress_report(
                session,
                viewer(),
                episode_id,
                form.on_date.data,
                today=clock.today(viewer().timezone),
                now=clock.now(),
            )

    return _answer(
        episode_id, form, keep, "The report is recorded, and the count begins again.", (form, year)
    )


@bp.post("/episodes/<uuid:episode_id>/allowed-elsewhere")
@requires(Permission.EDIT_PATIENTS)
def record_allowed(episode_id: UUID) -> ResponseReturnValue:
    """An amount from elsewhere."""
    report, _ = _empty()
    form = YearForm()

    def keep() -> None:
        with transaction(viewer()) as session:
            episode_care.record_allowed_elsewhere(
                session,
                viewer(),
                episode_id,
                form.year.data,
                cents(form.amount.data, at="amount"),
                today=clock.today(viewer().timezone),
                now=clock.now(),
            )

    return _answer(episode_id, form, keep, "The amount is kept.", (report, form))


def _empty() -> tuple[ReportForm, YearForm]:
    today = clock.today(viewer().timezone)
    return ReportForm(formdata=None, on_date=today), YearForm(formdata=None, year=today.year)


def _answer(
    episode_id: UUID, form: Form, keep: Callable[[], None], said: str, forms: tuple[ReportForm, YearForm]
) -> ResponseReturnValue:
    status = refusal(form, keep)
    if status:
        return _page(episode_id, *forms, status)
    flash(said, "good")
    return redirect(url_for(".care", episode_id=episode_id), 303)


def _page(episode_id: UUID, report: ReportForm, year: YearForm, status: int = 200) -> ResponseReturnValue:
    today, now = clock.today(viewer().timezone), clock.now()
    with transaction(viewer()) as session:
        head, found = patient_reading.open_care(session, viewer(), episode_id, today=today, now=now)
    view = care_view(found, episode_id, viewer().timezone)
    return render_template("patients/care.html", head=head, view=view, report=report, year=year), status
