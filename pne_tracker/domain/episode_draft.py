"""An episode as staff fill it in, and the rules its fields keep."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from dataclasses import dataclass

from pne_tracker.domain.errors import BadInputError

MAX_CODES = 12
_CODE = re.compile(r"[A-Z][0-9A-Z]{2}(\.[0-9A-Z]{1,4})?")


@dataclass(frozen=True, slots=True)
class EpisodeDraft:
    """One course of treatment. `codes` are ICD-10-CM with their dot, the one billed first leading.

    `team` are further accounts that treat; `visit_minutes` are those of a whole visit; `flags` are ids of the
    pack's yellow flags and count when the episode is opened.
    """

    therapist_id: uuid.UUID
    discipline: str
    payer_id: uuid.UUID
    opened_on: dt.date
    codes: tuple[str, ...] = ()
    reason: str = ""
    goal: str = ""
    team: frozenset[uuid.UUID] = frozenset()
    visits_authorised: int | None = None
    visits_per_week: int = 1
    visit_minutes: int = 45
    plan_of_care_from: dt.date | None = None
    plan_of_care_certified_on: dt.date | None = None
    last_progress_report_on: dt.date | None = None
    referring_provider_id: uuid.UUID | None = None
    flags: frozenset[str] = frozenset()


def check_draft(draft: EpisodeDraft, today: dt.date) -> None:
    """Raise BadInputError at the first field that cannot be kept."""
    if draft.discipline not in {"PT", "OT"}:
        raise BadInputError("Choose PT or OT.", at="discipline")
    _check_codes(draft.codes)
    for at, value, low, high in (
        ("visits_authorised", draft.visits_authorised, 0, 500),
        ("visits_per_week", draft.visits_per_week, 1, 14),
        ("visit_minutes", draft.visit_minutes, 10, 480),
    ):
        if value is not None and not low <= value <= high:
            raise BadInputError(f"Write a whole number from {low} to {high}.", at=at)
    _check_days(draft, today)


def _check_codes(codes: tuple[str, ...]) -> None:
    if not codes:
        raise BadInputError("Write at least one ICD-10-CM code: claims need it.", at="codes")
    if len(codes) > MAX_CODES:
        raise BadInputError(f"A claim holds {MAX_CODES} diagnoses. Leave the others out.", at="codes")
    if len(set(codes)) < len(codes) or not all(_CODE.fullmatch(code) for code in codes):
        raise BadInputError("Write each ICD-10-CM code once, like M54.16.", at="codes")


def _check_days(draft: EpisodeDraft, today: dt.date) -> None:
    if draft.opened_on > today:
        raise BadInputError("The episode cannot start in the future. Open it on the day.", at="opened_on")
    for at, day in (
        ("plan_of_care_certified_on", draft.plan_of_care_certified_on),
        ("last_progress_report_on", draft.last_progress_report_on),
    ):
        if day is not None and day > today:
            raise BadInputError("This day lies in the future. Write the day it happened.", at=at)
