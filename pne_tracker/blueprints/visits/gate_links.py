"""Where each finding on a draft is put right: a few words, and the place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from flask import url_for

from pne_tracker.domain.billing import Finding

Link = tuple[str, Callable[[UUID], str]]


def _episode(field: str) -> Callable[[UUID], str]:
    return lambda episode_id: url_for("patients.edit_episode", episode_id=episode_id, _anchor=field)


def _care(part: str) -> Callable[[UUID], str]:
    return lambda episode_id: url_for("patients.care", episode_id=episode_id, _anchor=part)


def _here(anchor: str) -> Callable[[UUID], str]:
    return lambda _: f"#{anchor}"


LINKS: Mapping[str, Link] = {
    "no_diagnosis": ("Add a diagnosis", _episode("codes")),
    "diagnosis_not_billable": ("Change the diagnoses", _episode("codes")),
    "no_minutes": ("Write the minutes", _here("treatments")),
    "minutes_above_visit": ("Correct the minutes", _here("minutes")),
    "progress_report_due": ("Record the report", _care("report")),
    "plan_of_care_not_certified": ("Write when it was certified", _episode("plan_of_care_certified_on")),
    "plan_of_care_old": ("Change the plan's dates", _episode("plan_of_care_from")),
    "visits_used_up": ("Change the visits authorised", _episode("visits_authorised")),
    "review_threshold": ("See the year's amounts", _care("year")),
    "kx_threshold": ("Attest it here", _here("kx_attested")),
    "mue_exceeded": ("Look at the minutes", _here("treatments")),
    "ncci_pair": ("Look at the treatments", _here("treatments")),
    "units_capped": ("Look at the minutes", _here("treatments")),
}
ASK = {
    "npi_missing": "The administrator adds it to your account.",
    "npi_check_digit": "The administrator corrects it in your account.",
    "unknown_payer_rule": "The biller sets it: Billing, Payers and claims, this payer, Rules.",
    "year_without_threshold": "The biller adds the year in the code tables.",
}
"""For what the reader cannot put right: who does."""


@dataclass(frozen=True, slots=True)
class FindingShown:
    """A finding as the macro takes it."""

    code: str
    level: str
    message: str
    action_text: str = ""
    action_url: str = ""


def shown(found: Iterable[Finding], episode_id: UUID, *, impairment_at: str = "") -> list[FindingShown]:
    """Each finding with where to go; `impairment_at` is the field that links 97112 to an impairment."""
    rows = []
    for one in found:
        text, url = "", ""
        if one.code == "impairment_not_linked" and impairment_at:
            text, url = "Name the impairment", f"#{impairment_at}"
        elif one.code in LINKS:
            text, place = LINKS[one.code]
            url = place(episode_id)
        message = f"{one.message} {ASK[one.code]}" if one.code in ASK else one.message
        rows.append(FindingShown(one.code, one.level.value, message, text, url))
    return rows
