"""Letting somebody look: the patient's list, the invitation, and the page of who looks."""

from __future__ import annotations

import secrets
from uuid import UUID

from flask import flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_security import hash_password

from pne_tracker.adapters import clock
from pne_tracker.adapters.qr import qr_code
from pne_tracker.blueprints.portal.area import bp
from pne_tracker.blueprints.portal.care_models import care_model, reader_row
from pne_tracker.blueprints.portal.caregiver_forms import AcceptForm, CaregiverForm
from pne_tracker.db import UNSCOPED, reading, transaction
from pne_tracker.domain.access import Permission
from pne_tracker.domain.door import hash_of
from pne_tracker.domain.errors import BadInputError
from pne_tracker.queries.caregivers import caregivers_of
from pne_tracker.services import caregivers
from pne_tracker.services.portal_reading import open_own_readers
from pne_tracker.web.places import mailed_url
from pne_tracker.web.policies import requires, viewer
from pne_tracker.web.portal_context import language
from pne_tracker.web.sessions import admit
from pne_tracker.web.sign_in import store


@bp.get("/portal/people")
@requires(Permission.USE_PORTAL)
def people() -> ResponseReturnValue:
    """Who may look, and the form that lets one more."""
    return _people(CaregiverForm())


@bp.post("/portal/people")
@requires(Permission.USE_PORTAL)
def invite_person() -> ResponseReturnValue:
    """Let somebody look; the link is shown once and sent by mail."""
    form, token = CaregiverForm(), secrets.token_urlsafe(32)
    if not form.validate():
        return _people(form, 422)
    path = url_for("portal.join", token=token)
    with transaction(viewer()) as session:
        caregivers.give_access(
            session,
            viewer(),
            name=form.name.data,
            email=form.email.data or "",
            sees_tasks="tasks" in form.sees.data,
            sees_path="path" in form.sees.data,
            token=token,
            link=mailed_url(path),
            now=clock.now(),
        )
    link = mailed_url(path) or url_for("portal.join", token=token, _external=True)
    return render_template("portal/person_invited.html", name=form.name.data, link=link, code=qr_code(link))


@bp.post("/portal/people/<uuid:access_id>/end")
@requires(Permission.USE_PORTAL)
def end_access(access_id: UUID) -> ResponseReturnValue:
    """Take it back: the next page this person asks for is not there."""
    with transaction(viewer()) as session:
        name = caregivers.take_back(session, viewer(), access_id, now=clock.now())
    flash(_("%(name)s can not look any more.", name=name), "good")
    return redirect(url_for("portal.people"), 303)


@bp.get("/portal/readers")
@requires(Permission.USE_PORTAL)
def readers() -> ResponseReturnValue:
    """Who looked at my record, and who changed it, by day."""
    with transaction(viewer()) as session:
        readings = open_own_readers(session, viewer(), now=clock.now())
    return render_template("portal/readers.html", rows=[reader_row(one) for one in readings])


@bp.get("/join/<token>")
@requires(Permission.PUBLIC)
def join(token: str) -> ResponseReturnValue:
    """The form of who was invited, or that the link has ended."""
    with reading(UNSCOPED) as session:
        is_open = caregivers.is_open(session, hash_of(token), now=clock.now())
    return _join(token, AcceptForm()) if is_open else _ended()


@bp.post("/join/<token>")
@requires(Permission.PUBLIC)
def accept_join(token: str) -> ResponseReturnValue:
    """Use the invitation up, and open the shared page."""
    form = AcceptForm()
    if not form.validate():
        return _join(token, form, 422)
    try:
        with transaction(UNSCOPED) as session:
            name = caregivers.accept(
                session,
                hash_of(token),
                email=form.email.data or "",
                password_hash=hash_password(form.password.data) if form.wants_password else None,
                language=language(),
                now=clock.now(),
            )
    except BadInputError:
        form.email.errors = [_("We can not use this email. Check it, or use one more of yours.")]
        return _join(token, form, 422)
    user = store().account(uniquifier=name) if name else None
    if user is None:
        return _ended()
    admit(user, how="invitation")
    return redirect(url_for("portal.care"), 303)


@bp.get("/care")
@requires(Permission.SEE_AS_CAREGIVER)
def care() -> ResponseReturnValue:
    """What those whom I look after share with me."""
    with transaction(viewer()) as session:
        shared = caregivers.open_care(session, viewer(), now=clock.now())
    return render_template("portal/care.html", people=[care_model(one) for one in shared])


def _people(form: CaregiverForm, status: int = 200) -> ResponseReturnValue:
    with transaction(viewer()) as session:
        listed = caregivers_of(session, viewer())
    return make_response(render_template("portal/people.html", form=form, people=listed), status)


def _join(token: str, form: AcceptForm, status: int = 200) -> ResponseReturnValue:
    page = render_template("portal/join.html", form=form, token=token, lang=language(), for_patients=True)
    return make_response(page, status)


def _ended() -> ResponseReturnValue:
    return make_response(render_template("portal/join_ended.html", lang=language(), for_patients=True), 404)
