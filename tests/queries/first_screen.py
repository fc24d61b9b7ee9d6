"""The first screen of completion beside the evidence, counted by a reader that shares nothing with the queries."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from pne_tracker.db import reading
from pne_tracker.queries.completion import counts, rows
from pne_tracker.queries.completion.filters import CompletionFilter
from tests.queries.evidence import DAY, Evidence, Row
from tests.queries.histories import Town

TAUGHT = ("taught", "understood", "complete", "revisit")
KNOWN = ("understood", "complete")
BEHIND = {
    "taught": TAUGHT,
    "understood": KNOWN,
    "complete": ("complete",),
    "revisit": ("revisit",),
    "skipped": ("skipped",),
    "gap": ("taught", "revisit"),
}


Page = Sequence[rows.EpisodeRow] | Sequence[rows.StalledRow]


def whole(read: Callable[[str], Page]) -> list[Any]:
    """A list read to its end, two rows a page, as somebody who pages through it."""
    found: list[Any] = []
    while page := read(found[-1].key if found else ""):
        found += [getattr(one, "row", one) for one in page]
        assert len({one.episode_id for one in found}) == len(found), "nobody stands on two pages"
    return found


def agree_on_first_screen(
    town: Town, evidence: Evidence, chosen: CompletionFilter, today: dt.date | None = None
) -> None:
    """Its figures and lists are those of the evidence; added up from the standings they are the same."""
    today, lead = today or town.house.today, town.lead
    mine = evidence.chosen(chosen, set(town.clinics))
    all_ = evidence.chosen(chosen.with_status(None), set(town.clinics))
    states = {row["id"]: evidence.states(row) for row in mine}
    with reading(lead) as session:
        view = counts.overview(session, lead, chosen, sections=14, today=today)
        far = replace(chosen, until=chosen.until or dt.date(2100, 1, 1))
        scanned = counts.overview(session, lead, far, sections=14, today=today)
        matrix = whole(lambda after: rows.matrix(session, lead, chosen, after=after, limit=2))
        lists = {
            (section, measure): rows.with_section(session, lead, chosen, section, measure, limit=50)
            for section in (1, 7, 14)
            for measure in BEHIND
        }
        first = whole(
            lambda after: rows.with_section(session, lead, chosen, 1, "taught", after=after, limit=2)
        )
        still = {
            days: rows.stalled(session, lead, chosen, today=today, days=days, limit=50) for days in (14, 21)
        }
        quietest = whole(lambda after: rows.stalled(session, lead, chosen, today=today, after=after, limit=2))
    assert view == scanned
    assert [one.episode_id for one in first] == [one.episode_id for one in lists[1, "taught"]]
    assert [one.episode_id for one in quietest] == [one.row.episode_id for one in still[14]]
    assert {one.episode_id.hex: list(one.states) for one in matrix} == states, chosen
    for count in view.sections:
        column = Counter(path[count.section - 1] for path in states.values())
        assert count.episodes == len(mine)
        assert count.taught == sum(column[one] for one in TAUGHT)
        assert count.understood == sum(column[one] for one in KNOWN)
        assert [count.complete, count.revisit, count.skipped] == [
            column[one] for one in ("complete", "revisit", "skipped")
        ]
    for (section, measure), found in lists.items():
        there = {key for key, path in states.items() if path[section - 1] in BEHIND[measure]}
        assert {one.episode_id.hex for one in found} == there, (chosen, section, measure)
    assert {status.value: n for status, n in view.by_status.items() if n} == Counter(
        row["status"] for row in all_
    )
    quiet = {row["id"]: evidence.quiet_days(row, today) for row in all_ if row["status"] == "open"}
    for days, shown in ((14, view.stalled), (21, view.long_stalled)):
        there = {key: since for key, since in quiet.items() if since >= days}
        assert shown == len(there)
        assert {one.row.episode_id.hex: one.days for one in still[days]} == there, (chosen, days)
    assert entries_due(evidence, mine, today) == (
        view.adherence.expected,
        view.adherence.done,
        view.adherence.late,
    )


def entries_due(evidence: Evidence, mine: list[Row], today: dt.date) -> tuple[int, int, int]:
    """Expected entries of the last four weeks, those that came, those that came late."""
    found = [one for row in mine for one in evidence.expected(row, today - 28 * DAY, today, today)]
    return len(found), sum(one["done"] for one in found), sum(one["late"] for one in found)
