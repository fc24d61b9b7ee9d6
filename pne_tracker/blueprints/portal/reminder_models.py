"""A patient's own reminders as their page shows them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from pne_tracker.adapters.contact_points import phone_text
from pne_tracker.blueprints.portal.words import date_text, standing
from pne_tracker.domain.messages.templates import Channel
from pne_tracker.domain.reminders.reasons import Reason
from pne_tracker.queries.reminders.due import is_paused
from pne_tracker.services.reminders.reading import Own

HOURS = range(8, 21)


@dataclass(frozen=True, slots=True)
class RemindersModel:
    """Choices with what is chosen now, the pause, and whether there is a calendar."""

    channels: list[tuple[str, str, str]]
    channel: str
    hours: list[tuple[str, str]]
    at: str
    language: str
    reasons: list[tuple[str, str, bool]]
    pause_line: str
    has_calendar: bool
    sent: list[tuple[str, str]]


def reminders_model(own: Own, now: dt.datetime, form: Mapping[str, str] | None) -> RemindersModel:
    """The page; what was chosen and refused stays."""
    facts, patient = own.facts, own.facts.patient
    today = now.astimezone(ZoneInfo(facts.zone)).date()
    kept_at = f"{patient.preferred_time:%H:%M}" if patient.preferred_time else ""
    kept_language = "es" if patient.language.lower().startswith("es") else "en"
    off = set(facts.choice.off) if facts.choice else set()
    return RemindersModel(
        channels=[(code.value, *words) for code, words in _channels(facts.addresses).items()],
        channel=form.get("channel", "") if form is not None else patient.preferred_channel,
        hours=[(f"{hour:02d}:00", _hour(hour)) for hour in HOURS],
        at=form.get("at", "") if form is not None else kept_at,
        language=form.get("language", "") if form is not None else kept_language,
        reasons=[(code.value, words, code.value not in off) for code, words in reason_texts().items()],
        pause_line=_pause_line(own, today),
        has_calendar=own.has_calendar,
        sent=[
            (standing(date_text(at.astimezone(ZoneInfo(facts.zone)).date())), words)
            for at, words in _sent(own)
        ],
    )


def _channels(addresses: Mapping[Channel, str]) -> dict[Channel, tuple[str, str]]:
    none = _("Ask your clinic to add it first.")
    return {
        Channel.EMAIL: (_("Email"), addresses.get(Channel.EMAIL, none)),
        Channel.SMS: (_("Text message"), phone_text(addresses.get(Channel.SMS, none))),
        Channel.PUSH: (
            _("Message on this phone"),
            "" if Channel.PUSH in addresses else _("Turn it on below first."),
        ),
        Channel.PORTAL: (_("Only here"), _("You see it when you open this app.")),
    }


def _hour(hour: int) -> str:
    if hour < 12:
        return str(_("%(n)s in the morning", n=hour))
    if hour < 18:
        return str(_("%(n)s in the afternoon", n=hour if hour == 12 else hour - 12))
    return str(_("%(n)s in the evening", n=hour - 12))


def reason_texts() -> dict[Reason, str]:
    """What a patient can switch off, in plain words."""
    return {
        Reason.VISIT_TOMORROW: _("The day before a visit"),
        Reason.VISIT_TODAY: _("The day of a visit"),
        Reason.TASK_DUE: _("The evening before a task is due"),
        Reason.TASK_DUE_TODAY: _("The day a task is due"),
        Reason.TASK_MISSED: _("When a task is late"),
        Reason.REPLIED: _("When my therapist wrote back"),
        Reason.RECALL_DUE: _("When a question waits"),
        Reason.NOTHING_LOGGED: _("When I did not write for some days"),
    }


def _pause_line(own: Own, today: dt.date) -> str:
    choice = own.facts.choice
    if choice is None or not is_paused(choice, today):
        return ""
    if choice.paused_until is None:
        return str(_("You get none until you turn them on."))
    return str(_("You get none until %(day)s.", day=date_text(choice.paused_until)))


def _sent(own: Own) -> list[tuple[dt.datetime, str]]:
    texts = reason_texts()
    return [(row.at, texts[Reason(row.reason)]) for row in own.sent]


def refusal(at: str) -> str:
    """What to do about a choice that cannot be kept."""
    texts = {
        "channel": _("We cannot reach you that way yet. Choose another way."),
        "at": _("Choose a time from the list."),
        "language": _("Choose English or Spanish."),
    }
    return str(texts.get(at, _("Choose again.")))
