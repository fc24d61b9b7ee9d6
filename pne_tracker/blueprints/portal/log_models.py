"""The logs, as their template shows them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from pne_tracker.blueprints.portal.sent_models import findings_of
from pne_tracker.blueprints.portal.viewmodels import homework_url, listed, read_line
from pne_tracker.blueprints.portal.words import KIND_ICONS, date_text, standing
from pne_tracker.domain.curriculum import HomeworkKind
from pne_tracker.domain.entry_fields import Control, fields_of
from pne_tracker.domain.sleep import Night as SleptNight
from pne_tracker.domain.sleep import week_efficiency
from pne_tracker.queries.own_logs import Logged
from pne_tracker.queries.portal_item import Item, Written
from pne_tracker.services.portal_reading import Record
from pne_tracker.web.charts import nights_chart
from pne_tracker.web.log_pictures import Picture, pictures_of
from pne_tracker.web.night_chart import Night, NightsChart, NightWords
from pne_tracker.web.portal_context import language

WEEK = 7
MOST_LISTED = 60


@dataclass(frozen=True, slots=True)
class LogsModel:
    """The week of sleep, what can be filled in now, the journal and the other logs."""

    sleep_line: str
    nights: NightsChart | None
    missed_line: str
    missed_url: str
    open_items: list[dict[str, Any]]
    journal: list[dict[str, Any]]
    logs: list[dict[str, Any]]
    pictures: list[tuple[str, list[Picture]]]


def logs_model(record: Record, flares: Sequence[Logged] = ()) -> LogsModel:
    """Everything the patient wrote, newest first, the last seven nights, and all other logs as pictures.

    `flares` are those logged without being asked for.
    """
    today = record.today
    written = [(item, entry) for item in record.items for entry in item.handed_in]
    written.sort(key=lambda pair: (pair[1].for_date, pair[1].occurrence), reverse=True)
    nights = {
        entry.for_date: entry for item, entry in reversed(written) if item.kind is HomeworkKind.SLEEP_LOG
    }
    sleep_items = [item for item in record.items if item.kind is HomeworkKind.SLEEP_LOG]
    missed = _missed(sleep_items, nights, today)
    return LogsModel(
        sleep_line=sleep_line(nights, today),
        nights=week_chart(nights, today) if nights or sleep_items else None,
        missed_line=_missed_line([day for _item, _number, day in missed]),
        missed_url=homework_url(missed[-1][0], missed[-1][1]) if missed else "",
        open_items=[
            listed(item, today)
            for item in record.items
            if not item.closed and item.takes_more(today) and item.expected > 1
        ],
        journal=[
            _journal(item, entry, today) for item, entry in written if item.kind is HomeworkKind.JOURNAL
        ][:MOST_LISTED],
        logs=[_log(item, entry) for item, entry in written if item.kind is not HomeworkKind.JOURNAL][
            :MOST_LISTED
        ],
        pictures=_pictures(record, flares),
    )


def _pictures(record: Record, flares: Sequence[Logged]) -> list[tuple[str, list[Picture]]]:
    """Each kind of log under the title of its latest item; the same log assigned twice is one picture."""
    titles: dict[tuple[HomeworkKind, str], str] = {}
    entries: dict[tuple[HomeworkKind, str], list[Written | Logged]] = {}
    for item in record.items:
        key = (item.kind, item.template.key)
        titles[key] = item.template.title.in_language(language())
        entries.setdefault(key, []).extend(item.handed_in)
    if flares:
        key = (HomeworkKind.FLARE_LOG, "")
        titles[key] = str(_("Your flares"))
        entries.setdefault(key, []).extend(flares)
    found = [(titles[key], pictures_of(key[0], entries[key], f"log-{nth}")) for nth, key in enumerate(titles)]
    return [(title, pictures) for title, pictures in found if pictures]


def sleep_line(nights: Mapping[dt.date, Written], today: dt.date) -> str:
    """ "You slept 78 percent of your time in bed. The week before it was 71." Needs five known nights a week."""
    now = _efficiency(nights, today)
    if now is None:
        return str(_("With five nights in a week, you will see how much you slept.")) if nights else ""
    line = _("You slept %(share)s percent of your time in bed.", share=round(now))
    before = _efficiency(nights, today - dt.timedelta(days=WEEK))
    if before is None:
        return str(line)
    earlier = _("The week before it was %(share)s.", share=round(before))
    return f"{line} {earlier}"


def _efficiency(nights: Mapping[dt.date, Written], last: dt.date) -> float | None:
    week = (nights.get(last - dt.timedelta(days=back)) for back in range(WEEK))
    return week_efficiency(_slept(entry) for entry in week if entry is not None)


def _slept(entry: Written) -> SleptNight:
    made = entry.derived
    return SleptNight(made["minutes_in_bed"], made.get("minutes_asleep"), made.get("sleep_efficiency"))


def week_chart(nights: Mapping[dt.date, Written], today: dt.date) -> NightsChart:
    """The seven nights up to today, oldest first; a night without an entry says so."""
    days = [today - dt.timedelta(days=back) for back in reversed(range(WEEK))]
    without = [date_text(day, "weekday") for day in days if day not in nights]
    finding = _("Each bar goes from bed time to the time you got up. A gap shows that you woke.")
    if without:
        blank = _("No entry: %(days)s.", days=", ".join(without))
        finding = f"{finding} {blank}"
    return nights_chart(
        [_night(day, nights.get(day)) for day in days],
        title=_("Seven nights"),
        finding=finding,
        words=NightWords(
            night=_("Night"),
            in_bed=_("In bed"),
            woke=_("Woke"),
            asleep=_("Asleep"),
            no_entry=_("no entry"),
            between=_("%(start)s to %(end)s"),
            half_days=(_("am"), _("pm")),
        ),
    )


def _night(day: dt.date, entry: Written | None) -> Night:
    label = date_text(day, "short")
    if entry is None:
        return Night(label)
    share = entry.derived.get("sleep_efficiency")
    return Night(
        label,
        dt.time.fromisoformat(entry.values["in_bed"]),
        dt.time.fromisoformat(entry.values["out_of_bed"]),
        entry.values["awakenings"],
        None if share is None else share / 100,
    )


def _missed(
    items: Iterable[Item], nights: Mapping[dt.date, Written], today: dt.date
) -> list[tuple[Item, int, dt.date]]:
    """Nights of the last week that were expected and have no entry of that day yet, oldest first."""
    return [
        (item, number, item.days[number - 1])
        for item in items
        if not item.closed
        for number in item.open_occurrences(today)
        if dt.timedelta(0) < today - item.days[number - 1] < dt.timedelta(days=WEEK)
        and item.days[number - 1] not in nights
    ]


def _missed_line(days: list[dt.date]) -> str:
    if not days:
        return ""
    return str(_("Not in your log: %(days)s.", days=", ".join(date_text(day, "weekday") for day in days)))


def _journal(item: Item, entry: Written, today: dt.date) -> dict[str, Any]:
    read = ""
    if entry.shared and item.was_read(entry):
        read = read_line(item, today)
    return {
        "text": _words(item, entry),
        "when": _sentence(item, entry),
        "shared": entry.shared,
        "read_text": read,
        "url": homework_url(item, entry.occurrence),
    }


def _sentence(item: Item, entry: Written) -> str:
    title = item.template.title.in_language(language())
    from_paper = _("From paper")
    paper = f" {from_paper}." if entry.from_paper else ""
    return f"{title}. {date_text(entry.for_date, 'day')}.{paper}"


def _words(item: Item, entry: Written) -> str:
    """What was written in words, one line for each box."""
    texts = [
        str(entry.values[spec.name])
        for spec in fields_of(item.kind, item.template)
        if spec.control in {Control.TEXT, Control.SHORT} and entry.values.get(spec.name)
    ]
    return "\n".join(texts) or str(_("Only boxes picked, no words."))


def _log(item: Item, entry: Written) -> dict[str, Any]:
    return {
        "title": item.template.title.in_language(language()),
        "detail": ". ".join(
            [
                standing(date_text(entry.for_date)),
                *([_("From paper")] if entry.from_paper else []),
                *findings_of(item.kind, entry.derived, entry.values),
            ]
        ),
        "url": homework_url(item, entry.occurrence),
        "icon": KIND_ICONS[item.kind],
        "status": "done_late" if entry.late else "",
    }
