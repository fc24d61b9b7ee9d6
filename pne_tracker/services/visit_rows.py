"""The rows of a visit that is being written: each kind is written anew where it says something else."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

from sqlalchemy import delete
from sqlalchemy.orm import Session

from pne_tracker.domain.outcome_draft import ScoreDraft
from pne_tracker.domain.visit_draft import DraftInput, HomeworkDraft, SectionDraft, TreatmentDraft
from pne_tracker.models import Decision, Treatment, Visit, VisitHomework, VisitScore, VisitSection, new_id
from pne_tracker.queries.visit_facts import Decided

Part = TypeVar("Part", Treatment, VisitSection, VisitHomework, VisitScore)
Written = TypeVar("Written")
Before = tuple[DraftInput, dict[int, Decided]]
PARTS = (Treatment, VisitSection, VisitHomework, VisitScore)


def replace_rows(session: Session, visit: Visit, before: Before, draft: DraftInput, fresh: Decided) -> None:
    """Write the rows of `draft` in the place of those of `before`; `fresh` made the decisions that are new."""
    stored, decided = before
    treatment = partial(_treatment, known=_decisions(stored, decided), fresh=fresh)
    _replace(session, visit, Treatment, stored.treatments, draft.treatments, treatment)
    _replace(session, visit, VisitSection, stored.sections, draft.sections, _section)
    _replace(session, visit, VisitHomework, stored.homework, draft.homework, _homework)
    _replace(session, visit, VisitScore, stored.scores, draft.scores, _score)


def _replace(
    session: Session,
    visit: Visit,
    kind: type[Part],
    before: Sequence[Written],
    after: Sequence[Written],
    row_of: Callable[[Visit, int, Written], Part],
) -> None:
    """Write the rows of one kind anew unless they say the same."""
    if before == after:
        return
    if before:
        # Nobody holds the rows that go, so the session is not searched for them.
        gone = delete(kind).where(kind.visit_id == visit.id)
        session.execute(gone, execution_options={"synchronize_session": False})
    session.add_all(row_of(visit, place, one) for place, one in enumerate(after))


Known = dict[tuple[int, str | None], Decided]


def _decisions(stored: DraftInput, decided: dict[int, Decided]) -> Known:
    """Who made each standing decision, by the row's minutes and its choice."""
    return {
        (stored.treatments[place].minutes, stored.treatments[place].choice): one
        for place, one in decided.items()
    }


def _of(visit: Visit) -> dict[str, uuid.UUID]:
    """A new row of this visit."""
    return {"id": new_id(), "organisation_id": visit.organisation_id, "visit_id": visit.id}


def _treatment(visit: Visit, place: int, row: TreatmentDraft, *, known: Known, fresh: Decided) -> Treatment:
    decided = known.get((row.minutes, row.choice), fresh) if row.decision else None
    return Treatment(
        **_of(visit),
        position=place + 1,
        activity=row.activity,
        minutes=row.minutes,
        pne_minutes=row.pne,
        assistant_minutes=row.assistant,
        decision=Decision(row.decision) if row.decision else None,
        combined_with=row.combined_with,
        decided_by=decided.by if decided else None,
        decided_at=decided.at if decided else None,
        impairment=row.impairment.strip() or None,
    )


def _section(visit: Visit, _place: int, one: SectionDraft) -> VisitSection:
    return VisitSection(
        **_of(visit),
        episode_id=visit.episode_id,
        section=one.number,
        teach_back=one.teach_back,
    )


def _homework(visit: Visit, _place: int, item: HomeworkDraft) -> VisitHomework:
    return VisitHomework(
        **_of(visit),
        template_key=item.template_key,
        due_on=item.due_on,
        required=item.required,
        message=item.message.strip(),
        times=item.times,
    )


def _score(visit: Visit, place: int, one: ScoreDraft) -> VisitScore:
    return VisitScore(
        **_of(visit),
        position=place,
        measure=one.measure,
        measure_version=one.known.version,
        ratings=[list(rating) for rating in one.ratings],
    )
