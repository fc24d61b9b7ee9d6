"""Whose second step a page of the door is about."""

from __future__ import annotations

from flask_security import current_user

from pne_tracker.db import reading
from pne_tracker.services import second_steps
from pne_tracker.web.identity import SignedIn
from pne_tracker.web.sessions import confirmed_lately
from pne_tracker.web.sign_in import pending


def subject() -> SignedIn | None:
    """Who is signed in and showed it lately, or who waits at the door and has no second step yet."""
    if current_user.is_authenticated:
        signed_in: SignedIn = current_user._get_current_object()
        return signed_in if confirmed_lately() else None
    who = pending()
    if who is None:
        return None
    with reading(who.viewer) as work:
        return None if second_steps.steps_of(work, who.record.id).has_one else who
