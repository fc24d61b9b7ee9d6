"""Forms of the settings pages."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_security import current_user
from wtforms import BooleanField, PasswordField, RadioField, SelectField, StringField, ValidationError
from wtforms.validators import EqualTo, InputRequired, Length, Optional

from pne_tracker.domain.access import Role
from pne_tracker.domain.passwords import SHORTEST, Weakness, weakness
from pne_tracker.web.forms import Form

STAFF_ROLES = [
    (Role.THERAPIST.value, "Therapist: treats, teaches, signs"),
    (Role.ASSISTANT.value, "Assistant: treats and documents"),
    (Role.LEAD.value, "Clinic lead: sees completion of the clinic"),
    (Role.BILLER.value, "Biller: sees signed visits and their lines"),
    (Role.ADMINISTRATOR.value, "Administrator: accounts and settings, no patients"),
]


class DisplayForm(Form):
    """How the pages look for this account."""

    theme = RadioField(
        _l("Light or dark"),
        choices=[("", _l("Follow the device")), ("light", _l("Light")), ("dark", _l("Dark"))],
        validators=[Optional()],
        default="",
    )


class PasswordForm(Form):
    """A new password, with the old one."""

    current = PasswordField(
        _l("Password now"), validators=[InputRequired(_l("Write the password you use now."))]
    )
    new = PasswordField(
        _l("New password"),
        validators=[
            InputRequired(_l("Write a new password.")),
        ],
    )

    def validate_new(self, field: PasswordField) -> None:
        """Refuse what is short, or what everybody would try first."""
        wrong = weakness(field.data or "", context=(current_user.email, current_user.record.name))
        if wrong is Weakness.COMMON:
            raise ValidationError(
                _("Many people use words like these. Put four or five together that nobody else would.")
            )
        if wrong is not None:
            raise ValidationError(_("Use at least %(n)s characters. Four or five words do well.", n=SHORTEST))

    again = PasswordField(
        _l("New password again"),
        validators=[EqualTo("new", _l("The two do not match. Write the new one twice."))],
    )


class AccountForm(Form):
    """A new member of staff."""

    name = StringField("Full name", validators=[InputRequired("Write the name."), Length(max=200)])
    email = StringField("Work email", validators=[InputRequired("Write the mail address."), Length(max=254)])
    role = SelectField("Role", choices=STAFF_ROLES)
    credential = StringField("Credential", validators=[Length(max=20)])
    npi = StringField("NPI", validators=[Length(max=10)])


class ColleagueForm(Form):
    """What the organisation says of a member of staff."""

    name = StringField("Full name", validators=[InputRequired("Write the name."), Length(max=200)])
    credential = StringField("Credential", validators=[Length(max=20)])


class ClinicForm(Form):
    """The clinic's facts and policy."""

    name = StringField("Name", validators=[InputRequired("Write the clinic's name."), Length(max=200)])
    phone = StringField("Phone", validators=[Length(max=40)])
    npi = StringField("NPI", validators=[Length(max=10)])
    tax_id = StringField("Tax id", validators=[Length(max=20)])
    separate_pne_allowed = BooleanField("Stand-alone PNE beside another treatment may be billed apart")
    recall_enabled = BooleanField("Ask patients recall questions")
