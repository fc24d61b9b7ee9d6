"""Every row of every topic of completion, counted again from the evidence after random histories, under any filter."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Iterable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from pne_tracker.cli._counts import count_messages
from pne_tracker.db import reading
from pne_tracker.domain.report import Group, Report
from pne_tracker.queries.completion.behind import Number
from pne_tracker.queries.completion.filters import CompletionFilter
from pne_tracker.queries.completion.topics import TOPICS, Sheet
from tests.people import House
from tests.queries.behind import opened
from tests.queries.evidence import DAY, Evidence, Row, day_of, instant_of, json_of
from tests.queries.histories import Town, filters

Told = tuple[Any, ...]
Table = dict[str, Told]
"""By row: its values, the ids of the episodes behind it, and those behind single values by place."""


def _median(numbers: Iterable[float]) -> float | None:
    ranked = sorted(numbers)
    if not ranked:
        return None
    half = len(ranked) // 2
    return ranked[half] if len(ranked) % 2 else (ranked[half - 1] + ranked[half]) / 2


def _part(part: int, whole: int) -> float | None:
    return part / whole if whole else None


class Hand:
    """The tables of every topic, made by hand."""

    def __init__(self, town: Town, evidence: Evidence, chosen: CompletionFilter) -> None:
        self.evidence, self.filter = evidence, chosen
        self.today = town.house.today
        self.until = min(chosen.until or self.today, self.today)
        self.since = chosen.since or self.until - 28 * DAY
        self.known_until = self.until if self.until < self.today else dt.date.max
        self.clinics = set(town.clinics)
        self.mine = evidence.chosen(chosen, self.clinics)
        self.every_status = evidence.chosen(chosen.with_status(None), self.clinics)
        self.ids = {row["id"] for row in self.mine}

    def _inside(self, day: dt.date) -> bool:
        return self.since <= day <= self.until

    def sections(self) -> Table:
        states = {row["id"]: self.evidence.states(row) for row in self.mine}
        found: Table = {}
        for place in range(14):
            reached = {key: path[place] for key, path in states.items()}
            known = {key for key, state in reached.items() if state in {"understood", "complete"}}
            again = {key for key, state in reached.items() if state == "revisit"}
            gap = again | {key for key, state in reached.items() if state == "taught"}
            rest = [
                {key for key, state in reached.items() if state == one} for one in ("complete", "skipped")
            ]
            parts = dict(enumerate([known | gap, known, gap, rest[0], again, rest[1]], start=1))
            values = (len(states), *(len(ids) for ids in parts.values()))
            found[str(place + 1)] = (values, set(states), parts)
        return found if states else {}

    def way(self) -> tuple[list[tuple[int, float, int, int]], Table]:
        """The estimate of Kaplan and Meier by the book, and where everybody stands."""
        lives, groups = [], {"finished": set(), "open": set(), "left": set()}
        for row in self.every_status:
            first = self.evidence.first_taught(row)
            if first is None:
                continue
            done = self.evidence.complete_since(row, self.today)
            closed = day_of(row["closed_on"]) if row["closed_on"] else None
            groups["finished" if done else "left" if closed else "open"].add(row["id"])
            lives.append((((done or closed or self.today) - first).days, done is not None))
        lives = [(max(days, 0), event) for days, event in lives]
        steps, without = [], 1.0
        for day in sorted({days for days, event in lives if event}):
            there = [one for one in lives if one[0] >= day]
            events = there.count((day, True))
            without *= (len(there) - events) / len(there)
            steps.append((day, 1 - without, len(there), events))
        return steps, {key: ((len(ids),), ids) for key, ids in groups.items()}

    def between(self) -> Table:
        waits: dict[int, list[tuple[str, int]]] = {number: [] for number in range(1, 15)}
        for row in self.mine:
            states = self.evidence.states(row)
            order = sorted(
                (min(day for day, _ in days), section)
                for section, days in self.evidence.taught(row).items()
                if states[section - 1] != "skipped"
            )
            for place in range(1, len(order)):
                day, section = order[place]
                waits[section].append((row["id"], (day - order[place - 1][0]).days))
        return {
            str(section): ((len(some), _median(days for _, days in some)), {one for one, _ in some})
            for section, some in waits.items()
        }

    def adherence(self, by: str) -> Table:
        rows = [
            {**one, "episode": row["id"], "therapist": str(uuid.UUID(row["therapist_id"]))}
            for row in self.mine
            for one in self.evidence.expected(row, self.since, self.until, self.today)
        ]
        names = {id(one): str(one["day"].weekday() if by == "weekday" else one[by]) for one in rows}
        table: Table = {}
        for name in set(names.values()):
            some = [one for one in rows if names[id(one)] == name]
            done, late = sum(one["done"] for one in some), sum(one["late"] for one in some)
            values = (len(some), done, late, _part(done, len(some)))
            parts = {
                place: {one["episode"] for one in some if one[what]}
                for place, what in ((1, "done"), (2, "late"))
            }
            table[name] = (values, {one["episode"] for one in some}, parts)
        return table

    def barriers(self) -> Table:
        items = self.evidence.by_id("homework")
        named = [
            (row["reason"], items[row["homework_id"]]["episode_id"])
            for row in self.evidence.tables["barrier"]
            if items[row["homework_id"]]["episode_id"] in self.ids
            and items[row["homework_id"]]["closed_as"] != "withdrawn"
            and self._inside(day_of(row["on_date"]))
        ]
        return self._shares(named)

    def _shares(self, named: list[tuple[str, str]]) -> Table:
        found: Table = {}
        for reason in {one for one, _ in named}:
            some = [episode for one, episode in named if one == reason]
            found[reason] = ((len(some), _part(len(some), len(named))), set(some))
        return found

    def received(self) -> Table:
        found: Table = {}
        old = [row for row in self.mine if day_of(row["opened_on"]) <= self.until - 14 * DAY]
        for therapist in {row["therapist_id"] for row in old}:
            some = [row for row in old if row["therapist_id"] == therapist]
            first = [self.evidence.first_taught(row) for row in some]
            logged = sum(day is not None and day <= self.known_until for day in first)
            ids = {row["id"] for row in some}
            said = [
                row["answer"]
                for row in self.evidence.tables["received_answer"]
                if row["episode_id"] in ids and day_of(row["on_date"]) <= self.known_until
            ]
            yes, unsure, no = (said.count(one) for one in ("yes", "not_sure", "no"))
            answered = yes + unsure + no
            closed = said.count("closed")
            values = (len(some), _part(logged, len(some)), _part(yes, answered))
            found[str(uuid.UUID(therapist))] = (
                (*values, answered, unsure, no, closed),
                ids,
                self._who_said(some, first),
            )
        return found

    def _who_said(self, some: list[Row], first: list[dt.date | None]) -> dict[int, set[str]]:
        logged = {
            row["id"]
            for row, day in zip(some, first, strict=True)
            if day is not None and day <= self.known_until
        }
        words = {2: {"yes"}, 3: {"yes", "not_sure", "no"}, 4: {"not_sure"}, 5: {"no"}, 6: {"closed"}}
        said = [
            (row["answer"], row["episode_id"])
            for row in self.evidence.tables["received_answer"]
            if row["episode_id"] in {one["id"] for one in some} and day_of(row["on_date"]) <= self.known_until
        ]
        return {
            1: logged,
            **{place: {episode for word, episode in said if word in any_} for place, any_ in words.items()},
        }

    def gaps(self) -> Table:
        scores: dict[str, dict[str, list[float]]] = {}
        rows = [row for row in self.evidence.tables["section_check"] if row["episode_id"] in self.ids]
        for row in sorted(rows, key=lambda row: (day_of(row["on_date"]), instant_of(row["at"]), row["id"])):
            if day_of(row["on_date"]) <= self.until:
                for concept, score in json_of(row["concepts"]).items():
                    scores.setdefault(concept, {}).setdefault(row["episode_id"], []).append(score)
        marks = {row["id"]: self.evidence.pass_mark(row) for row in self.mine}
        found: Table = {}
        for concept, some in scores.items():
            open_ = {key for key, points in some.items() if points[-1] < marks[key]}
            first = {key for key, points in some.items() if points[0] < marks[key]}
            closed = {key for key in some if min(some[key]) < marks[key] and key not in open_}
            parts = {1: first, 2: closed, 3: open_}
            found[concept] = ((len(some), len(first), len(closed), len(open_)), set(some), parts)
        return found

    def outcomes(self) -> Table:
        """Lower pain is better, higher function is; under 2 points nothing is clear. A rated change is one itself."""
        rules = {"nprs": (-1, 2.0, "2 points"), "psfs": (1, 2.0, "2 points"), "groc": (1, 0.0, "not known")}
        found: Table = {}
        for measure, (sign, error, words) in rules.items():
            steps: dict[str, float] = {}
            for episode in self.ids:
                points = sorted(
                    (day_of(row["on_date"]), row["id"], row["score"])
                    for row in self.evidence.tables["outcome_score"]
                    if row["episode_id"] == episode
                    and row["measure"] == measure
                    and day_of(row["on_date"]) <= self.until
                )
                if measure == "groc" and points:
                    steps[episode] = points[-1][2]
                elif len(points) > 1:
                    steps[episode] = round(points[-1][2] - points[0][2], 2)
            if steps:
                clear = {key: step * sign for key, step in steps.items() if step and abs(step) >= error}
                better = {key for key, step in clear.items() if step > 0}
                worse = {key for key, step in clear.items() if step < 0}
                parts = {2: better, 3: set(steps) - set(clear), 4: worse}
                shown = (len(parts[place]) for place in (2, 3, 4))
                found[measure] = (
                    (len(steps), _median(steps.values()), *shown, words),
                    set(steps),
                    parts,
                )
        return found

    def lines(self) -> Table:
        signed = {
            key: row
            for key, row in self.evidence.signed().items()
            if row["episode_id"] in self.ids and self._inside(day_of(row["on_date"]))
        }
        found: Table = {}
        mine = [row for row in self.evidence.tables["billing_line"] if row["visit_id"] in signed]
        for code in {row["code"] for row in mine}:
            some = [row for row in mine if row["code"] == code]
            visits = len({row["visit_id"] for row in some})
            sums = (sum(row[name] for row in some) for name in ("units", "minutes", "pne_minutes"))
            told = [row for row in some if row["pne_minutes"]]
            found[code] = (
                (visits, len(some), *sums),
                {signed[row["visit_id"]]["episode_id"] for row in some},
                {4: {signed[row["visit_id"]]["episode_id"] for row in told}},
            )
        return found

    def _begun(self) -> list[Row]:
        signed = self.evidence.signed()
        return [
            row
            for row in self.evidence.tables["section_choice"]
            if row["visit_id"] in signed
            and row["suggested"] is not None
            and row["episode_id"] in self.ids
            and self._inside(day_of(row["on_date"]))
        ]

    def choices(self, by: str) -> Table:
        found: Table = {}
        for name in {row[by] for row in self._begun()}:
            some = [row for row in self._begun() if row[by] == name]
            as_said = [row["taken"] in {None, row["suggested"]} for row in some]
            followed = sum(as_said)
            values = (len(some), followed, len(some) - followed, _part(followed, len(some)))
            parts = {
                place: {row["episode_id"] for row, said in zip(some, as_said, strict=True) if said is which}
                for place, which in ((1, True), (2, False))
            }
            key = str(uuid.UUID(name)) if by == "chosen_by" else str(name)
            found[key] = (values, {row["episode_id"] for row in some}, parts)
        return found

    def why(self) -> Table:
        other = [row for row in self._begun() if row["taken"] not in {None, row["suggested"]}]
        return self._shares([(row["why"] or "none", row["episode_id"]) for row in other])

    def reminders(self, by: str) -> Table:
        found: Table = {}
        mine = [one for one in self._messages() if one["episode"] in self.ids and self._inside(one["day"])]
        for name in {name for one in mine for name in one[by]}:
            some = [one for one in mine if name in one[by]]
            worked = [one for one in some if one["worked"]]
            values = (len(some), len(worked), _part(len(worked), len(some)))
            found[name] = (values, {one["episode"] for one in some}, {1: {one["episode"] for one in worked}})
        return found

    def _messages(self) -> list[Row]:
        """Messages that went: the patient's day, what each names, whether it worked, and the one episode it is of.

        That is the episode of the task it names first, else the last that had begun and not ended on that day.
        """
        channels, items = self.evidence.by_id("outbox_message"), self.evidence.by_id("homework")
        named: dict[str, list[Row]] = {}
        for row in sorted(self.evidence.tables["reminder"], key=lambda row: row["id"]):
            if row["status"] in {"sent", "delivered"}:
                named.setdefault(row["message_id"], []).append(row)
        found = []
        for message, rows in named.items():
            patient, at = rows[0]["patient_id"], instant_of(rows[0]["settled_at"])
            there = at.astimezone(self.evidence.zone(patient))
            tasks = [items[row["homework_id"]]["episode_id"] for row in rows if row["homework_id"]]
            found.append(
                {
                    "day": there.date(),
                    "hour": {str(there.hour)},
                    "channel": {channels[message]["channel"]},
                    "reason": {row["reason"] for row in rows},
                    "worked": self._acted(patient, at),
                    "episode": (tasks or self._treated(patient, there.date()) or [None])[0],
                }
            )
        return found

    def _treated(self, patient_id: str, day: dt.date) -> list[str]:
        """The patient's episodes on a day, the one opened last first."""
        found = [
            (day_of(one["opened_on"]), one["id"])
            for one in self.evidence.tables["episode"]
            if one["patient_id"] == patient_id
            and day_of(one["opened_on"]) <= day
            and (not one["closed_on"] or day <= day_of(one["closed_on"]))
        ]
        return [key for _, key in sorted(found, reverse=True)]

    def _acted(self, patient_id: str, at: dt.datetime) -> bool:
        return any(
            row["status"] == "done"
            and row["patient_id"] == patient_id
            and at < instant_of(row["handed_in_at"]) <= at + DAY
            for row in self.evidence.tables["entry"]
        )

    def clinics_side_by_side(self) -> Table:
        found: Table = {}
        for clinic in self.clinics:
            if self.filter.clinic_id not in {None, clinic}:
                continue
            mine = [row for row in self.mine if row["clinic_id"] == clinic.hex]
            states = [one for row in mine for one in self.evidence.states(row)]
            understood = states.count("understood") + states.count("complete")
            taught = understood + states.count("taught") + states.count("revisit")
            still = [
                row
                for row in self.every_status
                if row["clinic_id"] == clinic.hex
                and row["status"] == "open"
                and self.evidence.quiet_days(row, self.today) >= 14
            ]
            entries = [
                one
                for row in mine
                for one in self.evidence.expected(row, self.today - 28 * DAY, self.today, self.today)
            ]
            found[str(clinic)] = (
                (
                    len(mine),
                    taught,
                    understood,
                    _part(understood, taught),
                    _part(states.count("complete"), len(states) - states.count("skipped")) or 0.0,
                    len(still),
                    _part(sum(one["done"] for one in entries), len(entries)),
                ),
                {row["id"] for row in mine},
                {5: {row["id"] for row in still}},
            )
        return found

    def lines_with_pne(self) -> int:
        """Lines of companions that hold minutes of PNE."""
        signed = self.evidence.signed()
        return sum(
            row["code"] != "97112" and row["pne_minutes"] > 0
            for row in self.evidence.tables["billing_line"]
            if row["visit_id"] in signed
            and signed[row["visit_id"]]["episode_id"] in self.ids
            and self._inside(day_of(signed[row["visit_id"]]["on_date"]))
        )

    def topic(self, name: str) -> dict[str, Table]:
        """The tables of a topic by their keys."""
        match name:
            case "sections":
                return {"funnel": self.sections()}
            case "time":
                return {"time_to_complete": self.way()[1], "between": self.between()}
            case "homework":
                kinds = ("section", "kind", "weekday", "therapist")
                return {**{one: self.adherence(one) for one in kinds}, "barriers": self.barriers()}
            case "understanding":
                return {"received": self.received(), "gaps": self.gaps()}
            case "results":
                return {"outcomes": self.outcomes(), "lines": self.lines()}
            case "suggestions":
                by = {"choices": "chosen_by", "suggested": "suggested"}
                return {**{key: self.choices(one) for key, one in by.items()}, "why": self.why()}
            case "reminders":
                return {one: self.reminders(one) for one in ("reason", "hour", "channel")}
            case _:
                return {"clinics": self.clinics_side_by_side()}


