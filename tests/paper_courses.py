"""A course for papers: a signed visit, a plan gone through, a stress log, a private journal, two scores."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy.orm import Session

from pne_tracker.domain.curriculum import HomeworkTemplate, Pack
from pne_tracker.domain.homework_item import item_to_dict
from pne_tracker.domain.outcomes import NPRS, PSFS, score_nprs, score_psfs
from pne_tracker.domain.visit_draft import DraftInput, SectionDraft, TreatmentDraft
from pne_tracker.models import Entry, EntryStatus, Episode, Homework, new_id
from pne_tracker.queries.curricula import pack_of
from pne_tracker.services.outcomes import record_score
from pne_tracker.services.private_writing import put
from tests.people import House
from tests.visit_forms import signed_visit

SECRET = "The quarrel with my sister keeps me awake."
SHARED_JOURNAL = "What I wrote in my shared journal."
WALK = "A short walk by the river"
PLAN = {
    "relaxation": "keep",
    "breathing": "keep",
    "goals": "change",
    "exercise-log": "keep",
    "sleep-log": "stop",
    "goal": "Walk to the market",
    "goal-date": "2026-12-01",
}


def whole_course(session: Session, house: House) -> None:
    """Everything papers tell of, for the house's episode."""
    pack = pack_of(session, house.pack_version_id)
    signed_visit(
        session,
        house,
        DraftInput(
            on_date=house.today,
            minutes=45,
            treatments=(TreatmentDraft("97116", 30, 12), TreatmentDraft("97110", 15)),
            sections=(SectionDraft(1, "explains"), SectionDraft(9, "not_yet")),
        ),
    )
    hand_in(session, house, _item(pack, 13, "review"), PLAN)
    hand_in(session, house, _item(pack, 9, "stress_log"), {"helped": WALK, "stress_before": 7})
    hand_in(session, house, _item(pack, 2, "journal"), {"text": SECRET, "helped": SECRET}, shared=False)
    hand_in(session, house, _item(pack, 8, "journal"), {"text": SHARED_JOURNAL})
    for on, worst in ((dt.date(2026, 10, 12), 8), (house.today, 4)):
        score(session, house, NPRS.id, score_nprs(now=2, least=1, worst=worst), on)
    score(
        session,
        house,
        PSFS.id,
        score_psfs([("Climb stairs", 3), ("Sit", 4), ("Sleep", 5)]),
        dt.date(2026, 10, 12),
    )
    score(session, house, PSFS.id, score_psfs([("Climb stairs", 7), ("Sit", 6), ("Sleep", 8)]), house.today)


def score(session: Session, house: House, measure: str, scored: Any, on: dt.date) -> None:
    """One outcome score of that day."""
    record_score(
        session,
        house.therapist,
        house.episode_id,
        measure,
        scored,
        on_date=on,
        today=house.today,
        now=house.now,
    )


def _item(pack: Pack, section: int, kind: str) -> HomeworkTemplate:
    return next(one for one in pack.by_number[section].homework if one.kind.value == kind)


def hand_in(
    session: Session, house: House, item: HomeworkTemplate, values: dict[str, Any], *, shared: bool = True
) -> None:
    """An item of a week ago with one entry of today."""
    episode = session.get_one(Episode, house.episode_id)
    section = int(item.key.split("-")[0].removeprefix("s"))
    homework = Homework(
        id=new_id(),
        organisation_id=episode.organisation_id,
        patient_id=episode.patient_id,
        episode_id=episode.id,
        section=section,
        template_key=item.key,
        kind=item.kind,
        template=item_to_dict(item),
        required=True,
        assigned_on=house.today - dt.timedelta(days=7),
        assigned_by=house.therapist.account_id,
        due_on=house.today,
        expected=1,
        done_at=1,
        done_on=house.today,
    )
    session.add(homework)
    entry = Entry(
        id=new_id(),
        organisation_id=episode.organisation_id,
        homework_id=homework.id,
        patient_id=episode.patient_id,
        occurrence=1,
        for_date=house.today,
        status=EntryStatus.DONE,
        saved_at=house.now,
        handed_in_at=house.now,
        handed_in_by=house.patient.account_id,
    )
    put(session, house.patient, entry, item.kind, values=values, derived={}, shared=shared, now=house.now)
    session.add(entry)
    session.flush()
