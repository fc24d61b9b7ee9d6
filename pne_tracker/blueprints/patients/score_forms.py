"""The forms that record an outcome score, one for each built-in measure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from wtforms import HiddenField
from wtforms.validators import InputRequired, Optional

from pne_tracker.blueprints.patients.forms import at_most
from pne_tracker.domain.errors import BadInputError
from pne_tracker.domain.outcomes import (
    GROC,
    MAX_ACTIVITIES,
    NPRS,
    PSFS,
    Scored,
    score_groc,
    score_nprs,
    score_psfs,
)
from pne_tracker.web.fields import DayField, TrimmedField, WholeField
from pne_tracker.web.forms import Form

_DAY = InputRequired("Write the day of the score.")


def _rated(field: WholeField) -> int:
    value: int | None = field.data
    if value is None:
        raise BadInputError("Write a whole number.", at=field.name)
    return value


class NprsForm(Form):
    """Three pain ratings."""

    measure = HiddenField(default=NPRS.id)
    on_date = DayField("Day", validators=[_DAY])
    now = WholeField("Now", validators=[InputRequired("Rate the pain now from 0 to 10.")])
    least = WholeField("Least in 24 hours", validators=[InputRequired("Rate the least pain from 0 to 10.")])
    worst = WholeField("Worst in 24 hours", validators=[InputRequired("Rate the worst pain from 0 to 10.")])

    def scored(self) -> Scored:
        """The score of what was typed. Raises BadInputError."""
        return score_nprs(now=_rated(self.now), least=_rated(self.least), worst=_rated(self.worst))


class PsfsForm(Form):
    """Three to five of the patient's own activities."""

    measure = HiddenField(default=PSFS.id)
    on_date = DayField("Day", validators=[_DAY])
    activities = HiddenField()
    name_1 = TrimmedField("Activity 1", validators=[at_most(80)])
    name_2 = TrimmedField("Activity 2", validators=[at_most(80)])
    name_3 = TrimmedField("Activity 3", validators=[at_most(80)])
    name_4 = TrimmedField("Activity 4", validators=[at_most(80)])
    name_5 = TrimmedField("Activity 5", validators=[at_most(80)])
    score_1 = WholeField("Rating 1, 0 to 10", validators=[Optional()])
    score_2 = WholeField("Rating 2, 0 to 10", validators=[Optional()])
    score_3 = WholeField("Rating 3, 0 to 10", validators=[Optional()])
    score_4 = WholeField("Rating 4, 0 to 10", validators=[Optional()])
    score_5 = WholeField("Rating 5, 0 to 10", validators=[Optional()])

    def rows(self) -> list[tuple[TrimmedField, WholeField]]:
        """The fields in pairs: name and rating."""
        return [(self[f"name_{n}"], self[f"score_{n}"]) for n in range(1, MAX_ACTIVITIES + 1)]

    def scored(self) -> Scored:
        """The score of what was typed; empty rows are left out. Raises BadInputError."""
        rated: list[tuple[str, int]] = []
        for name, score in self.rows():
            if name.data and score.data is None:
                raise BadInputError("Rate this activity from 0 to 10.", at=score.name)
            if score.data is not None:
                rated.append((name.data or "", score.data))
        return score_psfs(rated)


class GrocForm(Form):
    """One rating of change."""

    measure = HiddenField(default=GROC.id)
    on_date = DayField("Day", validators=[_DAY])
    change = WholeField(
        "From −7, a very great deal worse, to 7, a very great deal better",
        validators=[InputRequired("Rate the change from -7 to 7.")],
    )

    def scored(self) -> Scored:
        """The score of what was typed. Raises BadInputError."""
        return score_groc(_rated(self.change))


ScoreForm = NprsForm | PsfsForm | GrocForm
FORMS: dict[str, type[ScoreForm]] = {NPRS.id: NprsForm, PSFS.id: PsfsForm, GROC.id: GrocForm}


def score_forms(today: dt.date, activities: Sequence[str]) -> dict[str, ScoreForm]:
    """The three forms, empty but for the day and the activities to be rated again."""
    names = {f"name_{n}": name for n, name in enumerate(activities[:MAX_ACTIVITIES], start=1)}
    return {
        NPRS.id: NprsForm(formdata=None, on_date=today),
        PSFS.id: PsfsForm(formdata=None, on_date=today, **names),
        GROC.id: GrocForm(formdata=None, on_date=today),
    }
