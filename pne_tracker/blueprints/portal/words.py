"""The portal's words for dates, states and refusals, in the reader's language."""

from __future__ import annotations

import datetime as dt

from babel.dates import get_month_names
from flask_babel import format_date, format_time, get_locale
from flask_babel import gettext as _

from pne_tracker.domain.curriculum import HomeworkKind
from pne_tracker.domain.progress import State
from pne_tracker.web.portal_context import language

PATTERNS = {
    "en": {"long": "EEEE, d MMMM", "day": "d MMMM", "weekday": "EEEE", "short": "EEE"},
    "es": {"long": "EEEE, d 'de' MMMM", "day": "d 'de' MMMM", "weekday": "EEEE", "short": "EEE"},
}
KIND_ICONS = {
    HomeworkKind.QUIZ: "circle-help",
    HomeworkKind.EXERCISE_LOG: "footprints",
    HomeworkKind.SLEEP_LOG: "moon",
    HomeworkKind.STRESS_LOG: "activity",
    HomeworkKind.FLARE_LOG: "heart-pulse",
    HomeworkKind.JOURNAL: "notebook-pen",
    HomeworkKind.READING: "book-open",
    HomeworkKind.CONVERSATION: "message-square-text",
    HomeworkKind.PRACTICE: "heart-handshake",
    HomeworkKind.BREATHING: "wind",
    HomeworkKind.LATERALITY: "hand",
    HomeworkKind.IMAGERY: "brain",
    HomeworkKind.REVIEW: "target",
}


def date_text(day: dt.date, pattern: str = "long") -> str:
    """ "Monday, 30 November"; `pattern` "day", "weekday" or "short" for less."""
    return str(format_date(day, PATTERNS[language()][pattern]))


def standing(text: str) -> str:
    """A text that stands alone, with a capital: Spanish writes days in small letters."""
    return text[:1].upper() + text[1:]


def clock_text(local: dt.datetime) -> str:
    """The time of a wall time: "8:20 AM"."""
    return str(format_time(local.replace(tzinfo=None), "short"))


def moment_text(local: dt.datetime) -> str:
    """A wall time for sentences: "on Monday, 23 November, at 8:20 AM"."""
    return str(_("on %(day)s, at %(time)s", day=date_text(local.date()), time=clock_text(local)))


def day_text(day: dt.date, today: dt.date) -> str:
    """ "today", "yesterday", or the day written out."""
    if day == today:
        return str(_("today"))
    if day == today - dt.timedelta(days=1):
        return str(_("yesterday"))
    return str(_("on %(day)s", day=date_text(day)))


def greeting(local: dt.datetime, name: str) -> str:
    """A greeting for the time of day."""
    if local.hour < 12:
        return str(_("Good morning, %(name)s", name=name))
    if local.hour < 18:
        return str(_("Good afternoon, %(name)s", name=name))
    return str(_("Good evening, %(name)s", name=name))


def state_text(state: State, *, is_next: bool = False) -> str:
    """Where a section stands, in plain words."""
    if state is State.NOT_STARTED:
        return str(_("Comes next") if is_next else _("Later"))
    words = {
        State.TAUGHT: _("We talked about it"),
        State.UNDERSTOOD: _("This makes sense to you"),
        State.COMPLETE: _("All done"),
        State.REVISIT: _("Let us look at this again"),
        State.SKIPPED: _("Not part of your plan"),
    }
    return str(words[state])


def refusal(code: str) -> str:
    """What a refusal says to the patient."""
    known = {
        "most_caregivers": _("Five people can look at most. Take one back first."),
        "changed_elsewhere": _("You changed this on another screen. Your words are still here."),
        "sent_before": _("You have sent this one. To change it, take it back first."),
        "too_late_to_undo": _("You sent this on a day before. It stays as it is."),
        "quiz_stays": _("Your answers stay as you sent them."),
        "locked": _("Your therapist opens this one for you first."),
        "kept_private": _("This one is private. Only the person who wrote it can open it."),
        "enough_questions": _("Three questions wait to be read. Wait for an answer first."),
        "private": _("Only you can read this one. Share it first."),
        "read_already": _("It was read, so it stays."),
        "read_before": _("Your therapist has read this. It stays as it is."),
        "closed": _("You do not need to do this one now."),
    }
    return str(known.get(code) or _("This does not work here. Go back one page."))


def month_names() -> list[tuple[str, str]]:
    """The months to choose from: ("4", "April")."""
    return [(str(number), name) for number, name in get_month_names("wide", locale=get_locale()).items()]
