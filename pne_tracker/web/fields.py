"""Form fields with this project's own sentences: days, whole numbers, telephone numbers, mail addresses."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from wtforms import DateField, IntegerField, StringField
from wtforms.validators import ValidationError
from wtforms.widgets import TextInput

from pne_tracker.adapters.contact_points import email, phone


class DayField(DateField):  # type: ignore[misc]
    """A calendar day; what cannot be read stays in the field."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """The day of `YYYY-MM-DD`; nothing typed is no day."""
        text = valuelist[0].strip() if valuelist else ""
        self.data = None
        if not text:
            return
        try:
            self.data = dt.date.fromisoformat(text)
        except ValueError:
            raise ValueError("Write the day as year-month-day, like 1955-04-02.") from None


class WholeField(IntegerField):  # type: ignore[misc]
    """A whole number, typed as text so that letters are not lost."""

    widget = TextInput()

    def process_formdata(self, valuelist: list[str]) -> None:
        """The number; nothing typed is none."""
        text = valuelist[0].strip() if valuelist else ""
        self.data = None
        if not text:
            return
        if not text.removeprefix("-").isascii() or not text.removeprefix("-").isdigit() or len(text) > 9:
            raise ValueError("Write a whole number.")
        self.data = int(text)


class TrimmedField(StringField):  # type: ignore[misc]
    """Text without blanks around it, never None; characters that cannot be kept are refused."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """The text as typed."""
        self.data = valuelist[0].strip() if valuelist else ""

    def pre_validate(self, form: Any) -> None:
        """Refuse control characters: PostgreSQL cannot store all of them."""
        if any(ord(one) < 32 for one in self.data or ""):
            raise ValidationError("Remove the characters that cannot be shown.")


def as_uuid(value: object) -> UUID:
    """For choices that are ids. ValueError for anything else."""
    return value if isinstance(value, UUID) else UUID(str(value))


def as_uuid_or_none(value: object) -> UUID | None:
    """The same where nothing can be chosen."""
    return as_uuid(value) if value and str(value) != "None" else None


def phone_number(_form: Any, field: Any) -> None:
    """Validator: a telephone number, kept in its normal form."""
    if field.data:
        found = phone(field.data)
        if found is None:
            raise ValidationError("Write a telephone number, like 503 555 0100.")
        field.data = found


def mail_address(_form: Any, field: Any) -> None:
    """Validator: a mail address, kept in small letters."""
    if field.data:
        found = email(field.data)
        if found is None:
            raise ValidationError("Write a mail address like name@example.org.")
        field.data = found
