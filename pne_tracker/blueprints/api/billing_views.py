"""Signed visits with their lines, claims, and the figures of completion."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from pne_tracker.adapters import clock
from pne_tracker.blueprints.api.area import get
from pne_tracker.blueprints.api.pages import next_address
from pne_tracker.blueprints.api.patient_views import AFTER, visit_item
from pne_tracker.blueprints.api.shapes import (
    AdherenceFigures,
    BilledVisit,
    BilledVisitList,
    ClaimItem,
    ClaimList,
    CompletionAnswer,
    FindingItem,
    LineItem,
    SectionFigures,
)
from pne_tracker.db import looking, transaction
from pne_tracker.domain.billing.money import decimal_text
from pne_tracker.domain.care import EpisodeStatus
from pne_tracker.domain.scopes import ApiScope
from pne_tracker.queries.claims import STATES, ClaimFilter, ClaimRow
from pne_tracker.queries.completion.filters import CompletionFilter
from pne_tracker.queries.program_lists import SignedVisit
from pne_tracker.services import program_reading as reading
from pne_tracker.web.parameters import choice, day, identifier, instant, limit
from pne_tracker.web.policies import viewer

ALL = "all"


@get(
    "/billing/visits",
    scope=ApiScope.BILLING,
    answer=BilledVisitList,
    query=(AFTER, instant("signed_since", "Only visits signed at this instant or later"), limit()),
)
def billed_visits(after: uuid.UUID | None, signed_since: dt.datetime | None, limit: int) -> BilledVisitList:
    """The signed visits of the account's clinics with their billing lines. No note, no remark."""
    with looking(viewer()) as session:
        rows, more = reading.list_billed_visits(
            session, viewer(), after=after, signed_since=signed_since, limit=limit, now=clock.now()
        )
        items = tuple(_billed(one) for one in rows)
    last = items[-1].visit.id if items else None
    return BilledVisitList(items, next_address(more, last, signed_since=signed_since, limit=limit))


def _billed(one: SignedVisit) -> BilledVisit:
    return BilledVisit(
        visit_item(one),
        one.payer,
        tuple(
            LineItem(
                code=line.code,
                units=line.units,
                minutes=line.minutes,
                pne_minutes=line.pne_minutes,
                modifiers=tuple(line.modifiers),
                diagnoses=tuple(line.diagnoses),
                charge=_money(line.charge_cents),
                reasons=tuple(line.reasons),
            )
            for line in one.lines
        ),
    )


@get(
    "/billing/claims",
    scope=ApiScope.BILLING,
    answer=ClaimList,
    query=(
        AFTER,
        choice("state", "Claims that stand so; waiting is ready and held together", STATES, ALL),
        day("since", "Only visits of this day or later"),
        day("until", "Only visits of this day or earlier"),
        limit(),
    ),
)
def claims(
    after: uuid.UUID | None, state: str, since: dt.date | None, until: dt.date | None, limit: int
) -> ClaimList:
    """The current claims of the account's clinics."""
    chosen = ClaimFilter(state=state, since=since, until=until)
    with looking(viewer()) as session:
        rows, more = reading.list_claims(session, viewer(), chosen, after=after, limit=limit, now=clock.now())
    last = rows[-1].id if rows else None
    following = next_address(more, last, state=state, since=since, until=until, limit=limit)
    return ClaimList(tuple(_claim(row) for row in rows), following)


def _claim(row: ClaimRow) -> ClaimItem:
    return ClaimItem(
        id=row.id,
        visit_id=row.visit_id,
        patient_id=row.patient_id,
        on=row.on_date,
        status=row.status.value,
        frequency=row.frequency,
        number=row.number,
        payer=row.payer,
        units=row.units,
        net=_money(row.net_cents),
        paid=_money(row.paid_cents),
        answered_on=row.answered_on,
        exported_at=row.exported_at,
        findings=tuple(FindingItem(one["code"], one["level"], one["message"]) for one in row.findings),
    )


@get(
    "/completion",
    scope=ApiScope.COMPLETION,
    answer=CompletionAnswer,
    query=(
        choice("status", "Episodes that stand so", [*(one.value for one in EpisodeStatus), ALL], "open"),
        identifier("clinic", "Only episodes of this clinic"),
        identifier("therapist", "Only episodes of this therapist"),
        identifier("payer", "Only episodes of this payer"),
    ),
)
def completion(
    status: str, clinic: uuid.UUID | None, therapist: uuid.UUID | None, payer: uuid.UUID | None
) -> CompletionAnswer:
    """How far the episodes have come, section by section: counts alone, no patient."""
    chosen = CompletionFilter(
        clinic_id=clinic,
        therapist_id=therapist,
        payer_id=payer,
        status=None if status == ALL else EpisodeStatus(status),
    )
    today = clock.today(viewer().timezone)
    with transaction(viewer()) as session:
        view, titles = reading.read_completion(session, viewer(), chosen, today=today, now=clock.now())
    return CompletionAnswer(
        sections=tuple(_figures(one, titles) for one in view.sections),
        by_status={status.value: count for status, count in view.by_status.items()},
        stalled=view.stalled,
        long_stalled=view.long_stalled,
        adherence=AdherenceFigures(view.adherence.expected, view.adherence.done, view.adherence.late),
    )


def _figures(one: Any, titles: list[str]) -> SectionFigures:
    return SectionFigures(
        number=one.section,
        title=titles[one.section - 1],
        episodes=one.episodes,
        taught=one.taught,
        understood=one.understood,
        complete=one.complete,
        revisit=one.revisit,
        skipped=one.skipped,
    )


def _money(cents: int | None) -> str | None:
    return None if cents is None else decimal_text(cents)
