"""The biller's months: cards copied, files made each Monday, answers of payers, what was voided and billed again."""

from __future__ import annotations

import datetime as dt
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.billing.claim_states import OPEN, ClaimStatus
from pne_tracker.domain.billing.fee_sheet import FeeRow
from pne_tracker.models import Claim, Payer
from pne_tracker.services import claim_answers, claim_batches, claims, coverages, payers
from pne_tracker.services.claim_batches import Writer
from pne_tracker.services.coverages import CoverageDraft
from pne_tracker.services.demo.agenda import local
from pne_tracker.services.demo.clinic import ZONE
from pne_tracker.services.demo.course import SEED, Course, World

WEEK = dt.timedelta(days=7)
ANSWERED_AFTER = 16
LATEST_OUT = 6
PAID_SHARE = {"medicare": 80, "shoreline": 85, "granite": 78, "comp": 100}
DENIED = 0.07
DENIALS = ("Service not covered on this day", "Authorisation not on file", "Medical record asked for")
NO_CARD = frozenset({13, 21})
INSURED_BY_SPOUSE = 5


def insure(course: Course, when: dt.datetime) -> None:
    """Copy the insurance card when the episode opens; of two patients nobody has asked for it yet."""
    story, number = course.story, course.number
    if story.payer == "self" or number in NO_CARD:
        return
    card = CoverageDraft(
        _member(story.payer, number), group_number="" if story.payer == "medicare" else "HL-200"
    )
    patient = course.draft
    if number % 9 == INSURED_BY_SPOUSE and story.payer != "medicare" and patient is not None:
        card = CoverageDraft(
            card.member_id,
            relationship="01",
            group_number=card.group_number,
            family_name=story.family,
            given_name="Alex",
            birth_date=story.birth_date(course.world.today, number + 3),
            sex="unknown",
            address_line=patient.address_line,
            city=patient.city,
            state=patient.state,
            postal_code=patient.postal_code,
        )
    biller = course.world.clinic.viewers["priya"]
    coverages.save_coverage(course.session, biller, course.episode_id, course.patient_id, card, now=when)


def _member(payer: str, number: int) -> str:
    return f"{payer[:3].upper()}{700100 + number * 37}"


def raise_fees(world: World) -> None:
    """One payer's fees rose two months ago: lines signed before keep theirs."""
    biller, payer_id = world.clinic.viewers["priya"], world.clinic.payers["shoreline"]
    since = (world.today - 8 * WEEK).replace(day=1)
    when = local(since, dt.time(9), ZONE)
    for code, cents in (("97110", 4025), ("97112", 4575)):
        payers.keep_fee(world.session, biller, payer_id, FeeRow(code, cents, since), now=when)


def bill_history(world: World, write: Writer) -> None:
    """Everything that happened to the signed visits up to today."""
    session, biller = world.session, world.clinic.viewers["priya"]
    rng = Random(f"{SEED}:office")  # noqa: S311 (it tells stories, it guards nothing)
    first = session.scalar(select(Claim.on_date).order_by(Claim.on_date).limit(1))
    if first is None:
        return
    monday = first + dt.timedelta(days=7 - first.weekday())
    while monday <= world.today:
        _make_files(session, biller, monday, write)
        monday += WEEK
    _answers(world, rng)
    _second_thoughts(world, write)


def _make_files(session: Session, biller: Viewer, monday: dt.date, write: Writer) -> None:
    ready = session.scalars(
        select(Claim.id)
        .join(Payer, Payer.id == Claim.payer_id)
        .where(
            Claim.status == ClaimStatus.READY,
            Claim.on_date < monday - dt.timedelta(days=LATEST_OUT),
            Payer.filing_code.is_not(None),
        )
    ).all()
    if ready:
        claim_batches.export(
            session, biller, ready, write, today=monday, now=local(monday, dt.time(16, 4), ZONE)
        )


def _answers(world: World, rng: Random) -> None:
    keys = {payer_id: key for key, payer_id in world.clinic.payers.items()}
    out = world.session.scalars(
        select(Claim).where(Claim.status == ClaimStatus.EXPORTED).order_by(Claim.on_date, Claim.number)
    ).all()
    for claim in out:
        sent = claim.exported_at
        day = (sent.date() if sent else claim.on_date) + dt.timedelta(days=ANSWERED_AFTER + rng.randrange(6))
        if day <= world.today:
            _answer(world, claim, PAID_SHARE[keys[claim.payer_id]], day, rng)
    for claim in world.session.scalars(
        select(Claim).where(Claim.status == ClaimStatus.READY, Claim.payer_id == world.clinic.payers["self"])
    ).all():
        if claim.on_date + WEEK <= world.today:
            _answer(world, claim, 100, claim.on_date + WEEK, None)


def _answer(world: World, claim: Claim, share: int, day: dt.date, rng: Random | None) -> None:
    biller = world.clinic.viewers["priya"]
    now, number = local(day, dt.time(11, 20), ZONE), f"ICN{claim.number}" if claim.number else ""
    if rng is not None and rng.random() < DENIED:
        reason = rng.choice(DENIALS)
        claim_answers.deny(
            world.session,
            biller,
            claim.id,
            reason=reason,
            on_date=day,
            today=day,
            now=now,
            payer_number=number,
        )
        return
    cents = (claim.charge_cents or 0) * share // 100
    claim_answers.pay(
        world.session, biller, claim.id, cents=cents, on_date=day, today=day, now=now, payer_number=number
    )


def _second_thoughts(world: World, write: Writer) -> None:
    """A denial billed again, a payment voided, a visit held: one of each, and the void is out."""
    session, biller, now = world.session, world.clinic.viewers["priya"], world.now
    denied = session.scalars(
        select(Claim).where(Claim.status == ClaimStatus.DENIED).order_by(Claim.on_date.desc()).limit(1)
    ).one_or_none()
    if denied is not None and denied.payer_number:
        reason = "With the authorisation number"
        claim_answers.rebill(
            session, biller, denied.id, reason=reason, reference=denied.payer_number, now=now
        )
    paid = session.scalars(
        select(Claim)
        .where(Claim.status == ClaimStatus.PAID, Claim.payer_number.is_not(None))
        .order_by(Claim.on_date)
        .limit(1)
    ).one_or_none()
    if paid is not None and paid.payer_number:
        new = claim_answers.void(
            session,
            biller,
            paid.id,
            reason="Another payer is responsible",
            reference=paid.payer_number,
            now=now,
        )
        claim_batches.export(session, biller, [new], write, today=world.today, now=now)
    waiting = session.scalars(
        select(Claim.id)
        .where(Claim.status.in_(OPEN), Claim.frequency == "1")
        .order_by(Claim.on_date.desc())
        .limit(1)
    ).one_or_none()
    if waiting is not None:
        claims.hold(session, biller, [waiting], "Waiting for the new referral", now=now)
