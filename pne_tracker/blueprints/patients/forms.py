"""The form of a patient, and the small forms of the record."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from wtforms import BooleanField, HiddenField, RadioField, SelectField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from pne_tracker.domain.choices import MAX_NOTE, REASONS, checked_reason
from pne_tracker.queries.patient_facts import PatientFacts
from pne_tracker.queries.planning import EpisodePlan
from pne_tracker.services.patients import PatientDraft
from pne_tracker.web.fields import DayField, TrimmedField, as_uuid, mail_address, phone_number
from pne_tracker.web.forms import Form

SEXES = [("female", "Female"), ("male", "Male"), ("other", "Other"), ("unknown", "Not known")]
LANGUAGES = [("en", "English"), ("es", "Spanish")]
SOURCES = [
    ("", "Nothing changed"),
    ("in person", "In person"),
    ("on paper", "On a signed paper form"),
    ("by telephone", "By telephone"),
]
CONSENTS = ("portal", "email", "sms")


def at_most(longest: int) -> Length:
    """Validator: no longer than its column."""
    return Length(max=longest, message=f"Shorten this to {longest} characters.")


class PatientForm(Form):
    """A patient as typed at the desk. `version` is that of the row the form was made from."""

    version = HiddenField(default="0")
    family_name = TrimmedField("Family name", validators=[at_most(200)])
    given_name = TrimmedField("Given name", validators=[at_most(200)])
    mrn = TrimmedField(
        "Medical record number",
        validators=[InputRequired("Write the medical record number."), at_most(80)],
    )
    birth_date = DayField("Birth date", validators=[Optional()])
    sex = RadioField("Sex", choices=SEXES, default="unknown")
    language = SelectField("Language", choices=LANGUAGES)
    clinic_id = SelectField("Clinic", coerce=as_uuid)
    phone = TrimmedField("Telephone", validators=[at_most(40), phone_number])
    email = TrimmedField("Email", validators=[at_most(254), mail_address])
    address_line = TrimmedField("Street and number", validators=[at_most(200)])
    city = TrimmedField("City", validators=[at_most(120)])
    state = TrimmedField("State", validators=[at_most(40)])
    postal_code = TrimmedField("ZIP code", validators=[at_most(20)])
    consent_portal = BooleanField("May use the portal")
    consent_email = BooleanField("May get reminders by email")
    consent_sms = BooleanField("May get reminders by text message")
    consent_source = SelectField("How the patient said so", choices=SOURCES)
    active = BooleanField("In the care of this clinic", default=True)
    deceased = BooleanField("The patient has died")
    deceased_on = DayField("Day of death", validators=[Optional()])

    def offer(self, clinics: list[tuple[UUID, str]], language: str = "") -> None:
        """Set what the choices are; an imported language stays choosable."""
        self.clinic_id.choices = clinics
        if language and language not in dict(LANGUAGES):
            self.language.choices = [*LANGUAGES, (language, language)]

    def draft(self) -> PatientDraft:
        """What was typed, for the services."""
        texts = (
            *("mrn", "given_name", "family_name", "sex", "language", "phone", "email"),
            *("address_line", "city", "state", "postal_code"),
        )
        return PatientDraft(
            clinic_id=self.clinic_id.data,
            **{name: self[name].data or "" for name in texts},
            birth_date=self.birth_date.data,
            active=self.active.data,
            deceased=self.deceased.data,
            deceased_on=self.deceased_on.data,
            consents={kind: self[f"consent_{kind}"].data for kind in CONSENTS},
            consent_source=self.consent_source.data or "",
        )


def form_data(facts: PatientFacts) -> dict[str, Any]:
    """What the form shows of a patient that exists."""
    data: dict[str, Any] = {
        name: getattr(facts, name)
        for name in (
            *("mrn", "given_name", "family_name", "birth_date", "sex", "language", "clinic_id"),
            *("address_line", "city", "state", "postal_code", "active", "deceased", "deceased_on"),
        )
    }
    data |= {"version": str(facts.version), "phone": facts.first_contact("phone")}
    data |= {"email": facts.first_contact("email")}
    for kind in CONSENTS:
        given = facts.consents.get(kind)
        data[f"consent_{kind}"] = given is not None and given.granted
    return data


class SearchForm(Form):
    """Find a patient: by POST, so that no name reaches an address."""

    q = TrimmedField("Name or record number", validators=[at_most(200)])


class MarkForm(Form):
    """Why a section is left out, or is to be gone over again."""

    reason = TextAreaField("Reason")


class ChooseForm(Form):
    """Another section than suggested, and why."""

    section = RadioField("Sections in the planner’s order", coerce=int)
    why = RadioField("Why this one", choices=list(REASONS.items()), validators=[Optional()])
    note = TrimmedField("In your own words", validators=[at_most(MAX_NOTE)])

    def offer(self, options: list[tuple[int, str, str]]) -> None:
        """Set the sections to choose from: number, what to do, and a note; the first stands chosen."""
        self.section.choices = [
            SelectChoice(str(number), text, render_kw={"note": why}) for number, text, why in options
        ]
        if options and not self.is_submitted() and self.section.data not in [one[0] for one in options]:
            self.section.data = options[0][0]

    def reason(self, plan: EpisodePlan) -> tuple[str, str]:
        """Reason and note; none is asked for the suggestion itself. Raises BadInputError."""
        first = plan.suggestion
        if first is not None and self.section.data == first.section:
            return "", ""
        return checked_reason(self.why.data or "", self.note.data)
