"""Moving a patient up or down the imagery ladder: the therapist's act, whatever the rule suggests."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy.orm import Session

from pne_tracker.domain.access import Access, Permission, Viewer
from pne_tracker.domain.errors import BadInputError, ConflictError, NotAllowedError, NotFoundError
from pne_tracker.domain.ladder import Step
from pne_tracker.models import Homework, LadderMove
from pne_tracker.queries.access import load
from pne_tracker.queries.ladder import ON_THE_LADDER, step_of
from pne_tracker.services import audit


def move(
    session: Session,
    viewer: Viewer,
    homework_id: uuid.UUID,
    *,
    step: int,
    seen: int,
    today: dt.date,
    now: dt.datetime,
) -> Step:
    """Put the episode of a ladder item on `step`, one up or one down from `seen`, the step the page showed.

    Raises ConflictError when somebody moved it meanwhile, BadInputError for a step that is not next to it.
    """
    if not viewer.may(Permission.REVIEW_HOMEWORK):
        raise NotAllowedError("Only the care team moves a patient on the ladder.")
    homework = load(session, viewer, Homework, homework_id, Access.EDIT)
    if homework.kind not in ON_THE_LADDER:
        raise NotFoundError
    current = step_of(session, homework.episode_id)
    if current == step:
        return current
    if current != seen:
        raise ConflictError("Somebody else moved this patient meanwhile. Look at the step again.")
    if step not in set(Step) or abs(step - current) != 1:
        raise BadInputError("The ladder goes one step at a time.", at="step")
    session.add(
        LadderMove(
            patient_id=homework.patient_id,
            episode_id=homework.episode_id,
            step=step,
            moved_on=today,
            moved_at=now,
            moved_by=viewer.account_id,
        )
    )
    audit.record(
        session,
        viewer,
        "move_on_ladder",
        "homework",
        subject_id=homework.id,
        patient_id=homework.patient_id,
        now=now,
        step=step,
    )
    session.flush()
    return Step(step)
