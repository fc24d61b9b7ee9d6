"""Who treats within an episode: only they write visits and marks of it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Permission, Viewer
from pne_tracker.domain.errors import NotAllowedError
from pne_tracker.models import CareTeamMember, Episode


def treats(session: Session, viewer: Viewer, episode: Episode) -> bool:
    """Whether the viewer is a clinician of this episode's care team."""
    if not viewer.may(Permission.DOCUMENT_VISITS):
        return False
    if episode.therapist_id == viewer.account_id:
        return True
    member = session.scalar(
        select(CareTeamMember.id).where(
            CareTeamMember.episode_id == episode.id, CareTeamMember.account_id == viewer.account_id
        )
    )
    return member is not None


def refuse_outsiders(session: Session, viewer: Viewer, episode: Episode) -> None:
    """Raise NotAllowedError unless the viewer treats within this episode."""
    if not treats(session, viewer, episode):
        raise NotAllowedError("Only the care team of this episode can do this. Ask to be added to it.")
