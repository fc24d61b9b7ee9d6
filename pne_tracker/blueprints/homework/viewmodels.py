"""The words of the homework pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import url_for

from pne_tracker.blueprints.homework.log_models import LadderView, LogGroup, ladder_view, log_group
from pne_tracker.domain.barriers import STAFF_WORDS, BarrierReason
from pne_tracker.domain.curriculum import HomeworkKind
from pne_tracker.queries.drawings import DrawnPage
from pne_tracker.queries.homework_pages import EntryShown, HomeworkPage, HomeworkRow
from pne_tracker.web.display import long_date, moment_text, percent_text

SHORT = 32


@dataclass(frozen=True, slots=True)
class EntryWords:
    """One entry under its heading; `parts` are (label, answer)."""

    heading: str
    late: bool
    private: bool
    parts: tuple[tuple[str, str], ...]
    figures: tuple[tuple[str, str], ...]
    drawing: DrawnPage | None = None
    paper: str = ""
    move_url: str = ""

    @property
    def short(self) -> bool:
        """Whether every answer is a figure or a word or two, as in a log: then one line holds them."""
        return all(len(answer) <= SHORT for _label, answer in self.parts)


def entry_words(one: EntryShown, zone: str) -> EntryWords:
    """An entry with its day, and when it was handed in by the clock of `zone`."""
    when = f", handed in {moment_text(one.handed_in_at, zone)}" if one.handed_in_at else ""
    heading = f"{long_date(one.for_date, weekday=True)}{when}"
    move_url = "" if one.private else url_for("homework.move", entry_id=one.id)
    paper = f"From paper, {one.entered_by}" if one.from_paper else ""
    return EntryWords(heading, one.late, one.private, one.answers, one.figures, one.drawing, paper, move_url)


@dataclass(frozen=True)
class HomeworkView:
    """Everything `homework/show.html` shows; `typed` is a refused form."""

    page: HomeworkPage
    zone: str
    typed: Mapping[str, str]
    errors: tuple[tuple[str, str], ...] = ()

    @property
    def record_url(self) -> str:
        """Back to the patient."""
        return url_for("patients.show", patient_id=self.page.patient_id)

    @property
    def facts(self) -> list[tuple[str, str]]:
        """Facts under the heading."""
        page = self.page
        found = [
            ("Section", str(page.section)),
            ("Assigned", long_date(page.assigned_on)),
            ("Due", long_date(page.due_on)),
            ("Handed in", f"{page.done} of {page.expected}"),
        ]
        if page.done_at != page.expected:
            found.append(("Done at", str(page.done_at)))
        if page.score is not None:
            found.append(("Score", percent_text(page.score)))
        return found if page.required else [*found, ("Required", "no, optional")]

    @property
    def group(self) -> LogGroup:
        """The entries as pictures."""
        return log_group(HomeworkKind(self.page.kind), "", self.page.entries, "item")

    @property
    def ladder(self) -> LadderView | None:
        """The imagery ladder, for items that belong to it."""
        return ladder_view(self.page.ladder) if self.page.ladder else None

    @property
    def logs_url(self) -> str:
        """All logs of the patient."""
        return url_for("homework.logs", patient_id=self.page.patient_id)

    @property
    def entries(self) -> list[EntryWords]:
        """Entries in order of their days."""
        return [entry_words(one, self.zone) for one in self.page.entries]

    @property
    def moves(self) -> list[tuple[str, str]]:
        """(sentence, address of the other item) of each entry that came or went."""
        return [
            (
                f"An entry {'came from' if one.came else 'went to'} {one.other} on "
                f"{moment_text(one.at, self.zone)}, {one.by}: {one.reason}",
                url_for("homework.show", homework_id=one.other_id),
            )
            for one in self.page.moves
        ]

    @property
    def reviewed(self) -> str:
        """Who reviewed it and when, or nothing."""
        if self.page.reviewed_on is None:
            return ""
        return f"Reviewed by {self.page.reviewed_by} on {long_date(self.page.reviewed_on, year=True)}."

    @property
    def in_the_way(self) -> str:
        """What got in the way, as the patient said, in one line; nothing when nobody said."""
        return ", ".join(STAFF_WORDS[reason] for reason in self.page.in_the_way)

    @property
    def more_reasons(self) -> list[tuple[str, str]]:
        """Reasons that can still be added."""
        return [(one.value, STAFF_WORDS[one]) for one in BarrierReason if one not in self.page.in_the_way]

    @property
    def reply(self) -> str:
        """The answer as typed, or as kept."""
        return self.typed.get("reply", self.page.reply)

    @property
    def reason(self) -> str:
        """The reason as typed."""
        return self.typed.get("reason", "")

    def error_of(self, place: str) -> str:
        """The message of that field, or nothing."""
        return dict(self.errors).get(place, "")


@dataclass(frozen=True, slots=True)
class ListRow:
    """An item that waits, in words."""

    url: str
    title: str
    patient: str
    patient_url: str
    section: int
    due: str
    status: str


def list_view(rows: tuple[HomeworkRow, ...]) -> list[ListRow]:
    """Items that wait, oldest due first."""
    return [
        ListRow(
            url_for(".show", homework_id=row.id),
            row.title,
            row.patient_name,
            url_for("patients.show", patient_id=row.patient_id),
            row.section,
            long_date(row.due_on),
            row.status,
        )
        for row in rows
    ]
