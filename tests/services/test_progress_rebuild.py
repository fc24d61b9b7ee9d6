"""The read model of section states agrees with the evidence after any sequence of events."""

from __future__ import annotations

import datetime as dt
import itertools
import random
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import delete, event, select, update
from sqlalchemy.orm import Session

from pne_tracker.db import UNSCOPED, db, reading, transaction
from pne_tracker.domain.errors import BadInputError, RefusedError
from pne_tracker.domain.progress import CheckKind, State
from pne_tracker.domain.visit_draft import HomeworkDraft, SectionDraft
from pne_tracker.models import Check, Homework, SectionState, Visit, new_id
from pne_tracker.models import CheckKind as StoredKind
from pne_tracker.queries.progress import evidence, section_rows
from pne_tracker.services import homework_review, marks, progress, visits
from tests.people import House
from tests.visit_forms import GAIT_AND_PNE, signed_visit


def states(session: Session, house: House) -> dict[int, str]:
    progress.rebuild(session, [house.episode_id])
    return {
        row.number: row.state.value for row in section_rows(session, [house.episode_id])[house.episode_id]
    }


def teach(session: Session, house: House, *sections: SectionDraft, day: int = 0) -> Visit:
    on_date = house.today - dt.timedelta(days=30 - day)
    form = replace(GAIT_AND_PNE(on_date, decision="separate"), sections=sections)
    return signed_visit(session, house, form)


def quiz(session: Session, house: House, section: int, score: float, on_date: dt.date) -> None:
    session.add(
        Check(
            id=new_id(),
            episode_id=house.episode_id,
            section=section,
            kind=StoredKind.QUIZ,
            score=score,
            concepts={"hurt-is-not-harm": score},
            on_date=on_date,
            at=house.now,
        )
    )


def mark(session: Session, house: House, act: str, section: int) -> None:
    getattr(marks, act)(
        session,
        house.therapist,
        house.episode_id,
        section,
        reason="as agreed",
        on_date=house.today,
        now=house.now,
    )


def test_a_fresh_episode_has_fourteen_sections_not_started(work: Session, house: House) -> None:
    assert states(work, house) == dict.fromkeys(range(1, 15), "not_started")


def test_the_latest_check_decides(work: Session, house: House) -> None:
    teach(work, house, SectionDraft(1, "explains"))
    assert states(work, house)[1] == "complete"
    quiz(work, house, 1, 0.5, house.today)
    assert states(work, house)[1] == "revisit"


def test_required_homework_keeps_a_section_from_being_complete(work: Session, house: House) -> None:
    form = replace(
        GAIT_AND_PNE(house.today, decision="separate"),
        sections=(SectionDraft(1, "explains"),),
        homework=(HomeworkDraft("s01-quiz", house.today + dt.timedelta(days=7)),),
    )
    signed_visit(work, house, form)
    assert states(work, house)[1] == "understood"
    item = work.scalars(select(Homework)).one()
    homework_review.waive(work, house.therapist, item.id, reason="no portal", now=house.now)
    assert states(work, house)[1] == "complete"


def test_a_section_is_left_out_and_taken_back_to_what_the_evidence_says(work: Session, house: House) -> None:
    teach(work, house, SectionDraft(3, "prompted"))
    mark(work, house, "skip", 3)
    assert states(work, house)[3] == "skipped"
    with pytest.raises(RefusedError):
        mark(work, house, "skip", 3)
    mark(work, house, "unskip", 3)
    assert states(work, house)[3] == "taught"


def test_a_flag_to_revisit_outweighs_the_check_before_it(work: Session, house: House) -> None:
    with pytest.raises(RefusedError, match="Only a section that was taught"):
        mark(work, house, "revisit", 2)
    teach(work, house, SectionDraft(2, "explains"))
    mark(work, house, "revisit", 2)
    assert states(work, house)[2] == "revisit"


def test_leaving_out_needs_a_reason(work: Session, house: House) -> None:
    with pytest.raises(BadInputError, match="reason"):
        marks.skip(work, house.therapist, house.episode_id, 3, reason=" ", on_date=house.today, now=house.now)


