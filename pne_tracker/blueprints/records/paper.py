"""The whole record as a paper to read: the person, the care, each visit, each task with what was written, messages.

The rest of the rows a reader seldom wants: the JSON file holds them all, and the paper's end says so.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import force_locale, format_datetime
from flask_babel import gettext as _

from pne_tracker.adapters.pdf_blocks import (
    Block,
    Cell,
    Facts,
    Head,
    Heading,
    Lead,
    Pair,
    Paper,
    Quiet,
    Subheading,
    Table,
    Text,
)
from pne_tracker.domain.appointments import AppointmentStatus
from pne_tracker.domain.curriculum import HomeworkKind, Question
from pne_tracker.domain.entry_fields import YES_NO, Control, FieldSpec, fields_of
from pne_tracker.domain.homework_item import item_from_dict
from pne_tracker.domain.outcome_catalogue import EVERY
from pne_tracker.domain.outcomes import GROC, NPRS, PSFS
from pne_tracker.domain.people import full_name
from pne_tracker.domain.quiz import NOT_SURE
from pne_tracker.queries.whole_record import Row
from pne_tracker.services.record_exports import HandedOut
from pne_tracker.web.display import number_text
from pne_tracker.web.portal_context import full_date


def record_paper(handed: HandedOut, *, now: dt.datetime, language: str) -> Paper:
    """The paper in English or Spanish. Needs an application context."""
    with force_locale(language):
        made = _Maker(handed, language)
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

    def __init__(self, handed: HandedOut, language: str) -> None:
        self._rows, self._people = handed.record.tables, handed.record.people
        self._questions, self._zone, self._language = handed.questions, ZoneInfo(handed.zone), language

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
            told = "" if self._language == "en" else _("Your team writes its notes in English.")
            yield Heading(_("Visits"), told)
        for one in visits:
            states = {"draft": _("not signed yet"), "entered_in_error": _("noted by mistake")}
            state = states.get(one["status"].value, "")
            yield Subheading(", ".join(part for part in (self.day(one["on_date"]), state) if part))
            remarks = one["remarks"] or ""
            yield from _texts(one["note"], "" if remarks in (one["note"] or "") else remarks)
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
                yield Lead(self._state(row))
                if asked := self._questions.get(one["id"]):
                    yield from self._chosen(row["values"], asked)
                else:
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

    def _chosen(self, values: dict[str, Any], asked: Sequence[Question]) -> Iterator[Block]:
        yield from _answered(
            [
                (one.question.in_language(self._language), self._option(one, str(values[one.id])))
                for one in asked
                if one.id in values
            ]
        )

    def _option(self, question: Question, answer: str) -> str:
        plain = {"true": _("True"), "false": _("Not true"), NOT_SURE: _("Not sure")}
        options = {key: text.in_language(self._language) for key, text in question.options}
        return str((plain | options).get(answer, answer))

    def _answers(self, values: dict[str, Any], fields: dict[str, FieldSpec]) -> Iterator[Block]:
        said = [
            (
                fields[name].label.in_language(self._language) if name in fields else name,
                self._said(fields.get(name), value),
            )
            for name, value in values.items()
            if value not in (None, "", [])
        ]
        yield from _answered(said)

    def _said(self, spec: FieldSpec | None, value: object) -> str:
        if isinstance(value, list | tuple):
            return ", ".join(self._said(spec, one) for one in value)
        if isinstance(value, bool):
            return str(_("yes") if value else _("no"))
        if isinstance(value, int | float):
            return number_text(value)
        if spec and spec.control in {Control.DATE, Control.ANY_DATE}:
            return self.day(dt.date.fromisoformat(str(value)))
        options = YES_NO if spec and spec.control is Control.YES_NO else spec.options if spec else ()
        words = dict(options)
        return words[str(value)].in_language(self._language) if str(value) in words else str(value)

    def _messages(self) -> Iterator[Block]:
        rows = sorted(self._rows["message"], key=lambda row: row["written_at"])
        if rows:
            yield Heading(_("Messages"))
        for row in rows:
            yield Lead(f"{self.day(row['written_at'])}, {self._who(row['written_by'])}")
            yield from _texts(row["text"])

    def _scores(self) -> Iterator[Block]:
        rows = sorted(self._rows["outcome_score"], key=lambda row: (row["measure"], row["on_date"]))
        if rows:
            yield Heading(_("Scores"))
            yield Table(
                (Head(_("Day")), Head(_("Measure")), Head(_("Score"), end=True)),
                tuple(
                    (self.day(row["on_date"]), _measure(row["measure"]), number_text(row["score"]))
                    for row in rows
                ),
            )

    def _appointments(self) -> Iterator[Block]:
        rows = sorted(self._rows["appointment"], key=lambda row: row["starts_at"])
        if rows:
            yield Heading(_("Appointments"))
            yield Table(
                (Head(_("When")), Head(_("With"))),
                tuple((self._when(row), self._who(row["therapist_id"])) for row in rows),
            )

    def _when(self, row: Row) -> Cell:
        off = row["status"] is AppointmentStatus.CANCELLED
        return (self.day(row["starts_at"]), _("called off")) if off else self.day(row["starts_at"])

    def _counts(self) -> Iterator[Block]:
        yield Heading(_("All that is kept"))
        rows = f"{sum(map(len, self._rows.values())):,}"
        yield Text(
            _(
                "We keep %(num)s rows about you. The data file holds them all. You can ask for it at any time.",
                num=rows,
            )
        )


def _answered(pairs: Sequence[tuple[str, str]]) -> Iterator[Table]:
    if pairs:
        yield Table((Head(_("Question"), "2"), Head(_("What you said"), "3")), tuple(pairs))


def _measure(measure: str) -> str:
    """The name of a measure: in the patient's language for those that every patient meets."""
    met = {
        NPRS.id: _("Worst pain in a day (0 to 10)"),
        PSFS.id: _("Your own activities (0 to 10)"),
        GROC.id: _("Change since the start (-7 to 7)"),
    }
    return str(met[measure]) if measure in met else f"{EVERY[measure].name} ({EVERY[measure].short})"


def _facts(*items: Pair) -> Facts:
    return Facts(tuple((term, value) for term, value in items if value), columns=2)


def _texts(*words: str | None) -> Iterable[Text]:
    return (Text(one) for one in words if one and one.strip())