def _told(session: Session, town: Town, topic: str, chosen: CompletionFilter, report: Report) -> Table:
    """The rows with who is listed when a number is opened: as many as the number says."""

    def listed(group: Group, place: int | None = None) -> set[str]:
        number = Number(report, group, place)
        found = opened(session, town.lead, topic, chosen, town.house.today, number)
        assert number.people == len(found), (topic, report.key, group.key, place, chosen)
        return {one.hex for one in found}

    return {
        one.key: (one.values, listed(one), {place: listed(one, place) for place in one.parts})
        for one in report.groups
    }


def _same(people: int, found: Table, counted: Table, where: object) -> None:
    assert found.keys() == counted.keys(), where
    assert people == len(set().union(*(row[1] for row in counted.values()))), where
    for key, (values, ids, *parts) in counted.items():
        shown, behind, behind_values = found[key]
        assert shown == pytest.approx(values), (where, key)
        assert behind == ids, (where, key)
        assert behind_values == (parts[0] if parts else {}), (where, key)


def _finding(report: Report) -> list[float]:
    """The numbers of the sentence above a table, those of the row it names left out."""
    sentence = report.finding
    for group in report.groups:
        for label in (group.label, group.label.lower()):
            sentence = sentence.replace(f"{label}{',' if f'{label},' in sentence else ''}", "")
    return [float(one) for one in re.findall(r"\d+(?:\.\d+)?", sentence)]


