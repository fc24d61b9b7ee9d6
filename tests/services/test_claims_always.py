"""Always true of claims, whatever is done to them in whatever order: each signed visit is billed once, and no
minute and no cent gets lost or doubled."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack, suppress
from typing import Any

from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pne_tracker.db import transaction
from pne_tracker.domain.billing.claim_states import ClaimStatus
from pne_tracker.domain.errors import BadInputError, RefusedError
from pne_tracker.models import BillingLine, Claim, ClaimBatch, ClaimBatchLine, Visit, VisitStatus
from pne_tracker.services import claim_answers, claims
from pne_tracker.services.visits import withdraw_visit
from tests.claims import export, faults, prepare, visit_on
from tests.people import House

FIRST = dt.date(2026, 10, 12)
PICK = st.integers(0, 20)
REFERENCE = st.sampled_from(["", "ICN-7"])


class Office(RuleBasedStateMachine):
    """A therapist who signs and takes back, a biller who does everything else, in any order."""

    def __init__(self, house: House) -> None:
        super().__init__()
        self.house = house
        self.biller = house.viewers["biller"]
        self.stack = ExitStack()
        self.session: Session = self.stack.enter_context(transaction(house.therapist))
        prepare(self.session, house)
        self.signed = 0
        self.frozen: dict[Any, tuple[Any, ...]] = {}

    def teardown(self) -> None:
        self.session.rollback()
        self.stack.close()

    def _claims(self) -> list[Claim]:
        found = self.session.scalars(select(Claim).where(Claim.current.is_(True)).order_by(Claim.on_date))
        return list(found)

    def _one(self, pick: int) -> Claim | None:
        found = self._claims()
        return found[pick % len(found)] if found else None

    def _try(self, act: Callable[..., Any], pick: int, **facts: Any) -> None:
        claim = self._one(pick)
        if claim is not None:
            with suppress(RefusedError, BadInputError):
                act(self.session, self.biller, claim.id, now=self.house.now, **facts)

    @precondition(lambda self: self.signed < 5)
    @rule(minutes=st.sampled_from([8, 23, 38]))
    def sign(self, minutes: int) -> None:
        visit = visit_on(self.session, self.house, FIRST + dt.timedelta(days=self.signed), minutes)
        self.signed += 1
        for line in self.session.scalars(select(BillingLine).where(BillingLine.visit_id == visit.id)):
            self.frozen[line.id] = _facts(line)

    @rule(pick=PICK)
    def take_back(self, pick: int) -> None:
        claim = self._one(pick)
        if claim is not None:
            withdraw_visit(self.session, self.house.therapist, claim.visit_id, "Wrong.", now=self.house.now)

    @rule(pick=PICK)
    def hold(self, pick: int) -> None:
        claim = self._one(pick)
        if claim is not None:
            with suppress(RefusedError):
                claims.hold(self.session, self.biller, [claim.id], "Later", now=self.house.now)

    @rule(pick=PICK)
    def let_go(self, pick: int) -> None:
        claim = self._one(pick)
        if claim is not None:
            with suppress(RefusedError):
                claims.release(self.session, self.biller, [claim.id], now=self.house.now)

    @rule(picks=st.sets(PICK, min_size=1, max_size=4))
    def send(self, picks: set[int]) -> None:
        chosen = {claim.id for pick in picks if (claim := self._one(pick)) is not None}
        if chosen:
            with suppress(RefusedError):
                export(self.session, self.house, *chosen)

    @rule(pick=PICK, cents=st.integers(0, 12000))
    def pay(self, pick: int, cents: int) -> None:
        today = self.house.today
        self._try(claim_answers.pay, pick, cents=cents, on_date=today, today=today)

    @rule(pick=PICK)
    def deny(self, pick: int) -> None:
        today = self.house.today
        self._try(claim_answers.deny, pick, reason="Not covered", on_date=today, today=today)

    @rule(pick=PICK, reference=REFERENCE)
    def void(self, pick: int, reference: str) -> None:
        self._try(claim_answers.void, pick, reason="Wrong payer", reference=reference)

    @rule(pick=PICK, reference=REFERENCE)
    def bill_again(self, pick: int, reference: str) -> None:
        self._try(claim_answers.rebill, pick, reason="Corrected", reference=reference)

    @rule(pick=PICK)
    def keep(self, pick: int) -> None:
        self._try(claim_answers.keep, pick)

    @invariant()
    def every_signed_visit_has_one_claim_in_force(self) -> None:
        found = Counter(one.visit_id for one in self._claims())
        assert set(found.values()) <= {1}
        signed = self.session.scalars(select(Visit.id).where(Visit.status == VisitStatus.SIGNED))
        assert set(signed) <= set(found)

    @invariant()
    def a_frozen_line_never_changes(self) -> None:
        self.session.flush()
        for line in self.session.scalars(select(BillingLine).execution_options(populate_existing=True)):
            assert _facts(line) == self.frozen[line.id]

    @invariant()
    def minutes_and_cents_are_those_of_the_lines(self) -> None:
        for claim in self._claims():
            lines = self.session.scalars(
                select(BillingLine).where(BillingLine.visit_id == claim.visit_id)
            ).all()
            assert claim.minutes == sum(line.minutes for line in lines)
            assert claim.units == sum(line.units for line in lines)
            assert claim.charge_cents == sum(line.charge_cents or 0 for line in lines)
            takes_back = claim.frequency == "8" or claim.status is ClaimStatus.WITHDRAWN
            assert claim.net_cents == (0 if takes_back else claim.charge_cents)
            assert (claim.paid_cents or 0) <= (claim.charge_cents or 0)

    @invariant()
    def what_is_out_asks_for_a_visit_once_at_most(self) -> None:
        out: dict[Any, int] = {}
        for claim in self.session.scalars(
            select(Claim).where(Claim.batch_id.is_not(None)).order_by(Claim.number)
        ):
            before = out.get(claim.visit_id, 0)
            if claim.frequency == "1":
                assert before == 0 or _never_taken_in(self.session, claim)
            out[claim.visit_id] = claim.net_cents or 0
        for visit_id, asked in out.items():
            lines = self.session.scalars(select(BillingLine).where(BillingLine.visit_id == visit_id))
            assert asked in {0, sum(line.charge_cents or 0 for line in lines)}

    @invariant()
    def every_file_adds_up_to_its_stamped_lines(self) -> None:
        batches = self.session.scalars(select(ClaimBatch).order_by(ClaimBatch.control_number)).all()
        assert [one.control_number for one in batches] == list(range(1, len(batches) + 1))
        for batch in batches:
            cents, count = self.session.execute(
                select(func.sum(ClaimBatchLine.charge_cents), func.count()).where(
                    ClaimBatchLine.batch_id == batch.id
                )
            ).one()
            assert (cents, count) == (batch.charge_cents, batch.lines)

    def files(self) -> list[str]:
        return list(self.session.scalars(select(ClaimBatch.content)))


def _facts(line: BillingLine) -> tuple[Any, ...]:
    return (
        line.code,
        line.minutes,
        line.units,
        tuple(line.modifiers),
        line.charge_cents,
        tuple(line.diagnoses),
    )


def _never_taken_in(session: Session, claim: Claim) -> bool:
    """A second first claim follows one that was denied or is void, never one that is out or paid."""
    before = session.scalars(select(Claim).where(Claim.id == claim.replaces_id)).one()
    return before.status in {ClaimStatus.DENIED, ClaimStatus.VOID}


class OfficeWithFiles(Office):
    """The same, and pyx12 reads every file at the end."""

    def teardown(self) -> None:
        try:
            assert [fault for content in self.files() for fault in faults(content)] == []
        finally:
            super().teardown()


def test_every_signed_visit_is_billed_once_and_minutes_and_cents_conserve(app: Flask, house: House) -> None:
    run_state_machine_as_test(
        lambda: OfficeWithFiles(house),
        settings=settings(
            max_examples=12,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
