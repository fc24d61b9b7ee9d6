"""Visits: started, written, signed, corrected. HTTP only."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pne_tracker.adapters import clock
from pne_tracker.blueprints.visits import desk, forms, lists
from pne_tracker.blueprints.visits.desk import At
from pne_tracker.blueprints.visits.signed_view import SignedView
from pne_tracker.blueprints.visits.viewmodels import TEACH_BACK, EditView
from pne_tracker.blueprints.visits.words import record_url
from pne_tracker.db import transaction
from pne_tracker.domain.access import Permission
from pne_tracker.domain.errors import BadInputError, ConflictError, RefusedError
from pne_tracker.queries.visits import SignedPage
from pne_tracker.services import visits
from pne_tracker.services.signing import NotReadyError
from pne_tracker.services.visit_reading import list_visits, read_visit
from pne_tracker.web.policies import requires, viewer

bp = Blueprint("visits", __name__, url_prefix="/visits")


def _at() -> At:
    return At(clock.now(), clock.today(viewer().timezone))


@bp.get("")
@requires(Permission.DOCUMENT_VISITS)
def index() -> ResponseReturnValue:
    """My open drafts, and visits of the patients I treat."""
    asked = lists.asked(request.args)
    with transaction(viewer()) as session:
        drafts, found = list_visits(
            session,
            viewer(),
            status=asked.status,
            mine=asked.mine,
            since=asked.since,
            after=asked.after,
            now=clock.now(),
        )
    return render_template("visits/index.html", view=lists.list_view(asked, drafts, found))


@bp.post("")
@requires(Permission.DOCUMENT_VISITS)
def start() -> ResponseReturnValue:
    """Start a visit of an episode, or go on with the open draft."""
    at = _at()
    asked = lists.start_asked(request.form)
    with transaction(viewer()) as session:
        visit = visits.start_visit(
            session,
            viewer(),
            asked.episode_id,
            on_date=at.today,
            now=at.now,
            from_plan=asked.from_plan,
            plan_minutes=asked.plan_minutes,
            section=asked.section,
            reason=asked.reason,
        )
        visit_id = visit.id
    return redirect(url_for(".show", visit_id=visit_id), 303)


@bp.get("/<uuid:visit_id>")
@requires(Permission.DOCUMENT_VISITS, glass=True)
def show(visit_id: UUID) -> ResponseReturnValue:
    """The visit: to write on while it is a draft, to read once it is signed."""
    at = _at()
    with transaction(viewer()) as session:
        page = read_visit(session, viewer(), visit_id, today=at.today, now=at.now)
    if isinstance(page, SignedPage):
        return _signed(page)
    return _edit(desk.opened(viewer(), page))


def _edit(view: EditView, status: int = 200) -> ResponseReturnValue:
    return render_template("visits/edit.html", view=view, teach_back=TEACH_BACK), status


def _signed(page: SignedPage, status: int = 200, **typed: object) -> ResponseReturnValue:
    view = SignedView(page, viewer().timezone, viewer().may(Permission.SIGN_VISITS), **typed)  # type: ignore[arg-type]
    return render_template("visits/signed.html", view=view), status


@bp.post("/<uuid:visit_id>")
@requires(Permission.DOCUMENT_VISITS)
def save(visit_id: UUID) -> ResponseReturnValue:
    """Save what is typed, then do what the pressed button says."""
    at = _at()
    form = forms.typed(request.form)
    try:
        with transaction(viewer()) as session:
            form = desk.with_button(session, form, request.form, at)
            done = desk.press(session, viewer(), visit_id, form, request.form, at)
    except (BadInputError, NotReadyError) as error:
        return _edit(desk.refused(viewer(), visit_id, form, error, at), 422)
    except ConflictError as error:
        return _edit(desk.stale(viewer(), visit_id, form, error, at), 409)
    if done.said:
        flash(done.said, "good")
    where = record_url(done.patient_id) if done.close else url_for(".show", visit_id=visit_id)
    return redirect(f"{where}{done.anchor}", 303)


@bp.post("/<uuid:visit_id>/preview")
@requires(Permission.DOCUMENT_VISITS)
def preview(visit_id: UUID) -> ResponseReturnValue:
    """Autosave: the parts of the page that follow from what is typed."""
    at = _at()
    form = forms.typed(request.form)
    try:
        with transaction(viewer()) as session:
            desk.save(session, viewer(), visit_id, form, at)
    except BadInputError as error:
        view = desk.refused(viewer(), visit_id, form, error, at)
        return render_template("visits/_live.html", view=view), 422
    except (ConflictError, RefusedError) as error:
        return render_template("visits/_stopped.html", message=error.message, visit_id=visit_id), 409
    view = desk.saved(viewer(), visit_id, form, at)
    return render_template("visits/_live.html", view=view)


@bp.post("/<uuid:visit_id>/addenda")
@requires(Permission.DOCUMENT_VISITS)
def add_addendum(visit_id: UUID) -> ResponseReturnValue:
    """Words added to a signed visit."""
    text = request.form.get("text", "")
    try:
        with transaction(viewer()) as session:
            visits.add_addendum(session, viewer(), visit_id, text, now=clock.now())
    except BadInputError as error:
        return _again(visit_id, error, text=text)
    flash("Addendum kept", "good")
    return redirect(url_for(".show", visit_id=visit_id, _anchor="addenda"), 303)


@bp.post("/<uuid:visit_id>/withdraw")
@requires(Permission.SIGN_VISITS)
def withdraw(visit_id: UUID) -> ResponseReturnValue:
    """A signed visit was entered in error."""
    reason = request.form.get("reason", "")
    try:
        with transaction(viewer()) as session:
            visits.withdraw_visit(session, viewer(), visit_id, reason, now=clock.now())
    except BadInputError as error:
        return _again(visit_id, error, reason=reason)
    flash("Visit marked as entered in error", "good")
    return redirect(url_for(".show", visit_id=visit_id), 303)


def _again(visit_id: UUID, error: BadInputError, **typed: str) -> ResponseReturnValue:
    at = _at()
    with transaction(viewer()) as session:
        page = read_visit(session, viewer(), visit_id, today=at.today, now=at.now)
    if not isinstance(page, SignedPage):
        raise error
    return _signed(page, 422, errors=((error.at, error.message),), **typed)
