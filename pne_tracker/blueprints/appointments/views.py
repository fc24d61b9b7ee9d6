"""Appointments: booked for an episode, moved, called off. HTTP only."""

from __future__ import annotations

from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from pne_tracker.adapters import clock
from pne_tracker.blueprints.appointments.forms import AppointmentForm, CancelForm
from pne_tracker.db import transaction
from pne_tracker.domain.access import Permission
from pne_tracker.queries.appointments import AppointmentLine, BookingPlace
from pne_tracker.services import appointments
from pne_tracker.web.display import appointment_words
from pne_tracker.web.forms import refusal
from pne_tracker.web.policies import requires, viewer

bp = Blueprint("appointments", __name__, url_prefix="/appointments")


@bp.route("/of/<uuid:episode_id>", methods=["GET", "POST"])
@requires(Permission.EDIT_PATIENTS)
def book(episode_id: UUID) -> ResponseReturnValue:
    """Book one for an episode."""
    now = clock.now()
    with transaction(viewer()) as session:
        place = appointments.open_booking(session, viewer(), episode_id, now=now)
    form = AppointmentForm()
    _offer(form, place)
    if not form.is_submitted():
        form.minutes.data, form.therapist_id.data = place.minutes, place.therapist_id
        return render_template("appointments/book.html", form=form, place=place)

    def keep() -> None:
        with transaction(viewer()) as session:
            appointments.book_appointment(
                session,
                viewer(),
                episode_id,
                form.slot(place.zone),
                therapist_id=form.therapist_id.data,
                now=now,
            )

    status = refusal(form, keep)
    if status:
        return render_template("appointments/book.html", form=form, place=place), status
    flash("The appointment is booked.", "good")
    return redirect(_record(place.patient_id, episode_id), 303)


@bp.get("/<uuid:appointment_id>")
@requires(Permission.EDIT_PATIENTS)
def show(appointment_id: UUID) -> ResponseReturnValue:
    """One appointment, to move or to call off."""
    line, place = _opened(appointment_id)
    form = AppointmentForm(formdata=None, version=str(line.version))
    _offer(form, place)
    start = line.starts_at.astimezone(ZoneInfo(place.zone))
    form.on_date.data, form.clock.data = start.date(), f"{start:%H:%M}"
    form.minutes.data, form.therapist_id.data = line.minutes, line.therapist_id
    return _page(line, place, form, CancelForm(formdata=None, version=str(line.version)))


@bp.post("/<uuid:appointment_id>/move")
@requires(Permission.EDIT_PATIENTS)
def move(appointment_id: UUID) -> ResponseReturnValue:
    """Another time, length or clinician."""
    line, place = _opened(appointment_id)
    form = AppointmentForm()
    _offer(form, place)

    def keep() -> None:
        with transaction(viewer()) as session:
            appointments.move_appointment(
                session,
                viewer(),
                appointment_id,
                form.slot(place.zone),
                therapist_id=form.therapist_id.data,
                version=_version(form.version.data),
                now=clock.now(),
            )

    status = refusal(form, keep)
    if status:
        return _page(line, place, form, CancelForm(formdata=None, version=str(line.version)), status)
    flash("The appointment is moved.", "good")
    return redirect(_record(line.patient_id, line.episode_id), 303)


@bp.post("/<uuid:appointment_id>/cancel")
@requires(Permission.EDIT_PATIENTS)
def cancel(appointment_id: UUID) -> ResponseReturnValue:
    """Call it off, with the reason."""
    line, place = _opened(appointment_id)
    form = CancelForm()

    def keep() -> None:
        with transaction(viewer()) as session:
            appointments.cancel_appointment(
                session,
                viewer(),
                appointment_id,
                form.reason.data,
                version=_version(form.version.data),
                now=clock.now(),
            )

    status = refusal(form, keep)
    if status:
        moved = AppointmentForm(formdata=None, version=str(line.version))
        _offer(moved, place)
        return _page(line, place, moved, form, status)
    flash("The appointment is called off.", "good")
    return redirect(url_for(".show", appointment_id=appointment_id), 303)


@bp.post("/<uuid:appointment_id>/restore")
@requires(Permission.EDIT_PATIENTS)
def restore(appointment_id: UUID) -> ResponseReturnValue:
    """Book one again that was called off."""
    with transaction(viewer()) as session:
        appointments.restore_appointment(session, viewer(), appointment_id, now=clock.now())
    flash("The appointment is booked again.", "good")
    return redirect(url_for(".show", appointment_id=appointment_id), 303)


def _opened(appointment_id: UUID) -> tuple[AppointmentLine, BookingPlace]:
    with transaction(viewer()) as session:
        return appointments.open_appointment(session, viewer(), appointment_id, now=clock.now())


def _page(
    line: AppointmentLine,
    place: BookingPlace,
    form: AppointmentForm,
    cancel_form: CancelForm,
    status: int = 200,
) -> ResponseReturnValue:
    when = appointment_words(line.starts_at, line.minutes, place.zone)
    body = render_template(
        "appointments/show.html", line=line, place=place, form=form, cancel_form=cancel_form, when=when
    )
    return body, status


def _offer(form: AppointmentForm, place: BookingPlace) -> None:
    form.therapist_id.choices = list(place.therapists)


def _record(patient_id: UUID, episode_id: UUID) -> str:
    return url_for("patients.show", patient_id=patient_id, episode=episode_id, _anchor="appointments")


def _version(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else 0
