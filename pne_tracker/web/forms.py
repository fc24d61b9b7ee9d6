"""What every form shares: CSRF, errors as a list for the summary, and refusals set beside their field."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask_babel.speaklater import LazyString
from flask_wtf import FlaskForm

from pne_tracker.domain.errors import BadInputError, ConflictError, DomainError, RefusedError


class Form(FlaskForm):  # type: ignore[misc]
    """A form with an error summary."""

    def refuse(self, error: DomainError) -> None:
        """Put a refusal of the services beside its field, or above the form when it names none."""
        field = self._fields.get(error.at.split(".")[0])
        if field is None:
            self.form_errors.append(error.message)
        else:
            field.errors = [*field.errors, error.message]

    @property
    def summary(self) -> list[tuple[str, str]]:
        """(id of the field, sentence) of each error, in the order of the form; id "" for the whole form."""
        found = [("", message) for message in self.form_errors]
        for field in self:
            found += [
                (field.id, str(message)) for message in field.errors if isinstance(message, str | LazyString)
            ]
        return found


def refusal(form: Form, act: Callable[[], None]) -> int | None:
    """Check the form and do `act`; None when it is done, else the status to show the form again with.

    What is refused stands on the form, beside its field: 422 for what has to be typed differently, 409 when
    somebody else was first.
    """
    if not form.validate():
        return 422
    try:
        act()
    except (BadInputError, ConflictError, RefusedError) as error:
        form.refuse(error)
        return 409 if isinstance(error, ConflictError) else 422
    return None


def row_seen(text: str | None) -> UUID | None:
    """The row a form was made from, None for none yet; an id that no row has when the form was tampered with."""
    if not text:
        return None
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)
