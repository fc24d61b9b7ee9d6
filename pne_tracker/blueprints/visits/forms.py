"""The visit form as text: read from the request, shown again as typed, and turned into a draft."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field, replace

from werkzeug.datastructures import MultiDict

from pne_tracker.blueprints.visits.score_fields import (
    TypedScores,
    as_typed_scores,
    read_scores,
    typed_scores,
)
from pne_tracker.domain.billing import PNE
from pne_tracker.domain.errors import BadInputError
from pne_tracker.domain.seal import digest_of
from pne_tracker.domain.visit_bill import with_choice
from pne_tracker.domain.visit_draft import DraftInput, HomeworkDraft, SectionDraft, TreatmentDraft

_ROW = re.compile(r"treatments-(\d{1,3})-activity")
MAX_ROWS = 40
WHOLE = "Write whole minutes, like 20."


@dataclass(frozen=True, slots=True)
class TypedTreatment:
    """A row of the treatments table as typed."""

    activity: str
    minutes: str = ""
    pne: str = ""
    assistant: str = ""
    choice: str = ""
    impairment: str = ""


@dataclass(frozen=True, slots=True)
class TypedHomework:
    """An item of homework as typed; not chosen items keep their texts too."""

    key: str
    chosen: bool
    due_on: str
    required: bool
    message: str = ""
    times: str = ""


@dataclass(frozen=True, slots=True)
class TypedVisit:
    """The whole form as typed. `sections` are (number, teach-back or ""); `page` names the opened page.

    `new_activity` is what stands in the field for a treatment to add.
    """

    on_date: str
    minutes: str
    treatments: tuple[TypedTreatment, ...]
    sections: tuple[tuple[int, str], ...]
    homework: tuple[TypedHomework, ...]
    remarks: str
    kx_attested: bool
    scores: TypedScores = field(default_factory=TypedScores)
    note: str = ""
    note_basis: str = ""
    insist: str = ""
    new_activity: str = ""
    version: int = 0
    page: str = ""

    @property
    def own_note(self) -> str:
        """The note where somebody wrote over the one made from the record, else ""."""
        text = self.note.strip()
        return "" if not text or digest_of(text) == self.note_basis else text


@dataclass(slots=True)
class Reading:
    """What a form says: the draft as far as it can be read, and what is wrong, by the id of the field."""

    draft: DraftInput
    errors: dict[str, str] = field(default_factory=dict)


def typed(form: MultiDict[str, str]) -> TypedVisit:
    """The form of a request, every text as it was sent."""
    places = sorted({int(found[1]) for name in form if (found := _ROW.fullmatch(name))})[:MAX_ROWS]
    chosen = set(form.getlist("homework"))
    return TypedVisit(
        on_date=form.get("on_date", "").strip(),
        minutes=form.get("minutes", "").strip(),
        treatments=tuple(_treatment(form, place) for place in places),
        sections=tuple(
            (number, form.get(f"teach_back-{number}", "")) for number in _numbers(form.getlist("sections"))
        ),
        homework=tuple(
            TypedHomework(
                key,
                key in chosen,
                form.get(f"due-{key}", "").strip(),
                f"optional-{key}" not in form,
                form.get(f"message-{key}", "").strip(),
                form.get(f"times-{key}", "").strip(),
            )
            for key in dict.fromkeys(form.getlist("homework-keys"))
        ),
        remarks=form.get("remarks", "").replace("\r\n", "\n"),
        kx_attested="kx_attested" in form,
        scores=typed_scores(form),
        note="" if form.get("do") == "note_again" else form.get("note", "").replace("\r\n", "\n"),
        note_basis=form.get("note_basis", "")[:64],
        insist=form.get("insist", "").strip(),
        new_activity=form.get("new_activity", "").strip(),
        version=_version(form.get("version", "")),
        page=form.get("page", "")[:32],
    )


def _treatment(form: MultiDict[str, str], place: int) -> TypedTreatment:
    prefix = f"treatments-{place}"
    return TypedTreatment(
        form.get(f"{prefix}-activity", ""),
        form.get(f"{prefix}-minutes", "").strip(),
        form.get(f"{prefix}-pne_minutes", "").strip(),
        form.get(f"{prefix}-assistant_minutes", "").strip(),
        form.get(f"decision-{place}", ""),
        form.get(f"{prefix}-impairment", "").strip(),
    )


def _numbers(texts: list[str]) -> list[int]:
    return list(dict.fromkeys(int(text) for text in texts if _whole(text) is not None))


def _version(text: str) -> int:
    return _whole(text, longest=9) or 0


def _whole(text: str, longest: int = 4) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= longest else None


def as_typed(draft: DraftInput, *, version: int, page: str, activities: tuple[str, ...] = ()) -> TypedVisit:
    """A stored draft as its form shows it; zero minutes of PNE and assistant stay visible.

    `activities` are those the patient rated last.
    """
    return TypedVisit(
        on_date=draft.on_date.isoformat(),
        minutes="" if draft.minutes is None else str(draft.minutes),
        treatments=tuple(
            TypedTreatment(
                row.activity,
                str(row.minutes) if row.minutes else "",
                str(row.pne),
                str(row.assistant),
                row.choice or "",
                row.impairment,
            )
            for row in draft.treatments
        ),
        sections=tuple((one.number, one.teach_back or "") for one in draft.sections),
        homework=tuple(
            TypedHomework(
                item.template_key,
                True,
                item.due_on.isoformat(),
                item.required,
                item.message,
                str(item.times or ""),
            )
            for item in draft.homework
        ),
        remarks=draft.remarks,
        kx_attested=draft.kx_attested,
        scores=as_typed_scores(draft.scores, activities),
        note=draft.note,
        note_basis=draft.note_basis,
        insist=draft.insist,
        version=version,
        page=page,
    )


def read(form: TypedVisit, *, fallback: dt.date) -> Reading:
    """The form as a draft. Where a text cannot be read its place is in `errors`, and the draft has a zero.

    `fallback` is the date of the visit while the one that is typed cannot be read.
    """
    errors: dict[str, str] = {}
    on_date = _day(form.on_date)
    if on_date is None:
        errors["on_date"] = "Write the date of the visit, like 2026-11-23."
    minutes = _whole(form.minutes)
    if form.minutes and (minutes is None or not 1 <= minutes <= 1440):
        errors["minutes"], minutes = "Write whole minutes from 1 to 1440, like 45.", None
    draft = DraftInput(
        on_date=on_date or fallback,
        minutes=minutes,
        treatments=tuple(_read_row(row, place, errors) for place, row in enumerate(form.treatments)),
        sections=tuple(SectionDraft(number, result or None) for number, result in form.sections),
        homework=tuple(
            _read_homework(item, on_date or fallback, errors) for item in form.homework if item.chosen
        ),
        remarks=form.remarks,
        kx_attested=form.kx_attested,
        scores=read_scores(form.scores, errors),
        note=form.own_note,
        note_basis=form.note_basis if form.own_note else "",
        insist=form.insist,
    )
    return Reading(draft, errors)


def _read_row(row: TypedTreatment, place: int, errors: dict[str, str]) -> TreatmentDraft:
    found = {}
    for name, text in (
        ("minutes", row.minutes),
        ("pne_minutes", row.pne),
        ("assistant_minutes", row.assistant),
    ):
        value = _whole(text) if text else 0
        if value is None or value > 1440:
            errors[f"treatments-{place}-{name}"] = WHOLE
            value = 0
        found[name] = value
    treatment = TreatmentDraft(
        row.activity,
        found["minutes"],
        0 if row.activity == PNE else found["pne_minutes"],
        found["assistant_minutes"],
        impairment=row.impairment,
    )
    return with_choice(treatment, row.choice) if row.activity == PNE else treatment


def _read_homework(item: TypedHomework, on_date: dt.date, errors: dict[str, str]) -> HomeworkDraft:
    due = _day(item.due_on)
    if due is None:
        errors[f"due-{item.key}"] = "Write the day it is due, like 2026-11-30."
    times = _whole(item.times)
    if item.times and not times:
        errors[f"times-{item.key}"], times = "Write a whole number, like 7.", None
    return HomeworkDraft(item.key, due or on_date, item.required, item.message, times)


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def place_of(error: BadInputError) -> str:
    """The id of the field that a refusal of the services is about."""
    parts = error.at.split(".")
    if parts[0] == "homework" and len(parts) == 3:
        return f"{'due' if parts[2] == 'due_on' else parts[2]}-{parts[1]}"
    if parts[0] == "sections" and len(parts) == 3:
        return f"teach_back-{parts[1]}"
    return "-".join(parts)


def without_treatment(form: TypedVisit, place: str) -> TypedVisit:
    """The form without the row at that place (from 0)."""
    gone = _whole(place)
    rows = tuple(row for index, row in enumerate(form.treatments) if index != gone)
    return replace(form, treatments=rows)
