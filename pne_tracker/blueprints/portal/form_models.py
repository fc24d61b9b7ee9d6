"""A homework form, field by field, as its template draws it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from flask_babel import gettext as _

from pne_tracker.blueprints.portal.kind_tools import Tools, plan_hints, tools_of, with_drawing
from pne_tracker.blueprints.portal.viewmodels import homework_url
from pne_tracker.blueprints.portal.words import KIND_ICONS, date_text, standing
from pne_tracker.domain.crisis import CARD, NOTICE, shows_card
from pne_tracker.domain.curriculum import HomeworkKind, Text
from pne_tracker.domain.entry_fields import YES_NO, Control, FieldSpec, fields_of
from pne_tracker.domain.entry_parse import Raw
from pne_tracker.domain.entry_raw import FREE_TEXT, free_texts
from pne_tracker.domain.entry_texts import Message
from pne_tracker.queries.portal_item import Item
from pne_tracker.services.portal_reading import HomeworkPage
from pne_tracker.web.portal_context import language

Fields = Mapping[str, Raw]
RUN_ON = {Control.SCALE, Control.WHOLE}
SMALL_RANGE = 5


@dataclass(frozen=True, slots=True)
class FormField:
    """One field as drawn. `notice`: the standing notice stands directly above it."""

    name: str
    control: str
    label: str
    value: Any
    required: bool
    low: int
    high: int
    low_text: str
    high_text: str
    options: list[tuple[str, str]]
    hint: str
    error: str
    notice: bool
    latest: str = ""


@dataclass(frozen=True, slots=True)
class FormModel:
    """A form to fill in. Fields in one row stand side by side."""

    item: Item
    occurrence: int
    version: int
    title: str
    intro: list[str]
    about: str
    due: str
    late: bool
    rows: list[list[FormField]]
    shared: bool
    is_journal: bool
    therapist: str
    icon: str
    save_text: str
    message: str = ""
    story_section: int | None = None
    errors: list[tuple[str, str]] = field(default_factory=list)
    warnings: list[tuple[str, str]] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    card: str = ""
    conflict: str = ""
    saved: str = ""
    notice: str = ""
    others: list[dict[str, str]] = field(default_factory=list)
    tools: Tools = field(default_factory=Tools)


def say(text: Text) -> str:
    """A text of the domain in the reader's language."""
    return text.in_language(language())


def form_model(
    page: HomeworkPage,
    occurrence: int,
    *,
    raw: Fields | None = None,
    version: int | None = None,
    shared: bool | None = None,
    errors: Mapping[str, Message] | None = None,
    warnings: Mapping[str, Message] | None = None,
    notices: tuple[Message, ...] = (),
    conflict: str = "",
    just_kept: bool = False,
) -> FormModel:
    """The form of one occurrence: what was just typed, else the draft, else blank with its day filled in."""
    item, draft = page.item, page.item.by_occurrence.get(occurrence)
    specs = fields_of(item.kind, item.template)
    day = min(item.days[occurrence - 1], page.today) if item.daily else page.today
    typed = raw if raw is not None else (draft.values if draft else _blank(specs, day))
    typed = with_drawing(page, occurrence, typed)
    wrong, unsure = dict(errors or {}), dict(warnings or {})
    late = item.wanted and page.today > item.due_on
    return FormModel(
        item=item,
        occurrence=occurrence,
        version=version if version is not None else (draft.version if draft else 0),
        title=say(item.template.title),
        intro=[part for part in say(item.template.instructions).split("\n\n") if part],
        about=_about(item, occurrence, day),
        due=_due(item, late),
        late=late,
        rows=drawn_rows(specs, typed, wrong, page.today, plan_hints(page.extras.sums)),
        shared=shared if shared is not None else (draft.shared if draft else True),
        is_journal=item.kind is HomeworkKind.JOURNAL,
        therapist=page.place.therapist or _("your therapist"),
        icon=KIND_ICONS[item.kind],
        save_text=_save_text(item.kind),
        message=item.message,
        story_section=item.section if item.kind is HomeworkKind.READING else None,
        errors=messages_with_labels(specs, wrong),
        warnings=messages_with_labels(specs, unsure),
        notices=[say(one.text) for one in notices],
        card=card_for(specs, typed) if draft or raw is not None else "",
        conflict=conflict,
        saved=_("Kept for you.") if just_kept else "",
        notice=say(NOTICE),
        others=other_days(item, page.today, occurrence),
        tools=tools_of(page, occurrence),
    )


def messages_with_labels(
    specs: tuple[FieldSpec, ...], messages: Mapping[str, Message]
) -> list[tuple[str, str]]:
    """Each message with the field it belongs to, as the summary lists them."""
    return [(name, _with_label(specs, name, say(one.text))) for name, one in messages.items()]


def card_for(specs: tuple[FieldSpec, ...], raw: Fields) -> str:
    """The card with where help is, when the words call for it. Stored nowhere."""
    return say(CARD) if shows_card(free_texts(specs, raw)) else ""


def card_for_draft(raw: Fields) -> str:
    """The same for a form as sent, whose fields are not known yet: only words can hold a phrase."""
    return say(CARD) if shows_card(value for value in raw.values() if isinstance(value, str)) else ""