def _largest(table: Table, place: int) -> Told | None:
    """The row with the most in that place, when one alone has it."""
    ranked = sorted((float(row[0][place] or 0), key) for key, row in table.items())
    alone = ranked and ranked[-1][0] > 0 and (len(ranked) == 1 or ranked[-2][0] < ranked[-1][0])
    return table[ranked[-1][1]] if alone else None


def _sentence(hand: Hand, key: str, table: Table) -> list[list[float]]:
    """The numbers that the sentence may tell; several where rows are equal."""
    rows = [row[0] for row in table.values()]
    match key:
        case "section" | "kind" | "weekday" | "therapist":
            enough = [row for row in rows if row[0] >= 10]
            least = min((row[3] for row in enough), default=0)
            return [[row[1], row[0]] for row in enough if row[3] == least] if len(enough) > 1 else [[]]
        case "reason" | "hour" | "channel" if rows:
            enough = [row for row in rows if row[0] >= 10]
            best = max((row[2] for row in enough), default=0)
            if len(enough) > 1:
                return [[row[1], row[0]] for row in enough if row[2] == best]
            whole = [row[0] for row in hand.reminders("channel").values()]
            return [[sum(row[1] for row in whole), sum(row[0] for row in whole)]]
        case "barriers" | "why":
            most = _largest(table, 0)
            return [[most[0][0], sum(row[0] for row in rows)] if most else []]
        case "funnel":
            widest = _largest(table, 3)
            return [[widest[0][3], widest[0][1]] if widest else []]
        case "between":
            longest = _largest(table, 1)
            return [[longest[0][1]] if longest else []]
        case "suggested":
            passed = _largest(table, 2)
            return [[passed[0][2], passed[0][0]] if passed else []]
        case "gaps":
            widest = _largest(table, 3)
            return [[widest[0][3]] if widest else []]
        case "choices" if rows:
            return [[sum(row[1] for row in rows), sum(row[0] for row in rows)]]
        case "received" if rows:
            logged = sum(round(row[1] * row[0]) for row in rows)
            answered = sum(row[3] for row in rows)
            yes = sum(round((row[2] or 0) * row[3]) for row in rows)
            return [[logged, sum(row[0] for row in rows), *([yes, answered] if answered else [])]]
        case "lines" if rows:
            return [[table["97112"][0][1] if "97112" in table else 0, 97112, hand.lines_with_pne()]]
        case "time_to_complete":
            half = [step for step in hand.way()[0] if step[1] >= 0.5]
            return [[half[0][0], *([half[0][2]] if half[0][2] < 10 else [])] if half else []]
        case _:
            return [[]]


