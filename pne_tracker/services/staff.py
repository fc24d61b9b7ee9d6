"""What the organisation says of a member of staff: the name and the credential that they sign with."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.models import Account, Claim
from pne_tracker.queries.access import load
from pne_tracker.services import audit, claims


def change_staff(
    session: Session, viewer: Viewer, account_id: uuid.UUID, *, name: str, credential: str, now: dt.datetime
) -> None:
    """Keep another name or credential; signed visits keep those they were signed with.

    Claims that have not gone out name the person anew. Raises NotFoundError for accounts out of reach.
    """
    account = load(session, viewer, Account, account_id)
    wanted = {"name": name, "credential": credential or None}
    changed = [field for field, value in wanted.items() if value != getattr(account, field)]
    for field in changed:
        setattr(account, field, wanted[field])
    if not changed:
        return
    audit.record(session, viewer, "change", "account", subject_id=account_id, now=now, fields=changed)
    session.flush()
    claims.check_where(session, viewer, Claim.therapist_id == account_id, now=now)
