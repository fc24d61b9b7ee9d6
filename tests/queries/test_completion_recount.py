"""Every figure of completion, counted again from the raw evidence by a reader that shares nothing with the queries."""

from __future__ import annotations

import datetime as dt
import json
import random
import uuid
from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from pne_tracker.db import UNSCOPED, reading, transaction
from pne_tracker.domain.care import EpisodeStatus
from pne_tracker.domain.discharge import Discharge, EndReason, GoalResult
from pne_tracker.domain.errors import DomainError
from pne_tracker.domain.visit_draft import SectionDraft
from pne_tracker.models import Clinic, Episode, Homework, Visit, VisitStatus
from pne_tracker.queries.completion import counts, rows
from pne_tracker.queries.completion.filters import CompletionFilter
from pne_tracker.services import (
    completion_counts,
    discharges,
    entries,
    episodes,
    homework_review,
    marks,
    progress,
    visits,
)
from pne_tracker.services.entries import Typed
from tests.people import House, add_payer
from tests.raw import raw
from tests.services.homework_samples import JOURNAL, SLEEP, assign
from tests.visit_forms import GAIT_AND_PNE, signed_visit

ITEMS = ("s06-journal", "s05-sleep", "s05-exercise")


@dataclass
class Recount:
    """Raw rows by table, as the database gives them."""

    tables: dict[str, list[dict[str, Any]]]

    @classmethod
    def read(cls) -> Recount:
        names = ("episode", "visit", "visit_section", "section_check", "section_mark", "homework", "entry")
        with raw() as connection:
            return cls(
                {
                    name: [dict(row) for row in connection.execute(text(f"SELECT * FROM {name}")).mappings()]
                    for name in names
                }
            )

    def states(self, episode: Any) -> list[str]:
        return [self._state(episode, section) for section in range(1, 15)]

    def _state(self, episode: Any, section: int) -> str:
        signed = {row["id"]: row for row in self.tables["visit"] if row["status"] == "signed"}
        taught = [
            (str(signed[row["visit_id"]]["on_date"])[:10], row["teach_back"])
            for row in self._of("visit_section", episode, section)
            if row["visit_id"] in signed
        ]
        skip, flagged = None, ""
        for mark in sorted(self._of("section_mark", episode, section), key=lambda row: str(row["id"])):
            if mark["kind"] == "revisit":
                flagged = max(flagged, str(mark["on_date"])[:10])
            else:
                skip = mark["kind"] == "skip"
        if skip:
            return "skipped"
        if not taught:
            return "not_started"
        good = {"explains": 2, "prompted": 1, "not_yet": 0}
        checks = [(day, good[said]) for day, said in taught if said]
        checks += [
            (str(row["on_date"])[:10], 2 if row["score"] >= 0.75 else 0)
            for row in self._of("section_check", episode, section)
        ]
        last = max((day for day, _ in checks), default="")
        if flagged and flagged >= last:
            return "revisit"
        if not checks:
            return "taught"
        worst = min(result for day, result in checks if day == last)
        if worst < 2:
            return ("revisit", "taught")[worst]
        required = [
            row
            for row in self._of("homework", episode, section)
            if row["required"] and row["closed_as"] != "withdrawn"
        ]
        done = all(row["done_on"] or row["closed_as"] == "waived" for row in required)
        return "complete" if done else "understood"

    def _of(self, table: str, episode: Any, section: int) -> list[dict[str, Any]]:
        return [
            row
            for row in self.tables[table]
            if row["episode_id"] == episode["id"] and row["section"] == section
        ]

    def quiet_days(self, episode: Any, today: dt.date) -> int:
        signed = {row["id"]: row for row in self.tables["visit"] if row["status"] == "signed"}
        days = [str(episode["opened_on"])[:10]]
        days += [
            str(signed[row["visit_id"]]["on_date"])[:10]
            for row in self.tables["visit_section"]
            if row["episode_id"] == episode["id"] and row["visit_id"] in signed
        ]
        mine = {row["id"] for row in self.tables["homework"] if row["episode_id"] == episode["id"]}
        for entry in self.tables["entry"]:
            if entry["homework_id"] in mine and entry["status"] == "done":
                at = dt.datetime.fromisoformat(str(entry["handed_in_at"])).replace(tzinfo=dt.UTC)
                days.append(str((at - dt.timedelta(hours=5)).date()))
        return (today - dt.date.fromisoformat(max(days))).days

    def adherence(self, episode_ids: set[Any], today: dt.date) -> tuple[int, int, int]:
        total = Counter[str]()
        for item in self.tables["homework"]:
            if item["episode_id"] not in episode_ids or item["closed_as"]:
                continue
            late = [
                bool(entry["late"])
                for entry in sorted(self.tables["entry"], key=lambda row: str(row["handed_in_at"]))
                if entry["homework_id"] == item["id"] and entry["status"] == "done"
            ]
            for place, day in enumerate(_expected(item)):
                came = place < len(late)
                if today - dt.timedelta(days=28) <= day < today or (day == today and came):
                    total["expected"] += 1
                    total["done"] += came
                    total["late"] += came and late[place]
        return total["expected"], total["done"], total["late"]


