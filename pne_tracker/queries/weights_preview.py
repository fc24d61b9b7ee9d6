"""Whose suggestion other weights would change, before they are kept."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.clinic_weights import ClinicWeights, with_weights
from pne_tracker.domain.people import full_name
from pne_tracker.models import Episode, EpisodeStatus, Patient
from pne_tracker.queries.access import reachable_patients
from pne_tracker.queries.clinic_packs import packs_for
from pne_tracker.queries.curricula import pack_of
from pne_tracker.queries.gists import known_of
from pne_tracker.queries.next_steps import FirstStep, paths_of

MOST = 1000
"""Episodes that one preview looks at, those opened last."""


@dataclass(frozen=True, slots=True)
class Moved:
    """One patient with the first suggestion now and with the other weights; None where nothing is left to do."""

    patient_id: uuid.UUID
    episode_id: uuid.UUID
    name: str
    before: FirstStep | None
    after: FirstStep | None

    @property
    def changes(self) -> bool:
        """Whether another section, or another thing to do with it, would come first."""
        return _what(self.before) != _what(self.after)


def _what(one: FirstStep | None) -> tuple[int, str] | None:
    return (one.section, one.action) if one else None


@dataclass(frozen=True, slots=True)
class WeightsPreview:
    """Both lists, by name: whose first suggestion would change, and whose stays. `more` were not looked at."""

    changed: tuple[Moved, ...]
    same: tuple[Moved, ...]
    more: bool


def weights_preview(
    session: Session, viewer: Viewer, clinic_id: uuid.UUID, weights: ClinicWeights, today: dt.date
) -> WeightsPreview:
    """What `weights` would do to the open episodes of a clinic that the viewer reaches; nothing is kept.

    The number of queries does not grow with the episodes.
    """
    found = session.execute(
        select(Episode, Patient.given_name, Patient.family_name)
        .join(Patient, Patient.id == Episode.patient_id)
        .where(
            Episode.clinic_id == clinic_id,
            Episode.status == EpisodeStatus.OPEN,
            Patient.deceased.is_(False),
            reachable_patients(viewer),
        )
        .order_by(Episode.opened_on.desc(), Episode.id)
        .limit(MOST + 1)
    ).all()
    episodes = [row[0] for row in found[:MOST]]
    own = packs_for(session, episodes)
    stored = {
        episode.id: with_weights(pack_of(session, episode.pack_version_id), weights) for episode in episodes
    }
    known = known_of(session, episodes, today)
    before = paths_of(session, episodes, today, known, own)
    after = paths_of(session, episodes, today, known, stored)
    rows = sorted(
        (
            Moved(
                episode.patient_id,
                episode.id,
                full_name(given, family),
                before[episode.id].first,
                after[episode.id].first,
            )
            for episode, given, family in found[:MOST]
        ),
        key=lambda one: (one.name.casefold(), str(one.episode_id)),
    )
    return WeightsPreview(
        changed=tuple(one for one in rows if one.changes),
        same=tuple(one for one in rows if not one.changes),
        more=len(found) > MOST,
    )
