"""The first screen under any filter, its lists, and the goals of clinics, counted again from the evidence."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter

from flask import Flask
from sqlalchemy import select

from pne_tracker.db import UNSCOPED, reading, transaction
from pne_tracker.domain.goals import Figures, Measure
from pne_tracker.models import CompletionMonth
from pne_tracker.queries.completion.filters import CompletionFilter
from pne_tracker.queries.completion.goals import goals_of
from pne_tracker.services import goals
from tests.people import House
from tests.queries.evidence import DAY, Evidence, Row
from tests.queries.first_screen import KNOWN, TAUGHT, agree_on_first_screen, entries_due
from tests.queries.histories import Town, filters


def test_the_first_screen_and_its_lists_are_what_the_evidence_gives_under_any_filter(
    app: Flask, house: House
) -> None:
    town = Town(house, 5)
    town.finish(town.people[0], 70, 20)
    town.end(town.people[1])
    town.live(120)
    town.owe(town.people[2])
    evidence = Evidence.read()
    for chosen in filters(town):
        agree_on_first_screen(town, evidence, chosen)
    everybody = evidence.chosen(CompletionFilter(status=None), set(town.clinics))
    for day in _edges(everybody):
        agree_on_first_screen(town, evidence, CompletionFilter(status=None, since=day))
        agree_on_first_screen(town, evidence, CompletionFilter(status=None, until=day))


def test_somebody_stalls_from_the_very_day_on(app: Flask, house: House) -> None:
    town = Town(house, 5)
    town.live(60)
    evidence = Evidence.read()
    quiet = {
        evidence.quiet_days(row, house.today) for row in evidence.chosen(CompletionFilter(), {*town.clinics})
    }
    for days in (14, 21):
        then = house.today + (days - min(quiet)) * DAY
        agree_on_first_screen(town, evidence, CompletionFilter(), then)
        agree_on_first_screen(town, evidence, CompletionFilter(), then - DAY)


def _edges(found: list[Row]) -> set[dt.date]:
    """The first days of episodes, and the last of one that ended: both belong to a period."""
    closed = [row["closed_on"] for row in found if row["closed_on"]]
    return {dt.date.fromisoformat(str(day)) for day in (found[0]["opened_on"], *closed[:1])}


def _figures(town: Town, evidence: Evidence, clinic: str, today: dt.date) -> Figures:
    mine = [
        row
        for row in evidence.chosen(CompletionFilter(), set(town.clinics))
        if row["clinic_id"] == clinic and row["status"] == "open"
    ]
    states = Counter(state for row in mine for state in evidence.states(row))
    expected, done, _late = entries_due(evidence, mine, today)
    return Figures(
        open=len(mine),
        taught=sum(states[one] for one in TAUGHT),
        understood=sum(states[one] for one in KNOWN),
        complete=states["complete"],
        counted=14 * len(mine) - states["skipped"],
        stalled=sum(evidence.quiet_days(row, today) >= 14 for row in mine),
        expected=expected,
        done=done,
    )


def test_goals_stand_beside_what_the_evidence_gives_today_and_gave_when_the_month_ended(
    app: Flask, house: House
) -> None:
    town = Town(house, 8)
    town.live(60)
    town.owe(town.people[1])
    wanted = {clinic: _goals_by_dice(town, clinic) for clinic in town.clinics}
    first = dt.datetime(2026, 12, 1, 8, 10, tzinfo=dt.UTC)
    then = Evidence.read()
    with transaction(UNSCOPED) as session:
        assert goals.keep_months(session, now=first) >= len(town.clinics)
    town.live(40)
    now = Evidence.read()
    with reading(town.lead) as session:
        found = goals_of(session, town.lead, house.today)
        kept = {row.clinic_id: (row.month, row.kept_on) for row in session.scalars(select(CompletionMonth))}
    assert {one.clinic_id: one.goals for one in found.clinics} == wanted
    for one in found.clinics:
        assert one.now == _figures(town, now, one.clinic_id.hex, house.today)
        before = _figures(town, then, one.clinic_id.hex, first.date())
        assert kept[one.clinic_id] == (dt.date(2026, 11, 1), first.date())
        assert one.months == (((dt.date(2026, 11, 1), before),) if before.open else ())


def _goals_by_dice(town: Town, clinic: uuid.UUID) -> dict[Measure, int]:
    wanted: dict[Measure, int] = {}
    for _ in range(8):
        measure, target = town.dice.choice(list(Measure)), town.dice.choice([None, 20, 50, 80])
        with transaction(town.lead) as session:
            text = None if target is None else str(target)
            goals.set_goal(session, town.lead, clinic, measure.value, text, now=town.house.now)
        wanted.pop(measure, None)
        if target is not None:
            wanted[measure] = target
    return wanted
