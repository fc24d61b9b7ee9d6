"""Settings: the own account for everybody, accounts and the clinic for those who manage them."""

from __future__ import annotations

import secrets
from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_security import current_user, hash_password, verify_password

from pne_tracker.adapters import clock
from pne_tracker.blueprints.settings import (  # noqa: F401  (they hang their pages on the blueprint)
    audit_views,
    policy_views,
    sign_in_views,
    token_views,
)
from pne_tracker.blueprints.settings.account_models import device_text, session_rows
from pne_tracker.blueprints.settings.area import bp
from pne_tracker.blueprints.settings.first_steps import steps_of
from pne_tracker.blueprints.settings.forms import (
    AccountForm,
    ClinicForm,
    ColleagueForm,
    DisplayForm,
    PasswordForm,
)
from pne_tracker.db import transaction
from pne_tracker.domain.access import Permission, Role
from pne_tracker.domain.billing.npi import npi_is_valid
from pne_tracker.domain.door import MfaPolicy
from pne_tracker.domain.errors import BadInputError, DomainError
from pne_tracker.queries import accounts as account_queries
from pne_tracker.queries.first_steps import first_steps
from pne_tracker.services import accounts, clinics, second_steps, sessions
from pne_tracker.services import staff as staff_services
from pne_tracker.web.policies import requires, viewer
from pne_tracker.web.portal_context import portal_context

__all__ = ["bp"]


@bp.get("")
@requires(Permission.MANAGE_CLINIC)
def index() -> ResponseReturnValue:
    """Clinics and, for an administrator, the staff's accounts."""
    with transaction(viewer()) as session:
        clinic_list = account_queries.clinics(session, viewer())
        staff = account_queries.staff(session) if viewer().may(Permission.MANAGE_ACCOUNTS) else []
        left = first_steps(session, staff, clinic_list, clock.today(viewer().timezone)) if staff else None
    return render_template(
        "settings/index.html",
        clinics=clinic_list,
        staff=staff,
        steps=steps_of(left) if left and not left.done else [],
        staff_mfa=current_user.record.staff_mfa.value,
        policies=[one.value for one in MfaPolicy],
    )


@bp.get("/account")
@requires(Permission.OWN_ACCOUNT)
def account() -> ResponseReturnValue:
    """The own account: looks and password."""
    form = DisplayForm(theme=current_user.record.theme or "")
    return _account_page(form, PasswordForm())


@bp.post("/account/display")
@requires(Permission.OWN_ACCOUNT)
def display() -> ResponseReturnValue:
    """Keep the choice of light or dark."""
    form = DisplayForm()
    if not form.validate():
        return _account_page(form, PasswordForm()), 422
    with transaction(viewer()) as session:
        accounts.choose_display(session, viewer(), theme=form.theme.data or None, language=viewer().language)
    flash(_("Saved."), "good")
    return redirect(url_for("settings.account"), 303)


@bp.post("/account/password")
@requires(Permission.OWN_ACCOUNT)
def password() -> ResponseReturnValue:
    """Change the own password; every session ends and the next sign-in takes the new one."""
    form = PasswordForm()
    good = form.validate()
    if good and not verify_password(form.current.data, current_user.password):
        form.refuse(BadInputError(_("This is not your password now. Write it again."), at="current"))
        good = False
    if not good:
        return _account_page(DisplayForm(theme=current_user.record.theme or ""), form), 422
    with transaction(viewer()) as session:
        accounts.set_password(
            session, viewer(), viewer().account_id, hash_password(form.new.data), now=clock.now()
        )
    flash(_("The password is changed. Sign in with the new one."), "good")
    return redirect(url_for("security.login"), 303)


def _account_page(display_form: DisplayForm, password_form: PasswordForm) -> str:
    frame = "base.html" if viewer().role.is_staff else "portal_base.html"
    with transaction(viewer()) as session:
        steps = second_steps.steps_of(session, viewer().account_id)
        opened = sessions.sessions_of(session, viewer(), now=clock.now())
    return render_template(
        "settings/account.html",
        frame=frame,
        display=display_form,
        password=password_form,
        steps=steps,
        sessions=session_rows(opened, current_user.record.session_id, viewer().timezone),
        device_text=device_text,
        **({} if viewer().role.is_staff else portal_context()),
    )


