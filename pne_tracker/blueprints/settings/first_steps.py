"""The first steps of a new installation, each with what it is for and where it is done."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from pne_tracker.domain.access import Role
from pne_tracker.queries.first_steps import NEEDED, FirstSteps
from pne_tracker.web.display import joined

ADD = {
    Role.LEAD: ("Add the clinic lead", "Sees how far everybody is, and decides on curriculum and goals."),
    Role.THERAPIST: ("Add those who treat", "Therapists sign visits; assistants document them."),
    Role.BILLER: ("Add the biller", "Sees signed visits and their lines, and makes the claims."),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step as the `tasks` macro takes it; what is done leads nowhere."""

    icon: str
    title: str
    detail: str
    url: str
    status: str
    status_text: str


def steps_of(left: FirstSteps) -> list[Step]:
    """Every step in order, those that are done too."""
    found = [
        _step("user-plus", *ADD[role], url_for(".new_account", role=role.value), role not in left.roles)
        for role in NEEDED
    ]
    place = url_for("office.place", clinic_id=left.clinic_id) if left.clinic_id else ""
    lacks = f"Still missing: {joined(left.clinic_lacks)}." if left.clinic_lacks else "Numbers and address."
    found.append(
        _step("building-2", "Write what claims say of the clinic", lacks, place, left.clinic_id is None)
    )
    found.append(
        _step(
            "credit-card",
            "Add the payers",
            "How each counts units, and where its claims go.",
            url_for("office.new_payer"),
            left.insurer,
        )
    )
    fees = url_for("office.fees", payer_id=left.payer_id) if left.payer_id else url_for("office.index")
    found.append(
        _step("receipt-text", "Enter the fees", "For each payer, code by code or as CSV.", fees, left.fees)
    )
    return found


def _step(icon: str, title: str, detail: str, url: str, done: bool) -> Step:
    return Step(
        icon, title, detail, "" if done else url, "done" if done else "assigned", "done" if done else "to do"
    )
