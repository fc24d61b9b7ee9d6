"""Forms of the biller's pages."""

from __future__ import annotations

from wtforms import RadioField, SelectField
from wtforms.validators import InputRequired, Length, Optional

from pne_tracker.domain.billing import identifiers
from pne_tracker.domain.billing.claim import RELATIONSHIPS
from pne_tracker.domain.billing.money import cents
from pne_tracker.domain.errors import BadInputError
from pne_tracker.services.coverages import CoverageDraft
from pne_tracker.web.fields import DayField, TrimmedField
from pne_tracker.web.forms import Form

SEXES = [("female", "Female"), ("male", "Male"), ("unknown", "Not known")]


def at_most(longest: int) -> Length:
    """Validator: no longer than its column."""
    return Length(max=longest, message=f"Shorten this to {longest} characters.")


class CoverageForm(Form):
    """What the insurance card says."""

    member_id = TrimmedField("Member id", validators=[at_most(80)])
    group_number = TrimmedField("Group number", validators=[at_most(50)])
    authorisation = TrimmedField("Authorisation number", validators=[at_most(50)])
    relationship = SelectField("The patient is the insured person's", choices=list(RELATIONSHIPS.items()))
    family_name = TrimmedField("Family name", validators=[at_most(60)])
    given_name = TrimmedField("Given name", validators=[at_most(35)])
    birth_date = DayField("Birth date", validators=[Optional()])
    sex = RadioField("Sex", choices=SEXES, default="unknown", validators=[Optional()])
    address_line = TrimmedField("Street and number", validators=[at_most(55)])
    city = TrimmedField("City", validators=[at_most(30)])
    state = TrimmedField("State")
    postal_code = TrimmedField("ZIP code")

    def draft(self) -> CoverageDraft:
        """What was typed, for the services. Raises BadInputError at the state or ZIP code."""
        state = self.state.data.upper()
        if state and (said := identifiers.state_problem(state)):
            raise BadInputError(said, at="state")
        if self.postal_code.data and (said := identifiers.zip_problem(self.postal_code.data)):
            raise BadInputError(said, at="postal_code")
        names = (
            "member_id",
            "group_number",
            "authorisation",
            "family_name",
            "given_name",
            "address_line",
            "city",
        )
        return CoverageDraft(
            relationship=self.relationship.data or "",
            birth_date=self.birth_date.data,
            sex=self.sex.data or "",
            state=state,
            postal_code=self.postal_code.data,
            **{name: self[name].data for name in names},
        )


class AnswerForm(Form):
    """What the payer answered."""

    result = RadioField("The payer", choices=[("paid", "paid"), ("denied", "denied")], default="paid")
    amount = TrimmedField("Amount paid", validators=[at_most(12)])
    on_date = DayField("Date of the answer", validators=[InputRequired("Write the date of the answer.")])
    reason = TrimmedField("Reason or remark", validators=[at_most(300)])
    payer_number = TrimmedField("Payer's claim number", validators=[at_most(50)])

    def cents(self) -> int:
        """The amount. Raises BadInputError at `amount`."""
        return cents(self.amount.data.replace(",", "").removeprefix("$").strip(), at="amount")


class FollowForm(Form):
    """Why a claim is voided or billed again, and the payer's number of it."""

    reason = TrimmedField("Reason", id="follow-reason", validators=[at_most(300)])
    reference = TrimmedField("Payer's claim number", validators=[at_most(50)])
