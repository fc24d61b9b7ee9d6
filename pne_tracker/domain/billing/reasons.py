"""Why a line is as it is, and why minutes are on none: sentences for the screen, the export and the
auditor."""

from __future__ import annotations

from pne_tracker.domain.billing.codes import RETRAINING
from pne_tracker.domain.billing.cpt_rule import CodeMinutes
from pne_tracker.domain.billing.units import QUARTER
from pne_tracker.domain.billing.visit import UnitRule

_GUIDE_IS_THE_SOURCE = (
    "The PNE billing guide is the source of this 97112: clinic policy, for the compliance lead to sign off."
)
NOT_TIMED = "1 unit: the code is not timed, and its minutes stay out of the timed total."


def why_this_code(group: CodeMinutes, *, beside_companion: bool) -> tuple[str, ...]:
    """How the shared CPT rule brought these minutes under this code. `beside_companion` says that stand-
    alone PNE was decided to be separate from another treatment."""
    code = group.code.code
    said: tuple[str, ...] = ()
    if group.own:
        said = (f"{code} {group.code.label}, {group.own} min{_with_pne(group)}.",)
    if group.alone:
        said += (_stand_alone(group, beside_companion=beside_companion), _GUIDE_IS_THE_SOURCE)
    if group.combined:
        said += (
            f"PNE, {group.combined} min, combined with {code} by the clinician: the companion's code "
            "is reported, for the minutes of both (guide rule 3).",
        )
    return said


def _with_pne(group: CodeMinutes) -> str:
    if not group.own_pne:
        return ""
    if group.code.code == RETRAINING:
        return f", {group.own_pne} of them with PNE: 97112 is reported once for both (guide rule 2)"
    given = f", {group.own_pne} of them with PNE"
    return f"{given}: the companion's code is reported and 97112 withheld (guide rule 2)"


def _stand_alone(group: CodeMinutes, *, beside_companion: bool) -> str:
    start = f"PNE on its own, {group.alone} min: reported as 97112 (guide rule 1)"
    if beside_companion:
        return f"{start}; the clinician decided that they were apart from the rest (guide rule 3)."
    if group.own:
        return f"{start}; they join the other 97112 minutes on one line (guide rule 3)."
    return f"{start}."


def why_these_units(rule: UnitRule, minutes: int, units: int, timed_minutes: int, all_units: int) -> str:
    """The arithmetic of a timed code's units before any daily limit."""
    if rule is UnitRule.AMA_MIDPOINT:
        return f"{_units(units)} for {minutes} min: the midpoint rule counts each code alone."
    extra = ", 1 of them for the minutes left over" if units > minutes // QUARTER else ""
    return (
        f"{_units(units)} for {minutes} min{extra}: the 8-minute rule gives {timed_minutes} timed min "
        f"of the visit {_units(all_units)}."
    )


def why_limited(lost: int, most: int) -> str:
    """A daily limit took units away but the line stays."""
    return f"{_units(lost)} fell away: the payer pays at most {_units(most)} of timed codes a day."


def why_assistant(modifier: str, therapist: int, assistant: int, without: int, with_it: int) -> str:
    """How the units divide between therapist and assistant."""
    return (
        f"Therapist {therapist} min, assistant alone {assistant} min: {_units(without)} without {modifier}, "
        f"{with_it} with it."
    )


def why_unbilled(rule: UnitRule, group: CodeMinutes, *, limited: int | None) -> str:
    """Why a code with minutes got no unit; `limited` is the daily limit when that took its units."""
    code, minutes = group.code.code, group.minutes
    if limited is not None:
        return f"{code} has no unit left: the payer pays at most {_units(limited)} of timed codes a day."
    if rule is UnitRule.AMA_MIDPOINT:
        return f"{code} has {minutes} min: the midpoint rule gives a first unit at 8 min."
    return f"{code} has {minutes} min: the 8-minute rule leaves it no unit of the visit's timed minutes."


def _units(number: int) -> str:
    return f"{number} unit" if number == 1 else f"{number} units"