def _expected(item: dict[str, Any]) -> list[dt.date]:
    template = item["template"] if isinstance(item["template"], dict) else json.loads(item["template"])
    plan = template["schedule"]
    first, due = (dt.date.fromisoformat(str(item[name])[:10]) for name in ("assigned_on", "due_on"))
    if plan["rhythm"] == "daily":
        days = [first + dt.timedelta(days=1 + nth) for nth in range(plan["entries"])]
    elif plan["rhythm"] == "weekly":
        each = plan["per_week"]
        days = [
            first + dt.timedelta(days=7 * (nth // each) - (-7 * (nth % each + 1) // each))
            for nth in range(plan["entries"])
        ]
    else:
        return [due] * plan["entries"]
    return [day for day in days if day <= due] or [due]


def _agree(house: House, chosen: CompletionFilter, today: dt.date) -> None:
    raw = Recount.read()
    wanted = [
        row
        for row in raw.tables["episode"]
        if (chosen.therapist_id is None or uuid.UUID(str(row["therapist_id"])) == chosen.therapist_id)
        and (chosen.payer_id is None or uuid.UUID(str(row["payer_id"])) == chosen.payer_id)
    ]
    mine = [row for row in wanted if chosen.status is None or row["status"] == chosen.status.value]
    with reading(house.lead) as session:
        view = counts.overview(session, house.lead, chosen, sections=14, today=today)
        scanned = counts.overview(
            session, house.lead, replace(chosen, until=dt.date(2100, 1, 1)), sections=14, today=today
        )
        matrix = rows.matrix(session, house.lead, chosen)
        stalled = rows.stalled(session, house.lead, chosen, today=today)
    assert view == scanned
    states = {str(uuid.UUID(str(row["id"]))): raw.states(row) for row in mine}
    assert {str(row.episode_id): list(row.states) for row in matrix} == states
    for count in view.sections:
        column = Counter(path[count.section - 1] for path in states.values())
        taught = sum(column[one] for one in ("taught", "understood", "complete", "revisit"))
        assert (count.episodes, count.taught) == (len(mine), taught)
        assert count.understood == column["understood"] + column["complete"]
        assert (count.complete, count.revisit, count.skipped) == (
            column["complete"],
            column["revisit"],
            column["skipped"],
        )
    by_status = Counter(row["status"] for row in wanted)
    assert {status.value: n for status, n in view.by_status.items() if n} == dict(by_status)
    quiet = [raw.quiet_days(row, today) for row in wanted if row["status"] == "open"]
    assert view.stalled == sum(days >= 14 for days in quiet) == len(stalled)
    assert view.long_stalled == sum(days >= 21 for days in quiet)
    found = view.adherence
    assert (found.expected, found.done, found.late) == raw.adherence({row["id"] for row in mine}, today)


class Walk:
    """What happens to a patient in a clinic, at random; what is refused did not happen."""

    def __init__(self, house: House, seed: int) -> None:
        self.house, self.dice = house, random.Random(seed)
        with transaction(UNSCOPED) as session:
            clinic = session.get_one(Clinic, house.clinic_id)
            self.payers = [
                house.payer_id,
                add_payer(session, clinic, "Blue Harbor", "ama_midpoint", house.now).id,
            ]
            self.signed: list[uuid.UUID] = []
        with transaction(house.therapist) as session:
            progress.rebuild(session, [house.episode_id])

    def step(self) -> None:
        acts = [self.teach] * 4 + [self.assign] * 3 + [self.hand_in] * 5
        acts += [self.withdraw, self.mark, self.waive, self.move, self.transfer, self.take_back, self.fold]
        act = self.dice.choice(acts)
        try:
            act()
        except DomainError:
            return

    def teach(self) -> None:
        house, section = self.house, self.dice.randint(1, 14)
        result = self.dice.choice([None, "explains", "explains", "prompted", "not_yet"])
        day = house.today - dt.timedelta(days=self.dice.randint(0, 40))
        form = replace(GAIT_AND_PNE(day, decision="separate"), sections=(SectionDraft(section, result),))
        with transaction(house.therapist) as session:
            self.signed.append(signed_visit(session, house, form).id)

    def withdraw(self) -> None:
        with transaction(self.house.therapist) as session:
            ids = list(session.scalars(select(Visit.id).where(Visit.status == VisitStatus.SIGNED)))
            visits.withdraw_visit(
                session,
                self.house.therapist,
                self.dice.choice(ids or [uuid.uuid4()]),
                "wrong",
                now=self.house.now,
            )

    def mark(self) -> None:
        act = self.dice.choice([marks.skip, marks.unskip, marks.revisit])
        house = self.house
        with transaction(house.therapist) as session:
            act(
                session,
                house.therapist,
                house.episode_id,
                self.dice.randint(1, 14),
                reason="agreed",
                on_date=house.today,
                now=house.now,
            )

    def assign(self) -> None:
        first = self.house.today - dt.timedelta(days=self.dice.randint(0, 35))
        due = first + dt.timedelta(days=self.dice.choice([3, 7, 14]))
        with transaction(self.house.therapist) as session:
            assign(session, self.house, self.dice.choice(ITEMS), assigned_on=first, due_on=due)

    def _item(self) -> tuple[uuid.UUID, str]:
        with reading(self.house.patient) as session:
            found = session.execute(select(Homework.id, Homework.template_key)).all()
        return self.dice.choice([(row[0], row[1]) for row in found] or [(uuid.uuid4(), ITEMS[0])])

    def hand_in(self) -> None:
        homework_id, key = self._item()
        raw = {
            "s06-journal": JOURNAL,
            "s05-sleep": {
                **SLEEP,
                "wake_day": str(self.house.today - dt.timedelta(days=self.dice.randint(0, 6))),
            },
        }.get(
            key,
            {
                "day": str(self.house.today),
                "activity": "walk",
                "minutes": "12",
                "effort": "3",
                "pain_before": "4",
                "pain_after": "4",
            },
        )
        at = self.house.now - dt.timedelta(days=self.dice.choice([0, 0, 0, 5]))
        with transaction(self.house.patient) as session:
            entries.hand_in(
                session,
                self.house.patient,
                homework_id,
                Typed(self.dice.randint(1, 6), raw, 0, sure=True),
                now=at,
            )

    def take_back(self) -> None:
        homework_id, _key = self._item()
        with transaction(self.house.patient) as session:
            entries.take_back(session, self.house.patient, homework_id, 1, now=self.house.now)

    def waive(self) -> None:
        homework_id, _key = self._item()
        act = self.dice.choice([homework_review.waive, homework_review.withdraw])
        with transaction(self.house.therapist) as session:
            act(session, self.house.therapist, homework_id, reason="agreed", now=self.house.now)

    def move(self) -> None:
        step = self.dice.choice(["hold", "reopen", "discharge", "reopen", "reopen"])
        house = self.house
        with transaction(house.therapist) as session:
            if step == "discharge":
                ending = Discharge(EndReason.GOALS_MET, GoalResult.MET)
                discharges.discharge_episode(
                    session, house.therapist, house.episode_id, ending, today=house.today, now=house.now
                )
            else:
                episodes.move_episode(session, house.therapist, house.episode_id, step, now=house.now)

    def transfer(self) -> None:
        with transaction(UNSCOPED) as session:
            episode = session.get_one(Episode, self.house.episode_id)
            episode.payer_id = self.dice.choice(self.payers)

    def fold(self) -> None:
        with transaction(UNSCOPED) as session:
            completion_counts.fold(session, limit=self.dice.choice([1, 7, 500]))


@pytest.mark.parametrize("seed", range(3))
def test_the_figures_are_what_the_evidence_gives_after_any_history(
    app: Flask, house: House, seed: int
) -> None:
    walk = Walk(house, seed)
    for number in range(60):
        walk.step()
        if number % 12 == 11:
            for payer in (None, walk.payers[1]):
                for status in (EpisodeStatus.OPEN, EpisodeStatus.DISCHARGED, None):
                    _agree(house, CompletionFilter(payer_id=payer, status=status), house.today)
            _agree(house, CompletionFilter(therapist_id=house.therapist.account_id), house.today)
    with transaction(UNSCOPED) as session:
        assert completion_counts.differences(session) == 0
        completion_counts.rebuild(session)
    _agree(house, CompletionFilter(status=None), house.today)


def test_changes_wait_for_nobody_and_count_at_once(app: Flask, house: House) -> None:
    walk = Walk(house, 1)
    walk.teach()
    with transaction(UNSCOPED) as session:
        before = completion_counts.fold(session)
        again = completion_counts.fold(session)
    assert before > 0
    assert again == 0
    walk.teach()
    _agree(house, CompletionFilter(), house.today)
