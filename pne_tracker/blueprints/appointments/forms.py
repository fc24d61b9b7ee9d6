"""The forms that book, move and call off an appointment."""

from __future__ import annotations

import datetime as dt

from wtforms import HiddenField, SelectField
from wtforms.validators import InputRequired

from pne_tracker.domain.appointments import Slot, slot_of
from pne_tracker.web.fields import DayField, TrimmedField, WholeField, as_uuid
from pne_tracker.web.forms import Form


class ClockField(TrimmedField):
    """A time of day as HH:MM; what cannot be read stays in the field."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """The text, and the time in `clock`."""
        super().process_formdata(valuelist)
        self.clock: dt.time | None = None
        if self.data:
            try:
                self.clock = dt.time.fromisoformat(self.data.zfill(5)[:5])
            except ValueError:
                raise ValueError("Write the time of day, like 09:30.") from None


class AppointmentForm(Form):
    """When, for how long, and with whom. `version` is that of the appointment that is moved."""

    version = HiddenField(default="0")
    on_date = DayField("Day", validators=[InputRequired("Choose the day.")])
    clock = ClockField("Starts at", validators=[InputRequired("Write the time of day, like 09:30.")])
    minutes = WholeField("Minutes", validators=[InputRequired("Write how many minutes, like 45.")])
    therapist_id = SelectField("With", coerce=as_uuid)

    def slot(self, zone: str) -> Slot:
        """What was typed, as an instant of the clinic's wall clock. The form has been validated."""
        day, clock, minutes = self.on_date.data, self.clock.clock, self.minutes.data
        assert day is not None
        assert clock is not None
        assert minutes is not None
        return slot_of(day, clock, minutes, zone)


class CancelForm(Form):
    """Why an appointment is called off."""

    version = HiddenField(default="0")
    reason = TrimmedField("Reason")
