"""What was written under a patient's own key: opened for the one who sealed it, empty for everybody else."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.sealing import Sealer
from pne_tracker.models import Entry, PatientKey, keys_of, place_of


@dataclass(frozen=True, slots=True)
class Opened:
    """The values of an entry and the figures that follow from them."""

    values: dict[str, Any] = field(default_factory=dict)
    derived: dict[str, Any] = field(default_factory=dict)


class Opener:
    """Opens the entries of one viewer; the patient's key is fetched when the first sealed one comes."""

    def __init__(self, session: Session, viewer: Viewer) -> None:
        self._session, self._viewer = session, viewer
        self._sealers: dict[uuid.UUID, Sealer | None] = {}

    def open(self, entry: Entry) -> Opened:
        """What the viewer may read of it: all of a plain entry, a sealed one only when the viewer sealed it."""
        if entry.sealed is None:
            return Opened(entry.values, entry.derived)
        sealer = self._sealer(entry.patient_id) if entry.sealed_by == self._viewer.account_id else None
        if sealer is None:
            return Opened()
        return Opened(**json.loads(sealer.unseal(entry.sealed, place_of(self._session, entry, "sealed"))))

    def know(self, key: PatientKey | None) -> None:
        """Take the patient's key that came along with the entries, so that it is not fetched."""
        if key is not None and key.patient_id not in self._sealers:
            self._sealers[key.patient_id] = _sealer_with(self._session, key)

    def _sealer(self, patient_id: uuid.UUID) -> Sealer | None:
        if patient_id not in self._sealers:
            self._sealers[patient_id] = sealer_of(self._session, patient_id)
        return self._sealers[patient_id]


def sealer_of(session: Session, patient_id: uuid.UUID) -> Sealer | None:
    """The sealer under the patient's own key; None when there is none yet."""
    row = session.scalars(select(PatientKey).where(PatientKey.patient_id == patient_id)).one_or_none()
    return None if row is None else _sealer_with(session, row)


def _sealer_with(session: Session, key: PatientKey) -> Sealer:
    return keys_of(session).with_data_key(key.wrapped, place_of(session, key, "wrapped"))
