"""The evidence ledger: what is known of each section, from the visits, checks and homework behind its state."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from pne_tracker.domain.homework import SETTLED, HomeworkStatus
from pne_tracker.domain.progress import NO_EVIDENCE, Check, CheckKind, State
from pne_tracker.models import Treatment, Visit, VisitSection, VisitStatus
from pne_tracker.queries.pack_moves import numbering
from pne_tracker.queries.patients import account_labels
from pne_tracker.queries.planning import EpisodePlan

PNE = "pne"


@dataclass(frozen=True, slots=True)
class TaughtLine:
    """A signed visit that taught a section. `minutes` is the section's equal share of the visit's PNE minutes."""

    visit_id: uuid.UUID
    on: dt.date
    by: str
    minutes: float
    teach_back: str | None


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One section. `teach_back` and `quiz` are the latest of their kind; `recall` is a share of 0 to 1, today.

    `settled` of `assigned` required items are done or waived. `skipped` is the reason it is left out.
    """

    number: int
    state: State
    taught: tuple[TaughtLine, ...]
    teach_back: Check | None
    quiz: Check | None
    assigned: int
    settled: int
    recall: float | None
    skipped: str

    @property
    def minutes(self) -> int:
        """PNE minutes in all, to the nearest."""
        return round(sum(one.minutes for one in self.taught))


def taught_lines(session: Session, episode_id: uuid.UUID) -> dict[int, tuple[TaughtLine, ...]]:
    """The signed visits behind each section of an episode, earliest first. Three queries."""
    pne = case((Treatment.activity == PNE, Treatment.minutes), else_=Treatment.pne_minutes)
    minutes = (
        select(func.coalesce(func.sum(pne), 0))
        .where(Treatment.visit_id == Visit.id)
        .correlate(Visit)
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            VisitSection.section,
            VisitSection.teach_back,
            Visit.id,
            Visit.on_date,
            Visit.therapist_id,
            Visit.signed_at,
            minutes,
        )
        .join(Visit, Visit.id == VisitSection.visit_id)
        .where(VisitSection.episode_id == episode_id, Visit.status == VisitStatus.SIGNED)
        .order_by(Visit.on_date, Visit.id, VisitSection.section)
    ).all()
    sections = Counter(row[2] for row in rows)
    names = account_labels(session, {row[4] for row in rows})
    found: dict[int, list[TaughtLine]] = {}
    numbers = numbering(session, [episode_id])
    for section, teach_back, visit_id, on, therapist_id, at, spent in rows:
        line = TaughtLine(
            visit_id, on, names.get(therapist_id, ""), int(spent) / sections[visit_id], teach_back
        )
        found.setdefault(numbers.now(episode_id, section, at), []).append(line)
    return {section: tuple(lines) for section, lines in found.items()}


def ledger(
    session: Session, episode_id: uuid.UUID, plan: EpisodePlan, recall: Mapping[int, float]
) -> tuple[LedgerRow, ...]:
    """One row for each section of the episode's pack; `recall` by section is what is estimated today."""
    taught = taught_lines(session, episode_id)
    rows = []
    for section in plan.pack.sections:
        known = plan.evidence.get(section.number, NO_EVIDENCE)
        required = [
            one for one in known.homework if one.required and one.status is not HomeworkStatus.WITHDRAWN
        ]
        rows.append(
            LedgerRow(
                number=section.number,
                state=plan.states[section.number],
                taught=taught.get(section.number, ()),
                teach_back=_latest(known.checks, CheckKind.TEACH_BACK),
                quiz=_latest(known.checks, CheckKind.QUIZ),
                assigned=len(required),
                settled=sum(one.status in SETTLED for one in required),
                recall=recall.get(section.number),
                skipped=known.skip.reason if known.skip else "",
            )
        )
    return tuple(rows)


def _latest(checks: Iterable[Check], kind: CheckKind) -> Check | None:
    """The last of that kind; of several on one day the one recorded last."""
    return max(
        ((check.on, place, check) for place, check in enumerate(checks) if check.kind is kind),
        default=(None, 0, None),
        key=lambda one: one[:2],
    )[2]
