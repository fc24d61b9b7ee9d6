"""Who is insured with an episode's payer, as the card says: kept by staff or by the biller."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.billing.claim import RELATIONSHIPS, SELF
from pne_tracker.domain.billing.claim_states import OPEN, ClaimAct
from pne_tracker.domain.errors import BadInputError
from pne_tracker.models import Claim, Coverage
from pne_tracker.services import audit, claims

_TEXTS = (
    *("group_number", "authorisation", "family_name", "given_name"),
    *("address_line", "city", "state", "postal_code"),
)


@dataclass(frozen=True, slots=True)
class CoverageDraft:
    """What the card says; empty text is none. Name, birth date and sex are the subscriber's, unless self."""

    member_id: str
    relationship: str = SELF
    group_number: str = ""
    authorisation: str = ""
    family_name: str = ""
    given_name: str = ""
    birth_date: dt.date | None = None
    sex: str = ""
    address_line: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""


def save_coverage(
    session: Session,
    viewer: Viewer,
    episode_id: uuid.UUID,
    patient_id: uuid.UUID,
    draft: CoverageDraft,
    *,
    now: dt.datetime,
) -> None:
    """Keep what the card says and check the episode's open claims again; the caller has loaded the episode's claim.

    Raises BadInputError at the field for a missing member id and for a subscriber without a name.
    """
    _refuse_incomplete(draft)
    row = session.scalars(
        select(Coverage).where(Coverage.episode_id == episode_id).with_for_update()
    ).one_or_none()
    if row is None:
        row = Coverage(organisation_id=viewer.organisation_id, episode_id=episode_id, patient_id=patient_id)
        session.add(row)
    alone = draft.relationship == SELF
    row.member_id, row.relationship = draft.member_id, draft.relationship
    for name in _TEXTS:
        setattr(row, name, getattr(draft, name) or None)
    row.birth_date, row.sex = draft.birth_date, draft.sex or None
    if alone:
        row.family_name = row.given_name = row.birth_date = row.sex = None
    row.changed_at, row.changed_by = now, viewer.account_id
    session.flush()
    audit.record(session, viewer, "change", "coverage", subject_id=episode_id, patient_id=patient_id, now=now)
    for claim in session.scalars(
        select(Claim).where(Claim.episode_id == episode_id, Claim.current.is_(True), Claim.status.in_(OPEN))
    ):
        claims.note(session, viewer, claim, ClaimAct.INSURANCE, now=now)
    claims.check_where(session, viewer, Claim.episode_id == episode_id, now=now)


def _refuse_incomplete(draft: CoverageDraft) -> None:
    if not draft.member_id:
        raise BadInputError("Write the member id of the card.", at="member_id")
    if draft.relationship not in RELATIONSHIPS:
        raise BadInputError("Choose how the patient and the insured person are related.", at="relationship")
    if draft.relationship == SELF:
        return
    if not draft.family_name or not draft.given_name:
        at = "given_name" if draft.family_name else "family_name"
        raise BadInputError("Write the name of the person who is insured.", at=at)
    if draft.birth_date is None:
        raise BadInputError("Write the birth date of the person who is insured.", at="birth_date")