def test_drafts_and_withdrawn_visits_are_no_evidence(work: Session, house: House) -> None:
    visit = teach(work, house, SectionDraft(1, "explains"))
    assert evidence(work, [house.episode_id])[house.episode_id][1].checks[0].kind is CheckKind.TEACH_BACK
    visits.withdraw_visit(work, house.therapist, visit.id, "Wrong patient.", now=house.now)
    visits.start_visit(work, house.therapist, house.episode_id, on_date=house.today, now=house.now)
    assert evidence(work, [house.episode_id]) == {house.episode_id: {}}


def test_homework_is_missed_only_when_the_day_is_known_to_be_past(work: Session, house: House) -> None:
    form = replace(
        GAIT_AND_PNE(house.today, decision="separate"),
        homework=(HomeworkDraft("s01-quiz", house.today + dt.timedelta(days=1)),),
    )
    signed_visit(work, house, form)
    later = house.today + dt.timedelta(days=2)
    by_day = [
        evidence(work, [house.episode_id], day)[house.episode_id][1].homework[0].status.value
        for day in (None, house.today, later)
    ]
    assert by_day == ["assigned", "assigned", "missed"]


def test_evidence_takes_the_same_number_of_queries_for_one_and_for_many(work: Session, house: House) -> None:
    teach(work, house, SectionDraft(1))
    seen: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
    counts = []
    for ids in ([house.episode_id], [house.episode_id, *(new_id() for _ in range(50))]):
        seen.clear()
        evidence(work, ids)
        counts.append(len(seen))
    assert counts[0] == counts[1] == 5


def test_any_sequence_of_events_leaves_no_difference(app: Flask, house: House) -> None:
    """A random walk through all that can happen; after each step the read model is what a rebuild gives."""
    walk = random.Random(7)
    signed: list[object] = []
    with transaction(house.therapist) as session:
        progress.rebuild(session, [house.episode_id])
        for step in itertools.count():
            if step == 60:
                break
            section = walk.randint(1, 14)
            match walk.choice(["teach", "teach", "withdraw", "quiz", "skip", "unskip", "revisit", "waive"]):
                case "teach":
                    result = walk.choice([None, "explains", "prompted", "not_yet"])
                    day = walk.randint(0, 29)
                    signed.append(teach(session, house, SectionDraft(section, result), day=day).id)
                case "withdraw" if signed:
                    visit_id = signed.pop(walk.randrange(len(signed)))
                    visits.withdraw_visit(session, house.therapist, visit_id, "wrong", now=house.now)
                case "quiz":
                    quiz(session, house, section, walk.choice([0.5, 0.75, 1.0]), house.today)
                    progress.rebuild(session, [house.episode_id])
                case "skip" | "unskip" | "revisit" as act:
                    try:
                        mark(session, house, act, section)
                    except RefusedError:
                        continue
                case _:
                    continue
            assert progress.differences(session) == []
            session.expunge_all()


def test_a_state_set_by_hand_is_found_and_mended(app: Flask, house: House) -> None:
    with transaction(house.therapist) as session:
        progress.rebuild(session, [house.episode_id])
        session.execute(
            update(SectionState).where(SectionState.section == 3).values(state="complete", taught=True)
        )
        session.execute(delete(SectionState).where(SectionState.section == 9))
    with reading(UNSCOPED) as session:
        found = [(one.section, one.stored, one.derived) for one in progress.differences(session)]
    assert found == [(3, "complete", "not_started"), (9, "", "not_started")]
    with transaction(UNSCOPED) as session:
        for page in progress.pages(session):
            progress.rebuild(session, page)
    with reading(UNSCOPED) as session:
        assert progress.differences(session) == []


def test_the_command_checks_and_rebuilds(
    app: Flask, house: House, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from pne_tracker.cli import _app
    from pne_tracker.cli.progress import rebuild_progress

    monkeypatch.setattr(_app, "create_app", lambda: app)
    runner = CliRunner()
    checked = runner.invoke(rebuild_progress, ["--check"])
    assert checked.exit_code == 1
    assert checked.stderr.count("evidence: not_started") == 14
    assert runner.invoke(rebuild_progress, []).output == "1 episodes rebuilt.\n"
    assert runner.invoke(rebuild_progress, ["--check"]).exit_code == 0


def test_states_are_words_the_domain_knows(work: Session, house: House) -> None:
    assert set(states(work, house).values()) <= {state.value for state in State}
