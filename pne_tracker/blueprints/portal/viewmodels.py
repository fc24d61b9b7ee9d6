"""Today, the path and a section, as their templates show them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import Any
from zoneinfo import ZoneInfo

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from pne_tracker.blueprints.portal.words import (
    KIND_ICONS,
    clock_text,
    date_text,
    day_text,
    greeting,
    state_text,
)
from pne_tracker.domain.curriculum import HomeworkKind
from pne_tracker.domain.homework import HomeworkStatus
from pne_tracker.domain.progress import State
from pne_tracker.queries.portal_item import Item
from pne_tracker.services.portal_reading import Record, SectionPage
from pne_tracker.web.portal_context import language

MOST_TASKS = 3
NEWS_DAYS = 14


@dataclass(frozen=True, slots=True)
class TodayModel:
    """The first page: greeting, news from the therapist, at most three tasks, what else is open."""

    greeting: str
    news: str
    tasks: list[dict[str, Any]]
    progress: str
    more: list[dict[str, Any]]
    path_line: str
    nothing_yet: bool
    done: int = 0
    why_url: str = ""
    why_title: str = ""

    @property
    def has_room(self) -> bool:
        """Whether one more task fits today."""
        return len(self.tasks) < MOST_TASKS


def today_model(record: Record) -> TodayModel:
    """What to do today: tasks that wait or were done today, due first first."""
    today = record.today
    current = [
        item for item in record.items if item.episode_id == record.place.episode_id and not item.closed
    ]
    chosen = sorted(
        (item for item in current if _is_for_today(item, today)), key=lambda item: _urgency(item, today)
    )[:MOST_TASKS]
    rest = [item for item in current if item.takes_more(today) and item not in chosen]
    unasked = next((item for item in current if item.asks_why), None)
    done = sum(item.done_today(today) is not None for item in chosen)
    chosen.sort(key=lambda item: (item.done_today(today) is not None, item.due_on))
    return TodayModel(
        greeting=greeting(record.local, record.place.given_name),
        news=_news(record),
        tasks=[_task(item, today, record.place.zone) for item in chosen],
        progress=_progress(done, len(chosen)),
        more=[listed(item, today) for item in rest],
        path_line=path_line(record),
        nothing_yet=not record.items,
        done=done,
        why_url=f"{homework_url(unasked)}#in-the-way" if unasked else "",
        why_title=unasked.template.title.in_language(language()) if unasked else "",
    )


def with_question(page: TodayModel, task: dict[str, Any] | None) -> TodayModel:
    """The page with a recall question among its tasks, when one waits."""
    if task is None:
        return page
    tasks = [task, *page.tasks]
    return replace(page, tasks=tasks, progress=_progress(page.done, len(tasks)))


def _progress(done: int, tasks: int) -> str:
    return str(_("%(n)s of %(all)s done", n=done, all=tasks)) if tasks else ""


def _is_for_today(item: Item, today: dt.date) -> bool:
    if item.done_today(today) is not None:
        return True
    return item.wanted and item.next_occurrence(today) is not None


def _urgency(item: Item, today: dt.date) -> tuple[bool, bool]:
    """Done today comes first, so that three a day are enough; then logs of this very day; then due first."""
    of_this_day = item.daily and today in item.days
    return item.done_today(today) is None, not of_this_day


def _news(record: Record) -> str:
    """The latest answer of the therapist, while it is new."""
    read = [
        item
        for item in record.items
        if item.reviewed_on is not None and (record.today - item.reviewed_on).days <= NEWS_DAYS
    ]
    looked = record.place.local(record.place.looked_at).date() if record.place.looked_at else dt.date.min
    item = max(read, key=lambda one: one.reviewed_on or dt.date.min) if read else None
    if (record.today - looked).days <= NEWS_DAYS and (item is None or looked > (item.reviewed_on or looked)):
        name = record.place.looked_by or _("Your therapist")
        return str(
            _("%(name)s looked at what you sent %(day)s.", name=name, day=day_text(looked, record.today))
        )
    if item is None:
        return str(_("Your pain is real. Small steps count."))
    line = read_line(item, record.today)
    return f"{line} {said_line(item)}".strip()


def read_line(item: Item, today: dt.date) -> str:
    """ "Maya read “How I slept” yesterday." """
    return str(
        _(
            "%(name)s read “%(title)s” %(day)s.",
            name=item.reviewer or _("Your therapist"),
            title=item.template.title.in_language(language()),
            day=day_text(item.reviewed_on or today, today),
        )
    )


def said_line(item: Item) -> str:
    """What the therapist answered, in quotes."""
    if not item.reply:
        return ""
    return str(_("%(name)s says: “%(text)s”", name=item.reviewer or _("Your therapist"), text=item.reply))


def _task(item: Item, today: dt.date, zone: str) -> dict[str, Any]:
    sent = item.done_today(today)
    number = sent.occurrence if sent else item.next_occurrence(today)
    return {
        "title": item.template.title.in_language(language()),
        "detail": _done_detail(sent.handed_in_at, zone) if sent else open_detail(item, today),
        "url": homework_url(item, number),
        "done": sent is not None,
        "icon": KIND_ICONS[item.kind],
    }


def _done_detail(at: dt.datetime | None, zone: str) -> str:
    if at is None:
        return str(_("Done"))
    return str(_("Done at %(time)s", time=clock_text(at.astimezone(ZoneInfo(zone)))))


def open_detail(item: Item, today: dt.date) -> str:
    """How far an open item is, or how long it takes; late said kindly."""
    if item.kind is HomeworkKind.QUIZ and item.entries:
        begun = _("You stopped at question %(n)s", n=len(item.entries[0].values) + 1)
    elif any(not entry.done for entry in item.entries):
        begun = _("You made a start")
    else:
        minutes = item.template.minutes
        begun = ngettext("About %(num)d minute", "About %(num)d minutes", minutes)
    if item.wanted and today > item.due_on:
        return str(_("Late, and still good to do. %(more)s", more=begun))
    return str(begun)


def listed(item: Item, today: dt.date) -> dict[str, Any]:
    """An item in a list, with when it is due and how it stands."""
    late = item.wanted and today > item.due_on
    when = (
        _("Was for %(day)s", day=date_text(item.due_on))
        if late
        else _("Due %(day)s", day=date_text(item.due_on))
    )
    return {
        "title": item.template.title.in_language(language()),
        "detail": when if item.wanted else _("Done. You can add more."),
        "url": homework_url(item, item.next_occurrence(today)),
        "icon": KIND_ICONS[item.kind],
        "status": "late" if late else "",
    }


def homework_url(item: Item, occurrence: int | None = None) -> str:
    """The page of an item, at one of its occurrences."""
    if occurrence is None or item.expected == 1:
        return url_for("portal.homework", homework_id=item.id)
    return url_for("portal.homework", homework_id=item.id, n=occurrence)


def path_line(record: Record) -> str:
    """ "You have talked about 6 of 13 parts. 4 make sense to you." Nothing before the first visit."""
    count = record.tally
    if not count.taught:
        return ""
    parts = [
        ngettext(
            "You have talked about %(num)d of %(all)s parts.",
            "You have talked about %(num)d of %(all)s parts.",
            count.taught,
            all=count.denominator,
        ),
        ngettext("%(num)d makes sense to you.", "%(num)d make sense to you.", count.understood),
    ]
    if count.revisit:
        parts.append(
            ngettext("You will look at %(num)d again.", "You will look at %(num)d again.", count.revisit)
        )
    return " ".join(parts)


@dataclass(frozen=True, slots=True)
class PathModel:
    """The path upright, in plain words."""

    line: str
    sections: list[dict[str, Any]] = field(default_factory=list)


def path_model(record: Record) -> PathModel:
    """Each section of the pack with its place in plain words."""
    if record.pack is None:
        return PathModel("")
    states = {row.number: row.state for row in record.sections}
    known = [(one, states.get(one.number, State.NOT_STARTED)) for one in record.pack.sections]
    coming = next((one.number for one, state in known if state is State.NOT_STARTED), None)
    return PathModel(
        line=path_line(record),
        sections=[
            {
                "number": one.number,
                "title": one.patient_title.in_language(language()),
                "state": state.value,
                "say": state_text(state, is_next=one.number == coming),
                "url": url_for("portal.section", number=one.number),
            }
            for one, state in known
        ],
    )


@dataclass(frozen=True, slots=True)
class SectionModel:
    """One section: its story when it was taught, else that it comes later."""

    number: int
    title: str
    state: str
    say: str
    taught: bool
    summary: str
    paragraphs: list[str]
    tasks: list[dict[str, Any]]


def section_model(page: SectionPage) -> SectionModel:
    """The summary and the handout of a section that was taught; a section to come keeps its story."""
    section, row = page.section, page.row
    state = row.state if row else State.NOT_STARTED
    taught = row is not None and row.taught
    story = section.handout.in_language(language()) if section.handout and taught else ""
    return SectionModel(
        number=section.number,
        title=section.patient_title.in_language(language()),
        state=state.value,
        say=state_text(state),
        taught=taught,
        summary=section.summary.in_language(language()) if taught else "",
        paragraphs=[part for part in story.split("\n\n") if part],
        tasks=[_of_section(item, page.record.today) for item in page.items if not item.closed],
    )


def _of_section(item: Item, today: dt.date) -> dict[str, Any]:
    late = item.status is HomeworkStatus.MISSED
    return {
        "title": item.template.title.in_language(language()),
        "detail": "" if not item.wanted else _("Due %(day)s", day=date_text(item.due_on)),
        "url": homework_url(item, item.next_occurrence(today)),
        "icon": KIND_ICONS[item.kind],
        "status": "late" if late else item.status.value,
    }
