"""What happened to a visit, in order: from the first word to the last addendum, each with who and when."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.models import Addendum, AuditEvent, Visit, VisitStatus
from pne_tracker.queries.visit_facts import names_of

SHOWN = frozenset({"start", "save", "ready", "give_back", "sign", "mismatch"})


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `times` counts saves of one person in a row; `effects` says what a withdrawal did."""

    act: str
    by: str
    at: dt.datetime
    times: int = 1
    text: str = ""
    effects: dict[str, Any] = field(default_factory=dict)


def history_of(session: Session, viewer: Viewer, visit: Visit) -> tuple[Step, ...]:
    """The steps of a visit that the caller has loaded, oldest first.

    Acts are `start`, `save`, `ready`, `give_back`, `sign`, `addendum`, `entered_in_error` and `mismatch`.
    """
    events = session.execute(
        select(AuditEvent.action, AuditEvent.actor_id, AuditEvent.at)
        .where(
            AuditEvent.patient_id == visit.patient_id,
            AuditEvent.at >= visit.created_at,
            AuditEvent.subject == "visit",
            AuditEvent.subject_id == visit.id,
            AuditEvent.action.in_(SHOWN),
        )
        .order_by(AuditEvent.at, AuditEvent.id)
    ).all()
    addenda = session.scalars(select(Addendum).where(Addendum.visit_id == visit.id)).all()
    acts = [(action, by, at) for action, by, at in events]
    acts += _missing(visit, {action for action, _, _ in events})
    names = names_of(session, viewer, *(by for _, by, _ in acts), *(row.written_by for row in addenda))
    steps = [Step(action, names.get(by, "") if by else "", at) for action, by, at in acts]
    steps += [
        Step(
            row.kind, names.get(row.written_by, ""), row.written_at, text=row.text, effects=row.effects or {}
        )
        for row in addenda
    ]
    return tuple(_grouped(sorted(steps, key=lambda step: (step.at, step.act != "start"))))


def _missing(visit: Visit, known: set[str]) -> Iterable[tuple[str, uuid.UUID | None, dt.datetime]]:
    """What the visit itself tells where the audit trail was kept elsewhere."""
    if "start" not in known:
        yield "start", None, visit.created_at
    if "sign" not in known and visit.status is not VisitStatus.DRAFT and visit.signed_at is not None:
        yield "sign", visit.signed_by, visit.signed_at


def _grouped(steps: Iterable[Step]) -> Iterable[Step]:
    """Saves of one person in a row become one step, at the time of the last."""
    last: Step | None = None
    for step in steps:
        if last is not None and last.act == step.act == "save" and last.by == step.by:
            last = Step("save", step.by, step.at, times=last.times + 1)
            continue
        if last is not None:
            yield last
        last = step
    if last is not None:
        yield last