def _sheet(town: Town, topic: str, chosen: CompletionFilter) -> tuple[Sheet, dict[str, Table]]:
    """A topic with its tables by their keys."""
    with reading(town.lead) as session:
        sheet = TOPICS[topic].build(session, town.lead, chosen, town.house.today)
        return sheet, {one.key: _told(session, town, topic, chosen, one) for one in sheet.reports}


@pytest.mark.parametrize("seed", [2, 7])
def test_every_row_of_every_topic_is_what_the_evidence_gives(app: Flask, house: House, seed: int) -> None:
    town = Town(house, seed)
    town.finish(town.people[0], 80, 30)
    town.finish(town.people[1], 60, 10)
    town.live(150)
    town.pass_with_less(town.people[2])
    count_messages()
    evidence, seen = Evidence.read(), set()
    for chosen in filters(town):
        hand = Hand(town, evidence, chosen)
        for topic in TOPICS:
            sheet, told = _sheet(town, topic, chosen)
            counted = hand.topic(topic)
            assert {one.key for one in sheet.reports} == set(counted)
            for report in sheet.reports:
                where = (topic, report.key, chosen)
                _same(report.people, told[report.key], counted[report.key], where)
                sentences = _sentence(hand, report.key, counted[report.key])
                assert _finding(report) in sentences, (report.finding, report.key, chosen)
                seen.update({report.key} if report.groups else ())
        steps = _sheet(town, "time", chosen)[0].steps
        found = [(one.day, one.share, one.at_risk, one.events) for one in steps]
        assert found == [pytest.approx(step) for step in hand.way()[0]], chosen
    assert len(seen) == 19, seen
