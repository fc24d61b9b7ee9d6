"""The whole record as a paper to read: the person, the care, each visit, each task with what was written, messages.

The rest of the rows, which a reader seldom wants, are counted at its end; the JSON file holds them all.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import force_locale, format_datetime
from flask_babel import gettext as _

from pne_tracker.adapters.pdf_blocks import (
    Block,
    Facts,
    Head,
    Heading,
    Pair,
    Paper,
    Quiet,
    Subheading,
    Table,
    Text,
)
from pne_tracker.domain.curriculum import HomeworkKind
from pne_tracker.domain.entry_fields import YES_NO, Control, FieldSpec, fields_of
from pne_tracker.domain.homework_item import item_from_dict
from pne_tracker.domain.people import full_name
from pne_tracker.queries.whole_record import Row, WholeRecord
from pne_tracker.services.record_exports import HandedOut
from pne_tracker.web.display import number_text
from pne_tracker.web.portal_context import full_date


def record_paper(handed: HandedOut, *, now: dt.datetime, language: str) -> Paper:
    """The paper in English or Spanish. Needs an application context."""
    with force_locale(language):
        made = _Maker(handed.record, ZoneInfo(handed.zone), language)
        person = handed.record.tables["patient"][0]
        return Paper(
            title=_("My whole record"),
            clinic=handed.clinic,
            clinic_lines=handed.clinic_lines,
            language=language,
            issued=made.day(now),
            running=f"{full_name(person['given_name'], person['family_name'])}, {person['mrn']}",
            foot=_("My whole record"),
            blocks=tuple(made.blocks()),
        )


class _Maker:
    """The blocks of one record in one language and time zone."""

    def __init__(self, record: WholeRecord, zone: ZoneInfo, language: str) -> None:
        self._rows, self._people = record.tables, record.people
        self._zone, self._language = zone, language

    def blocks(self) -> Iterator[Block]:
        """All parts, in the order a reader asks for them."""
        yield from self._person()
        yield from self._care()
        yield from self._visits()
        yield from self._tasks()
        yield from self._messages()
        yield from self._scores()
        yield from self._appointments()
        yield from self._counts()

    def day(self, value: dt.date | dt.datetime | None) -> str:
        """A day in words; an instant as the day and time it was at the clinic."""
        if isinstance(value, dt.datetime):
            return str(
                format_datetime(
                    value.astimezone(self._zone).replace(tzinfo=None), "d MMM y, HH:mm", rebase=False
                )
            )
        return full_date(value) if value else ""

    def _of(self, table: str, key: str, value: object) -> list[Row]:
        return [row for row in self._rows[table] if row[key] == value]

    def _who(self, account_id: object) -> str:
        return self._people.get(str(account_id), "")

    def _person(self) -> Iterator[Block]:
        one = self._rows["patient"][0]
        address = (one["address_line"], one["city"], one["state"], one["postal_code"])
        yield Heading(_("About you"))
        yield _facts(
            (_("Name"), full_name(one["given_name"], one["family_name"])),
            (_("Record number"), one["mrn"]),
            (_("Born"), self.day(one["birth_date"])),
            (_("Address"), ", ".join(part for part in address if part)),
            *((_("Phone or email"), row["value"]) for row in self._rows["contact_point"]),
            *((_("Condition"), row["label"]) for row in self._rows["condition"]),
        )

    def _care(self) -> Iterator[Block]:
        for one in self._rows["episode"]:
            codes = [row["code"] for row in self._of("diagnosis", "episode_id", one["id"])]
            yield Heading(_("Your care"), self.day(one["opened_on"]))
            yield _facts(
                (_("Reason"), one["reason"]),
                (_("Goal"), one["goal"]),
                (_("Therapist"), self._who(one["therapist_id"])),
                (_("Diagnosis codes"), ", ".join(codes)),
                (_("Ended"), self.day(one["closed_on"])),
                (_("Words at the end"), one["end_words"]),
            )

    def _visits(self) -> Iterator[Block]:
        visits = sorted(self._rows["visit"], key=lambda row: (row["on_date"], row["id"]))
        if visits:
            yield Heading(_("Visits"))
        for one in visits:
            states = {"draft": _("not signed yet"), "entered_in_error": _("noted by mistake")}
            state = states.get(one["status"].value, "")
            yield Subheading(", ".join(part for part in (self.day(one["on_date"]), state) if part))
            yield from _texts(one["note"], one["remarks"])
            for row in self._of("addendum", "visit_id", one["id"]):
                yield Quiet(
                    _(
                        "Added on %(day)s by %(who)s",
                        day=self.day(row["written_at"]),
                        who=self._who(row["written_by"]),
                    )
                )
                yield from _texts(row["text"])

    def _tasks(self) -> Iterator[Block]:
        if self._rows["homework"] or self._rows["own_log"]:
            yield Heading(_("Tasks and what you wrote"))
        for one in self._rows["homework"]:
            template = item_from_dict(one["template"])
            due = _("by %(day)s", day=self.day(one["due_on"]))
            yield Subheading(f"{template.title.in_language(self._language)}, {due}")
            yield from _texts(one["message"], one["reply"])
            fields = {spec.name: spec for spec in fields_of(one["kind"], template)}
            for row in sorted(self._of("entry", "homework_id", one["id"]), key=lambda row: row["occurrence"]):
                yield Quiet(self._state(row))
                yield from self._answers(row["values"], fields)
        for one in self._rows["own_log"]:
            fields = {spec.name: spec for spec in fields_of(HomeworkKind(one["kind"]), None)}
            yield Subheading(self.day(one["for_date"]))
            yield from self._answers(one["values"], fields)

    def _state(self, row: Row) -> str:
        words = [self.day(row["for_date"])]
        if row["handed_in_at"] is None:
            words.append(_("not sent yet"))
        if not row["shared"]:
            words.append(_("private"))
        return ", ".join(words)

    def _answers(self, values: dict[str, Any], fields: dict[str, FieldSpec]) -> Iterator[Block]:
        pairs = [
            (
                fields[name].label.in_language(self._language) if name in fields else name,
                self._said(fields.get(name), value),
            )
            for name, value in values.items()
            if value not in (None, "", [])
        ]
        if pairs:
            yield Table((Head(_("Question"), "2"), Head(_("Answer"), "3")), tuple(pairs))

    def _said(self, spec: FieldSpec | None, value: object) -> str:
        if isinstance(value, list | tuple):
            return ", ".join(self._said(spec, one) for one in value)
        if isinstance(value, bool):
            return str(_("yes") if value else _("no"))
        if isinstance(value, int | float):
            return number_text(value)
        options = YES_NO if spec and spec.control is Control.YES_NO else spec.options if spec else ()
        words = dict(options)
        return words[str(value)].in_language(self._language) if str(value) in words else str(value)

    def _messages(self) -> Iterator[Block]:
        rows = sorted(self._rows["message"], key=lambda row: row["written_at"])
        if rows:
            yield Heading(_("Messages"))
        for row in rows:
            yield Quiet(f"{self.day(row['written_at'])}, {self._who(row['written_by'])}")
            yield from _texts(row["text"])

    def _scores(self) -> Iterator[Block]:
        rows = sorted(self._rows["outcome_score"], key=lambda row: (row["measure"], row["on_date"]))
        if rows:
            yield Heading(_("Scores"))
            yield Table(
                (Head(_("Day")), Head(_("Measure")), Head(_("Score"), end=True)),
                tuple(
                    (self.day(row["on_date"]), row["measure"].upper(), number_text(row["score"]))
                    for row in rows
                ),
            )

    def _appointments(self) -> Iterator[Block]:
        rows = sorted(self._rows["appointment"], key=lambda row: row["starts_at"])
        if rows:
            yield Heading(_("Appointments"))
            yield Table(
                (Head(_("When")), Head(_("With"))),
                tuple((self.day(row["starts_at"]), self._who(row["therapist_id"])) for row in rows),
            )

    def _counts(self) -> Iterator[Block]:
        yield Heading(_("All that is kept"))
        yield Text(_("The data file holds each of these rows. You can ask for it at any time."))
        yield Table(
            (Head(_("Kept as"), "3"), Head(_("Rows"), end=True)),
            tuple((name.replace("_", " "), str(len(rows))) for name, rows in self._rows.items() if rows),
        )


def _facts(*items: Pair) -> Facts:
    return Facts(tuple((term, value) for term, value in items if value), columns=2)


def _texts(*words: str | None) -> Iterable[Text]:
    return (Text(one) for one in words if one and one.strip())
