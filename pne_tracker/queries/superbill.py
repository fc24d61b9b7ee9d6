"""A signed visit as its superbill needs it: the frozen lines, and who is behind them."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Access, Viewer
from pne_tracker.domain.errors import RefusedError
from pne_tracker.domain.people import full_name
from pne_tracker.models import BillingLine, Coverage, Visit, VisitStatus
from pne_tracker.queries.access import load
from pne_tracker.queries.papers import PaperHead, paper_head


@dataclass(frozen=True, slots=True)
class SuperbillLine:
    """One line as it was signed; `charge` in cents, None without a fee."""

    code: str
    units: int
    minutes: int
    modifiers: tuple[str, ...]
    charge: int | None
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SuperbillFacts:
    """One signed visit. `diagnoses` in the order that its lines point to; `rule` says how units were counted.

    The card's numbers are those known for the visit's payer, "" without; `insured` is "" where that is the patient.
    """

    visit_id: uuid.UUID
    head: PaperHead
    on_date: dt.date
    signed_at: dt.datetime
    signed_by: str
    provider_npi: str
    payer: str
    member_id: str
    group_number: str
    insured: str
    minutes: int | None
    diagnoses: tuple[str, ...]
    lines: tuple[SuperbillLine, ...]
    rule: str


def superbill_facts(
    session: Session, viewer: Viewer, visit_id: uuid.UUID, access: Access = Access.VIEW
) -> SuperbillFacts:
    """The facts of a visit in reach.

    Raises NotFoundError out of reach, RefusedError while the visit is a draft or when it was entered in error.
    """
    visit = load(session, viewer, Visit, visit_id, access)
    if visit.status is VisitStatus.DRAFT:
        raise RefusedError("A superbill is made from a signed visit. Sign this one first.")
    if visit.status is VisitStatus.ENTERED_IN_ERROR:
        raise RefusedError("This visit was entered in error, so there is nothing to bill for it.")
    content = visit.content or {}
    head, payer = paper_head(session, visit.episode_id), str(content.get("payer", {}).get("name", ""))
    card = session.scalars(select(Coverage).where(Coverage.episode_id == visit.episode_id)).one_or_none()
    if payer != head.payer:
        card = None
    rows = session.scalars(
        select(BillingLine).where(BillingLine.visit_id == visit.id).order_by(BillingLine.position)
    )
    return SuperbillFacts(
        visit_id=visit.id,
        head=head,
        on_date=visit.on_date,
        signed_at=visit.signed_at or visit.saved_at,
        signed_by=str(content.get("signed_by", "")),
        provider_npi=str(content.get("therapist", {}).get("npi") or ""),
        payer=payer,
        member_id=card.member_id if card else "",
        group_number=card.group_number or "" if card else "",
        insured=full_name(card.given_name or "", card.family_name or "") if card else "",
        minutes=visit.minutes,
        diagnoses=tuple(content.get("diagnoses", ())),
        lines=tuple(
            SuperbillLine(
                code=row.code,
                units=row.units,
                minutes=row.minutes,
                modifiers=tuple(row.modifiers),
                charge=row.charge_cents,
                reasons=tuple(row.reasons),
            )
            for row in rows
        ),
        rule=str(content.get("rule", "")),
    )
