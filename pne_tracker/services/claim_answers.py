"""What a payer answered, and what a biller does about it: paid, denied, void, bill again. All of it by hand."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Access, Viewer
from pne_tracker.domain.billing.claim_states import (
    FIRST,
    REPLACES,
    VOIDS,
    ClaimAct,
    ClaimStatus,
    refuse,
)
from pne_tracker.domain.errors import BadInputError, RefusedError
from pne_tracker.models import Claim, Visit, VisitStatus, new_id
from pne_tracker.queries.access import load
from pne_tracker.services import audit, claims

MAX_REFERENCE = 50


def pay(
    session: Session,
    viewer: Viewer,
    claim_id: uuid.UUID,
    *,
    cents: int,
    on_date: dt.date,
    today: dt.date,
    now: dt.datetime,
    reason: str = "",
    payer_number: str = "",
) -> None:
    """Enter a payment: the claim's paid amount is the one entered last. Raises BadInputError, RefusedError."""
    claim = _answerable(session, viewer, claim_id, ClaimAct.PAID)
    _refuse_day(claim, on_date, today)
    if claim.charge_cents is not None and cents > claim.charge_cents:
        raise BadInputError("The payment is more than the claim asks for. Correct the amount.", at="amount")
    claim.status, claim.paid_cents = ClaimStatus.PAID, cents
    _answer(
        session, viewer, claim, ClaimAct.PAID, on_date, reason.strip()[: claims.MAX_REASON], payer_number, now
    )


def deny(
    session: Session,
    viewer: Viewer,
    claim_id: uuid.UUID,
    *,
    reason: str,
    on_date: dt.date,
    today: dt.date,
    now: dt.datetime,
    payer_number: str = "",
) -> None:
    """Enter a denial with its reason. Raises BadInputError, RefusedError."""
    claim = _answerable(session, viewer, claim_id, ClaimAct.DENIED)
    _refuse_day(claim, on_date, today)
    said = claims.reason_of(reason)
    claim.status, claim.paid_cents = ClaimStatus.DENIED, None
    _answer(session, viewer, claim, ClaimAct.DENIED, on_date, said, payer_number, now)


def _answerable(session: Session, viewer: Viewer, claim_id: uuid.UUID, act: ClaimAct) -> Claim:
    claim = load(session, viewer, Claim, claim_id, Access.EDIT)
    if not claim.current:
        raise RefusedError("Another claim took the place of this one. Open that one.")
    refuse(act, claims.standing(session, [claim])[claim.id])
    return claim


def _refuse_day(claim: Claim, on_date: dt.date, today: dt.date) -> None:
    if not claim.on_date <= on_date <= today:
        raise BadInputError("The answer lies between the visit and today. Correct the date.", at="on_date")


def _answer(
    session: Session,
    viewer: Viewer,
    claim: Claim,
    act: ClaimAct,
    on_date: dt.date,
    reason: str,
    payer_number: str,
    now: dt.datetime,
) -> None:
    claim.answered_on = on_date
    if payer_number.strip():
        claim.payer_number = _reference(payer_number)
    claims.note(session, viewer, claim, act, now=now, reason=reason, cents=claim.paid_cents, on_date=on_date)
    _audit(session, viewer, claim, act.value, now)


def _reference(text: str) -> str:
    text = text.strip()
    if not text:
        raise BadInputError("Write the payer's number of the claim. It is on the remittance.", at="reference")
    if len(text) > MAX_REFERENCE or not text.isascii() or any(one in "*:~^" for one in text):
        raise BadInputError("Write the number as the payer wrote it, without * : ~ ^.", at="reference")
    return text


def void(
    session: Session, viewer: Viewer, claim_id: uuid.UUID, *, reason: str, reference: str, now: dt.datetime
) -> uuid.UUID:
    """Take back what went out: a claim of frequency 8 takes its place and waits to go out. Returns its id."""
    claim = _answerable(session, viewer, claim_id, ClaimAct.VOIDED)
    return _follow(session, viewer, claim, ClaimAct.VOIDED, VOIDS, _reference(reference), reason, now)


def rebill(
    session: Session,
    viewer: Viewer,
    claim_id: uuid.UUID,
    *,
    reason: str,
    reference: str,
    now: dt.datetime,
) -> uuid.UUID:
    """Bill the visit again: with the payer's `reference` as a replacement (frequency 7), without as a first claim.

    Without one is for claims that came back unread, so denied, or that are void. Returns the new claim's id.
    Raises RefusedError where the visit was entered in error, BadInputError where a reference is missing.
    """
    claim = _answerable(session, viewer, claim_id, ClaimAct.REBILLED)
    visit = session.scalars(select(Visit).where(Visit.id == claim.visit_id)).one()
    if visit.status is not VisitStatus.SIGNED:
        raise RefusedError("The visit was entered in error, so it is not billed again. Void what went out.")
    anew = claim.status is ClaimStatus.DENIED and not reference.strip()
    if claim.status is ClaimStatus.VOID or anew:
        return _follow(session, viewer, claim, ClaimAct.REBILLED, FIRST, None, reason, now)
    return _follow(session, viewer, claim, ClaimAct.REBILLED, REPLACES, _reference(reference), reason, now)


def _follow(
    session: Session,
    viewer: Viewer,
    claim: Claim,
    act: ClaimAct,
    frequency: str,
    reference: str | None,
    reason: str,
    now: dt.datetime,
) -> uuid.UUID:
    said = claims.reason_of(reason)
    claim.current = False
    session.flush()
    new = Claim(
        id=new_id(),
        organisation_id=claim.organisation_id,
        status=ClaimStatus.HELD,
        current=True,
        frequency=frequency,
        reference=reference,
        replaces_id=claim.id,
        diagnoses=[],
        findings=[],
        created_at=now,
        checked_at=now,
        **{name: getattr(claim, name) for name in _SAME},
    )
    session.add(new)
    session.flush()
    claims.check(session, [new], now=now)
    claims.note(session, viewer, claim, act, now=now, reason=said)
    claims.note(session, viewer, new, ClaimAct.OPENED, now=now, reason=said)
    _audit(session, viewer, claim, act.value, now)
    session.flush()
    return new.id


_SAME = (
    *("visit_id", "episode_id", "patient_id", "clinic_id", "payer_id", "therapist_id", "on_date"),
    *("lines", "units", "minutes", "signed_findings"),
)


def keep(session: Session, viewer: Viewer, claim_id: uuid.UUID, *, now: dt.datetime) -> uuid.UUID:
    """Undo a void or a second billing that has not gone out; the claim before stands again. Returns its id."""
    claim = _answerable(session, viewer, claim_id, ClaimAct.KEPT)
    if claim.replaces_id is None:
        raise RefusedError("This is the first claim of the visit. There is none before it to keep.")
    before = session.scalars(select(Claim).where(Claim.id == claim.replaces_id).with_for_update()).one()
    claims.step_back(session, viewer, claim, before, now=now)
    _audit(session, viewer, before, ClaimAct.KEPT.value, now)
    session.flush()
    return before.id


def _audit(session: Session, viewer: Viewer, claim: Claim, action: str, now: dt.datetime) -> None:
    audit.record(session, viewer, action, "claim", subject_id=claim.id, patient_id=claim.patient_id, now=now)
