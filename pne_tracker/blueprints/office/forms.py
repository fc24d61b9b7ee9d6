"""Forms of the set-up pages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from wtforms import BooleanField, FileField, HiddenField, RadioField, SelectField, ValidationError
from wtforms.validators import InputRequired, Length, Optional

from pne_tracker.domain.billing import identifiers
from pne_tracker.domain.billing.fee_sheet import LARGEST, FeeRow
from pne_tracker.domain.billing.money import cents
from pne_tracker.domain.billing.visit import UNKNOWN_UNITS
from pne_tracker.domain.errors import BadInputError
from pne_tracker.web.fields import DayField, TrimmedField, WholeField, phone_number
from pne_tracker.web.forms import Form

RULES = [
    ("cms_8min", "8-minute rule: all timed minutes of the visit together"),
    ("ama_midpoint", "Midpoint rule: each code by itself"),
    (UNKNOWN_UNITS, "Not known yet: visits stay drafts until it is"),
]
FILINGS = [("", "None: the patient pays from a statement"), *identifiers.FILING_CODES.items()]


def at_most(longest: int) -> Length:
    """Validator: no longer than its column."""
    return Length(max=longest, message=f"Shorten this to {longest} characters.")


def sound(problem: Callable[[str], str], *, upper: bool = False) -> Callable[[Any, Any], None]:
    """Validator: what is typed passes a check of `identifiers`; nothing typed is fine."""

    def check(_form: Any, field: Any) -> None:
        if field.data and upper:
            field.data = field.data.upper()
        if field.data and (said := problem(field.data)):
            raise ValidationError(said)

    return check


def plain(_form: Any, field: Any) -> None:
    """Validator: letters, digits and hyphens, which every exchange takes."""
    if field.data and not (field.data.isascii() and field.data.replace("-", "").isalnum()):
        raise ValidationError("Use letters and digits only.")


class AddressForm(Form):
    """An address of the United States, all of it optional."""

    address_line = TrimmedField("Street and number", validators=[at_most(55)])
    city = TrimmedField("City", validators=[at_most(30)])
    state = TrimmedField("State", validators=[sound(identifiers.state_problem, upper=True)])
    postal_code = TrimmedField("ZIP code", validators=[sound(identifiers.zip_problem)])


class PayerForm(AddressForm):
    """Who pays, by which rules, and what a claim file needs."""

    name = TrimmedField("Name", validators=[InputRequired("Write the payer's name."), at_most(200)])
    unit_rule = SelectField("How this payer counts units", choices=RULES, default=UNKNOWN_UNITS)
    max_timed_units_per_day = WholeField("Timed units a day at most", validators=[Optional()])
    separate_pne_allowed = BooleanField(
        "Stand-alone PNE beside another treatment may be billed apart", default=True
    )
    counts_towards_threshold = BooleanField("Counts towards Medicare's yearly threshold (KX)")
    filing_code = SelectField("Kind of claim", choices=FILINGS)
    payer_number = TrimmedField("Payer id", validators=[at_most(40)])
    submitter_id = TrimmedField("Submitter id", validators=[at_most(15), plain])
    receiver_id = TrimmedField("Receiver id", validators=[at_most(15), plain])
    receiver_name = TrimmedField("Receiver", validators=[at_most(60)])

    def validate_max_timed_units_per_day(self, field: WholeField) -> None:
        """A limit is a number of units that a day can hold."""
        if field.data is not None and not 0 <= field.data <= 96:
            raise ValidationError("Write a number of units from 0 to 96, or leave it empty.")

    def facts(self) -> dict[str, Any]:
        """What was typed, for the services."""
        return {field.name: field.data for field in self if field.name != "csrf_token"}


class PlaceForm(AddressForm):
    """What claims say of a clinic."""

    npi = TrimmedField("NPI", validators=[sound(identifiers.npi_problem)])
    tax_id = TrimmedField("Tax id", validators=[sound(identifiers.tax_id_problem)])
    taxonomy = TrimmedField("Taxonomy", validators=[sound(identifiers.taxonomy_problem, upper=True)])
    phone = TrimmedField("Phone", validators=[at_most(40), phone_number])
    place_of_service = TrimmedField(
        "Place of service", validators=[InputRequired("Write two digits: 11 is an office.")]
    )
    postal_code = TrimmedField("ZIP code", validators=[sound(identifiers.long_zip_problem)])

    def validate_place_of_service(self, field: TrimmedField) -> None:
        """Two digits."""
        if len(field.data) != 2 or not field.data.isdigit():
            raise ValidationError("Write two digits: 11 is an office.")


class SignerForm(Form):
    """What claims say of somebody who signs."""

    npi = TrimmedField("NPI", validators=[sound(identifiers.npi_problem)])
    taxonomy = TrimmedField("Taxonomy", validators=[sound(identifiers.taxonomy_problem, upper=True)])
    family_name = TrimmedField("Family name on claims", validators=[at_most(60)])


class FeeForm(Form):
    """One fee."""

    code = TrimmedField("Code", validators=[InputRequired("Write the code.")])
    fee = TrimmedField("Fee for one unit", validators=[InputRequired("Write the fee, like 38.50.")])
    effective_on = DayField("From", validators=[InputRequired("Write the first day it holds.")])
    ends_on = DayField("To", validators=[Optional()])

    def row(self, codes: Any) -> FeeRow:
        """The fee. Raises BadInputError at its field."""
        code = self.code.data.upper()
        if code not in codes:
            raise BadInputError(
                f"{code} is not a code of this clinic. Correct it or add the code.", at="code"
            )
        amount = cents(self.fee.data.removeprefix("$").strip(), at="fee")
        assert self.effective_on.data is not None
        return FeeRow(code, amount, self.effective_on.data, self.ends_on.data)


class SheetForm(Form):
    """A CSV file, chosen; or its text, kept by the page of the preview."""

    file = FileField("CSV file")
    text = HiddenField()

    def read(self) -> str:
        """The file's text. Raises BadInputError at `file`."""
        if self.text.data:
            return str(self.text.data)
        if not getattr(self.file.data, "filename", ""):
            raise BadInputError("Choose the file first.", at="file")
        raw = self.file.data.stream.read(LARGEST + 1)
        if len(raw) > LARGEST:
            raise BadInputError("The file is larger than 1 MB. Choose another one.", at="file")
        try:
            text: str = raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise BadInputError("The file is not UTF-8 text. Save it as CSV UTF-8.", at="file") from None
        return text.replace("\x00", "")


class CodeForm(Form):
    """An own code."""

    code = TrimmedField("Code", validators=[InputRequired("Write the code.")])
    label = TrimmedField("Label", validators=[InputRequired("Write a label."), at_most(80)])
    timed = RadioField("Units", choices=[("timed", "by time"), ("untimed", "one each")], default="timed")


class EditionForm(SheetForm):
    """A new edition of a dated table."""

    kind = SelectField(
        "Table",
        choices=[
            ("ncci", "Pair edits (NCCI)"),
            ("mue", "Daily maxima (MUE)"),
            ("kx", "Yearly thresholds (KX)"),
        ],
    )
    effective_on = DayField("From", validators=[InputRequired("Write the first day it holds.")])

    def first_day(self) -> dt.date:
        """The first day, which the form has checked."""
        assert self.effective_on.data is not None
        return self.effective_on.data
