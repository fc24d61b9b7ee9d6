"""The states of a claim and the steps between them. What is not listed here cannot happen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from pne_tracker.domain.errors import RefusedError


class ClaimStatus(StrEnum):
    """Where a claim stands. Held: by a gate or by hand. Void: what was billed is taken back."""

    READY = "ready"
    HELD = "held"
    EXPORTED = "exported"
    PAID = "paid"
    DENIED = "denied"
    VOID = "void"
    WITHDRAWN = "withdrawn"


class ClaimAct(StrEnum):
    """What happens to a claim; each leaves an event."""

    OPENED = "opened"
    HELD = "held"
    RELEASED = "released"
    CHECKED = "checked"
    INSURANCE = "insurance"
    EXPORTED = "exported"
    PAID = "paid"
    DENIED = "denied"
    VOIDED = "voided"
    REBILLED = "rebilled"
    KEPT = "kept"
    WITHDRAWN = "withdrawn"


FIRST, REPLACES, VOIDS = "1", "7", "8"
"""Claim frequency codes of the 837P."""
OPEN = frozenset({ClaimStatus.READY, ClaimStatus.HELD})
"""Not out yet: still checked whenever something changes."""
OUT = frozenset({ClaimStatus.EXPORTED, ClaimStatus.PAID, ClaimStatus.DENIED})
"""The payer has it."""

_FROM: dict[ClaimAct, frozenset[ClaimStatus]] = {
    ClaimAct.HELD: OPEN,
    ClaimAct.RELEASED: frozenset({ClaimStatus.HELD}),
    ClaimAct.CHECKED: OPEN,
    ClaimAct.INSURANCE: OPEN,
    ClaimAct.EXPORTED: frozenset({ClaimStatus.READY}),
    ClaimAct.PAID: OUT,
    ClaimAct.DENIED: OUT,
    ClaimAct.VOIDED: OUT,
    ClaimAct.REBILLED: OUT | {ClaimStatus.VOID},
    ClaimAct.KEPT: OPEN,
    ClaimAct.WITHDRAWN: OPEN,
}
_NOT_NOW: dict[ClaimStatus, str] = {
    ClaimStatus.READY: "This claim has not gone out yet. Make its file first.",
    ClaimStatus.HELD: "This claim is held. Answer what holds it first.",
    ClaimStatus.EXPORTED: "This claim has gone out. Enter what the payer answered, or void it.",
    ClaimStatus.PAID: "This claim is paid. Void it or bill it again to change it.",
    ClaimStatus.DENIED: "This claim is denied. Bill it again or void it.",
    ClaimStatus.VOID: "This claim is void. Bill the visit again to claim it.",
    ClaimStatus.WITHDRAWN: "The visit was entered in error, so nothing is billed for it.",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides on the next step: the status, and whether the payer gets claims at all."""

    status: ClaimStatus
    takes_claims: bool = True


def may(act: ClaimAct, standing: Standing) -> bool:
    """Whether `act` can happen to a claim that stands there.

    Who gets no claims pays from a statement: such a claim is paid without having gone out, and never exported.
    """
    if not standing.takes_claims:
        if act is ClaimAct.EXPORTED:
            return False
        if act in {ClaimAct.PAID, ClaimAct.DENIED} and standing.status is ClaimStatus.READY:
            return True
    return standing.status in _FROM[act]


def refuse(act: ClaimAct, standing: Standing) -> None:
    """Raise RefusedError with what to do instead unless `act` can happen."""
    if may(act, standing):
        return
    if act is ClaimAct.EXPORTED and not standing.takes_claims:
        raise RefusedError("This payer gets no claims. Hand out the superbill and enter the payment.")
    raise RefusedError(_NOT_NOW[standing.status])


def refuse_any(act: ClaimAct, standings: Sequence[Standing]) -> None:
    """Raise RefusedError unless `act` can happen to every one; of several it says how many are in the way."""
    stuck = [one for one in standings if not may(act, one)]
    if not stuck:
        return
    if len(standings) == 1:
        refuse(act, stuck[0])
    try:
        refuse(act, stuck[0])
    except RefusedError as error:
        raise RefusedError(
            f"{len(stuck)} of the {len(standings)} chosen visits cannot go along, so nothing was done. "
            f"Take off those that are not ready. {error.message}"
        ) from error


def checked(*, blocked: bool, hold_reason: str | None) -> ClaimStatus:
    """Where an open claim stands after a check."""
    return ClaimStatus.HELD if blocked or hold_reason else ClaimStatus.READY


def net_cents(frequency: str, charge_cents: int | None) -> int | None:
    """What a claim asks for in the end: one that voids asks for nothing."""
    return 0 if frequency == VOIDS else charge_cents
