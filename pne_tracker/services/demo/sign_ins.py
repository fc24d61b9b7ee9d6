"""Who can sign in to the demo to look around: one account of each role, and a patient who reads Spanish."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from pne_tracker.models import Account
from pne_tracker.services.demo.clinic import STAFF, is_demo, staff_mail
from pne_tracker.services.demo.family import caregiver_mail
from pne_tracker.services.demo.people import STORIES

SHOWN_STAFF = ("maya", "teo", "ruth", "priya", "sam")
SHOWN_PATIENTS = 2


def sign_ins(session: Session) -> list[tuple[str, str]]:
    """Role and mail address of each, in order of the roles; empty unless this is the demo (session unscoped)."""
    if not is_demo(session):
        return []
    wanted = [staff_mail(STAFF[key]) for key in SHOWN_STAFF]
    wanted += [story.email for story in STORIES[:SHOWN_PATIENTS]]
    wanted.append(caregiver_mail())
    rows = session.execute(
        select(Account.email, Account.role).where(Account.email.in_(wanted), Account.active.is_(True))
    )
    roles = {email: role.value for email, role in rows}
    return [(roles[email], email) for email in wanted if email in roles]
