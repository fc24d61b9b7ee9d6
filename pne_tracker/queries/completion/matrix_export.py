"""The whole matrix of patients and sections for a file: its order at once, its rows page by page."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.models import Account, EpisodeStanding, Patient
from pne_tracker.queries.completion.filters import CompletionFilter, selected

_ORDER = (EpisodeStanding.revisit.desc(), EpisodeStanding.episode_id.desc())


def matrix_order(session: Session, viewer: Viewer, chosen: CompletionFilter) -> list[uuid.UUID]:
    """The episodes of the whole matrix in its order, to be read in pages. One query."""
    statement = select(EpisodeStanding.episode_id).where(*selected(viewer, chosen)).order_by(*_ORDER)
    return list(session.scalars(statement))


class MatrixRow(NamedTuple):
    """One row of the matrix as an export writes it: `path` has a letter for each section."""

    patient_id: uuid.UUID
    family_name: str
    given_name: str
    mrn: str
    therapist: str
    opened_on: dt.date
    path: str


def matrix_page(session: Session, viewer: Viewer, episode_ids: Sequence[uuid.UUID]) -> list[MatrixRow]:
    """These rows of the matrix, in its order, without those that the viewer may not see any more. One query."""
    one = EpisodeStanding
    statement = (
        select(
            one.patient_id,
            Patient.family_name,
            Patient.given_name,
            Patient.mrn,
            Account.name,
            one.opened_on,
            one.path,
        )
        .join(Patient, Patient.id == one.patient_id)
        .join(Account, Account.id == one.therapist_id)
        .where(one.episode_id.in_(episode_ids), *selected(viewer, CompletionFilter(status=None)))
        .order_by(*_ORDER)
    )
    return list(map(MatrixRow._make, session.execute(statement)))
