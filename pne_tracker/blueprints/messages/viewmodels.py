"""Messages in the clinic's words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import url_for

from pne_tracker.adapters.contact_points import phone_text
from pne_tracker.domain.errors import BadInputError
from pne_tracker.queries.messages import MessageLine
from pne_tracker.services.message_reading import Thread
from pne_tracker.web.display import moment_text

HEADINGS = {
    "comment": "Comment on homework",
    "question": "Question",
    "reply": "Answer",
    "call_request": "Asks to be called",
}


@dataclass(frozen=True, slots=True)
class MessageView:
    """One message; `waits` until somebody read it, `can_answer` while it has no answer."""

    id: str
    heading: str
    meta: str
    text: str
    about: str
    about_url: str
    read: str
    waits: bool
    can_answer: bool
    is_call: bool
    typed: str
    error: str


@dataclass(frozen=True, slots=True)
class ThreadView:
    """All messages of one patient, newest first."""

    patient: str
    patient_url: str
    phone: str
    messages: list[MessageView]
    errors: list[tuple[str, str]]


def thread_view(page: Thread, zone: str, typed: Mapping[str, str], error: BadInputError | None) -> ThreadView:
    """The page of a patient; `typed` is a refused answer with its `error`."""
    shown = [_message(line, zone, typed, error) for line in page.lines]
    return ThreadView(
        patient=page.patient,
        patient_url=url_for("patients.show", patient_id=page.patient_id),
        phone=phone_text(page.phone),
        messages=shown,
        errors=[(f"text-{one.id}", one.error) for one in shown if one.error],
    )


def _message(
    line: MessageLine, zone: str, typed: Mapping[str, str], error: BadInputError | None
) -> MessageView:
    asks = line.kind.value in {"question", "call_request"}
    mine = typed.get("message") == str(line.id)
    return MessageView(
        id=str(line.id),
        heading=HEADINGS[line.kind.value],
        meta=f"{line.written_by}, {moment_text(line.written_at, zone)}",
        text=line.text,
        about=line.title,
        about_url=url_for("homework.show", homework_id=line.homework_id) if line.homework_id else "",
        read=f"Read by {line.read_by}, {moment_text(line.read_at, zone)}." if line.read_at else "",
        waits=asks and line.read_at is None,
        can_answer=asks and not line.answered,
        is_call=line.kind.value == "call_request",
        typed=typed.get("text", "") if mine else "",
        error=error.message if mine and error else "",
    )


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """One message that waits, in a list."""

    heading: str
    patient: str
    url: str
    when: str
    is_call: bool


def waiting_view(lines: tuple[MessageLine, ...], zone: str) -> list[WaitingRow]:
    """What waits, wishes to be called first."""
    return [
        WaitingRow(
            heading=HEADINGS[line.kind.value],
            patient=line.patient,
            url=url_for(".thread", patient_id=line.patient_id),
            when=moment_text(line.written_at, zone),
            is_call=line.kind.value == "call_request",
        )
        for line in lines
    ]
