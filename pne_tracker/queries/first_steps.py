"""What a new installation still lacks before its first visit can be signed and billed."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from pne_tracker.domain.access import Role
from pne_tracker.models import Clinic
from pne_tracker.queries.accounts import Colleague
from pne_tracker.queries.payers import clinic_lacks, payers

NEEDED = (Role.LEAD, Role.THERAPIST, Role.BILLER)


@dataclass(frozen=True, slots=True)
class FirstSteps:
    """`roles` nobody has yet; the first clinic with what claims lack of it; whether an insurer and fees are known.

    `payer_id` is a payer whose schedule is empty, to begin with.
    """

    roles: tuple[Role, ...]
    clinic_id: uuid.UUID | None
    clinic_lacks: tuple[str, ...]
    insurer: bool
    fees: bool
    payer_id: uuid.UUID | None

    @property
    def done(self) -> bool:
        """Whether nothing is left."""
        return not self.roles and self.clinic_id is None and self.insurer and self.fees


def first_steps(
    session: Session, staff: Sequence[Colleague], clinics: Sequence[Clinic], today: dt.date
) -> FirstSteps:
    """What is left, given the organisation's staff and the viewer's clinics."""
    here = {one.role for one in staff if one.active}
    lacking = next(((one.id, found) for one in clinics if (found := clinic_lacks(one))), (None, ()))
    known = payers(session, today)
    return FirstSteps(
        roles=tuple(role for role in NEEDED if role not in here),
        clinic_id=lacking[0],
        clinic_lacks=lacking[1],
        insurer=any(one.filing_code for one in known),
        fees=any(one.fees for one in known),
        payer_id=next((one.id for one in known if not one.fees), None),
    )
