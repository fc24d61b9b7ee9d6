"""Always true: after any course of events the read model is what the evidence says, and so is `rebuild-progress`."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, multiple, rule
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from pne_tracker.db import transaction
from pne_tracker.domain.curriculum import HomeworkKind
from pne_tracker.domain.errors import RefusedError
from pne_tracker.domain.progress import State
from pne_tracker.domain.visit_draft import HomeworkDraft, SectionDraft
from pne_tracker.models import Addendum, AuditEvent, Check, CheckKind, Homework, RecallCard, SectionState
from pne_tracker.queries.curricula import pack_of
from pne_tracker.queries.progress import section_rows
from pne_tracker.services import homework_review, marks, progress, visits
from tests.people import House
from tests.visit_forms import GAIT_AND_PNE, signed_visit

SECTIONS = st.integers(1, 14)
RESULTS = st.sampled_from(["explains", "prompted", "not_yet", None])
DAYS = st.integers(0, 40)
SCORES = st.sampled_from([0.0, 0.5, 0.74, 0.75, 1.0])


class Course(RuleBasedStateMachine):
    """One patient's course: visits signed, corrected and withdrawn, homework done and waived, checks, marks."""

    signed = Bundle("signed")
    assigned = Bundle("assigned")
    house: House
    session: Session

    def __init__(self) -> None:
        super().__init__()
        self.transaction = transaction(self.house.therapist)
        self.session = self.transaction.__enter__()
        self.keys = self._keys()
        progress.rebuild(self.session, [self.house.episode_id])

    def _keys(self) -> dict[int, str]:
        """A required item of each section that is done in one piece."""
        sections = pack_of(self.session, self.house.pack_version_id).sections
        whole = {HomeworkKind.JOURNAL, HomeworkKind.READING, HomeworkKind.CONVERSATION, HomeworkKind.REVIEW}
        return {
            one.number: item.key
            for one in sections
            for item in one.homework
            if item.required and item.kind in whole
        }

    def _day(self, ago: int) -> dt.date:
        return self.house.today - dt.timedelta(days=ago)

    @rule(target=signed, section=SECTIONS, result=RESULTS, ago=DAYS)
    def a_section_is_taught(self, section: int, result: str | None, ago: int) -> uuid.UUID:
        form = GAIT_AND_PNE(self._day(ago), decision="separate")
        return signed_visit(
            self.session, self.house, replace(form, sections=(SectionDraft(section, result),))
        ).id

    @rule(target=assigned, data=st.data(), ago=DAYS)
    def a_visit_sends_homework_home(self, data: st.DataObject, ago: int) -> object:
        section = data.draw(st.sampled_from(sorted(self.keys)))
        form = replace(
            GAIT_AND_PNE(self._day(ago), decision="separate"),
            sections=(SectionDraft(section, "explains"),),
            homework=(HomeworkDraft(self.keys[section], self._day(ago - 7)),),
            insist="asked for more",
        )
        visit = signed_visit(self.session, self.house, form)
        return multiple(*self.session.scalars(select(Homework.id).where(Homework.visit_id == visit.id)))

    @rule(item=consumes(assigned))
    def homework_is_waived(self, item: uuid.UUID) -> None:
        try:
            homework_review.waive(
                self.session, self.house.therapist, item, reason="agreed", now=self.house.now
            )
        except RefusedError:
            return

    @rule(item=assigned, late=st.booleans())
    def homework_is_done(self, item: uuid.UUID, late: bool) -> None:
        row = self.session.get_one(Homework, item)
        row.done_on = row.due_on + dt.timedelta(days=1 if late else 0)
        progress.rebuild(self.session, [self.house.episode_id])

    @rule(section=SECTIONS, score=SCORES, ago=DAYS, recall=st.booleans())
    def a_check_comes_in(self, section: int, score: float, ago: int, recall: bool) -> None:
        self.session.add(
            Check(
                episode_id=self.house.episode_id,
                section=section,
                kind=CheckKind.RECALL if recall else CheckKind.QUIZ,
                score=score,
                concepts={"hurt-is-not-harm": score},
                on_date=self._day(ago),
                at=self.house.now,
            )
        )
        progress.rebuild(self.session, [self.house.episode_id])

    @rule(section=SECTIONS, act=st.sampled_from(["skip", "unskip", "revisit"]), ago=DAYS)
    def a_therapist_marks_a_section(self, section: int, act: str, ago: int) -> None:
        try:
            getattr(marks, act)(
                self.session,
                self.house.therapist,
                self.house.episode_id,
                section,
                reason="as agreed",
                on_date=self._day(ago),
                now=self.house.now,
            )
        except RefusedError:
            return

    @rule(visit=consumes(signed))
    def a_visit_is_withdrawn(self, visit: uuid.UUID) -> None:
        visits.withdraw_visit(self.session, self.house.therapist, visit, "wrong patient", now=self.house.now)

    @rule(visit=signed)
    def a_visit_is_corrected(self, visit: uuid.UUID) -> None:
        before = self._states()
        visits.add_addendum(self.session, self.house.therapist, visit, "A word more.", now=self.house.now)
        assert self._states() == before

    def _states(self) -> dict[int, State]:
        rows = section_rows(self.session, [self.house.episode_id])[self.house.episode_id]
        return {row.number: row.state for row in rows}

    @invariant()
    def the_read_model_is_what_the_evidence_says(self) -> None:
        self.session.flush()
        assert progress.differences(self.session) == []
        assert len(self._states()) == 14

    @invariant()
    def only_what_is_understood_is_asked_again(self) -> None:
        waiting = set(self.session.scalars(select(RecallCard.concept).where(RecallCard.due_on.is_not(None))))
        pack = pack_of(self.session, self.house.pack_version_id)
        understood = {State.UNDERSTOOD, State.COMPLETE}
        taught = {
            concept
            for number, state in self._states().items()
            if state in understood
            for concept in pack.by_number[number].primary
        }
        assert waiting <= taught

    def teardown(self) -> None:
        before = self._states()
        self.session.execute(delete(SectionState))
        progress.rebuild(self.session, [self.house.episode_id])
        assert self._states() == before
        self.session.rollback()
        with pytest.raises(_OverError):
            self._leave()

    def _leave(self) -> None:
        error = _OverError()
        if not self.transaction.__exit__(_OverError, error, error.__traceback__):
            raise error


class _OverError(Exception):
    """Ends the transaction of one course without keeping anything of it."""


def test_any_course_of_events_leaves_the_read_model_as_the_evidence_says(app: Flask, house: House) -> None:
    class Here(Course):
        pass

    Here.house = house
    Here.TestCase.settings = settings(
        max_examples=8,
        stateful_step_count=14,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
    )
    case = Here.TestCase("runTest")
    case.runTest()
    with transaction(house.therapist) as session:
        assert session.scalars(select(Addendum)).all() == []
        assert session.scalars(select(AuditEvent)).all() == []