@bp.route("/accounts/new", methods=["GET", "POST"])
@requires(Permission.MANAGE_ACCOUNTS, fresh=True)
def new_account() -> ResponseReturnValue:
    """Make a staff account; its first password is shown once."""
    form = AccountForm(role=request.args.get("role", Role.THERAPIST.value))
    if not form.is_submitted():
        return render_template("settings/new_account.html", form=form, password=None)
    first = secrets.token_urlsafe(15)
    good = form.validate()
    if form.npi.data and not npi_is_valid(form.npi.data):
        form.refuse(
            BadInputError("An NPI has ten digits and a check digit. Compare it with the card.", at="npi")
        )
        good = False
    if good:
        try:
            _make_account(form, first)
            return render_template("settings/new_account.html", form=form, password=first)
        except DomainError as error:
            form.refuse(error)
    return render_template("settings/new_account.html", form=form, password=None), 422


def _make_account(form: AccountForm, first: str) -> None:
    with transaction(viewer()) as session:
        accounts.create_staff(
            session,
            viewer(),
            email=form.email.data,
            role=Role(form.role.data),
            name=form.name.data.strip(),
            credential=form.credential.data or None,
            npi=form.npi.data or None,
            password_hash=hash_password(first),
            now=clock.now(),
        )


@bp.route("/accounts/<uuid:account_id>", methods=["GET", "POST"])
@requires(Permission.MANAGE_ACCOUNTS, fresh=True)
def colleague(account_id: UUID) -> ResponseReturnValue:
    """The name and the credential of a member of staff."""
    with transaction(viewer()) as session:
        person = account_queries.colleague(session, viewer(), account_id)
    form = ColleagueForm(name=person.name, credential=person.credential or "")
    if not form.is_submitted() or not form.validate():
        return render_template("settings/colleague.html", form=form, person=person), (
            422 if form.is_submitted() else 200
        )
    with transaction(viewer()) as session:
        staff_services.change_staff(
            session,
            viewer(),
            account_id,
            name=form.name.data.strip(),
            credential=form.credential.data.strip(),
            now=clock.now(),
        )
    flash("The account is changed.", "good")
    return redirect(url_for(".index", _anchor="accounts"), 303)


@bp.post("/accounts/<uuid:account_id>/suspend")
@requires(Permission.MANAGE_ACCOUNTS, fresh=True)
def suspend(account_id: UUID) -> ResponseReturnValue:
    """Suspend or let back in; a suspended account is out at its next request."""
    if account_id == viewer().account_id:
        abort(403)
    with transaction(viewer()) as session:
        active = accounts.toggle_active(session, viewer(), account_id, now=clock.now())
    flash("The account can sign in again." if active else "The account is suspended.", "good")
    return redirect(url_for("settings.index"), 303)


@bp.route("/clinics/<uuid:clinic_id>", methods=["GET", "POST"])
@requires(Permission.MANAGE_CLINIC)
def clinic(clinic_id: UUID) -> ResponseReturnValue:
    """The clinic's facts and its policy on stand-alone PNE."""
    with transaction(viewer()) as session:
        facts = clinics.clinic_facts(session, viewer(), clinic_id)
    form = ClinicForm(data=facts)
    if not form.is_submitted():
        return render_template("settings/clinic.html", form=form)
    good = form.validate()
    if form.npi.data and not npi_is_valid(form.npi.data):
        form.refuse(
            BadInputError("An NPI has ten digits and a check digit. Compare it with the card.", at="npi")
        )
        good = False
    if not good:
        return render_template("settings/clinic.html", form=form), 422
    with transaction(viewer()) as session:
        clinics.change_clinic(
            session, viewer(), clinic_id, {name: form[name].data for name in facts}, now=clock.now()
        )
    flash("The clinic is saved.", "good")
    return redirect(url_for("settings.index"), 303)