def _blank(specs: tuple[FieldSpec, ...], day: dt.date) -> dict[str, str]:
    first = next((spec.name for spec in specs if spec.control is Control.DATE), None)
    return {first: day.isoformat()} if first else {}


def _about(item: Item, occurrence: int, day: dt.date) -> str:
    if item.kind is HomeworkKind.SLEEP_LOG:
        before = date_text(day - dt.timedelta(days=1), "weekday")
        return str(_("The night from %(before)s to %(day)s", before=before, day=date_text(day)))
    if item.daily:
        return standing(date_text(day))
    if item.expected > 1:
        return str(_("Time %(n)s of %(all)s", n=occurrence, all=item.expected))
    return ""


def _due(item: Item, late: bool) -> str:
    if not item.wanted:
        return str(_("This part is done. You can still add more."))
    if late:
        return str(_("This was for %(day)s. Late is fine.", day=date_text(item.due_on)))
    return str(_("Due %(day)s", day=date_text(item.due_on)))


def _save_text(kind: HomeworkKind) -> str:
    if kind is HomeworkKind.SLEEP_LOG:
        return str(_("Save this night"))
    return str(_("Save and send"))


def _with_label(specs: tuple[FieldSpec, ...], name: str, sentence: str) -> str:
    label = next((say(spec.label) for spec in specs if spec.name == name), "")
    if not label:
        return sentence
    return f"{label} {sentence}" if label.endswith("?") else f"{label}: {sentence}"


def drawn_rows(
    specs: tuple[FieldSpec, ...],
    raw: Fields,
    errors: Mapping[str, Message],
    today: dt.date,
    hints: Mapping[str, str] | None = None,
) -> list[list[FormField]]:
    """Fields in order; a day and a time, or two times, stand side by side. `hints` are by field name."""
    rows: list[list[FormField]] = []
    under_notice = False
    for spec in specs:
        free = spec.control in FREE_TEXT
        drawn = _form_field(spec, raw, errors, today, notice=free and not under_notice)
        if hints and hints.get(spec.name):
            drawn = replace(drawn, hint=f"{hints[spec.name]} {drawn.hint}".strip())
        under_notice = free or (under_notice and spec.control in RUN_ON)
        if rows and _belongs_beside(rows[-1], spec):
            rows[-1].append(drawn)
        else:
            rows.append([drawn])
    return rows


def _belongs_beside(row: list[FormField], spec: FieldSpec) -> bool:
    """A time stands beside the time before it, or beside the day it is of (`start_day`, `start_time`)."""
    if len(row) > 1 or spec.control is not Control.TIME:
        return False
    before = row[0]
    return before.control == Control.TIME or before.name == f"{spec.name.removesuffix('time')}day"


def _form_field(
    spec: FieldSpec, raw: Fields, errors: Mapping[str, Message], today: dt.date, *, notice: bool
) -> FormField:
    control = spec.control
    if control is Control.WHOLE and spec.high - spec.low <= SMALL_RANGE:
        control = Control.SCALE
    low_text, high_text = scale_ends(spec.name)
    return FormField(
        name=spec.name,
        control=control.value,
        label=say(spec.label),
        value=raw.get(spec.name),
        required=spec.required,
        low=spec.low,
        high=spec.high,
        low_text=low_text,
        high_text=high_text,
        options=[(key, say(text)) for key, text in (spec.options or YES_NO)],
        hint=hint_for(spec),
        error=say(errors[spec.name].text) if spec.name in errors else "",
        notice=notice,
        latest=today.isoformat() if spec.control is Control.DATE else "",
    )


def scale_ends(name: str) -> tuple[str, str]:
    """What both ends of a scale mean."""
    if "pain" in name:
        return str(_("no pain")), str(_("the worst you can think of"))
    if name == "quality":
        return str(_("very bad")), str(_("very good"))
    if name == "effort":
        return str(_("no work at all")), str(_("as hard as I can"))
    if "stress" in name or "tension" in name:
        return str(_("calm")), str(_("as much as can be"))
    return "", ""


def hint_for(spec: FieldSpec) -> str:
    """A short help under the label."""
    known = {
        "minutes_to_sleep": _("A guess is fine."),
        "minutes_awake": _("All times added up. A guess is fine."),
        "pain_next_morning": _("If you log this the day after."),
        "left_ms": _("1000 ms is one second."),
        "right_ms": _("1000 ms is one second."),
    }
    hint = str(known.get(spec.name, ""))
    if spec.required:
        return hint
    skip = _("You can skip this.")
    return f"{hint} {skip}".strip()


def other_days(item: Item, today: dt.date, but: int) -> list[dict[str, str]]:
    """Other occurrences that can be filled in, for a daily log by their day."""
    open_ones = [number for number in item.open_occurrences(today) if number != but]
    if not item.daily:
        open_ones = open_ones[:1] if item.is_done(but) else []
    return [
        {
            "url": homework_url(item, number),
            "text": standing(date_text(item.days[number - 1])) if item.daily else str(_("Do the next one")),
        }
        for number in open_ones
    ]
