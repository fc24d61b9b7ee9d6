"""The forms of letting somebody look."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import EmailField, PasswordField, RadioField, SelectMultipleField, ValidationError
from wtforms.validators import DataRequired, Length, Optional

from pne_tracker.adapters.contact_points import email
from pne_tracker.blueprints.portal.forms import LINK, PASSWORD, refuse_weak
from pne_tracker.web.fields import TrimmedField
from pne_tracker.web.forms import Form

NO_EMAIL = _l("Write an email, like name@example.org.")


class CaregiverForm(Form):
    """Who, and what they may see."""

    name = TrimmedField(_l("Their name"), [DataRequired(_l("Write their name.")), Length(max=200)])
    email = EmailField(_l("Their email"))
    sees = SelectMultipleField(
        _l("They may see"),
        choices=[("tasks", _l("My tasks, and if they are done")), ("path", _l("My path"))],
        default=["tasks"],
        validators=[DataRequired(_l("Choose what they may see."))],
    )

    def validate_email(self, field: EmailField) -> None:
        """Refuse what is no mail address."""
        if email((field.data or "").strip()) is None:
            raise ValidationError(NO_EMAIL)


class AcceptForm(Form):
    """The way in of who was invited."""

    email = EmailField(_l("Your email"))
    way = RadioField(
        _l("How will you sign in next time?"),
        choices=[(PASSWORD, _l("With a password")), (LINK, _l("With a link by email, each time"))],
        default=LINK,
        validators=[Optional()],
    )
    password = PasswordField(_l("Choose a password"))

    @property
    def wants_password(self) -> bool:
        """Whether a password is to be the way in."""
        return bool(self.way.data == PASSWORD)

    def validate_email(self, field: EmailField) -> None:
        """Refuse what is no mail address."""
        if email((field.data or "").strip()) is None:
            raise ValidationError(NO_EMAIL)

    def validate_password(self, field: PasswordField) -> None:
        """A password of 15 characters, for who wants one."""
        if self.wants_password:
            refuse_weak(field.data or "", self.email.data or "")
