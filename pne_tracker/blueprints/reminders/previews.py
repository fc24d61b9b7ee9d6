"""A message as it would arrive, in both languages and on each channel."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from pne_tracker.domain.messages import gsm7
from pne_tracker.domain.messages.days import day_words, time_words
from pne_tracker.domain.messages.own_words import most_septets
from pne_tracker.domain.messages.templates import Channel, Template, render, sender_name

VISIT_AT: Final = dt.time(14, 30)


def in_both_languages(template: Template, clinic: str, day: dt.date) -> list[dict[str, Any]]:
    """The message of a clinic, about a visit on `day` where it is about one, in English and in Spanish."""
    return [_shown(template, language, clinic, day) for language in ("en", "es")]


def _shown(template: Template, language: str, clinic: str, day: dt.date) -> dict[str, Any]:
    def words(channel: Channel) -> Any:
        short = channel is Channel.SMS
        values = {
            "sender": sender_name(clinic),
            "link": "https://.../portal",
            "stop": "https://.../stop",
            "day": day_words(day, language, short=short),
            "time": time_words(VISIT_AT, language),
        }
        return render(template, language, values, channel)

    mail = words(Channel.EMAIL)
    return {
        "language": "Spanish" if language == "es" else "English",
        "code": language,
        "subject": mail.subject,
        "lines": [*mail.lines, f"[{mail.action}]", *mail.closing],
        "text": words(Channel.SMS).short,
        "size": f"{most_septets(template, language)} of {gsm7.ONE} characters at most",
        "push": words(Channel.PUSH).short,
    }
