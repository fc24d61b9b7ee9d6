"""An entry as it reads once it was sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from pne_tracker.blueprints.portal.form_models import card_for, other_days, say
from pne_tracker.blueprints.portal.practice_models import seconds_text
from pne_tracker.blueprints.portal.words import date_text, moment_text, standing
from pne_tracker.domain.curriculum import HomeworkKind
from pne_tracker.domain.entry_derived import derive
from pne_tracker.domain.entry_fields import YES_NO, Control, FieldSpec, fields_of
from pne_tracker.domain.entry_parse import Raw
from pne_tracker.domain.entry_raw import FREE_TEXT, as_raw
from pne_tracker.domain.wall_time import parsed_day
from pne_tracker.queries.drawings import DrawnPage
from pne_tracker.queries.portal_item import Item, Written
from pne_tracker.queries.portal_place import Place
from pne_tracker.services.portal_reading import HomeworkPage
from pne_tracker.web.log_pictures import Picture, pictures_of

# What a practice counts is said in sentences; its step is the therapist's word.
NOT_LISTED = frozenset(
    {"step", *(f"{side}_{what}" for side in ("left", "right") for what in ("shown", "correct", "ms"))}
)


@dataclass(frozen=True, slots=True)
class SentModel:
    """An entry that was sent: what it says, what follows from it, and what can be done with it."""

    item: Item
    occurrence: int
    title: str
    when: str
    thanks: bool
    late: bool
    paper: str
    values: list[tuple[str, str]]
    findings: list[str]
    notices: list[str]
    card: str
    is_journal: bool
    shared: bool
    therapist: str
    read: str
    reply: str
    can_take_back: bool
    asks_morning: bool
    may_ask_call: bool
    others: list[dict[str, str]]
    pictures: list[Picture]
    drawing: DrawnPage | None


def sent_model(page: HomeworkPage, entry: Written) -> SentModel:
    """An entry as it was sent."""
    item = page.item
    specs = fields_of(item.kind, item.template)
    raw = as_raw(entry.values)
    sent = page.place.local(entry.handed_in_at).date() if entry.handed_in_at else entry.for_date
    made = derive(item.kind, entry.values, page.place.zone)
    return SentModel(
        item=item,
        occurrence=entry.occurrence,
        title=say(item.template.title),
        when=_("Sent %(day)s", day=date_text(sent)),
        thanks=sent == page.today and not entry.from_paper,
        late=entry.late,
        paper=_("From your paper. Your clinic typed it in for you.") if entry.from_paper else "",
        values=[
            (say(spec.label), shown)
            for spec in specs
            if spec.name not in NOT_LISTED and (shown := _shown(spec, raw.get(spec.name)))
        ],
        findings=findings_of(item.kind, entry.derived, entry.values),
        notices=[say(one.text) for one in made.notices],
        card=card_for(specs, raw),
        is_journal=item.kind is HomeworkKind.JOURNAL,
        shared=entry.shared,
        therapist=page.place.therapist or _("your therapist"),
        read=read_text(item, page.place) if entry.shared and item.was_read(entry) else "",
        may_ask_call=entry.shared and any(spec.control in FREE_TEXT for spec in specs),
        reply=item.reply if item.was_read(entry) else "",
        asks_morning=not item.closed
        and "pain_next_morning" in entry.values
        and sent < page.today
        and entry.values["pain_next_morning"] is None,
        can_take_back=sent == page.today and not item.closed and not item.was_read(entry),
        others=[] if item.closed else other_days(item, page.today, entry.occurrence),
        pictures=_pictures(item, entry),
        drawing=page.extras.drawings.get(entry.occurrence),
    )


def read_text(item: Item, place: Place) -> str:
    """Who read an item, and when by the patient's clock, or on which day where that alone is known."""
    name = item.reviewer or _("Your therapist")
    if item.reviewed_at is not None:
        when = moment_text(place.local(item.reviewed_at))
        return str(_("%(name)s read this %(when)s.", name=name, when=when))
    return str(_("%(name)s has read this.", name=name))


def _shown(spec: FieldSpec, value: Raw) -> str:
    if not value:
        return ""
    if spec.control in {Control.CHOICE, Control.CHOICES, Control.YES_NO}:
        options = {key: say(text) for key, text in (spec.options or YES_NO)}
        chosen = [value] if isinstance(value, str) else list(value)
        return ", ".join(options.get(one, one).rstrip(".") for one in chosen)
    if spec.control in {Control.DATE, Control.ANY_DATE}:
        day = parsed_day(str(value))
        return standing(date_text(day)) if day else str(value)
    return str(value)


def findings_of(kind: HomeworkKind, derived: Mapping[str, Any], values: Mapping[str, Any]) -> list[str]:
    """What follows from an entry, in plain words; never a grade."""
    if kind is HomeworkKind.SLEEP_LOG:
        share = derived.get("sleep_efficiency")
        if share is None:
            return [str(_("We can not tell how long you slept. That is fine."))]
        return [str(_("You slept %(share)s percent of your time in bed.", share=round(share)))]
    if kind is HomeworkKind.LATERALITY:
        return [_of_side(_("Left"), "left", derived, values), _of_side(_("Right"), "right", derived, values)]
    moved = {
        HomeworkKind.EXERCISE_LOG: (_("Pain"), "pain_before", "pain_after"),
        HomeworkKind.STRESS_LOG: (_("Stress"), "stress_before", "stress_after"),
        HomeworkKind.BREATHING: (_("How tense"), "tension_before", "tension_after"),
    }.get(kind)
    if moved is None:
        return []
    what, before, after = moved
    return [
        str(
            _(
                "%(what)s: %(before)s before, %(after)s after.",
                what=what,
                before=values[before],
                after=values[after],
            )
        )
    ]


def _of_side(name: str, side: str, derived: Mapping[str, Any], values: Mapping[str, Any]) -> str:
    share = _("%(side)s: %(share)s percent right", side=name, share=round(derived[f"{side}_accuracy"]))
    ms = values.get(f"{side}_ms")
    return f"{share}, {seconds_text(ms)}." if ms else f"{share}."


def _pictures(item: Item, entry: Written) -> list[Picture]:
    """The entry as a picture with those before it: the cup, the sizes, the practices so far."""
    if item.kind not in {HomeworkKind.JOURNAL, HomeworkKind.LATERALITY}:
        return []
    until = [one for one in item.handed_in if one.occurrence <= entry.occurrence]
    return pictures_of(item.kind, until, "sent")
