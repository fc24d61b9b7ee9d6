"""A clinic's own planner weights: read, tried on its patients, kept, and taken back to the pack's."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Access, Permission, Viewer
from pne_tracker.domain.clinic_weights import (
    NO_WEIGHTS,
    ClinicWeights,
    changed_lines,
    differing,
    weights_of,
    with_weights,
)
from pne_tracker.domain.curriculum import Pack
from pne_tracker.domain.errors import ConflictError, NotAllowedError
from pne_tracker.models import Clinic, PlannerWeights
from pne_tracker.queries.access import load
from pne_tracker.queries.clinic_packs import newest_weights, own_weights, weights_of_row
from pne_tracker.queries.curricula import newest, pack_of
from pne_tracker.queries.patients import account_labels
from pne_tracker.queries.weights_preview import WeightsPreview, weights_preview
from pne_tracker.services import audit

SHOWN_CHANGES = 20
LEADS_ONLY = "A clinic lead changes the weights, because they see whose suggestion moves."


@dataclass(frozen=True, slots=True)
class WeightsChange:
    """One change of a clinic's weights: what became what, when and by whom."""

    lines: tuple[str, ...]
    at: dt.datetime
    by: str


@dataclass(frozen=True, slots=True)
class WeightsPage:
    """The weights of a clinic. `pack` has the pack's own, `now` every weight that counts, `based_on` the newest row."""

    clinic_id: uuid.UUID
    clinic: str
    pack: Pack
    now: ClinicWeights
    own: ClinicWeights
    based_on: uuid.UUID | None
    history: tuple[WeightsChange, ...]


@dataclass(frozen=True, slots=True)
class TriedWeights:
    """What would change: the weights, a line each, and the patients."""

    lines: tuple[str, ...]
    patients: WeightsPreview


def read_weights(session: Session, viewer: Viewer, clinic_id: uuid.UUID) -> WeightsPage:
    """The weights of a clinic of the viewer's. Raises NotFoundError out of reach."""
    clinic = load(session, viewer, Clinic, clinic_id)
    pack = pack_of(session, newest(session, clinic).id)
    row, own = newest_weights(session, clinic.id), own_weights(session, clinic.id)
    return WeightsPage(
        clinic_id=clinic.id,
        clinic=clinic.name,
        pack=pack,
        now=weights_of(with_weights(pack, own)),
        own=own,
        based_on=row.id if row else None,
        history=_history(session, clinic.id, pack),
    )


def try_weights(
    session: Session,
    viewer: Viewer,
    clinic_id: uuid.UUID,
    wanted: ClinicWeights,
    *,
    today: dt.date,
    now: dt.datetime,
) -> TriedWeights:
    """Whose first suggestion `wanted` would change; nothing is kept but who looked.

    Raises BadInputError for a value out of bounds, NotAllowedError for those who see no patients.
    """
    page = read_weights(session, viewer, clinic_id)
    _refuse_others(viewer)
    differ = differing(page.pack, wanted)
    found = weights_preview(session, viewer, clinic_id, differ, today)
    shown = [one.patient_id for one in (*found.changed, *found.same)]
    audit.record_list(session, viewer, "weights_preview", shown, now=now)
    return TriedWeights(changed_lines(page.pack, page.own, differ), found)


def keep_weights(
    session: Session,
    viewer: Viewer,
    clinic_id: uuid.UUID,
    wanted: ClinicWeights,
    *,
    based_on: uuid.UUID | None,
    now: dt.datetime,
) -> int:
    """Keep the weights that differ from the pack's, for every plan from now on; returns how many changed.

    `based_on` is the row the viewer saw: ConflictError when somebody kept other weights since. Also raises what
    `try_weights` raises. The same weights again write nothing.
    """
    _refuse_others(viewer)
    clinic = load(session, viewer, Clinic, clinic_id, Access.EDIT)
    pack = pack_of(session, newest(session, clinic).id)
    row = newest_weights(session, clinic.id)
    before = weights_of_row(row) if row else NO_WEIGHTS
    after = differing(pack, wanted)
    changed = changed_lines(pack, before, after)
    if not changed:
        return 0
    if (row.id if row else None) != based_on:
        raise ConflictError(
            "Somebody else changed the weights since you opened them. Look at the new ones first."
        )
    session.add(
        PlannerWeights(
            organisation_id=clinic.organisation_id,
            clinic_id=clinic.id,
            weights=dict(after.weights),
            flags=dict(after.flags),
            changed_at=now,
            changed_by=viewer.account_id,
        )
    )
    audit.record(
        session, viewer, "change", "planner_weights", subject_id=clinic.id, now=now, weights=len(changed)
    )
    session.flush()
    return len(changed)


def _refuse_others(viewer: Viewer) -> None:
    if not viewer.may(Permission.STEER_CARE):
        raise NotAllowedError(LEADS_ONLY)


def _history(session: Session, clinic_id: uuid.UUID, pack: Pack) -> tuple[WeightsChange, ...]:
    rows = session.scalars(
        select(PlannerWeights)
        .where(PlannerWeights.clinic_id == clinic_id)
        .order_by(PlannerWeights.id.desc())
        .limit(SHOWN_CHANGES + 1)
    ).all()
    names = account_labels(session, {row.changed_by for row in rows})
    before = [weights_of_row(row) for row in rows[1:]] + [NO_WEIGHTS]
    return tuple(
        WeightsChange(
            changed_lines(pack, earlier, weights_of_row(row)), row.changed_at, names.get(row.changed_by, "")
        )
        for row, earlier in list(zip(rows, before, strict=False))[:SHOWN_CHANGES]
    )
