"""Claims from the signature on: opening, checking, holding, insurance. A frozen line is never touched."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.billing import Finding, Level, blocks_billing
from pne_tracker.domain.billing.claim_states import (
    OPEN,
    OUT,
    VOIDS,
    ClaimAct,
    ClaimStatus,
    Standing,
    checked,
    net_cents,
    refuse,
)
from pne_tracker.domain.errors import BadInputError, NotFoundError
from pne_tracker.models import BillingLine, Claim, ClaimEvent, Payer, Visit, new_id
from pne_tracker.queries.claim_records import ClaimRecord, record_at_signing, records
from pne_tracker.queries.visit_facts import VisitFacts
from pne_tracker.services import audit

MAX_REASON = 300
AT_ONCE = 400
IN_ERROR = Finding(
    "visit_in_error", Level.WARNING, "The visit was entered in error after this went out. Void the claim."
)


def open_claim(
    session: Session,
    viewer: Viewer,
    facts: VisitFacts,
    lines: Sequence[BillingLine],
    findings: Iterable[Finding],
    *,
    now: dt.datetime,
) -> Claim | None:
    """The claim of a visit that is being signed, checked at once; None for a visit without a line.

    `facts` are what surrounds the visit, `findings` the engine's.
    """
    if not lines:
        return None
    visit = facts.visit
    claim = Claim(
        id=new_id(),
        organisation_id=visit.organisation_id,
        visit_id=visit.id,
        episode_id=visit.episode_id,
        patient_id=visit.patient_id,
        clinic_id=visit.clinic_id,
        payer_id=lines[0].payer_id,
        therapist_id=visit.signed_by or visit.therapist_id,
        on_date=visit.on_date,
        status=ClaimStatus.HELD,
        frequency="1",
        current=True,
        lines=len(lines),
        units=sum(line.units for line in lines),
        minutes=sum(line.minutes for line in lines),
        diagnoses=[],
        signed_findings=[kept(one) for one in findings],
        findings=[],
        created_at=now,
        checked_at=now,
    )
    _keep_check(claim, record_at_signing(session, claim, lines, facts), now)
    session.add(claim)
    note(session, viewer, claim, ClaimAct.OPENED, now=now)
    return claim


def kept(finding: Finding) -> dict[str, str]:
    """A finding as it is kept with a claim."""
    return {"code": finding.code, "level": finding.level.value, "message": finding.message}


def check(session: Session, claims: Sequence[Claim], *, now: dt.datetime) -> list[Claim]:
    """Check open claims against everything as it stands now; returns those that changed their state."""
    moved: list[Claim] = []
    for start in range(0, len(claims), AT_ONCE):
        part = [one for one in claims[start : start + AT_ONCE] if one.status in OPEN]
        found = records(session, [one.id for one in part])
        moved += [claim for claim in part if _keep_check(claim, found[claim.id], now)]
    session.flush()
    return moved


def _keep_check(claim: Claim, record: ClaimRecord, now: dt.datetime) -> bool:
    """Keep with a claim what its record says; says if it changed its state."""
    claim.findings = [kept(one) for one in record.findings]
    claim.diagnoses = list(record.facts.diagnoses)
    claim.charge_cents = record.facts.total
    claim.net_cents = net_cents(claim.frequency, record.facts.total)
    claim.checked_at = now
    before = claim.status
    claim.status = checked(blocked=blocks_billing(record.findings), hold_reason=claim.hold_reason)
    return claim.status is not before


def check_where(session: Session, viewer: Viewer, condition: ColumnElement[bool], *, now: dt.datetime) -> int:
    """Check every open claim that `condition` on Claim selects, after something that claims say has changed."""
    claims = session.scalars(
        select(Claim)
        .where(condition, Claim.current.is_(True), Claim.status.in_(OPEN))
        .order_by(Claim.id)
        .with_for_update()
    ).all()
    moved = check(session, claims, now=now)
    for claim in moved:
        note(session, viewer, claim, ClaimAct.CHECKED, now=now, reason=_said(claim))
    return len(claims)


def _said(claim: Claim) -> str:
    if claim.status is ClaimStatus.READY:
        return "Nothing holds it any more."
    return next((one["message"] for one in claim.findings if one["level"] == "blocking"), "")[:MAX_REASON]


def note(
    session: Session,
    viewer: Viewer,
    claim: Claim,
    act: ClaimAct,
    *,
    now: dt.datetime,
    reason: str = "",
    cents: int | None = None,
    on_date: dt.date | None = None,
    batch_id: uuid.UUID | None = None,
) -> None:
    """Write what happened to a claim."""
    session.add(
        ClaimEvent(
            id=new_id(),
            organisation_id=claim.organisation_id,
            claim_id=claim.id,
            act=act,
            at=now,
            by=viewer.account_id,
            reason=reason,
            cents=cents,
            on_date=on_date,
            batch_id=batch_id,
        )
    )


def chosen_claims(session: Session, viewer: Viewer, ids: Iterable[uuid.UUID]) -> list[Claim]:
    """The current claims of those ids in the viewer's clinics, locked, oldest first.

    Raises NotFoundError when one of them is out of reach, BadInputError when none is chosen.
    """
    wanted = set(ids)
    if not wanted:
        raise BadInputError("Choose the visits first.", at="claim")
    found: list[Claim] = []
    listed = sorted(wanted)
    for start in range(0, len(listed), AT_ONCE):
        found += session.scalars(
            select(Claim)
            .where(Claim.id.in_(listed[start : start + AT_ONCE]), Claim.clinic_id.in_(viewer.clinic_ids))
            .order_by(Claim.id)
            .with_for_update()
        )
    if len(found) < len(wanted):
        raise NotFoundError
    return sorted(found, key=lambda one: (one.on_date, one.id))


def standing(session: Session, claims: Sequence[Claim]) -> dict[uuid.UUID, Standing]:
    """Where each claim stands."""
    payers = {one.payer_id for one in claims}
    takes = {
        row[0]: row[1] is not None
        for row in session.execute(select(Payer.id, Payer.filing_code).where(Payer.id.in_(payers)))
    }
    return {one.id: Standing(one.status, takes[one.payer_id]) for one in claims}


def reason_of(text: str) -> str:
    """A reason as typed; BadInputError at `reason` when it is empty or too long."""
    text = " ".join(text.split())
    if not text:
        raise BadInputError("Write the reason.", at="reason")
    if len(text) > MAX_REASON:
        raise BadInputError(f"Shorten the reason to {MAX_REASON} characters.", at="reason")
    return text


def hold(session: Session, viewer: Viewer, ids: Iterable[uuid.UUID], reason: str, *, now: dt.datetime) -> int:
    """Hold open claims by hand; returns how many. Raises BadInputError without a reason, RefusedError."""
    reason = reason_of(reason)
    claims = chosen_claims(session, viewer, ids)
    stand = standing(session, claims)
    for claim in claims:
        refuse(ClaimAct.HELD, stand[claim.id])
        claim.hold_reason, claim.status = reason, ClaimStatus.HELD
        note(session, viewer, claim, ClaimAct.HELD, now=now, reason=reason)
        _audit(session, viewer, claim, "hold", now)
    session.flush()
    return len(claims)


def release(
    session: Session, viewer: Viewer, ids: Iterable[uuid.UUID], *, now: dt.datetime
) -> tuple[int, int]:
    """Let go what was held by hand; (how many are ready, how many a gate still holds)."""
    claims = chosen_claims(session, viewer, ids)
    stand = standing(session, claims)
    for claim in claims:
        refuse(ClaimAct.RELEASED, stand[claim.id])
        if claim.hold_reason is not None:
            claim.hold_reason = None
            note(session, viewer, claim, ClaimAct.RELEASED, now=now)
            _audit(session, viewer, claim, "release", now)
    check(session, claims, now=now)
    ready = sum(one.status is ClaimStatus.READY for one in claims)
    return ready, len(claims) - ready


def check_again(
    session: Session, viewer: Viewer, ids: Iterable[uuid.UUID], *, now: dt.datetime
) -> tuple[int, int]:
    """Check open claims against everything as it stands now; (how many are ready, how many are held)."""
    claims = chosen_claims(session, viewer, ids)
    stand = standing(session, claims)
    for claim in claims:
        refuse(ClaimAct.CHECKED, stand[claim.id])
    for claim in check(session, claims, now=now):
        note(session, viewer, claim, ClaimAct.CHECKED, now=now, reason=_said(claim))
    session.flush()
    ready = sum(one.status is ClaimStatus.READY for one in claims)
    return ready, len(claims) - ready


def withdraw_claim(session: Session, viewer: Viewer, visit: Visit, *, now: dt.datetime) -> None:
    """The visit was entered in error: a claim that is not out yet is withdrawn; one that is stays, to be voided."""
    claim = session.scalars(
        select(Claim).where(Claim.visit_id == visit.id, Claim.current.is_(True)).with_for_update()
    ).one_or_none()
    if claim is None:
        return
    if claim.status in OPEN and claim.replaces_id is None:
        claim.status, claim.net_cents = ClaimStatus.WITHDRAWN, 0
        note(session, viewer, claim, ClaimAct.WITHDRAWN, now=now, reason="The visit was entered in error.")
        session.flush()
        return
    if claim.status in OPEN and claim.frequency != VOIDS:
        before = session.scalars(select(Claim).where(Claim.id == claim.replaces_id).with_for_update()).one()
        step_back(session, viewer, claim, before, now=now)
        claim = before
    if claim.status in OUT:
        claim.findings = [kept(IN_ERROR)]
        note(session, viewer, claim, ClaimAct.CHECKED, now=now, reason=IN_ERROR.message)
    session.flush()


def step_back(session: Session, viewer: Viewer, claim: Claim, before: Claim, *, now: dt.datetime) -> None:
    """Let the claim before stand again in the place of one that has not gone out."""
    claim.current, claim.status, claim.net_cents = False, ClaimStatus.WITHDRAWN, 0
    session.flush()
    before.current = True
    note(session, viewer, claim, ClaimAct.WITHDRAWN, now=now, reason="The claim before it is kept.")
    note(session, viewer, before, ClaimAct.KEPT, now=now)
    session.flush()


def _audit(session: Session, viewer: Viewer, claim: Claim, action: str, now: dt.datetime) -> None:
    audit.record(session, viewer, action, "claim", subject_id=claim.id, patient_id=claim.patient_id, now=now)
