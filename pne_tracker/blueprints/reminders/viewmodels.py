"""Reminders as their staff pages show them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from flask import url_for

from pne_tracker.blueprints.reminders.words import (
    CHANNEL_WORDS,
    STATUS_WORDS,
    outcome_words,
    reason_words,
    why_words,
)
from pne_tracker.domain.reminders.reasons import REASON_WORDS, Reason
from pne_tracker.queries.reminders.due import Facts, is_paused
from pne_tracker.queries.reminders.pages import PAGE, ReminderRow, TaskRow, Works
from pne_tracker.services.reminders.reading import OfPatient, Overview
from pne_tracker.services.reminders.tasks import CHOICES
from pne_tracker.web.display import count_text, short_date
from pne_tracker.web.readiness import beat_is_alive, installation_pulse

CHOICE_WORDS = {
    "again": "Send it again",
    "arrived": "It arrived",
    "aside": "Set aside",
    "read": "Read it",
}
TASK_WORDS = {
    "message_failed": "A message was not sent",
    "message_unknown": "Nobody knows whether it arrived",
    "text_came_in": "The patient wrote",
}
ADVICE = {
    "message_failed": "Compare the address with the patient, then send it again.",
    "message_unknown": "Ask the patient before you send it again: it may be there already.",
    "text_came_in": "Answer by telephone or at the next visit.",
}


@dataclass(frozen=True, slots=True)
class OverviewModel:
    """The page of all reminders in reach."""

    figures: list[dict[str, str]]
    tasks: list[dict[str, Any]]
    rows: list[dict[str, Any]]
    filters: list[dict[str, Any]]
    more_url: str
    reasons: list[tuple[str, str, str, str]]
    hours: list[tuple[str, str, str, str]]
    line: str


def overview_model(page: Overview, status: str) -> OverviewModel:
    """The overview; figures lead to their lists."""
    more = len(page.rows) > PAGE
    shown = page.rows[:PAGE]
    return OverviewModel(
        figures=[
            {
                "label": words.capitalize(),
                "value": str(page.counts[code]),
                "url": url_for(".index", status=code),
            }
            for code, words in STATUS_WORDS.items()
        ],
        tasks=task_models(page.tasks),
        rows=row_models(shown),
        filters=[
            {
                "name": "status",
                "label": "Show",
                "type": "select",
                "value": status,
                "options": [(code, words) for code, words in STATUS_WORDS.items()],
                "blank": "all reminders",
            }
        ],
        more_url=url_for(".index", status=status or None, before=shown[-1].id) if more else "",
        reasons=_shares({REASON_WORDS[reason]: pair for reason, pair in page.works.by_reason.items()}),
        hours=_shares({f"{hour:02d}:00": pair for hour, pair in page.works.by_hour.items()}),
        line=works_line(page.works),
    )


def works_line(works: Works) -> str:
    """ "4 sent, 2 acted on within a day"."""
    return f"{works.sent} sent, {works.acted} acted on within a day" if works.sent else "None sent in 28 days"


def _shares(pairs: Mapping[str, tuple[int, int]]) -> list[tuple[str, str, str, str]]:
    return [
        (name, str(sent), str(acted), f"{round(100 * acted / sent)} %" if sent >= 5 else "too few")
        for name, (sent, acted) in pairs.items()
    ]


def row_models(rows: Sequence[ReminderRow]) -> list[dict[str, Any]]:
    """The rows of a list."""
    return [
        {
            "patient": row.patient,
            "url": url_for("reminders.patient", patient_id=row.patient_id),
            "reason": reason_words(row.reason),
            "when": when_text(row.at, row.zone),
            "channel": CHANNEL_WORDS.get(row.channel, row.channel),
            "status": row.status,
            "said": STATUS_WORDS.get(row.status, row.status),
            "why": why_words(row.status, row.why),
            "acted": "acted on within a day" if row.acted else "",
            "tries": count_text(row.attempts, "try").replace("trys", "tries") if row.attempts > 1 else "",
        }
        for row in rows
    ]


def when_text(at: dt.datetime, zone: str) -> str:
    """ "23 Nov, 18:05" at the patient's place."""
    here = at.astimezone(ZoneInfo(zone))
    return f"{short_date(here.date())}, {here:%H:%M}"


def task_models(tasks: Sequence[TaskRow]) -> list[dict[str, Any]]:
    """What staff have to look at, each with its answers."""
    return [
        {
            "id": one.id,
            "title": TASK_WORDS[one.kind.value],
            "patient": one.patient,
            "patient_url": url_for("reminders.patient", patient_id=one.patient_id) if one.patient_id else "",
            "detail": sentence(outcome_words(one.outcome)) if one.outcome else "",
            "words": one.words,
            "advice": ADVICE[one.kind.value],
            "choices": [(code, CHOICE_WORDS[code]) for code in CHOICES[one.kind]],
        }
        for one in tasks
    ]


@dataclass(frozen=True, slots=True)
class PatientModel:
    """One patient's reminders."""

    name: str
    line: str
    facts: list[tuple[str, str]]
    paused: bool
    pause_line: str
    tasks: list[dict[str, Any]]
    rows: list[dict[str, Any]]
    rules: list[dict[str, Any]]


def patient_model(page: OfPatient, now: dt.datetime) -> PatientModel:
    """The page of one patient."""
    facts, choice = page.facts, page.choice
    today = now.astimezone(ZoneInfo(facts.zone)).date()
    paused = is_paused(choice, today)
    until = choice.paused_until if choice and paused else None
    mine = set(choice.off) if choice else set()
    return PatientModel(
        name=page.name,
        line=works_line(page.works),
        facts=_facts(facts),
        paused=paused,
        pause_line=f"Paused until {short_date(until)}." if until else "Paused until somebody resumes them.",
        tasks=task_models(page.tasks),
        rows=row_models(sorted(page.rows[:PAGE], key=lambda row: row.at, reverse=True)),
        rules=[
            {
                "code": one.value,
                "words": REASON_WORDS[one],
                "on": one.value not in mine,
                "clinic": facts.rules.on(one),
            }
            for one in Reason
        ],
    )


def _facts(facts: Facts) -> list[tuple[str, str]]:
    agreed = [CHANNEL_WORDS[channel.value] for channel, yes in facts.agreed.items() if yes]
    patient = facts.patient
    at = f"{patient.preferred_time:%H:%M}" if patient.preferred_time else "the clinic's hours"
    return [
        ("Channel", CHANNEL_WORDS.get(patient.preferred_channel, patient.preferred_channel)),
        ("Agreed to", ", ".join(agreed) or "nothing yet"),
        ("Hour", f"{at}, {facts.zone.replace('_', ' ')}"),
        ("Language", "Spanish" if patient.language.lower().startswith("es") else "English"),
    ]


def trouble_banner() -> tuple[str, str] | None:
    """What stops reminders for everybody, and what to do; None while all is well."""
    if not beat_is_alive():
        return (
            "Reminders have stopped",
            "Start the server or a worker again. What is due is sent or left out then.",
        )
    troubles = installation_pulse().troubles.values()
    if not troubles:
        return None
    what = sentence(", and ".join(outcome_words(one) for one in troubles))
    return what, "Messages wait and go out when it works again. Tell who runs the server."


def sentence(words: str) -> str:
    """With a capital first letter."""
    return words[:1].upper() + words[1:]
