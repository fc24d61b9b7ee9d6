"""The same facts give the same plan, to the byte: on both databases, and whatever the order of keys and evidence."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import replace
from typing import Any

from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from pne_tracker.cli.plan import plan as plan_command
from pne_tracker.domain.plan_wire import write
from pne_tracker.domain.visit_draft import HomeworkDraft, SectionDraft
from pne_tracker.models import Check, CheckKind, Episode
from pne_tracker.queries.planning import plan_of_episode_id
from pne_tracker.services import flags, marks, progress
from tests.domain.test_planner_examples import EXAMPLE_A, EXAMPLE_B, EXAMPLE_C
from tests.people import House
from tests.visit_forms import GAIT_AND_PNE, signed_visit

SEALED = "55f66bf081419b3d2d28a1d0c51a6ca032c0f104f76dea6ba81e9fabd2a9ff10"
EXAMPLES = (EXAMPLE_A, EXAMPLE_B, EXAMPLE_C)


def history(session: Session, house: House) -> None:
    """Three weeks of one patient: visits, a quiz, a recall question, homework, a flag and a section left out."""
    for ago, section, result in ((21, 1, "explains"), (14, 2, "prompted"), (7, 9, "not_yet")):
        day = house.today - dt.timedelta(days=ago)
        form = replace(
            GAIT_AND_PNE(day, decision="separate"),
            sections=(SectionDraft(section, result),),
            homework=(HomeworkDraft("s09-reflect", day + dt.timedelta(days=5)),) if section == 9 else (),
        )
        signed_visit(session, house, form)
    for kind, concept, share in (
        (CheckKind.QUIZ, "hurt-is-not-harm", 0.5),
        (CheckKind.QUIZ, "body-alarm", 0.6667),
        (CheckKind.RECALL, "you-can-change-pain", 0.0),
    ):
        session.add(
            Check(
                episode_id=house.episode_id,
                section=1,
                kind=kind,
                score=share,
                concepts={concept: share, "touchy-alarm": 0.75},
                on_date=house.today - dt.timedelta(days=3),
                at=house.now,
            )
        )
    session.flush()
    progress.rebuild(session, [house.episode_id])
    held = {"poor-sleep", "stress", "spreading-pain"}
    flags.record_flags(session, house.therapist, house.episode_id, held, today=house.today, now=house.now)
    marks.skip(
        session,
        house.therapist,
        house.episode_id,
        12,
        reason="No time for it.",
        on_date=house.today,
        now=house.now,
    )
    session.get_one(Episode, house.episode_id).visits_per_week = 2


def test_both_databases_give_the_same_bytes(work: Session, house: House) -> None:
    history(work, house)
    made = json.dumps(write(plan_of_episode_id(work, house.episode_id, lambda _zone: house.today)))
    assert hashlib.sha256(made.encode()).hexdigest() == SEALED, made


def shuffled(value: Any, order: st.DrawFn) -> Any:
    """The same data with the keys of every object, and the checks of every section, in another order."""
    if isinstance(value, dict):
        keys = order(st.permutations(sorted(value)))
        return {key: shuffled(value[key], order) for key in keys}
    if isinstance(value, list):
        return [shuffled(one, order) for one in order(st.permutations(value))]
    return value


@given(data=st.data(), example=st.sampled_from(EXAMPLES))
@settings(max_examples=60, deadline=None)
def test_the_order_of_keys_and_of_evidence_changes_no_byte(
    data: st.DataObject, example: dict[str, Any]
) -> None:
    first = CliRunner().invoke(plan_command, [], input=json.dumps(example))
    other = CliRunner().invoke(plan_command, [], input=json.dumps(shuffled(example, data.draw)))
    assert first.exit_code == 0
    assert other.stdout_bytes == first.stdout_bytes
