"""The rows of the evidence as the database gives them, read by plain Python that shares nothing with the queries."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text

from pne_tracker.queries.completion.filters import CompletionFilter
from tests.raw import raw

Row = dict[str, Any]
TABLES = (
    "episode",
    "diagnosis",
    "patient",
    "clinic",
    "account",
    "visit",
    "visit_section",
    "section_check",
    "section_mark",
    "section_choice",
    "homework",
    "entry",
    "barrier",
    "received_answer",
    "outcome_score",
    "billing_line",
    "reminder",
    "outbox_message",
    "pack_version",
)
BEGINNINGS = {"low_back": "M5416", "neck": "M542", "headache": "G43", "knee": "M17"}
"""How the first code of each diagnosis group of the histories begins."""
DAY = dt.timedelta(days=1)


def id_of(value: object) -> str:
    """An id as both databases would write it."""
    return uuid.UUID(str(value)).hex


def day_of(value: object) -> dt.date:
    """A day, from a date or its text."""
    return dt.date.fromisoformat(str(value)[:10])


def instant_of(value: object) -> dt.datetime:
    """An instant in UTC."""
    at = dt.datetime.fromisoformat(str(value))
    return at.replace(tzinfo=dt.UTC) if at.tzinfo is None else at.astimezone(dt.UTC)


def json_of(value: Any) -> Any:
    """What a JSON column holds."""
    return json.loads(value) if isinstance(value, str) else value


@dataclass
class Evidence:
    """Rows by table, ids as text, and what somebody with a pencil would make of them."""

    tables: dict[str, list[Row]]

    @classmethod
    def read(cls) -> Evidence:
        with raw() as connection:
            found = {
                name: [dict(row) for row in connection.execute(text(f"SELECT * FROM {name}")).mappings()]
                for name in TABLES
            }
        for rows in found.values():
            for row in rows:
                for name, value in row.items():
                    if value is not None and (name == "id" or name.endswith(("_id", "_by"))):
                        row[name] = id_of(value)
        for row in found["pack_version"]:
            row["pass_mark"] = json.loads(row.pop("content"))["pass_mark"]
        return cls(found)

    def by_id(self, table: str) -> dict[str, Row]:
        return {row["id"]: row for row in self.tables[table]}

    def chosen(self, chosen: CompletionFilter, clinics: set[uuid.UUID]) -> list[Row]:
        """The episodes of a filter that a lead of these clinics sees."""
        patients, found = self.by_id("patient"), []
        for row in self.tables["episode"]:
            first = [
                one["code"].replace(".", "")
                for one in self.tables["diagnosis"]
                if one["episode_id"] == row["id"] and one["rank"] == 1
            ]
            fits = [
                row["clinic_id"] in {one.hex for one in clinics},
                chosen.clinic_id is None or row["clinic_id"] == chosen.clinic_id.hex,
                chosen.therapist_id is None or row["therapist_id"] == chosen.therapist_id.hex,
                chosen.payer_id is None or row["payer_id"] == chosen.payer_id.hex,
                chosen.status is None or row["status"] == chosen.status.value,
                chosen.discipline is None or row["discipline"] == chosen.discipline.value,
                chosen.diagnosis is None
                or any(one.startswith(BEGINNINGS[chosen.diagnosis]) for one in first),
                chosen.language is None or patients[row["patient_id"]]["language"][:2] == chosen.language,
                chosen.until is None or day_of(row["opened_on"]) <= chosen.until,
                chosen.since is None or not row["closed_on"] or day_of(row["closed_on"]) >= chosen.since,
            ]
            if all(fits):
                found.append(row)
        return found

    def zone(self, patient_id: str) -> ZoneInfo:
        """Where a patient lives."""
        patient = self.by_id("patient")[patient_id]
        return ZoneInfo(patient["timezone"] or self.by_id("clinic")[patient["clinic_id"]]["timezone"])

    def pass_mark(self, episode: Row) -> float:
        """From which score on a check is passed, by the pack that the episode goes by."""
        return self.by_id("pack_version")[episode["pack_version_id"]]["pass_mark"]

    def signed(self) -> dict[str, Row]:
        return {row["id"]: row for row in self.tables["visit"] if row["status"] == "signed"}

    def of(self, table: str, episode: Row, section: int | None = None) -> list[Row]:
        return [
            row
            for row in self.tables[table]
            if row["episode_id"] == episode["id"] and (section is None or row["section"] == section)
        ]

    def taught(self, episode: Row) -> dict[int, list[tuple[dt.date, str | None]]]:
        """By section the days of signed visits that taught it, with what the patient could explain."""
        signed, found = self.signed(), {}
        for row in self.of("visit_section", episode):
            if row["visit_id"] in signed:
                day = day_of(signed[row["visit_id"]]["on_date"])
                found.setdefault(row["section"], []).append((day, row["teach_back"]))
        return found

    def entry_days(self, item: Row) -> list[dt.date]:
        """The patient's days on which entries of an item came in, in order."""
        zone = self.zone(item["patient_id"])
        return [
            at.astimezone(zone).date()
            for at in sorted(
                instant_of(row["handed_in_at"])
                for row in self.tables["entry"]
                if row["homework_id"] == item["id"] and row["status"] == "done"
            )
        ]

    def states(self, episode: Row, until: dt.date = dt.date.max) -> list[str]:
        """The states of the fourteen sections by the evidence up to a day."""
        taught = self.taught(episode)
        return [self._state(episode, section, taught.get(section, []), until) for section in range(1, 15)]

    def _state(
        self, episode: Row, section: int, taught: list[tuple[dt.date, str | None]], until: dt.date
    ) -> str:
        taught = [one for one in taught if one[0] <= until]
        marks = [row for row in self.of("section_mark", episode, section) if day_of(row["on_date"]) <= until]
        marks.sort(key=lambda row: row["id"])
        flagged = max((day_of(row["on_date"]) for row in marks if row["kind"] == "revisit"), default=None)
        skips = [row["kind"] for row in marks if row["kind"] != "revisit"]
        if skips and skips[-1] == "skip":
            return "skipped"
        if not taught:
            return "not_started"
        good = {"explains": 2, "prompted": 1, "not_yet": 0}
        checks = [(day, good[said]) for day, said in taught if said]
        mark = self.pass_mark(episode)
        checks += [
            (day_of(row["on_date"]), 2 if row["score"] >= mark else 0)
            for row in self.of("section_check", episode, section)
            if day_of(row["on_date"]) <= until
        ]
        last = max((day for day, _ in checks), default=dt.date.min)
        if flagged and flagged >= last:
            return "revisit"
        if not checks:
            return "taught"
        worst = min(result for day, result in checks if day == last)
        if worst < 2:
            return ("revisit", "taught")[worst]
        items = self.of("homework", episode, section)
        open_ = [row for row in items if row["required"] and not self._settled(row, until)]
        return "understood" if open_ else "complete"

    def _settled(self, item: Row, until: dt.date) -> bool:
        if item["closed_as"] == "withdrawn" or day_of(item["assigned_on"]) > until:
            return True
        zone = self.zone(item["patient_id"])
        if item["closed_as"] == "waived" and instant_of(item["closed_at"]).astimezone(zone).date() <= until:
            return True
        return sum(day <= until for day in self.entry_days(item)) >= item["done_at"]

    def first_taught(self, episode: Row) -> dt.date | None:
        return min((day for days in self.taught(episode).values() for day, _ in days), default=None)

    def complete_since(self, episode: Row, today: dt.date) -> dt.date | None:
        """The first day from which on every section that counts was complete, day after day until today."""

        def is_complete(day: dt.date) -> bool:
            states = set(self.states(episode, day))
            return "complete" in states and states <= {"complete", "skipped"}

        if not is_complete(today):
            return None
        day = today
        while is_complete(day - DAY):
            day -= DAY
        return day

    def quiet_days(self, episode: Row, today: dt.date) -> int:
        """Days since anything was taught or handed in, else since the episode began; in the clinic's days."""
        zone = ZoneInfo(self.by_id("clinic")[episode["clinic_id"]]["timezone"])
        days = [day_of(episode["opened_on"])]
        days += [day for some in self.taught(episode).values() for day, _ in some]
        mine = {row["id"] for row in self.of("homework", episode)}
        days += [
            instant_of(row["handed_in_at"]).astimezone(zone).date()
            for row in self.tables["entry"]
            if row["homework_id"] in mine and row["status"] == "done"
        ]
        return (today - max(days)).days

    def expected(self, episode: Row, since: dt.date, until: dt.date, today: dt.date) -> list[Row]:
        """The entries expected in those days so far: section, kind, day, whether in, whether late."""
        found = []
        for item in self.of("homework", episode):
            if item["closed_as"]:
                continue
            sent = self.entry_days(item)
            for place, day in enumerate(_expected_days(item)):
                came = place < len(sent)
                if since <= day <= until and (day < today or came):
                    late = came and sent[place] > day_of(item["due_on"])
                    place_of = {"section": item["section"], "kind": item["kind"], "day": day}
                    found.append({**place_of, "done": came, "late": late})
        return found


def _expected_days(item: Row) -> list[dt.date]:
    plan = json_of(item["template"])["schedule"]
    first, due = day_of(item["assigned_on"]), day_of(item["due_on"])
    if plan["rhythm"] == "daily":
        days = [first + (nth + 1) * DAY for nth in range(plan["entries"])]
    elif plan["rhythm"] == "weekly":
        each = plan["per_week"]
        days = [
            first + (7 * (nth // each) - (-7 * (nth % each + 1) // each)) * DAY
            for nth in range(plan["entries"])
        ]
    else:
        return [due] * plan["entries"]
    return [day for day in days if day <= due] or [due]
