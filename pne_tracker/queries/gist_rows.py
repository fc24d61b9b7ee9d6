"""Which rows of kept gists count: all but those whose evidence the same transaction changed, until it commits."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import BindParameter, ColumnElement, Uuid, and_, bindparam
from sqlalchemy.orm import Session

from pne_tracker.domain.progress import SectionEvidence
from pne_tracker.models import EpisodeGist

_KEY: Final = "gists_touched"


@dataclass(slots=True)
class Touched:
    """What a transaction did with evidence so far.

    `episodes` whose evidence its flushes changed, `quizzed` those among them whose checks or pack it changed, and
    what was `read` of evidence since it changed last, by episode and section; `coming` is evidence that holds as soon
    as what waits is flushed.
    """

    episodes: set[uuid.UUID] = field(default_factory=set)
    quizzed: set[uuid.UUID] = field(default_factory=set)
    read: dict[uuid.UUID, dict[int, SectionEvidence]] = field(default_factory=dict)
    coming: dict[uuid.UUID, dict[int, SectionEvidence]] = field(default_factory=dict)

    def settle(self) -> None:
        """What was to come is there."""
        self.read |= self.coming
        self.coming = {}


def touched(session: Session) -> frozenset[uuid.UUID]:
    """The episodes whose evidence the flushes of this transaction changed."""
    found: Touched | None = session.info.get(_KEY)
    return frozenset(found.episodes) if found else frozenset()


def notes_of(session: Session) -> Touched:
    """The notes of this transaction, to be added to."""
    found: Touched = session.info.setdefault(_KEY, Touched())
    return found


def forget_touched(session: Session) -> None:
    """The kept rows are right again."""
    session.info.pop(_KEY, None)


_BEHIND: BindParameter[Any] = bindparam("behind", expanding=True, type_=Uuid())


def gist_of(episode_id: Any) -> ColumnElement[bool]:
    """Condition to join the gist of an episode, if one is kept; those `touched` are given as `behind`."""
    return and_(EpisodeGist.episode_id == episode_id, EpisodeGist.episode_id.not_in(_BEHIND))
