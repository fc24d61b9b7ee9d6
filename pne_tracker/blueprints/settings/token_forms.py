"""The form of a new API token."""

from __future__ import annotations

from collections.abc import Iterable

from wtforms import RadioField, SelectMultipleField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length

from pne_tracker.blueprints.settings.token_models import SCOPE_WORDS
from pne_tracker.domain.scopes import LIVES, LONGEST_NAME, ApiScope
from pne_tracker.web.forms import Form


class TokenForm(Form):
    """What a program is called, what it may do, and for how long."""

    name = StringField(
        "Which program is it for?",
        validators=[InputRequired("Write which program it is for."), Length(max=LONGEST_NAME)],
    )
    scopes = SelectMultipleField(
        "What may it do?", validators=[InputRequired("Choose at least one thing the program may do.")]
    )
    days = RadioField(
        "For how long?",
        choices=[(str(days), "a year" if days == max(LIVES) else f"{days} days") for days in LIVES],
        default=str(LIVES[1]),
    )

    def __init__(self, scopes: Iterable[ApiScope]) -> None:
        super().__init__()
        self.scopes.choices = [
            SelectChoice(scope.value, SCOPE_WORDS[scope], render_kw={"note": scope.value}) for scope in scopes
        ]
