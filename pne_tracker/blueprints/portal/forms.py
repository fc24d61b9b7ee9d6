"""The form of the way in."""

from __future__ import annotations

import datetime as dt

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, EmailField, PasswordField, RadioField, StringField
from wtforms.validators import Optional, ValidationError

from pne_tracker.adapters.contact_points import email
from pne_tracker.domain.passwords import Weakness, weakness
from pne_tracker.web.forms import Form

PASSWORD, LINK, PASSKEY = "password", "link", "passkey"
TOO_SHORT = _l("Use 15 letters or more. Four words you like will do.")
TOO_COMMON = _l("Many people use words like these. Choose four that only you put together.")


def refuse_weak(password: str, *context: str) -> None:
    """Raise ValidationError for a password that is too short or too common."""
    wrong = weakness(password, context=context)
    if wrong is not None:
        raise ValidationError(TOO_COMMON if wrong is Weakness.COMMON else TOO_SHORT)


class WelcomeForm(Form):
    """Date of birth in three parts, a mail address, a new password, a yes to mail."""

    birth_month = StringField(_l("Month"))
    birth_day = StringField(_l("Day"))
    birth_year = StringField(_l("Year"))
    email = EmailField(_l("Your email"))
    way = RadioField(
        _l("How will you sign in next time?"),
        choices=[
            (PASSWORD, _l("With a password")),
            (PASSKEY, _l("With my face, my finger, or the code of my phone")),
            (LINK, _l("With a link by email, each time")),
        ],
        default=PASSWORD,
        validators=[Optional()],
    )
    password = PasswordField(_l("Choose a password"))
    email_consent = BooleanField(_l("Send me a short email when a task waits for me"))

    def validate_birth_month(self, field: StringField) -> None:
        """All three parts are there; whether they are right is counted as a try."""
        if not all((one.data or "").strip() for one in (field, self.birth_day, self.birth_year)):
            raise ValidationError(_l("Fill in the month, the day and the year."))

    def validate_email(self, field: EmailField) -> None:
        """Refuse what is no mail address."""
        if email(field.data or "") is None:
            raise ValidationError(_l("Write your email, like name@example.org."))

    def validate_password(self, field: PasswordField) -> None:
        """A password of 15 characters, for who wants one."""
        if self.wants_password:
            refuse_weak(field.data or "", self.email.data or "")

    @property
    def wants_password(self) -> bool:
        """Whether a password is to be the way in; it is where nothing else was chosen."""
        return bool(self.way.data not in {LINK, PASSKEY})

    @property
    def birth_date(self) -> dt.date | None:
        """The three parts as a date; None when they are not one."""
        parts = [(field.data or "").strip() for field in (self.birth_year, self.birth_month, self.birth_day)]
        if not all(part.isascii() and part.isdigit() and len(part) <= 4 for part in parts):
            return None
        try:
            return dt.date(*map(int, parts))
        except ValueError:
            return None
