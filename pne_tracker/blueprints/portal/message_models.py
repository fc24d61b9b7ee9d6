"""Messages as the patient reads them: what was read and said, and what they asked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _

from pne_tracker.blueprints.portal.form_models import say
from pne_tracker.blueprints.portal.sent_models import read_text
from pne_tracker.blueprints.portal.viewmodels import homework_url
from pne_tracker.blueprints.portal.words import moment_text, standing
from pne_tracker.domain.crisis import CARD, NOTICE, shows_card
from pne_tracker.queries.messages import MessageLine
from pne_tracker.queries.portal_item import Item
from pne_tracker.queries.portal_place import Place, first_name
from pne_tracker.services.portal_reading import Record

ASKED = {"question", "call_request"}
SHOWN = 6
Said = set[tuple[UUID | None, dt.datetime]]


@dataclass(frozen=True, slots=True)
class MessageModel:
    """One message: heading, who did what when, the words, where it leads, and the answers to a question."""

    title: str
    line: str
    text: str = ""
    url: str = ""
    status: str = ""
    take_back: str = ""
    answers: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class MessagesModel:
    """The page: a box for a question under the standing notice, then all messages, newest first."""

    therapist: str
    notice: str
    messages: list[MessageModel]
    earlier: list[MessageModel]
    text: str = ""
    error: str = ""
    card: str = ""


def messages_model(
    record: Record, lines: tuple[MessageLine, ...], *, text: str = "", error: str = ""
) -> MessagesModel:
    """The page; `text` is a question that was refused with `error`."""
    place = record.place
    said = {(line.homework_id, line.written_at) for line in lines}
    found = [*_of_items(record.items, place, said), *_of_thread(lines, place)]
    found.sort(key=lambda pair: pair[0], reverse=True)
    open_words = [line.text for line in lines if line.kind.value == "question" and line.read_at is None]
    return MessagesModel(
        therapist=place.therapist or _("your therapist"),
        notice=say(NOTICE),
        messages=[message for _at, message in found][:SHOWN],
        earlier=[message for _at, message in found][SHOWN:],
        text=text,
        error=error,
        card=say(CARD) if shows_card([text, *open_words]) else "",
    )


def _of_items(items: Iterable[Item], place: Place, said: Said) -> Iterable[tuple[dt.datetime, MessageModel]]:
    """What was read, unless words `said` with it show that, and the words that came with a task."""
    for item in items:
        title = say(item.template.title)
        if item.reviewed_on is not None and (item.id, item.reviewed_at) not in said:
            yield (
                item.reviewed_at or _noon(item.reviewed_on),
                MessageModel(title, read_text(item, place), url=homework_url(item)),
            )
        if item.message:
            name = place.therapist or _("Your therapist")
            line = _("%(name)s wrote this with your task.", name=name)
            yield _noon(item.assigned_on), MessageModel(title, line, item.message, homework_url(item))


def _noon(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(12), dt.UTC)


def _of_thread(lines: tuple[MessageLine, ...], place: Place) -> Iterable[tuple[dt.datetime, MessageModel]]:
    answers: dict[object, list[MessageLine]] = {}
    for line in reversed(lines):
        if line.answers_id is not None:
            answers.setdefault(line.answers_id, []).append(line)
    for line in lines:
        if line.kind.value in ASKED:
            yield line.written_at, _asked(line, answers.get(line.id, []), place)
        elif line.answers_id is None:
            yield line.written_at, _said(line, place)


def _said(line: MessageLine, place: Place) -> MessageModel:
    url = url_for("portal.homework", homework_id=line.homework_id) if line.homework_id else ""
    return MessageModel(line.title or _("For you"), _wrote(line, place), line.text, url)


def _wrote(line: MessageLine, place: Place) -> str:
    when = moment_text(place.local(line.written_at))
    return str(_("%(name)s wrote %(when)s.", name=first_name(line.written_by), when=when))


def _asked(line: MessageLine, answers: list[MessageLine], place: Place) -> MessageModel:
    call = line.kind.value == "call_request"
    return MessageModel(
        title=_("You asked to be called") if call else _("Your question"),
        line=standing(moment_text(place.local(line.written_at))) + ".",
        text=line.text,
        status=read_status(line, place),
        take_back=url_for("portal.take_message_back", message_id=line.id) if line.read_at is None else "",
        answers=[(_wrote(one, place), one.text) for one in answers],
    )


def read_status(line: MessageLine, place: Place) -> str:
    """Whether staff read what the patient wrote, and who and when."""
    if line.read_at is None:
        return str(_("Not read yet."))
    when = moment_text(place.local(line.read_at))
    return str(_("%(name)s read this %(when)s.", name=first_name(line.read_by), when=when))


@dataclass(frozen=True, slots=True)
class CallModel:
    """The wish to be called as it stands: nothing asked, or asked and whether it was read."""

    status: str
    url: str


def call_model(lines: tuple[MessageLine, ...], place: Place) -> CallModel | None:
    """The latest wish to be called that has no answer; None when there is none."""
    line = next((one for one in lines if one.kind.value == "call_request" and not one.answered), None)
    return CallModel(read_status(line, place), url_for("portal.messages")) if line else None
