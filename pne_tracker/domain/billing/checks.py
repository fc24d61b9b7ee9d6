"""What a visit must fulfil before it is counted. The quick pass says yes or no, the slow one what is
wrong."""

from __future__ import annotations

from pne_tracker.domain.billing.codes import CodeTable
from pne_tracker.domain.billing.visit import MINUTES_OF_A_DAY, PNE, SEPARATE, BillableVisit, Treatment
from pne_tracker.domain.errors import BadInputError
from pne_tracker.domain.json_text import shown


def check(visit: BillableVisit, codes: CodeTable) -> None:
    """Refuse a visit that contradicts itself.

    Raises BadInputError with `at` such as `treatments[0].minutes` and one of the codes `unknown_code`,
    `bad_minutes`, `too_many_minutes`, `pne_minutes_above_minutes`, `assistant_minutes_above_minutes`,
    `pne_minutes_on_untimed`, `pne_minutes_on_pne`, `decision_not_pne`, `decision_code_untimed`,
    `decision_code_not_in_visit`, `bad_limit`, `bad_money`.
    """
    total = 0
    for index, row in enumerate(visit.treatments):
        if not _is_fine(row, codes):
            _refuse_row(row, f"treatments[{index}]", visit, codes)
        total += row.minutes
    if total > MINUTES_OF_A_DAY:
        raise _bad(
            f"The treatments last {total if total < 10**6 else 'far more than'} minutes and a day has "
            f"{MINUTES_OF_A_DAY}. Correct the minutes.",
            "treatments",
            "too_many_minutes",
        )
    if visit.max_timed_units is not None and visit.max_timed_units < 0:
        raise _bad(
            "The daily limit is a whole number of units, 0 or more.", "max_timed_units_per_day", "bad_limit"
        )
    if (visit.ytd_allowed or 0) < 0:
        raise _bad("The year's allowed amount is not negative.", "ytd_allowed", "bad_money")
    for code, fee in visit.fees.items():
        if code not in codes:
            raise _bad(
                f"{shown(code)} is not a code of this clinic. Correct it or add it.",
                f"fees.{code[:20]}",
                "unknown_code",
            )
        if fee < 0:
            raise _bad("A fee is not negative.", f"fees.{code}", "bad_money")
    if visit.tie_prefers is not None and visit.tie_prefers not in codes:
        raise _bad(f"{shown(visit.tie_prefers)} is not a code of this clinic.", "tie_prefers", "unknown_code")


def _is_fine(row: Treatment, codes: CodeTable) -> bool:
    """Whether a row needs no closer look; a decision for a code always gets one."""
    if not 0 <= row.minutes <= MINUTES_OF_A_DAY or not 0 <= row.assistant_minutes <= row.minutes:
        return False
    if row.activity == PNE:
        return not row.pne_minutes and (row.decision is None or row.decision == SEPARATE)
    code = codes.get(row.activity)
    if code is None or row.decision is not None:
        return False
    return 0 <= row.pne_minutes <= row.minutes if code.timed else not row.pne_minutes


def _refuse_row(row: Treatment, at: str, visit: BillableVisit, codes: CodeTable) -> None:
    if row.activity != PNE and row.activity not in codes:
        raise _bad(
            f"{shown(row.activity)} is neither pne nor a code of this clinic. Correct it or add the code.",
            f"{at}.activity",
            "unknown_code",
        )
    _refuse_minutes(row, at)
    if row.activity == PNE:
        _refuse_pne_row(row, at, visit, codes)
        return
    if row.pne_minutes and not codes[row.activity].timed:
        raise _bad(
            f"{row.activity} is not timed, so PNE cannot take place within its minutes. "
            "Record the PNE as a row of its own.",
            f"{at}.pne_minutes",
            "pne_minutes_on_untimed",
        )
    if row.decision is not None:
        raise _bad("A decision belongs to a pne row. Remove it.", f"{at}.decision", "decision_not_pne")


def _refuse_minutes(row: Treatment, at: str) -> None:
    named = (
        ("minutes", row.minutes),
        ("pne_minutes", row.pne_minutes),
        ("assistant_minutes", row.assistant_minutes),
    )
    for name, value in named:
        if value < 0:
            raise _bad("Minutes are a whole number, 0 or more.", f"{at}.{name}", "bad_minutes")
    if row.minutes > MINUTES_OF_A_DAY:
        raise _bad(
            f"A day has {MINUTES_OF_A_DAY} minutes. Correct this.", f"{at}.minutes", "too_many_minutes"
        )
    for name, value in named[1:]:
        if value > row.minutes:
            what = "PNE" if name == "pne_minutes" else "assistant"
            raise _bad(
                f"The {what} minutes are part of the treatment's {row.minutes} and cannot be more.",
                f"{at}.{name}",
                f"{name}_above_minutes",
            )


def _refuse_pne_row(row: Treatment, at: str, visit: BillableVisit, codes: CodeTable) -> None:
    if row.pne_minutes not in {0, row.minutes}:
        raise _bad(
            "All minutes of a pne row are PNE. Leave pne_minutes out here.",
            f"{at}.pne_minutes",
            "pne_minutes_on_pne",
        )
    target = row.decision
    if target is None or target == SEPARATE:
        return
    at = f"{at}.decision.combined_with"
    if target not in codes:
        raise _bad(
            f"{shown(target)} is not a code of this clinic. Combine with a treatment of the visit.",
            at,
            "unknown_code",
        )
    if not codes[target].timed:
        raise _bad(
            f"{target} is not timed, so PNE cannot be combined with it. Name a timed treatment of the visit.",
            at,
            "decision_code_untimed",
        )
    if not any(other.activity == target and other.minutes for other in visit.treatments):
        raise _bad(
            f"{target} has no minutes in this visit. Combine with a treatment that was given.",
            at,
            "decision_code_not_in_visit",
        )


def _bad(message: str, at: str, code: str) -> BadInputError:
    return BadInputError(message, at=at, code=code)
