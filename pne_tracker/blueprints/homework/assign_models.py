"""The page for assigning, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import url_for

from pne_tracker.domain.errors import BadInputError, RefusedError
from pne_tracker.domain.home_load import is_crowded
from pne_tracker.domain.own_homework import KINDS
from pne_tracker.queries.assigning import AssignPage, MovePage
from pne_tracker.queries.episode_record import HomeworkLine
from pne_tracker.web.display import count_text, long_date, short_date

Refusal = BadInputError | RefusedError | None
STILL_OPEN = {"assigned", "started", "missed"}


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One item of homework in a list with ticks."""

    id: str
    title: str
    url: str
    detail: str
    status: str


@dataclass(frozen=True, slots=True)
class AssignView:
    """Everything `homework/assign.html` shows; `typed` is a refused form."""

    patient: str
    patient_url: str
    url: str
    can_assign: bool
    active: str
    crowded: bool
    open_items: list[ItemRow]
    withdrawn: list[ItemRow]
    choices: list[tuple[str, list[tuple[str, str]]]]
    kinds: list[tuple[str, str]]
    sections: list[tuple[str, str]]
    typed: Mapping[str, str]
    errors: list[tuple[str, str]]
    own_open: bool

    def error_of(self, field: str) -> str:
        """The message of that field, or nothing."""
        return dict(self.errors).get(field, "")

    def value_of(self, field: str, fallback: str = "") -> str:
        """What was typed there, or `fallback`."""
        return self.typed.get(field, fallback)


def assign_view(page: AssignPage, typed: Mapping[str, str], error: Refusal) -> AssignView:
    """The page of one episode."""
    waiting = [line for line in page.lines if line.status in STILL_OPEN]
    active = sum(line.status != "missed" for line in waiting)
    at = error.at if error else ""
    own = typed.get("do") == "own"
    if own and at == "due_on":
        at = "own_due_on"
    return AssignView(
        patient=page.patient,
        patient_url=url_for("patients.show", patient_id=page.patient_id, episode=page.episode_id),
        url=url_for("homework.change", episode_id=page.episode_id),
        can_assign=page.open,
        active=f"{count_text(active, 'task')} open. Two to four are followed best.",
        crowded=is_crowded(active, 1),
        open_items=[_row(line) for line in waiting],
        withdrawn=[_row(line) for line in page.lines if line.status in {"withdrawn", "waived"}],
        choices=_choices(page),
        kinds=[(kind.value, words) for kind, words in KINDS.items()],
        sections=[(str(number), f"{number} {title}") for number, title in page.sections],
        typed=typed if error else {},
        errors=[(at, error.message)] if error else [],
        own_open=own and error is not None,
    )


def _row(line: HomeworkLine) -> ItemRow:
    parts = [f"Section {line.section}", f"due {short_date(line.due_on)}"]
    if line.expected > 1:
        parts.append(f"{line.handed_in} of {line.expected} entries")
    return ItemRow(
        str(line.id),
        line.title,
        url_for("homework.show", homework_id=line.id),
        ", ".join(parts),
        line.status,
    )


def _choices(page: AssignPage) -> list[tuple[str, list[tuple[str, str]]]]:
    titles = dict(page.sections)
    groups: dict[int, list[tuple[str, str]]] = {}
    for one in page.choices:
        text = f"{one.title} (due {short_date(one.due_on)} unless you change it)"
        groups.setdefault(one.section, []).append((one.key, text))
    return [(f"{number} {titles[number]}", options) for number, options in groups.items()]


@dataclass(frozen=True, slots=True)
class MoveView:
    """The page that moves an entry."""

    title: str
    day: str
    back: str
    private: bool
    targets: list[tuple[str, str, str]]
    chosen: str
    reason: str
    errors: list[tuple[str, str]]

    def error_of(self, field: str) -> str:
        """The message of that field, or nothing."""
        return dict(self.errors).get(field, "")


def move_view(page: MovePage, typed: Mapping[str, str], error: Refusal) -> MoveView:
    """Where the entry is, and where it could go."""
    return MoveView(
        title=page.title,
        day=long_date(page.for_date, weekday=True),
        back=url_for("homework.show", homework_id=page.homework_id),
        private=page.private,
        targets=[
            (str(key), title, f"section {section}, due {long_date(due)}")
            for key, title, section, due in page.targets
        ],
        chosen=typed.get("to", ""),
        reason=typed.get("reason", ""),
        errors=[(error.at or "to", error.message)] if error else [],
    )
