"""The forms of the ways in."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import EmailField, HiddenField, PasswordField, StringField, ValidationError

from pne_tracker.adapters.contact_points import email
from pne_tracker.web.forms import Form


class AskForm(Form):
    """A mail address."""

    email = EmailField(_l("Your email"))

    def validate_email(self, field: EmailField) -> None:
        """Refuse what is no mail address."""
        if email(field.data or "") is None:
            raise ValidationError(_l("Write your email, like name@example.org."))


class CodeForm(Form):
    """Six digits of the app, or a recovery code."""

    code = StringField("Code")


class ConfirmForm(Form):
    """The password, or a code of the app."""

    secret = PasswordField(_l("Your password"))
    next = HiddenField()
    back = HiddenField()
