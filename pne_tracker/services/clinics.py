"""The clinic's facts and policy."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping

from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.models import Claim, Clinic
from pne_tracker.queries.access import load
from pne_tracker.services import audit, claims

FACTS = ("name", "phone", "npi", "tax_id", "separate_pne_allowed", "recall_enabled")
CLAIM_FACTS = (
    *("npi", "tax_id", "taxonomy", "phone", "place_of_service"),
    *("address_line", "city", "state", "postal_code"),
)


def clinic_facts(
    session: Session, viewer: Viewer, clinic_id: uuid.UUID, names: tuple[str, ...] = FACTS
) -> dict[str, str | bool | None]:
    """What a lead or administrator can change of a clinic, or what claims say of it (CLAIM_FACTS), by field."""
    clinic = load(session, viewer, Clinic, clinic_id)
    return {name: getattr(clinic, name) for name in names}


def change_clinic(
    session: Session,
    viewer: Viewer,
    clinic_id: uuid.UUID,
    facts: Mapping[str, str | bool | None],
    *,
    now: dt.datetime,
) -> None:
    """Keep changed facts (of FACTS and CLAIM_FACTS); empty text is none."""
    clinic = load(session, viewer, Clinic, clinic_id)
    known = dict.fromkeys((*FACTS, *CLAIM_FACTS))
    changed = [
        name for name in known if name in facts and (facts[name] or None) != (getattr(clinic, name) or None)
    ]
    for name in changed:
        value = facts[name]
        setattr(clinic, name, value if isinstance(value, bool) else (value or None))
    audit.record(session, viewer, "change", "clinic", subject_id=clinic_id, now=now, fields=changed)
    session.flush()
    claims.check_where(session, viewer, Claim.clinic_id == clinic_id, now=now)
